"""`hotline up`: the whole hotline on one machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from hotline.errors import ServerError
from hotline.processes.supervisor import LOOK_EVERY, Supervisor
from hotline.running import forget_address, read_address, write_address
from hotline.settings import Settings, read_settings
from hotline.store.database.revision import is_current
from hotline.store.disk.single_process import SingleProcess
from hotline.store.private import keep_private
from hotline.store.redis.embedded import EmbeddedServer

_ANSWERS_WITHIN = 30.0
_LAST_RUN_ENDS_WITHIN = 30.0
_MOST_WAITING = 2048


@click.command()
@click.option("--logs", is_flag=True, help="Write logs here, not to a file in the data directory.")
def command(logs: bool) -> None:
    """Run web, worker and clock together, with an embedded Redis and SQLite unless you set others.

    Stops cleanly on Ctrl-C. With no carrier account set, this is practice mode: place calls with `hotline call`.
    """
    settings = read_settings()
    _refuse_cluster(settings.redis_url)
    alone = SingleProcess(settings.data_dir / "up.lock")
    _take(alone, settings)
    door = None
    if read_address(settings.data_dir) == f"http://127.0.0.1:{settings.port}":
        door = _bound_after_the_last_run(settings.port)
    door = door or _bind(settings.port)
    port = int(door.getsockname()[1])
    if port != settings.port:
        click.echo(f"Port {settings.port} is in use. Using {port}.")
    # gunicorn reads these by itself, and treats an empty one as an error.
    os.environ.update(PORT=str(port), WEB_CONCURRENCY=str(settings.web_concurrency))
    settings = read_settings()
    keep_private(settings.data_dir, settings.config_dir)
    log_file = settings.data_dir / "hotline.log"
    supervisor = Supervisor(os.environ, click.echo, None if logs else _open_log(log_file))
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    local = f"http://127.0.0.1:{port}"
    try:
        # First of all: a start that is killed half-way also leaves a web process behind, for the next start to wait
        # for.
        write_address(settings.data_dir, local)
        _start_all(supervisor, settings, door)
        _wait_until_answering(supervisor, port, stopping)
        if not stopping:
            _show_welcome(log_file if not logs else None)
        while not stopping:
            supervisor.look()
            time.sleep(LOOK_EVERY)
        click.echo("\nStopping. Calls in progress continue at the carrier.")
    finally:
        forget_address(settings.data_dir)
        supervisor.stop()
        alone.give_up()
    click.echo("Stopped.")


def _refuse_cluster(redis_url: str | None) -> None:
    """Refuse a Redis Cluster. Only a Redis of your own can be one: for the embedded one no client is loaded here."""
    if redis_url is not None:
        from hotline.store.redis.client import refuse_cluster

        refuse_cluster(redis_url)


def _take(alone: SingleProcess, settings: Settings) -> None:
    """Lock a data directory. Raises ServerError if another run has it."""
    try:
        if alone.take():
            return
    except OSError as error:
        raise ServerError(
            f"The data directory {settings.data_dir} cannot be written ({error.strerror}).",
            "Make it writable, or set HOTLINE_DATA_DIR to another folder.",
        ) from None
    at = read_address(settings.data_dir)
    raise ServerError(
        f"Hotline is already running with the data directory {settings.data_dir}{f', at {at}' if at else ''}.",
        "Stop it first, or set HOTLINE_DATA_DIR to another folder for a second hotline.",
    )


def _start_all(supervisor: Supervisor, settings: Settings, door: socket.socket) -> None:
    if settings.redis_url is None:
        supervisor.keep_redis(EmbeddedServer(settings.data_dir))
    python, hotline = sys.executable, [sys.executable, "-m", "hotline"]
    supervisor.add(
        "web",
        [
            *(
                python,
                "-m",
                "gunicorn",
                "hotline.wiring.web:wsgi_app()",
                "--config",
                "python:hotline.processes.gunicorn_conf",
            ),
            *("--bind", f"fd://{door.fileno()}", "--workers", str(settings.web_concurrency)),
        ],
        door.fileno(),
    )
    if not is_current(settings.database_url):
        # In its own process: the memory for migrating is not needed afterwards.
        subprocess.run([*hotline, "migrate"], check=False, stdout=supervisor.output, stderr=supervisor.output)
    supervisor.add("worker", [*hotline, "worker"])
    supervisor.add("clock", [*hotline, "clock"])


def _wait_until_answering(supervisor: Supervisor, port: int, stopping: list[int]) -> None:
    deadline = time.monotonic() + _ANSWERS_WITHIN
    while not stopping and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as probe:
            probe.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
            if probe.recv(64).split()[1:2] == [b"200"]:
                return
        supervisor.look()
        time.sleep(0.05)


def _show_welcome(log_file: Path | None) -> None:
    """Print the start screen in its own process: the memory for reading the files is not needed afterwards."""
    arguments = [] if log_file is None else ["--log-file", str(log_file)]
    subprocess.run([sys.executable, "-m", "hotline", "welcome", *arguments], check=False)


def _open_log(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)


def _bound_after_the_last_run(port: int) -> socket.socket | None:
    """Wait for the address of a killed run: for a moment its web process still holds it.

    With another port, the carrier would keep calling one where nobody answers any more.
    """
    said, deadline = False, time.monotonic() + _LAST_RUN_ENDS_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return _bound(port)
        if not said:
            said = True
            click.echo(f"The last run was killed. Waiting until it frees port {port}...")
        time.sleep(0.1)
    return None


def _bind(wanted: int) -> socket.socket:
    """A socket with the wanted port if it is free, else with another free one.

    We keep it, and pass it to the web process. If that dies, callers wait until it runs again; without the socket they
    would be refused.
    """
    for port in (wanted, *range(wanted + 1, min(wanted + 20, 65_536))):
        with contextlib.suppress(OSError):
            return _bound(port)
    return _bound(0)


def _bound(port: int) -> socket.socket:
    """A socket with that port of this machine; 0 is any. Raises OSError if it is in use.

    It listens: callers before the web process has loaded wait for it, and are not refused.
    """
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen(_MOST_WAITING)
    except OSError:
        door.close()
        raise
    return door
