"""Days of a rota as the calendar pages show them: who is on call when, and everything unusual.

The resolver and its neighbours in the core make all decisions; this module does the layout. A day is a row of 96
quarters of an hour, on the rota's wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.planning.fairness import Breach, breaches
from hotline.core.rota.days import Day, day_by_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, OnCall, Rota
from hotline.core.rota.spells import spells_in_tiers
from hotline.core.times.spans import Span, joined, within, without
from hotline.core.times.wall_clock import DAY, WallMinute, utc
from hotline.output.data.colours import colours

QUARTERS = 96
_NARROWEST = 5
"""Quarters that the shortest time takes, so that it can be pressed, in a lane where it covers nothing."""
_FRIDAY = 4
_DAY = _CARRIES_OVER = timedelta(days=1)
_BEYOND = timedelta(days=9)
"""Added to a time whose end is not looked for."""


@dataclass(frozen=True, slots=True)
class CalendarBar:
    """An unbroken time on call within a day, in quarters from 1 on (`until` is exclusive), in its own lane.

    `came_over` from the day before, or `goes_on` into the next: `whole` is the unbroken time, over midnights, as far as
    a day before and after the days shown. `covers`: for whom, or "" for besides the rest; None for neither.
    `short`: how many seconds off they had before, if less than the limit; `nights` running, if too many.
    """

    who: str
    name: str
    colour: int
    span: Span
    start: int
    until: int
    lane: int = 1
    came_over: bool = False
    goes_on: bool = False
    covers: str | None = None
    short: int | None = None
    nights: int | None = None
    tier: int = 1
    whole: Span | None = None

    @property
    def same(self) -> tuple[object, ...]:
        """The facts that the bars of one time on call share on both sides of midnight."""
        return self.who, self.tier, self.covers


@dataclass(frozen=True, slots=True)
class CalendarGap:
    """A time with nobody on call, two lanes high from `lane` on. `backup` are the names of the backups rung then."""

    span: Span
    start: int
    until: int
    backup: tuple[str, ...]
    lane: int = 1


@dataclass(frozen=True, slots=True)
class Off:
    """A volunteer who is away on this day: from `start` till `end` of it, or all day if both are None.

    `by_themselves`: they set it themselves, and it is in no file.
    """

    name: str
    colour: int
    start: datetime | None = None
    end: datetime | None = None
    by_themselves: bool = False


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the calendar.

    `handovers`: the quarters where who is on call changes, and when, if there is room to write it. `now`: the present
    quarter, if it is today.
    """

    day: Day
    bars: tuple[CalendarBar, ...]
    holes: tuple[CalendarGap, ...]
    away: tuple[Off, ...]
    handovers: tuple[tuple[int, datetime | None], ...]
    lanes: int
    today: bool = False
    now: int | None = None

    @property
    def weekend(self) -> bool:
        return self.day.date.weekday() > _FRIDAY

    @property
    def people(self) -> list[CalendarBar]:
        """Everyone who is on call on this day, without repeats: the lowest tiers first, then in order of time."""
        bars = sorted(self.bars, key=lambda bar: bar.tier)
        people = list({one.who: one for one in reversed(bars)}.values())[::-1]
        return sorted(people, key=lambda bar: bar.tier)

    @property
    def broken(self) -> bool:
        """Return whether a rest or run of nights on this day breaks the limits."""
        return any(bar.short is not None or bar.nights is not None for bar in self.bars)

    @property
    def covered(self) -> bool:
        return any(bar.covers is not None for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Shown:
    """The days that a calendar shows, and the broken limits of the rota in them."""

    days: Sequence[ShownDay]
    breaches: Sequence[Breach]


def shown_days(
    schedule: Schedule, first: date, count: int, now: datetime, by_themselves: Mapping[str, Sequence[Span]]
) -> Shown:
    """Return so many days from a date on, as the calendar shows them.

    `by_themselves` has the times for which volunteers set themselves off.
    """
    rota = schedule.rota
    days = day_by_day(schedule, first - _DAY, count + 2)  # with the days beside them, for times over midnight
    silenced = rota.limits.silenced
    shown = Span(days[1].start, days[-2].end)
    broken = [breach for breach in breaches(schedule, shown.start, shown.end) if breach.volunteer not in silenced]
    colour = colours(rota.volunteers)
    covers = _Covers(schedule)
    before = schedule.stretches(days[0].start - _CARRIES_OVER, days[0].start)
    last: OnCall | None = before[-1].who if before else None
    after = schedule.stretches(days[-1].end, days[-1].end + _CARRIES_OVER)
    following = [day.stretches[0].who if day.stretches else None for day in days[1:]]
    following.append(after[0].who if after else None)
    found: list[ShownDay] = []
    for one, next_who in zip(days, following, strict=True):
        bars = tuple(_in_lanes(_bars(one, colour, covers, broken, last, next_who), found[-1:]))
        holes = tuple(_beside(_holes(one, rota), bars))
        found.append(
            ShownDay(
                one,
                bars,
                holes,
                tuple(_away(one, schedule, colour, by_themselves)),
                tuple(_handovers(one, rota.zone)),
                max([1, *(bar.lane for bar in bars), *(hole.lane + 1 for hole in holes if hole.lane > 1)]),
                one.start <= now < one.end,
                _quarter(now, one.date, rota.zone) if one.start <= now < one.end else None,
            )
        )
        last = one.stretches[-1].who if one.stretches else last
    return Shown(_with_whole_times(found)[1:-1], broken)


def _with_whole_times(days: Sequence[ShownDay]) -> list[ShownDay]:
    """Give each bar the whole time that it is a piece of."""
    starts: dict[tuple[object, ...], datetime] = {}
    pieces: list[list[CalendarBar]] = []
    for day in days:
        before, starts = starts, {}
        pieces.append([])
        for bar in day.bars:
            start = before.get(bar.same, bar.span.start) if bar.came_over else bar.span.start
            pieces[-1].append(replace(bar, whole=Span(start, bar.span.end)))
            if bar.goes_on:
                starts[bar.same] = start
    ends: dict[tuple[object, ...], datetime] = {}
    for bars in reversed(pieces):
        after, ends = ends, {}
        for place, bar in enumerate(bars):
            end = after.get(bar.same, bar.span.end + _BEYOND) if bar.goes_on else bar.span.end
            bars[place] = replace(bar, whole=Span(bar.whole.start if bar.whole else bar.span.start, end))
            if bar.came_over:
                ends[bar.same] = end
    return [replace(day, bars=tuple(bars)) for day, bars in zip(days, pieces, strict=True)]


class _Covers:
    """The times of a volunteer that are cover, and for whom."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.rota = schedule.rota
        self._by_who: dict[str, list[Cover]] = {}
        for one in self.rota.cover:
            self._by_who.setdefault(one.who, []).append(one)

    def within(self, who: str, span: Span) -> list[tuple[Span, str]]:
        """The covers of a volunteer's that apply in a time, each with the volunteer replaced, or "" for nobody."""
        times = ((one.instead_of, self._span(one.start, one.end)) for one in self._by_who.get(who, ()))
        return sorted(
            (part, giver or "")
            for giver, time in times
            for part in within([span], time.start, time.end)
            if giver is None or self._rostered(giver, part)
        )

    def _span(self, start: WallMinute, end: WallMinute) -> Span:
        clock = self._schedule.clock
        return Span(utc(clock.first(start)), utc(clock.last(end)))

    def _rostered(self, who: str, part: Span) -> bool:
        first, last = (edge.astimezone(self._schedule.rota.zone).date().toordinal() for edge in (part.start, part.end))
        times = [self._span(*one) for one in self._schedule.rostered(who, first, last)]
        return any(time.start < part.end and part.start < time.end for time in times)


def _bars(
    day: Day,
    colour: Mapping[str, int],
    covers: _Covers,
    broken: Sequence[Breach],
    last: OnCall | None,
    following: OnCall | None,
) -> Iterator[CalendarBar]:
    rota = covers.rota
    for (tier, who), times in spells_in_tiers(day.stretches).items():
        for time in times:
            parts = covers.within(who, time)
            apart = [(one, None) for one in without([time], joined(span for span, _ in parts))]
            for span, covered in sorted([*parts, *apart], key=lambda one: one[0]):
                yield CalendarBar(
                    who,
                    rota.volunteers[who].name,
                    colour[who],
                    span,
                    *_quarters(span, day, rota.zone),
                    came_over=span.start == day.start and last is not None and who in last.on_call,
                    goes_on=span.end == day.end and following is not None and who in following.on_call,
                    covers=covered if covered is None or covered == "" else rota.volunteers[covered].name,
                    short=_short(who, span, broken),
                    nights=_nights(who, span, broken),
                    tier=tier,
                )


def _short(who: str, span: Span, broken: Sequence[Breach]) -> int | None:
    ends = (one for one in broken if one.volunteer == who and one.kind == "short-rest")
    return next((end.size for end in ends if end.span.end == span.start), None)


def _nights(who: str, span: Span, broken: Sequence[Breach]) -> int | None:
    runs = (one for one in broken if one.volunteer == who and one.kind == "nights-running")
    return next((run.size for run in runs if span.start < run.span.end <= span.end), None)


def _in_lanes(bars: Iterable[CalendarBar], before: Sequence[ShownDay]) -> Iterator[CalendarBar]:
    """Put each bar in the first lane that is free for it; those from the day before stay in theirs."""
    lanes = {bar.same: bar.lane for day in before for bar in day.bars if bar.goes_on}
    ordered = sorted(bars, key=lambda bar: (bar.start, lanes.get(bar.same, QUARTERS) if bar.came_over else QUARTERS))
    until: dict[int, int] = {}
    kept = {lanes[bar.same]: bar for bar in ordered if bar.came_over and bar.same in lanes}
    for one in ordered:
        lane = lanes.get(one.same, 0) if one.came_over else 0
        if not lane or until.get(lane, 0) > one.start:
            lane = 1
            while until.get(lane, 0) > one.start or (one.start == 1 and kept.get(lane, one) is not one):
                lane += 1
        until[lane] = one.until
        yield replace(one, lane=lane)


def _beside(holes: Iterable[CalendarGap], bars: Sequence[CalendarBar]) -> Iterator[CalendarGap]:
    """Put each hole in the first two lanes that are free for it."""
    taken = [(bar.lane, bar.start, bar.until) for bar in bars]
    for hole in holes:
        lane = 1
        while any(at in (lane, lane + 1) and start < hole.until and hole.start < until for at, start, until in taken):
            lane += 1
        taken += [(lane, hole.start, hole.until), (lane + 1, hole.start, hole.until)]
        yield replace(hole, lane=lane)


def _holes(day: Day, rota: Rota) -> Iterator[CalendarGap]:
    for stretch in day.stretches:
        if not stretch.who.on_call and not stretch.who.closed:
            span = Span(stretch.start, stretch.end)
            names = tuple(rota.volunteers[who].name for who in stretch.who.backup)
            yield CalendarGap(span, *_quarters(span, day, rota.zone), names)


def _away(
    day: Day, schedule: Schedule, colour: Mapping[str, int], by_themselves: Mapping[str, Sequence[Span]]
) -> Iterator[Off]:
    rota, clock = schedule.rota, schedule.clock
    start, end = day.date.toordinal() * DAY, (day.date.toordinal() + 1) * DAY
    entered: dict[str, list[Span]] = {}
    for one in rota.away:
        if one.start < end and start < one.end:
            entered.setdefault(one.who, []).append(Span(utc(clock.first(one.start)), utc(clock.last(one.end))))
    for times, themselves in ((entered, False), (by_themselves, True)):
        for who, spans in times.items():
            for part in within(joined(spans), day.start, day.end):
                yield Off(
                    rota.volunteers[who].name,
                    colour[who],
                    part.start if part.start > day.start else None,
                    part.end if part.end < day.end else None,
                    themselves,
                )


def _handovers(day: Day, zone: tzinfo) -> Iterator[tuple[int, datetime | None]]:
    """The quarters in which who is on call changes, and when, where there is room to write it."""
    written = -_NARROWEST
    for number, one in enumerate(day.stretches):
        if number or not day.carried_over:
            quarter = _quarter(one.start, day.date, zone)
            fits = quarter - written >= _NARROWEST
            written = quarter if fits else written
            yield quarter, one.start if fits else None


def _quarters(span: Span, day: Day, zone: tzinfo) -> tuple[int, int]:
    """The first quarter of a time, and the one after its last, as it is drawn: not too narrow to be pressed."""
    start, end = _quarter(span.start, day.date, zone), 1 + -(-_minute(span.end, day.date, zone) * QUARTERS // DAY)
    start = min(start, 1 + QUARTERS - _NARROWEST)
    return start, max(start + _NARROWEST, end)


def _quarter(instant: datetime, day: date, zone: tzinfo) -> int:
    return 1 + _minute(instant, day, zone) * QUARTERS // DAY


def _minute(instant: datetime, day: date, zone: tzinfo) -> int:
    """The wall-clock minute of a day at an instant: 0 before that day, 1440 after it."""
    local = instant.astimezone(zone)
    if local.date() == day:
        return local.hour * 60 + local.minute
    return 0 if local.date() < day else DAY


def _monday(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def month_weeks(day: date) -> tuple[date, int]:
    """The Monday on or before the first of a date's month, and how many days from there fill its weeks."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    start = _monday(first)
    return start, -(-(following - start).days // 7) * 7
