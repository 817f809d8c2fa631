"""The worker of gunicorn that Hotline uses, with an application made for this: what tests of Hotline cannot show."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from selectors import DefaultSelector

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from hotline.processes.gunicorn_worker import Worker
from tests.faults.processes import wait_until

APP = """
import pathlib
import threading
import time

met = threading.Barrier(4)
text = [("Content-Type", "text/plain")]


def stream():
    yield b"one "
    yield b""
    yield b"two"


def breaks_off():
    yield b"one "
    raise RuntimeError


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.endswith("/meet"):
        met.wait(30)
    if path.startswith("/voice/until/"):
        name = path.removeprefix("/voice/until/")
        pathlib.Path(f"{name}-{threading.get_ident()}.begun").touch()
        while not pathlib.Path(name).exists():
            time.sleep(0.01)
    if path == "/error":
        raise RuntimeError
    if path == "/voice/exit":
        raise SystemExit
    if path == "/file":
        start_response("200 OK", text)
        return environ["wsgi.file_wrapper"](open(__file__, "rb"))
    if path in ("/stream", "/voice/stream"):
        start_response("200 OK", text)
        return stream()
    if path == "/breaks-off":
        start_response("200 OK", [*text, ("Content-Length", "9")])
        return breaks_off()
    body = environ["wsgi.input"].read() or b"hello"
    start_response("200 OK", [*text, ("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the application."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """One process with eight threads that serves the application above."""
    (folder / "an_app.py").write_text(APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "an_app:app", "--workers", "1", "--threads", "8", "--keep-alive", "30"]
    command += ["--worker-class", "hotline.processes.gunicorn_worker.Worker", "--bind", f"127.0.0.1:{port}"]
    command += ["--chdir", str(folder), "--no-control-socket", "--log-level", "critical"]
    with subprocess.Popen(command) as process:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 30):
                break
            time.sleep(0.1)
        yield port
        process.terminate()


def got(port: int, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_webhooks_that_take_long_are_answered_beside_each_other_and_beside_pages(port: int) -> None:
    """Each waits for all others, so none would end if one kept the loop, or if all took their turn."""
    with ThreadPoolExecutor(4) as clients:
        for _ in range(5):
            paths = ["/voice/meet", "/voice/meet", "/sms/meet", "/meet"]
            assert list(clients.map(lambda path: got(port, path), paths)) == [(200, b"hello")] * 4
            assert got(port, "/voice") == (200, b"hello")


def test_a_long_webhook_keeps_nothing_from_those_after_it_on_its_connection(port: int) -> None:
    sent = b"GET /voice/meet HTTP/1.1\r\nHost: h\r\n\r\n" + b"GET /voice HTTP/1.1\r\nHost: h\r\n\r\n" * 2
    with ThreadPoolExecutor(3) as clients, socket.create_connection(("127.0.0.1", port), 30) as one:
        one.sendall(sent)
        others = clients.map(lambda path: got(port, path), ["/voice/meet", "/meet", "/sms/meet"])
        assert list(others) == [(200, b"hello")] * 3
        heard = b""
        while heard.count(b"hello") < 3:
            came = one.recv(4096)
            assert came, heard
            heard += came


def test_the_main_thread_is_not_kept_by_webhooks_that_came_while_it_was_busy(port: int, folder: Path) -> None:
    """They may all take long. Whoever comes after them waits for the first thread that is free, also for that one."""
    with ThreadPoolExecutor(10) as clients:
        first = clients.submit(got, port, "/voice/until/one")
        wait_until(lambda: len(list(folder.glob("one-*.begun"))) == 1, what="the main thread is busy")
        others = [clients.submit(got, port, "/voice/until/all") for _ in range(8)]
        wait_until(lambda: len(list(folder.glob("all-*.begun"))) == 8, what="so are all eight others")
        with socket.create_connection(("127.0.0.1", port), 30) as last:
            last.sendall(b"GET /voice HTTP/1.1\r\nHost: h\r\n\r\n")
            last.settimeout(0.5)
            with pytest.raises(TimeoutError):
                last.recv(4096)
            (folder / "one").touch()
            last.settimeout(30)
            assert last.recv(4096).startswith(b"HTTP/1.1 200")
        assert not any(other.done() for other in others)
        (folder / "all").touch()
        assert [one.result() for one in (first, *others)] == [(200, b"hello")] * 9


def test_all_clients_that_have_come_are_taken_together() -> None:
    """One at a time, the last would wait until the others had been answered again and again."""
    cfg = Config()
    worker = Worker(0, 0, [], None, 30, cfg, Logger(cfg))
    worker.poller = DefaultSelector()
    with ExitStack() as stack:
        stack.callback(worker.tmp.close)
        stack.callback(worker.poller.close)
        stack.callback(worker.murder_keepalived, force=True)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        listener.setblocking(False)
        for _ in range(3):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        worker.accept(listener)
        assert worker.nr_conns == 3


@pytest.mark.parametrize("path", ["/stream", "/voice/stream"])
def test_an_answer_of_unknown_length_comes_in_chunks_or_to_the_end_of_the_connection(port: int, path: str) -> None:
    assert got(port, path) == (200, b"one two")
    with socket.create_connection(("127.0.0.1", port), 30) as old:
        old.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        heard = b""
        while came := old.recv(4096):
            heard += came
    assert heard.endswith(b"\r\n\r\none two")


def test_a_file_is_sent_whole_and_a_body_is_read_whole(port: int) -> None:
    assert got(port, "/file") == (200, APP.encode())
    assert got(port, "/echo", "POST", b"x" * 300_000) == (200, b"x" * 300_000)


def test_only_the_head_is_sent_to_who_asks_for_it(port: int) -> None:
    for path in ("/voice", "/file", "/stream"):
        assert got(port, path, "HEAD") == (200, b"")


def test_an_application_that_fails_is_said_to_and_the_process_goes_on(port: int) -> None:
    assert got(port, "/error")[0] == 500
    assert got(port, "/voice/exit")[0] == 500
    with pytest.raises(http.client.IncompleteRead):
        got(port, "/breaks-off")
    assert got(port, "/voice") == (200, b"hello")
