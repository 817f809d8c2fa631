"""A Valkey with a replica and three Sentinels, as real processes on ports of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from redis import Redis
from redis.exceptions import RedisError

from hotline.store.redis.embedded import die_with_parent, server_program
from tests.faults.processes import free_port, listens, wait_until

NAME = "line"
SENTINELS = 3
DOWN_AFTER = 1_000
"""Milliseconds without an answer after which a Sentinel calls the primary down."""


class Server:
    """One process, which may be killed and started again with the same port and directory."""

    def __init__(self, directory: Path, port: int, *words: str) -> None:
        self.port = port
        self.directory = directory
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens. First remove what one that was killed while it saved has left."""
        for dump in self.directory.glob("temp-*.rdb"):
            dump.unlink()
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [server_program(), *self._words], stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        wait_until(lambda: listens(self.port), 20, f"port {self.port} listens")

    def kill(self) -> None:
        """End it without a warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It answers nobody in the block, and keeps its connections."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGCONT)


class Valkeys:
    """`primary` and `replica` change places when the Sentinels say so. `url` is that of the Sentinels."""

    def __init__(self) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="hotline-valkeys-", dir="/tmp", ignore_cleanup_errors=True)
        self.directory = Path(self._made.name)
        first = self._server("first")
        self.both = [first, self._server("second", f"replicaof 127.0.0.1 {first.port}\n")]
        self.sentinels = [self._sentinel(number, first.port) for number in range(SENTINELS)]

    @property
    def url(self) -> str:
        """What REDIS_URL names."""
        return f"redis+sentinel://{','.join(f'127.0.0.1:{one.port}' for one in self.sentinels)}/{NAME}"

    def _server(self, name: str, more: str = "") -> Server:
        directory, port = self.directory / name, free_port()
        directory.mkdir()
        config = directory / "valkey.conf"
        # A file, so that Sentinels can have it rewritten: a server that starts again keeps the part it was given. Two
        # that each take the other for the primary never find out of it.
        config.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {directory}\nsave 60 1\nrepl-diskless-sync-delay 0\nrdbcompression no\n"
            + more
        )
        return Server(directory, port, str(config))

    def _sentinel(self, number: int, first: int) -> Server:
        directory, port = self.directory / f"sentinel-{number}", free_port()
        directory.mkdir()
        config = directory / "sentinel.conf"
        config.write_text(
            f"sentinel monitor {NAME} 127.0.0.1 {first} 2\nsentinel down-after-milliseconds {NAME} {DOWN_AFTER}\n"
            f"sentinel failover-timeout {NAME} 5000\n"
        )
        return Server(
            directory,
            port,
            str(config),
            "--sentinel",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(directory),
        )

    def primary(self) -> Server:
        """The one that the Sentinels name and that takes writes; waits until there is one."""

        def found() -> Server | None:
            for sentinel in self.sentinels:
                with suppress(RedisError, OSError), Redis(port=sentinel.port, socket_timeout=1) as asked:
                    port = asked.sentinel_get_master_addr_by_name(NAME)[1]
                    one = next(one for one in self.both if one.port == port)
                    with Redis(port=port, socket_timeout=1) as redis:
                        if redis.role()[0] in (b"master", "master"):
                            return one
            return None

        chosen = wait_until(found, 60, "there is a primary")
        assert chosen is not None
        return chosen

    def replica(self) -> Server:
        """The other one."""
        first, second = self.both
        return second if self.primary() is first else first

    def alike(self) -> bool:
        """Whether one is the replica of the other, and has all that the other has."""
        offsets = []
        with suppress(RedisError, OSError):
            for one in (self.primary(), self.replica()):
                with Redis(port=one.port, socket_timeout=1) as redis:
                    told = redis.info("replication")
                    offsets.append(told.get("slave_repl_offset", told["master_repl_offset"]))
                    followed = told.get("master_link_status") == "up"
            return followed and offsets[0] <= offsets[1] + 1_000
        return False

    def __enter__(self) -> Valkeys:
        for one in (*self.both, *self.sentinels):
            one.start()
        with Redis(port=self.sentinels[0].port) as sentinel:
            wait_until(lambda: sentinel.execute_command("SENTINEL", "REPLICAS", NAME), 30, "Sentinel knows the replica")
            wait_until(
                lambda: len(sentinel.execute_command("SENTINEL", "SENTINELS", NAME)) == SENTINELS - 1, 30, "all met"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (*self.sentinels, *self.both):
            one.kill()
        self._made.cleanup()
