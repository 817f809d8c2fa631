"""The resolver: who is on call by a rota. See "On call" in the rules of a rota.

Resolving an instant costs about the same for a rota of any length. The stretches that touch one calendar day are
collected when the first instant of that day is requested. Each part of the day between two boundaries is resolved once.
After that an instant takes two look-ups.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import chain
from typing import Generic, TypeVar

from hotline.core.rota.absence import Absence
from hotline.core.rota.rota import Away, Cover, OnCall, Pattern, Rota, Rotation, Shift, Stretch, on_call_in
from hotline.core.times.spans import Span, both, joined, within, without
from hotline.core.times.wall_clock import DAY, WEEK, WallMinute, epoch_seconds, utc, wall_clock

Entry = TypeVar("Entry", bound=Away | Cover)

_REMEMBERED_DAYS = 800
_CLOSED = OnCall((), (), closed=True)
_LONG_ENTRY_DAYS = 400
_FURTHEST_BACK = WEEK // DAY + 1
"""Days before a date on which a stretch that touches it may have started."""
_FURTHEST_CHANGE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class _Held:
    """A stretch of a shift or a rotation. `place` is its index in the file.

    It does not count while one of the shifts whose places it `yields_to` has a stretch.
    """

    place: int
    start: WallMinute
    end: WallMinute
    who: tuple[str, ...]
    yields_to: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Date:
    """A date on which stretches start. `replacing`: places of the holiday shifts that start on it."""

    ordinal: int
    holiday: bool
    replacing: frozenset[int]

    def starts(self, entry: Shift | Rotation) -> bool:
        """Return whether a stretch of a shift or a rotation starts on this date."""
        if isinstance(entry, Rotation) and self.ordinal < entry.starting.toordinal():
            return False
        return entry.pattern.starts_on(self.ordinal, self.holiday)


@dataclass(slots=True)
class _Day:
    """The parts of a rota that touch one calendar day, the people on call in each part, and the answers so far.

    The parts are between the `bounds`. `held` is in file order, and by time within one entry.
    """

    held: list[_Held]
    cover: list[tuple[int, Cover]]
    away: list[tuple[int, Away]]
    bounds: list[WallMinute]
    parts: list[list[_Held]]
    answers: list[OnCall | None] = field(default_factory=list)


class Schedule:
    """Answers who is on call at any instant of one rota. Safe to share between threads.

    `absences` are those that volunteers set themselves, besides those in the rota.
    """

    absences: tuple[Absence, ...] = ()
    opening: tuple[Schedule, ...] = ()
    """The opening hours of the lines with this rota; none if some line is always open."""

    def __init__(self, rota: Rota, *, whole_days: bool = False) -> None:
        """`whole_days`: shifts for holidays replace whole days, as opening hours do, not only hours."""
        self.rota = rota
        self.whole_days = whole_days
        self.clock = wall_clock(rota.zone)
        self.places = {volunteer: place for place, volunteer in enumerate(rota.volunteers)}
        self.phones = {id: volunteer.phone for id, volunteer in rota.volunteers.items()}
        self._entries: tuple[Shift | Rotation, ...] = (
            *rota.shifts,
            *rota.rotations,
            *(backup_entry for backup_entry in rota.backup_entries if not isinstance(backup_entry, str)),
        )
        self._first_backup = len(rota.shifts) + len(rota.rotations)
        self._backup_names = _names_before(rota.backup_entries)
        self._for_holidays = any(entry.pattern.holidays for entry in self._entries)
        self._replacing = [
            (place, entry) for place, entry in enumerate(self._entries) if isinstance(entry, Shift) and entry.replaces
        ]
        self._touching: dict[int, list[tuple[int, int]]] = {}
        self._cover = _ByDay(rota.cover)
        self._away = _ByDay(rota.away)
        self._backup = tuple(dict.fromkeys(rota.backup))
        self._days: dict[int, _Day] = {}
        self._settled: dict[tuple[tuple[int, tuple[str, ...]], ...], OnCall] = {}

    @property
    def repeats_weekly(self) -> bool:
        """Return whether each week is like the others, except near a clock change. False also if that is not known."""
        weekly = all(isinstance(entry, Shift) and entry.pattern.weekly for entry in self._entries)
        return weekly and not (self.rota.away or self.rota.cover or self.absences or self.opening)

    def forget_days(self) -> None:
        """Forget what was worked out, after a look at many days that nobody else will ask about."""
        self._days, self._settled = {}, {}

    def at(self, instant: datetime) -> OnCall:
        """Return who is on call at an aware datetime."""
        return self._at(epoch_seconds(instant))

    def next_change(self, instant: datetime) -> datetime | None:
        """The next change of who is on call or backup after an instant, or None if there is none within 400 days."""
        now = self.at(instant)
        for change in self._possible_changes(instant, instant + _FURTHEST_CHANGE):
            if self._at(change) != now:
                return utc(change)
        return None

    def next_handover(self, instant: datetime) -> datetime | None:
        """The next instant at which those on call change, regardless of the backup. None if none is in 400 days."""
        now = self.at(instant).in_tiers()
        for change in self._possible_changes(instant, instant + _FURTHEST_CHANGE):
            if self._at(change).in_tiers() != now:
                return utc(change)
        return None

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """The stretches that fill the time from `start` to `end`, in order. Neighbours differ."""
        found: list[Stretch] = []
        begin, who = start, self.at(start)
        for change in self._possible_changes(start, end):
            then = self._at(change)
            if then != who:
                found.append(Stretch(begin, utc(change), who))
                begin, who = utc(change), then
        if begin < end:
            found.append(Stretch(begin, end, who))
        return found

    def stretches_when_open(self, start: datetime, end: datetime) -> list[Stretch]:
        """The stretches from `start` to `end`, with nobody in them while every line with this rota is closed."""
        stretches = self.stretches(start, end)
        if not self.opening:
            return stretches
        opened = self.open_times(start, end)
        found: list[Stretch] = []
        for stretch in stretches:
            whole = [Span(stretch.start, stretch.end)]
            parts = [(one, stretch.who) for one in both(whole, opened)] + [
                (one, _CLOSED) for one in without(whole, opened)
            ]
            for one, who in sorted(parts, key=lambda part: part[0]):
                if found and found[-1].who == who:
                    found[-1] = Stretch(found[-1].start, one.end, who)
                else:
                    found.append(Stretch(one.start, one.end, who))
        return found

    def from_opening_to_closing(self, times: Sequence[Span]) -> list[Span]:
        """Trim times (in order), each to the first and last moment when a line with this rota is open."""
        if not self.opening or not times:
            return list(times)
        opened = self.open_times(times[0].start, max(time.end for time in times))
        held = (within(opened, time.start, time.end) for time in times)
        return [Span(parts[0].start, parts[-1].end) for parts in held if parts]

    def open_times(self, start: datetime, end: datetime) -> list[Span]:
        """Return when some line with this rota is open, from `start` to `end`."""
        if not self.opening:
            return [Span(start, end)]
        stretches = chain.from_iterable(one.stretches(start, end) for one in self.opening)
        return joined(Span(stretch.start, stretch.end) for stretch in stretches if stretch.who.on_call)

    def while_open(self, times: list[Span]) -> list[Span]:
        """Return the parts of these times (in order, apart) when some line with this rota is open."""
        return both(times, self.open_times(times[0].start, times[-1].end)) if self.opening and times else times

    def with_absences(self, absences: Iterable[Absence]) -> Schedule:
        """Return this schedule without volunteers who are off, to the second: on call, as cover, and as backup.

        It replaces any absences the schedule had. It takes microseconds, and nothing without absences: both schedules
        share all results computed for this one.
        """
        known = tuple(absences)
        return _LessAbsences(self, known) if known else self

    def entry_at(self, who: str, instant: datetime) -> tuple[str, int] | None:
        """Return which entry has a volunteer on call at an instant: `shifts` or `rotations`, and its place there.

        None if no entry does, as for a cover.
        """
        local = instant.astimezone(self.rota.zone)
        minute = local.toordinal() * DAY + local.hour * 60 + local.minute
        for one in self._day(minute // DAY).held:
            if one.place < self._first_backup and who in one.who and one.start <= minute < one.end:
                shifts = len(self.rota.shifts)
                return ("shifts", one.place) if one.place < shifts else ("rotations", one.place - shifts)
        return None

    def rostered(self, who: str, first: int, last: int) -> set[tuple[WallMinute, WallMinute]]:
        """The stretches of shifts and turns that name a volunteer, before cover and away, from start to end.

        Those that touch a date from `first` to `last` (proleptic ordinals).
        """
        days = (self._day(ordinal) for ordinal in range(first, last + 1))
        return {
            (one.start, one.end)
            for day in days
            for one in day.held
            if who in one.who and one.place < self._first_backup
            for one in self._less_replaced(one)
        }

    def _less_replaced(self, held: _Held) -> list[_Held]:
        """Return a stretch without the hours that shifts for holidays replace."""
        left = [held]
        if held.yields_to:
            days = (self._day(ordinal) for ordinal in range(held.start // DAY, held.end // DAY + 1))
            taken = {(one.start, one.end) for day in days for one in day.held if one.place in held.yields_to}
            for start, end in taken:
                left = [
                    replace(one, start=a, end=b)
                    for one in left
                    for a, b in ((one.start, min(one.end, start)), (max(one.start, end), one.end))
                    if a < b
                ]
        return left

    def _at(self, instant: int) -> OnCall:
        earliest, latest = self.clock.span(instant)
        earliest, latest = earliest // 60, latest // 60
        day = self._day(latest // DAY)
        if earliest != latest:
            return self._resolve(earliest, latest, [self._day(d) for d in range(earliest // DAY, latest // DAY + 1)])
        part = bisect_right(day.bounds, latest)
        answer = day.answers[part]
        if answer is None:
            answer = day.answers[part] = self._resolve_part(day, part, latest)
        return answer

    def _resolve_part(self, day: _Day, part: int, now: WallMinute) -> OnCall:
        """Return who is on call in a part of a day.

        The cost depends on how many are on call, not on the rota's length. Most days are like others.
        """
        held = day.parts[part]
        if not (day.cover or day.away or any(one.yields_to for one in held)):
            alike = tuple((one.place, one.who) for one in held)
            answer = self._settled.get(alike)
            if answer is None:
                answer = self._settled[alike] = self._settle(held, (), ())
            return answer
        cover = (one for _, one in day.cover if one.start <= now < one.end)
        return self._settle(held, cover, (one for _, one in day.away if one.start <= now < one.end))

    def _resolve(self, earliest: WallMinute, latest: WallMinute, days: Sequence[_Day]) -> OnCall:
        """Return who is on call while the wall clock is between two minutes, near a clock change."""

        def holds(entry: _Held | Cover | Away) -> bool:
            return entry.start <= latest and earliest < entry.end

        held = {(one.place, one.start): one for day in days for one in day.held if holds(one)}
        cover = {place: one for day in days for place, one in day.cover if holds(one)}
        away = (one for day in days for _, one in day.away if holds(one))
        return self._settle((held[key] for key in sorted(held)), (cover[place] for place in sorted(cover)), away)

    def _settle(self, held: Iterable[_Held], cover: Iterable[Cover], away: Iterable[Away]) -> OnCall:
        """Return who is on call when these apply, each in its order."""
        there = list(held)
        places = {one.place for one in there}
        there = [one for one in there if places.isdisjoint(one.yields_to)]
        rostered = [one for one in there if one.place < self._first_backup]
        on_call: list[tuple[int, str]] = []
        seen: set[str] = set()
        for one in sorted(rostered, key=lambda one: self._entries[one.place].tier):
            tier = self._entries[one.place].tier
            on_call += [(tier, who) for who in dict.fromkeys(one.who) if who not in seen]
            seen.update(one.who)
        covering = _apply_cover(on_call, cover)
        gone = {one.who for one in away}
        backup = self._backup_of([one for one in there if one.place >= self._first_backup])
        return on_call_in(
            [one for one in on_call if one[1] not in gone or one[1] in covering],
            tuple(who for who in backup if who not in gone),
        )

    def _backup_of(self, held: list[_Held]) -> tuple[str, ...]:
        """Return the backup while these stretches of backup entries apply, in file order."""
        if not self.rota.backup_entries:
            return self._backup
        listed: list[str] = []
        for place in range(self._first_backup, len(self._entries) + 1):
            listed += self._backup_names.get(place - self._first_backup, ())
            listed += (who for one in held if one.place == place for who in one.who)
        return tuple(dict.fromkeys(listed))

    def _day(self, ordinal: int) -> _Day:
        day = self._days.get(ordinal)
        if day is None:
            if len(self._days) >= _REMEMBERED_DAYS:
                self._days.clear()
                self._settled.clear()
            day = self._days[ordinal] = self._collect(ordinal)
        return day

    def _collect(self, ordinal: int) -> _Day:
        held = []
        weekday = (ordinal + 6) % 7
        touching = self._touching.get(weekday)
        if touching is None:
            touching = self._touching[weekday] = list(self._patterns_touching(weekday))
        dates = {back: self._date(ordinal - back) for back in {back for _, back in touching}}
        for place, back in touching:
            entry, on = self._entries[place], dates[back]
            if self.whole_days and on.replacing and not entry.pattern.holidays:
                continue
            if on.starts(entry):
                start = on.ordinal * DAY + entry.pattern.start
                who = entry.on_call if isinstance(entry, Shift) else entry.turn_on(on.ordinal)
                held.append(_Held(place, start, start + entry.pattern.length, who, self._yields_to(place, on)))
        cover, away = self._cover.on(ordinal), self._away.on(ordinal)
        entries: list[_Held | Cover | Away] = [*held, *(one for _, one in cover), *(one for _, one in away)]
        edges = {edge for one in entries for edge in (one.start, one.end)}
        bounds = sorted(edge for edge in edges if ordinal * DAY <= edge <= (ordinal + 1) * DAY)
        parts: list[list[_Held]] = [[] for _ in range(len(bounds) + 1)]
        for one in held:
            for part in range(bisect_right(bounds, one.start), bisect_left(bounds, one.end) + 1):
                parts[part].append(one)
        return _Day(held, cover, away, bounds, parts, [None] * len(parts))

    def _date(self, ordinal: int) -> _Date:
        holiday = self._for_holidays and date.fromordinal(ordinal) in self.rota.holidays
        found = (
            [place for place, shift in self._replacing if shift.pattern.starts_on(ordinal, holiday)] if holiday else []
        )
        return _Date(ordinal, holiday, frozenset(found))

    def _yields_to(self, place: int, on: _Date) -> frozenset[int]:
        """The holiday shifts that replace a stretch that starts on a date. Backup ones replace only backup ones."""
        entry = self._entries[place]
        if not on.replacing or not isinstance(entry, Shift) or entry.pattern.holidays:
            return frozenset()
        is_backup = place >= self._first_backup
        return frozenset(one for one in on.replacing if (one >= self._first_backup) == is_backup)

    def _patterns_touching(self, weekday: int) -> Iterator[tuple[int, int]]:
        """The places of entries with a stretch that touches a weekday, and how many days back it starts."""
        for place, entry in enumerate(self._entries):
            for back in range(_longest_days(entry.pattern), -1, -1):
                starts_then = (weekday - back) % 7 in entry.pattern.weekdays
                if starts_then and entry.pattern.start + entry.pattern.length > back * DAY:
                    yield place, back

    def _possible_changes(self, start: datetime, end: datetime) -> Iterator[int]:
        """Return each instant after `start` and before `end`, in order, at which who is on call could change."""
        first, last = epoch_seconds(start), epoch_seconds(end)
        ordinal = self.clock.span(first)[0] // 60 // DAY - 1
        pending: set[int] = set()
        while True:
            for bound in self._day(ordinal).bounds:
                pending.update((self.clock.first(bound), self.clock.last(bound)))
            # Boundaries of later days are at or after this day's end as a start, so everything before it is complete.
            complete = self.clock.first((ordinal + 1) * DAY)
            ready = sorted(instant for instant in pending if instant < complete)
            pending.difference_update(ready)
            for instant in ready:
                if first < instant < last:
                    yield instant
            if complete >= last:
                return
            ordinal += 1


class _LessAbsences(Schedule):
    """A schedule whose volunteers have set absences. The other schedule still answers for the rota, days included."""

    def __init__(self, schedule: Schedule, absences: tuple[Absence, ...]) -> None:
        self.__dict__.update(schedule.__dict__)
        self._rota_says: Schedule = schedule
        self.absences = absences
        self._edges = sorted({edge for absence in absences for edge in (absence.start, absence.end)})
        self._off: dict[int, frozenset[str]] = {}

    def with_absences(self, absences: Iterable[Absence]) -> Schedule:
        return self._rota_says.with_absences(absences)

    def _at(self, instant: int) -> OnCall:
        who = super()._at(instant)
        off = self._off_at(instant)
        if not off:
            return who
        return who.without(off)

    def _off_at(self, instant: int) -> frozenset[str]:
        """Return who is off.

        Worked out once for each time between two edges, so many absences cost no more than few.
        """
        part = bisect_right(self._edges, instant)
        off = self._off.get(part)
        if off is None:
            off = self._off[part] = frozenset(
                absence.who for absence in self.absences if absence.start <= instant < absence.end
            )
        return off

    def _possible_changes(self, start: datetime, end: datetime) -> Iterator[int]:
        first, last = epoch_seconds(start), epoch_seconds(end)
        within = (edge for edge in self._edges if first < edge < last)
        return merge(super()._possible_changes(start, end), within)


class _ByDay(Generic[Entry]):
    """Away or cover entries by the calendar days they touch, in file order."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._long: list[int] = []
        self._places: dict[int, list[int]] = {}
        for place, entry in enumerate(entries):
            days = range(entry.start // DAY, entry.end // DAY + 1)
            if len(days) > _LONG_ENTRY_DAYS:
                self._long.append(place)
                continue
            for day in days:
                self._places.setdefault(day, []).append(place)

    def on(self, ordinal: int) -> list[tuple[int, Entry]]:
        """The entries that touch a date, each with its place in the file."""
        long = [p for p in self._long if self._entries[p].start // DAY <= ordinal <= self._entries[p].end // DAY]
        return [(place, self._entries[place]) for place in sorted((*long, *self._places.get(ordinal, ())))]


def _apply_cover(on_call: list[tuple[int, str]], entries: Iterable[Cover]) -> set[str]:
    """Change the list in place; returns those who cover, and so stay even if they are away."""
    covering = set()
    for entry in entries:
        tiers = {who: tier for tier, who in on_call}
        own = tiers.get(entry.who)
        if entry.instead_of is None:
            if own is None or entry.tier < own:
                if own is not None:
                    on_call.remove((own, entry.who))
                end = sum(tier <= entry.tier for tier, _ in on_call)
                on_call.insert(end, (entry.tier, entry.who))
        elif entry.instead_of not in tiers:
            continue
        elif entry.who != entry.instead_of:
            theirs = tiers[entry.instead_of]
            place = on_call.index((theirs, entry.instead_of))
            if own is None:
                on_call[place] = (theirs, entry.who)
            else:
                del on_call[place]
        covering.add(entry.who)
    return covering


def _names_before(entries: Sequence[str | Shift | Rotation]) -> dict[int, list[str]]:
    """The volunteers of a backup list, by how many shifts and rotations come before them."""
    found: dict[int, list[str]] = {}
    before = 0
    for entry in entries:
        if isinstance(entry, str):
            found.setdefault(before, []).append(entry)
        else:
            before += 1
    return found


def _longest_days(pattern: Pattern) -> int:
    return min((pattern.start + pattern.length - 1) // DAY, _FURTHEST_BACK)
