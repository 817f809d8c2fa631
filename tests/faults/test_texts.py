"""Absences that volunteers text, in whole systems: machines, restarts, and what they rest on lost."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hotline.errors import DatabaseUnavailable
from hotline.simulator import World
from hotline.store.absences.in_database import AbsenceTable
from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.faults import line
from tests.faults.processes import alive, kill, wait_until
from tests.faults.system import Place, connects, running, serving
from tests.servers import PostgreSQL

AMY = "+14105550111"
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
        wait_until(lambda: told_two.exists() and "amy" in told_two.read_text(), what="the other machine knows")
        assert [takes(rings) for _ in range(5)] == ["cho"] * 5


def test_one_of_disk_and_database_is_enough_to_keep_it_over_a_restart_with_redis_emptied(place: Place) -> None:
    with running(place) as up, place.world() as world:
        world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        wait_until(lambda: len(in_database(place.database_url)) == 2, what="the database has both")
        for pid in up.die():
            if alive(pid):
                kill(pid)
    for file in place.data_dir.glob("valkey.*"):
        file.unlink()
    without_disk = Place(place.directory / "other")
    shutil.copytree(place.data_dir, without_disk.data_dir, dirs_exist_ok=True)
    shutil.rmtree(without_disk.data_dir / "absences")
    for file in place.data_dir.glob("hotline.db*"):
        file.unlink()
    (place.data_dir / "hotline.db").mkdir()  # it cannot be opened, nor made anew
    with running(place), place.world() as world:
        assert [takes(world) for _ in range(3)] == ["cho"] * 3
    with running(without_disk), without_disk.world() as world:
        wait_until(lambda: (without_disk.data_dir / "absences" / "said.json").exists(), what="it was told")
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
        wait_until(lambda: len(in_database(place.database_url)) == 2, what="the database has both")


def test_stop_that_comes_while_the_database_is_away_is_remembered_once_it_is_back(
    place: Place, postgresql: PostgreSQL
) -> None:
    place.environment["DATABASE_URL"] = postgresql.new_database("stopped")
    with running(place), place.world() as world:
        takes(world)
        postgresql.stop()
        try:
            world.text("amy", line.NUMBER, "STOP").hears_nothing()
        finally:
            postgresql.start()
        database = Database(place.database_url)
        optouts = TextOptouts(database, place.secret_key)
        wait_until(lambda: optouts.is_out(AMY), what="a worker has written it")
        world.text("amy", line.NUMBER, "START").hears_nothing()
        assert not optouts.is_out(AMY)
        database.close()


def test_no_word_of_a_text_and_no_number_is_written_anywhere(place: Place) -> None:
    """Bodies are read and forgotten; whoever texts is known by a digest that expires within minutes, or a day."""
    unknown = "+14105550177"
    with running(place, "--logs", GUNICORN_CMD_ARGS="--access-logfile -") as up, place.world() as world:
        for body in ("canary-one", "OFF 2h canary-two", "WHO canary-three", "off 1h", "off 90 min yes", "on", "yes"):
            world.text("amy", line.NUMBER, body)
        world.text(unknown, line.NUMBER, "canary-four").hears("for calls")
        world.text("ben", line.NUMBER, "STOP")
        with place.redis() as redis:
            kept = {key: redis.ttl(key) for key in redis.keys("hotline:text*")}
            assert kept
            assert all(0 < ttl <= 600 for ttl in kept.values())
            counts = [redis.ttl(key) for key in redis.keys("hotline:today*")]
            assert [0 < ttl <= 86_400 for ttl in counts] == [True], "how often one asked to be off"
            redis.config_set("rdbcompression", "no")
            redis.save()
        wait_until(lambda: in_database(place.database_url), what="the database has the last word")
        assert up.stop() == 0
    everything = {"output": up.output.read_bytes()} | {
        str(path): path.read_bytes()
        for path in place.data_dir.rglob("*")
        if path.is_file() and not {"last-good", "compiled"} & set(path.parts)
    }
    assert len(everything) > 4
    for word in ("canary", "90 min", unknown[2:], AMY[2:], "555-0177"):
        assert [name for name, text in everything.items() if word.encode() in text] == [], word


def test_without_redis_every_process_of_the_machine_heeds_it(place: Place) -> None:
    place.environment |= {"REDIS_URL": "unix:///nowhere/valkey.sock", "WEB_CONCURRENCY": "2"}
    with serving(place), place.world() as world:
        world.text("amy", line.NUMBER, "OFF 2h").hears("You are off until")
        world.text("ben", line.NUMBER, "OFF 2h").hears("You are off until")
        assert [takes(world) for _ in range(6)] == ["cho"] * 6
        world.text("amy", line.NUMBER, "ON").hears("Welcome back")
        assert {takes(world) for _ in range(12)} <= {"amy", "cho"}
