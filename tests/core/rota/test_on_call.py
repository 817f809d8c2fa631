"""The resolver against a naive one, on random rotas through the clock changes of several zones.

The naive one knows nothing of `hotline.core.times.wall_clock`: it lists every minute of a few weeks with what the wall
clock shows, finds the first and the last minute at which each wall-clock time was shown, and holds each stretch between
the two.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import LAST, Away, Cover, OnCall, Pattern, Rota, Rotation, Shift, TurnChange, Volunteer
from hotline.core.times.wall_clock import DAY, WEEK, WallMinute, wall_minute
from hotline.files.values.zones import load_zone

VOLUNTEERS = ("amy", "ben", "cho", "dee", "eli")
PLACES = (
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("America/Havana", date(2025, 3, 9)),
    ("America/Havana", date(2025, 11, 2)),
    ("Asia/Kolkata", date(2026, 3, 8)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("UTC", date(2026, 3, 8)),
)
AROUND = 20
"""Days before and after the clock change whose minutes the naive resolver lists."""
ASKED = 3
"""Days before and after the clock change about which the two are asked."""


class Minutes:
    """Every minute around a date, with what a zone's wall clock shows."""

    def __init__(self, zone: str, around: date) -> None:
        rules = load_zone(zone)
        start = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=AROUND)
        self.start = int(start.timestamp()) // 60
        self.shown = [
            int((start + timedelta(minutes=m)).astimezone(rules).replace(tzinfo=UTC).timestamp()) // 60
            + datetime(1970, 1, 1, tzinfo=UTC).toordinal() * DAY
            for m in range(2 * AROUND * DAY)
        ]
        self.highest = list(self._highest())
        self.lowest = list(self._lowest())

    def first(self, wall: WallMinute) -> int:
        """The first minute since 1970 at which the clock shows `wall`, or has jumped over it."""
        return self.start + bisect_left(self.highest, wall)

    def last(self, wall: WallMinute) -> int:
        """The last minute since 1970 at which the clock shows `wall`, or, if never, the first of all that show more."""
        place = bisect_left(self.lowest, wall)
        return self.start + (place if self.lowest[place] != wall else self._last_shown(wall))

    def _last_shown(self, wall: WallMinute) -> int:
        place = bisect_left(self.lowest, wall + 1) - 1
        while self.shown[place] != wall:
            place -= 1
        return place

    def _highest(self) -> Iterator[int]:
        most = self.shown[0]
        for shown in self.shown:
            most = max(most, shown)
            yield most

    def _lowest(self) -> list[int]:
        least, found = self.shown[-1], []
        for shown in reversed(self.shown):
            least = min(least, shown)
            found.append(least)
        return found[::-1]


@cache
def minutes_of(zone: str, around: date) -> Minutes:
    return Minutes(zone, around)


class Naive:
    """Who is on call, by going through everything there is."""

    def __init__(self, rota: Rota, minutes: Minutes) -> None:
        self.rota = rota
        self.minutes = minutes
        self._stretches: dict[Pattern, list[tuple[int, int, int]]] = {}

    def at(self, minute: int) -> OnCall:
        rota = self.rota
        rows: dict[int, list[str]] = {tier: [] for tier in range(1, 6)}
        for who, tier in self._holding((*rota.shifts, *rota.rotations), minute):
            rows[tier].append(who)
        rows = _once_in_the_lowest(rows)
        stays = set()
        for cover in rota.cover:
            if not self._holds(cover, minute):
                continue
            if cover.instead_of is None:
                rows[cover.tier].append(cover.who)
                stays.add(cover.who)
            for tier, row in rows.items():
                if cover.instead_of in row:
                    stays.add(cover.who)
                    there = any(cover.who in one for one in rows.values())
                    if cover.who != cover.instead_of:
                        rows[tier] = [
                            cover.who if one == cover.instead_of else one
                            for one in row
                            if not (there and one == cover.instead_of)
                        ]
                    break
            rows = _once_in_the_lowest(rows)
        away = {one.who for one in rota.away if self._holds(one, minute)}
        found = [(tier, who) for tier, row in rows.items() for who in row if who not in away or who in stays]
        backup: list[str] = []
        entries = rota.backup_entries or rota.backup
        for entry in entries:
            others = tuple(one for one in entries if not isinstance(one, str))
            new = [entry] if isinstance(entry, str) else [who for who, _ in self._one(entry, others, minute)]
            backup += [who for who in new if who not in away]
        tiers = tuple(tier for tier, _ in found)
        return OnCall(tuple(who for _, who in found), tuple(dict.fromkeys(backup)), tiers if set(tiers) - {1} else ())

    def _holding(self, entries: tuple[Shift | Rotation, ...], minute: int) -> list[tuple[str, int]]:
        return [one for entry in entries for one in self._one(entry, entries, minute)]

    def _one(
        self, entry: Shift | Rotation, entries: tuple[Shift | Rotation, ...], minute: int
    ) -> Iterator[tuple[str, int]]:
        for ordinal, start, end in self.stretches(entry.pattern):
            day = date.fromordinal(ordinal)
            if not start <= minute < end or self._is_replaced(entry, entries, day, minute):
                continue
            if isinstance(entry, Shift):
                yield from ((who, entry.tier) for who in entry.on_call)
            elif day >= entry.starting:
                turn = self._turn(entry, ordinal)
                yield from ((who, entry.tier) for who in ((turn,) if isinstance(turn, str) else turn))

    def _is_replaced(
        self, entry: Shift | Rotation, entries: tuple[Shift | Rotation, ...], day: date, minute: int
    ) -> bool:
        if isinstance(entry, Rotation) or entry.pattern.holidays or day not in self.rota.holidays:
            return False
        return any(
            isinstance(one, Shift)
            and one.pattern.holidays
            and not one.also
            and self._starts(one.pattern, day)
            and any(start <= minute < end for _, start, end in self.stretches(one.pattern))
            for one in entries
        )

    def stretches(self, pattern: Pattern) -> list[tuple[int, int, int]]:
        if pattern not in self._stretches:
            self._stretches[pattern] = list(self._found(pattern))
        return self._stretches[pattern]

    def _found(self, pattern: Pattern) -> Iterator[tuple[int, int, int]]:
        first = self.minutes.shown[0] // DAY + 1
        for ordinal in range(first, first + 2 * AROUND - 10):
            if self._starts(pattern, date.fromordinal(ordinal)):
                start = ordinal * DAY + pattern.start
                yield ordinal, self.minutes.first(start), self.minutes.last(start + pattern.length)

    def _starts(self, pattern: Pattern, day: date) -> bool:
        if (pattern.starting and day < pattern.starting) or (pattern.until and day > pattern.until):
            return False
        if pattern.every > 1 and pattern.starting:
            monday, since = (one - timedelta(days=one.weekday()) for one in (day, pattern.starting))
            if (monday - since).days // 7 % pattern.every:
                return False
        alike = [day.replace(day=one) for one in range(1, monthrange(day.year, day.month)[1] + 1)]
        alike = [one for one in alike if one.weekday() == day.weekday()]
        return (
            day.weekday() in pattern.days
            or (pattern.holidays and day in self.rota.holidays)
            or (alike.index(day) + 1, day.weekday()) in pattern.monthly
            or ((LAST, day.weekday()) in pattern.monthly and day == alike[-1])
        )

    def _turn(self, rotation: Rotation, ordinal: int) -> str | tuple[str, ...]:
        day, since = date.fromordinal(ordinal), rotation.starting
        passed = (day - since).days
        if rotation.change.unit == "month":
            passed = 12 * (day.year - since.year) + (day.month - since.month)
        return rotation.turns[(passed // rotation.change.count) % len(rotation.turns)]

    def _holds(self, entry: Away | Cover, minute: int) -> bool:
        return self.minutes.first(entry.start) <= minute < self.minutes.last(entry.end)


def _once_in_the_lowest(rows: dict[int, list[str]]) -> dict[int, list[str]]:
    seen: set[str] = set()
    found: dict[int, list[str]] = {}
    for tier, row in rows.items():
        found[tier] = [who for who in dict.fromkeys(row) if who not in seen]
        seen |= set(row)
    return found


volunteers = st.sampled_from(VOLUNTEERS)
# Mostly times near those at which clocks change, since that is where resolvers go wrong.
minute_of_day = st.one_of(
    st.sampled_from((0, 1, 30, 59, 60, 61, 90, 105, 119, 120, 121, 135, 150, 180, 23 * 60, 23 * 60 + 59)),
    st.integers(0, DAY - 1),
)
length = st.one_of(
    st.sampled_from((1, 29, 30, 31, 60, 90, 8 * 60, DAY - 60, DAY, DAY + 60, 3 * DAY, WEEK)), st.integers(1, WEEK)
)
few = st.lists(volunteers, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def patterns(draw: st.DrawFn, around: date) -> Pattern:
    near = st.integers(-9, 9).map(lambda days: around + timedelta(days=days))
    weekday = st.integers(0, 6)
    kind = draw(st.sampled_from(("weekly", "weekly", "weekly", "every", "monthly", "holidays")))
    pattern = Pattern(
        draw(st.frozensets(weekday, min_size=kind in ("weekly", "every"))),
        draw(minute_of_day),
        draw(length),
        draw(near if kind == "every" else st.none() | near),
        draw(st.none() | near),
    )
    if kind == "every":
        return replace(pattern, every=draw(st.integers(2, 3)))
    if kind == "monthly":
        place = st.sampled_from((1, 2, 3, 4, 5, LAST))
        return replace(pattern, monthly=draw(st.frozensets(st.tuples(place, weekday), min_size=1)))
    return replace(pattern, holidays=kind == "holidays")


@st.composite
def spans(draw: st.DrawFn, around: date) -> tuple[WallMinute, WallMinute]:
    start = wall_minute(around + timedelta(days=draw(st.integers(-4, 4))), draw(minute_of_day))
    return start, start + draw(length)


@st.composite
def rotas(draw: st.DrawFn) -> tuple[Rota, date]:
    zone, around = draw(st.sampled_from(PLACES))
    tier = st.sampled_from((1, 1, 1, 2, 3, 5))
    shift = st.builds(Shift, st.just(""), patterns(around), few, st.booleans(), tier)
    holidays = st.dictionaries(
        st.integers(-6, 6).map(lambda days: around + timedelta(days=days)), st.just("Holiday"), max_size=6
    )
    rotation = st.builds(
        Rotation,
        st.just(""),
        patterns(around),
        few | st.lists(volunteers | few, min_size=1, max_size=4).map(tuple),
        st.builds(TurnChange, st.integers(1, 10), st.sampled_from(("day", "month"))),
        st.integers(-60, 6).map(lambda days: around + timedelta(days=days)),
        tier,
    )
    away = st.builds(lambda who, span: Away(who, *span), volunteers, spans(around))
    cover = st.builds(
        lambda who, whom, span, tier: Cover(who, whom, *span, 1 if whom else tier),
        volunteers,
        st.none() | volunteers,
        spans(around),
        tier,
    )
    always = tuple(draw(st.lists(volunteers, max_size=2, unique=True)))
    entries = tuple(draw(st.just([]) | st.lists(volunteers | shift | rotation, max_size=4)))
    named = [_named(one) for one in entries]
    return Rota(
        "r",
        load_zone(zone),
        zone,
        {one: Volunteer(one, one, f"+1410555011{place}") for place, one in enumerate(VOLUNTEERS)},
        tuple(draw(st.lists(shift, max_size=4))),
        tuple(draw(st.lists(rotation, max_size=3))),
        tuple(draw(st.lists(away, max_size=3))),
        tuple(draw(st.lists(cover, max_size=4))),
        tuple(dict.fromkeys(who for one in named for who in one)) if entries else always,
        holidays=draw(holidays),
        backup_entries=entries,
    ), around


def _named(entry: str | Shift | Rotation) -> tuple[str, ...]:
    if isinstance(entry, str):
        return (entry,)
    return entry.on_call if isinstance(entry, Shift) else entry.everyone


def asked(around: date) -> tuple[datetime, datetime]:
    middle = datetime(around.year, around.month, around.day, tzinfo=UTC)
    return middle - timedelta(days=ASKED), middle + timedelta(days=ASKED)


@settings(max_examples=75)
@given(rotas())
def test_who_is_on_call_is_what_going_through_everything_gives(drawn: tuple[Rota, date]) -> None:
    rota, around = drawn
    minutes = minutes_of(rota.zone_name, around)
    schedule, naive = Schedule(rota), Naive(rota, minutes)
    start, end = asked(around)
    edges = {start, end - timedelta(minutes=1)}
    for stretch in schedule.stretches(start, end):
        edges |= {stretch.start, stretch.start - timedelta(minutes=1)}
    named = (*rota.shifts, *rota.rotations, *(one for one in rota.backup_entries if not isinstance(one, str)))
    for pattern in (entry.pattern for entry in named):
        for _, first, last in naive.stretches(pattern):
            edges |= {datetime.fromtimestamp(one * 60, UTC) for one in (first - 1, first, last - 1, last)}
    for entry in (*rota.away, *rota.cover):
        first, last = minutes.first(entry.start), minutes.last(entry.end)
        edges |= {datetime.fromtimestamp(one * 60, UTC) for one in (first - 1, first, last - 1, last)}
    for instant in edges:
        if start <= instant < end:
            assert schedule.at(instant) == naive.at(int(instant.timestamp()) // 60), instant


@given(rotas(), st.lists(st.integers(0, 2 * ASKED * DAY - 1), min_size=1, max_size=30))
def test_stretches_and_changes_agree_with_each_instant(drawn: tuple[Rota, date], minutes: list[int]) -> None:
    rota, around = drawn
    schedule = Schedule(rota)
    start, end = asked(around)
    stretches = schedule.stretches(start, end)
    assert (stretches[0].start, stretches[-1].end) == (start, end)
    for one, following in pairwise(stretches):
        assert one.end == following.start
        assert one.who != following.who
        assert schedule.next_change(one.start) == one.end
    for minute in minutes:
        instant = start + timedelta(minutes=minute)
        [holding] = [one for one in stretches if one.start <= instant < one.end]
        assert schedule.at(instant) == holding.who


@st.composite
def rotas_and_absences(draw: st.DrawFn) -> tuple[Rota, date, list[Absence]]:
    rota, around = draw(rotas())
    start = int(asked(around)[0].timestamp())
    second = st.integers(start - 3600, start + 2 * ASKED * DAY * 60 + 3600)
    lasting = st.one_of(st.sampled_from((-60, 0, 1, 59, 60, 3600)), st.integers(1, 4 * DAY * 60))
    absence = st.builds(lambda who, begin, lasts: Absence(who, begin, begin + lasts), volunteers, second, lasting)
    return rota, around, draw(st.lists(absence, max_size=6))


@settings(max_examples=75)
@given(rotas_and_absences(), st.lists(st.integers(0, 2 * ASKED * DAY * 60 - 1), max_size=20))
def test_whoever_is_off_is_nowhere_to_the_second(drawn: tuple[Rota, date, list[Absence]], seconds: list[int]) -> None:
    """Neither on call nor covering nor as backup, and nobody else is changed."""
    rota, around, absences = drawn
    without = Schedule(rota)
    schedule, naive = without.with_absences(absences), Naive(rota, minutes_of(rota.zone_name, around))
    start, end = (int(one.timestamp()) for one in asked(around))
    edges = {edge + step for one in absences for edge in (one.start, one.end) for step in (-1, 0, 1)}
    for instant in sorted(one for one in edges | {start + second for second in seconds} if start <= one < end):
        off = {one.who for one in absences if one.start <= instant < one.end}
        found, rostered = schedule.at(datetime.fromtimestamp(instant, UTC)), naive.at(instant // 60)
        assert found.on_call == tuple(one for one in rostered.on_call if one not in off), instant
        assert found.backup == tuple(one for one in rostered.backup if one not in off), instant
        assert without.at(datetime.fromtimestamp(instant, UTC)) == rostered, "the rota's own answer is left as it was"


@given(rotas_and_absences())
def test_stretches_and_changes_agree_with_each_instant_when_some_are_off(
    drawn: tuple[Rota, date, list[Absence]],
) -> None:
    rota, around, absences = drawn
    schedule = Schedule(rota).with_absences([Absence("amy", 0, 1 << 40)]).with_absences(absences)
    start, end = asked(around)
    stretches = schedule.stretches(start, end)
    assert (stretches[0].start, stretches[-1].end) == (start, end)
    for one, following in pairwise(stretches):
        assert one.end == following.start
        assert one.who != following.who
        assert schedule.next_change(one.start) == one.end
        assert schedule.at(one.end - timedelta(seconds=1)) == one.who
    for edge in {edge for one in absences for edge in (one.start, one.end)}:
        instant = datetime.fromtimestamp(edge, UTC)
        for stretch in stretches:
            if stretch.start <= instant < stretch.end:
                assert schedule.at(instant) == stretch.who


@given(rotas())
def test_the_order_of_questions_makes_no_difference(drawn: tuple[Rota, date]) -> None:
    rota, around = drawn
    start, _ = asked(around)
    instants = [start + timedelta(minutes=97 * step) for step in range(80)]
    forwards, backwards = Schedule(rota), Schedule(rota)
    answers = [forwards.at(instant) for instant in instants]
    assert [backwards.at(instant) for instant in reversed(instants)] == answers[::-1]


def test_every_minute_of_the_clock_changes() -> None:
    """Every boundary from 22:00 to 04:00 on both sides of each clock change, minute by minute."""
    for zone, around in PLACES:
        minutes = minutes_of(zone, around)
        for start in range(22 * 60, 28 * 60, 30):
            day = around - timedelta(days=1)
            span = (wall_minute(day, start), wall_minute(day, start + 90))
            rota = Rota(
                "r", load_zone(zone), zone, {"amy": Volunteer("amy", "", "")}, cover=(Cover("amy", None, *span),)
            )
            schedule, naive = Schedule(rota), Naive(rota, minutes)
            middle = minutes.first(wall_minute(around))
            for minute in range(middle - 300, middle + 400, 7 if zone == "UTC" else 3):
                instant = datetime.fromtimestamp(minute * 60, UTC)
                assert schedule.at(instant) == naive.at(minute), (zone, start, instant)


class TestWithin:
    rota = Rota(
        "r", load_zone("UTC"), "UTC", {one: Volunteer(one, one, "") for one in VOLUNTEERS},
        (Shift("", Pattern(frozenset({0}), 480, 60), ("amy",)),),
    )  # fmt: skip

    def test_the_next_change_is_the_next_handover(self) -> None:
        schedule = Schedule(self.rota)
        assert schedule.next_change(datetime(2026, 1, 5, 7, 59, tzinfo=UTC)) == datetime(2026, 1, 5, 8, tzinfo=UTC)
        assert schedule.next_change(datetime(2026, 1, 5, 8, tzinfo=UTC)) == datetime(2026, 1, 5, 9, tzinfo=UTC)
        assert schedule.next_change(datetime(2026, 1, 5, 9, tzinfo=UTC)) == datetime(2026, 1, 12, 8, tzinfo=UTC)

    def test_an_absence_is_a_handover_of_its_own(self) -> None:
        eight = datetime(2026, 1, 5, 8, tzinfo=UTC)
        from_then = int(eight.timestamp())
        off = Schedule(self.rota).with_absences([Absence("amy", from_then + 61, from_then + 119)])
        assert off.next_change(eight) == eight + timedelta(seconds=61)
        assert [stretch.who.on_call for stretch in off.stretches(eight, eight + timedelta(minutes=3))] == [
            ("amy",), (), ("amy",)
        ]  # fmt: skip

    def test_no_absences_are_the_same_schedule(self) -> None:
        schedule = Schedule(self.rota)
        assert schedule.with_absences([]) is schedule
        assert schedule.with_absences([Absence("amy", 0, 1)]).with_absences([]) is schedule

    def test_there_may_be_none(self) -> None:
        assert Schedule(replace(self.rota, shifts=())).next_change(datetime(2026, 1, 5, tzinfo=UTC)) is None

    @pytest.mark.parametrize("year", [1971, 2300, 9000])
    def test_far_away_instants_can_be_asked_about(self, year: int) -> None:
        assert Schedule(self.rota).at(datetime(year, 1, 1, tzinfo=UTC)) is not None
