"""Every page of fifty hotlines: server time, and bytes of a first load. Pages that show what an edit changes, too.

With five hundred volunteers in each hotline, edits also with five hundred in all. `python -m benchmarks.pages`
measures. `python -m benchmarks.pages PATH` profiles one page.
"""

from __future__ import annotations

import cProfile
import gc
import gzip
import pstats
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from random import Random
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console

from benchmarks.lines import Shifts, four_weeks, usual_week, write
from benchmarks.results import figures_table
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.calls.rehearsed import DOES
from hotline.core.people import Role
from hotline.core.rota.volunteer_page import page_query
from hotline.pages.frame.beside_webhooks import BesideWebhooks
from hotline.pages.setup.editing import KINDS
from hotline.settings import Settings, read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables
from hotline.store.redis.embedded import EmbeddedServer
from hotline.wiring.parts import Parts
from hotline.wiring.web import Web, build_web

HOTLINES, VOLUNTEERS = 50, 500
MANY = 1_000
CALLS, DAYS = 20_000, 180
ROUNDS = 25
PASSWORD = "only for measuring"
CLOSED = {"closed_say_en": "We are closed.", "closed_say_es": "Estamos cerrados."}
EDITS: Mapping[str, Mapping[str, str]] = {
    "/rota/line7/limits": {"rest_between": "9h"},
    "/rota/line7/shift?entry=3": {"name": "Renamed"},
    "/rota/line7/volunteer?entry=v3": {"name": "Renamed"},
    "/rota/line7/backup": {"backup_1": "v3"},
    "/rota/line7/away": {"who": "v3", "from_date": "2030-01-07"},
    "/rota/line7/cover": {"who": "v3", "from_date": "2030-01-07"},
    "/flow/line7/keys?entry=welcome": {"wrong_key": "goodbye"},
    "/flow/line7/hours": {"day_mon_1": "yes", "start_1": "00:00", "end_1": "24:00", **CLOSED},
}
"""What is typed into forms, by their address, to see what it changes. Nothing is saved."""
LISTS = ("/", "/rota", "/flow", "/volunteers", "/reports", "/phone")
"""Pages that show all hotlines."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a browser fetches for a page: bytes as they are, and compressed as a proxy does."""

    plain: int
    compressed: int


def addresses(secret: bytes, web: Web) -> dict[str, list[str]]:
    """Return addresses of every page by endpoint, of the hotline `line7`. None of them changes anything."""
    rota = web.parts.directory.state.hotlines["line7"].rota
    mine = "&".join(f"{name}={value}" for name, value in page_query(secret, rota, "v3").items())
    now = datetime.now(rota.zone)
    return {
        "tonight.home": ["/", "/?page=3", "/?search=line"],
        "files.edit": ["/rota/line7/file", "/flow/line7/file"],
        "files.versions": ["/rota/line7/versions", "/flow/line7/versions"],
        "audit.entries": ["/audit"],
        "flow.choose": ["/flow"],
        "flow.graph": ["/flow/line7"],
        "volunteer.show": [f"/mine?{mine}"],
        "volunteer.seen": ["/mine/seen/line7/v3"],
        "volunteer.home": ["/mine/open"],
        "setup.new": ["/new"],
        "setup.overview": ["/rota/line7/setup"],
        "setup.form": [
            *(f"/rota/line7/{kind}{'' if one.adds else '?entry=3'}" for kind, one in KINDS["rota"].items()),
            *(f"/flow/line7/{kind}" for kind, one in KINDS["flow"].items() if one.adds),
            *(f"/flow/line7/{kind}?entry=welcome" for kind, one in KINDS["flow"].items() if not one.adds),
            "/rota/line7/volunteer?entry=v3",
            "/rota/line7/shift?entry=3",
        ],
        "setup.table": ["/rota/line7/import"],
        "people.everyone": ["/people"],
        "phone.handset": ["/phone", "/phone?hotline=line7"],
        "phone.whole": [f"/phone/whole?hotline=line7&others={does}" for does in DOES],
        "reports.page": [
            "/reports",
            "/reports?period=last-month",
            "/reports?period=this-year",
            f"/reports?period=days&first={now.year - 1}-01-01&last={now.year - 1}-12-31",
            "/reports?hotline=line7",
            "/reports?period=this-year&hotline=line7",
        ],
        "rota.choose": ["/rota"],
        "rota.calendar": ["/rota/line7", "/rota/line7?view=month"],
        "rota.form": [f"/rota/line7/{change}" for change in ("away", "cover", "swap")],
        "rota.holes": ["/rota/line7/gaps"],
        "rota.load": ["/rota/line7/load"],
        "rota.requests": ["/rota/line7/requests"],
        "rota.shift": [f"/rota/line7/time?at={now:%Y-%m-%dT%H:%M}"],
        "rota.waits": ["/rota/line7/waits"],
        "volunteers.everyone": ["/volunteers", "/volunteers?page=9", "/volunteers?search=volunteer 17"],
    }


@contextmanager
def site(folder: Path, hotlines: int, volunteers: int, shifts: Shifts = four_weeks) -> Iterator[tuple[Settings, Web]]:
    """The pages of so many hotlines."""
    config, data = folder / "config", folder / "data"
    write(config, hotlines, volunteers, shifts)
    _add_absences(config / "rota" / "line7.yaml", volunteers)
    data.mkdir(mode=0o700)
    settings = read_settings({"HOTLINE_CONFIG_DIR": str(config), "HOTLINE_DATA_DIR": str(data)})
    embedded = EmbeddedServer(data)
    embedded.start()
    try:
        PeopleTables(Database(settings.database_url)).add("Ana", Role.COORDINATOR, 0, password=PASSWORD)
        web = build_web(Parts(settings))
        yield settings, web
        web.stop()
    finally:
        embedded.stop()


def _add_absences(file: Path, volunteers: int) -> None:
    """A time away for each volunteer, and a cover."""
    days = [(date(2031, 1, 1) + timedelta(days=one)).isoformat() for one in range(volunteers)]
    away = [f"  - {{who: v{one}, from: {day}, to: {day}}}" for one, day in enumerate(days)]
    cover = [f"  - {{who: v{(one + 1) % volunteers}, from: {day}, to: {day}}}" for one, day in enumerate(days)]
    file.write_text("\n".join([file.read_text().rstrip("\n"), "away:", *away, "cover:", *cover, ""]))


def pages_of(web: Web) -> Flask:
    """The coordinators' application."""
    mounted = web.app.wsgi_app
    assert isinstance(mounted, BesideWebhooks)
    pages = mounted.pages()
    assert isinstance(pages, Flask)
    return pages


def sign_in(client: FlaskClient) -> None:
    """Sign Ana in."""
    page = client.get("/sign-in", buffered=True).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"name": "Ana", "password": PASSWORD, "to": "", "csrf_token": token}
    answer = client.post("/sign-in", data=data, buffered=True)
    assert answer.status_code == 303, answer.status


def first_load(client: FlaskClient, path: str) -> Load:
    """A page with its style sheets, scripts and pictures, less the text editor, as a browser fetches it first."""
    page = client.get(path, buffered=True)
    assert page.status_code == 200, (path, page.status)
    assets = re.findall(r'<(?:link rel="stylesheet"|script|img|link rel="icon")[^>]*?(?:href|src)="([^"]+)"', page.text)
    others = [one.replace("&amp;", "&") for one in dict.fromkeys(assets) if not one.startswith("data:")]
    bodies = [page.data, *(client.get(one, buffered=True).data for one in others if "/editor.js" not in one)]
    return Load(sum(map(len, bodies)), sum(len(gzip.compress(body, 6)) for body in bodies))


def fill(settings: Settings, hotlines: int, calls: int = CALLS) -> None:
    """Log calls of half a year."""
    chance, now = Random(3), int(time.time())
    entries: list[LogEntry] = []
    for number in range(calls):
        at, line = now - chance.randrange(DAYS * 86_400), f"line{chance.randrange(hotlines)}"
        answered = at + int(chance.expovariate(1 / 20)) + 4
        entries.append(LogEntry(str(number), line, CallMoment.STARTED, at))
        entries.append(LogEntry(str(number), line, CallMoment.ANSWERED, answered))
        entries.append(LogEntry(str(number), line, CallMoment.ENDED, answered + int(chance.expovariate(1 / 900)) + 1))
    CallLog(settings.database_url).write(entries)


def run(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), HOTLINES, VOLUNTEERS) as (settings, web):
        client = _ready(settings, web, HOTLINES)
        paths = [path for some in addresses(web.parts.key, web).values() for path in some]
        _show(console, f"{HOTLINES} hotlines of {VOLUNTEERS} volunteers", client, paths)
        _show_edits(console, f"{HOTLINES} hotlines of {VOLUNTEERS} volunteers", client)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), HOTLINES, 10) as (settings, web):
        _show_edits(console, f"{HOTLINES} hotlines of 10 volunteers", _ready(settings, web, HOTLINES))
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), MANY, 10, usual_week) as (settings, web):
        _show(console, f"{MANY} hotlines of 10 volunteers", _ready(settings, web, MANY), list(LISTS))


def _ready(settings: Settings, web: Web, hotlines: int) -> FlaskClient:
    fill(settings, hotlines)
    web.parts.directory.complete()
    zones = {line.id: line.rota.zone for line in web.parts.directory.state.hotlines.values()}
    CallLog(settings.database_url).count_months(int(time.time()) - 86_400, zones)  # as the worker does each hour
    client = web.app.test_client()
    sign_in(client)
    gc.collect()
    gc.freeze()  # as gunicorn's processes do
    return client


def _show(console: Console, title: str, client: FlaskClient, paths: list[str]) -> None:
    headings = ("page", "first", "median", "of the processor", "kB", "kB compressed")
    table = figures_table(f"{title}, {ROUNDS} times each: server time in ms, first load in kB", *headings)
    for path in paths:
        first, _ = _timed(client, path)
        waits, works = zip(*(_timed(client, path) for _ in range(ROUNDS)), strict=True)
        load = first_load(client, path)
        figures = (first * 1e3, median(waits) * 1e3, median(works) * 1e3, load.plain / 1e3, load.compressed / 1e3)
        table.add_row(path.partition("&key=")[0], *(f"{figure:.1f}" for figure in figures))
    console.print(table)


def _timed(client: FlaskClient, path: str) -> tuple[float, float]:
    started, worked = time.perf_counter(), time.thread_time()
    answer = client.get(path, buffered=True)
    assert answer.status_code == 200, (path, answer.status)
    return time.perf_counter() - started, time.thread_time() - worked


def _show_edits(console: Console, title: str, client: FlaskClient) -> None:
    headings = ("what an edit changes", "first", "median", "of the processor")
    table = figures_table(f"{title}, {ROUNDS} times each: server time in ms", *headings)
    for path, typed in EDITS.items():
        data = {**_form(client.get(path, buffered=True).text), **typed, "step": "look"}
        first, _ = _previewed(client, path, data)
        waits, works = zip(*(_previewed(client, path, data) for _ in range(ROUNDS)), strict=True)
        table.add_row(path, *(f"{figure * 1e3:.1f}" for figure in (first, median(waits), median(works))))
    console.print(table)


def _form(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form in its main part, and what is typed there."""
    form = re.search(r"<main.*?(<form[^>]* method=\"post\".*?</form>)", page, re.DOTALL)
    assert form is not None
    fields = dict[str, str]()
    for one in re.findall(r"<input[^>]*>", form[1]):
        about = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', one)}
        if "name" in about and (about.get("type") not in ("checkbox", "radio") or " checked" in one):
            fields[about["name"]] = about.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[1], re.DOTALL):
        marked = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', options)
        chosen = marked or re.search(r'value="([^"]*)"', options)
        fields[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[1], re.DOTALL):
        fields[name] = unescape(text)
    return fields


def _previewed(client: FlaskClient, path: str, data: Mapping[str, str]) -> tuple[float, float]:
    started, worked = time.perf_counter(), time.thread_time()
    answer = client.post(path, data=data, buffered=True)
    assert answer.status_code == 200, (path, answer.status, re.findall(r'class="wrong"[^>]*>([^<]*)', answer.text))
    assert 'id="preview"' in answer.text, path
    return time.perf_counter() - started, time.thread_time() - worked


def profile(path: str) -> None:
    """Profile one page, warm."""
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), HOTLINES, VOLUNTEERS) as (settings, web):
        client = _ready(settings, web, HOTLINES)
        client.get(path, buffered=True)
        profiler = cProfile.Profile()
        with profiler:
            for _ in range(5):
                client.get(path, buffered=True)
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        profile(sys.argv[1])
    else:
        run(Console(width=130))
