"""Days and names as they are written everywhere that a rota is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from hotline.core.rota.days import Day
from hotline.core.rota.rota import Rota
from hotline.core.times.in_words import day, hours


def full_day(one: date) -> str:
    """A date in words: `Mon 5 Jan 2026`."""
    return f"{day(one)} {one.year}"


def moment(one: datetime) -> str:
    """An instant in words: `Mon 5 Jan 18:00`, as the datetime's own zone shows it."""
    return f"{day(one.date())} {one:%H:%M}"


def names(rota: Rota, ids: Iterable[str]) -> str:
    """Full names, with commas."""
    return ", ".join(rota.volunteers[id].name for id in ids)


def backups(rota: Rota) -> str:
    """Full names of the backup: permanent backups, then those by turns; `nobody` if there is none."""
    always, by_turns = rota.backup_by_turns
    parts = [names(rota, always), f"{names(rota, by_turns)} by turns" if by_turns else ""]
    return "; ".join(part for part in parts if part) or "nobody"


def clock_change(one: Day) -> str:
    """A day's clock change in words: `23 h: clocks go ahead 1 h`; empty on a usual day."""
    if not one.clock_change or not one.seconds:
        return ""
    return (
        f"{hours(one.seconds)}: clocks go {'ahead' if one.clock_change > 0 else 'back'} {hours(abs(one.clock_change))}"
    )
