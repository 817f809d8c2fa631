"""The samples of output in README and docs, computed: what the shipped hotline prints at a fixed time.

`python -m tests.refresh_samples` writes them into the pages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import time_machine
from rich.console import Console

from hotline.commands.call import set_behaviours
from hotline.commands.who import as_text
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.times.periods import period
from hotline.files import load
from hotline.files.loading.load import read_files
from hotline.jobs.state import JobsState, QueuedJob
from hotline.output.terminal.jobs import Backlog, jobs_page
from hotline.output.terminal.report import report_table
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator.script import run_call
from hotline.simulator.terminal.drawing import print_record
from hotline.store.database.call_log import CallLog
from hotline.store.redis.embedded import EmbeddedServer, socket_url

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
TRY_IT = TOP / "docs" / "try-it.md"
JOBS = TOP / "docs" / "jobs.md"
NOW = datetime(2026, 11, 23, 21, 28, tzinfo=UTC)
_BLOCK = re.compile(r"(?m)^```\n(.*?)^```\n", re.DOTALL)


def refreshed(text: str) -> str:
    """docs/try-it.md with its call, and the report on it, as they are printed now. Raises LookupError."""
    with TemporaryDirectory() as folder, time_machine.travel(NOW, tick=False):
        for begins, printed in (
            ("Call from +1", _call(Path(folder))),
            ("Calls to all hotlines", _report(Path(folder))),
        ):
            found = [block for block in _BLOCK.finditer(text) if begins in block[1]]
            if len(found) != 1:
                raise LookupError(begins)
            text = text[: found[0].start(1)] + printed + text[found[0].end(1) :]
    return text


def _report(folder: Path) -> str:
    """The report on the call above."""
    log, start = CallLog(f"sqlite:///{folder / 'sample.db'}"), int(NOW.timestamp())
    times = ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, 43), (CallMoment.ENDED, 73))
    log.write([LogEntry("one", "rise", moment, start + later) for moment, later in times])
    days = period(date(2026, 10, 25), date(2026, 11, 23), ZoneInfo("America/New_York"))
    out = StringIO()
    report_table(log.report(days), Console(file=out, width=80, highlight=False), None, None)
    log.close()
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _call(data_dir: Path) -> str:
    """What `hotline call --keys - --phone amy=no-answer --phone ben=accept` prints."""
    server = EmbeddedServer(data_dir)
    assert server.start()
    try:
        rehearsal = Rehearsal(read_files(TOP), socket_url(data_dir), NOW)
        [hotline] = rehearsal.shelf.hotlines.values()
        set_behaviours(rehearsal.world, hotline, ("amy=no-answer", "ben=accept"), "no-answer")
        out = StringIO()
        record = run_call(rehearsal.world, hotline.flow.number, keys=["-"], caller="+14105550999", talk_for=30)
        print_record(Console(file=out, width=80, highlight=False), record)
    finally:
        server.stop()
    return "\n".join(hotline.rstrip() for hotline in out.getvalue().strip("\n").splitlines()) + "\n"


def jobs_refreshed(text: str) -> str:
    """docs/jobs.md with its sample as it is printed now."""
    now = NOW.timestamp()
    job = QueuedJob("one", "delete_records", tonight=False)
    state = JobsState(
        workers=1,
        clocks=1,
        running=(job,),
        waiting=(replace(job, task="send_texts", tonight=True),),
        scheduled=(replace(job, due=now + 58), replace(job, due=now + 90)),
        failed=(),
    )
    out = StringIO()
    jobs_page(state, Backlog(0, 0.0), "", now, Console(file=out, width=80, highlight=False))
    printed = "$ hotline jobs\n" + out.getvalue()
    shown = re.compile(r"(?m)^(```console\n)\$ hotline jobs\n(?:.*\n)*?```$")
    return shown.sub(lambda block: f"{block[1]}{printed}```", text, count=1)


def readme_refreshed(text: str) -> str:
    """README with who is on call in the box that `make run` prints."""
    [line] = load(TOP).hotlines.values()
    shown = as_text(line, NOW).plain.splitlines()
    begins = next(place for place, one in enumerate(text.splitlines()) if one.startswith(f"│ {shown[0]}"))
    lines = text.splitlines(keepends=True)
    width = len(lines[begins].rstrip("\n")) - 3
    lines[begins : begins + len(shown)] = [f"│ {one:<{width}}│\n" for one in shown]
    return "".join(lines)


PAGES = {README: readme_refreshed, TRY_IT: refreshed, JOBS: jobs_refreshed}
"""Each page with samples, and what writes them anew."""
