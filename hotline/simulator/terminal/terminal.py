"""The phone in the terminal: one person plays the caller and, as their phones ring, the volunteers."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from hotline.simulator.call import Call
from hotline.simulator.line.behaviour import Behaviour, Player, named
from hotline.simulator.line.events import clock_face
from hotline.simulator.line.legs import Leg
from hotline.simulator.record import CallRecord, record
from hotline.simulator.terminal.drawing import print_picture, print_record
from hotline.simulator.terminal.keyboard import Keyboard, StreamKeyboard
from hotline.simulator.terminal.ringing import LETTERS, RingingPhones
from hotline.simulator.terminal.screen import RING_HINT, CallScreen
from hotline.simulator.world import World

__all__ = ["Terminal", "interactive_call", "print_record"]

TICK = 0.08
"""Real seconds between two drawings."""

PHONE_KEYS = "0123456789*#"
RING_KEYS = "apivb"


@dataclass(frozen=True, slots=True)
class Terminal:
    """The person's side: a console, and a keyboard; None is standard input."""

    console: Console
    keyboard: Keyboard | None = None


def interactive_call(
    world: World,
    to: str,
    terminal: Terminal,
    *,
    caller: str = "+14105550999",
    declining: str = "2",
    speed: float = 1.0,
) -> CallRecord:
    """Call `to` in real time and return the call's record.

    Phones without a behaviour follow the typed keys. `speed` 2 makes time go twice as fast. Ctrl-C hangs the caller up;
    the carrier's last webhooks are still sent.
    """
    console, screen = terminal.console, CallScreen(terminal.console)
    with _no_interrupts() as interrupted, terminal.keyboard or StreamKeyboard() as keys, screen:
        call = world.call(to, caller)
        screen.say(f"  ☎ calling {to} …  type a digit to press it, h to hang up")
        console.print()
        ringing = RingingPhones(call)
        screen.follow(call, ringing)
        _Hands(call, screen, keys, declining, ringing).run(speed, interrupted)
    result = record(call)
    print_picture(console, result)
    return result


@contextmanager
def _no_interrupts() -> Iterator[threading.Event]:
    """The first Ctrl-C sets the given event; the second interrupts as usual."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return
    before = signal.getsignal(signal.SIGINT)

    def note(*_: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


class _Hands:
    """Gives each typed key to its phone."""

    def __init__(self, call: Call, screen: CallScreen, keys: Keyboard, declining: str, phones: RingingPhones) -> None:
        self._call = call
        self._clock = call.world.clock
        self._screen = screen
        self._keys = keys
        self._declining = declining
        self._phones = phones

    def run(self, speed: float, interrupted: threading.Event) -> None:
        """Keep the simulated clock in step with the real one until the call is over.

        After each event it checks the keyboard, even if this process is late. So a machine that paused for a moment
        skips no prompt.
        """
        origin, start = time.monotonic(), self._clock.elapsed

        def real() -> float:
            return start + (time.monotonic() - origin) * speed

        while self._call.leg.live and not interrupted.is_set():
            due = self._clock.next_due()
            self._keys.wait(TICK if due is None else min(TICK, max(0.0, due - real()) / speed))
            self._clock.advance_to(real() if due is None else min(real(), due))
            typed = self._keys.peek()
            while typed is not None and (self._usable(typed) or not self._keys.patient):
                self._keys.take()
                self._press(typed)
                self._clock.advance_to(self._clock.elapsed)
                typed = self._keys.peek()
            self._screen.refresh(self._clock.elapsed, self._hint())
        if self._call.leg.live:
            self._hang_up(self._call.leg)
        self._clock.run_until(lambda: self._call.is_over, 60.0)
        self._screen.finish_speech(self._clock.elapsed)

    # The phone that a key is for

    def _screened(self) -> Leg | None:
        """Return the phone that was picked up and waits to be connected; of several, one that is asked for a key."""
        screened = [leg for leg in self._call.leg.children if leg.outcome == "answered" and leg.device is None]
        return next((leg for leg in screened if leg.listening), screened[0] if screened else None)

    def _presser(self) -> Leg:
        """Return the phone whose keys are pressed."""
        caller, screened = self._call.leg, self._screened()
        return caller if screened is None or (caller.listening and not screened.listening) else screened

    def _answered_by(self, typed: str) -> Leg | None:
        """Return the ringing phone that a letter answers: small letters as they are shown, and capitals always."""
        phones = self._phones.by_letter()
        return phones.get(typed.lower()) or (self._phones.first() if typed == "a" else None)

    def _usable(self, typed: str) -> bool:
        """Return whether there is a use for this key now; keys typed ahead wait until there is."""
        if typed in PHONE_KEYS:
            return self._presser().listening
        if typed in RING_KEYS:
            return self._phones.first() is not None
        if typed.lower() in LETTERS:
            return self._answered_by(typed) is not None
        return typed != "o" or self._call.leg.peer is not None

    def _press(self, typed: str) -> None:
        ringing, peer, answered = self._phones.first(), self._call.leg.peer, self._answered_by(typed)
        if typed in PHONE_KEYS:
            self._presser().press(typed)
        elif typed == "h":
            self._hang_up(self._screened() or self._call.leg)
        elif typed == "o" and peer is not None:
            peer.hang_up()
        elif answered is not None:
            answered.pick_up()
        elif typed in RING_KEYS and ringing is not None:
            self._play(ringing, typed)

    def _play(self, leg: Leg, typed: str) -> None:
        """Apply a typed key to a ringing phone."""
        if typed == "p":
            Player(leg, named("pass after 0", ("", self._declining))).ring()
        elif typed == "v":
            Player(leg, Behaviour("voicemail", picks_up_after=0, hangs_up_after=45)).ring()
        elif typed == "b":
            leg.refuse("busy")
        else:
            self._phones.ignored.add(leg.sid)
            self._screen.remark(leg, "lets it ring")

    def _hang_up(self, leg: Leg) -> None:
        if leg is self._call.leg:
            leg.carrier.note(leg, "hangs up")
        leg.hang_up()

    def _hint(self) -> Text:
        """Return what can be done now."""
        call, now = self._call.leg, self._clock.elapsed
        ringing, screened = self._phones.by_letter(), self._screened()
        if call.peer is not None and call.bridged is not None:
            talking = clock_face(now - call.bridged)
            return Text(f"talking with {call.peer.name} {talking}", "bold green") + Text(
                f"   h hang up · o {call.peer.name} hangs up", "dim"
            )
        if screened is not None:
            waits = self._screen.patience(screened, now)
            return Text(f"you are {screened.name}: press a key{waits}", "cyan") + Text("   h hang up", "dim")
        if ringing:
            return _ringing_hint(ringing)
        if call.listening:
            return Text(f"press a key{self._screen.patience(call, now)}", "magenta") + Text("   h hang up", "dim")
        return Text("h hang up", "dim")


def _ringing_hint(phones: dict[str, Leg]) -> Text:
    """Return which phones ring, and what can be done with them."""
    if len(phones) == 1 and "a" in phones:
        return Text(f"☎ {phones['a'].name}'s phone rings", "bold yellow") + Text(f"   {RING_HINT} · h hang up", "dim")
    ringing = " · ".join(f"{letter} {leg.name}" for letter, leg in phones.items())
    return Text(f"☎ ringing: {ringing}", "bold yellow") + Text(
        "   a letter answers · of the first: p pass · i ignore · v voicemail · h hang up", "dim"
    )
