"""The webhooks of a call. Each is checked, read, handed to the service, and answered with TwiML."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain

from flask import Blueprint, Response, request

from hotline.carrier import twiml
from hotline.carrier.signature import SignatureCheck
from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position, seal, unseal
from hotline.core.calls.reply import GoOn, Pause, Reply, Say
from hotline.core.reports.metrics import RingOutcome
from hotline.errors import describe
from hotline.ports import Directory, Meter, Notices
from hotline.services.answering import Answering, DialEnd
from hotline.webhooks.heartbeat import HeartbeatReplies
from hotline.webhooks.rescue import Rescue
from hotline.webhooks.ring_test import RingTestRoutes
from hotline.webhooks.signed import refuse_unsigned
from hotline.webhooks.webhook import Webhook, as_twiml

Handler = Callable[[Hotline, Webhook, Position | None], Reply]

# Twilio docs: voice/twiml/dial, DialCallStatus. "completed" without a bridge: picked up, and not taken.
_LOOK_AGAIN = 2
"""Seconds."""
_OUTCOMES = {
    "completed": RingOutcome.DECLINED,
    "no-answer": RingOutcome.NO_ANSWER,
    "busy": RingOutcome.BUSY,
    "canceled": RingOutcome.CALLER_GONE,
}


def make_voice(
    service: Answering,
    directory: Directory,
    rescue: Rescue,
    ring_tests: RingTestRoutes,
    signature: SignatureCheck,
    key: bytes,
    prefix: str,
    notice: Notices,
    meter: Meter,
    heartbeats: HeartbeatReplies,
) -> Blueprint:
    """The voice webhooks. `key` seals positions; `prefix` is the path of the public address, "" for none."""
    voice = Blueprint("voice", __name__)
    refuse_unsigned(voice, signature, meter.refused, notice)

    def addresses(call: str) -> twiml.Address:
        sealed: dict[int, str] = {}  # a document's addresses mostly share one position

        def address(name: str, position: Position) -> str:
            if id(position) not in sealed:
                sealed[id(position)] = seal(position, call, key)
            return f"{prefix}/voice/{name}?at={sealed[id(position)]}"

        return address

    def route(path: str, handler: Handler, *, volunteers_leg: bool = False) -> None:
        def view() -> Response:
            began = time.perf_counter()
            hook = Webhook.of(request, volunteers_leg=volunteers_leg)
            answer = answered(hook)
            if not hook.mark:
                meter.webhook(path, time.perf_counter() - began)
            return answer

        def answered(hook: Webhook) -> Response:
            try:
                hotline = directory.by_number(hook.line)
                if hotline is None:
                    hotline = directory.any()
                    notice(
                        "number_in_no_call_flow", remedy="Add the number the carrier calls with to a flow's `numbers`."
                    )
                if hotline is None:
                    notice("no_hotline", remedy="Run `hotline check`: no call flow for this number can be used.")
                    return rescue.answer(hook, volunteers_leg)
                names = chain(hotline.flow.steps, hotline.rota.volunteers)
                position = unseal(hook.at, hook.call, key, names) if hook.at else None
                if hook.mark and heartbeats.are_for(hook):
                    reply = heartbeats.reply(path, hotline, position)
                else:
                    reply = handler(hotline, hook, position)
                return as_twiml(twiml.render(reply, addresses(hook.call)))
            except Exception as error:  # noqa: BLE001 - whatever it is, there is a caller on the line
                notice("webhook_failed", route=path, error=describe(error))
                return rescue.answer(hook, volunteers_leg)

        voice.add_url_rule(path, path.replace("/", "_"), view, methods=["GET", "POST"])

    def ended(hotline: Hotline, hook: Webhook, _: Position | None) -> Reply:
        if not hook.going:  # some tell of a call that goes on at the same address
            service.ended(hotline, hook.call)
        return ()

    def leg_ended(hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if not hook.going:
            service.leg_ended(hotline, position)
        return ()

    def rung(hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if hook.rings_on and position is not None:
            return (Pause(_LOOK_AGAIN), GoOn(position))
        meter.ring(hotline.id, _outcome(hook))
        end = DialEnd(hook.bridged, hook.talked, hook.rang, hook.over, hook.placed)
        return service.ring_ended(hotline, hook.call, position, end)

    def dialled(hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if hook.talked or (hook.placed is not None and not hook.over):
            service.placed(hotline, bool(hook.talked or hook.placed))
        return service.dial_ended(hotline, hook.call, position, hook.over)

    def screening(hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        reply = service.picked_up(hotline, position)
        if _too_late(reply):
            meter.ring(hotline.id, RingOutcome.TOO_LATE)
        return reply

    def screened(hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        reply = service.screened(hotline, hook.call, position, hook.key)
        if _too_late(reply):
            meter.ring(hotline.id, RingOutcome.TOO_LATE)
        elif hook.key == hotline.rota.ringing.pass_key:
            meter.ring(hotline.id, RingOutcome.PASSED)
        return reply

    route("/voice", lambda hotline, hook, _: service.incoming(hotline, hook.call, hook.doubtful))
    route("/voice/key", lambda hotline, hook, at: service.pressed(hotline, hook.call, at, hook.key))
    route("/voice/next", lambda hotline, hook, at: service.came_back(hotline, hook.call, at))
    route("/voice/rung", rung)
    route("/voice/dialled", dialled)
    route("/voice/ended", ended)
    route("/voice/screening", screening, volunteers_leg=True)
    route("/voice/screened", screened, volunteers_leg=True)
    route("/voice/leg", leg_ended, volunteers_leg=True)
    rescue.add_routes(voice)
    ring_tests.add_routes(voice)
    return voice


def _outcome(hook: Webhook) -> RingOutcome:
    """Return how the ring that a webhook tells of came out."""
    if hook.bridged:
        return RingOutcome.ACCEPTED
    return RingOutcome.CALLER_GONE if hook.over else _OUTCOMES.get(hook.dialled, RingOutcome.FAILED)


def _too_late(reply: Reply) -> bool:
    """Return whether a volunteer is told something and let go: they are asked with a Screen, and nothing
    else is said."""
    return bool(reply) and isinstance(reply[0], Say)
