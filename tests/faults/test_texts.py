"""Absences that volunteers text, in whole systems: machines, restarts, and what they rest on lost."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hotline.errors import DatabaseUnavailable
from hotline.simulator import World
from hotline.store.absence_table import AbsenceTable
from hotline.store.embedded import EmbeddedServer, socket_url
from hotline.store.opened import Database
from tests.faults import line
from tests.faults.processes import alive, kill, wait_until
from tests.faults.system import Place, connects, running, serving
from tests.servers import PostgreSQL

SHARED = {
    "TWILIO_ACCOUNT_SID": "AC" + "2" * 32,
    "TWILIO_AUTH_TOKEN": "a token that all know",
    "HOTLINE_SECRET_KEY": "a secret that all know",
    "HOTLINE_PUBLIC_URL": "https://hotline.example",
    "WEB_CONCURRENCY": "2",
}


def takes(world: World) -> str:
    """Who takes a call, being rung first."""
    call = world.call(line.NUMBER)
    call.hears("Welcome").presses("1")
    who = connects(call, call.rings())
    call.hangs_up().has_ended()
    return who


def in_database(url: str) -> dict[str, int]:
    """Until when each volunteer said to be off; nothing while the database is away."""
    database = Database(url)
    try:
        return {who: word.end for who, word in AbsenceTable(database).read(0).get("rise", {}).items()}
    except DatabaseUnavailable:
        return {}
    finally:
        database.close()


def test_off_texted_to_one_machine_counts_at_the_next_ring_of_the_other(postgresql: PostgreSQL) -> None:
    with ExitStack() as stack:
        made = [tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) for _ in range(3)]
        directories = [Path(stack.enter_context(each)) for each in made]
        redis = EmbeddedServer(directories[2])
        redis.start()
        stack.callback(redis.stop)
        url = postgresql.new_database("texts")
        environment = SHARED | {"DATABASE_URL": url, "REDIS_URL": socket_url(directories[2])}
        one, two = (Place(directory, environment=dict(environment)) for directory in directories[:2])
        for place in (one, two):
            stack.enter_context(serving(place))
        told, rings = stack.enter_context(one.world()), stack.enter_context(two.world())
        assert [takes(rings) for _ in range(4)] == ["amy", "ben", "cho", "amy"]
        told.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        assert [takes(rings) for _ in range(4)] == ["cho", "amy", "cho", "amy"]
        told.text("ben", line.NUMBER, "ON").hears("Welcome back")
        assert [takes(rings) for _ in range(3)] == ["ben", "cho", "amy"]
        told.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        wait_until(lambda: in_database(url), what="the database has it")
        redis.stop()
        told.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        wait_until(lambda: len(in_database(url)) == 2, what="the database has both")
        told_two = two.data_dir / "absences" / "said.json"
        wait_until(lambda: told_two.exists() and "amy" in told_two.read_text(), 60, "the other machine knows")
        assert [takes(rings) for _ in range(5)] == ["cho"] * 5


def test_a_restart_keeps_it_with_redis_emptied_and_the_database_gone(place: Place) -> None:
    with running(place) as up, place.world() as world:
        world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        wait_until(lambda: len(in_database(place.database_url)) == 2, what="the database has both")
        for pid in [*up.die()]:
            if alive(pid):
                kill(pid)
    for file in place.data_dir.glob("valkey.rdb*"):
        file.unlink()
    for file in place.data_dir.glob("hotline.db*"):
        file.unlink()
    (place.data_dir / "hotline.db").mkdir()  # it cannot be opened, nor made anew
    with running(place), place.world() as world:
        assert [takes(world) for _ in range(3)] == ["cho"] * 3


def test_a_machine_that_lost_its_disk_and_redis_hears_it_from_the_database(place: Place) -> None:
    with running(place) as up, place.world() as world:
        world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        wait_until(lambda: len(in_database(place.database_url)) == 2, what="the database has both")
        for pid in [*up.die()]:
            if alive(pid):
                kill(pid)
    for file in place.data_dir.glob("valkey.rdb*"):
        file.unlink()
    shutil.rmtree(place.data_dir / "absences")
    with running(place), place.world() as world:
        wait_until(lambda: (place.data_dir / "absences" / "said.json").exists(), 60, "it was told")
        assert [takes(world) for _ in range(3)] == ["cho"] * 3


def test_off_works_while_the_database_is_away_and_is_in_it_once_it_is_back(
    place: Place, postgresql: PostgreSQL
) -> None:
    place.environment["DATABASE_URL"] = postgresql.new_database("away")
    with serving(place), place.world() as world:
        takes(world)
        postgresql.stop()
        try:
            world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
            world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
            assert [takes(world) for _ in range(3)] == ["cho"] * 3
        finally:
            postgresql.start()
        wait_until(lambda: len(in_database(place.database_url)) == 2, 60, "the database has both")


def test_without_redis_every_process_of_the_machine_heeds_it(place: Place) -> None:
    place.environment |= {"REDIS_URL": "unix:///nowhere/valkey.sock", "WEB_CONCURRENCY": "2"}
    with serving(place), place.world() as world:
        world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        assert [takes(world) for _ in range(6)] == ["cho"] * 6
        world.text("amy", line.NUMBER, "ON").hears("Welcome back")
        assert {takes(world) for _ in range(12)} <= {"amy", "cho"}
