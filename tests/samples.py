"""The samples of output in README and docs, computed: what the shipped hotline prints at a fixed time.

`python -m tests.refresh_samples` writes them into the pages.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import time_machine
from rich.console import Console

from hotline.commands.call import set_behaviours
from hotline.commands.who import as_text
from hotline.files import load
from hotline.files.loading.load import read_files
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator.script import run_call
from hotline.simulator.terminal.drawing import print_record
from hotline.store.redis.embedded import EmbeddedServer, socket_url

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
TRY_IT = TOP / "docs" / "try-it.md"
NOW = datetime(2026, 11, 23, 21, 28, tzinfo=UTC)
_BLOCK = re.compile(r"(?m)^```\n(.*?)^```\n", re.DOTALL)


def refreshed(text: str) -> str:
    """docs/try-it.md with its call as it is printed now. Raises ValueError if the page has not one call."""
    [block] = [block for block in _BLOCK.finditer(text) if "Call from +1" in block[1]]
    with TemporaryDirectory() as folder, time_machine.travel(NOW, tick=False):
        return text[: block.start(1)] + _call(Path(folder)) + text[block.end(1) :]


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


def readme_refreshed(text: str) -> str:
    """README with who is on call in the box that `make run` prints."""
    [line] = load(TOP).hotlines.values()
    shown = as_text(line, NOW).plain.splitlines()
    begins = next(place for place, one in enumerate(text.splitlines()) if one.startswith(f"│ {shown[0]}"))
    lines = text.splitlines(keepends=True)
    width = len(lines[begins].rstrip("\n")) - 3
    lines[begins : begins + len(shown)] = [f"│ {one:<{width}}│\n" for one in shown]
    return "".join(lines)


PAGES = {README: readme_refreshed, TRY_IT: refreshed}
"""Each page with samples, and what writes them anew."""
