"""Paced calls to two machines while everything they are made of is killed, paused, slowed, filled, cut and moved.

    make chaos                                  # 30 minutes
    make chaos ARGS="--minutes 5 --seed 7"

The order is that of the seed: every breakage once, then every one again in another order, and so on.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

import click
from redis import Redis
from rich.console import Console
from rich.progress import Progress

from benchmarks.results import Held, report
from hotline.errors import DatabaseUnavailable
from hotline.files import load
from hotline.jobs.queue import connection
from hotline.jobs.state import read_state
from hotline.practice.rehearsal import furnish
from hotline.simulator import Behaviour, Call, World, accepting, named
from hotline.simulator.line.clock import RealTime
from hotline.simulator.line.events import Event
from hotline.simulator.line.numbers import Line
from hotline.store.database.lazy import Database
from tests.faults import line
from tests.faults.breakages import AT_ONCE, BREAKAGES, WITHOUT_REDIS
from tests.faults.canaries import found, in_redis, written
from tests.faults.fleet import FALLBACK, Balanced, Fleet
from tests.faults.kill_run import in_database

ON_CALL = tuple(f"v{number}" for number in range(8))
CALLER = "+1443773{:04}"
MOST_CALLS = 9_000
SCALE = 0.05
"""Real seconds for each simulated one."""
ANSWERS = ("accept", "accept", "accept", "no-answer", "pass", "voicemail", "busy", "silent", "wrong-key")
LAST_WORDS = "Thank you for calling"
BACK_WITHIN = 10.0
FORGETS_FOR = 3.0
"""Seconds after Redis is back in which web processes may still do without it (PAUSE_AFTER_FAILURE, and one more)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pace`: seconds from call to call. `held`: for how many seconds a breakage lasts. `rest`: seconds between two."""

    minutes: float = 30.0
    seed: int = 20_260_304
    pace: float = 2.0
    held: tuple[float, float] = (2.0, 8.0)
    rest: tuple[float, float] = (0.5, 3.0)
    only: tuple[str, ...] = ()
    within: float = 1_200.0
    hurried: bool = False


LONG = Plan()
SHORT = Plan(
    minutes=0.2,
    pace=0.5,
    held=(0.5, 1.5),
    rest=(0.1, 0.3),
    only=("gunicorn killed", "Valkey's primary killed", "PostgreSQL killed", "network to a machine cut"),
    within=120.0,
    hurried=True,
)


@dataclass
class Outcome:
    """What came of a run. Lists name what should not be there."""

    plan: Plan
    calls: int = 0
    persons: int = 0
    last_step: int = 0
    by_fallback: int = 0
    lost: list[str] = field(default_factory=list)
    rows_lost: list[str] = field(default_factory=list)
    rows_doubled: int = 0
    double_booked: list[str] = field(default_factory=list)
    rung_while_busy_without_redis: int = 0
    rung_while_busy_too_late: int = 0
    webhooks: Counter[int] = field(default_factory=Counter)
    bad_answers: list[str] = field(default_factory=list)
    tried_again: int = 0
    at_carrier: int = 0
    recovery: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    told: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def slow(self) -> list[str]:
        """Which parts were not back in time."""
        return [
            f"{name}: {last or 'well'} after {took:.1f} s"
            for name, each in self.recovery.items()
            for took, last in each
            if took > BACK_WITHIN
        ]

    @property
    def held(self) -> list[Held]:
        """What must hold, and what came of it."""
        return [
            Held("callers who reached neither a person nor the flow's last step", len(self.lost), 0),
            Held("rows of the call log lost", len(self.rows_lost), 0),
            Held("rows of the call log doubled", self.rows_doubled, 0),
            Held(
                "volunteers connected with two callers, or rung by Redis while busy",
                len(self.double_booked),
                0,
            ),
            Held("answers without valid TwiML from a live process", len(self.bad_answers), 0),
            Held(f"parts that took longer than {BACK_WITHIN:g} s to come back", len(self.slow), 0),
            Held("records of calls left at the carrier", self.at_carrier, 0),
            Held("places that tell who called", len(self.told), 0),
        ]


class Breaker:
    """Breaks one thing after the other while the block lasts, each for a while."""

    def __init__(self, fleet: Fleet, plan: Plan, outcome: Outcome, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._fleet, self._plan, self._outcome = fleet, plan, outcome
        self._dice = random.Random(plan.seed)
        self._over, self._idle, self._end = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="breaker", daemon=True)
        self.now = ""
        self.redis_back = 0.0
        self.rang: dict[str, tuple[float, bool]] = {}
        """By its leg, when each ring began, and whether Redis chose it."""

    def redis_was_away(self, since: float) -> bool:
        """Whether Redis was away or has forgotten, at any moment since then or a little before."""
        return self.now in WITHOUT_REDIS or since < self.redis_back + FORGETS_FOR

    def _work(self) -> None:
        self._run()
        self._idle.set()
        self._end.wait()  # what it has started again ends with this thread

    def _run(self) -> None:
        while not self._over.is_set():
            names = list(self._plan.only or BREAKAGES)
            self._dice.shuffle(names)
            for name in names:
                if self._over.wait(self._dice.uniform(*self._plan.rest)):
                    return
                self._once(name)

    def _once(self, name: str) -> None:
        self.now = name
        took: tuple[float, str] = (0.0, "")
        try:
            with BREAKAGES[name](self._fleet, self._dice):
                if name not in AT_ONCE:
                    time.sleep(self._dice.uniform(*self._plan.held))
            took = self._fleet.recovered()
            self._tell(f"{name}: all is well after {took[0]:.1f} s")
        except Exception as error:  # noqa: BLE001 - the run goes on, and says so
            self._outcome.failures.append(f"{name}: {error!r}"[:500])
            self._tell(self._outcome.failures[-1])
        self._outcome.recovery[name].append(took)
        if name in WITHOUT_REDIS:
            self.redis_back = time.monotonic()
        self.now = ""

    def __enter__(self) -> Breaker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        assert self._idle.wait(300), f"{self.now} never ends"

    def let_go(self) -> None:
        """End what it has started."""
        self._end.set()
        self._thread.join()


def rota() -> str:
    """Eight who are always on call, and the backup."""
    people = "".join(
        f'  {who}: {{name: {who.upper()}, phone: "+1 410 555 01{20 + place}"}}\n' for place, who in enumerate(ON_CALL)
    )
    start = line.ROTA.index("  amy:"), line.ROTA.index("  chaplain:")
    text = line.ROTA[: start[0]] + people + line.ROTA[start[1] :]
    return text.replace("[amy, ben, cho]", f"[{', '.join(ON_CALL)}]")


def chaos(
    plan: Plan, advance: Callable[[float, str], None] = lambda _, __: None, tell: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Do it. `advance` is told for how many seconds it has run, and what is broken now; `tell`, what came of each."""
    outcome = Outcome(plan)
    began = time.monotonic()
    with Fleet(rota(), hurried=plan.hurried) as fleet:
        balanced = Balanced(fleet)
        world = World(balanced, token=fleet.api.token, account_sid=fleet.api.account, seed=plan.seed)
        world.strict, world.clock.pace = False, RealTime(SCALE)
        furnish(world, load(fleet.machines[0].place.config_dir).hotlines)
        world.line(
            Line(line.NUMBER, "/voice", status_callback="/voice/ended", fallback_url=FALLBACK, fallback_method="GET")
        )
        dice = random.Random(plan.seed + 1)
        breaker = Breaker(fleet, plan, outcome, tell)
        with breaker:
            world.watch(lambda event: _notice(event, world, breaker, balanced, outcome))
            _place_calls(outcome, world, dice, lambda done: advance(done, breaker.now))
        fleet.recovered()
        advance(plan.minutes * 60, "the last calls end")
        world.run_to_end()
        _judge(outcome, world, fleet, balanced)
        balanced.close()
    breaker.let_go()
    outcome.seconds = time.monotonic() - began
    return outcome


def _place_calls(outcome: Outcome, world: World, dice: random.Random, advance: Callable[[float], None]) -> None:
    """Place calls for as long as planned, and until each part that the plan names was broken and came back."""
    plan, began, number = outcome.plan, time.monotonic(), 0
    while number < MOST_CALLS:
        done = time.monotonic() - began
        if done >= plan.minutes * 60 and len(outcome.recovery) >= len(plan.only):
            break
        advance(done)
        for who in (*ON_CALL, "chaplain"):
            behaviour = accepting(3, talks_for=60) if dice.random() < 0.6 else named(dice.choice(ANSWERS))
            world.named(who).behaviour = behaviour
        world.named("chaplain").behaviour = accepting(5, talks_for=60)
        keys = dice.choice([("1",), ("1",), (), ("9", "1"), ("2", "1")])
        world.call(line.NUMBER, CALLER.format(number), behaviour=Behaviour("caller", keys=keys, talks_for=60))
        number += 1
        world.advance(plan.pace / SCALE)


def _notice(event: Event, world: World, breaker: Breaker, balanced: Balanced, outcome: Outcome) -> None:
    """Look at a phone that begins to ring."""
    if event.kind != "rings":
        return
    leg = next(one for one in reversed(world.carrier.legs) if one.sid == event.leg)
    phone = world.carrier.phones[leg.called]
    breaker.rang[leg.sid] = (time.monotonic(), balanced.chosen_by_redis(leg.called))
    others = [one for one in phone.rings if one is not leg and one.live and one.call is not leg.call]
    if not others or phone.name not in ON_CALL:
        return
    rings = [breaker.rang[one.sid] for one in (leg, *others)]
    if breaker.redis_was_away(min(began for began, _ in rings)):
        outcome.rung_while_busy_without_redis += 1
    elif not all(chosen for _, chosen in rings):
        outcome.rung_while_busy_too_late += 1
    else:
        outcome.double_booked.append(
            f"{phone.name} rung while {others[0].outcome}, during {breaker.now or 'nothing'}, "
            f"{_at(leg)}; the other {_at(others[0])}"
        )


def _at(leg: Any) -> str:
    return f"call began {leg.call.began:.1f}, rung {leg.rung:.1f}"


def _judge(outcome: Outcome, world: World, fleet: Fleet, balanced: Balanced) -> None:
    calls = world.calls
    outcome.calls = len(calls)
    for call in calls:
        person = any(child.bridged is not None for child in call.leg.children)
        last = any(LAST_WORDS in heard.text or "Gracias por llamar" in heard.text for heard in call.leg.heard)
        outcome.persons += person
        outcome.last_step += last and not person
        if not (person or last):
            outcome.lost.append(call.transcript())
    for phone in world.carrier.phones.values():
        talks = sorted((leg.bridged, leg.ended or 0.0) for leg in phone.rings if leg.bridged is not None)
        for (_, ended), (began, _) in pairwise(talks):
            if began < ended and phone.name in ON_CALL:
                outcome.double_booked.append(f"{phone.name} was connected with two at once")
    outcome.by_fallback, outcome.tried_again = balanced.fallbacks, balanced.tried_again
    outcome.webhooks, outcome.bad_answers = balanced.answers, balanced.bad
    _look_at_the_log(outcome, calls, fleet)
    _wait(lambda: not fleet.api.calls and not _jobs_left(fleet), outcome.plan.within)
    _wait(fleet.valkeys.alike, outcome.plan.within / 4)
    outcome.at_carrier = len(fleet.api.calls)
    outcome.told = _told(calls, fleet)


def _look_at_the_log(outcome: Outcome, calls: list[Call], fleet: Fleet) -> None:
    place = fleet.machines[0].place
    ids = {place.log_id(call.sid): call for call in calls}
    database = Database(fleet.database_url)

    def rows() -> dict[str, bool]:
        with suppress(DatabaseUnavailable), database.transaction() as connection:
            found = connection.exec_driver_sql("SELECT id, ended_at FROM calls").all()
            return {row[0]: row[1] is not None for row in found}
        return {}

    def missing(rows: dict[str, bool]) -> list[Call]:
        return [call for one, call in ids.items() if _was_answered(call) and not rows.get(one)]

    try:
        _wait(lambda: not missing(rows()), outcome.plan.within / 2)
        there = rows()
        outcome.rows_lost = [call.transcript() for call in missing(there)]
        outcome.rows_doubled = len(there.keys() - ids.keys())
    finally:
        database.close()


def _jobs_left(fleet: Fleet) -> bool:
    if any(list((one.place.data_dir / "outbox").rglob("*.job")) for one in fleet.machines):
        return True
    with connection(fleet.valkeys.url) as redis:
        state = read_state(redis)
    return any(job.task == "delete_records" for job in (*state.running, *state.waiting, *state.scheduled))


def _was_answered(call: Call) -> bool:
    """Whether any webhook of the call got an answer of ours."""
    return any("Welcome" in heard.text or "Bienvenido" in heard.text for heard in call.leg.heard)


def _wait(met: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and not met():
        time.sleep(0.5)


def _told(calls: list[Call], fleet: Fleet) -> list[str]:
    """Where any byte that the run wrote tells who called."""
    everything: dict[str, bytes] = {}
    for server in fleet.valkeys.both:
        with Redis(port=server.port, socket_timeout=20) as redis:
            role = redis.info("replication")["role"]
            for key, (ttl, value) in in_redis(redis).items():
                everything[f"{role} Valkey, {key} ({'for ever' if ttl < 0 else f'for {ttl} s'})"] = value.encode()
            redis.save()
    everything |= written(fleet.valkeys.directory)
    everything |= in_database(fleet.database_url)
    for number, machine in enumerate(fleet.machines):
        machine.up.stop()
        everything |= {f"machine {number}: {name}": text for name, text in written(machine.place.directory).items()}
    legs = [leg.sid for call in calls for leg in (call.leg, *call.leg.children)]
    secrets = [*(call.leg.caller for call in calls), *legs]
    return found(secrets, {name: text for name, text in everything.items() if "/config/" not in name})


def figures(outcome: Outcome) -> dict[str, Any]:
    """What the report shows."""
    times = sorted(took for each in outcome.recovery.values() for took, _ in each)
    return {
        "minutes": outcome.plan.minutes,
        "seed": outcome.plan.seed,
        "calls": outcome.calls,
        "reached a person": outcome.persons,
        "reached the last step": outcome.last_step,
        "answered by the carrier's fallback document": outcome.by_fallback,
        "webhooks answered": sum(outcome.webhooks.values()),
        "webhooks that the balancer gave to another machine": outcome.tried_again,
        "breakages": len(times),
        "seconds to recovery, median": round(median(times), 2) if times else 0.0,
        "seconds to recovery, longest": round(times[-1], 2) if times else 0.0,
        "volunteers rung while busy and Redis was away": outcome.rung_while_busy_without_redis,
        "volunteers rung while busy because Redis answered a process too late": outcome.rung_while_busy_too_late,
        "recovery": {
            name: {
                "times": len(each),
                "median": round(median(took for took, _ in each), 2),
                "longest": round(max(took for took, _ in each), 2),
                "last": max(each)[1],
            }
            for name, each in sorted(outcome.recovery.items())
        },
        "failures": outcome.failures,
    }


def problems(outcome: Outcome) -> list[str]:
    """Everything that should not be, in words."""
    return [
        *outcome.lost,
        *outcome.rows_lost,
        *outcome.double_booked,
        *outcome.bad_answers,
        *outcome.slow,
        *outcome.told,
        *outcome.failures,
    ]


@click.command()
@click.option("--minutes", default=LONG.minutes, show_default=True)
@click.option("--seed", default=LONG.seed, show_default=True)
@click.option("--pace", default=LONG.pace, show_default=True, help="Seconds from call to call.")
@click.option("--only", multiple=True, type=click.Choice(sorted(BREAKAGES)), help="Only this breakage; repeatable.")
@click.option("--short", is_flag=True, help="What the test does.")
def main(minutes: float, seed: int, pace: float, only: tuple[str, ...], short: bool) -> None:
    """Place calls while one part after the other is broken, and say what held."""
    console = Console(width=140, emoji=False)
    plan = SHORT if short else Plan(minutes=minutes, seed=seed, pace=pace, only=only)
    with Progress(console=console) as progress:
        bar = progress.add_task("chaos", total=plan.minutes * 60)

        def advance(done: float, what: str) -> None:
            progress.update(bar, completed=done, description=what or "all is well")

        outcome = chaos(plan, advance, progress.console.print)
    for problem in problems(outcome):
        console.print(problem, style="red", markup=False, soft_wrap=True)
    held = report("chaos", figures(outcome), outcome.held, console, kept=not (short or only))
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
