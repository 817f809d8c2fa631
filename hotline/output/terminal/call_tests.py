"""Results of call tests for people, as they come, and for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from hotline.core.calls.flow import Hotline
from hotline.files import Finding, as_json
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
    """Return what to say where there are no tests: a first one, for this hotline."""
    flow = hotline.flow if hotline else None
    said = flow.steps[flow.start].say.get(flow.first_language, "") if flow else ""
    words = json.dumps(" ".join(said.split()[:3]) or "Welcome", ensure_ascii=False)
    return _NO_TESTS.format(folder=folder, flow=flow.id if flow else "rise", words=words)


def print_result(console: Console, result: CallTestResult, verbose: bool) -> None:
    """A line for a test that passed; for one that failed what was expected, where that is written, and the call."""
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
    """Print how many passed, and the names of those that did not."""
    failed = [result for result in results if not result.passed]
    console.print()
    if not failed:
        count = "The one test passed" if len(results) == 1 else f"All {len(results)} tests passed"
        console.print(Text(f"{count}, in {seconds:.1f} s.", "bold green"))
        return
    console.print(Text(f"{len(failed)} of {len(results)} failed, in {seconds:.1f} s:", "bold red"))
    for result in failed:
        console.print(Text(f"  {result.test.document.file}:{result.test.line}  {result.test.name}"), soft_wrap=True)


def results_as_json(
    findings: Iterable[Finding], results: Iterable[CallTestResult], wordings: bool = False
) -> dict[str, Any]:
    """`findings` and `failures` have the shape that `hotline check --json` prints; a failure's code is the field that
    was not met. `call` is the record that `hotline call --json` prints. With `wordings` the message and the help of
    each stand there once more, as pages need them to say them in another language.
    """
    printed = _with_wordings if wordings else as_json
    return {
        "findings": printed(findings),
        "tests": [
            {
                "name": result.test.name,
                "flow": result.test.hotline.id,
                "file": result.test.document.file,
                "line": result.test.line,
                "passed": result.passed,
                "failures": printed(result.failures),
                "call": result.call.to_dict(),
            }
            for result in results
        ],
    }


def _with_wordings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    found = list(findings)
    return [
        {**printed, "wordings": {"message": one.message.as_data(), "help": one.help.as_data()}}
        for printed, one in zip(as_json(found), found, strict=True)
    ]


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
    """The call, line by line, `width` columns wide; the middle of one that takes over `most` lines is left out."""
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
