"""What `make hostile` attacks: the webhooks and pages in this process, with servers of their own."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urlencode

from redis import Redis

from hotline.core.people import Role
from hotline.core.rota.volunteer_page import page_query
from hotline.errors import HotlineError
from hotline.files import load
from hotline.practice.rehearsal import furnish
from hotline.settings import read_settings
from hotline.simulator import Behaviour, Call, World, WsgiTransport, accepting, named
from hotline.simulator.line.transport import Answer, Request
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables
from hotline.store.redis.embedded import EmbeddedServer, socket_path, socket_url
from hotline.wiring.parts import Parts
from hotline.wiring.web import Web, build_web
from tests.faults import line
from tests.faults.canaries import in_redis, written
from tests.faults.processes import free_port
from tests.pages.visitor import Visitor, token_of

PUBLIC = "https://hotline.example"
TOKEN, ACCOUNT = "a-token-of-no-account", "AC" + "1" * 32
PASSWORD = "correct horse battery"
SECOND = "+14105550101"
OURS = {*line.PHONES, line.NUMBER, SECOND, "988"}
CANARIES = [f"+1443773{number:04}" for number in (1861, 2972, 3083, 4194)]
ANSWERS = ("accept", "no-answer", "pass", "voicemail", "busy", "silent", "wrong-key")
PEOPLE = ("amy", "ben", "cho", "eli", "chaplain")
FOR_EVER = float("inf")
ENDED = (0.0, "")
Sent = tuple[str, str, list[tuple[str, str]]]
"""A request that the carrier sent: method, path with query, and fields."""


class Recorded(WsgiTransport):
    """Keeps what the carrier sends."""

    def __init__(self, app: Any) -> None:
        super().__init__(app, PUBLIC)
        self.sent: list[Sent] = []

    def send(self, request: Request) -> Answer:
        """Deliver, and keep what was sent."""
        body = parse_qsl(request.body.decode(), keep_blank_values=True)
        self.sent.append((request.method, request.url.removeprefix(PUBLIC), body))
        return super().send(request)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has a page open: their cookies, and the token of its forms."""

    cookie: str
    token: str


class Target:
    """The webhooks and pages in this process, with a Valkey, a database and a carrier's REST API of their own."""

    def __init__(self, stack: ExitStack, *, practice: bool) -> None:
        self.folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True)))
        self.api = stack.enter_context(RestApi(account=ACCOUNT, token=TOKEN, port=free_port()))
        self.api.add_number(line.NUMBER)
        redis = EmbeddedServer(self.folder / "redis")
        redis.start()
        stack.callback(redis.stop)
        self.write()
        account = {} if practice else {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
        self.environment = {
            "HOTLINE_CONFIG_DIR": str(self.folder),
            "HOTLINE_DATA_DIR": str(self.folder / "data"),
            "HOTLINE_PUBLIC_URL": PUBLIC,
            "HOTLINE_SECRET_KEY": "a secret key of no system",
            "REDIS_URL": socket_url(self.folder / "redis"),
            "TWILIO_API_BASE_URL": self.api.url,
            **account,
        }
        read = read_settings(self.environment)
        read.data_dir.mkdir(mode=0o700)
        parts = Parts(read)
        self.notices: list[str] = []
        parts.notice = self._note  # type: ignore[assignment]
        self.web: Web = build_web(parts)
        stack.callback(self.web.stop)
        self.database_url = read.database_url
        self.app = self.web.app.wsgi_app
        self.coordinator = self.volunteer = Session("", "")
        self.addresses: Sequence[str] = ()
        """The queries of volunteers' pages."""

    def _note(self, event: str, /, **facts: object) -> None:
        self.notices.append(f"{event} {facts}")

    def write(self) -> None:
        """Put the files in place: two hotlines, at one of which two phones ring at once."""
        line.write(self.folder)
        for room, text in (
            ("call_flows", line.FLOW.replace("555 0100", "555 0101").replace("rota: rise", "rota: two")),
            ("rota", line.ROTA.replace("  rounds: 2", "  rounds: 2\n  at_once: 2")),
        ):
            (self.folder / room / "two.yaml").write_text(text)

    def sign_in(self) -> None:
        """Have a coordinator signed in, and a volunteer's page open."""
        with suppress(HotlineError):
            PeopleTables(Database(self.database_url)).add("Ana", Role.COORDINATOR, 0, password=PASSWORD)
        visitor = self._visitor()
        visitor.sign_in("Ana", PASSWORD)
        self.coordinator = _session(visitor, "/")
        rota = load(self.folder).hotlines["rise"].rota
        self.addresses = [urlencode(page_query(self.web.parts.key, rota, who)) for who in PEOPLE]
        self.volunteer = _session(self._visitor(), f"/mine?{self.addresses[0]}")

    def _visitor(self) -> Visitor:
        visitor = Visitor(self.web.app.test_client())
        visitor.client.environ_base["HTTP_HOST"] = "hotline.example"
        visitor.client.environ_base["wsgi.url_scheme"] = "https"
        return visitor

    def _world(self, dice: random.Random) -> tuple[World, Recorded]:
        way = Recorded(self.app)
        world = World(way, token=TOKEN, account_sid=ACCOUNT, seed=dice.randrange(1 << 30))
        world.strict = False
        furnish(world, load(self.folder).hotlines)
        return world, way

    def calls(self, dice: random.Random, number: int) -> list[Sent]:
        """Place some calls and send some texts. Returns everything the carrier sent for them."""
        world, way = self._world(dice)
        for place in range(number):
            for who in PEOPLE:
                world.named(who).behaviour = (
                    accepting(3, talks_for=20) if dice.random() < 0.4 else named(dice.choice(ANSWERS))
                )
            keys = dice.choice([("1",), (), ("9", "1"), ("2", "1"), ("7",)])
            world.call(
                dice.choice([line.NUMBER, SECOND]),
                CANARIES[place % len(CANARIES)],
                behaviour=Behaviour("caller", keys=keys, talks_for=20, hangs_up_after=200),
            )
            world.run_until(lambda: world.calls[-1].is_over, 400)
        for words in ("OFF 14 days YES", "ON", "STATUS", "STOP", "OFF until 2099", "x" * 1_600):
            world.text(dice.choice(["amy", "ben", "eli"]), line.NUMBER, words)
        return way.sent

    def call_after_spoofed_texts(self, dice: random.Random) -> Call:
        """Have somebody text OFF from every volunteer's number, and then place a call."""
        world, _ = self._world(dice)
        for who in PEOPLE:
            world.named(who).behaviour = accepting(3, talks_for=20)
            for words in ("OFF 14 days YES", "YES", "OFF until 2099", "YES"):
                world.text(who, line.NUMBER, words)
        call = world.call(line.NUMBER, CANARIES[0], behaviour=Behaviour("caller", keys=("1",), talks_for=20))
        world.run_to_end()
        return call

    def held(self) -> set[str]:
        """The phones that are down as ringing or talking."""
        with Redis(unix_socket_path=str(socket_path(self.folder / "redis")), socket_timeout=20) as redis:
            return {key.decode() for key in redis.keys("hotline:line:*")}

    def state(self) -> dict[str, tuple[float, str]]:
        """All that an unsigned request must not change, and when each part ends by itself (time.monotonic)."""
        now, parts = time.monotonic(), dict[str, tuple[float, str]]()
        with Redis(unix_socket_path=str(socket_path(self.folder / "redis")), socket_timeout=20) as redis:
            for key, (ttl, value) in in_redis(redis).items():
                if not key.startswith(("hotline:counts", "hotline:probe", "LIMITS", "rq:")):
                    parts[f"Redis {key}"] = (now + ttl if ttl >= 0 else FOR_EVER, value)
        for room in ("call_flows", "rota", "data/spool", "data/outbox"):
            for name, text in written(self.folder / room).items():
                if not name.endswith("progress.json"):
                    parts[f"{room}/{name}"] = (FOR_EVER, repr(text))
        database = self.folder / "data/hotline.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as connection:
                for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    if table != "audit":
                        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
                        parts[f"table {table}"] = (FOR_EVER, repr(rows))
        parts["REST requests"] = (FOR_EVER, str(len(self.api.requests)))
        return parts

    def quiet(self) -> dict[str, tuple[float, str]]:
        """The state, once what was put on disk is done."""
        before = self.state()
        for _ in range(40):
            time.sleep(0.5)
            now = self.state()
            if not changes(before, now) and not list((self.folder / "data/outbox").glob("*.spool")):
                return now
            before = now
        return before


def changes(before: Mapping[str, tuple[float, str]], after: Mapping[str, tuple[float, str]]) -> list[str]:
    """What is another state now, but for what has ended by itself."""
    now = time.monotonic() + 1
    return [
        f"{name}: {before.get(name)!r:.200} -> {after.get(name)!r:.200}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name, ENDED)[1] != after.get(name, ENDED)[1]
        and not (name not in after and before[name][0] <= now)
    ]


def _session(visitor: Visitor, path: str) -> Session:
    token = token_of(visitor.get(path, follow=True).text)
    return Session("; ".join(f"{one.key}={one.value}" for one in visitor.client._cookies.values()), token)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as bytes on the way: `path` is what stands in a request line, percent signs and all."""

    method: str
    path: bytes
    query: bytes
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path!r}?{self.query!r} {self.body[:300]!r} {self.headers}"


def ask(app: Any, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """The answer's status, headers and body; an error in the app is a 500 with its name. Endless ones are not read."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    environ: dict[str, Any] = {
        **WsgiTransport(app, PUBLIC)._environ(Request("POST", PUBLIC + "/", {}, asked.body)),
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": asked.path.decode("latin-1"),
        "QUERY_STRING": asked.query.decode("latin-1"),
        "RAW_URI": quote_from_bytes(asked.path),
        "wsgi.input": BytesIO(asked.body),
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "hotline.example",
    }
    for name, value in asked.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    try:
        result = app(environ, lambda status, headers, _=None: started.append((status, headers)) or (lambda _: None))
        try:
            status, headers = started[-1][0], dict(started[-1][1])
            body = b"" if "event-stream" in headers.get("Content-Type", "") else b"".join(result)
        finally:
            if close := getattr(result, "close", None):
                close()
    except Exception as error:  # noqa: BLE001 - a server would answer 500
        return 500, {}, repr(error).encode()
    return int(status.split()[0]), headers, body
