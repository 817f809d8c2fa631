"""How long callers will wait: the page asks for a forecast, a worker makes it, and the page shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from redis import Redis

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.files.edits.versions import digest
from hotline.jobs import tasks
from hotline.jobs.queue import JobQueue, connection
from hotline.pages.rota.waits import LATE_AFTER
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.disk.outbox import from_line
from hotline.wiring.parts import Effort, Parts
from tests.files.good import FLOW, rota_with, texts
from tests.files.other_rotas import with_leaders
from tests.jobs.conftest import work
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.rota.test_pages import words
from tests.pages.visitor import Visitor

NOW = datetime(2026, 12, 15, 17, tzinfo=UTC)
WAITS = "/rota/rise/waits"
TWO = "shifts: [{days: every day, hours: 24h, on_call: [amy, ben]}]"
WITHOUT_REDIS = {"REDIS_URL": "redis://127.0.0.1:9"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _then(clock: time_machine.Traveller) -> None:
    """Every test has this clock."""


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(TWO))


@pytest.fixture
def effort() -> Effort:
    return EFFORT


@pytest.fixture
def redis(site: Site) -> Iterator[Redis]:
    client = connection(site.environment["REDIS_URL"])
    yield client
    client.close()


def tickets(site: Site) -> list[list[object]]:
    """The jobs that the pages put."""
    outbox = read_settings(site.environment).outbox_dir
    return [json.loads(line) for file in sorted(outbox.glob("*")) for line in file.read_text().splitlines()]


def do_jobs(site: Site, redis: Redis) -> None:
    """Do what the pages put, as a worker does."""
    queue = JobQueue(site.environment["REDIS_URL"])
    queue.write([from_line(json.dumps(line).encode())[1] for line in tickets(site)])
    queue.close()
    tasks.bind(Parts(read_settings(site.environment), effort=EFFORT))
    work(redis)


def edit(site: Site, *entries: str) -> None:
    (site.folder / "rota/rise.yaml").write_text(rota_with(*entries))
    site.web.parts.directory.refresh()


def test_it_is_made_by_a_worker_and_shown(site: Site, viewer: Visitor, redis: Redis) -> None:
    waiting = viewer.get(WAITS)
    assert "The forecast is being made." in waiting.text
    assert waiting.headers["Refresh"] == f"5; url={WAITS}?auto=1"
    do_jobs(site, redis)
    answer = viewer.get(f"{WAITS}?auto=1")
    page, said = answer.text, words(answer.text)
    assert "Refresh" not in answer.headers
    assert re.search(r"90% of callers talk to somebody within \d+ s, half within \d+ s\.", said)
    for label in ("within 15 s", "within 20 s", "within 30 s", "within 60 s", "half within", "reach nobody"):
        assert label in said
    assert re.search(r"Amy \d+ \d+ Ben \d+ \d+|Ben \d+ \d+ Amy \d+ \d+", said)
    assert re.search(r"calls of the year from \w+,? 15 December 2026", said)
    assert "It assumes handsets B: 7 of 10 are picked up." in said
    assert "It assumes 30 calls a month: the call log cannot tell yet." in said
    assert "hotline forecast rise --improve" in said
    assert page.count('<td class="h') == 7 * 24
    assert "555" not in said


def test_one_forecast_is_asked_for_however_often_somebody_looks(site: Site, viewer: Visitor, redis: Redis) -> None:
    for _ in range(3):
        viewer.get(WAITS)
    assert [line[3] for line in tickets(site)] == ["forecast_waits"]
    do_jobs(site, redis)
    viewer.get(WAITS)
    assert len(tickets(site)) == 1


def test_an_edit_makes_a_new_one(site: Site, viewer: Visitor, redis: Redis) -> None:
    viewer.get(WAITS)
    do_jobs(site, redis)
    edit(site, TWO.replace("ben", "cho"))
    assert "The forecast is being made." in viewer.get(WAITS).text
    do_jobs(site, redis)
    assert "Cho" in words(viewer.get(WAITS).text)
    edit(site, TWO)
    assert "Ben" in words(viewer.get(WAITS).text), "the earlier one is kept"


def test_where_no_worker_makes_it_the_page_says_what_to_do(viewer: Visitor, clock: time_machine.Traveller) -> None:
    viewer.get(WAITS)
    clock.shift(timedelta(seconds=LATE_AFTER))
    answer = viewer.get(WAITS)
    page = answer.text
    assert "The forecast is late." in page
    assert "Check that one runs" in page
    assert "hotline forecast rise" in page
    assert answer.headers["Refresh"].startswith("30; url=")


def test_something_else_in_its_place_is_none(site: Site, viewer: Visitor, redis: Redis) -> None:
    viewer.get(WAITS)
    do_jobs(site, redis)
    (key,) = redis.keys("hotline:forecast:*")
    whole = json.loads(redis.get(key))
    for other in ("no JSON", "[]", "{}", json.dumps({**whole, "week": []}), json.dumps({**whole, "p90": "soon"})):
        redis.set(key, other)
        assert "The forecast is being made." in viewer.get(WAITS).text


def test_it_is_small_and_expires(site: Site, viewer: Visitor, redis: Redis) -> None:
    viewer.get(WAITS)
    (asked,) = redis.keys("hotline:forecast-asked:*")
    do_jobs(site, redis)
    (key,) = redis.keys("hotline:forecast:*")
    assert 0 < redis.ttl(asked) <= 600
    assert 0 < redis.ttl(key) <= 86_400
    assert redis.strlen(key) < 5_000
    assert b"+1" not in redis.get(key)


@pytest.mark.parametrize("settings", [WITHOUT_REDIS])
def test_without_redis_the_page_says_so(site: Site, viewer: Visitor) -> None:
    page = viewer.get(WAITS)
    assert page.status_code == 200
    assert "There is no forecast without Redis." in page.text
    assert "Redis does not answer" in page.text
    assert tickets(site) == []


def test_calls_a_month_are_those_of_the_log(site: Site, viewer: Visitor, redis: Redis) -> None:
    log = CallLog(read_settings(site.environment).database_url)
    for number in range(80):
        start = int(NOW.timestamp()) - 40 * 86_400 + number * 43_200
        log.write([LogEntry(f"c{number}", "rise", CallMoment.STARTED, start)])
    log.close()
    viewer.get(WAITS)
    do_jobs(site, redis)
    assert "It assumes 59 calls a month, as in the call log." in words(viewer.get(WAITS).text)


class TestOtherRotas:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        return with_leaders()

    def test_each_has_its_own(self, site: Site, coordinator: Visitor, redis: Redis) -> None:
        for rota in ("rise", "leaders"):
            assert "The forecast is being made." in coordinator.get(f"/rota/{rota}/waits").text
        do_jobs(site, redis)
        assert "Lea Marsh" in coordinator.get("/rota/leaders/waits").text
        assert "Lea Marsh" not in coordinator.get("/rota/rise/waits").text


def test_it_speaks_spanish(site: Site, viewer: Visitor, redis: Redis) -> None:
    viewer.get(WAITS)
    do_jobs(site, redis)
    page = words(viewer.get(WAITS, headers={"Accept-Language": "es"}).text)
    assert re.search(r"El 90% de quienes llaman habla con alguien en \d+ s, la mitad en \d+ s\.", page)


def test_a_stranger_is_sent_to_sign_in(visitor: Visitor) -> None:
    assert visitor.get(WAITS).status_code == 303
    assert visitor.get(f"{WAITS}?auto=1").status_code == 401
    assert visitor.get("/rota/nobody/waits").status_code == 303


def test_there_is_none_of_a_rota_that_is_not_there(viewer: Visitor) -> None:
    assert viewer.get("/rota/nobody/waits").status_code == 404


class TestEdits:
    """The editor and the forms say what an edit does to waits, before it is saved."""

    def look(self, coordinator: Visitor, path: str, before: str, after: str) -> str:
        data = {"text": after, "base": digest(before.encode()), "reviewed": "", "step": "waits"}
        return words(coordinator.post(path, data, at=path).text)

    def test_the_editor_says_what_other_rules_for_ringing_do(self, coordinator: Visitor, site: Site) -> None:
        four = TWO.replace("[amy, ben]", "[amy, ben, cho, dee]")
        edit(site, four)
        before = rota_with(four)
        said = self.look(coordinator, "/rota/rise/file", before, before + "ringing: {at_once: 4}\n")
        found = re.search(
            r"At all hours, 90% of callers talk to somebody within (\S+) s before the edit, (\S+) s after", said
        )
        assert found is not None, said
        assert int(found[1]) > int(found[2])
        price = re.search(r"Phones ring at night (\d+) → (\d+) times in 8 weeks", said)
        assert price is not None, said
        assert int(price[1]) < int(price[2])

    def test_an_edit_that_leaves_fewer_people_says_how_many_reach_nobody(self, coordinator: Visitor) -> None:
        before = rota_with(TWO)
        said = self.look(coordinator, "/rota/rise/file", before, before.replace("[amy, ben]", "[amy]"))
        assert re.search(r"At the hours that change, \d+ % of callers reach nobody before the edit, \d+ % after", said)

    def test_an_edit_of_the_call_flow_is_forecast_too(self, coordinator: Visitor) -> None:
        slower = FLOW.replace("To be connected press 1.", "Thank you for calling. " * 12)
        assert "of callers talk to somebody" in self.look(coordinator, "/flow/rise/file", FLOW, slower)

    def test_an_edit_that_no_wait_depends_on_says_nothing(self, coordinator: Visitor) -> None:
        before = rota_with(TWO)
        said = self.look(coordinator, "/rota/rise/file", before, before.replace("0111", "0199"))
        assert "Waits (forecast)" not in said

    def test_while_somebody_types_a_forecast_is_offered_and_not_made(self, coordinator: Visitor) -> None:
        before = rota_with(TWO)
        data = {"text": before + "ringing: {at_once: 2}\n", "base": digest(before.encode())}
        html = coordinator.post("/rota/rise/file/check", data, at="/rota/rise/file").json["html"]
        assert "Waits (forecast)" not in html
        assert "Forecast what this does to waits" in html

    def test_a_form_says_it_beside_who_is_away(self, coordinator: Visitor) -> None:
        form = {"who": "amy", "from_date": "2026-12-21", "to_date": "2026-12-24", "step": "look"}
        page = coordinator.submit("/rota/rise/away", form, action="/rota/rise/away").text
        assert "Waits (forecast)" not in page
        assert "Forecast what this does to waits" in page
        said = words(coordinator.submit("/rota/rise/away", {**form, "step": "waits"}, action="/rota/rise/away").text)
        assert "Waits (forecast) At the hours that change, " in said

    @pytest.mark.parametrize("effort", [replace(EFFORT, edit_waits_within=0.001)])
    def test_a_busy_server_says_so_and_the_edit_is_shown_all_the_same(self, coordinator: Visitor) -> None:
        form = {"who": "amy", "from_date": "2026-12-21", "step": "waits"}
        said = words(coordinator.submit("/rota/rise/away", form, action="/rota/rise/away").text)
        assert "Amy is off" in said
        assert "The forecast of waits is not ready: the server is busy. Look at the changes again." in said
