"""The pages under the server they run with: what they leave for callers, and what it writes down of them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hotline.store.redis.embedded import die_with_parent
from tests.faults.processes import free_port, listens, wait_until
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port(site: Site) -> Iterator[int]:
    """One web process, with its access log switched on."""
    number = free_port()
    words = ["-m", "gunicorn", "-c", str(ROOT / "hotline" / "processes/gunicorn_conf.py"), "--workers", "1"]
    words += ["--bind", f"127.0.0.1:{number}", "--access-logfile", str(site.folder / "access.log")]
    with (site.folder / "errors.log").open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *words, "--chdir", str(ROOT), "wsgi:app"],
            env={**os.environ, **site.environment},
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
        )
        try:
            wait_until(lambda: listens(number), what="gunicorn listens")
            yield number
        finally:
            server.terminate()
            server.wait(30)


def asked(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": f"hotline={cookie}"} if cookie else {})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_listeners_leave_threads_for_callers_and_for_other_pages(port: int, coordinator: Visitor) -> None:
    kept = coordinator.client.get_cookie("hotline")
    assert kept is not None
    asking = f"GET /tonight/changes?auto=1 HTTP/1.1\r\nHost: h\r\nCookie: hotline={kept.value}\r\n\r\n".encode()
    assert asked(port, "/", kept.value)[0] == 200
    with ExitStack() as stack:
        for _ in range(12):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            one.sendall(asking)
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
        assert asked(port, "/voice")[0] == 403, "unsigned, and answered"
        status, page = asked(port, "/", kept.value)
        assert (status, "On call now" in page) == (200, True)
    wait_until(lambda: _streams(port, asking) == b"retry: 3000", what="those who left have made room")


def _streams(port: int, asking: bytes) -> bytes:
    """How a new listener is greeted."""
    with socket.create_connection(("127.0.0.1", port), 30) as one:
        one.sendall(asking)
        heard = b""
        while b"retry:" not in heard:
            heard += one.recv(4096)
        return heard[heard.index(b"retry:") :].split(b"\n")[0].strip()


def test_no_secret_of_an_address_is_in_any_log(port: int, site: Site) -> None:
    asked(port, "/welcome?key=a-key-that-nobody-may-read")
    asked(port, "/mine?rota=rise&who=amy&key=a-key-that-nobody-may-read")
    access = site.folder / "access.log"
    wait_until(lambda: '"GET /mine" 404' in access.read_text(), what="both are in the log")
    log, errors = access.read_text(), (site.folder / "errors.log").read_text()
    assert '"GET /welcome" 404' in log
    assert "a-key-that-nobody" not in log + errors
    assert "127.0.0.1" not in log
