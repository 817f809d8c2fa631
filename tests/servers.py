"""Servers that tests start for themselves, in a directory of their own, and stop again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.faults.processes import descendants

_STARTS_WITHIN = 30.0

# The end of its input stops the server: that we close it, or that we are killed before we could.
_UNTIL_WE_ARE_GONE = '"$0" "$@" & read _; kill -QUIT $!; wait'


class PostgreSQL:
    """A PostgreSQL that nobody else uses, listening on a Unix socket only. Can be stopped and started again.

    `follows`: it is a standby of that one, which streams every change to it. PostgreSQL refuses to run as root; if the
    tests do, it runs as `postgres` or `nobody`.
    """

    def __init__(self, follows: PostgreSQL | None = None) -> None:
        self._programs = _programs()
        self._user = _unprivileged() if os.geteuid() == 0 else None
        # Not pytest's directory: the path of a Unix socket must be short, and every directory on it open to the user.
        self._directory = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._server: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            os.chown(self._directory, self._user.pw_uid, self._user.pw_gid)
        if follows is None:
            self._run("initdb", "--auth=trust", "--username=hotline", "--no-sync", "--encoding=UTF8", self._data)
        else:
            at = ("--host", follows._directory, "--username=hotline", "--pgdata", self._data)
            self._run("pg_basebackup", *at, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.start()

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as a user would write it."""
        return f"postgresql://hotline@/{database}?host={self._directory}"

    @property
    def socket(self) -> Path:
        """The Unix socket it listens on."""
        return self._directory / ".s.PGSQL.5432"

    def new_database(self, name: str, template: str = "template1") -> str:
        """Make a database, a copy of `template`; its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._directory),
            "fsync": "off",
            "shared_buffers": "16MB",
            "max_connections": "60",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._directory / "log").open("wb") as log:
            self._server = subprocess.Popen(
                ["/bin/sh", "-c", _UNTIL_WE_ARE_GONE, self._programs / "postgres", "-D", self._data, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._as_user(),
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._directory / "log").read_text()) from None
                time.sleep(0.02)

    def waits_for_standby(self) -> None:
        """From now on, nothing counts as written before a standby has it, too."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            deadline = time.monotonic() + _STARTS_WITHIN
            while not connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone():
                assert time.monotonic() < deadline, "no standby follows"
                time.sleep(0.02)

    def promote(self) -> None:
        """Make a standby the server that accepts writes."""
        self._run("pg_ctl", "promote", "--pgdata", self._data)

    def stop(self) -> None:
        """Stop the server at once, cutting all connections."""
        if self._server is not None:
            self._server.communicate(timeout=30)
            self._server = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """In the block it takes connections and answers nothing, as a machine whose disk is gone."""
        assert self._server is not None
        processes = descendants(self._server.pid)
        try:
            _send(signal.SIGSTOP, processes)
            yield
        finally:
            _send(signal.SIGCONT, processes)

    def remove(self) -> None:
        """Stop the server and remove all it has written."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, check=False, **self._as_user()
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")

    def _as_user(self) -> dict[str, object]:
        settings: dict[str, object] = {"cwd": self._directory}
        if self._user is not None:
            settings.update(user=self._user.pw_uid, group=self._user.pw_gid, extra_groups=[])
        return settings


def _send(number: signal.Signals, processes: Iterable[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):  # one that served a connection ends with it
            os.kill(pid, number)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(3))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("The call log's tests need PostgreSQL: apt-get install postgresql (make install does it).")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as.")
