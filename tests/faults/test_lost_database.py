"""The database, the spool and Redis gone or unusable: calls go on, and the log has each call once afterwards."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from pathlib import Path

from hotline.simulator import HttpTransport
from hotline.simulator.line.transport import Answer, Request, Timeouts
from tests.faults import line
from tests.faults.gate import Gate
from tests.faults.processes import wait_until
from tests.faults.stalled import Stalled
from tests.faults.system import HOTLINE, Place, connects, reaches_a_person, run, running, serving
from tests.servers import PostgreSQL


def test_a_stopped_postgresql_costs_no_call_and_no_row(place: Place, postgresql: PostgreSQL) -> None:
    """Each webhook answers 500 while the database is down, the static fallback among them (lessons)."""
    place.environment["DATABASE_URL"] = postgresql.new_database("stopped")
    with running(place) as up, place.world() as world:
        calls = [reaches_a_person(world)]
        place.has_once(*calls)
        postgresql.stop()
        calls += [reaches_a_person(world), reaches_a_person(world)]
        wait_until(lambda: place.part("call_log") == "degraded", what="health says that the database is away")
        assert place.part("redis") == "ok"
        calls.append(reaches_a_person(world))
        postgresql.start()
        place.has_once(*calls)
        wait_until(lambda: place.part("call_log") == "ok", what="all is well again")
        assert up.stop() == 0


def test_a_standby_takes_the_place_of_postgresql_in_mid_call_and_no_row_is_lost_or_doubled(place: Place) -> None:
    with ExitStack() as stack:
        primary = PostgreSQL()
        stack.callback(primary.remove)
        standby = PostgreSQL(follows=primary)
        stack.callback(standby.remove)
        primary.waits_for_standby()
        primary.new_database("calls")
        gates = [stack.enter_context(Gate(server.socket)) for server in (primary, standby)]
        hosts = ",".join(f"127.0.0.1:{gate.port}" for gate in gates)
        place.environment["DATABASE_URL"] = f"postgresql://hotline@{hosts}/calls"
        up, world = stack.enter_context(running(place)), stack.enter_context(place.world())
        calls = [reaches_a_person(world), reaches_a_person(world)]
        place.has_once(*calls)
        under_way = world.call(line.NUMBER)
        ring = under_way.presses("1").rings()
        primary.stop()
        ring.ignored()
        connects(under_way, under_way.rings())
        under_way.hangs_up().has_ended()
        calls += [under_way, reaches_a_person(world)]
        wait_until(lambda: place.part("call_log") == "degraded", what="health says that the database is away")
        assert not place.drained(), "what cannot be written waits on disk"
        standby.promote()
        place.has_once(*calls)
        wait_until(lambda: place.part("call_log") == "ok", what="all is well again")
        place.has_once(reaches_a_person(world), before=len(calls))
        assert up.stop() == 0


def test_a_missing_database_at_start_is_waited_for_and_calls_go_on(place: Place, postgresql: PostgreSQL) -> None:
    place.environment["DATABASE_URL"] = postgresql.new_database("late")
    postgresql.stop()
    with running(place) as up, place.world() as world:
        call = reaches_a_person(world)
        wait_until(lambda: place.part("call_log") == "degraded", what="health says that the database is away")
        postgresql.start()
        place.has_once(call)
        assert up.stop() == 0


def test_a_sqlite_file_that_cannot_be_written_costs_no_call_and_no_row(place: Place) -> None:
    """A directory stands where the file was, as after a mount that failed."""
    database = place.data_dir / "hotline.db"
    with serving(place), place.world() as world:
        first = reaches_a_person(world)
        place.has_once(first)
        kept = database.read_bytes()
        for file in place.data_dir.glob("hotline.db*"):
            file.unlink()
        database.mkdir()
        second = reaches_a_person(world)
        wait_until(lambda: place.part("call_log") == "degraded", what="health says that the database is away")
        database.rmdir()
        database.write_bytes(kept)
        wait_until(lambda: place.row(second), what="the second call is in the log")
        assert len(place.rows()) <= 2


def test_a_spool_that_cannot_be_written_and_no_database_cost_no_call(place: Place) -> None:
    """A full disk: the rows wait in memory, and are written as soon as there is room."""
    spool = place.data_dir / "spool"
    spool.write_text("no directory")
    place.environment["DATABASE_URL"] = f"sqlite:///{place.data_dir}"
    with serving(place, WEB_CONCURRENCY="1"), place.world() as world:
        calls = [reaches_a_person(world, ignoring=2) for _ in range(3)]
        status, said = place.health()
        assert (status, said["status"]) == (200, "degraded")
        spool.unlink()
        wait_until(lambda: any(spool.glob("*.spool")), what="the rows are on the disk")
        assert place.health()[0] == 200
    del place.environment["DATABASE_URL"]
    with running(place):
        place.has_once(*calls)


def test_a_data_directory_that_cannot_be_used_at_all_costs_no_call(place: Place, tmp_path: Path) -> None:
    """On a machine with a read-only disk, everything comes from the environment."""
    shutil.rmtree(place.data_dir)
    place.data_dir.write_text("no directory")
    place.environment |= {
        "HOTLINE_METRICS_TOKEN": "m" * 32,
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE_SECRET_KEY": "s" * 32,
        "HOTLINE_PUBLIC_URL": "https://hotline.example",
        "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
    }
    with serving(place), place.world() as world:
        for _ in range(2):
            reaches_a_person(world, ignoring=1)
        assert place.health()[0] == 200


def test_a_redis_that_never_answers_keeps_no_caller_waiting_long(place: Place) -> None:
    """It takes connections and is silent, which hurts more than one that is gone."""
    with Stalled() as stalled:
        place.environment["REDIS_URL"] = stalled.url
        with serving(place) as web, place.world(transport=Hurried) as world:
            calls = [reaches_a_person(world, ignoring=ignoring) for ignoring in (0, 1, 2)]
            wait_until(lambda: place.part("redis") == "degraded", what="health says that Redis is away")
            place.has_once(*calls)
            assert web.stop() == 0


class Hurried(HttpTransport):
    """A carrier with a third of the real one's patience: slow is not what we may be, either."""

    def send(self, request: Request) -> Answer:
        return super().send(Request(request.method, request.url, request.headers, request.body, Timeouts(2, 5, 5)))


def test_no_host_user_or_password_of_a_server_is_in_any_log_page_or_answer(place: Place) -> None:
    """Both servers are gone, and the address of each holds a password, escaped as it must be."""
    place.environment |= {
        "HOTLINE_METRICS_TOKEN": "m" * 32,
        "DATABASE_URL": "postgresql://hotuser:Tr0ub4dor%40Horse9@127.0.0.8:5999/hotline",
        "REDIS_URL": "redis://hotuser:Tr0ub4dor%40Horse9@127.0.0.9:5998/0",
    }
    with running(place) as up, place.world() as world:
        reaches_a_person(world)
        wait_until(lambda: place.part("redis") == place.part("call_log") == "degraded", what="health tells of both")
        public = [json.dumps(place.health()), place.metrics()]
        doctor = run(place, *HOTLINE, "doctor")
        doctor.popen.wait(120)
        assert up.stop() == 0
    logs = [up.said(), (place.data_dir / "hotline.log").read_text()]
    assert "connection refused" in logs[1], "the log has something to tell"
    for secret in ("hotuser", "Tr0ub4dor", "Horse9"):
        assert not any(secret in told for told in (*public, *logs, doctor.said())), secret
    for host in ("127.0.0.8", "127.0.0.9", "5999", "5998"):
        assert not any(host in told for told in (*public, *logs)), host
