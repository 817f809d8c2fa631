"""The longest time that callers can wait for a last resort, for `hotline check`."""

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
    """Report, for each hotline, the longest time before a last resort: as a note, or a warning if it is too long."""
    for id, place in loaded.ring_places.items():
        hotline = loaded.hotlines[id]
        seconds, most = longest_wait(hotline), hotline.rota.ringing.max_wait + ALLOWANCE
        severity: Severity = "note"
        help = Wording("`hotline call --others no-answer --keys -` plays such a call.")
        if seconds is None:
            severity = "warning"
            message = Wording("A caller who presses nothing, and whom nobody answers, never comes to a last resort.")
            help = Wording("Lead `not_answered` or `no_key` to a step with `dial`, or with `hang_up: true`.")
        else:
            message = Wording(
                "A caller who presses nothing, and whom nobody answers, comes to a last resort after %(time)s at most.",
                time=duration(seconds),
            )
            if seconds > most:
                severity = "warning"
                help = Wording(
                    "Make it %(most)s (`max_wait` and a minute) at most: shorten the words and waits, or lead `no_key`"
                    " to the last resort.",
                    most=duration(most),
                )
        yield replace(place, severity=severity, message=message, help=help)
