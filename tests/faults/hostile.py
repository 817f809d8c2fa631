"""Requests and files as nobody means them, by the hundred thousand, and what must hold though they come.

    make hostile                                    # 100,000 requests
    make hostile ARGS="--requests 20000 --seed 7"

Calls are placed first. What the carrier sent for them is then sent again with names, values, positions, signatures and
bytes changed, beside requests that are made up, forms of every page, and files that are damaged.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urlencode
from xml.etree import ElementTree

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from redis import Redis
from rich.console import Console
from rich.progress import Progress

from benchmarks.results import Held, report
from hotline.core.people import Role
from hotline.errors import HotlineError
from hotline.files import as_json, load, load_texts
from hotline.practice.rehearsal import furnish
from hotline.settings import read_settings
from hotline.simulator import Behaviour, World, WsgiTransport, accepting, named
from hotline.simulator.line.signature import sign
from hotline.simulator.line.transport import Answer, Request
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.people import People
from hotline.store.redis.embedded import EmbeddedServer, socket_path, socket_url
from hotline.wiring.parts import Parts
from hotline.wiring.web import Web, build_web
from tests.faults import line
from tests.faults.canaries import found, in_redis, written
from tests.faults.processes import free_port
from tests.faults.system import BIN, Place, ended, run, running
from tests.pages.visitor import Visitor, token_of

PUBLIC = "https://hotline.example"
TOKEN, ACCOUNT = "a-token-of-no-account", "AC" + "1" * 32
PASSWORD = "correct horse battery"
SECOND = "+14105550101"
OURS = {*line.PHONES, line.NUMBER, SECOND, "988"}
CANARIES = [f"+1443773{number:04}" for number in (1861, 2972, 3083, 4194)]
SIDS = [f"CA{number:032x}" for number in (0x5EC2E7, 0xFACADE)]
CHUNK = 2_000
ANSWERS = ("accept", "no-answer", "pass", "voicemail", "busy", "silent", "wrong-key")
STATUSES = ("ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled", "", "\x00", "COMPLETED")
FIELDS = (
    *("CallSid", "To", "From", "CallStatus", "Digits", "DialCallStatus", "DialCallDuration", "DialBridged"),
    *("ParentCallSid", "DialCallSid", "QueueResult", "QueueSid", "QueueTime", "StirVerstat", "Body", "MessageSid"),
    *("OptOutType", "at", "n", "AccountSid", "AnsweredBy"),
)
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/xml",
    "application/json",
    "",
    "application/x-www-form-urlencoded; charset=utf-16",
    "\xff/\xfe",
)
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "post", "PROPFIND")
NEVER_ASKED = re.compile(r"/static/|/sign-out|/stream|/call-tests|/phone")
"""Pages that start processes or never end: they have tests of their own."""


@dataclass
class Outcome:
    """What came of a run. Lists name what should not be there."""

    requests: int = 0
    files: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    slowest: float = 0.0
    with_held: dict[str, float] = field(default_factory=dict)
    unanswered: int = 0
    seconds: float = 0.0

    @property
    def held(self) -> list[Held]:
        """What must hold, and what came of it."""
        must = [
            Held("answers of 500 or more, and answers from the rescue", len(self.failed), 0),
            Held("numbers dialled from outside the files", len(self.outside), 0),
            Held("effects of unsigned requests", len(self.unsigned), 0),
            Held("files whose loading failed with no finding", len(self.crashed), 0),
            Held("places that tell who called", len(self.told), 0),
        ]
        if self.with_held:
            must += [
                Held("calls not answered beside 200 unfinished connections", self.unanswered, 0),
                Held(
                    "seconds to the slowest answer beside 200 unfinished connections",
                    round(max(self.with_held.values()), 3),
                    1.0,
                ),
            ]
        return must

    @property
    def problems(self) -> list[str]:
        """Everything that should not be."""
        return [*self.failed, *self.outside, *self.unsigned, *self.crashed, *self.told]


class Recorded(WsgiTransport):
    """Keeps what the carrier sends."""

    def __init__(self, app: Any) -> None:
        super().__init__(app, PUBLIC)
        self.sent: list[tuple[str, str, list[tuple[str, str]]]] = []

    def send(self, request: Request) -> Answer:
        """Deliver, and keep what was sent."""
        body = parse_qsl(request.body.decode(), keep_blank_values=True)
        self.sent.append((request.method, request.url.removeprefix(PUBLIC), body))
        return super().send(request)


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
        self.cookie, self.form_token = "", ""

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
        """Have a coordinator signed in."""
        with suppress(HotlineError):
            People(Database(self.database_url)).add("Ana", Role.COORDINATOR, 0, password=PASSWORD)
        visitor = Visitor(self.web.app.test_client())
        visitor.client.environ_base["HTTP_HOST"] = "hotline.example"
        visitor.client.environ_base["wsgi.url_scheme"] = "https"
        visitor.sign_in("Ana", PASSWORD)
        self.form_token = token_of(visitor.get("/", follow=True).text)
        self.cookie = "; ".join(f"{one.key}={one.value}" for one in visitor.client._cookies.values())

    def calls(self, dice: random.Random, number: int) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Everything the carrier sends for some calls."""
        way = Recorded(self.app)
        world = World(way, token=TOKEN, account_sid=ACCOUNT, seed=dice.randrange(1 << 30), strict=False)
        furnish(world, load(self.folder).hotlines)
        for place in range(number):
            for who in ("amy", "ben", "cho", "eli", "chaplain"):
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

    def state(self) -> dict[str, str]:
        """All that an unsigned request must not change."""
        parts: dict[str, str] = {}
        with Redis(unix_socket_path=str(socket_path(self.folder / "redis")), socket_timeout=20) as redis:
            parts |= {
                f"Redis {key}": value
                for key, (_, value) in in_redis(redis).items()
                if not key.startswith(("hotline:counts", "hotline:probe", "LIMITS", "rq:"))
            }
        for room in ("call_flows", "rota", "data/spool", "data/outbox"):
            parts |= {
                f"{room}/{name}": repr(text)
                for name, text in written(self.folder / room).items()
                if not name.endswith("progress.json")
            }
        database = self.folder / "data/hotline.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as connection:
                for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    if table != "audit":
                        parts[f"table {table}"] = repr(connection.execute(f'SELECT * FROM "{table}"').fetchall())
        parts["REST requests"] = str(len(self.api.requests))
        return parts

    def quiet(self) -> dict[str, str]:
        """The state, once what was put on disk is done."""
        before = self.state()
        for _ in range(40):
            time.sleep(0.5)
            now = self.state()
            if now == before and not list((self.folder / "data/outbox").glob("*.spool")):
                return now
            before = now
        return before


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


def ask(app: Any, asked: Asked) -> tuple[int, str, bytes]:
    """The answer's status, type and body; an error in the app is a 500 with its name. Endless answers are not read."""
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
            status, headers = started[-1]
            kind = dict(headers).get("Content-Type", "")
            body = b"" if "event-stream" in kind else b"".join(result)
        finally:
            if close := getattr(result, "close", None):
                close()
    except Exception as error:  # noqa: BLE001 - a server would answer 500
        return 500, "", repr(error).encode()
    return int(status.split()[0]), kind, body


ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "\x00",
            "\ud7ff",
            "+14105550111",
            "+19005550100",
            "sip:a@b",
            "9" * 400,
            "-1",
            "NaN",
            "1e999",
            "'",
            "<x>",
            "../../etc/passwd",
            "%00",
            "‮",
            "a" * 5_000,
            "\r\nX: y",
            "{{7*7}}",
            "True",
            "[]",
            "{}",
            "2099-12-31",
            "9999-99-99",
            "0000-00-00",
            "24:00",
            "amy",
            "rise",
            "two",
            "ben,cho",
            "\ufeff",
        ]
    ),
    st.integers(-(1 << 70), 1 << 70).map(str),
)
BYTES = st.one_of(
    st.binary(max_size=40), st.sampled_from([b"\x00", b"\xff\xfe", b"%", b"%zz", b"&&&", b"=", b"a" * 70_000])
)


@st.composite
def webhooks(draw: Any, base: list[tuple[str, str, list[tuple[str, str]]]], paths: list[str]) -> tuple[Asked, str]:
    """A webhook, and how it is signed: well, badly or not at all."""
    method, target, fields = draw(st.sampled_from(base))
    path, _, query = target.partition("?")
    fields, parameters = list(fields), parse_qsl(query, keep_blank_values=True)
    for change in draw(st.lists(st.sampled_from(range(9)), max_size=3)):
        place = draw(st.integers(0, max(0, len(fields) - 1)))
        match change:
            case 0 if fields:
                fields[place] = (fields[place][0], draw(ODD))
            case 1 if fields:
                fields.append(fields[place])
            case 2 if fields:
                del fields[place]
            case 3:
                fields.append((draw(st.sampled_from(FIELDS)), draw(ODD)))
            case 4:
                fields.append((draw(ODD), draw(ODD)))
            case 5:
                path = draw(st.sampled_from(paths))
            case 6:
                other = parse_qsl(draw(st.sampled_from(base))[1].partition("?")[2])
                parameters = other or [("at", draw(ODD))]
            case 7 if parameters:
                name, value = parameters[0]
                at = draw(st.integers(0, max(0, len(value) - 1)))
                parameters[0] = (
                    name,
                    value[:at] + draw(st.sampled_from(["", "A", "_", "=", "\x00"])) + value[at + 1 :],
                )
            case 8:
                fields = [
                    (
                        name,
                        draw(st.sampled_from(STATUSES))
                        if name.endswith("Status")
                        else draw(st.sampled_from(SIDS))
                        if name == "CallSid"
                        else value,
                    )
                    for name, value in fields
                ]
    method = draw(st.sampled_from([method, method, method, "GET", draw(st.sampled_from(METHODS))]))
    path = draw(st.sampled_from([path, path, path, path + "/", "/" + path, path.upper(), path + "\x00"]))
    return _sealed(draw, method, path, urlencode(parameters, errors="replace"), fields)


def _sealed(draw: Any, method: str, path: str, query: str, fields: list[tuple[str, str]]) -> tuple[Asked, str]:
    posted = method == "POST"
    if not posted:
        query = "&".join(filter(None, [query, urlencode(fields, errors="replace")]))
    how = draw(st.sampled_from(["well", "well", "badly", "not"]))
    url = f"{PUBLIC}{path}?{query}" if query else PUBLIC + path
    signature = sign(TOKEN if how == "well" else "another", url, fields if posted else [])
    body = urlencode(fields, errors="replace").encode() if posted else b""
    kind = draw(st.sampled_from([TYPES[0]] * 6 + list(TYPES)))
    if draw(st.integers(0, 19)) == 0:
        body, how = draw(BYTES), "doubtfully" if how == "well" else how
    headers = [("Content-Type", kind)] + ([("X-Twilio-Signature", signature)] if how != "not" else [])
    if draw(st.integers(0, 29)) == 0:
        headers.append(
            (
                draw(st.sampled_from(["Content-Length", "Cookie", "X-Forwarded-For", "Range", "X-Twilio-Signature"])),
                draw(st.sampled_from(["-1", "x", "9" * 30, "\xff", "a=b; c"])),
            )
        )
        how = "doubtfully" if how != "not" else how
    return Asked(method, path.encode("utf-8", "surrogatepass"), query.encode(), body, tuple(headers)), how


@st.composite
def page_requests(draw: Any, rules: list[str], names: list[str], target: Target) -> Asked:
    """A request for a page, by somebody who is signed in or not, with any fields."""
    path = re.sub(
        r"<[^>]+>",
        lambda _: draw(st.one_of(st.sampled_from(["rise", "two", "amy", "0", "1", "2026-01-01"]), ODD)),
        draw(st.sampled_from(rules)),
    )
    some = draw(st.lists(st.tuples(st.one_of(st.sampled_from(names), ODD), ODD), max_size=8))
    method = draw(st.sampled_from(["GET", "POST", "POST", draw(st.sampled_from(METHODS))]))
    inside = draw(st.integers(0, 4)) > 0
    fields = [("csrf_token", target.form_token), *some] if inside else some
    headers = [("Content-Type", draw(st.sampled_from([TYPES[0]] * 9 + list(TYPES))))]
    if inside:
        headers += [("Cookie", target.cookie), ("Origin", PUBLIC), ("Sec-Fetch-Site", "same-origin")]
    encoded = urlencode(fields, errors="replace").encode()
    body = draw(st.sampled_from([encoded] * 9 + [draw(BYTES)])) if method == "POST" else b""
    return Asked(
        method, path.encode("utf-8", "surrogatepass"), b"" if method == "POST" else encoded, body, tuple(headers)
    )


@st.composite
def damaged(draw: Any, good: list[dict[str, bytes]]) -> dict[str, bytes]:
    """Files of which something is damaged."""
    texts = dict(draw(st.sampled_from(good)))
    name = draw(st.sampled_from(sorted(texts)))
    lines = texts[name].split(b"\n")
    for change in draw(st.lists(st.sampled_from(range(8)), min_size=1, max_size=4)):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        match change:
            case 0:
                del lines[at : at + 1]
            case 1:
                lines.insert(at, lines[at] if lines else b"")
            case 2:
                lines.insert(at, draw(ODD).encode("utf-8", "surrogatepass"))
            case 3 if lines:
                key, colon, _ = lines[at].partition(b":")
                lines[at] = key + colon + b" " + draw(ODD).encode("utf-8", "surrogatepass")
            case 4 if lines:
                lines[at] = draw(BYTES)[:200]
            case 5 if lines:
                lines[at] = b" " * draw(st.integers(0, 6)) + lines[at].lstrip()
            case 6:
                lines.insert(
                    at,
                    draw(
                        st.sampled_from(
                            [
                                b"a: &a [*a]",
                                b"<<: *x",
                                b"? [a]: b",
                                b"!!python/object:os.system x",
                                b"---",
                                b"x: " + b"[" * 300,
                                b"x: 1_0:0_0",
                                b"%YAML 9.9",
                                b"\t- x",
                                b"x: !!binary =",
                            ]
                        )
                    ),
                )
            case 7:
                lines[at : at + 1] = [line[: draw(st.integers(0, 30))] for line in lines[at : at + 1]]
    texts[name] = b"\n".join(lines)
    return texts


def each(strategy: Any, number: int, start: int, check: Callable[[Any], None]) -> None:
    """Have hypothesis make so many examples. `check` raises for none, so each is tried once."""

    @seed(start)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def one(example: Any) -> None:
        check(example)

    one()


class Attack:
    """Sends all of it, and looks at what comes back."""

    def __init__(self, outcome: Outcome, dice: random.Random) -> None:
        self._outcome, self._dice = outcome, dice

    def webhooks(self, target: Target, number: int) -> None:
        """Webhooks: the unsigned by themselves, and nothing may have changed after them."""
        base = target.calls(self._dice, 4 if number < 500 else 12)
        paths = sorted({rule.rule for rule in target.web.app.url_map.iter_rules()})
        paths = [re.sub("<[^>]+>", "x", path) for path in paths] + ["/", "/nowhere", "/voice/rung/../ended"]
        signed: list[Asked] = []

        def sort(example: tuple[Asked, str]) -> None:
            asked, how = example
            if how in ("well", "doubtfully"):
                signed.append(asked)
            else:
                self._one(target, asked, f"webhook signed {how}")

        before = target.quiet()
        each(webhooks(base, paths), number, self._dice.randrange(1 << 30), sort)
        after = target.quiet()
        self._outcome.unsigned += [
            f"{name}: {before.get(name)!r:.200} -> {after.get(name)!r:.200}"
            for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name)
        ]
        for asked in signed:
            self._one(target, asked, "webhook signed well")

    def pages(self, target: Target, number: int) -> None:
        """Forms of every page."""
        target.write()
        target.sign_in()
        pages = target.app.pages()  # type: ignore[attr-defined]
        rules = sorted({rule.rule for rule in pages.url_map.iter_rules() if not NEVER_ASKED.search(rule.rule)})
        each(
            page_requests(rules, _names_of_fields(), target),
            number,
            self._dice.randrange(1 << 30),
            lambda asked: self._one(target, asked, "page"),
        )

    def files(self, number: int) -> None:
        """Loading of damaged files: a finding, or nothing, and no crash."""
        good = [{"call_flows/rise.yaml": line.FLOW.encode(), "rota/rise.yaml": line.ROTA.encode()}, _largest_example()]

        def check(texts: dict[str, bytes]) -> None:
            self._outcome.files += 1
            began = time.perf_counter()
            try:
                loaded = load_texts(texts)
                as_json(loaded.findings)
            except Exception as error:  # noqa: BLE001 - told, and the next is tried
                self._outcome.crashed.append(f"{error!r:.300} of {texts!r:.1500}")
            self._outcome.slowest = max(self._outcome.slowest, time.perf_counter() - began)

        each(damaged(good), number, self._dice.randrange(1 << 30), check)

    def _one(self, target: Target, asked: Asked, kind: str) -> None:
        before = len(target.notices)
        status, type_, body = ask(target.app, asked)
        failed = [
            one for one in target.notices[before:] if one.startswith(("webhook_failed", "rescue_failed", "page_failed"))
        ]
        outcome = self._outcome
        outcome.requests += 1
        outcome.kinds[kind] += 1
        outcome.statuses[status] += 1
        if status >= 500 or failed:
            outcome.failed.append(f"{status} {failed} {body[:200]!r} to {asked}")
        if kind in ("webhook signed badly", "webhook signed not") and "xml" in type_:
            outcome.unsigned.append(f"TwiML to {asked}")
        if "xml" in type_ and body:
            outcome.outside += [f"{bad} after {asked}" for bad in _outside(body)]


def _outside(body: bytes) -> Iterator[str]:
    """Numbers in a document that are not of the files, and addresses that are not ours."""
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        yield f"no XML ({error})"
        return
    for element in document.iter():
        dialled = (element.text or "").strip() if element.tag in ("Number", "Sip", "Client", "Dial") else ""
        if dialled and dialled not in OURS:
            yield f"<{element.tag}> {dialled}"
        if element.get("callerId", line.NUMBER) not in (line.NUMBER, SECOND):
            yield f"callerId {element.get('callerId')}"
        for name in ("action", "url", "waitUrl", "statusCallback"):
            if not element.get(name, "/").startswith(("/", PUBLIC + "/")) or element.get(name, "").startswith("//"):
                yield f"{name} {element.get(name)}"


def _names_of_fields() -> list[str]:
    """The names in the forms of the templates."""
    texts = (path.read_text() for path in Path("hotline/pages/templates").rglob("*.html"))
    return sorted({name for text in texts for name in re.findall(r'name="([\w-]+)"', text)}) or ["name"]


def _largest_example() -> dict[str, bytes]:
    return {
        f"{room}/{path.name}": path.read_bytes()
        for room in ("call_flows", "rota")
        for path in Path(room).glob("*.yaml")
    }


def hostile(requests: int, start: int, *, server: bool, advance: Callable[[int], None] = lambda _: None) -> Outcome:
    """Do it: half webhooks, two fifths pages, and a tenth files. With `server`, also to gunicorn over sockets."""
    outcome, dice, began = Outcome(), random.Random(start), time.monotonic()
    attack = Attack(outcome, dice)
    with ExitStack() as stack:
        called, paged = Target(stack, practice=False), Target(stack, practice=True)
        while outcome.requests + outcome.files < requests:
            number = min(CHUNK, requests - outcome.requests - outcome.files)
            attack.webhooks(called, number // 2)
            advance(outcome.requests + outcome.files)
            attack.pages(paged, number * 2 // 5)
            attack.files(max(1, number // 10))
            advance(outcome.requests + outcome.files)
        _do_the_jobs(called, outcome)
        outcome.told = _told(called)
    if server:
        _against_a_server(outcome, dice)
    outcome.seconds = time.monotonic() - began
    return outcome


def _do_the_jobs(target: Target, outcome: Outcome) -> None:
    """Have a worker do what the requests left to do, and look at whom the carrier was asked to reach."""
    place = Place(target.folder / "worker", environment=target.environment)
    with ended(run(place, str(BIN / "hotline"), "worker")):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and list((target.folder / "data/outbox").glob("*.spool")):
            time.sleep(0.5)
        time.sleep(3)
    outcome.outside += [
        f"{one.method} {one.path} to {one.params['To']}"
        for one in target.api.asked("POST")
        if one.params.get("To") not in OURS | {None}
    ]


def _told(target: Target) -> list[str]:
    """Where the target wrote who called."""
    everything = written(target.folder) | {"notices": "\n".join(target.notices).encode()}
    with Redis(unix_socket_path=str(socket_path(target.folder / "redis")), socket_timeout=20) as redis:
        everything |= {
            f"Redis {key}": value.encode()
            for key, (_, value) in in_redis(redis).items()
            if not key.startswith("rq:job")
        }
    return found(CANARIES, everything)


def _against_a_server(outcome: Outcome, dice: random.Random) -> None:
    """Damaged HTTP to gunicorn, and calls beside connections that are never finished."""
    from tests.faults.test_unfinished_requests import CANARY, KINDS, connected, held, until

    with _server() as up:
        for number in range(300):
            raw = bytearray(dice.choice(list(KINDS.values())) + b"\r\n\r\n" + CANARY.encode())
            for _ in range(dice.randrange(4)):
                at = dice.randrange(len(raw))
                raw[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
            with suppress(OSError), connected(up) as one:
                one.settimeout(8)
                one.sendall(raw + b"\r\n\r\n")
                heard = until(one, lambda heard: b"\r\n" in heard)
                status = int(heard.split()[1]) if heard.startswith(b"HTTP/") else 400
                outcome.requests, outcome.statuses[status] = outcome.requests + 1, outcome.statuses[status] + 1
                outcome.kinds["bytes over a socket"] += 1
                if status >= 500:
                    outcome.failed.append(f"{heard[:100]!r} to {bytes(raw)!r}")
            del number
        for kind, sent in KINDS.items():
            with held(up.place.port, sent):
                outcome.with_held[kind] = max(_seconds(up.place, outcome) for _ in range(20))
        text = {name: one for name, one in written(up.place.directory).items() if not name.endswith(".rdb")}
        outcome.told += found([CANARY], text)


@contextmanager
def _server() -> Iterator[Any]:
    with TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) as directory:
        place = Place(Path(directory))
        with running(place, "--logs", GUNICORN_CMD_ARGS="--access-logfile -") as up:
            yield up


def _seconds(place: Place, outcome: Outcome) -> float:
    began = time.monotonic()
    try:
        outcome.unanswered += place.post("/voice") != 200
    except OSError:
        outcome.unanswered += 1
    return time.monotonic() - began


def figures(outcome: Outcome) -> dict[str, Any]:
    """What the report shows."""
    return {
        "requests": outcome.requests,
        "files loaded": outcome.files,
        "requests a second": round(outcome.requests / outcome.seconds),
        "minutes": round(outcome.seconds / 60, 1),
        "kinds": dict(outcome.kinds.most_common()),
        "answers by status": {str(status): times for status, times in sorted(outcome.statuses.items())},
        "seconds for the slowest file": round(outcome.slowest, 3),
        "seconds to the slowest of 20 answers beside 200 connections": {
            kind: round(took, 3) for kind, took in outcome.with_held.items()
        },
    }


@click.command()
@click.option("--requests", default=100_000, show_default=True)
@click.option("--seed", "start", default=20_260_304, show_default=True)
@click.option("--server/--no-server", default=True, show_default=True, help="Also over sockets, to gunicorn.")
def main(requests: int, start: int, server: bool) -> None:
    """Send hostile requests and damaged files, and say what held."""
    console = Console(width=140, emoji=False)
    with Progress(console=console) as progress:
        bar = progress.add_task("requests and files", total=requests)
        outcome = hostile(requests, start, server=server, advance=lambda done: progress.update(bar, completed=done))
    for problem in outcome.problems[:200]:
        console.print(problem[:1_500], style="red", markup=False, soft_wrap=True)
    held = report("hostile", figures(outcome), outcome.held, console, kept=server and requests >= 10_000)
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
