"""The longest time that callers can wait for a last resort, as `hotline check` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hotline.core.calls.longest_wait import longest_wait
from hotline.core.planning.settings_diff import duration
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, Severity
from hotline.files.loading.load import Loaded

ALLOWANCE = 60
"""Seconds over `max_wait` that greetings and menus may take."""


def check_waits(loaded: Loaded) -> Iterator[Finding]:
    """Find, for each hotline, the longest time before a last resort: a note, or a warning if that is too long."""
    for id, place in loaded.ring_places.items():
        hotline = loaded.hotlines[id]
        seconds, most = longest_wait(hotline), hotline.rota.ringing.max_wait + ALLOWANCE
        severity: Severity = "note"
        help = Wording("`hotline call --others no-answer --keys -` simulates such a call.")
        if seconds is None:
            severity = "warning"
            message = Wording("A caller who presses nothing and gets no answer never reaches a last resort.")
            help = Wording("Point `not_answered` or `no_key` to a step with `dial` or `hang_up: true`.")
        else:
            message = Wording(
                "A caller who presses nothing and gets no answer reaches a last resort after at most %(time)s.",
                time=duration(seconds),
            )
            if seconds > most:
                severity = "warning"
                help = Wording(
                    "Keep it under %(most)s (`max_wait` plus a minute): shorten the words and waits, or point "
                    "`no_key` to the last resort.",
                    most=duration(most),
                )
        yield replace(place, severity=severity, message=message, help=help)
