"""Gaps near enough that somebody has to be found now."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.core.rota.on_call import Schedule
from hotline.core.times.spans import Span, joined

NEAR = timedelta(hours=48)
_BACK = timedelta(days=8)
_ON = timedelta(days=8)
"""How far beyond what is near a gap is followed, so that it has the same start and end whenever it is looked for."""


def near_gaps(schedule: Schedule, now: datetime) -> list[Span]:
    """The gaps of the next 48 hours, each whole: one under way from its start, one that goes on to its end."""
    empty = (
        Span(one.start, one.end) for one in schedule.stretches(now - _BACK, now + NEAR + _ON) if not one.who.on_call
    )
    return [one for one in schedule.while_open(joined(empty)) if one.end > now and one.start < now + NEAR]
