"""A tiny server for the simulator to call: a page is a function, or just the verbs it answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from hotline.simulator import CarrierQuirks, World, WsgiTransport
from hotline.simulator.line.clock import Pace

LINE = "+14105550100"
AMY = "+14105550111"
BEN = "+14105550112"
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TOKEN = "12345"
PUBLIC = "https://hotline.example"


@dataclass(frozen=True)
class Hit:
    """One request as the server saw it."""

    path: str
    method: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Page:
    """An answer that is not just verbs."""

    body: bytes = b"<Response/>"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/xml"),)


Handler = Callable[[Hit], "str | Page"]


class Site:
    """Routes by path; `hits` is everything that was asked, in order. Other paths get an empty document."""

    def __init__(self, **pages: str | Page | Handler) -> None:
        self.pages = {"/" + name.replace("__", "/"): page for name, page in pages.items()}
        self.hits: list[Hit] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        hit = Hit(
            environ["PATH_INFO"],
            environ["REQUEST_METHOD"],
            dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)),
            dict(parse_qsl(body, keep_blank_values=True)),
            {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")},
        )
        self.hits.append(hit)
        page = self.pages.get(hit.path, "")
        answer = page(hit) if callable(page) else page
        if isinstance(answer, str):
            answer = Page(f"<Response>{answer}</Response>".encode())
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    def forms(self, path: str) -> list[dict[str, str]]:
        """The forms posted to `path`, in order."""
        return [hit.form for hit in self.hits if hit.path == path]

    def form(self, path: str) -> dict[str, str]:
        """The one form posted to `path`."""
        (form,) = self.forms(path)
        return form


def world_of(
    site: Site, quirks: CarrierQuirks | None = None, *, strict: bool = True, pace: Pace | None = None, **options: Any
) -> World:
    """A world with one line and two phones, Amy's and Ben's, that do nothing by themselves."""
    world = World(
        options.pop("transport", None) or WsgiTransport(site, PUBLIC),
        token=TOKEN,
        start=START,
        quirks=quirks,
        seed=1,
        **options,
    )
    world.strict, world.clock.pace = strict, pace or world.clock.pace
    world.number(LINE, voice_url="/voice", status_callback="/ended")
    world.phone(AMY, name="amy")
    world.phone(BEN, name="ben")
    return world


def dial(*numbers: str, dial: str = "", number: str = "") -> str:
    """A Dial to these numbers, with more attributes as given."""
    inside = "".join(f"<Number {number}>{each}</Number>" for each in numbers)
    return f'<Dial callerId="{LINE}" {dial}>{inside}</Dial>'


SCREENING = '<Gather action="/accept" numDigits="1" timeout="5"><Say>Press 1 to take it.</Say></Gather><Hangup/>'


def accept(hit: Hit) -> str:
    """The answer to a key in screening: 1 accepts."""
    return "" if hit.form["Digits"] == "1" else "<Hangup/>"
