"""Nobody learns who called: calls of every kind with numbers planted in them, and then every byte is searched.

What may name a volunteer for a while is a ring of Redis: `ring:<ring>` and `line:<digest of a phone>` tie one to the
random token of a call, which is written nowhere else, and expire; so does `over:<ring>`, which names nobody.
"""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from xml.etree import ElementTree

from redis import Redis
from redis.exceptions import RedisError

from hotline.simulator import Call, World
from hotline.simulator.line.numbers import Line
from hotline.store.redis.embedded import socket_path
from tests.faults import line
from tests.faults.canaries import found, in_redis, written
from tests.faults.processes import wait_until
from tests.faults.system import BIN, SOON, Place, connects, run, running

VOLUNTEERS = {"amy": "+12025550143", "ben": "+13125550187", "cho": "+16175550129", "eli": "+15035550176"}
BACKUP = "+19195550138"
ROTA = (
    line.ROTA.replace("+1 410 555 0111", VOLUNTEERS["amy"])
    .replace("+1 410 555 0112", VOLUNTEERS["ben"])
    .replace("+1 410 555 0113", VOLUNTEERS["cho"])
    .replace("+1 410 555 0115", VOLUNTEERS["eli"])
    .replace("+1 410 555 0190", BACKUP)
    .replace("[amy, ben, cho]", "[amy, ben, cho, eli]")
    .replace("[es, en]", "[en, es]")
    .replace("rest_after_call: 0s", "rest_after_call: 1m")
)
# What a webhook calls the things that must not be kept.
NEVER_WRITTEN = ("Digits", "CallSid", "From=", "Caller=", "CallerName", "StirVerstat", "CallToken", "X-Twilio")


class Callers:
    """Numbers to call from, each used once."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def next(self) -> str:
        self.numbers.append(f"+1443{7731926 + 10_007 * len(self.numbers):07}")
        return self.numbers[-1]


def test_no_byte_written_tells_who_called_or_who_answered_whom(place: Place) -> None:
    line.write(place.config_dir, rota=ROTA)
    callers = Callers()
    place.environment["HOTLINE_METRICS_TOKEN"] = "a token for Prometheus"
    with running(place, "--logs", GUNICORN_CMD_ARGS="--access-logfile -") as up, place.world() as world:
        with place.redis() as redis, overheard(place) as commands:
            redis.config_set("rdbcompression", "no")
            world.tolerate("11200")
            calls = every_kind_of_call(place, world, callers, redis)
            place.has_once(*calls, before=1)  # the nonsense is one call, too: it was signed
            up.says('"webhook_failed"')
            up.says('"webhook_refused"')
            wait_until(place.nobody_is_taken, what="Redis knows that every call is over")
            metrics, doctor = place.metrics(), run(place, str(BIN / "hotline"), "doctor")
            assert doctor.popen.wait(SOON) == 0, doctor.said()
            keys = contents(place)
            redis.save()
            snapshot = written(place.data_dir)
        assert up.stop() == 0
    everything = {f"before the end: {name}": text for name, text in snapshot.items()} | written(place.data_dir)
    everything |= {
        "output": up.output.read_bytes(),
        "Redis": json.dumps(keys).encode(),
        "commands": "\n".join(commands).encode(),
        "metrics": metrics.encode(),
        "doctor": doctor.output.read_bytes(),
    }
    assert b"Calls can come in" in everything["doctor"]
    assert {"hotline.db", "valkey.rdb", "valkey.log", "before the end: hotline.db"} <= set(everything)
    assert len(commands) > 100
    nothing_is_told_of_calls_today(metrics)

    legs = [leg.sid for leg in world.carrier.legs] + [child.sid for call in calls for child in call.leg.children]
    assert found([*callers.numbers, *legs], everything) == []
    not_kept = {
        name: text
        for name, text in everything.items()
        if not {"last-good", "compiled"} & set(name.replace(": ", "/").split("/"))
    }
    assert found([*VOLUNTEERS.values(), BACKUP], not_kept) == []
    assert [(word, name) for word in NEVER_WRITTEN for name, text in not_kept.items() if word.encode() in text] == []
    nothing_ties_a_volunteer_to_a_call(place, calls, keys, commands, up.said())
    the_log_has_three_times_and_no_more(place)


def nothing_ties_a_volunteer_to_a_call(
    place: Place, calls: list[Call], keys: dict[str, tuple[int, str]], commands: list[str], said: str
) -> None:
    """The log's ids are in the spool and the database only, and whatever Redis has of a call expires."""
    for call in calls:
        log_id = place.log_id(call.sid)
        assert log_id not in said
        assert not any(log_id in text for text in (*commands, json.dumps(keys)))
    queue = ("rq:", "hotline:jobs")  # ids of jobs that are not done yet, which go as each is done
    assert [key for key, (ttl, _) in keys.items() if ttl < 0 and not key.startswith(queue)] == []
    kinds = {key.split(":")[1] for key in keys if key.startswith("hotline:")}
    of_calls, of_ours = (
        {"last", "line", "rest", "ring", "over", "call", "rung"},
        {"alive", "heartbeat", "counts", "sign", "probe"},
    )
    assert kinds <= of_calls | of_ours | {"jobs", "queued"}, "a new kind of key: what does it tell?"
    for key, (ttl, value) in keys.items():
        if key.startswith(("hotline:ring:", "hotline:over:")):
            assert 0 < ttl <= 120, (key, value, "of a call that is over")
    named = [entry for entry in said.splitlines() if any(f'"{name}"' in entry for name in VOLUNTEERS)]
    assert named == [], "a log line names a volunteer"
    access = [entry for entry in said.splitlines() if re.search(r'"(GET|POST) /', entry)]
    assert len(access) > 50
    assert [entry for entry in access if "?" in entry or "127.0.0.1" in entry] == []


def nothing_is_told_of_calls_today(metrics: str) -> None:
    """Whoever reads metrics every few seconds learns the moment of no call, and how no ring came out."""
    counts = dict(re.findall(r"^(hotline_\w+)(?:{.*})? (\S+)$", metrics, re.MULTILINE))
    of_calls = ("hotline_calls", "hotline_rings", "hotline_wait", "hotline_webhook", "hotline_jobs", "hotline_backlog")
    told = {name: value for name, value in counts.items() if name.startswith(of_calls)}
    assert len(told) > 5
    assert set(told.values()) == {"0.0"}
    assert counts["hotline_heartbeat_well"] == "1.0"
    assert not any(f'"{name}"' in metrics for name in VOLUNTEERS)


def the_log_has_three_times_and_no_more(place: Place) -> None:
    with closing(sqlite3.connect(place.data_dir / "hotline.db")) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(calls)")]
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert columns == ["id", "hotline", "started_at", "answered_at", "ended_at", "rounded"]
    of_people = {
        table for table in tables if table.startswith(("texts_", "people", "absences", "cover_", "volunteer_"))
    }
    assert tables - of_people <= {
        *("calls", "day_totals", "month_totals", "counted_months", "rounded_until", "ring_tests"),
        *("alembic_version", "text_optouts", "audit"),
    }


def every_kind_of_call(place: Place, world: World, callers: Callers, redis: Redis) -> list[Call]:
    """About twenty calls; all that can happen in one happens in some of them."""

    def dial(keys: str = "1") -> Call:
        call = world.call(line.NUMBER, callers.next())
        call.presses(keys)
        return call

    calls = [world.call(line.NUMBER, callers.next()) for _ in range(2)]
    calls[0].hears("Welcome").hangs_up().has_ended()
    calls[1].hears("Welcome").stays_silent()
    connects(calls[1], calls[1].rings())
    calls[1].hangs_up().has_ended()
    for keys in ("1", "7", "21", "91"):
        call = dial(keys)
        ring = call.rings()
        ring.picks_up().presses("1")
        call.talks_with(ring.leg.name).hangs_up().has_ended()
        calls.append(call)
    for refuse in ("ignored", "declines", "cannot_be_reached", "voicemail_answers", "passes"):
        call = dial()
        getattr(call.rings(), refuse)()
        ring = call.rings().picks_up().hears("Press 1").presses("5").hears("Press 1").presses("1")
        call.talks_with(ring.leg.name)
        ring.hangs_up()
        call.hears("Thank you for calling").has_ended()
        calls.append(call)
    call = dial()
    call.rings()
    calls.append(call.hangs_up().has_ended())
    call = dial()
    for _ in range(9):
        call.rings().declines()
    call.hears("Nobody could pick up").presses("2").rings("988").ignored()
    calls.append(call.has_ended())
    calls += [by_get(place, callers), with_a_bug_in_it(world, dial(), redis)]
    nonsense(place, callers)
    together = [dial() for _ in range(3)]
    rings = [call.rings().picks_up() for call in together]
    for call, ring in zip(together, rings, strict=True):
        ring.presses("1")
        call.talks_with(ring.leg.name)
    for call in together:
        call.hangs_up().has_ended()
    return [*calls, *together, with_redis_asleep(world, dial(), redis)]


def by_get(place: Place, callers: Callers) -> Call:
    """A carrier that sends everything in the query of its URLs."""
    with place.world() as world:
        world.line(Line(line.NUMBER, "/voice", "GET", "/voice/ended", "GET"))
        call = world.call(line.NUMBER, callers.next())
        call.presses("1").rings()
        return call.hangs_up().has_ended()


def with_a_bug_in_it(world: World, call: Call, redis: Redis) -> Call:
    """What Redis will have of the next ring is not what our code can read: an exception nobody expects."""
    ring = call.rings()
    document = ElementTree.fromstring(world.exchanges[-1].body)
    dial = document.find("Dial")
    assert dial is not None
    sealed = dial.attrib["action"].partition("at=")[2]
    body = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))[12:]
    fields = json.loads(body.partition(b"\n")[0])  # marks of who was tried follow
    redis.set(f"hotline:ring:{fields[0]}.{fields[4] + 1}", "not what it should be", ex=60)
    ring.declines()
    backup = call.rings("chaplain").picks_up().hears("Press 1").presses("1")
    call.talks_with("chaplain").talks_for(20)
    backup.hangs_up()
    return call.has_ended()


def with_redis_asleep(world: World, call: Call, redis: Redis) -> Call:
    """Redis answers nobody for a while."""
    ring = call.rings()
    redis.execute_command("CLIENT", "PAUSE", "1500", "ALL")  # type: ignore[no-untyped-call]
    ring.declines()
    connects(call, call.rings())
    return call.hangs_up().has_ended()


def nonsense(place: Place, callers: Callers) -> None:
    """Requests that are not the carrier's, or hold what it never sends; each is full of what must not be kept."""
    number = callers.next()
    sid = f"CA{number[1:].zfill(32)}"
    for path in (
        "/voice",
        "/voice/rung?at=abc",
        f"/voice/key?From={number}",
        f"/nowhere?From={number}",
        "/voice/ended",
    ):
        for signed in (True, False):
            place.post(path, signed=signed, From=number, Caller=number, CallSid=sid, CallStatus="in-progress")
    place.post("/voice/ended", signed=False, From=number, CallSid=sid, CallerName=number * 6_000)
    place.post(f"/voice/rung?at={number}", From=number, CallSid=sid, CallStatus="\x00", To=number)
    place.post("/voice/ended", From=number, CallSid=sid, CallStatus="completed")


@contextmanager
def overheard(place: Place) -> Iterator[list[str]]:
    """Every command that Redis is given while the block lasts, and what its scripts do."""
    commands: list[str] = []
    listener = Redis(unix_socket_path=str(socket_path(place.data_dir)), decode_responses=True, socket_timeout=0.5)

    def listen() -> None:
        with suppress(RedisError, OSError, ValueError), listener.monitor() as monitor:  # type: ignore[no-untyped-call]
            listening.set()
            while not over.is_set():
                with suppress(TimeoutError, RedisError):
                    commands.append(str(monitor.next_command()["command"]))

    over, listening = threading.Event(), threading.Event()
    thread = threading.Thread(target=listen)
    thread.start()
    listening.wait(10)
    try:
        yield commands
    finally:
        over.set()
        thread.join()
        listener.close()


def contents(place: Place) -> dict[str, tuple[int, str]]:
    """Every key of Redis, in how many seconds it expires, and its value."""
    with Redis(unix_socket_path=str(socket_path(place.data_dir)), socket_timeout=5) as redis:
        return in_redis(redis)
