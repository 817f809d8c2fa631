"""`hotline …` in a process of its own that is forked from one that has imported all of it already.

What a command does is the same as when it is started anew, but for the half second and more that its imports take; for
tests that run a hundred of them. What only a real start shows is tested with real starts (tests/faults,
tests/test_promises.py, and all that needs a terminal).
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
_LONGEST = 1 << 17
_servers: dict[int, tuple[subprocess.Popen[bytes], socket.socket]] = {}
"""The one of this process, by its id: a fork of ours has another."""


def hotline(
    *arguments: str, env: Mapping[str, str], cwd: Path = ROOT, timeout: float = 60.0, types: str = ""
) -> subprocess.CompletedProcess[str]:
    """What `hotline` printed with these arguments, and its exit code, where somebody `types` that.

    Raises TimeoutExpired.
    """
    words = [sys.executable, "-m", "hotline", *arguments]
    ask = json.dumps({"argv": words[2:], "env": dict(env), "cwd": str(cwd)}).encode()
    server = _server()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as typed:
        typed.write(types.encode())
        typed.seek(0)
        server.settimeout(timeout)
        socket.send_fds(server, [ask], [typed.fileno(), out.fileno(), err.fileno()])
        pid = int(server.recv(_LONGEST))
        try:
            code = int(server.recv(_LONGEST))
        except TimeoutError:
            os.kill(pid, 9)
            server.recv(_LONGEST)
            raise subprocess.TimeoutExpired(words, timeout) from None
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode(env.get("PYTHONIOENCODING", "utf-8"), "replace").replace("\r\n", "\n"))
    return subprocess.CompletedProcess(words, code, *said)


def _server() -> socket.socket:
    if os.getpid() not in _servers:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        _servers[os.getpid()] = process, ours
        atexit.register(_end, os.getpid())
    return _servers[os.getpid()][1]


def _end(owner: int) -> None:
    if owner == os.getpid():
        process, ours = _servers.pop(owner)
        ours.close()
        process.wait(10)


def _serve(asked: socket.socket) -> None:
    from importlib import import_module

    from hotline.cli import COMMANDS, main

    for name in (*COMMANDS, "welcome"):
        import_module(f"hotline.commands.{name.replace('-', '_')}")
    gc.freeze()
    while True:
        ask, fds, _, _ = socket.recv_fds(asked, _LONGEST, 3)
        if not ask:
            return
        pid = os.fork()
        if pid == 0:
            asked.close()
            _become(json.loads(ask), fds)
            _end_with(main)
        for fd in fds:
            os.close(fd)
        asked.send(b"%d" % pid)
        asked.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _end_with(main: Callable[[], None]) -> NoReturn:
    """Do it, and end as an interpreter does, but for clearing up what ends with the process anyway."""
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what an interpreter does with it
        traceback.print_exc()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _become(wanted: dict[str, object], fds: list[int]) -> None:
    """Be the process that was asked for: its files, folder, variables and words."""
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(str(wanted["cwd"]))
    os.environ.clear()
    os.environ.update(wanted["env"])  # type: ignore[call-overload]
    time.tzset()
    if encoding := os.environ.get("PYTHONIOENCODING"):
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding=encoding)  # type: ignore[union-attr]
    sys.argv[:] = wanted["argv"]  # type: ignore[call-overload]


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
