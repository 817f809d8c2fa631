"""Calls to a whole system of which one part after the other is killed, while its carrier's REST API does its worst.

    python -m tests.faults.kill_run --calls 500

Beside it runs a twin that nothing is done to, and that gets the same calls in turn: both stand on one machine, so what
differs in how long their webhooks take is due to the faults. At the end every record must be gone at the carrier, every
reminder have come once, and no byte of the system tell who called, or who answered whom.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import click
from redis import Redis
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import inspect

from hotline.files.values.zones import load_zone
from hotline.jobs.queue import connection
from hotline.jobs.state import QueuedJob, read_state
from hotline.simulator import Behaviour, World, accepting, named
from hotline.simulator.rest_api.faults import Fault
from hotline.simulator.rest_api.server import ApiRequest, RestApi
from hotline.store.database.lazy import Database
from hotline.store.redis.embedded import socket_path, socket_url
from tests.faults import line
from tests.faults.canaries import found, in_redis, written
from tests.faults.carrier_side import Recorder
from tests.faults.killer import Killer
from tests.faults.processes import free_port, wait_until
from tests.faults.system import HOTLINE, HURRIED, Place, Up, running
from tests.servers import PostgreSQL

ZONE = load_zone("America/New_York")
ON_CALL = ("amy", "ben", "cho")
CALLER = "+1443773{:04}"
REMINDED = "+1443555{:04}"
MOST_REMINDED = 90
"""Numbers that end in 0100 to 0189: those from 0100 to 0199 are reserved for fiction."""
TROUBLES = ("slow down", "fails", "drops", "drops after")
ANSWERS = ("accept", "accept", "accept", "no-answer", "pass", "voicemail", "busy", "silent", "wrong-key")
UNDISTURBED, STALLED = "", "the REST API stalls"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, and whether a twin does so too.

    `pace`: seconds from call to call. `stalls`: how often the REST API answers nobody for `stalled_for` seconds.
    `within`: seconds in which all must be done after the last call.
    """

    calls: int = 500
    pace: float = 0.5
    seed: int = 20_260_304
    kill_every: tuple[float, float] = (2.0, 8.0)
    reminders: int = 60
    stalls: int = 3
    stalled_for: float = 30.0
    within: float = 1_200.0
    hurried: bool = False
    postgresql: bool = False
    twin: bool = True


LONG = Plan()
SHORT = Plan(
    calls=16,
    pace=0.4,
    kill_every=(0.5, 2.0),
    reminders=10,
    stalls=1,
    stalled_for=5.0,
    within=150.0,
    hurried=True,
    twin=False,
)


@dataclass
class Outcome:
    """What came of a run. `left` and `told` name what should not be there: what jobs remain, what bytes tell."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    records: int = 0
    at_carrier: int = 0
    listed: int = 0
    logged: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    reminders: Counter[str] = field(default_factory=Counter)
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    waited: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)
    calling: float = 0.0
    settling: float = 0.0
    one_call: list[str] = field(default_factory=list)


def kill_run(plan: Plan, advance: Callable[[str, int], None] = lambda _, __: None) -> Outcome:
    """Do it. `advance` is told what is going on, and how much of it is done."""
    outcome, dice = Outcome(plan), random.Random(plan.seed)
    with ExitStack() as stack:
        rota = rota_for(plan, datetime.now(ZONE))
        names = ["ours", "theirs"] if plan.twin else ["ours"]
        databases: list[str | None] = [None for _ in names]
        if plan.postgresql:
            server = PostgreSQL()
            stack.callback(server.remove)
            databases = [server.new_database(name) for name in names]
        systems = [
            stack.enter_context(system(rota, hurried=plan.hurried, database_url=database)) for database in databases
        ]
        ours = systems[0]
        began = time.monotonic()
        with Killer(ours.up, random.Random(plan.seed + 1), plan.kill_every) as killer:
            place_calls(plan, systems, dice, lambda done: advance("calls", done))
        outcome.kills, outcome.calling = killer.kills, time.monotonic() - began
        settle(plan, ours, lambda done: advance("records deleted", done))
        outcome.settling = time.monotonic() - began - outcome.calling
        look(outcome, systems)
    return outcome


@dataclass
class System:
    """One whole system, and the carrier it is at."""

    place: Place
    up: Up
    api: RestApi
    recorder: Recorder


@contextmanager
def system(rota: str, *, hurried: bool = False, database_url: str | None = None) -> Iterator[System]:
    """A system that serves a rota, with an account at a carrier of its own, and SQLite or another database."""
    with (
        tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) as directory,
        RestApi(account="AC" + "1" * 32, token="a-token-of-no-account", port=free_port()) as api,
    ):
        place = Place(Path(directory))
        line.write(place.config_dir, rota=rota)
        place.environment |= {
            "TWILIO_ACCOUNT_SID": api.account,
            "TWILIO_AUTH_TOKEN": api.token,
            "TWILIO_API_BASE_URL": api.url,
            "HOTLINE_PUBLIC_URL": place.url,
            "HOTLINE_SECRET_KEY": "a secret key of no system",
        }
        if database_url:
            place.environment["DATABASE_URL"] = database_url
        api.add_number(line.NUMBER)
        with running(place, "--logs", program=HURRIED if hurried else HOTLINE) as up:
            yield System(place, up, api, Recorder(api))


def rota_for(plan: Plan, now: datetime) -> str:
    """Three who are always on call, and others whose reminders come due while calls are placed, some each minute."""
    minutes = max(1, int(plan.calls * plan.pace / 60))
    people, shifts = [], []
    for number in range(plan.reminders):
        start = now + timedelta(minutes=30 if plan.hurried else 61 + number % minutes)
        who, phone = f"r{number:02}", REMINDED.format(100 + number)
        people.append(f'  {who}: {{name: "{who}", phone: "{phone}", texts: yes}}')
        hours = f"{start:%H:%M}-{start + timedelta(minutes=10):%H:%M}"
        shifts.append(f'  - {{name: "of {who}", hours: "{hours}", on_call: [{who}]}}')
    rota = line.ROTA.replace("rounds: 2", "rounds: 1").replace("rest_after_call: 0s", "rest_after_call: 1m")
    for phone in ("0111", "0112", "0113"):
        rota = rota.replace(f'555 {phone}"', f'555 {phone}", texts: yes')
    rota = rota.replace("shifts:\n", "\n".join(people) + "\nshifts:\n").replace(
        "backup:", "\n".join(shifts) + "\nbackup:"
    )
    return rota + (
        "coordinators:\n"
        '  nora: {name: Nora, phone: "+1 410 555 0130", alerts: [not_reached]}\n'
        "texts: {reminders: [1h before]}\n"
    )


def place_calls(plan: Plan, systems: list[System], dice: random.Random, advance: Callable[[int], None]) -> None:
    """The same calls to all, in turn. The REST API of the first is in trouble all the while, and stalls at times."""
    ours = systems[0]
    ours.api.fault("not yet", 2, "DELETE", "/Calls/", each=True)
    every = plan.calls / (plan.stalls + 1)
    stalls_at = [plan.calls if not plan.stalls else int(every * (number + 1)) for number in range(plan.stalls)]
    stalled_until = 0.0
    with ExitStack() as stack:
        worlds = [
            stack.enter_context(system.place.world(transport=system.recorder.transport, seed=plan.seed + number))
            for number, system in enumerate(systems)
        ]
        for number in range(plan.calls):
            due = time.monotonic() + plan.pace
            if number in stalls_at:
                stalled_until = time.monotonic() + plan.stalled_for
                # In a hurry a text is asked after before one that the carrier still holds back would be listed.
                stall = Fault("stalls", None, path="/Calls" if plan.hurried else "", seconds=plan.stalled_for)
                ours.api.faults.insert(0, stall)
            elif stalled_until and time.monotonic() > stalled_until:
                stalled_until = 0.0
                ours.api.faults.remove(stall)
            if dice.random() < 0.3:
                trouble: Any = dice.choice(TROUBLES)
                ours.api.faults.insert(1 if stalled_until else 0, Fault(trouble, 1))
            seed = dice.random()
            for system, world in zip(systems, worlds, strict=True):
                system.recorder.phase = STALLED if stalled_until else UNDISTURBED
                one_call(world, CALLER.format(number), random.Random(seed))
            advance(number + 1)
            time.sleep(max(0.0, due - time.monotonic()))
        ours.api.faults[:] = [fault for fault in ours.api.faults if fault.trouble != "stalls"]


def one_call(world: World, caller: str, dice: random.Random) -> None:
    """Somebody calls, and people do what people do. It is over when this returns."""
    for name in (*ON_CALL, "chaplain"):
        world.named(name).behaviour = accepting(3) if dice.random() < 0.6 else named(dice.choice(ANSWERS))
    keys = dice.choice([("1",), ("1",), (), ("9", "1"), ("2", "1")])
    patience = dice.choice([240, 240, 240, 20])
    world.call(line.NUMBER, caller, behaviour=Behaviour("caller", keys=keys, hangs_up_after=patience, talks_for=60))
    world.run_to_end()


def settle(plan: Plan, ours: System, advance: Callable[[int], None]) -> None:
    """Wait until nothing is left to do, or as long as the plan allows."""
    deadline = time.monotonic() + plan.within
    total = sum(map(len, ours.recorder.records.values()))
    while time.monotonic() < deadline and (ours.api.calls or unsettled(ours, plan) or in_outbox(ours)):
        advance(total - len(ours.api.calls))
        time.sleep(0.5)


def in_outbox(system: System) -> list[Path]:
    """The files of jobs that are still on disk: one that is drained goes a moment later."""
    return list((system.place.data_dir / "outbox").glob("*.spool"))


def unsettled(system: System, plan: Plan) -> list[str]:
    """What is not done yet, but for what the clock has done from time to time."""
    missing = set(phones(plan)) - {text.to for text in system.api.texts.values()}
    return undone(system) + [f"{phone} has not been reminded" for phone in sorted(missing)]


def undone(system: System) -> list[str]:
    """The jobs about calls that are not done yet."""
    left = [f"{path.name} is on disk" for path in (system.place.data_dir / "outbox" / "queued").glob("*.job")]
    try:
        with connection(socket_url(system.place.data_dir)) as redis:
            state = read_state(redis)
    except Exception as error:  # noqa: BLE001 - Redis is about to come back
        return [*left, f"Redis does not answer: {error}"]
    jobs: tuple[QueuedJob, ...] = (*state.running, *state.waiting, *state.scheduled)
    left += [f"{job.task} is to be done" for job in jobs if job.task in ("delete_records", "missed_ring")]
    return left + [f"{job.task} has failed: {job.problem}" for job in state.failed]


def phones(plan: Plan) -> list[str]:
    """Who is to be reminded once."""
    return [REMINDED.format(100 + number) for number in range(plan.reminders)]


def look(outcome: Outcome, systems: list[System]) -> None:
    """Take down what came of it. Stops the system that faults were done to, and searches all it has written."""
    ours = systems[0]
    plan, api, calls = outcome.plan, ours.api, ours.recorder.records
    outcome.left = unsettled(ours, plan) + [f"{path.name} is in the outbox" for path in in_outbox(ours)]
    outcome.records, outcome.at_carrier = sum(map(len, calls.values())), len(api.calls)
    asked = {one.params.get("ParentCallSid") for one in api.asked("GET", "/Calls.json")}
    outcome.listed = len(asked & set(calls))
    outcome.logged = sum(1 for row in ours.place.rows() if row.ended_at is not None)
    outcome.answers = Counter(answer(one) for one in api.requests)
    outcome.texts = Counter((text.to, text.body) for text in api.texts.values())
    outcome.reminders = Counter(dict.fromkeys(phones(plan), 0))
    for (to, _), times in outcome.texts.items():
        if to in outcome.reminders:
            outcome.reminders[to] += times
    for phase in (UNDISTURBED, STALLED) if plan.twin else ():
        for only in ("/voice", ""):
            name = f"{'greetings' if only else 'webhooks'}{', while ' + phase if phase else ''}"
            outcome.waited[name] = tuple(  # type: ignore[assignment]
                sorted(
                    one.seconds
                    for one in system.recorder.waited
                    if (not only or one.path == only) and (not phase or one.phase == phase)
                )
                for system in systems
            )
    outcome.one_call = requests_for_one(api, calls)
    outcome.restarts = ours.up.said().count("starting it again")
    outcome.told = telling(ours)


def answer(asked: ApiRequest) -> str:
    return {0: "connection cut", 400: "20009, not yet", 404: "gone before"}.get(asked.status, str(asked.status))


def requests_for_one(api: RestApi, calls: dict[str, set[str]]) -> list[str]:
    """The requests about one call with two legs, if there is one: when, what, and how each was answered."""
    # Best one that no sweep came across, and no other trouble.
    several = [call for call, sids in calls.items() if len(sids) == 3] or list(calls)
    tries = Counter(one.params.get("ParentCallSid") or one.path[-39:-5] for one in api.asked())
    usual = (call for call in several if [tries[sid] for sid in (call, *calls[call] - {call})] == [6, 3, 3])
    call = next(usual, several[0])
    names = {call: "CA<call>"} | {
        sid: f"CA<leg {number}>" for number, sid in enumerate(sorted(calls[call] - {call}), 1)
    }
    about = [
        one for one in api.asked() if one.params.get("ParentCallSid") == call or any(sid in one.path for sid in names)
    ]
    told = []
    for one in about:
        path = one.path.partition(api.account)[2]
        for sid, name in names.items():
            path = path.replace(sid, name)
        query = f"?ParentCallSid={names[call]}" if "ParentCallSid" in one.params else ""
        told.append(f"{one.at - about[0].at:7.1f} s  {one.method:6} {path}{query}  {answer(one)}")
    return told


def telling(system: System) -> list[str]:
    """What of all that a system has written tells who called, or who was rung for which call. It is stopped for it."""
    place, calls = system.place, system.recorder.records
    texts, keys = everything(system)
    callers = [CALLER.format(number) for number in range(len(calls))]
    told = found([*callers, *(sid for sids in calls.values() for sid in sids)], texts)
    rota = {
        name: text
        for name, text in texts.items()
        if not {"last-good", "compiled"} & set(name.replace(": ", "/").split("/"))
    }
    told += found(line.PHONES, rota)
    said = texts["output"].decode(errors="replace").splitlines()
    told += [f"a log line names {who}: {entry}" for who in ON_CALL for entry in said if f'"{who}"' in entry]
    ids = [place.log_id(call) for call in calls]
    no_log = {name: text for name, text in rota.items() if "hotline.db" not in name}
    told += [f"{name} has the call {id}" for id in ids for name, text in no_log.items() if id.encode() in text]
    short = ("hotline:ring:", "hotline:over:", "hotline:line:")
    return told + [
        f"Redis keeps {key}" for key, (ttl, _) in keys.items() if key.startswith(short) and not 0 < ttl <= 120
    ]


def everything(system: System) -> tuple[dict[str, bytes], dict[str, tuple[int, str]]]:
    """All that a system has written, by where, and the keys of its Redis. It is stopped for it."""
    place = system.place
    with Redis(unix_socket_path=str(socket_path(place.data_dir)), socket_timeout=20) as redis:
        wait_until(place.nobody_is_taken, within=130, what="Redis knows that every call is over")
        redis.config_set("rdbcompression", "no")
        redis.save()
        keys = in_redis(redis)
    texts = written(place.data_dir)
    assert "valkey.rdb" in texts
    texts |= in_database(place.database_url)
    assert system.up.stop() == 0
    texts |= {f"after the end: {name}": text for name, text in written(place.data_dir).items()}
    return texts | {"output": system.up.output.read_bytes(), "Redis": repr(keys).encode()}, keys


def in_database(url: str) -> dict[str, bytes]:
    """Every row of every table, as it is read back."""
    database = Database(url)
    try:
        with database.transaction() as connection:
            tables = inspect(connection).get_table_names()
            assert "calls" in tables
            read = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables}
    finally:
        database.close()
    return {f"hotline.db, {name}": repr(rows).encode() for name, rows in read.items()}


def figures(outcome: Outcome) -> Table:
    """All that was counted."""
    table = Table(title="Kill run", show_header=False)
    plan, reminders = outcome.plan, outcome.reminders
    others = outcome.texts.total() - reminders.total()
    for name, value in (
        ("calls placed, in the log", f"{plan.calls}, {outcome.logged}"),
        ("killed with -9", f"{outcome.kills.total()}: {listed(outcome.kills)}"),
        ("started again", f"{outcome.restarts}"),
        ("records at the carrier, left there", f"{outcome.records}, {outcome.at_carrier}"),
        ("calls whose job listed the legs", f"{outcome.listed}"),
        ("REST requests", f"{outcome.answers.total()}: {listed(outcome.answers)}"),
        (
            "reminders due, sent, sent twice",
            f"{len(reminders)}, {sum(map(bool, reminders.values()))}, {sum(times > 1 for times in reminders.values())}",
        ),
        ("other texts, the same twice", f"{others}, {sum(times > 1 for times in outcome.texts.values())}"),
        ("jobs left", f"{len(outcome.left)}"),
        ("places that tell of a call", f"{len(outcome.told)}"),
        ("calls took, the rest took", f"{outcome.calling:.0f} s, {outcome.settling:.0f} s"),
    ):
        table.add_row(name, value)
    return table


def latencies(outcome: Outcome) -> Table:
    """How long webhooks took, beside those of the twin."""
    table = Table(title="Milliseconds to the answer: with faults, the twin without, ratio")
    for heading in ("", "webhooks", "median", "", "ratio", "p99", "", "ratio"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, (with_faults, without) in outcome.waited.items():
        if not with_faults:
            continue
        row = [name, f"{len(with_faults)}"]
        for of in (median, ninety_ninth):
            ours, theirs = 1e3 * of(with_faults), 1e3 * of(without)
            row += [f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}"]
        table.add_row(*row)
    return table


def ninety_ninth(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.99)]


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in counts.most_common())


@click.command()
@click.option("--calls", default=LONG.calls, show_default=True)
@click.option("--pace", default=LONG.pace, show_default=True, help="Seconds from call to call.")
@click.option("--seed", default=LONG.seed, show_default=True)
@click.option("--reminders", default=LONG.reminders, show_default=True, type=click.IntRange(1, MOST_REMINDED))
@click.option("--within", default=LONG.within, show_default=True, help="Seconds in which all is to be done afterwards.")
@click.option("--postgresql", is_flag=True, help="Keep the log in a PostgreSQL, not in SQLite.")
@click.option("--short", is_flag=True, help="What the test does: a few calls, and workers that wait for seconds only.")
def main(calls: int, pace: float, seed: int, reminders: int, within: float, postgresql: bool, short: bool) -> None:
    """Place calls while worker, clock and Redis are killed, and say what held."""
    console = Console(width=120)
    plan = SHORT if short else Plan(calls, pace, seed, reminders=reminders, within=within)
    plan = replace(plan, postgresql=postgresql)
    with Progress(console=console) as progress:
        bars = {"calls": progress.add_task("calls", total=plan.calls)}

        def advance(what: str, done: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=None)
            progress.update(bars[what], completed=done)

        outcome = kill_run(plan, advance)
    console.print(figures(outcome))
    console.print(latencies(outcome))
    console.print("What was asked about one call:", *outcome.one_call, sep="\n")
    for problem in (*outcome.left, *outcome.told):
        console.print(problem, style="red")
    raise SystemExit(0 if not (outcome.left or outcome.told or outcome.at_carrier) else 1)


if __name__ == "__main__":
    main()
