"""Many hotlines on one machine: starts, an edit, memory, commands and pages.

`python -m benchmarks.hotlines` measures. `python -m benchmarks.hotlines FOLDER 1000 10` writes a folder of so many
hotlines with so many volunteers each, the same every time.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.load import request_bytes
from benchmarks.voice import form
from benchmarks.whole import below, memory_of
from hotline.store.redis.embedded import socket_path

HOTLINES, VOLUNTEERS = 1_000, 10
_DEADLINE = 180.0
_EVERY = 0.02
_QUIET_WITHIN = 60.0

SHIFTS = (
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


def rota_text(number: int, volunteers: int, on_call: int = 0) -> str:
    """The rota of the hotline of this number. `on_call`: so many are on call at any hour, instead of a usual week."""
    lines = [f"timezone: {ZONES[number % len(ZONES)]}", "volunteers:"]
    for one in range(volunteers):
        phone = 4_102_000_000 + number * volunteers + one
        lines.append(f'  v{one}: {{name: Volunteer {one} of {number}, phone: "+1{phone}", languages: [en, es]}}')
    lines.append("shifts:")
    if on_call:
        everyone = ", ".join(f"v{one}" for one in range(on_call))
        lines.append(f"  - {{name: Always, hours: 24h, on_call: [{everyone}]}}")
    else:
        for name, days, hours, places in SHIFTS:
            who = ", ".join(dict.fromkeys(f"v{place % volunteers}" for place in places))
            lines.append(f"  - {{name: {name}, days: {days}, hours: {hours}, on_call: [{who}]}}")
    lines += ["backup: [v0, v1]", "ringing: {rounds: 10, max_wait: 1h}", ""]
    return "\n".join(lines)


def write(folder: Path, hotlines: int, volunteers: int) -> None:
    """Write so many hotlines, each with a rota of its own of so many volunteers."""
    for room in ("call_flows", "rota"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    for number in range(hotlines):
        (folder / "call_flows" / f"line{number}.yaml").write_text(flow_text(number))
        (folder / "rota" / f"line{number}.yaml").write_text(rota_text(number, volunteers))


def run(console: Console, hotlines: int = HOTLINES, volunteers: int = VOLUNTEERS) -> None:
    """Measure and print."""
    table = Table(title=f"{hotlines} hotlines of {volunteers} volunteers")
    for heading in ("", "figure"):
        table.add_column(heading, justify="right" if heading else "left")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        config, data = Path(folder, "config"), Path(folder, "data")
        write(config, hotlines, volunteers)
        for what, arguments in (("check, cold", ["check"]), ("who line7", ["who", "line7"]), ("who", ["who"])):
            table.add_row(f"hotline {what}", _command(config, data, arguments))
        for start in ("first start", "later start"):
            with hotlines_up(config, data) as (line, took):
                used, spent = _memory(line), processor_time(line.pid)
                table.add_row(f"{start}, to the first answered webhook", f"{took:.2f} s")
                table.add_row("processor time of all processes until then", f"{spent:.1f} s")
                table.add_row("proportional memory of all processes then", used)
                _settle(line, data)
                table.add_row("the same once all is quiet", _memory(line))
                if start == "later start":
                    live, slowest, usual = _edit(config, line)
                    table.add_row("an edit is live after", f"{live:.2f} s")
                    table.add_row("slowest call meanwhile", f"{1000 * slowest:.0f} ms")
                    table.add_row("slowest call in as long without an edit", f"{1000 * usual:.0f} ms")
                    table.add_row("proportional memory of all processes then", _memory(line))
                    for _ in range(2):
                        warm = _command(config, data, ["check"])
                    table.add_row("hotline check, warm", warm)
    console.print(table)


def _environment(config: Path, data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "HOTLINE_"))}
    return {**kept, "HOTLINE_CONFIG_DIR": str(config), "HOTLINE_DATA_DIR": str(data), "WEB_CONCURRENCY": "2"}


def _command(config: Path, data: Path, arguments: list[str]) -> str:
    began, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "hotline", *arguments]
    subprocess.run(command, env=_environment(config, data), stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{time.perf_counter() - began:.2f} s ({spent:.2f} s of a processor)"


def processor_time(parent: int) -> float:
    """Return the seconds of a processor that a process and all below it took, those that have ended included."""
    ticks = 0
    for pid in [parent, *below(parent)]:
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(line: Up) -> str:
    used = {name: figures[1] for name, figures in memory_of(line.pid).items()}
    most = max(used, key=lambda name: used[name])
    return f"{sum(used.values()):.0f} MB (most: {most.split()[0]}, {used[most]:.0f} MB)"


def _settle(line: Up, data: Path) -> None:
    """Wait until all files are read: five seconds in which nothing is written, and little is done."""
    began = time.perf_counter()
    while time.perf_counter() - began < _QUIET_WITHIN:
        before = len(list(data.glob("compiled/*"))), processor_time(line.pid)
        time.sleep(5)
        if len(list(data.glob("compiled/*"))) == before[0] and processor_time(line.pid) - before[1] < 1.0:
            return


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
        with socket.create_connection(("127.0.0.1", self.port), _DEADLINE) as connection:
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
        env={**_environment(config, data), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    line = Up(process.pid, port, data)
    try:
        while time.perf_counter() - began < _DEADLINE:
            try:
                line.call(0)
                break
            except OSError:
                time.sleep(_EVERY)
        yield line, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_DEADLINE)


def _edit(config: Path, line: Up) -> tuple[float, float, float]:
    """Edit one call flow. Returns seconds until it is live in every process, and the slowest call: meanwhile, before.

    Live: twenty calls in a row hear the new words.
    """
    calm = max(line.call(7)[1] for _ in _paced(5.0))
    path = config / "call_flows" / "line7.yaml"
    path.write_text(path.read_text().replace("You've reached hotline 7.", "You have reached the new hotline 7."))
    slowest, heard, live = 0.0, 0, 0.0
    for since in _paced(_DEADLINE):
        answer, took = line.call(7)
        slowest = max(slowest, took)
        heard = heard + 1 if "the new hotline" in answer else 0
        live = live if heard > 1 else since
        if heard == 20:
            break
    return live, slowest, calm


def _paced(seconds: float) -> Iterator[float]:
    began = time.perf_counter()
    while (since := time.perf_counter() - began) < seconds:
        yield since
        time.sleep(_EVERY)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        run(Console(width=110))
