"""Calls in the words of a test: what is heard and pressed, and whose phone rings. Each step advances the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, NoReturn, Protocol, Self

from hotline.simulator.line.clock import Clock
from hotline.simulator.line.events import Event, clock_face, picture
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.switchboard import CarrierState
from hotline.simulator.line.violations import CallFailed

PATIENCE = 600.0
"""Simulated seconds a step waits for its expected event."""


class Running(Protocol):
    """The world as a call needs it: one clock, advanced by each step, and the carrier."""

    clock: Clock
    carrier: CarrierState
    placed: list[Placed]

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by, for every call."""

    def run_until(self, met: Callable[[], bool], within: float = 600.0) -> bool:
        """Let time go by until `met()`, for at most `within` seconds; return whether it was."""

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher` with everything that happens from now on."""


class Rung(NamedTuple):
    """A phone that rang, and when, in seconds since its call began."""

    name: str
    at: float


def legs_of(call: Leg) -> list[Leg]:
    """Return a caller's leg and those rung for it."""
    return [call, *call.children]


def events_of(call: Leg) -> list[Event]:
    """Return what happened on a caller's leg and on those rung for it, in order."""
    sids = {leg.sid for leg in legs_of(call)}
    return [event for event in call.carrier.events if event.leg in sids]


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()


class Party:
    """Someone on a phone, caller or callee. Every step answers itself, so that steps can be chained."""

    def __init__(self, world: Running, leg: Leg) -> None:
        self.world = world
        self.leg = leg
        self._listened = 0

    def hears(self, text: str, *, language: str | None = None, within: float = PATIENCE) -> Self:
        """Wait until something is spoken that contains `text`, after what was heard in the last such step."""
        self.world.run_until(lambda: self._find(text) is not None or not self.leg.live, within)
        place = self._find(text)
        if place is None:
            self.fail(f"{self.leg.name} did not hear “{text}”")
        spoken = self.leg.heard[place]
        if language is not None and spoken.language != language:
            self.fail(f"“{text}” was spoken in {spoken.language or 'no language'}, not in {language}")
        self._listened = place + 1
        return self

    def does_not_hear(self, text: str, *, seconds: float = 0.0) -> Self:
        """Let `seconds` pass; `text` has not been spoken since the last step, and is not spoken now."""
        self.world.advance(seconds)
        if self._find(text) is not None:
            self.fail(f"{self.leg.name} heard “{text}”")
        return self

    def _find(self, text: str) -> int | None:
        wanted = _plain(text)
        heard = self.leg.heard
        return next((place for place in range(self._listened, len(heard)) if wanted in _plain(heard[place].text)), None)

    def presses(self, keys: str, *, at_once: bool = False, within: float = PATIENCE) -> Self:
        """Press keys one by one, each as soon as the carrier takes one (it does during a Gather's own prompt).

        With `at_once` they are pressed whether anything listens or not.
        """
        for key in keys:
            if not at_once:
                self.world.run_until(lambda: self.leg.listening or not self.leg.live, within)
                if not self.leg.listening:
                    self.fail(f"{self.leg.name} wanted to press {key}, and nothing listened")
            self.leg.press(key)
            self.world.advance(0)
        return self

    def stays_silent(self, *, within: float = PATIENCE) -> Self:
        """Press nothing at the current or next prompt, until the carrier stops listening."""
        before = self.leg.gathers
        self.world.run_until(lambda: self.leg.gathers > before or not self.leg.live, within)
        if self.leg.gathers == before:
            self.fail(f"{self.leg.name} stayed silent, and was never asked for a key")
        return self

    def waits(self, seconds: float) -> Self:
        """Let `seconds` go by."""
        self.world.advance(seconds)
        return self

    def hangs_up(self) -> Self:
        """Hang up, now."""
        if not self.leg.live:
            self.fail(f"{self.leg.name} wanted to hang up, and the call was over")
        if self.leg.parent is None and not self.leg.placed:
            self.world.carrier.note(self.leg, "hangs up")
        self.leg.hang_up()
        self.world.advance(0)
        return self

    def transcript(self, *, requests: bool = True) -> str:
        """The whole call so far: time, who, what."""
        first = self.leg.call
        events = events_of(first)
        head = f"Call from {first.caller} to {first.called}, {self.world.clock.at(first.began):%Y-%m-%d %H:%M:%S} UTC"
        return f"{head}\n{picture(events, first.began, requests)}"

    def fail(self, what: str) -> NoReturn:
        """Raise CallFailed, with the transcript."""
        at = clock_face(self.world.clock.elapsed - self.leg.call.began)
        raise CallFailed(f"At {at}: {what}.\n\n{self.transcript()}")


class Ring(Party):
    """An attempt to reach someone: their phone rings, and the owner acts."""

    @property
    def outcome(self) -> str:
        """The ring's outcome: ringing, answered, connected, declined, hung up, no-answer, busy, failed or canceled."""
        return self.leg.outcome

    def picks_up(self, *, after: float = 0.0) -> Self:
        """Answer the phone, `after` seconds from now."""
        self.world.advance(after)
        if self.leg.outcome != "ringing":
            self.fail(f"{self.leg.name} wanted to pick up, and the phone was {self.leg.outcome}")
        self.leg.pick_up()
        self.world.advance(0)
        return self

    def passes(self, key: str = "2") -> Self:
        """Pick up and press the key that passes the call on."""
        return self.picks_up().presses(key)

    def declines(self) -> Self:
        """Send the call away, as a phone's red button does."""
        self.leg.refuse("busy")
        self.world.advance(0)
        return self

    def cannot_be_reached(self) -> Self:
        """Have the phone off the network."""
        self.leg.refuse("failed")
        self.world.advance(0)
        return self

    def ignored(self, *, within: float = PATIENCE) -> Self:
        """Let it ring until the carrier stops."""
        self.world.run_until(lambda: not self.leg.live, within)
        if self.leg.outcome != "no-answer":
            self.fail(f"{self.leg.name}'s phone was to be left ringing, and it was {self.leg.outcome}")
        return self

    def voicemail_answers(self, *, after: float = 0.0, hangs_up_after: float = 45.0) -> Self:
        """Let a voicemail pick up.

        It talks over any words, presses nothing and hangs up, unless the carrier does first.
        """
        self.picks_up(after=after)
        self.world.clock.after(hangs_up_after, self.leg.hang_up)
        self.world.run_until(lambda: not self.leg.live, hangs_up_after + 1)
        return self

    def stops_ringing(self, *, within: float = PATIENCE) -> Self:
        """Wait until the phone stops ringing without an answer."""
        self.world.run_until(lambda: self.leg.outcome != "ringing", within)
        if self.leg.outcome not in ("canceled", "no-answer"):
            self.fail(f"{self.leg.name}'s phone was to stop ringing, and it was {self.leg.outcome}")
        return self

    def was(self, outcome: str, *, within: float = PATIENCE) -> Self:
        """Wait until this ring is over, with `outcome`."""
        self.world.run_until(lambda: not self.leg.live, within)
        if self.leg.outcome != outcome:
            self.fail(f"{self.leg.name}'s ring was {self.leg.outcome}, not {outcome}")
        return self


class Placed(Ring):
    """A call that the server asked for: a phone rings, and only the carrier is at the other end."""

    @property
    def sid(self) -> str:
        """The CallSid of this call or leg."""
        return self.leg.sid

    @property
    def is_over(self) -> bool:
        """Return whether the call has ended and every webhook about it was sent."""
        return self.leg.task is not None and self.leg.task.done and not self.world.carrier.callbacks_due[self.leg.sid]

    def has_ended(self, *, within: float = PATIENCE) -> Self:
        """Wait until the call is over, with every status callback sent."""
        self.world.run_until(lambda: self.is_over, within)
        if not self.is_over:
            self.fail("the call goes on")
        return self


def ring_of(world: Running, leg: Leg) -> Ring:
    """The ring on a leg: a Placed where the server asked for it."""
    return Placed(world, leg) if leg.placed else Ring(world, leg)


class Call(Party):
    """A caller's call."""

    @property
    def is_over(self) -> bool:
        """Return whether the call has ended and every webhook about it was sent."""
        task = self.leg.task
        due = sum(self.world.carrier.callbacks_due[leg.sid] for leg in legs_of(self.leg))
        return task is not None and task.done and all(not leg.live for leg in legs_of(self.leg)) and not due

    @property
    def began(self) -> datetime:
        """The time when the call was dialled, in UTC."""
        return self.world.clock.at(self.leg.began)

    @property
    def sid(self) -> str:
        """The CallSid of this call or leg."""
        return self.leg.sid

    @property
    def ended_by(self) -> str:
        """The end: caller, hung up (by the server), finished, dropped, rejected, error or too long; "" until then."""
        return self.leg.ending

    @property
    def rung(self) -> list[Rung]:
        """The phones that rang so far, in order."""
        return [Rung(child.name, child.rung - self.leg.began) for child in self._rings() if child.rung is not None]

    @property
    def talking_with(self) -> str | None:
        """The name of the phone that the caller talks with now."""
        return self.leg.peer.name if self.leg.peer is not None else None

    @property
    def hears_ringing(self) -> bool:
        """Return whether the caller hears ringing now, and not silence, during a Dial."""
        return self.leg.ringback

    @property
    def ringing(self) -> list[str]:
        """The names of the phones that ring for this call now, in the order they began to."""
        return [leg.name for leg in self._rings() if leg.outcome == "ringing"]

    def _rings(self) -> list[Leg]:
        return sorted((leg for leg in self.leg.children if leg.rung is not None), key=lambda leg: leg.rung or 0.0)

    def _ring(self, name: str | None) -> Leg | None:
        """Return a ring that no step has expected yet: of that phone, or of any.

        Phones that a Dial rings must ring in the order expected; phones rung by the REST API need not, and count too
        if it is not known for which call they ring.
        """
        rings = [leg for leg in self._rings() if not leg.expected]
        if name is None:
            return rings[0] if rings else None
        others = [placed.leg for placed in self.world.placed if placed.leg.rung_for is not self.leg]
        fitting = [leg for leg in rings if leg.name == name or not leg.placed]
        fitting += [leg for leg in others if leg.name == name and not leg.expected and leg.began >= self.leg.began]
        return next((leg for leg in fitting if leg.rung is not None), None)

    def rings(self, name: str | None = None, *, within: float = PATIENCE) -> Ring:
        """Wait until another phone rings for this call; `name` says whose it must be."""
        self.world.run_until(lambda: self._ring(name) is not None or not self.leg.live, within)
        leg = self._ring(name)
        if leg is None:
            self.fail(f"{name}'s phone did not ring" if name else "no phone rang")
        leg.expected = True
        if name is not None and leg.name != name:
            self.fail(f"{leg.name}'s phone rang, not {name}'s")
        if leg.placed and leg.bridged is None and leg.rung_for is not self.leg:
            leg.placed_for(self.leg)
        return ring_of(self.world, leg)

    def rings_nobody_for(self, seconds: float) -> Self:
        """Let `seconds` pass, in which no phone rings for this call."""
        before = len(self._rings())
        self.world.advance(seconds)
        if len(self._rings()) > before:
            self.fail(f"{self._rings()[before].name}'s phone rang")
        return self

    def talks_with(self, name: str, *, within: float = PATIENCE) -> Self:
        """Wait until the caller is connected, to `name`."""
        self.world.run_until(lambda: self.leg.peer is not None or not self.leg.live, within)
        if self.talking_with != name:
            self.fail(f"the caller talks with {self.talking_with or 'nobody'}, not with {name}")
        return self

    def talks_for(self, seconds: float) -> Self:
        """Let `seconds` go by, with the caller connected all along."""
        peer = self.leg.peer
        self.world.advance(seconds)
        if peer is None or self.leg.peer is not peer:
            self.fail("the conversation ended early" if peer else "the caller talks with nobody")
        return self

    def has_ended(self, by: str | None = None, *, within: float = PATIENCE) -> Self:
        """Wait until the call is over, with every status callback sent. `by` is the expected `ended_by`."""
        self.world.run_until(lambda: self.is_over, within)
        if not self.is_over:
            self.fail("the call goes on")
        if by is not None and self.ended_by != by:
            self.fail(f"the call ended by {self.ended_by!r}, not {by!r}")
        return self

    def unexpected_ring(self) -> str | None:
        """Return whose phone rang without a test step expecting it, unless the phone has its own behaviour."""
        phones = self.world.carrier.phones
        unexpected = (leg for leg in self._rings() if not leg.expected)
        return next((leg.name for leg in unexpected if phones[leg.called].behaviour is None), None)
