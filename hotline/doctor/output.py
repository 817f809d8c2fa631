"""Results of the checks: a table for people, an object for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.core.checkup.result import Verdict
from hotline.doctor.running import Answered

_LOOKS = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red", Verdict.SKIPPED: "dim"}


def print_answers(answers: Sequence[Answered], console: Console) -> None:
    """Print a table: one area after another, each result with its remedy."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", no_wrap=True)
    table.add_column("Check", no_wrap=True)
    table.add_column("Result, and what to do", overflow="fold")
    area, remedy, how_to_have_it_asked = "", "", set[str]()
    for answer in answers:
        if answer.check.area != area:
            if area:
                table.add_section()
            area = answer.check.area
        for number, result in enumerate(answer.results):
            told = Text(result.told, style="dim" if result.verdict is Verdict.SKIPPED else "")
            if result.remedy and result.remedy not in {remedy, *how_to_have_it_asked}:  # some have the same remedy
                told.append(f"\n→ {result.remedy}", style="bold" if result.verdict is Verdict.FAIL else "dim")
            remedy = result.remedy
            if result.verdict is Verdict.SKIPPED:
                how_to_have_it_asked.add(remedy)
            verdict = Text(result.verdict.value.upper(), style=_LOOKS[result.verdict])
            table.add_row(verdict, answer.check.name if number == 0 else "", told)
    console.print(table)
    console.print(summary(answers))


def summary(answers: Sequence[Answered]) -> str:
    """Sum up all checks in one sentence."""
    counts = Counter(result.verdict for answer in answers for result in answer.results)
    parts = [f"{counts[verdict]} {word}" for verdict, word in _WORDS.items() if counts[verdict]]
    if counts[Verdict.FAIL]:
        return f"Something needs fixing: {', '.join(parts)}."
    return f"Calls can come in: {', '.join(parts)}."


_WORDS = {
    Verdict.FAIL: "failed",
    Verdict.WARN: "to check",
    Verdict.PASS: "OK",
    Verdict.SKIPPED: "skipped",
}


def as_json(answers: Sequence[Answered]) -> dict[str, Any]:
    """Return the results as data for `json.dumps`."""
    results = [result for answer in answers for result in answer.results]
    return {
        "well": not any(result.verdict is Verdict.FAIL for result in results),
        "checks": [
            {
                "area": answer.check.area,
                "check": answer.check.name,
                "verdict": result.verdict.value,
                "told": result.told,
                "remedy": result.remedy,
                "seconds": round(answer.took, 2),
            }
            for answer in answers
            for result in answer.results
        ],
    }
