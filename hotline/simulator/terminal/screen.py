"""A call in progress on a terminal: speech appears as it is spoken, and the last line shows the possible keys."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from hotline.simulator.call import Call
from hotline.simulator.line.events import Event, Kind, clock_face
from hotline.simulator.line.legs import Leg
from hotline.simulator.terminal.drawing import line
from hotline.simulator.terminal.ringing import RingingPhones

RING_HINT = "a answer · p pass · i ignore · v voicemail · b busy"
HINTS: dict[Kind, str] = {"rings": RING_HINT, "picks up": "keys now go to that phone"}
"""The possible keys, where the screen has no fixed bottom line."""


class CallScreen:
    """Draws the events of one call on `console`, as plain lines if the console is not a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lively = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._speaking: Event | None = None
        self._start = 0.0
        self._rate = 15.0
        self._listening: dict[str, tuple[float, float]] = {}
        self._phones: RingingPhones | None = None

    def __enter__(self) -> Self:
        if self._lively:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lively:
            self._live.stop()

    def follow(self, call: Call, phones: RingingPhones) -> None:
        """Draw this call from now on."""
        self._phones = phones
        self._start = call.leg.began
        self._rate = call.world.carrier.quirks.characters_per_second

        def watcher(event: Event) -> None:
            phones.adopt()
            if any(event.leg == leg.sid for leg in phones.legs()):
                self._show(event)

        call.world.watch(watcher)

    def _show(self, event: Event) -> None:
        if event.kind == "asks":
            return
        self.finish_speech(event.at)
        self._listening.pop(event.leg, None)
        if event.kind == "hears":
            self._speaking = event
            if not self._lively:
                self.finish_speech(float("inf"))
        elif event.kind == "is listened to":
            self._listening[event.leg] = (event.at, float(event.text.split()[1]))
        elif event.kind != "is connected" or event.who == "caller":
            hint = "" if self._lively else self._hint(event)
            self._line(event, line(event.kind, event.text) + Text(hint, "dim"))

    def _hint(self, event: Event) -> str:
        """Return what can be done about an event, where no line is kept for it."""
        hint = HINTS.get(event.kind, "")
        letter = self._phones.letter(event.leg) if self._phones is not None and event.kind == "rings" else "a"
        if letter != "a":
            hint = f"{letter} answer"
        return f"   {hint}" if hint else ""

    def finish_speech(self, at: float) -> None:
        """Finish what was being spoken at `at`, perhaps in mid-sentence."""
        event, self._speaking = self._speaking, None
        if event is None:
            return
        said = int((at - event.at) * self._rate) if at != float("inf") else len(event.text)
        whole = said >= len(event.text) - 1
        self._line(event, line("hears", event.text if whole else event.text[: max(0, said)] + " —", event.language))

    def say(self, words: str) -> None:
        """Print a line of our own."""
        self._console.print(Text(words, "dim"))

    def remark(self, leg: Leg, words: str) -> None:
        """Show a remark about a phone that the carrier knows nothing of."""
        now = leg.carrier.clock.elapsed
        self.finish_speech(now)
        self._line(Event(now, leg.call.sid, leg.sid, leg.name, "rings"), Text(words, "dim"))

    def refresh(self, now: float, hint: Text) -> None:
        """Draw the moving part: speech so far, the expected event, the possible keys."""
        if not self._lively:
            return
        grid = _grid()
        if self._speaking is not None:
            said = int((now - self._speaking.at) * self._rate)
            if said >= len(self._speaking.text):
                self.finish_speech(float("inf"))
            else:
                at = clock_face(self._speaking.at - self._start)
                grid.add_row(at, _who(self._speaking), Text("“" + self._speaking.text[:said]))
        grid.add_row()
        grid.add_row(Text(clock_face(now - self._start), "bold"), "", hint)
        self._live.update(grid, refresh=True)

    def patience(self, leg: Leg, now: float) -> str:
        """Return how long the carrier still waits for a key on `leg`, in words; empty if it does not."""
        since, seconds = self._listening.get(leg.sid, (0.0, 0.0))
        left = since + seconds - now
        return f" ({left:.0f} s)" if left > 0 and leg.listening else ""

    def _line(self, event: Event, what: Text) -> None:
        grid = _grid()
        grid.add_row(clock_face(event.at - self._start), _who(event), what)
        self._console.print(grid)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", style="dim", no_wrap=True, min_width=6)
    grid.add_column(style="bold", no_wrap=True, min_width=8)
    grid.add_column(ratio=1)
    return grid


def _who(event: Event) -> str:
    return "you" if event.who == "caller" else event.who
