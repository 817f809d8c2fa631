"""Entries of a rota as lines of its file, which a coordinator could paste there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotline.core.planning.gap_repair import Closing
from hotline.core.rota.rota import Cover, Pattern, Rota, Shift
from hotline.core.times.wall_clock import DAY, WEEK, WallMinute
from hotline.core.wording import Wording, together

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class RotaLines:
    """Lines to add to a section of a rota's file; or, if `shift` is not empty, to write in that shift instead."""

    section: str
    lines: tuple[str, ...]
    shift: str = ""


def to_write(closing: Closing, rota: Rota) -> RotaLines:
    """Return the lines for a rota's file that make a change."""
    if closing.longer:
        place, shift = closing.longer.place, closing.longer.shift
        return RotaLines(
            "shifts", (_when(shift.pattern, rota.shifts[place].pattern.length <= DAY),), _label(shift, place)
        )
    if closing.shifts:
        return RotaLines("shifts", tuple(map(shift_line, closing.shifts)))
    return RotaLines("cover", tuple(map(cover_line, closing.covers)))


def help_with(edit: RotaLines) -> Wording:
    """Say in a sentence, for a finding, what to write."""
    if not edit.lines:
        return Wording("Everyone is on call or away then. Find one more volunteer, or ask somebody to come back.")
    if edit.shift:
        return Wording("Make the shift %(shift)s longer, for example: %(line)s", shift=edit.shift, line=edit.lines[0])
    first = (
        Wording("Add a shift, for example: %(line)s", line=edit.lines[0])
        if edit.section == "shifts"
        else Wording("Add a cover, for example: %(line)s", line=edit.lines[0])
    )
    more = len(edit.lines) - 1
    return together(first, Wording("(and %(more)s more: `hotline gaps` lists them)", more=more)) if more else first


def shift_line(shift: Shift) -> str:
    """The line of a shift: `- {days: [sat, sun], hours: 08:00-18:00, on_call: [amy]}`, with its name if it has one."""
    name = f"name: {_quoted(shift.name)}, " if shift.name else ""
    daily = shift.pattern.length <= DAY
    days = f"days: {_days(shift.pattern.days)}, " if daily else ""
    starting = f", starting: {shift.pattern.starting}" if shift.pattern.starting else ""
    return f"- {{{name}{days}{_when(shift.pattern, daily)}{starting}, on_call: [{', '.join(shift.on_call)}]}}"


def cover_line(cover: Cover) -> str:
    """The line of a cover: `- {who: amy, for: ben, from: 2026-12-24 18:00, to: 2026-12-25 08:00}`."""
    instead = f"for: {cover.instead_of}, " if cover.instead_of else ""
    return f"- {{who: {cover.who}, {instead}from: {_moment(cover.start)}, to: {_moment(cover.end)}}}"


def _when(pattern: Pattern, daily: bool) -> str:
    """`hours: …` for stretches of up to a day, or `from: …, to: …` for one a week."""
    start, end = pattern.start, pattern.start + pattern.length
    if daily and pattern.length <= DAY:
        whole = start == 0 and pattern.length == DAY
        return "hours: 24h" if whole else f"hours: {_clock(start)}-{_clock(end % DAY)}"
    day = min(pattern.days)
    ends = (day * DAY + end) % WEEK
    return f"from: {WEEKDAYS[day]} {_clock(start)}, to: {WEEKDAYS[ends // DAY]} {_clock(ends % DAY)}"


def _days(days: frozenset[int]) -> str:
    if len(days) == len(WEEKDAYS):
        return "every day"
    named: Sequence[str] = [WEEKDAYS[day] for day in sorted(days)]
    return named[0] if len(named) == 1 else f"[{', '.join(named)}]"


def _moment(wall: WallMinute) -> str:
    return f"{date.fromordinal(wall // DAY)} {_clock(wall % DAY)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _label(shift: Shift, place: int) -> str:
    return f"`{shift.name}`" if shift.name else f"number {place + 1}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
