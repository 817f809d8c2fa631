"""Gaps: when nobody is on call before backup, and when nobody is there at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.core.oncall import Schedule
from hotline.core.rota import Rota, wall_minute
from hotline.files.finding import Finding, in_order
from hotline.files.loading import Loaded

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Gap:
    """One gap, in the rota's wall-clock time."""

    start: datetime
    end: datetime
    nobody: bool

    @property
    def days(self) -> int:
        """How many calendar days after its start it ends."""
        return (self.end.date() - self.start.date()).days


def check_coverage(loaded: Loaded, now: datetime, weeks: int = 8) -> list[Finding]:
    """The gaps of every rota in use, from `now` (aware) on; recurring ones once.

    A gap is a warning where the backup is rung in it, and an error where nobody is.
    """
    findings: list[Finding] = []
    schedules = {hotline.rota.id: hotline.schedule for hotline in loaded.hotlines.values()}
    for rota, schedule in schedules.items():
        place = loaded.rota_places[rota]
        findings.extend(_findings(place, schedule, now, weeks))
    return list(in_order(findings))


def _gaps(schedule: Schedule, start: datetime, end: datetime) -> list[_Gap]:
    zone = schedule.rota.zone
    gaps: list[_Gap] = []
    for stretch in schedule.stretches(start, end):
        if stretch.who.on_call:
            continue
        gap = _Gap(stretch.start.astimezone(zone), stretch.end.astimezone(zone), stretch.who.nobody)
        if gaps and gaps[-1].nobody == gap.nobody and gaps[-1].end == gap.start:
            gap = replace(gaps.pop(), end=gap.end)
        gaps.append(gap)
    return gaps


def _findings(place: Finding, schedule: Schedule, start: datetime, weeks: int) -> Iterator[Finding]:
    end = start + timedelta(weeks=weeks)
    whole: list[_Gap] = []
    cut_off: list[_Gap] = []
    for gap in _gaps(schedule, start, end):
        (cut_off if gap.start <= start or gap.end >= end else whole).append(gap)
    alike: dict[tuple[object, ...], list[_Gap]] = {}
    for gap in whole:
        alike.setdefault((gap.nobody, gap.start.time(), gap.end.time(), gap.days), []).append(gap)
    for gap in cut_off:
        if not any(_continues(gap, one, start, end) for one in whole):
            alike[gap.nobody, gap.start, gap.end] = [gap]
    for those in alike.values():
        nobody = those[0].nobody
        yield replace(
            place,
            code="nobody-at-all" if nobody else "gap",
            severity="error" if nobody else "warning",
            message=f"Nobody is on call {_when(those, start, end, weeks)}"
            f"{', and there is no backup either' if nobody else '; only the backup is rung then'}.",
            help=_help(those, _free(schedule.rota, those), start, end),
        )


def _continues(cut_off: _Gap, gap: _Gap, start: datetime, end: datetime) -> bool:
    """Whether a gap that reaches beyond the time looked at is one more of the same kind as `gap`."""
    same_end = (cut_off.end.time(), cut_off.end.weekday()) == (gap.end.time(), gap.end.weekday())
    same_start = (cut_off.start.time(), cut_off.start.weekday()) == (gap.start.time(), gap.start.weekday())
    return cut_off.nobody == gap.nobody and (cut_off.start > start or same_end) and (cut_off.end < end or same_start)


def _when(gaps: Sequence[_Gap], start: datetime, end: datetime, weeks: int) -> str:
    first = gaps[0]
    if first.start <= start and first.end >= end:
        return f"at any time in the next {weeks} weeks"
    if len(gaps) == 1:
        return f"from {first.start:%a %Y-%m-%d %H:%M} to {first.end:%a %Y-%m-%d %H:%M}"
    days = sorted({gap.start.weekday() for gap in gaps})
    named = "every day" if len(days) == 7 else "on " + _and([f"{_DAYS[day]}s" for day in days])
    later = {0: "", 1: " the next day"}.get(first.days, f" {first.days} days later")
    return (
        f"{named} from {first.start:%H:%M} to {first.end:%H:%M}{later}"
        f" ({len(gaps)} times in the next {weeks} weeks, first on {first.start:%Y-%m-%d})"
    )


def _free(rota: Rota, gaps: Sequence[_Gap]) -> str:
    """A volunteer to propose for some gaps: not away in the first, and not the backup anyway, if there is one."""
    start, end = (wall_minute(one.date(), one.hour * 60 + one.minute) for one in (gaps[0].start, gaps[0].end))
    away = {one.who for one in rota.away if one.start < end and start < one.end}
    return min(rota.volunteers, key=lambda one: (one in away, one in rota.backup))


def _help(gaps: Sequence[_Gap], who: str, start: datetime, end: datetime) -> str:
    first = gaps[0]
    if first.start <= start and first.end >= end:
        return f"Add a shift, for example: - {{days: every day, hours: 24h, on_call: [{who}]}}"
    if len(gaps) == 1:
        from_, to = f"{first.start:%Y-%m-%d %H:%M}", f"{first.end:%Y-%m-%d %H:%M}"
        return f"Add a cover, for example: - {{who: {who}, from: {from_}, to: {to}}}"
    if first.end - first.start <= timedelta(days=1):
        days = sorted({gap.start.weekday() for gap in gaps})
        named = "every day" if len(days) == 7 else f"[{', '.join(_DAYS[day][:3].lower() for day in days)}]"
        hours = f"{first.start:%H:%M}-{first.end:%H:%M}"
        return f"Add a shift, for example: - {{days: {named}, hours: {hours}, on_call: [{who}]}}"
    from_, to = (f"{_DAYS[one.weekday()][:3].lower()} {one:%H:%M}" for one in (first.start, first.end))
    return f"Add a shift, for example: - {{from: {from_}, to: {to}, on_call: [{who}]}}"


def _and(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
