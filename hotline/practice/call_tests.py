"""Runs call tests: each in a rehearsal with its own live state, on a clock that does not wait."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline.core.calls.rung_phones import NO_KEYS, rung_phones
from hotline.core.times.wall_clock import utc, wall_clock
from hotline.errors import ServerError
from hotline.files.findings.finding import Finding
from hotline.files.loading.call_tests import CallTest, fixed_numbers, plain
from hotline.files.shapes.call_tests import CallEntry, PhoneDoes
from hotline.ports import Live
from hotline.practice.expectations import disappointments
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator import Behaviour, Call, CallRecord, World, named, record
from hotline.simulator.line.events import Event
from hotline.store.redis.client import REDIS_GONE, redis_client
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from hotline.store.redis.live import RedisLive

LONGEST = 5 * 3600.0
"""Simulated seconds: longer than the carrier allows any call to be."""

FIXED_NUMBERS_DO = PhoneDoes("accept")


@dataclass(frozen=True, slots=True)
class CallTestResult:
    """The result of a test: the call that was made, and each expectation that was not met."""

    test: CallTest
    call: CallRecord
    failures: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Fresh:
    """Makes unused live state, in the Redis at `redis_url`, under names that begin with `prefix`."""

    redis_url: str
    prefix: str

    def __call__(self) -> Live:
        """Count one more. Raises LiveStateUnavailable."""
        live = RedisLive(self.redis_url, secrets.token_bytes(32), prefix=f"{self.prefix}{secrets.token_hex(8)}:")
        live.ping()
        return live


@contextmanager
def live_states(redis_url: str | None) -> Iterator[Fresh]:
    """Live state for tests, in a Redis that is started for them, separate from the hotline's own.

    If this machine has no Redis to start, it is the one at `redis_url`. Raises ServerError without either.
    """
    with tempfile.TemporaryDirectory(prefix="hotline-test-") as folder:
        server = EmbeddedServer(Path(folder))
        try:
            server.start()
        except ServerError:
            if redis_url is None:
                raise
            with borrowed_live_states(redis_url) as fresh:
                yield fresh
            return
        try:
            yield Fresh(socket_url(Path(folder)), "hotline-test:")
        finally:
            server.stop()


@contextmanager
def borrowed_live_states(redis_url: str) -> Iterator[Fresh]:
    """Live state for tests in a shared Redis: under its own name, and deleted afterwards."""
    prefix = f"hotline-test:{secrets.token_hex(8)}:"
    try:
        yield Fresh(redis_url, prefix)
    finally:
        with suppress(*REDIS_GONE), redis_client(redis_url, 5.0) as connection:
            for key in connection.scan_iter(f"{prefix}*", count=1000):
                connection.delete(key)


def run_tests(tests: Sequence[CallTest], fresh: Fresh) -> Iterator[CallTestResult]:
    """Run tests one after another, and yield each result at once. Raises LiveStateUnavailable without Redis."""
    for test in tests:
        yield run_test(test, fresh(), fresh.redis_url)


def run_test(test: CallTest, live: Live, redis_url: str) -> CallTestResult:
    """Make the calls of a test, and compare the result of its main call with the expectations."""
    main = test.entry
    entries = sorted([*main.other_calls, main], key=lambda one: (_instant(test, one), one is main))
    start = _instant(test, entries[0])
    rehearsal = Rehearsal({test.hotline.id: test.hotline}, redis_url, start, live=live)
    world = rehearsal.world
    world.strict = False
    _instruct_phones(test, world)
    calls: list[Call] = []
    for entry in entries:
        world.advance((_instant(test, entry) - start).total_seconds() - world.clock.elapsed)
        calls.append(_dial(test, entry, world))
    call = calls[next(place for place, entry in enumerate(entries) if entry is main)]
    world.run_until(lambda: call.is_over, LONGEST)
    made = record(call)
    troubles = [str(violation) for violation in world.violations]
    troubles += [str(facts.get("error")) for event, facts in rehearsal.notices if event == "webhook_failed"]
    return CallTestResult(test, made, tuple(disappointments(test, made, troubles)))


def _instant(test: CallTest, entry: CallEntry) -> datetime:
    return utc(wall_clock(test.hotline.rota.zone).first(entry.at.start))


def _instruct_phones(test: CallTest, world: World) -> None:
    phones = rung_phones(test.hotline)
    wanted = dict.fromkeys(phones, test.entry.others)
    wanted |= dict.fromkeys(fixed_numbers(test.hotline), FIXED_NUMBERS_DO)
    wanted |= {plain(name): does for name, does in test.entry.phones.items()}
    for name, does in wanted.items():
        after = "" if does.after is None else f" after {does.after}"
        keys = phones[name].keys if name in phones else NO_KEYS
        world.named(name).behaviour = named(does.what + after, keys)


def _dial(test: CallTest, entry: CallEntry, world: World) -> Call:
    """Place a call whose caller acts as the entry says. After a conversation the called volunteer hangs up."""
    call = world.call(test.hotline.flow.number, behaviour=Behaviour("caller", keys=entry.keys))

    def end_conversation() -> None:
        if call.leg.peer is not None:
            call.leg.peer.hang_up()

    def follow(event: Event) -> None:
        if event.leg == call.sid and event.kind == "is connected":
            world.clock.after(entry.talks_for, end_conversation)

    def give_up() -> None:
        if call.leg.live:
            world.carrier.note(call.leg, "hangs up")
            call.leg.hang_up()

    world.watch(follow)
    if entry.hangs_up_after is not None:
        world.clock.after(entry.hangs_up_after, give_up)
    return call
