"""What an absence leaves, when a time on call ends, and which come next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Pattern, Rota, Shift, Volunteer
from hotline.core.texts.off import end_of_shift, left_by, next_times, places_of
from hotline.core.times.spans import Span
from hotline.files import load_texts
from tests.core.rota.test_on_call import VOLUNTEERS, asked, rotas, rotas_and_absences
from tests.files.other_rotas import LEADERS, with_leaders

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
EVERY_DAY = frozenset(range(7))


def rota(*shifts: Shift, backup: tuple[str, ...] = ()) -> Schedule:
    people = {one: Volunteer(one, one, "") for one in VOLUNTEERS}
    return Schedule(Rota("r", UTC, "UTC", people, shifts, backup=backup))


def daily(start: int, hours: int, *who: str) -> Shift:
    return Shift("", Pattern(EVERY_DAY, start * 60, hours * 60), who)


def hour(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def off(who: str, start: float, end: float) -> Absence:
    return Absence(who, int(hour(start).timestamp()), int(hour(end).timestamp()))


def test_an_absence_leaves_nobody_only_where_somebody_was() -> None:
    schedule = rota(daily(8, 4, "amy"), daily(10, 4, "ben"))
    left = left_by(schedule, [], off("amy", 6, 20))
    assert left.nobody == (Span(hour(8), hour(10)),)
    assert left.backup == ()
    assert left_by(schedule, [], off("amy", 10, 12)).enough
    assert left_by(schedule, [], off("cho", 0, 24)).enough


def test_the_backup_alone_is_told_apart_from_nobody_at_all() -> None:
    schedule = rota(daily(8, 4, "amy"), backup=("dee",))
    assert left_by(schedule, [], off("amy", 8, 12)).backup == (Span(hour(8), hour(12)),)
    both = left_by(schedule, [off("dee", 9, 10)], off("amy", 8, 12))
    assert both.nobody == (Span(hour(9), hour(10)),)
    assert both.backup == (Span(hour(8), hour(9)), Span(hour(10), hour(12)))
    last = left_by(schedule, [], off("dee", 0, 8))
    assert last.nobody == (Span(hour(0), hour(8)),), "the backup was the last one there"


def test_others_who_are_off_do_not_count_and_what_one_said_before_does_not_either() -> None:
    schedule = rota(daily(8, 4, "amy", "ben"))
    assert left_by(schedule, [off("ben", 8, 9)], off("amy", 8, 12)).nobody == (Span(hour(8), hour(9)),)
    assert left_by(schedule, [off("amy", 8, 12), off("ben", 8, 12)], off("amy", 8, 10)).nobody == (
        Span(hour(8), hour(10)),
    )


@given(rotas_and_absences())
def test_what_is_left_is_what_the_resolver_says_at_each_instant(drawn: tuple[Rota, object, list[Absence]]) -> None:
    drawn_rota, _, absences = drawn
    if not absences or absences[0].start >= absences[0].end:
        return
    schedule, (mine, *others) = Schedule(drawn_rota), absences
    others = [one for one in others if one.who != mine.who]
    left = left_by(schedule, absences, mine)
    before, then = schedule.with_absences(others), schedule.with_absences([*others, mine])
    for second in range(mine.start, mine.end, max(1, (mine.end - mine.start) // 50)):
        instant = datetime.fromtimestamp(second, UTC)
        was, is_now = before.at(instant), then.at(instant)
        in_nobody = any(one.start <= instant < one.end for one in left.nobody)
        in_backup = any(one.start <= instant < one.end for one in left.backup)
        assert in_nobody == (is_now.nobody and not was.nobody)
        assert in_backup == (not is_now.on_call and bool(was.on_call) and not in_nobody)


def test_a_shift_ends_where_the_next_of_the_same_volunteer_does_not_begin() -> None:
    schedule = rota(daily(8, 4, "amy"), daily(12, 4, "amy"), daily(20, 2, "amy"))
    assert end_of_shift(schedule, "amy", hour(9)) == hour(16)
    assert end_of_shift(schedule, "amy", hour(7)) is None
    assert end_of_shift(schedule, "ben", hour(9)) is None
    assert end_of_shift(rota(daily(0, 24, "amy")), "amy", hour(9)) is None, "no end in sight"


def test_the_next_times_begin_with_the_present_one() -> None:
    schedule = rota(daily(8, 4, "amy"))
    found = next_times(schedule, "amy", hour(9), 3)
    assert found == [Span(hour(9), hour(12)), Span(hour(32), hour(36)), Span(hour(56), hour(60))]
    assert next_times(schedule, "ben", hour(9), 3) == []
    away = schedule.with_absences([off("amy", 0, 50)])
    assert next_times(away, "amy", hour(9), 1) == [Span(hour(56), hour(60))]


@given(rotas())
def test_the_next_times_are_whole(drawn: tuple[Rota, object]) -> None:
    drawn_rota, around = drawn
    schedule, (start, _) = Schedule(drawn_rota), asked(around)  # type: ignore[arg-type]
    for who in VOLUNTEERS:
        for time in next_times(schedule, who, start, 3):
            assert who in schedule.at(time.start).on_call
            assert who in schedule.at(time.end - timedelta(seconds=1)).on_call


class TestOtherRotas:
    """A line that rings two rotas."""

    LINE = load_texts(with_leaders()).hotlines["rise"]

    @pytest.mark.parametrize(("phone", "found"), [("+14105550121", ["leaders"]), ("+14105550111", ["rise"])])
    def test_a_volunteer_of_either_is_known_by_their_phone(self, phone: str, found: list[str]) -> None:
        assert [place.line.rota.id for place in places_of(self.LINE, phone, [self.LINE])] == found

    def test_who_is_in_both_is_off_in_both(self) -> None:
        both = load_texts(with_leaders(leaders=LEADERS.replace("0121", "0112"))).hotlines["rise"]
        places = places_of(both, "+14105550112", [both])
        assert [(place.line.rota.id, place.who) for place in places] == [("rise", "ben"), ("leaders", "lea")]

    def test_strangers_are_not(self) -> None:
        assert places_of(self.LINE, "+14105550199", [self.LINE]) == []
