"""Many calls at once, by people who do all that people do, through several web processes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from hotline.simulator import Behaviour, Call, accepting, named
from hotline.store.database.call_log import CallLog
from tests.faults import line
from tests.faults.processes import wait_until
from tests.faults.system import Place, reaches_a_person, running

VOLUNTEERS = [f"v{number:02}" for number in range(12)]
ROTA = f"""
timezone: America/New_York
volunteers:
{chr(10).join(f"  {name}: {{name: {name}, phone: '+1 410 555 01{40 + at}'}}" for at, name in enumerate(VOLUNTEERS))}
  chaplain: {{name: Chaplain, phone: "+1 410 555 0190"}}
shifts:
  - {{name: Always, hours: 24h, on_call: [{", ".join(VOLUNTEERS)}]}}
backup: [chaplain]
ringing: {{ring_for: 20s, rounds: 2, max_wait: 1m, rest_after_call: 0s}}
"""
CALLS, WORLDS, AT_ONCE = 129, 3, 7
ANSWERING = ("accept", "accept", "accept", "no-answer", "pass", "voicemail", "busy", "failed", "silent", "wrong-key")


def test_hundreds_of_calls_leave_nobody_busy_each_is_in_the_log_once_and_everyone_had_their_turn(place: Place) -> None:
    """The same people are always rung first; two callers at once ring the same volunteer (lessons)."""
    line.write(place.config_dir, rota=ROTA)
    with running(place) as up, ThreadPoolExecutor(WORLDS) as pool:
        quiet = list(pool.map(lambda seed: a_quiet_hour(place, seed), range(WORLDS)))
        first = Counter(names[0] for share in quiet for _, names in share)
        assert set(first) == set(VOLUNTEERS)
        assert max(first.values()) - min(first.values()) <= 2, first

        busy = list(pool.map(lambda seed: a_busy_hour(place, seed), range(WORLDS, 2 * WORLDS)))
        sids = {sid for share in (*quiet, *busy) for sid, _ in share}
        assert len(sids) == CALLS + WORLDS * 2 * len(VOLUNTEERS)
        wait_until(lambda: in_the_log(place, sids), what="every call is in the log")
        for row in place.rows():
            assert row.ended_at is not None
            assert row.started_at <= (row.answered_at or row.started_at) <= row.ended_at

        assert place.part("redis") == "ok"
        with place.redis() as redis:
            assert redis.keys("hotline:line:*") == [], "nobody is held after the last call"
        with place.world() as world:
            reaches_a_person(world)  # the last rings of all may have failed, which is told of until one is placed
        assert place.health()[1]["status"] == "ok", place.health()
        assert "webhook_failed" not in (place.data_dir / "hotline.log").read_text()
        assert up.stop() == 0


def in_the_log(place: Place, sids: set[str]) -> bool:
    """Whether the log has these calls and no others, all ended."""
    rows = place.rows()
    log = CallLog(place.database_url)
    try:
        there = all(log.call(place.log_id(sid)) for sid in sids)
    finally:
        log.close()
    return there and len(rows) == len(sids) and all(row.ended_at is not None for row in rows)


def a_quiet_hour(place: Place, seed: int) -> Sequence[tuple[str, list[str]]]:
    """One call after the other, each taken at once; the sid of each, and whom it rang."""
    with place.world(seed=seed) as world:
        for name in VOLUNTEERS:
            world.named(name).behaviour = accepting(3)
        calls = []
        for number in range(2 * len(VOLUNTEERS)):
            patient = Behaviour("caller", keys=("1",), talks_for=30)
            calls.append(world.call(line.NUMBER, f"+1443772{number:04}", behaviour=patient))
            world.run_to_end()
        return [(call.sid, [ring.name for ring in call.rung]) for call in calls]


def a_busy_hour(place: Place, seed: int) -> Sequence[tuple[str, list[str]]]:
    """Many calls, some at once, by all sorts of people; the sid of each, and whom it rang."""
    dice = random.Random(seed)
    with place.world(seed=seed) as world:
        for name in VOLUNTEERS:
            world.named(name).behaviour = named(dice.choice(ANSWERING)) if dice.random() < 0.5 else accepting(3)
        world.named("chaplain").behaviour = accepting(2)
        calls: list[Call] = []
        for _ in range(CALLS // WORLDS):
            calls.append(world.call(line.NUMBER, f"+1443773{len(calls):04}", behaviour=someone(dice)))
            world.run_until(lambda: sum(not call.is_over for call in calls) < AT_ONCE, within=7_200)
        world.run_to_end()
        return [(call.sid, [ring.name for ring in call.rung]) for call in calls]


def someone(dice: random.Random) -> Behaviour:
    """A caller: what they press, how long they wait, how long they talk."""
    keys = dice.choice([("1",), (), ("9", "1"), ("2", "1"), ("7",), ("*", "#")])
    patience, talk = dice.choice([None, None, 15, 40, 90]), dice.choice([5, 60, 900])
    return Behaviour("caller", keys=keys, hangs_up_after=patience, talks_for=talk)
