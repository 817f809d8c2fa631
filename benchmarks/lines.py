"""Hotlines to measure: the files of any number of them, and `hotline up` with them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from redis import Redis

from benchmarks.load import request_bytes
from benchmarks.voice import form
from benchmarks.whole import memory_of
from hotline.store.redis.embedded import socket_path

DEADLINE = 180.0
EVERY = 0.02
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = ("00:00-06:00", "06:00-12:00", "12:00-18:00", "18:00-24:00")

USUAL_WEEK = (
    ("Weekdays", "mon-fri", "08:00-19:00", (0, 1, 2)),
    ("Nights", "[sun, wed]", "19:00-08:00", (3, 4)),
    ("Nights", "[mon, thu]", "19:00-08:00", (4, 5)),
    ("Nights", "tue", "19:00-08:00", (3, 5)),
    ("Friday night", "fri", "19:00-08:00", (5, 6)),
    ("Saturday", "sat", "08:00-19:00", (7, 4)),
    ("Saturday night", "sat", "19:00-08:00", (8, 3)),
    ("Sunday", "sun", "08:00-19:00", (9, 5)),
)
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


Shifts = Callable[[int, int], Iterator[str]]
"""Shifts, as in a rota file, of the hotline of a number with so many volunteers."""


def flow_text(number: int) -> str:
    """The call flow of the hotline of this number."""
    return f"""\
name: Hotline {number}
numbers: ["+1{3012000000 + number}"]
rota: line{number}
languages:
  en: {{locale: en-US, voice: Polly.Joanna-Neural}}
  es: {{locale: es-US, voice: Polly.Lupe-Neural}}
start: welcome
steps:
  welcome:
    say:
      en: You've reached hotline {number}. To be connected, press 1, or stay on the line. Para español, oprima 9.
      es: Ha llamado a la línea {number}. Para hablar con alguien, oprima 1. For English, press 8.
    menu:
      "1": reach
      "8": {{go: reach, language: en}}
      "9": {{go: reach, language: es}}
    wait: 4s
    no_key: reach
    wrong_key: reach
  reach:
    say:
      en: Thank you. We're finding someone for you now.
      es: Gracias. Le buscamos a alguien ahora.
    ring: on_call
    between:
      en: Still trying to reach someone for you.
      es: Seguimos buscando a alguien para usted.
    not_answered: goodbye
  goodbye:
    say:
      en: Nobody could answer right now. Please call again soon. Goodbye.
      es: Nadie ha podido contestar ahora. Vuelva a llamar pronto. Adiós.
    hang_up: true
"""


def usual_week(number: int, volunteers: int) -> Iterator[str]:
    """A few shifts a week."""
    for name, days, hours, places in USUAL_WEEK:
        who = ", ".join(dict.fromkeys(f"v{place % volunteers}" for place in places))
        yield f"{{name: {name}, days: {days}, hours: {hours}, on_call: [{who}]}}"


def always(most: int) -> Shifts:
    """Everyone on call at any hour, so many at most."""

    def one(number: int, volunteers: int) -> Iterator[str]:
        everyone = ", ".join(f"v{one}" for one in range(min(volunteers, most)))
        yield f"{{name: Always, hours: 24h, on_call: [{everyone}]}}"

    return one


def four_weeks(number: int, volunteers: int) -> Iterator[str]:
    """Five on call at any hour; with 500 volunteers, each has a shift every four weeks or so."""
    chance = Random(number)
    for week in range(4):
        for day in WEEKDAYS:
            for hours in HOURS:
                who = ", ".join(f"v{one}" for one in chance.sample(range(volunteers), min(5, volunteers)))
                yield (
                    f"{{name: {day.title()} {hours}, days: {day}, hours: {hours}, every: 4 weeks,"
                    f" starting: 2026-01-{5 + 7 * week:02}, on_call: [{who}]}}"
                )


def rota_text(number: int, volunteers: int, shifts: Shifts = usual_week) -> str:
    """The rota of the hotline of this number."""
    lines = [f"timezone: {ZONES[number % len(ZONES)]}", "volunteers:"]
    for one in range(volunteers):
        phone = 4_102_000_000 + number * volunteers + one
        lines.append(f'  v{one}: {{name: Volunteer {one} of {number}, phone: "+1{phone}", languages: [en, es]}}')
    lines += ["shifts:", *(f"  - {shift}" for shift in shifts(number, volunteers))]
    lines += ["backup: [v0, v1]", "ringing: {rounds: 10, max_wait: 1h}", ""]
    return "\n".join(lines)


def write(folder: Path, hotlines: int, volunteers: int, shifts: Shifts = usual_week) -> None:
    """Write so many hotlines, each with a rota of its own of so many volunteers: the same every time."""
    for room in ("call_flows", "rota"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    for number in range(hotlines):
        (folder / "call_flows" / f"line{number}.yaml").write_text(flow_text(number))
        (folder / "rota" / f"line{number}.yaml").write_text(rota_text(number, volunteers, shifts))


def environment(config: Path, data: Path) -> dict[str, str]:
    """The environment in which `hotline` has these folders, and no settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "HOTLINE_"))}
    return {**kept, "HOTLINE_CONFIG_DIR": str(config), "HOTLINE_DATA_DIR": str(data), "WEB_CONCURRENCY": "2"}


class Up:
    """A line that is up: calls come in one after another."""

    def __init__(self, pid: int, port: int, data: Path) -> None:
        self.pid, self.port, self._data = pid, port, data
        self.url = f"http://127.0.0.1:{port}"

    @property
    def token(self) -> str:
        """What signs webhooks in practice mode."""
        return (self._data / "practice-token").read_text().strip()

    def forget_rings(self) -> None:
        """Have nobody down as ringing: calls that were broken off would hold them for a minute or more."""
        with Redis(unix_socket_path=str(socket_path(self._data))) as redis:
            for key in redis.keys("hotline:line:*"):
                redis.delete(key)

    def web_processes(self) -> list[int]:
        """The processes that answer webhooks."""
        gunicorns = [int(name.split()[1]) for name in memory_of(self.pid) if name.startswith("gunicorn")]
        return gunicorns[1:]  # the first one starts the others

    def call(self, number: int) -> tuple[str, float]:
        """Call a hotline. Returns the answer, and how many seconds it took. Raises OSError."""
        called = f"+1{3012000000 + number}"
        sent = form("CA" + os.urandom(16).hex(), To=called, Called=called)
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(request_bytes(self.url, self.token, "/voice", sent))
            answer = connection.recv(65_536).decode()
        if not answer.startswith("HTTP/1.1 200"):
            raise OSError(answer[:40])
        return answer, time.perf_counter() - began


@contextmanager
def hotlines_up(config: Path, data: Path) -> Iterator[tuple[Up, float]]:
    """Have `hotline up` run in the block; with the seconds to its first answered webhook."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline", "up"],
        env={**environment(config, data), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    line = Up(process.pid, port, data)
    try:
        while time.perf_counter() - began < DEADLINE:
            try:
                line.call(0)
                break
            except OSError:
                time.sleep(EVERY)
        yield line, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(DEADLINE)
