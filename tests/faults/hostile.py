"""Requests and files as nobody means them, by the hundred thousand, and what must hold though they come.

    make hostile                                    # 100,000 requests
    make hostile ARGS="--requests 20000 --seed 7"

Calls are placed first. What the carrier sent for them is then sent again with names, values, positions, signatures and
bytes changed, beside requests that are made up, forms of every page, and files that are damaged.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import click
from redis import Redis
from rich.console import Console
from rich.progress import Progress

from benchmarks.results import Held, report
from hotline.files import as_json, load_texts
from hotline.simulator.line.signature import sign
from hotline.store.redis.embedded import socket_path
from tests.faults import line
from tests.faults.canaries import found, in_redis, written
from tests.faults.hostile_inputs import ELSEWHERE, PREMIUM, TYPES, damaged, each, page_requests, webhooks
from tests.faults.hostile_target import CANARIES, OURS, PUBLIC, SECOND, TOKEN, Asked, Sent, Target, ask, changes
from tests.faults.system import BIN, Place, ended, run, running

CHUNK = 2_000
SHARE = 5_000
"""Requests that one process sends to a target of its own."""
UNSIGNED = ("webhook signed badly", "webhook signed not", "webhook signed for another address")
NEVER_ASKED = re.compile(r"/static/|/sign-out|/changes|/tests|/phone")
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
    replayed: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
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
            Held("phones held by requests that were sent before", len(self.replayed), 0),
            Held("callers who reach nobody after texts in everybody's name", len(self.unreached), 0),
            Held("answers that lead to another site", len(self.elsewhere), 0),
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
        lists = (self.failed, self.outside, self.unsigned, self.replayed, self.unreached, self.elsewhere)
        return [*(problem for each in lists for problem in each), *self.crashed, *self.told]

    def add(self, other: Outcome) -> None:
        """Count what another process has counted."""
        for one in fields(self):
            ours, theirs = getattr(self, one.name), getattr(other, one.name)
            if one.name == "slowest":
                self.slowest = max(ours, theirs)
            elif isinstance(ours, dict) and not isinstance(ours, Counter):
                ours.update(theirs)
            else:
                setattr(self, one.name, ours + theirs)


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
        self._outcome.unsigned += changes(before, target.quiet())
        for asked in signed:
            self._one(target, asked, "webhook signed well")

    def replays(self, target: Target) -> None:
        """What was sent for calls that are over, again and in any order; and its signatures for other addresses."""
        base = target.calls(self._dice, 2)
        before = target.held()
        for sent in self._dice.sample(base, len(base)):
            self._one(target, _signed(sent), "webhook sent again")
            for moved in _moved(sent):
                self._one(target, moved, "webhook signed for another address")
        self._outcome.replayed += sorted(target.held() - before)

    def texts(self, target: Target) -> None:
        """Texts in the names of all volunteers: the next caller reaches a person."""
        call = target.call_after_spoofed_texts(self._dice)
        if not any(leg.bridged is not None for leg in call.leg.children):
            self._outcome.unreached.append(call.transcript())

    def pages(self, target: Target, number: int) -> None:
        """Forms of every page."""
        target.write()
        target.sign_in()
        pages = target.app.pages()  # type: ignore[attr-defined]
        rules = sorted(
            (rule.rule, sorted(rule.methods - {"HEAD", "OPTIONS"}))
            for rule in pages.url_map.iter_rules()
            if not NEVER_ASKED.search(rule.rule)
        )
        each(
            page_requests(rules, _names_of_fields(), target),
            number,
            self._dice.randrange(1 << 30),
            lambda asked: self._one(target, asked, "page"),
        )

    def files(self, number: int) -> None:
        """Loading of damaged files: a finding, or nothing, and no crash."""
        good = [{"call_flows/rise.yaml": line.FLOW.encode(), "rota/rise.yaml": line.ROTA.encode()}, _largest_example()]
        good += _bad_examples()

        def check(texts: dict[str, bytes]) -> None:
            self._outcome.files += 1
            began = time.perf_counter()
            try:
                loaded = load_texts(texts)
                as_json(loaded.findings)
                self._outcome.outside += [
                    f"{volunteer.phone} could be dialled, of {texts!r:.1500}"
                    for hotline in loaded.hotlines.values()
                    for volunteer in hotline.rota.volunteers.values()
                    if volunteer.phone in PREMIUM
                ]
            except Exception as error:  # noqa: BLE001 - told, and the next is tried
                self._outcome.crashed.append(f"{error!r:.300} of {texts!r:.1500}")
            self._outcome.slowest = max(self._outcome.slowest, time.perf_counter() - began)

        each(damaged(good), number, self._dice.randrange(1 << 30), check)

    def _one(self, target: Target, asked: Asked, kind: str) -> None:
        before = len(target.notices)
        status, headers, body = ask(target.app, asked)
        xml = "xml" in headers.get("Content-Type", "")
        failed = [
            one for one in target.notices[before:] if one.startswith(("webhook_failed", "rescue_failed", "page_failed"))
        ]
        outcome = self._outcome
        outcome.requests += 1
        outcome.kinds[kind] += 1
        outcome.statuses[status] += 1
        if status >= 500 or failed:
            outcome.failed.append(f"{status} {failed} {body[:200]!r} to {asked}")
        if ELSEWHERE in headers.get("Location", ""):
            outcome.elsewhere.append(f"{headers['Location']} after {asked}")
        if kind in UNSIGNED and xml:
            outcome.unsigned.append(f"TwiML to {asked}")
        if xml and body:
            outcome.outside += [f"{bad} after {asked}" for bad in _outside(body)]


def _signed(sent: Sent) -> Asked:
    """What the carrier sent, as it was."""
    method, target, form = sent
    path, _, query = target.partition("?")
    signature = sign(TOKEN, PUBLIC + target, form if method == "POST" else [])
    headers = (("Content-Type", TYPES[0]), ("X-Twilio-Signature", signature))
    return Asked(method, path.encode(), query.encode(), urlencode(form).encode() if method == "POST" else b"", headers)


def _moved(sent: Sent) -> Iterator[Asked]:
    """The same signature for shorter addresses, the rest of which is in the name of the first field."""
    method, target, form = sent
    first = min(form)
    for at in range(len("/voice"), len(target)) if method == "POST" else ():
        moved = [(target[at:] + first[0], first[1]), *(one for one in form if one != first)]
        if min(moved) == moved[0]:
            path, _, query = target[:at].partition("?")
            yield Asked("POST", path.encode(), query.encode(), urlencode(moved).encode(), _signed(sent).headers)


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


def hostile(requests: int, start: int, advance: Callable[[int], None] = lambda _: None) -> Outcome:
    """Do it in this process: half webhooks, two fifths pages, and a tenth files."""
    outcome, dice = Outcome(), random.Random(start)
    attack = Attack(outcome, dice)
    with ExitStack() as stack:
        attack.texts(Target(stack, practice=False))  # whose phones nobody else has ring
        called, paged = Target(stack, practice=False), Target(stack, practice=True)
        while outcome.requests + outcome.files < requests:
            number = min(CHUNK, requests - outcome.requests - outcome.files)
            attack.replays(called)
            attack.webhooks(called, number // 2)
            advance(outcome.requests + outcome.files)
            attack.pages(paged, number * 2 // 5)
            attack.files(max(1, number // 10))
            advance(outcome.requests + outcome.files)
        _do_the_jobs(called, outcome)
        outcome.told = _told(called)
    return outcome


def hostile_in_processes(requests: int, start: int, processes: int, advance: Callable[[int], None]) -> Outcome:
    """Do it in several processes at once, a share after the other, each with a target of its own."""
    total = Outcome()
    shares = [min(SHARE, requests - first) for first in range(0, requests, SHARE)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for outcome in pool.map(hostile, shares, range(start, start + len(shares))):
            total.add(outcome)
            advance(total.requests + total.files)
    return total


def _bad_examples() -> list[dict[str, bytes]]:
    """The broken and the odd files of other tests, each with the other half of a line."""
    files = Path("tests/files")
    folders = [{one.name: one.read_bytes() for one in folder.glob("*.yaml")} for folder in (files / "broken").iterdir()]
    folders += [{"rota.yaml": one.read_bytes()} for one in (files / "cases").glob("*.yaml")]
    usual = {"flow.yaml": line.FLOW.encode(), "rota.yaml": line.ROTA.encode()}
    return [
        {"call_flows/rise.yaml": texts["flow.yaml"], "rota/rise.yaml": texts["rota.yaml"]}
        for texts in ({**usual, **one} for one in folders)
    ]


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


def against_a_server(outcome: Outcome, dice: random.Random) -> None:
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
@click.option("--processes", default=os.cpu_count() or 1, show_default=True, help="So many send at once.")
@click.option("--server/--no-server", default=True, show_default=True, help="Also over sockets, to gunicorn.")
def main(requests: int, start: int, processes: int, server: bool) -> None:
    """Send hostile requests and damaged files, and say what held."""
    console, began = Console(width=140, emoji=False), time.monotonic()
    with Progress(console=console) as progress:
        bar = progress.add_task("requests and files", total=requests)
        outcome = hostile_in_processes(requests, start, processes, lambda done: progress.update(bar, completed=done))
    if server:
        against_a_server(outcome, random.Random(start))
    outcome.seconds = time.monotonic() - began
    for problem in outcome.problems[:200]:
        console.print(problem[:1_500], style="red", markup=False, soft_wrap=True)
    held = report("hostile", figures(outcome), outcome.held, console, kept=server and requests >= 10_000)
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
