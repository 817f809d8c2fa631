"""Placing heartbeats: what is wrong is told in words, and an outside watcher hears only of what is well."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from hotline.carrier.synthetic import PublicLine, SyntheticCalls, ping
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Beat, Heartbeat, pulse
from hotline.errors import LineUnreachable, TryAgain
from hotline.files import load_texts
from hotline.ports import Clock
from hotline.services.heartbeat import AGAIN_AFTER, Beating
from hotline.store.redis.heartbeats import RedisHeartbeats
from tests.certificates import make_certificate
from tests.faults.processes import free_port
from tests.files.good import FLOW, texts
from tests.files.sounds import tone
from tests.lines import NOON, STEPS, hotline
from tests.webhooks.line import KEY, TOKEN, Line, Shelf
from tests.webhooks.serving import App, serving

ACCOUNT = "AC" + "1" * 32


@dataclass
class Remembered:
    """Heartbeats kept in memory."""

    kept: list[Heartbeat] = field(default_factory=list)

    def keep(self, heartbeat: Heartbeat) -> None:
        self.kept.append(heartbeat)

    def last(self) -> Heartbeat | None:
        return self.kept[-1] if self.kept else None


@dataclass
class Worker:
    """A worker's side of heartbeats to an address."""

    url: str
    hotlines: list[Hotline] = field(default_factory=lambda: [hotline()])
    token: str = TOKEN
    key: bytes = KEY
    patience: float = 5.0
    ping: Callable[[], None] | None = None
    kept: Remembered = field(default_factory=Remembered)
    notices: list[str] = field(default_factory=list)
    looked_again: int = 0
    clock: Clock = lambda: NOON

    def beating(self) -> Beating:
        def look_again() -> None:
            self.looked_again += 1

        line = SyntheticCalls(PublicLine(self.url, self.token, self.patience), ACCOUNT, self.token)
        return Beating(
            hotlines=lambda: self.hotlines,
            line=line,
            kept=self.kept,
            clock=self.clock,
            key=self.key,
            notice=lambda event, /, **facts: self.notices.append(f"{event} {facts}"),
            look_again=look_again,
            ping=self.ping,
        )

    def beats(self) -> Heartbeat:
        went = self.beating().place()
        assert self.kept.last() == went
        return went

    def told(self) -> tuple[str, str]:
        """The problem and the remedy of the one hotline's call, which went wrong."""
        (beat,) = self.beats().beats
        assert beat.problem
        assert beat.remedy
        assert not self.kept.kept[-1].well
        return beat.problem, beat.remedy


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def line(port: int) -> Line:
    return Line(hotline(), public_url=f"http://127.0.0.1:{port}")


def test_a_line_in_good_health(line: Line, port: int) -> None:
    with serving(line.app, port) as url:
        worker = Worker(url)
        went = worker.beats()
    assert went.well
    assert (went.at, [beat.hotline for beat in went.beats]) == (int(NOON.timestamp()), ["line"])
    assert 0 < went.beats[0].took < 5
    assert line.kept.entries == []
    assert worker.notices == []


def test_a_line_with_recorded_words_is_in_good_health(port: int) -> None:
    flow = FLOW.replace("  welcome:\n", "  welcome:\n    play: welcome\n")
    recorded = load_texts({**texts(flow=flow), "call_flows/sounds/welcome.wav": tone()}).hotlines["rise"]
    assert recorded.sounds
    spoken = load_texts(texts(flow=flow)).hotlines["rise"]
    line = Line(recorded, public_url=f"http://127.0.0.1:{port}")
    with serving(line.app, port) as url:
        assert Worker(url, [recorded]).beats().well
        problem, remedy = Worker(url, [spoken]).told()
    assert problem.startswith("Its words differ from the files on the worker's machine.")
    assert remedy.startswith("Give every machine the same files")


def test_a_recording_that_no_carrier_could_fetch_is_noticed(port: int) -> None:
    """As behind a proxy that forwards only the paths it knows."""
    flow = FLOW.replace("  welcome:\n", "  welcome:\n    play: welcome\n")
    recorded = load_texts({**texts(flow=flow), "call_flows/sounds/welcome.wav": tone()}).hotlines["rise"]
    line = Line(recorded, public_url=f"http://127.0.0.1:{port}")

    def proxy(environ: dict[str, str], start: object) -> object:
        known = environ["PATH_INFO"].startswith("/voice")
        return (line.app if known else Response("Not here.", 404))(environ, start)  # type: ignore[arg-type]

    with serving(proxy, port) as url:
        problem, remedy = Worker(url, [recorded]).told()
    assert problem == "A recording cannot be fetched (HTTP 404): callers hear nothing."
    assert remedy.startswith("Have the proxy forward /sounds to Hotline")


def test_a_line_with_opening_hours_is_heard_open_and_closed(port: int) -> None:
    """2026-03-04 is a Wednesday; each heartbeat hears what a caller would hear just then."""
    opens = "open: [{days: wed, hours: 09:00-21:00}]\nclosed: shut\n"
    flow = opens + FLOW + "  shut: {say: {en: Shut.}, hang_up: true}\n"
    office = load_texts(texts(flow=flow)).hotlines["rise"]
    line = Line(office, public_url=f"http://127.0.0.1:{port}")
    heard: list[str] = []

    def listening(environ: dict[str, str], start: object) -> object:
        heard.append(environ["PATH_INFO"])
        return line.app(environ, start)  # type: ignore[arg-type]

    with serving(listening, port) as url:
        for hours, paths in ((2, ["/voice", "/voice/next"]), (15, ["/voice"])):
            line.now = NOON + timedelta(hours=hours)
            worker = Worker(url, [office], clock=lambda: line.now)
            assert worker.beats().well
            assert heard == paths
            heard.clear()
        closes = datetime(2026, 3, 5, 2, tzinfo=UTC)
        line.now = closes
        between = iter((*[closes] * 3, closes - timedelta(seconds=1), *[closes] * 9))
        assert Worker(url, [office], clock=lambda: next(between)).beats().well, "it closed while the call came in"


def test_a_public_address_with_a_path_and_a_proxy_that_takes_it_off(port: int) -> None:
    line = Line(hotline(), public_url=f"http://127.0.0.1:{port}/lines")
    paths = []

    def proxy(environ: dict[str, str], start: object) -> object:
        paths.append(environ["PATH_INFO"])
        assert environ["PATH_INFO"].startswith("/lines/")
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/lines")
        return line.app(environ, start)  # type: ignore[arg-type]

    with serving(proxy, port) as url:
        assert Worker(f"{url}/lines").beats().well
    assert paths == ["/lines/voice", "/lines/voice/next"]


def test_a_password_in_the_public_address_is_sent_and_not_signed(port: int) -> None:
    line = Line(hotline(), public_url=f"http://user:secret@127.0.0.1:{port}")
    sent = []

    def proxy(environ: dict[str, str], start: object) -> object:
        sent.append(environ["HTTP_AUTHORIZATION"])
        return line.app(environ, start)  # type: ignore[arg-type]

    with serving(proxy, port):
        assert Worker(f"http://user:secret@127.0.0.1:{port}").beats().well
    assert set(sent) == {"Basic dXNlcjpzZWNyZXQ="}


def test_every_hotline_is_called(port: int) -> None:
    one, other = hotline(), hotline(steps={"welcome": STEPS["bye"]})
    line = Line(one, public_url=f"http://127.0.0.1:{port}")
    with serving(line.app, port) as url:
        went = Worker(url, [one, other]).beats()
    good, bad = went.beats
    assert not good.problem
    assert bad.problem.startswith("Its words differ from the files")
    assert not went.well


def test_an_edit_of_a_moment_ago_is_given_time(line: Line, port: int) -> None:
    with serving(line.app, port) as url:
        worker = Worker(url, [hotline(steps={"welcome": STEPS["bye"]})])
        assert "words differ" in worker.told()[0]
        assert worker.looked_again == 1


def test_one_that_did_not_go_well_is_placed_again_soon_until_one_does(line: Line, port: int) -> None:
    worker = Worker(f"http://127.0.0.1:{port}")
    with pytest.raises(TryAgain) as caught:
        worker.beating().beat()
    assert caught.value.after == AGAIN_AFTER
    assert worker.kept.last() is not None
    with serving(line.app, port):
        worker.beating().beat()
    assert worker.kept.kept[-1].well


def test_without_hotlines_nothing_is_proven(port: int) -> None:
    worker = Worker(f"http://127.0.0.1:{port}", [], ping=lambda: pytest.fail("nothing went well"))
    assert not worker.beats().well
    assert "no hotline" in pulse(worker.kept.last(), NOON.timestamp(), 300, 0).problem


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"token": "another token"}, "refuses the signature"),
        ({"key": b"another key"}, "a different secret key"),
        ({"hotlines": [hotline(steps={"welcome": STEPS["nobody"]})]}, "words differ"),
    ],
)
def test_what_differs_between_machines_is_told(line: Line, port: int, wrong: dict[str, object], told: str) -> None:
    with serving(line.app, port) as url:
        assert told in Worker(url, **wrong).told()[0]  # type: ignore[arg-type]
    assert line.kept.entries == []


class FailingOnce(Shelf):
    """A directory that fails the first who asks."""

    asked = 0

    def by_number(self, number: str) -> Hotline | None:
        self.asked += 1
        if self.asked % 2:
            raise RuntimeError("a bug")
        return super().by_number(number)


def test_our_own_code_failing_is_told_and_the_apology_rings_nobody(port: int) -> None:
    app = Line(public_url=f"http://127.0.0.1:{port}", shelf=FailingOnce([hotline()])).app
    with serving(app, port) as url:
        problem, remedy = Worker(url).told()
    assert "apologised" in problem
    assert "webhook_failed" in remedy


def answering(status: int, body: str = "", **headers: str) -> App:
    @Request.application
    def app(request: Request) -> Response:
        request.get_data()
        return Response(body, status, headers, content_type="text/xml")

    return app


@pytest.mark.parametrize(
    ("app", "told"),
    [
        (
            answering(301, Location="https://www.example.org/voice"),
            "redirects to https://www.example.org/voice (HTTP 301)",
        ),
        (answering(302, Location="/elsewhere"), "redirects (HTTP 302)"),
        (answering(404), "no such page"),
        (answering(502), "cannot reach the server behind it"),
        (answering(500), "answers with HTTP 500"),
        (answering(200, "<html><body>Welcome to nginx!</body></html>"), "does not speak TwiML"),
        (answering(200, "It works!"), "does not speak TwiML"),
        (answering(200, "<Response>" + " " * 70_000 + "</Response>"), "longer than 64 kB"),
        (answering(200, "<Response/>"), "says nothing"),
        (answering(200, "<Response><Say>Welcome.</Say><Redirect>http://elsewhere.example/</Redirect></Response>"), ""),
    ],
)
def test_what_else_may_answer_there_is_told_in_words(app: App, port: int, told: str) -> None:
    with serving(app, port) as url:
        assert told in Worker(url).told()[0]


def test_nobody_listens(port: int) -> None:
    problem, remedy = Worker(f"http://127.0.0.1:{port}").told()
    assert problem == "Nothing listens at 127.0.0.1. The connection is refused."
    assert "proxy" in remedy


def test_a_name_that_is_not_there() -> None:
    assert "cannot be found" in Worker("https://hotline.invalid").told()[0]


def test_an_answer_that_does_not_come(port: int) -> None:
    over = threading.Event()

    def app(environ: object, start: Callable[..., object]) -> list[bytes]:
        over.wait(20)
        start("200 OK", [])
        return []

    with serving(app, port) as url:
        problem, _ = Worker(url, patience=0.3).told()
        over.set()
    assert problem.startswith("No answer within 0 seconds") or "cut" in problem


def test_a_connection_that_is_cut(port: int) -> None:
    class Cut(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.connection.close()

        def log_message(self, format: str, *args: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", port), Cut) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert "closed before the answer" in Worker(f"http://127.0.0.1:{port}").told()[0]
        thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    return make_certificate(tmp_path).server_side()


def test_a_certificate_nobody_vouches_for(line: Line, port: int, certificate: ssl.SSLContext) -> None:
    with serving(line.app, port, certificate) as url:
        problem, _ = Worker(url).told()
    assert problem.startswith("Its certificate is not accepted: self")


def test_https_where_there_is_none(line: Line, port: int) -> None:
    with serving(line.app, port):
        problem, remedy = Worker(f"https://127.0.0.1:{port}").told()
    assert problem.startswith("No TLS connection can be made")
    assert "https" in remedy


def test_a_round_that_takes_too_long_ends_and_says_so(line: Line, port: int) -> None:
    with serving(line.app, port) as url:
        worker, passed = Worker(url, [hotline()] * 5), iter(range(0, 600, 20))
        worker.clock = lambda: NOON + timedelta(seconds=next(passed))
        *called, last = worker.beats().beats
    assert len(called) == 2
    assert not any(beat.problem for beat in called)
    assert last.problem.startswith("It was not called")


def test_one_address_that_is_away_is_tried_once_for_all_hotlines(port: int) -> None:
    went = Worker(f"http://127.0.0.1:{port}", [hotline(), hotline(), hotline()]).beats()
    assert len(went.beats) == 1


# ------------------------------------------------------------------------------------------------------- the watcher


@contextmanager
def watcher(port: int, status: int = 200) -> Iterator[list[str]]:
    asked: list[str] = []

    @Request.application
    def app(request: Request) -> Response:
        asked.append(f"{request.method} {request.full_path}")
        return Response(status=status)

    with serving(app, port):
        yield asked


def test_the_watcher_is_asked_after_a_heartbeat_that_went_well_and_after_no_other(line: Line, port: int) -> None:
    at = free_port()
    with watcher(at) as asked, serving(line.app, port) as url:
        told = Worker(url, ping=lambda: ping(f"http://127.0.0.1:{at}/watch/1234/?run=1"))
        assert told.beats().well
        assert asked == ["GET /watch/1234/?run=1"], "must be exactly the address"
        told.token = "another token"
        assert not told.beats().well
        assert len(asked) == 1


@pytest.mark.parametrize("status", [404, 500, 301])
def test_a_watcher_who_does_not_take_it_is_no_failure_of_the_line(line: Line, port: int, status: int) -> None:
    at = free_port()
    with watcher(at, status), serving(line.app, port) as url:
        worker = Worker(url, ping=lambda: ping(f"http://127.0.0.1:{at}/a-secret-address"))
        went = worker.beats()
    assert went.well
    assert went.ping_problem == f"The watcher answered with HTTP {status}."
    assert "heartbeat_ping_failed" in worker.notices[0]
    assert "a-secret-address" not in str(worker.notices)


def test_a_watcher_who_is_away_is_told_of_without_their_address(line: Line, port: int) -> None:
    with pytest.raises(LineUnreachable) as caught:
        ping(f"http://127.0.0.1:{port}/a-secret-address")
    assert "a-secret" not in str(caught.value)


# ----------------------------------------------------------------------------------------------- what is made of it


def test_the_last_heartbeat_is_kept_where_every_process_finds_it_and_expires(redis_url: str) -> None:
    kept = RedisHeartbeats(f"{redis_url}?db=5")
    kept._redis.flushdb()
    assert kept.last() is None
    went = Heartbeat(1_772_625_600, (Beat("rise", 0.02), Beat("two", 1.5, "It says nothing.", "See the logs.")), "away")
    kept.keep(went)
    assert RedisHeartbeats(f"{redis_url}?db=5").last() == went
    assert 0 < kept._redis.ttl("hotline:heartbeat") <= 7 * 86_400
    kept._redis.set("hotline:heartbeat", '{"of": "another release"}')
    assert kept.last() is None


AT = int(NOON.timestamp())
WELL = Heartbeat(AT, (Beat("line", 0.1),))


@pytest.mark.parametrize(
    ("last", "passed", "up_for", "told"),
    [
        (WELL, 0, 0, ""),
        (WELL, 749, 9_999, ""),
        (WELL, 751, 0, "No heartbeat has been placed for 13 minutes."),
        (WELL, 86_400, 0, "No heartbeat has been placed for 24 hours."),
        (None, 0, 749, ""),
        (None, 0, 751, "No heartbeat has been placed yet."),
        (Heartbeat(AT, (Beat("a", 1), Beat("b", 0, "It is deaf.", "Shout."))), 0, 0, "(b): It is deaf."),
    ],
)
def test_how_the_line_is_by_its_heartbeats(last: Heartbeat | None, passed: int, up_for: float, told: str) -> None:
    now = NOON + timedelta(seconds=passed)
    found = pulse(last, now.timestamp(), 300, up_for)
    assert (told in found.problem) if told else (found.problem == "")
    assert bool(found.problem) is bool(found.remedy)
