"""The samples of output in README, computed: what the shipped hotline prints at a fixed time.

`python -m tests.refresh_samples` writes them into the page.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import time_machine
from rich.console import Console

from hotline.commands.who import as_text
from hotline.core.log import LogEntry, Moment
from hotline.core.periods import period
from hotline.files import load
from hotline.output.report import report_table
from hotline.store.calllog import CallLog
from tests.rota_tools.looking import run

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
NOW = datetime(2026, 11, 23, 21, 28, tzinfo=UTC)
_BLOCK = re.compile(r"(?m)^```\n(.*?)^```\n", re.DOTALL)


def refreshed(text: str) -> str:
    """A page with each sample as it is printed now. Raises LookupError where a sample is gone."""
    with TemporaryDirectory() as folder, time_machine.travel(NOW, tick=False):
        for begins, printed in _samples(Path(folder)):
            found = [block for block in _BLOCK.finditer(text) if begins in block[1]]
            if len(found) != 1:
                raise LookupError(begins)
            text = text[: found[0].start(1)] + printed + text[found[0].end(1) :]
        return _banner(text)


def _samples(folder: Path) -> Iterator[tuple[str, str]]:
    with _edited(
        folder, ("[amy, ben, cho]}", "[amy, bne, cho]}"), ("[sun, wed], hours: 19:00", "[sun, wed], hours: 19:60")
    ):
        yield "error[unknown-volunteer]", run(folder, "check", columns=120).stdout
    with _edited(folder, ("days: [mon, thu]", "days: mon")):
        yield "warning[gap]", run(folder, "check", columns=120).stdout.split("\n\n")[0].rstrip() + "\n"
    yield "Calls to all hotlines", _report(folder)


@contextmanager
def _edited(folder: Path, *replaced: tuple[str, str]) -> Iterator[None]:
    """The shipped files in a folder, with an edit of the rota."""
    for name in ("call_flows", "rota"):
        shutil.copytree(TOP / name, folder / name, dirs_exist_ok=True)
    path = folder / "rota" / "rise.yaml"
    text = path.read_text("utf-8")
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    yield


def _report(folder: Path) -> str:
    """The report on one call of a minute and a half."""
    log, start = CallLog(f"sqlite:///{folder / 'sample.db'}"), int(NOW.timestamp())
    times = ((Moment.STARTED, 0), (Moment.ANSWERED, 65), (Moment.ENDED, 95))
    log.write([LogEntry("one", "rise", moment, start + later) for moment, later in times])
    days = period(date(2026, 10, 25), date(2026, 11, 23), ZoneInfo("America/New_York"))
    out = StringIO()
    report_table(log.report(days), Console(file=out, width=80, highlight=False), None, None)
    log.close()
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _banner(text: str) -> str:
    """Who is on call, in the box that `make run` prints."""
    [line] = load(TOP).hotlines.values()
    shown = as_text(line, NOW).plain.splitlines()
    begins = next(place for place, one in enumerate(text.splitlines()) if one.startswith(f"│ {shown[0]}"))
    lines = text.splitlines(keepends=True)
    width = len(lines[begins].rstrip("\n")) - 3
    lines[begins : begins + len(shown)] = [f"│ {one:<{width}}│\n" for one in shown]
    return "".join(lines)
