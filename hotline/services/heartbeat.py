"""Placing the heartbeat: one test call to each hotline, through the public address, as far as the menu."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotline.core.calls import heartbeat as rules
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.calls.position import Position, unseal
from hotline.core.times.wall_clock import epoch_seconds
from hotline.core.wording import Wording
from hotline.errors import LineUnreachable, TryAgain
from hotline.ports import Clock, Heartbeats, Notices

AGAIN_AFTER = 30
"""Seconds after which a failed heartbeat is repeated, until one succeeds."""

PATIENCE = 120
"""Seconds that one round of calls may take. The worker has other jobs."""
_SLOW = Wording("Check what keeps web busy. The metric hotline_heartbeat_seconds shows how long each heartbeat took.")


class HeardStep(Protocol):
    """The answer to a step of a test call: the words, the verbs, and the address after silence, if any."""

    @property
    def texts(self) -> Sequence[str]: ...

    @property
    def verbs(self) -> Sequence[str]: ...

    @property
    def silence(self) -> str | None: ...

    @property
    def positions(self) -> Sequence[str]: ...


class WayIn(Protocol):
    """A way to the hotline's own public address, as a carrier takes it. Raises LineUnreachable."""

    def step(self, target: str, number: str, call: str) -> tuple[HeardStep, float]:
        """Send one signed, marked webhook of a call to a number. Returns the words, and the seconds it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beating:
    """Places heartbeats. `ping` reports a good one to an outside monitor; it raises LineUnreachable.

    `look_again` makes this process read the files again, in case of a recent edit. It may take seconds.
    """

    hotlines: Callable[[], Iterable[Hotline]]
    line: WayIn
    kept: Heartbeats
    clock: Clock
    key: bytes
    notice: Notices
    look_again: Callable[[], None]
    ping: Callable[[], None] | None = None

    def place(self) -> Heartbeat:
        """Call every hotline, store the result, and report a good one to the outside monitor.

        Raises LiveStateUnavailable if it cannot be stored.
        """
        at = epoch_seconds(self.clock())
        beats = self.beats()
        went = Heartbeat(at, beats)
        if went.well and self.ping is not None:
            try:
                self.ping()
            except LineUnreachable as error:
                went = Heartbeat(at, beats, ping_problem=error.message)
                self.notice("heartbeat_ping_failed", problem=error.message)
        for beat in beats:
            if beat.problem:
                self.notice("heartbeat_failed", hotline=beat.hotline, problem=beat.problem, remedy=beat.remedy)
        self.kept.keep(went)
        return went

    def beat(self) -> None:
        """Place a heartbeat.

        Raises TryAgain after a failure, so that brief trouble is not reported before the next one.
        """
        if not self.place().well:
            raise TryAgain(Wording("A heartbeat failed."), Wording("See `hotline doctor`."), after=AGAIN_AFTER)

    def beats(self) -> tuple[Beat, ...]:
        """Call every hotline, without storing or reporting the results."""
        return tuple(self._beats())

    def _beats(self) -> Iterable[Beat]:
        looked_again, began = False, self.clock()
        for hotline in self.hotlines():
            if (self.clock() - began).total_seconds() > PATIENCE:
                yield Beat(
                    hotline.id, 0.0, Wording("It was not called, because the calls before it took too long."), _SLOW
                )
                return
            try:
                beat = self._call(hotline)
                if beat.problem and not looked_again:
                    looked_again = True  # once a round: it takes a while, and it is the same edit for all
                    self.look_again()
                    known = {one.id: one for one in self.hotlines()}
                    beat = self._call(known.get(hotline.id, hotline))
            except LineUnreachable as error:  # all have the same address: the others need not be tried
                yield Beat(hotline.id, 0.0, error.message, error.remedy)
                return
            yield beat

    def _call(self, hotline: Hotline) -> Beat:
        call = rules.CALL_PREFIX + secrets.token_hex(12)
        asked = epoch_seconds(self.clock())
        heard, took = self.line.step("/voice", hotline.flow.number, call)
        answered = epoch_seconds(self.clock())
        # The line may open or close between the two.
        problems = [self._judged(heard, rules.spoken(rules.incoming(hotline, at))) for at in (asked, answered)]
        if problems[0] and problems[1]:
            return Beat(hotline.id, took, *problems[1])
        if heard.silence is None:
            return Beat(hotline.id, took)
        position = self._position(heard, call)
        if position is None:
            return Beat(
                hotline.id,
                took,
                Wording("The web process that answered has a different secret key from the worker's machine."),
                Wording(
                    "Set the same HOTLINE_SECRET_KEY on every machine. Otherwise calls start over whenever another "
                    "machine answers."
                ),
            )
        wanted = rules.spoken(rules.silent(hotline, position, answered))
        heard, _ = self.line.step(heard.silence, hotline.flow.number, call)
        return Beat(hotline.id, took, *self._judged(heard, wanted) or ())

    def _position(self, heard: HeardStep, call: str) -> Position | None:
        return unseal(heard.positions[0], call, self.key) if heard.positions else None

    def _judged(self, heard: HeardStep, wanted: Sequence[str]) -> tuple[str, str] | None:
        """Return the problem of the words heard, and its remedy. None if there is none."""
        if "Dial" in heard.verbs:
            return (
                Wording("It apologised and would have rung the backup, because something failed in our code."),
                Wording("Look for webhook_failed in the logs of web."),
            )
        if list(heard.texts) == [" ".join(text.split()) for text in wanted]:
            return None
        if not heard.texts:
            return Wording("It says nothing."), Wording("Look for webhook_failed in the logs of web.")
        return (
            Wording("Its words differ from the files on the worker's machine."),
            Wording(
                "Give every machine the same files. If a file was edited a moment ago, wait for the next heartbeat."
            ),
        )
