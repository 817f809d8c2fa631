"""The webhooks of a call. Each is checked, read, passed to the service, and answered with TwiML."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Blueprint, Response

from hotline.carrier import twiml
from hotline.carrier.signature import SignatureCheck
from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position, seal, unseal
from hotline.core.calls.reply import Pause, Redirect, Reply
from hotline.core.reports.metrics import RingOutcome
from hotline.errors import describe
from hotline.services.answering import Answering, DialEnd
from hotline.services.parts import AnswerParts
from hotline.services.screening import Screening
from hotline.webhooks.heartbeat import HeartbeatReplies
from hotline.webhooks.rescue import Rescue
from hotline.webhooks.ring_test import RingTestRoutes
from hotline.webhooks.several import LEGS, SeveralHandlers
from hotline.webhooks.signed import refuse_unsigned
from hotline.webhooks.webhook import Handler, Webhook, as_twiml, this_request

# Twilio docs: voice/twiml/dial, DialCallStatus. "completed" without a bridge: picked up, and not taken.
_LOOK_AGAIN = 2
"""Seconds."""
_OUTCOMES = {
    "completed": RingOutcome.DECLINED,
    "no-answer": RingOutcome.NO_ANSWER,
    "busy": RingOutcome.BUSY,
    "canceled": RingOutcome.CALLER_GONE,
}


class Voice:
    """The webhooks of a call: each is checked, read, passed to the service, and answered with TwiML."""

    def __init__(self, service: Answering, parts: AnswerParts, rescue: Rescue) -> None:
        self._service = service
        self._parts = parts
        self._rescue = rescue
        self._prefix = parts.prefix
        self._heartbeats = HeartbeatReplies(parts.tokens, parts.clock)

    def blueprint(self, signature: SignatureCheck, ring_tests: RingTestRoutes) -> Blueprint:
        """Return the blueprint of all addresses below `/voice`."""
        voice = Blueprint("voice", __name__)
        refuse_unsigned(voice, signature, self._parts.meter, self._parts.notice)
        callers: dict[str, Handler] = {
            "/voice": self._incoming,
            "/voice/key": self._pressed,
            "/voice/next": self._came_back,
            "/voice/rung": self._rung,
            "/voice/dialled": self._dialled,
            "/voice/ended": self._ended,
        }
        volunteers: dict[str, Handler] = {
            "/voice/screening": self._screening,
            "/voice/screened": self._screened,
            "/voice/leg": self._leg_ended,
        }
        for path, handler in (callers | volunteers).items():
            self._route(voice, path, handler, volunteers_leg=path in volunteers)
        if self._service.several is not None:
            several = SeveralHandlers(self._service, self._service.several, self._parts.meter)
            for path, handler in several.of_callers().items():
                self._route(voice, path, handler)
            for path, handler in several.of_volunteers().items():
                self._route(voice, path, handler, volunteers_leg=True)
        self._rescue.add_routes(voice)
        ring_tests.add_routes(voice)
        return voice

    def _route(self, voice: Blueprint, path: str, handler: Handler, *, volunteers_leg: bool = False) -> None:
        def view() -> Response:
            began = time.perf_counter()
            hook = Webhook.of(this_request(), volunteers_leg=volunteers_leg)
            answer = self._answered(hook, path, handler, volunteers_leg)
            if not hook.mark:
                self._parts.meter.webhook(path, time.perf_counter() - began)
            return answer

        voice.add_url_rule(path, path.replace("/", "_"), view, methods=["GET", "POST"])

    def _answered(self, hook: Webhook, path: str, handler: Handler, volunteers_leg: bool) -> Response:
        parts = self._parts
        try:
            hotline = parts.directory.by_number(hook.line)
            if hotline is None:
                hotline = parts.directory.any()
                parts.notice(
                    "number_in_no_call_flow", remedy="Add the number the carrier calls with to a flow's `numbers`."
                )
            if hotline is None:
                parts.notice("no_hotline", remedy="Run `hotline check`: no call flow for this number can be used.")
                return self._rescue.answer(hook, volunteers_leg)
            position = unseal(hook.at, _sealed_to(path, hook), parts.key, _names(hotline)) if hook.at else None
            if hook.mark and self._heartbeats.are_for(hook):
                reply = self._heartbeats.reply(path, hotline, position)
            else:
                reply = handler(hotline.at(position.step if position else None), hook, position)
            return as_twiml(twiml.render(reply, self._addresses(path, _sealed_to(path, hook)), parts.sound_address))
        except Exception as error:  # noqa: BLE001 - whatever it is, there is a caller on the line
            parts.notice("webhook_failed", route=path, error=describe(error))
            return self._rescue.answer(hook, volunteers_leg)

    def _addresses(self, path: str, call: str) -> twiml.Address:
        sealed: dict[int, str] = {}  # a document's addresses mostly share one position
        elsewhere = {twiml.SCREENED: "phone/pressed"} if path in LEGS else {}

        def address(name: str, position: Position) -> str:
            if id(position) not in sealed:
                sealed[id(position)] = seal(position, call, self._parts.key)
            return f"{self._prefix}/voice/{elsewhere.get(name, name)}?at={sealed[id(position)]}"

        return address

    # The caller's leg

    def _incoming(self, hotline: Hotline, hook: Webhook, _: Position | None) -> Reply:
        return self._service.incoming(hotline, hook.call, hook.doubtful)

    def _pressed(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        return self._service.pressed(hotline, hook.call, position, hook.key)

    def _came_back(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        return self._service.came_back(hotline, hook.call, position)

    def _rung(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if hook.rings_on and position is not None:
            return (Pause(_LOOK_AGAIN), Redirect(position))
        self._parts.meter.ring(hotline.id, _outcome(hook))
        end = DialEnd(hook.bridged, hook.talked, hook.rang, hook.over, hook.placed)
        return self._service.ring_ended(hotline, hook.call, position, end)

    def _dialled(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if hook.talked or (hook.placed is not None and not hook.over):
            self._service.placed(hotline, bool(hook.talked or hook.placed))
        return self._service.dial_ended(hotline, hook.call, position, hook.over)

    def _ended(self, hotline: Hotline, hook: Webhook, _: Position | None) -> Reply:
        if not hook.going:  # some are about a call that continues at the same address
            self._service.ended(hotline, hook.call)
        return ()

    # A volunteer's leg

    def _screening(self, hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        return self._metered(hotline, self._service.picked_up(hotline, position))

    def _screened(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        return self._metered(hotline, self._service.screened(hotline, hook.call, position, hook.key))

    def _metered(self, hotline: Hotline, screening: Screening) -> Reply:
        if screening.outcome is not None:
            self._parts.meter.ring(hotline.id, screening.outcome)
        return screening.reply

    def _leg_ended(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if not hook.going:
            self._service.leg_ended(hotline, position)
        return ()


def _names(hotline: Hotline) -> Iterator[str]:
    """Yield the names of steps and volunteers: a long one travels as a mark, and is looked up among them."""
    yield from hotline.flow.steps
    for one in hotline.everyone():
        yield from one.rota.volunteers


def _sealed_to(path: str, hook: Webhook) -> str:
    """Return the call that a webhook's position is sealed to: none for a leg that we asked for, by no caller's call."""
    return "" if path in LEGS else hook.call


def _outcome(hook: Webhook) -> RingOutcome:
    """Return the outcome of the ring that a webhook reports."""
    if hook.bridged:
        return RingOutcome.ACCEPTED
    return RingOutcome.CALLER_GONE if hook.over else _OUTCOMES.get(hook.dialled, RingOutcome.FAILED)
