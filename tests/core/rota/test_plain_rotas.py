"""The product against a plain resolver, on random rota files read as anyone's are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall
from hotline.files.loading.rotas import read_rotas
from tests.core.rota.plain_resolver import WEEKDAYS, PlainRota

Rota = dict[str, Any]
Names = st.sampled_from(["amy", "ben", "cho", "dee", "eli"])
PLACES = (
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/New_York", date(2026, 12, 25)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("America/Havana", date(2025, 3, 9)),
    ("America/Havana", date(2025, 11, 2)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kolkata", date(2028, 2, 29)),
)
clocks = st.sampled_from([0, 30, 60, 90, 120, 150, 180, 420, 480, 1080, 1320, 1410]).map(
    lambda minute: f"{minute // 60:02}:{minute % 60:02}"
)
tiers = st.sampled_from([None, None, None, 1, 2, 2, 3, 5])
weekdays = st.sampled_from(WEEKDAYS)
ranges = st.builds(lambda first, last: f"{first}-{last}", weekdays, weekdays)
in_month = st.builds(lambda place, day: f"{place} {day}", st.sampled_from(["1st", "2nd", "4th", "last"]), weekdays)
usual_days = st.one_of(
    st.none(), st.just("every day"), weekdays, ranges, in_month, st.lists(weekdays, min_size=1, max_size=4, unique=True)
)
holiday_days = st.one_of(st.just("holidays"), weekdays.map(lambda day: f"{day}, holidays"))
hours = st.one_of(
    st.just("24h"),
    st.builds(lambda first, last: f"{first}-{last}", clocks, st.one_of(clocks, st.just("24:00"))),
)
changes = st.sampled_from(["daily", "weekly", "monthly", "2 days", "3 days", "2 weeks"])
names = st.lists(Names, min_size=1, max_size=3, unique=True)
turns = st.lists(st.one_of(Names, names), min_size=1, max_size=4)


def dates(around: date, most: int = 12) -> st.SearchStrategy[str]:
    return st.integers(-most, most).map(lambda step: (around + timedelta(days=step)).isoformat())


@st.composite
def when(draw: st.DrawFn, around: date, days: st.SearchStrategy[Any], *, needs_starting: bool) -> Rota:
    """When a shift or a rotation is on."""
    entry: Rota = {}
    if days is not holiday_days and draw(st.integers(0, 3)) == 0:
        entry["from"], entry["to"] = (f"{draw(weekdays)} {draw(clocks)}" for _ in range(2))
    else:
        entry["days"], entry["hours"] = draw(days), draw(hours)
    in_the_month = isinstance(entry.get("days"), str) and entry["days"].split()[0] in ("1st", "2nd", "4th", "last")
    every = (
        None
        if needs_starting or days is holiday_days or in_the_month
        else draw(st.sampled_from([None, None, "2 weeks", "3 weeks"]))
    )
    if needs_starting or every or draw(st.integers(0, 3)) == 0:
        entry["starting"] = draw(dates(around, 60 if draw(st.booleans()) else 4))
    if draw(st.integers(0, 4)) == 0:
        begin = date.fromisoformat(entry.get("starting", around.isoformat()))
        entry["until"] = (begin + timedelta(days=draw(st.integers(0, 70)))).isoformat()
    return {**{key: value for key, value in entry.items() if value is not None}, **({"every": every} if every else {})}


@st.composite
def shifts(draw: st.DrawFn, around: date, *, with_holidays: bool) -> Rota:
    for_holidays = with_holidays and draw(st.integers(0, 2)) == 0
    entry = draw(when(around, holiday_days if for_holidays else usual_days, needs_starting=False))
    if for_holidays and draw(st.booleans()):
        entry["also"] = "true"
    return {**entry, "on_call": draw(names)}


@st.composite
def rotations(draw: st.DrawFn, around: date) -> Rota:
    return {
        **draw(when(around, usual_days, needs_starting=True)), "turns": draw(turns), "change": draw(changes)
    }  # fmt: skip


@st.composite
def spans(draw: st.DrawFn, around: date) -> Rota:
    """An entry of away or cover, less who it is about: bare dates and times, each at either end."""
    first = date.fromisoformat(draw(dates(around, 4)))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 5, 500])))
    start = draw(st.one_of(st.just(""), clocks))
    end = draw(st.one_of(st.just(""), clocks.filter(lambda clock: last > first or clock > (start or "00:00"))))
    return {"from": f"{first} {start}".strip(), "to": f"{last} {end}".strip()}


@st.composite
def drawn_rotas(draw: st.DrawFn) -> tuple[Rota, date]:
    zone, around = draw(st.sampled_from(PLACES))
    rota: Rota = {
        "timezone": zone,
        "volunteers": {
            name: {"phone": f"+1 410 555 01{place}"}
            for place, name in enumerate(["amy", "ben", "cho", "dee", "eli"], 11)
        },
    }
    with_holidays = draw(st.booleans())
    if with_holidays:
        also = draw(st.lists(dates(around, 3), min_size=1, max_size=3, unique=True))
        rota["holidays"] = {"also": also}
        if draw(st.booleans()):
            left_out = [one for one in draw(st.lists(dates(around, 3), max_size=2, unique=True)) if one not in also]
            rota["holidays"] |= {"country": "US", "region": "MD", "except": left_out}

    def tiered(entry: Rota) -> Rota:
        tier = draw(tiers)
        return entry if tier is None else {**entry, "tier": tier}

    rota["shifts"] = [tiered(draw(shifts(around, with_holidays=with_holidays))) for _ in range(draw(st.integers(0, 4)))]
    rota["rotations"] = [tiered(draw(rotations(around))) for _ in range(draw(st.integers(0, 2)))]
    rota["away"] = [{"who": draw(Names), **draw(spans(around))} for _ in range(draw(st.integers(0, 2)))]
    rota["cover"] = []
    for _ in range(draw(st.integers(0, 3))):
        who, instead_of = draw(Names), draw(st.one_of(st.none(), Names))
        entry = {"who": who, **draw(spans(around))}
        if instead_of not in (None, who):
            rota["cover"].append({**entry, "for": instead_of})
        else:
            rota["cover"].append(tiered(entry))
    rota["backup"] = [
        draw(st.one_of(Names, shifts(around, with_holidays=with_holidays), rotations(around)))
        for _ in range(draw(st.integers(0, 3)))
    ]
    by_name = [one for one in rota["backup"] if isinstance(one, str)]
    if len(by_name) > len(set(by_name)):
        rota["backup"] = list(dict.fromkeys(by_name))
    return rota, around


def read(rota: Rota) -> Schedule:
    found = read_rotas({"rota/rise.yaml": yaml.safe_dump(rota, sort_keys=False).encode()})
    assert not found.errors, [str(one) for one in found.errors] + [yaml.safe_dump(rota, sort_keys=False)]
    return found.schedules["rise"]


def given_by(who: OnCall) -> tuple[list[tuple[int, str]], list[str]]:
    return list(who.in_tiers()), list(who.backup)


BASE: Rota = {
    "timezone": "America/New_York",
    "volunteers": {name: {"phone": f"+1 410 555 01{place}"} for place, name in enumerate(["amy", "ben", "cho"], 11)},
}


@settings(max_examples=150)
@given(
    drawn_rotas(),
    st.lists(st.integers(-4 * 48, 4 * 48), min_size=1, max_size=12, unique=True),
    st.integers(-1, 1),
)
@example(
    (
        {
            **BASE,
            "shifts": [
                {"hours": "24h", "on_call": ["amy"]},
                {"hours": "24h", "on_call": ["ben"], "tier": 2},
            ],
            "cover": [{"who": "ben", "for": "amy", "from": "2026-03-08", "to": "2026-03-08"}],
        },
        date(2026, 3, 8),
    ),
    [0, 20, 40],
    0,
)
def test_a_rota_file_gives_whom_the_rules_give(drawn: tuple[Rota, date], asked: list[int], seconds: int) -> None:
    rota, around = drawn
    schedule, plain = read(rota), PlainRota(rota)
    noon = datetime.combine(around, time(12), tzinfo=UTC)
    for half_hours in asked:
        instant = noon + timedelta(minutes=30 * half_hours, seconds=seconds)
        assert given_by(schedule.at(instant)) == plain.at(instant), (instant, yaml.safe_dump(rota, sort_keys=False))


@given(drawn_rotas())
def test_handovers_of_a_rota_file_are_where_the_rules_put_them(drawn: tuple[Rota, date]) -> None:
    rota, around = drawn
    schedule, plain = read(rota), PlainRota(rota)
    start = datetime.combine(around, time(), tzinfo=UTC) - timedelta(days=1)
    for stretch in schedule.stretches(start, start + timedelta(days=3)):
        assert plain.at(stretch.start) == given_by(stretch.who)
        assert plain.at(stretch.end - timedelta(seconds=1)) == given_by(stretch.who)
