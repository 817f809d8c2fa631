"""Results of call tests for people, one by one."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from hotline.core.calls.flow import Hotline
from hotline.files import Finding
from hotline.files.findings.printed import spot
from hotline.practice.call_tests import CallTestResult
from hotline.simulator.line.events import clock_face
from hotline.simulator.record import Happening
from hotline.simulator.terminal.drawing import line

_INDENT = " " * 6
_NARROWEST = 40
_MOST_ROWS = 30
_LAST_ROWS = 6

_NO_TESTS = """\
There are no call tests yet. Put them into files in {folder}, for example {folder}/{flow}.yaml:

tests:
  - name: A caller hears who we are
    at: 2026-03-04 12:00
    hears: [{words}]

Then run `hotline test` again. docs/call-tests.md explains everything a test can check.\
"""


def no_tests(folder: str, hotline: Hotline | None) -> str:
    """Return the message for a hotline without tests: an example of a first one."""
    flow = hotline.flow if hotline else None
    said = flow.steps[flow.start].say.get(flow.first_language, "") if flow else ""
    words = json.dumps(" ".join(said.split()[:3]) or "Welcome", ensure_ascii=False)
    return _NO_TESTS.format(folder=folder, flow=flow.id if flow else "rise", words=words)


def print_result(console: Console, result: CallTestResult, verbose: bool) -> None:
    """Print a line for a passed test. For a failed one print the expectation, the place of it, and the call."""
    mark, style = ("✓", "green") if result.passed else ("✗", "bold red")
    heading = Text.assemble("  ", (mark, style), " ", (result.test.name, "" if result.passed else "bold"))
    console.print(heading, soft_wrap=True)
    for failure in result.failures:
        console.print()
        _print_lines(console, _failure(failure))
    if verbose or not result.passed:
        console.print()
        _print_lines(console, _story(result, console.width - len(_INDENT) - 1, None if verbose else _MOST_ROWS))
        console.print()


def print_summary(console: Console, results: Sequence[CallTestResult], seconds: float) -> None:
    """Print how many passed, and the names of failed tests."""
    failed = [result for result in results if not result.passed]
    console.print()
    if not failed:
        count = "The one test passed" if len(results) == 1 else f"All {len(results)} tests passed"
        console.print(Text(f"{count}, in {seconds:.1f} s.", "bold green"))
        return
    console.print(Text(f"{len(failed)} of {len(results)} failed, in {seconds:.1f} s:", "bold red"))
    for result in failed:
        console.print(Text(f"  {result.test.document.file}:{result.test.line}  {result.test.name}"), soft_wrap=True)


def _failure(failure: Finding) -> Text:
    source, indent, length = spot(failure)
    gutter = " " * len(str(failure.line))
    return Text.assemble(
        (f"{failure.message}\n", "bold"),
        (f"{gutter}--> {failure.file}:{failure.line}:{failure.column}\n", "blue"),
        (f"{failure.line} | ", "blue"),
        f"{source}\n",
        (f"{gutter} | ", "blue"),
        (" " * indent + "^" * length + "\n", "red"),
        (f"{gutter} = ", "blue"),
        failure.help,
    )


def _story(result: CallTestResult, width: int, most: int | None) -> Text:
    """The call, line by line, `width` columns wide. If it has over `most` lines, the middle is left out."""
    rota = result.test.hotline.rota
    began = datetime.fromisoformat(result.call.began).astimezone(rota.zone)
    happenings = [one for one in result.call.timeline[1:] if one.what != "is connected" or one.who == "caller"]
    left_out = 0 if most is None or len(happenings) <= most else len(happenings) - most
    name_width = max((len(happening.who) for happening in happenings), default=0)
    when = f"{began:%A} {began.day} {began:%B %Y at %H:%M} ({rota.zone_name})"
    text = Text.assemble((f"The call, dialled on {when}:\n", "dim"))
    for number, one in enumerate(happenings):
        after = len(happenings) - number
        if left_out and after == left_out + _LAST_ROWS:
            text.append(f"\n{'…':>6}  {left_out} more lines: --verbose shows them", "dim")
        if not left_out or after > left_out + _LAST_ROWS or after <= _LAST_ROWS:
            text.append("\n").append_text(_row(one, name_width, width))
    return text


def _row(one: Happening, name_width: int, width: int) -> Text:
    margin = 8 + name_width + 2
    said = line(one.what, one.text, one.language)
    rows = textwrap.wrap(said.plain, max(_NARROWEST, width - margin), break_on_hyphens=False)
    start = ((f"{clock_face(one.at):>6}  ", "dim"), (f"{one.who:<{name_width}}  ", "bold"))
    return Text.assemble(*start, (("\n" + " " * margin).join(rows), said.style))


def _print_lines(console: Console, text: Text) -> None:
    for row in text.split("\n"):
        row.rstrip()
        console.print(Text(_INDENT) + row if row else row, soft_wrap=True)
