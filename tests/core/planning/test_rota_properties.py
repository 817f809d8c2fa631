"""What must hold of any rota: hours add up, days leave nothing out, differences mirror, and closed gaps are closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.planning.fairness import fairness
from hotline.core.planning.gap_repair import closing
from hotline.core.planning.gaps import lacks
from hotline.core.planning.rota_diff import balance, rota_diff
from hotline.core.planning.stand_ins import Pool
from hotline.core.rota.days import day_by_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, Rota, Shift
from hotline.core.rota.spells import seconds_on_call, spells
from hotline.core.times.spans import Span, joined, seconds, within, without
from hotline.files.loading.rotas import read_rotas
from hotline.files.values.rota_lines import to_write
from tests.core.rota.test_on_call import asked, rotas
from tests.files.good import rota_with

Drawn = tuple[Rota, date]
moments = st.integers(0, 40).map(lambda hour: datetime(2026, 1, 5) + timedelta(hours=hour))  # noqa: DTZ001
spans = st.lists(st.builds(Span, moments, moments), max_size=6).map(joined)


@given(spans, spans)
def test_what_is_left_and_what_was_taken_make_the_whole(some: list[Span], taken: list[Span]) -> None:
    left = without(some, taken)
    both = [part for one in taken for part in within(some, one.start, one.end)]
    assert joined([*left, *both]) == some
    assert seconds(left) + seconds(both) == seconds(some)


@given(rotas())
def test_hours_are_the_sum_over_the_stretches(drawn: Drawn) -> None:
    rota, around = drawn
    schedule, (start, end) = Schedule(rota), asked(around)
    stretches = schedule.stretches(start, end)
    summed = {
        who: sum(round((one.end - one.start).total_seconds()) for one in stretches if who in one.who.on_call)
        for who in rota.volunteers
    }
    assert {who: total for who, total in summed.items() if total} == seconds_on_call(stretches)
    assert {who: seconds(times) for who, times in spells(stretches).items()} == seconds_on_call(stretches)
    assert {one.volunteer: one.on_call for one in fairness(schedule, start, end).loads} == summed


@given(rotas())
def test_days_leave_nothing_out_and_count_nothing_twice(drawn: Drawn) -> None:
    rota, around = drawn
    schedule = Schedule(rota)
    days = day_by_day(schedule, around - timedelta(days=3), 7)
    assert [one.date for one in days] == [around + timedelta(days=step) for step in range(-3, 4)]
    held = [stretch for one in days for stretch in one.stretches]
    assert all(one.end == other.start for one, other in pairwise(held))
    assert (held[0].start, held[-1].end) == (days[0].start, days[-1].end)
    whole = schedule.stretches(days[0].start, days[-1].end)
    assert seconds_on_call(held) == seconds_on_call(whole)
    for one in days:
        assert sum((stretch.end - stretch.start).total_seconds() for stretch in one.stretches) == one.seconds
        for stretch in one.stretches:
            assert schedule.at(stretch.start) == stretch.who


@given(rotas())
def test_a_rota_does_not_differ_from_itself(drawn: Drawn) -> None:
    rota, around = drawn
    assert rota_diff(Schedule(rota), Schedule(rota), *asked(around)).empty


@given(rotas(), rotas())
def test_what_one_way_is_gained_is_lost_the_other_way(one: Drawn, other: Drawn) -> None:
    (first, around), (second, _) = one, other
    old, new = Schedule(first), Schedule(second)
    there, back = rota_diff(old, new, *asked(around)), rota_diff(new, old, *asked(around))
    assert dict(there.gained) == dict(back.lost)
    assert dict(there.lost) == dict(back.gained)
    assert (there.new_gaps, there.closed_gaps) == (back.closed_gaps, back.new_gaps)
    assert there.reordered == back.reordered
    spans = {who: sum(one.seconds for one in there.gained.get(who, ())) for who in (*there.gained, *there.lost)}
    for who, net in balance(there):
        assert net == spans[who] - sum(one.seconds for one in there.lost.get(who, ()))


@given(rotas(), st.integers(1, 2), st.integers(1, 59))
def test_what_is_said_to_close_a_gap_closes_it(drawn: Drawn, depth: int, second: int) -> None:
    rota, around = drawn
    schedule = Schedule(rota)
    start = asked(around)[0] + timedelta(seconds=second)
    end = start + timedelta(weeks=2)
    pool = Pool(schedule, Span(start, end))
    for lack in lacks(schedule, start, end, depth)[:4]:
        change = closing(schedule, lack, pool, start, end, depth)
        mended = Schedule(change.applied(rota))
        for time in lack.times:
            for stretch in mended.stretches(max(time.start, start), time.end):
                assert len(stretch.who.on_call) >= min(depth, lack.people + 1)
        lines = to_write(change, rota)
        if change.shifts or change.covers:
            assert read_back(lines.section, lines.lines, rota.zone_name) == (change.shifts, change.covers)


def read_back(section: str, lines: tuple[str, ...], zone: str) -> tuple[tuple[Shift, ...], tuple[Cover, ...]]:
    text = rota_with(f"{section}:", *(f"  {line}" for line in lines), timezone=zone, volunteers="amy ben cho dee eli")
    found = read_rotas({"rota/r.yaml": text.encode()})
    assert not found.errors
    rota = found.schedules["r"].rota
    return rota.shifts, rota.cover
