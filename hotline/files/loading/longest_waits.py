"""The longest time that callers can wait for a last resort, for `hotline check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hotline.core.calls.longest_wait import longest_wait
from hotline.core.planning.settings_diff import duration
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding
from hotline.files.findings.unreadable import clip
from hotline.files.loading.load import Loaded

ALLOWANCE = 60
"""Seconds over `max_wait` that greetings and menus may take."""


def check_waits(loaded: Loaded) -> Iterator[Finding]:
    """Report the longest time before a last resort: as a note, or a warning if it is too long.

    For each hotline, and for each first step that rings another rota if a caller comes to it by a key.
    """
    for id, places in loaded.ring_places.items():
        hotline, (first, *_) = loaded.hotlines[id], places
        yield _finding(places[first], *longest_wait(hotline), None)
        for step, place in places.items():
            if hotline.flow.people_at(step) is not None and step != first:
                yield _finding(place, *longest_wait(hotline, step), step)


def _finding(place: Finding, seconds: int | None, max_wait: int, step: str | None) -> Finding:
    most = max_wait + ALLOWANCE
    if seconds is None:
        return replace(
            place,
            severity="warning",
            message=Wording("A caller who presses nothing and gets no answer never reaches a last resort."),
            help=Wording("Point `not_answered` or `no_key` to a step with `dial` or `hang_up: true`."),
        )
    if step is None:
        message = Wording(
            "A caller who presses nothing and gets no answer reaches a last resort after at most %(time)s.",
            time=duration(seconds),
        )
    else:
        message = Wording(
            "A caller at step `%(step)s`, whom nobody answers, comes to a last resort after %(time)s at most.",
            step=clip(step),
            time=duration(seconds),
        )
    if seconds <= most:
        help = Wording("`hotline call --others no-answer --keys -` simulates such a call.")
        return replace(place, message=message, help=help)
    help = Wording(
        "Keep it under %(most)s (`max_wait` plus a minute): shorten the words and waits, or point "
        "`no_key` to the last resort.",
        most=duration(most),
    )
    return replace(place, severity="warning", message=message, help=help)
