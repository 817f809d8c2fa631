"""Test rings, asked for at the REST API's stand-in, by a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.carrier.rest import RestCarrier
from hotline.core.calls.flow import Hotline, Hunt, OtherRota, Step
from hotline.core.calls.ring_test import RingTest, as_named_now, unseal
from hotline.core.jobs import Job
from hotline.core.rota.absence import Absence
from hotline.core.rota.rota import HowOften, Ringing
from hotline.errors import CarrierRefused, LiveStateUnavailable, TryAgain
from hotline.files.values.zones import load_zone
from hotline.services.ring_tests import RingTesting
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.ring_tests import RingTestTable
from hotline.webhooks.ring_test_paths import addresses
from tests.lines import NUMBER, hotline, phone_of

PUBLIC, KEY = "https://hotline.example.org", b"k" * 32
NEW_YORK = load_zone("America/New_York")
WEDNESDAY = datetime(2026, 3, 4, 17, tzinfo=NEW_YORK).astimezone(UTC)
MONTHLY = Ringing(ring_for=25, test=HowOften.MONTHLY)


@dataclass
class Bench:
    """A line whose phones are tested, and what came of it."""

    api: RestApi
    kept: RingTestTable
    now: datetime = WEDNESDAY
    line: Hotline = field(
        default_factory=lambda: hotline(("amy",), ("chaplain",), ringing=MONTHLY, volunteers=("ben",), zone=NEW_YORK)
    )
    taken: set[str] = field(default_factory=set)
    absences: list[Absence] = field(default_factory=list)
    redis_gone: bool = False
    jobs: list[Job] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api.now = lambda: self.now
        self.api.add_number(NUMBER)
        self.testing = RingTesting(
            carrier=RestCarrier(self.api.account, self.api.token, self.api.url),
            kept=self.kept,
            jobs=self,
            lines=lambda: [self.line],
            absences=self,
            is_taken=self.is_taken,
            addresses=addresses(PUBLIC, KEY),
            clock=lambda: self.now,
            notice=lambda event, /, **_: self.notices.append(event),
        )

    def put(self, job: Job) -> None:
        self.jobs.append(job)

    def of(self, rota: str) -> list[Absence]:
        assert rota == "line"
        return self.absences

    def is_taken(self, phone: str, now: int) -> bool:
        assert now == int(self.now.timestamp())
        if self.redis_gone:
            raise LiveStateUnavailable("gone", "Start it.")
        return phone in self.taken

    def place(self, who: str = "ben", id: str = "one") -> None:
        self.testing.place("line", who, id)

    def reached(self, id: str = "one") -> bool | None:
        test = self.kept.test(id)
        assert test is not None
        return test.reached


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    database = Database(f"sqlite:///{tmp_path}/tests.db")
    with RestApi() as api:
        yield Bench(api, RingTestTable(database))
    database.close()


def test_a_volunteers_phone_is_called_from_the_hotlines_number_with_sealed_addresses(bench: Bench) -> None:
    bench.place()
    (call,) = bench.api.calls.values()
    asked = dict(call.asked)
    at = asked["Url"].partition("?at=")[2]
    assert unseal(at, KEY, int(bench.now.timestamp())) == RingTest("one", "line", "ben", int(bench.now.timestamp()))
    assert asked == {
        "To": phone_of(0),
        "From": NUMBER,
        "Url": f"{PUBLIC}/voice/ring-test?at={at}",
        "Method": "POST",
        "StatusCallback": f"{PUBLIC}/voice/ring-test/ended?at={at}",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "completed",
        "Timeout": "25",
    }
    assert bench.reached() is None


def test_what_came_of_it_is_kept(bench: Bench) -> None:
    bench.place()
    bench.testing.over("one", reached=True)
    bench.testing.over("one", reached=False)
    assert bench.reached() is True


def test_a_phone_that_is_in_a_call_is_left_in_peace(bench: Bench) -> None:
    bench.taken.add(phone_of(0))
    with pytest.raises(TryAgain) as again:
        bench.place()
    assert again.value.after == 600
    assert (bench.api.calls, bench.kept.test("one")) == ({}, None)
    bench.taken.clear()
    bench.place()
    assert len(bench.api.calls) == 1


def test_while_redis_is_gone_nobody_is_tested(bench: Bench) -> None:
    bench.redis_gone = True
    with pytest.raises(TryAgain):
        bench.place()
    assert bench.api.requests == []


def test_the_same_test_never_rings_twice(bench: Bench) -> None:
    bench.place()
    bench.place()
    bench.testing.over("one", reached=False)
    bench.place()
    assert len(bench.api.calls) == 1


@pytest.mark.parametrize("trouble", ["slow down", "fails", "drops", "garbles", "drops after"])
def test_after_trouble_it_rings_once_all_the_same(bench: Bench, trouble: str) -> None:
    bench.api.fault(trouble, 1, "POST")  # type: ignore[arg-type]
    with pytest.raises(TryAgain) as again:
        bench.place()
    assert (again.value.after or 0) >= 60
    bench.now += timedelta(seconds=60)
    bench.place()
    assert len(bench.api.calls) == 1


def test_a_doubt_that_cannot_be_settled_yet_is_looked_into_later(bench: Bench) -> None:
    bench.api.fault("drops after", 1, "POST")
    bench.api.fault("fails", 1, "GET")
    for _ in range(2):
        with pytest.raises(TryAgain):
            bench.place()
    bench.place()
    assert len(bench.api.calls) == 1


def test_a_call_to_the_same_phone_is_not_taken_for_the_test(bench: Bench) -> None:
    bench.api.fault("drops", 1, "POST")
    with pytest.raises(TryAgain):
        bench.place()
    bench.api.add_call(NUMBER, "+14105550999", legs=[phone_of(0)])
    bench.place()
    assert [call.direction for call in bench.api.calls.values()].count("outbound-api") == 1


def test_what_the_carrier_refuses_is_told_of_and_not_kept_as_a_phone_that_did_not_ring(bench: Bench) -> None:
    bench.api.numbers.clear()
    with pytest.raises(CarrierRefused):
        bench.place()
    assert bench.notices == ["ring_test_refused"]
    assert bench.kept.test("one") is None


def test_somebody_who_is_no_volunteer_any_more_is_not_rung(bench: Bench) -> None:
    bench.place("gone")
    assert bench.api.requests == []


# ---------------------------------------------------------------------------------------------------------- monthly


def due(bench: Bench) -> list[tuple[str, tuple[str, ...], int | None]]:
    bench.jobs.clear()
    bench.testing.due()
    start = int(bench.now.timestamp())
    return [(job.task, job.ids, None if job.at is None else job.at - start) for job in bench.jobs]


def test_on_the_day_each_phone_is_to_be_rung_once_those_on_call_last(bench: Bench) -> None:
    assert due(bench) == [
        ("ring_test", ("line", "ben", "line/2026-03/ben"), 0),
        ("ring_test", ("line", "amy", "line/2026-03/amy"), 1),
        ("ring_test", ("line", "chaplain", "line/2026-03/chaplain"), 91),
    ]
    assert len({job.name for job in bench.jobs}) == 3
    bench.place("ben", "line/2026-03/ben")
    bench.now += timedelta(minutes=10)
    assert [ids[1] for _, ids, _ in due(bench)] == ["amy", "chaplain"]


def test_another_id_for_the_same_phone_is_not_tested_again_and_has_the_result(bench: Bench) -> None:
    bench.testing = replace(bench.testing, digest=lambda phone: f"p{phone[-2:]}")
    [(hotline, who, id)] = [ids for _, ids, _ in due(bench) if ids[1] == "ben"]
    bench.testing.place(hotline, who, id)
    bench.testing.over(id, reached=True)
    people = {
        one.id: one
        for who, each in bench.line.rota.volunteers.items()
        for one in [replace(each, id="ben_b") if who == "ben" else each]
    }
    rota = replace(bench.line.rota, volunteers=people)
    bench.line = replace(bench.line, rota=rota)
    assert "ben_b" not in [ids[1] for _, ids, _ in due(bench)]
    [result] = as_named_now(bench.kept.since(0), [rota], bench.testing.digest)
    assert (result.volunteer, result.reached) == ("ben_b", True)


def test_on_the_day_whoever_is_off_is_left_in_peace_until_they_are_back(bench: Bench) -> None:
    start = int(bench.now.timestamp())
    bench.absences.append(Absence("ben", start - 60, start + 3600))
    assert [ids[1] for _, ids, _ in due(bench)] == ["amy", "chaplain"]
    bench.now += timedelta(hours=1)
    assert [ids[1] for _, ids, _ in due(bench)] == ["ben", "amy", "chaplain"]


def test_who_goes_off_after_the_tests_were_planned_is_not_rung_but_may_ask_for_a_test(bench: Bench) -> None:
    start = int(bench.now.timestamp())
    bench.absences.append(Absence("ben", start, start + 3600))
    bench.place("ben", "line/2026-03/ben")
    assert (bench.api.calls, bench.kept.test("line/2026-03/ben")) == ({}, None)
    bench.place("ben", "line/page-2954280/ben")
    assert [call.to for call in bench.api.calls.values()] == [phone_of(0)]


def test_afterwards_coordinators_are_told_who_did_not_answer(bench: Bench) -> None:
    for who in ("amy", "ben", "chaplain"):
        bench.place(who, f"line/2026-03/{who}")
    bench.testing.over("line/2026-03/amy", reached=True)
    bench.testing.over("line/2026-03/ben", reached=False)
    bench.now += timedelta(hours=2)
    assert due(bench) == [("ring_test_result", ("line", "2026-03", "ben", "chaplain"), None)]
    bench.testing.over("line/2026-03/ben", reached=True)
    bench.testing.over("line/2026-03/chaplain", reached=True)
    assert due(bench) == []


def test_other_days_and_other_rotas_are_left_alone(bench: Bench) -> None:
    bench.now += timedelta(days=1)
    assert due(bench) == []
    bench.now = WEDNESDAY
    rota = replace(bench.line.rota, ringing=Ringing())
    bench.line = replace(bench.line, rota=rota)
    assert due(bench) == []


def test_results_are_kept_for_a_month(bench: Bench) -> None:
    bench.place()
    bench.now += timedelta(days=30)
    due(bench)
    assert bench.kept.test("one") is not None
    bench.now += timedelta(days=2)
    due(bench)
    assert bench.kept.test("one") is None


def test_phones_of_another_rota_that_the_line_rings_are_tested_too(bench: Bench) -> None:
    other = hotline(("lea",), (), ringing=MONTHLY, volunteers=("x", "y"), zone=NEW_YORK)
    rota = replace(other.rota, id="leaders", volunteers={"lea": other.rota.volunteers["lea"]})
    step = Step("group", {}, Hunt({}, None, "bye", people="leaders"))
    flow = replace(bench.line.flow, steps={**bench.line.flow.steps, "group": step})
    own = bench.line
    bench.line = replace(own, flow=flow, others={"leaders": OtherRota(rota, other.schedule)})
    bench.of = lambda rota: []  # type: ignore[method-assign]
    bench.testing.due()
    asked = [job.ids[:2] for job in bench.jobs if job.task == "ring_test"]
    assert ("line/leaders", "lea") in asked
    assert ("line", "ben") in asked
    bench.testing.place("line/leaders", "lea", "two")
    assert bench.kept.test("two") is not None
    assert [call.to for call in bench.api.calls.values()][-1:] == [rota.volunteers["lea"].phone]
