"""The webhooks of a call for which several phones ring: of the caller in the queue, and of volunteers' legs."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position
from hotline.core.calls.reply import HangUp, Leave, Reply
from hotline.ports import Meter
from hotline.services.answering import Answering
from hotline.services.screening import Screening
from hotline.services.several_phones import LegEnd, SeveralPhones
from hotline.webhooks.webhook import Handler, Webhook

LEGS = frozenset(
    {
        "/voice/phone",
        "/voice/phone/pressed",
        "/voice/phone/taken",
        "/voice/phone/ended",
        "/voice/talked",
        "/voice/bridged",
    }
)
"""Addresses whose position is a volunteer's: the carrier was asked for that leg, and knows of no caller's call."""


class SeveralHandlers:
    """Answers these webhooks. A position that is not ours leaves the queue, or hangs up a volunteer's leg."""

    def __init__(self, answering: Answering, several: SeveralPhones, meter: Meter) -> None:
        self._answering = answering
        self._several = several
        self._meter = meter

    def of_callers(self) -> Mapping[str, Handler]:
        """Return the handlers of what concerns the caller's leg."""
        return {
            "/voice/waiting": self._waiting,
            "/voice/out": self._way_out,
            "/voice/left": self._left,
            "/voice/now": self._moved,
            "/voice/bridged": self._bridged,
        }

    def of_volunteers(self) -> Mapping[str, Handler]:
        """Return the handlers of what concerns a volunteer's leg."""
        return {
            "/voice/phone": self._picked_up,
            "/voice/phone/pressed": self._pressed,
            "/voice/phone/taken": self._taken,
            "/voice/phone/ended": self._leg_ended,
            "/voice/talked": self._talked,
        }

    def _waiting(self, hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        if position is None or position.hunt is None:
            return (Leave(),)
        return self._several.waiting(hotline, position)

    def _way_out(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if position is None or position.hunt is None:
            return (Leave(),)
        return self._several.way_out(hotline, position, hook.key)

    def _left(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        how = "hangup" if hook.over else hook.left
        return self._answering.left_queue(hotline, hook.call, position, how, hook.queue)

    def _moved(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if position is None or position.hunt is None:
            return self._answering.came_back(hotline, hook.call, None)
        return self._several.moved(position)

    def _bridged(self, hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        return () if position is None else self._several.bridged(hotline, position)

    def _picked_up(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if position is None:
            return (HangUp(),)
        return self._metered(hotline, self._several.picked_up(hotline, position, hook.leg))

    def _pressed(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if position is None:
            return (HangUp(),)
        return self._metered(hotline, self._several.pressed(hotline, position, hook.key))

    def _taken(self, hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        return (HangUp(),) if position is None else self._several.taken(hotline, position)

    def _talked(self, hotline: Hotline, _: Webhook, position: Position | None) -> Reply:
        return (HangUp(),) if position is None else self._several.talked(hotline, position)

    def _leg_ended(self, hotline: Hotline, hook: Webhook, position: Position | None) -> Reply:
        if position is not None and not hook.going:
            outcome = self._several.leg_ended(hotline, position, LegEnd(hook.leg, hook.status))
            if outcome is not None:
                self._meter.ring(hotline.id, outcome)
        return ()

    def _metered(self, hotline: Hotline, screening: Screening) -> Reply:
        if screening.outcome is not None:
            self._meter.ring(hotline.id, screening.outcome)
        return screening.reply
