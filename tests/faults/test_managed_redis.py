"""A Redis as providers rent it out: behind TLS, with a user who may not configure it. And one that cannot be used."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis

from hotline.errors import LiveStateUnavailable
from hotline.jobs.queue import LATER, TONIGHT
from hotline.store.redis.embedded import die_with_parent, server_program
from hotline.store.redis.live import RedisLive
from tests.certificates import make_certificate
from tests.faults.gate import Gate
from tests.faults.processes import free_port, wait_until
from tests.faults.system import GUNICORN, HOTLINE, SOON, Place, ended, reaches_a_person, run, running

PASSWORD = "s3_cret/@"
NOT_ALLOWED = ("config", "shutdown", "save", "bgsave", "bgrewriteaof", "debug", "replicaof", "acl", "monitor", "sync")
"""What providers keep to themselves (Amazon ElastiCache, Azure, Memorystore: "restricted commands")."""


@contextmanager
def server(*options: str) -> Iterator[tuple[int, Path]]:
    """A Valkey of its own; its port and its folder. The one that pip installs is built without TLS."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hotline-redis-", dir="/tmp") as folder:
        command = [server_program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent) as process:
            try:
                wait_until(lambda: _answers(port), what="the server answers")
                yield port, Path(folder)
            finally:
                process.kill()


def _answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), 1)):
            return True
    except OSError:
        return False


@contextmanager
def rented(name: str = "IP:127.0.0.1") -> Iterator[tuple[int, int, Path]]:
    """Its TLS port, its own one, and the file of the authority that signed its certificate."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-tls-")))
        rules = folder / "users"
        may = " ".join(f"-{command}" for command in NOT_ALLOWED)
        rules.write_text(f"user default off\nuser line on >{PASSWORD} ~* &* +@all {may}\n")
        port, _ = stack.enter_context(server("--aclfile", str(rules), "--maxmemory", "64mb"))
        certificate = make_certificate(folder, name)
        gate = stack.enter_context(Gate(port, tls=certificate.server_side()))
        yield gate.port, port, certificate.made


def address(port: int, **options: str | Path) -> str:
    query = "&".join(f"{name}={quote(str(value))}" for name, value in options.items())
    return f"rediss://line:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/0?{query}"


def test_a_call_comes_in_and_its_jobs_are_done_on_a_rented_redis(place: Place) -> None:
    with rented() as (port, own, authority):
        place.environment["REDIS_URL"] = address(port, ssl_ca_certs=authority)
        with running(place), place.world() as world:
            call = world.call("+14105550100")
            call.presses("1").rings()
            call.hangs_up().has_ended()
            place.has_once(call, reaches_a_person(world))
            wait_until(lambda: place.health()[1]["status"] == "ok", what="all is well")
            with Redis(port=own, username="line", password=PASSWORD) as redis:
                waits = [f"rq:queue:{name}" for name in (TONIGHT, LATER)]
                wait_until(lambda: not any(map(redis.llen, waits)), what="no job waits")
                assert redis.exists("hotline:last:rise"), "the round robin stands there"
            doctor = subprocess.run([*HOTLINE, "doctor", "--json"], env=place.env, stdout=subprocess.PIPE, check=False)
        checks = json.loads(doctor.stdout)["checks"]
        redis_told = {check["told"]: check["verdict"] for check in checks if check["check"] == "redis"}
        assert redis_told["Hotline cannot see whether it saves anything."] == "warn"
        assert redis_told["When its memory is full, it keeps all jobs (noeviction)."] == "pass"
        assert not [check for check in checks if check["check"] in ("processes", "jobs") and check["verdict"] != "pass"]


def test_a_certificate_or_an_address_that_does_not_fit_is_told_of() -> None:
    with rented() as (port, _, authority), rented("DNS:other.example") as (another, _, its_authority):
        for url in (
            address(port),
            address(port, ssl_ca_certs=its_authority),
            address(another, ssl_ca_certs=its_authority),
        ):
            with pytest.raises(LiveStateUnavailable, match="certificate of Redis is not accepted"):
                RedisLive(url, b"key").ping()
        RedisLive(address(port, ssl_ca_certs=authority), b"key").ping()
        RedisLive(address(another, ssl_ca_certs=its_authority, ssl_check_hostname="false"), b"key").ping()


def test_a_redis_cluster_is_refused_at_every_start_and_one_that_is_away_is_not(place: Place) -> None:
    place.environment["WEB_CONCURRENCY"] = "1"
    with server("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as (port, _):
        place.environment["REDIS_URL"] = f"redis://127.0.0.1:{port}"
        started = [run(place, *command) for command in ((*HOTLINE, "up"), (*HOTLINE, "worker"), (*HOTLINE, "clock"))]
        started.append(run(place, *GUNICORN, GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{free_port()}"))
        with ended(*started):
            for process in started:
                assert process.popen.wait(SOON) != 0
                assert "REDIS_URL cannot be used. Redis runs in cluster mode" in process.said()
                assert "Run it without cluster-enabled" in process.said()
                assert "Traceback" not in process.said()
    place.environment["REDIS_URL"] = f"redis://127.0.0.1:{free_port()}"
    web = run(place, *GUNICORN, GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{place.port}")
    with ended(web):
        web.answers()
        assert place.part("redis") == "degraded"
