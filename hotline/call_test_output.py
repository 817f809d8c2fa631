"""Results of call tests for people, as they come, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from hotline.call_tests import Result
from hotline.files import Finding, as_json
from hotline.files.report import spot
from hotline.simulator.drawing import story

NO_TESTS = """\
There are no call tests yet. Put them into files in {folder}, for example {folder}/{flow}.yaml:

  tests:
    - name: A caller who presses 1 gets a volunteer
      at: 2026-03-04 12:00
      keys: "1"
      others: accept
      hears: ["part of what the caller should hear"]
      ended_by: hotline

Then run `hotline test` again. docs/call-tests.md explains every field.\
"""


def print_result(console: Console, result: Result, verbose: bool) -> None:
    """A line for a test that passed; for one that failed what was expected, where that is written, and the call."""
    mark, style = ("✓", "green") if result.passed else ("✗", "bold red")
    console.print(
        Text.assemble("  ", (mark, style), " ", (result.test.name, "" if result.passed else "bold")), soft_wrap=True
    )
    for failure in result.failures:
        console.print(Padding(_failure(failure), (1, 0, 0, 6)))
    if verbose or not result.passed:
        console.print(Padding(story(result.call), (1, 0, 1, 6)))


def print_summary(console: Console, results: Sequence[Result], seconds: float) -> None:
    """How many passed, and the names of those that did not."""
    failed = [result for result in results if not result.passed]
    console.print()
    if not failed:
        count = "The one test passed" if len(results) == 1 else f"All {len(results)} tests passed"
        console.print(Text(f"{count}, in {seconds:.1f} s.", "bold green"))
        return
    console.print(Text(f"{len(failed)} of {len(results)} failed, in {seconds:.1f} s:", "bold red"))
    for result in failed:
        console.print(Text(f"  {result.test.document.file}:{result.test.line}  {result.test.name}"), soft_wrap=True)


def results_as_json(findings: Iterable[Finding], results: Iterable[Result]) -> dict[str, Any]:
    """`findings` and `failures` have the shape that `hotline check --json` prints; a failure's code is the field that
    was not met. `call` is the record that `hotline call --json` prints.
    """
    return {
        "findings": as_json(findings),
        "tests": [
            {
                "name": result.test.name,
                "flow": result.test.hotline.id,
                "file": result.test.document.file,
                "line": result.test.line,
                "passed": result.passed,
                "failures": as_json(result.failures),
                "call": result.call.to_dict(),
            }
            for result in results
        ],
    }


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
