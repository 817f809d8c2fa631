"""`/metrics`: for those with the token, the same whichever process answers, and with whatever part is away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.metrics import CallFigures, Figures, RingOutcome, WaitingCount, WebCounts
from hotline.core.reports.report import Tally
from hotline.core.rota.absence import Absence
from hotline.errors import DatabaseUnavailable, LiveStateUnavailable
from hotline.feeds.metrics import as_text, make_metrics
from hotline.services.metrics import Measuring, Sources
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.tallies import Tallies
from hotline.webhooks.app import make_app
from tests.files.good import texts
from tests.lines import NOON, NUMBER, hotline
from tests.made import build_web
from tests.webhooks.line import CALLER, Line, NoLive, leads

SECRET = "a-token-for-prometheus"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """Every sample by its name and labels, read by the library's own parser."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((name, tuple(sorted(labels.items()))))


@pytest.fixture
def environment(tmp_path: Path, redis_url: str) -> Iterator[dict[str, str]]:
    for path, raw in texts().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    url = f"{redis_url}?db=9"
    with Redis.from_url(url) as redis:
        redis.flushdb()
        yield {
            "HOTLINE_CONFIG_DIR": str(tmp_path),
            "HOTLINE_DATA_DIR": str(tmp_path / "data"),
            "REDIS_URL": url,
            "HOTLINE_METRICS_TOKEN": SECRET,
        }
        redis.flushdb()


def scrape(client: FlaskClient) -> Samples:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return samples(answer.text)


# ---------------------------------------------------------------------------------------------------- who may read


def test_a_part_that_never_answers_costs_one_thread_however_often_somebody_asks() -> None:
    began, goes_on = Event(), Event()

    def gather() -> Figures:
        began.set()
        assert goes_on.wait(60)
        return Figures(up={"files": True})

    app = make_app(make_metrics(SECRET, gather))
    sent = {"Authorization": f"Bearer {SECRET}"}
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(lambda: app.test_client().get("/metrics", headers=sent))
        assert began.wait(60)
        try:
            assert app.test_client().get("/metrics", headers=sent).status_code == 503
        finally:
            goes_on.set()
        assert first.result().status_code == 200
    assert app.test_client().get("/metrics", headers=sent).status_code == 200


def test_without_a_token_set_there_is_no_such_page(environment: dict[str, str]) -> None:
    client = build_web(read_settings({**environment, "HOTLINE_METRICS_TOKEN": ""})).app.test_client()
    for header in ("", "Bearer ", f"Bearer {SECRET}"):
        answer = client.get("/metrics", headers={"Authorization": header})
        assert (answer.status_code, "set HOTLINE_METRICS_TOKEN" in answer.text) == (404, True)


@pytest.mark.parametrize(
    "header", ["", SECRET, f"Basic {SECRET}", f"Bearer {SECRET}x", "Bearer ", "Bearer é", "Bearer"]
)
def test_only_the_token_opens_it(environment: dict[str, str], header: str) -> None:
    answer = build_web(read_settings(environment)).app.test_client().get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "hotline_" not in answer.text


# --------------------------------------------------------------------------------------------------- what is told


def test_a_whole_page(environment: dict[str, str], tmp_path: Path) -> None:
    """Read with the real parts: Redis, SQLite, the files."""
    settings = read_settings(environment)
    log = CallLog(settings.database_url)
    today = datetime(2026, 3, 4, tzinfo=UTC)
    yesterday = int((today - timedelta(hours=12)).timestamp())
    for number, wait in enumerate((12, 40, None)):
        log.write([LogEntry(f"{number}", "rise", CallMoment.STARTED, yesterday)])
        if wait is not None:
            log.write([LogEntry(f"{number}", "rise", CallMoment.ANSWERED, yesterday + wait)])
    log.write([LogEntry("of today", "rise", CallMoment.STARTED, int(today.timestamp()) + 1)])
    heartbeat = Heartbeat(int(NOON.timestamp()) - 20, (Beat("rise", 0.25),))
    RedisHeartbeats(environment["REDIS_URL"]).keep(heartbeat)
    tallies = Tallies(environment["REDIS_URL"], lambda: float(yesterday))
    for _ in range(25):
        tallies.ring("rise", RingOutcome.ACCEPTED)
        tallies.webhook("/voice", 0.02)
    tallies.refused(signed=False)
    assert tallies.flush()
    with time_machine.travel(NOON, tick=False):
        found = scrape(build_web(settings).app.test_client())
    assert of(found, "hotline_calls_total", hotline="rise") == 3
    assert of(found, "hotline_calls_answered_total", hotline="rise") == 2
    assert of(found, "hotline_wait_seconds_bucket", hotline="rise", le="20.0") == 1
    assert of(found, "hotline_wait_seconds_bucket", hotline="rise", le="+Inf") == 2
    assert of(found, "hotline_wait_seconds_sum", hotline="rise") == 52
    assert of(found, "hotline_rings_total", hotline="rise", outcome="accepted") == 20
    assert of(found, "hotline_rings_total", hotline="rise", outcome="passed") == 0
    assert of(found, "hotline_webhook_seconds_bucket", route="/voice", le="0.025") == 25
    assert of(found, "hotline_webhook_seconds_count", route="/voice") == 25
    assert of(found, "hotline_on_call", hotline="rise") == 2
    assert of(found, "hotline_gap_in_seconds", hotline="rise") is not None
    assert of(found, "hotline_heartbeat_age_seconds") == 20
    assert of(found, "hotline_heartbeat_well") == 1
    assert of(found, "hotline_heartbeat_seconds", hotline="rise") == 0.25
    assert of(found, "hotline_jobs", queue="tonight") == 0
    assert of(found, "hotline_backlog", of="call_log") == 0
    assert of(found, "hotline_files_age_seconds") == 0, "changed after this day"
    assert {name: of(found, "hotline_up", part=name) for name in ("redis", "database", "files", "worker", "clock")} == {
        "redis": 1,
        "database": 1,
        "files": 1,
        "worker": 0,
        "clock": 0,
    }
    labels = {label for _, labels in found for label, _ in labels}
    assert labels == {"hotline", "outcome", "route", "le", "part", "queue", "of"}, "none that may identify anybody"


def test_whichever_process_answers_tells_the_same(environment: dict[str, str]) -> None:
    first, second = (build_web(read_settings(environment)).app.test_client() for _ in range(2))
    for client in (first, second):
        client.post("/voice")  # is refused, in each
    ages = ("hotline_files_age_seconds", "hotline_gap_in_seconds", "hotline_nobody_in_seconds")
    one, other = ({key: value for key, value in scrape(c).items() if key[0] not in ages} for c in (first, second))
    assert one == other


def test_without_redis_the_rest_is_told(environment: dict[str, str]) -> None:
    settings = read_settings({**environment, "REDIS_URL": "redis://127.0.0.1:1"})
    found = scrape(build_web(settings).app.test_client())
    assert of(found, "hotline_up", part="redis") == 0
    assert of(found, "hotline_up", part="worker") is None, "not known"
    assert of(found, "hotline_on_call", hotline="rise") == 2
    assert of(found, "hotline_calls_total", hotline="rise") == 0


def test_without_the_database_the_rest_is_told(environment: dict[str, str]) -> None:
    settings = read_settings({**environment, "DATABASE_URL": "postgresql://hotline@127.0.0.1:1/calls"})
    found = scrape(build_web(settings).app.test_client())
    assert of(found, "hotline_up", part="database") == 0
    assert of(found, "hotline_calls_total", hotline="rise") is None, "not known, which is not none"
    assert of(found, "hotline_on_call", hotline="rise") == 2


class Parts:
    """Parts that can go away, and come back."""

    def __init__(self, hotline: Hotline) -> None:
        self.line, self.redis, self.database = hotline, True, True
        self.asked, self.off = list[str](), list[Absence]()

    def of(self, rota: str) -> list[Absence]:
        return self.off

    def served(self) -> dict[str, Hotline]:
        return {"line": self.line}

    def changed_at(self) -> float:
        return NOON.timestamp() - 90

    def tally(self, start: int, end: int, hotlines: object = None) -> Tally:
        self.asked.append("database")
        if not self.database:
            raise DatabaseUnavailable("gone")
        return Tally(calls=7, answered=5, waits={12: 5})

    def counts(self, _: datetime) -> WebCounts:
        return self._redis(WebCounts(refused=3))

    def heartbeat(self) -> Heartbeat | None:
        return self._redis(Heartbeat(int(NOON.timestamp()) - 30, (Beat("line", 0.1),)))

    def measuring(self) -> Measuring:
        sources = Sources(
            hotlines=self,
            call_log=self,
            database_fails=lambda: False,
            counts=self.counts,
            queues=lambda: self._redis({"tonight": 12, "failed": 1}),
            alive=lambda: self._redis({"worker": True, "clock": False}),
            backlogs=lambda: {"call_log": WaitingCount(9, 299.0)},
            heartbeat=self.heartbeat,
            absences=self,
        )
        return Measuring(sources, lambda: NOON)

    def _redis(self, told: object) -> object:  # type: ignore[misc]
        self.asked.append("redis")
        if not self.redis:
            raise LiveStateUnavailable("gone")
        return told


def test_what_a_part_last_told_is_told_again_while_it_is_away() -> None:
    parts = Parts(hotline())
    measuring = parts.measuring()
    before = measuring()
    assert before.calls == {"line": CallFigures(7, 5, {12: 5})}
    parts.redis = parts.database = False
    parts.asked.clear()
    after = measuring()
    assert (after.calls, after.counts, after.heartbeat_age) == (before.calls, before.counts, before.heartbeat_age)
    assert (after.up["redis"], after.queues) == (False, {}), "depths of a while ago would mislead"
    assert parts.asked.count("redis") == 1, "once it has failed it is not asked again in the same round"


def test_days_that_are_over_are_not_counted_with_each_look() -> None:
    parts = Parts(hotline())
    measuring = parts.measuring()
    for _ in range(3):
        measuring()
    assert parts.asked.count("database") == 1


def test_counts_of_what_waits_are_told_in_steps_and_failures_as_they_are() -> None:
    found = samples(as_text(Parts(hotline()).measuring()()))
    assert of(found, "hotline_jobs", queue="tonight") == 10
    assert of(found, "hotline_jobs", queue="failed") == 1
    assert of(found, "hotline_backlog", of="call_log") == 0
    assert of(found, "hotline_backlog_age_seconds", of="call_log") == 0


def test_how_deep_the_rota_is() -> None:
    whole = samples(as_text(Parts(hotline()).measuring()()))
    assert of(whole, "hotline_on_call", hotline="line") == 3
    assert of(whole, "hotline_backup", hotline="line") == 1
    assert of(whole, "hotline_gap_in_seconds", hotline="line") == float("inf")
    empty = samples(as_text(Parts(hotline(on_call=(), backup=("chaplain",))).measuring()()))
    assert of(empty, "hotline_gap_in_seconds", hotline="line") == 0
    assert of(empty, "hotline_nobody_in_seconds", hotline="line") == float("inf")
    nobody = samples(as_text(Parts(hotline(on_call=(), backup=(), volunteers=("amy",))).measuring()()))
    assert of(nobody, "hotline_nobody_in_seconds", hotline="line") == 0


def test_who_is_off_is_not_there() -> None:
    """What volunteers set by themselves counts at once."""
    parts, noon = Parts(hotline()), int(NOON.timestamp())
    measuring = parts.measuring()
    assert measuring().depths["line"].on_call == 3
    parts.off = [Absence("amy", noon - 60, noon + 3_600)]
    assert (measuring().depths["line"].on_call, measuring().depths["line"].until_gap) == (2, None)
    parts.off += [Absence(who, noon + 600, noon + 1_200) for who in ("ben", "cho")]
    depth = measuring().depths["line"]
    assert (depth.on_call, depth.until_gap, depth.until_nobody) == (2, 600.0, None)


# ------------------------------------------------------------------------------------------------ what is counted


class Counted:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.rings: list[tuple[str, str]] = []
        self.routes: list[str] = []
        self.turned_away = 0

    def webhook(self, route: str, seconds: float) -> None:
        assert seconds > 0
        self.routes.append(route)

    def ring(self, hotline: str, outcome: RingOutcome) -> None:
        self.rings.append((hotline, outcome.value))

    def refused(self, signed: bool) -> None:
        self.turned_away += 1

    def signed(self, setting: str) -> None: ...


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def line(counted: Counted) -> Line:
    return Line(hotline(), meter=counted)


@pytest.mark.parametrize(
    ("params", "outcome"),
    [
        ({"DialCallStatus": "completed", "DialBridged": "true"}, "accepted"),
        ({"DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "completed"}, "accepted"),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, "declined"),
        ({"DialCallStatus": "no-answer", "DialBridged": "false"}, "no_answer"),
        ({"DialCallStatus": "busy", "DialBridged": "false"}, "busy"),
        ({"DialCallStatus": "failed", "DialBridged": "false"}, "failed"),
        ({"DialCallStatus": "canceled", "CallStatus": "completed"}, "caller_gone"),
        ({"DialCallStatus": "something new"}, "failed"),
        ({}, "failed"),
    ],
)
def test_how_a_ring_came_out(line: Line, counted: Counted, params: dict[str, str], outcome: str) -> None:
    ringing = line.caller(leads(line.caller("/voice"), "Redirect"))
    line.caller(leads(ringing, "Dial"), **params)
    assert counted.rings == [("line", outcome)]
    assert counted.routes == ["/voice", "/voice/next", "/voice/rung"]


@pytest.mark.parametrize(("key", "outcomes"), [("2", [("line", "passed")]), ("1", []), ("", []), ("7", [])])
def test_passing_is_counted_when_the_key_is_pressed(line: Line, counted: Counted, key: str, outcomes: object) -> None:
    ringing = line.caller(leads(line.caller("/voice"), "Redirect"))
    asked = line.volunteer(leads(ringing, "Number", "url"))
    line.volunteer(leads(asked, "Gather"), Digits=key)
    assert counted.rings == outcomes


def test_a_volunteer_who_is_too_late(counted: Counted) -> None:
    class Over(NoLive):
        def is_over(self, *_: object) -> bool:
            return True

        def accept(self, *_: object) -> bool:
            return False

    line, over = Line(hotline()), Line(hotline(), live=Over(), meter=counted)
    ringing = line.caller(leads(line.caller("/voice"), "Redirect"))
    asked = line.volunteer(leads(ringing, "Number", "url"))
    over.volunteer(leads(ringing, "Number", "url"))
    over.volunteer(leads(asked, "Gather"), Digits="1")
    assert counted.rings == [("line", "too_late")] * 2


def test_refused_signatures_are_counted_and_are_no_webhooks(line: Line, counted: Counted) -> None:
    line.send("/voice", signature="", To=NUMBER, From=CALLER)
    assert (counted.turned_away, counted.routes) == (1, [])
