"""A Redis that cannot be written, and one that another takes the place of: on real servers."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from hotline.core.calls.heartbeat import Heartbeat
from hotline.core.calls.hunt import Candidate, Candidates, Choice, RingName
from hotline.errors import HotlineError, LiveStateUnavailable
from hotline.jobs.queue import JobQueue
from hotline.jobs.watching import Backends
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.embedded import die_with_parent, server_program
from hotline.store.redis.facts import redis_facts
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.live import RedisLive

FOLLOWED_WITHIN = 10.0


class Servers:
    """Starts Redis servers, and stops them at the end."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str, sentinel: Path | None = None) -> int:
        """Start one; its port."""
        port = free_port()
        first = [str(sentinel), "--sentinel"] if sentinel else []
        where = self.directory / str(port)
        where.mkdir()
        own = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(where)]
        own += [] if sentinel else ["--save", "", "--unixsocket", str(self.directory / f"{port}.sock")]
        command = [server_program(), *first, *own, *options]
        self.started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return port
            except OSError:
                time.sleep(0.02)
        raise AssertionError("The server did not start.")

    def stop(self) -> None:
        for one in self.started:
            one.kill()
            one.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def servers() -> Iterator[Servers]:
    with tempfile.TemporaryDirectory(prefix="hotline-redis-", dir="/tmp") as directory:
        made = Servers(Path(directory))
        yield made
        made.stop()


def until(does: Callable[[], object]) -> None:
    """Do it again and again until it does not fail."""
    deadline = time.monotonic() + FOLLOWED_WITHIN
    while True:
        try:
            does()
            return
        except HotlineError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def choose(live: RedisLive, call: str) -> str:
    candidates = Candidates(tuple(Candidate(who, 0, False) for who in "ab"), 1, False, True)
    phones, places = {"a": "+14105550111", "b": "+14105550112"}, {"a": 0, "b": 1}
    turn = live.choose(Choice("line", call, RingName(call, 1), candidates, phones, places, 60), int(time.time())).turn
    assert turn is not None
    return turn.volunteer


def replica(servers: Servers) -> str:
    primary = servers.start()
    url = f"redis://127.0.0.1:{servers.start('--replicaof', f'127.0.0.1 {primary}')}"
    deadline = time.monotonic() + 10
    with redis.Redis.from_url(url) as client:
        while client.info("replication")["master_link_status"] != "up" and time.monotonic() < deadline:
            time.sleep(0.05)
    return url


def broken(kind: str, servers: Servers) -> str:
    match kind:
        case "replica":
            return replica(servers)
        case "full":
            return f"redis://127.0.0.1:{servers.start('--maxmemory', '1')}"
        case "cluster":
            return f"redis://127.0.0.1:{servers.start('--cluster-enabled', 'yes', '--cluster-port', str(free_port()))}"
        case "no scripts":
            port = servers.start("--rename-command", "EVAL", "", "--rename-command", "EVALSHA", "")
            return f"redis://127.0.0.1:{port}"
        case "password":
            return f"redis://127.0.0.1:{servers.start('--requirepass', 'secret')}"
        case "user":
            rule = servers.directory / "acl"
            rule.write_text("user default on nopass ~* +@read +@connection\n")
            return f"redis://127.0.0.1:{servers.start('--aclfile', str(rule))}"
        case "no replicas":
            return f"redis://127.0.0.1:{servers.start('--min-replicas-to-write', '1')}"
        case "database":
            return f"redis://127.0.0.1:{servers.start()}/99"
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("replica", "is a replica"),
        ("full", "no memory left"),
        ("cluster", "cluster mode"),
        ("no scripts", "lacks a command"),
        ("password", "another user or password"),
        ("user", "lacks permissions"),
        ("no replicas", "too few replicas"),
        ("database", "no database with that number"),
    ],
)
def test_whoever_asks_is_told_why_redis_cannot_be_written(kind: str, told: str, servers: Servers) -> None:
    url = broken(kind, servers)
    for ask in (
        RedisLive(url, b"key").ping,
        Backends(url).alive,
        JobQueue(url).ping,
        lambda: redis_facts(url),
        lambda: RedisHeartbeats(url).keep(Heartbeat(1, ())),
    ):
        if kind == "no scripts" and ask.__name__ == "<lambda>" and "keep" in ask.__code__.co_names:
            continue  # it needs no script
        with pytest.raises(HotlineError, match=told) as caught:
            ask()
        assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize("may_say_who", [True, False])
def test_a_connection_over_a_network_is_kept_whatever_the_server_does_not_know(
    may_say_who: bool, servers: Servers
) -> None:
    """redis-py tells a server of itself at first; one that knows no such thing, or allows none, is no worse for it."""
    rule = servers.directory / "acl"
    rule.write_text(f"user default on nopass ~* &* +@all {'' if may_say_who else '-client|setinfo'}\n")
    port = servers.start("--aclfile", str(rule))
    live = RedisLive(f"redis://127.0.0.1:{port}", b"key")
    live.ping()
    with redis.Redis(port=port) as watching:
        before = watching.info("stats")["total_connections_received"]
        for _ in range(20):
            live.ping()
        assert watching.info("stats")["total_connections_received"] == before


def test_a_redis_that_was_demoted_behind_its_address_is_left_for_the_new_one(servers: Servers) -> None:
    first, second = servers.start(), servers.start()
    address = servers.directory / "address.sock"
    address.symlink_to(servers.directory / f"{first}.sock")
    url = f"unix://{address}"
    live, queue, beats, backends = RedisLive(url, b"key"), JobQueue(url), RedisHeartbeats(url), Backends(url)
    assert choose(live, "one") == "a"
    for ask in (live.ping, queue.ping, backends.alive, lambda: beats.keep(Heartbeat(1, ()))):
        ask()
    address.unlink()
    address.symlink_to(servers.directory / f"{second}.sock")
    with redis.Redis(port=first) as demoted:
        demoted.replicaof("127.0.0.1", str(second))
    for ask in (
        lambda: choose(live, "two"),
        live.ping,
        queue.ping,
        backends.alive,
        lambda: beats.keep(Heartbeat(1, ())),
    ):
        until(ask)
    with redis.Redis(port=second) as promoted:
        assert promoted.exists("hotline:last:line")


@pytest.mark.parametrize("secured", [False, True])
def test_a_failover_is_followed_where_the_address_is_of_sentinels(secured: bool, servers: Servers) -> None:
    word = ("--requirepass", "s3 cret", "--primaryauth", "s3 cret") if secured else ()
    first = servers.start(*word)
    servers.start("--replicaof", f"127.0.0.1 {first}", *word)
    with redis.Redis(port=first, password="s3 cret" if secured else None) as primary:
        deadline = time.monotonic() + 10
        while primary.info("replication")["connected_slaves"] < 1 and time.monotonic() < deadline:
            time.sleep(0.05)
    config = servers.directory / "sentinel.conf"
    config.write_text(
        f"sentinel monitor line 127.0.0.1 {first} 1\nsentinel down-after-milliseconds line 500\n"
        "sentinel failover-timeout line 3000\n" + ('sentinel auth-pass line "s3 cret"\n' if secured else "")
    )
    watch = servers.start(sentinel=config)
    with redis.Redis(port=watch, decode_responses=True) as sentinel:
        deadline = time.monotonic() + 15
        while not sentinel.execute_command("SENTINEL", "REPLICAS", "line") and time.monotonic() < deadline:
            time.sleep(0.1)
    who, db = (":s3%20cret@", "/1") if secured else ("", "")
    url = f"redis+sentinel://{who}127.0.0.1:1,127.0.0.1:{watch}/line{db}"
    live, queue, backends = RedisLive(url, b"key"), JobQueue(url), Backends(url)
    until(live.ping)
    assert choose(live, "one") == "a"
    for ask in (queue.ping, backends.alive, lambda: redis_facts(url)):
        ask()
    servers.started[0].kill()
    deadline = time.monotonic() + 30
    with redis.Redis(port=watch, decode_responses=True) as sentinel:
        while sentinel.sentinel_get_master_addr_by_name("line")[1] == first:
            assert time.monotonic() < deadline, "the Sentinel has chosen no other"
            time.sleep(0.1)
    for ask in (lambda: choose(live, "two"), live.ping, queue.ping, backends.alive):
        until(ask)


@pytest.mark.parametrize("error", [ValueError("bad"), TypeError("bad"), redis.RedisError("bad"), OSError("bad")])
def test_whatever_a_question_raises_counts_as_a_redis_that_is_gone(error: Exception) -> None:
    def ask() -> None:
        raise error

    with pytest.raises(LiveStateUnavailable) as caught:
        RedisConnection("redis://127.0.0.1:1").ask(ask)
    assert "bad" not in str(caught.value)
