"""Calendar feeds: for whoever has the address, and for nobody else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hotline.core.calls.flow import Hotline
from hotline.core.rota.calendar import CalendarEvent
from hotline.core.rota.on_call import Schedule
from hotline.feeds.calendar import make_calendar
from hotline.files import load
from hotline.files.edits.insert_entries import number_calendar
from hotline.output.data.calendar_ics import address, calendar_ics
from hotline.settings import read_settings
from hotline.store.redis.embedded import die_with_parent
from hotline.webhooks.app import make_app
from hotline.wiring.parts import Parts
from hotline.wiring.web import Web
from tests.files.good import rota_with, texts
from tests.made import build_web
from tests.webhooks.test_several import WEBHOOKS as WEBHOOKS_OF_SEVERAL
from tests.webhooks.test_webhooks import WEBHOOKS

SHIFTS = ("shifts:", "  - {hours: 08:00-20:00, on_call: [amy]}", "  - {hours: 20:00-08:00, on_call: [ben]}")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, raw in texts(rota=rota_with(*SHIFTS, "backup: [dee]")).items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes(raw)
    return tmp_path


@pytest.fixture
def environment(folder: Path, redis_url: str) -> dict[str, str]:
    return {
        "HOTLINE_CONFIG_DIR": str(folder),
        "HOTLINE_DATA_DIR": str(folder / "var"),
        "HOTLINE_PUBLIC_URL": "https://h.example.org",
        "REDIS_URL": redis_url,
    }


@pytest.fixture
def web(environment: dict[str, str]) -> Web:
    return build_web(read_settings(environment))


@pytest.fixture
def client(web: Web) -> FlaskClient:
    return web.app.test_client()


def path_of(environment: dict[str, str], who: str | None = None, alarm: timedelta | None = None) -> str:
    """The address of a calendar as the files are now, below the public one."""
    settings = read_settings(environment)
    rota = load(settings.config_dir).hotlines["rise"].rota
    return address(settings.public_url, Parts(settings).key, rota, who, alarm).removeprefix(settings.public_url)


def test_every_route_of_the_web_process_is_a_webhook_health_metrics_or_a_feed(web: Web) -> None:
    known = {*WEBHOOKS, *WEBHOOKS_OF_SEVERAL, "/health/live", "/health/ready", "/metrics", "/calendar.ics", "/sms"}
    assert known | {"/sounds/<name>"} == {rule.rule for rule in web.app.url_map.iter_rules()}


def test_a_volunteers_and_the_rotas(client: FlaskClient, environment: dict[str, str]) -> None:
    from ical.calendar_stream import IcsCalendarStream  # reads six hundred time zones when it is loaded

    own = client.get(path_of(environment, "ben"))
    assert own.status_code == 200
    assert own.content_type == "text/calendar; charset=utf-8"
    assert {one.summary for one in IcsCalendarStream.calendar_from_ics(own.text).events} == {"On call: RISE"}
    whole = client.get(path_of(environment))
    assert {one.summary for one in IcsCalendarStream.calendar_from_ics(whole.text).events} == {"Amy", "Ben"}
    assert "+1" not in own.text + whole.text


def test_it_is_kept_from_caches_and_search_engines(client: FlaskClient, environment: dict[str, str]) -> None:
    for path in (path_of(environment, "ben"), "/calendar.ics?rota=rise&key=x"):
        headers = client.get(path).headers
        assert "private" in headers["Cache-Control"]
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "query",
    [
        "",
        "rota=rise",
        "rota=rise&key=",
        "rota=rise&who=ben&key=AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "rota=gone&key=AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "rota=rise&who=zoe&key=AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "rota=rise&who=%ff&key=%00%ff",
        "rota=rise&who=ben&key=KEY%20",
        "rota=rise&who=amy&key=KEY",
        "rota=rise&key=KEY",
        "rota=rise&who=&key=KEY",
        "rota=RISE&who=ben&key=KEY",
        "rota=rise&who=ben&KEY=KEY",
    ],
)
def test_anything_else_looks_as_if_nothing_were_there(
    client: FlaskClient, environment: dict[str, str], query: str
) -> None:
    key = path_of(environment, "ben").rpartition("key=")[2]
    answer = client.get(f"/calendar.ics?{query.replace('=KEY', '=' + key)}")
    assert (answer.status_code, answer.text) == (404, "404 Not Found\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_is_only_read(client: FlaskClient, environment: dict[str, str], method: str) -> None:
    assert client.open(path_of(environment, "ben"), method=method).status_code == 405


def test_head_has_the_headers_alone(client: FlaskClient, environment: dict[str, str]) -> None:
    answer = client.head(path_of(environment, "ben"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"]


def test_what_did_not_change_is_not_sent_again(client: FlaskClient, environment: dict[str, str], web: Web) -> None:
    path = path_of(environment, "ben")
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    alarmed = client.get(path + "&alarm=60", headers={"If-None-Match": first.headers["ETag"]})
    assert alarmed.status_code == 200
    rota = Path(environment["HOTLINE_CONFIG_DIR"], "rota", "rise.yaml")
    rota.write_text(rota.read_text().replace("20:00-08:00", "20:00-07:00"))
    web.parts.directory.refresh()
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_an_alarm(client: FlaskClient, environment: dict[str, str]) -> None:
    text = client.get(path_of(environment, "ben", timedelta(minutes=90))).text
    assert text.count("TRIGGER:-PT1H30M") == text.count("BEGIN:VEVENT")
    for wrong in ("", "x", "-5", "0", "1e3", "10081", "99999999999", "٣"):
        assert client.get(f"{path_of(environment, 'ben')}&alarm={wrong}").status_code == 400


@pytest.mark.parametrize("who", ["ben", None])
def test_a_revoked_address_opens_nothing_and_the_new_one_does(
    client: FlaskClient, environment: dict[str, str], web: Web, who: str | None
) -> None:
    old, others = path_of(environment, who), path_of(environment, "amy")
    rota = Path(environment["HOTLINE_CONFIG_DIR"], "rota", "rise.yaml")
    rota.write_text(number_calendar(rota.read_text(), who, 2))
    web.parts.directory.refresh()
    assert client.get(old).status_code == 404
    assert client.get(path_of(environment, who)).status_code == 200
    assert client.get(others).status_code == 200


def test_a_volunteer_who_left_has_no_calendar(client: FlaskClient, environment: dict[str, str], web: Web) -> None:
    rota = Path(environment["HOTLINE_CONFIG_DIR"], "rota", "rise.yaml")
    old = path_of(environment, "cho")
    assert client.get(old).status_code == 200, "though nothing is in it"
    rota.write_text("\n".join(line for line in rota.read_text().splitlines() if "cho" not in line) + "\n")
    web.parts.directory.refresh()
    assert client.get(old).status_code == 404


def test_a_big_rota_keeps_one_thread_busy_and_no_more(folder: Path) -> None:
    """While one thread works the times out, another is told to come back, and is there for callers."""
    hotline = load(folder).hotlines["rise"]
    clients: list[FlaskClient] = []
    seen: list[int] = []

    class Slow(Schedule):
        def stretches(self, start: datetime, end: datetime) -> list[object]:  # type: ignore[override]
            seen.append(clients[0].get(path).status_code)
            return list(super().stretches(start, end))

    slow = Hotline(hotline.flow, hotline.rota, Slow(hotline.rota))
    path = address("", b"secret", hotline.rota, "ben")
    now = datetime(2026, 3, 4, 12, tzinfo=hotline.rota.zone)
    app = make_app(make_calendar({"rise": slow}.get, b"secret", lambda: now, write_nothing))
    clients.append(app.test_client())
    assert app.test_client().get(path).status_code == 200
    assert seen == [503]
    assert clients[0].get(path).status_code == 200


def write_nothing(hotline: Hotline, events: object, who: str | None, alarm: timedelta | None, stamp: datetime) -> bytes:
    found: list[CalendarEvent] = []
    return calendar_ics(hotline, found, who, alarm, stamp)


def test_the_key_is_in_no_log(environment: dict[str, str], folder: Path) -> None:
    """With gunicorn for real, and its access log switched on."""
    log, errors = folder / "access.log", folder / "errors.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-m", "gunicorn", "-c", str(ROOT / "hotline" / "processes/gunicorn_conf.py"), "--workers", "1"]
    words += ["--bind", f"127.0.0.1:{port}", "--access-logfile", str(log), "--chdir", str(ROOT), "wsgi:app"]
    with errors.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *words],
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
        )
        try:
            path = path_of(environment, "ben")
            statuses = [answer_of(port, path), answer_of(port, path + "x"), answer_of(port, path + "&alarm=no")]
        finally:
            server.terminate()
            server.wait(30)
    assert statuses == [200, 404, 400]
    key = path.rpartition("key=")[2]
    assert log.read_text().count('"GET /calendar.ics" ') == 3
    assert key not in log.read_text() + errors.read_text()
    assert "ben" not in log.read_text()


def answer_of(port: int, path: str) -> int:
    """The status of an answer, once the server is there."""
    deadline = time.monotonic() + 120
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
