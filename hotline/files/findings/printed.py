"""Findings for people, as a good compiler prints them, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from hotline.files.findings.finding import Finding

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_WIDEST = 100
_BEFORE = 40


def as_json(findings: Iterable[Finding]) -> list[dict[str, str | int]]:
    """Findings as plain objects, for `json.dumps`."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "help": finding.help,
        }
        for finding in findings
    ]


def render(findings: Sequence[Finding], console: Console) -> None:
    """Print findings, each with its source line and the spot underlined, and a count at the end."""
    from rich.text import Text  # only commands print: a web process never needs it

    for finding in findings:
        colour = _COLOURS[finding.severity]
        gutter = " " * len(str(finding.line))
        text = Text()
        text.append(f"{finding.file}:{finding.line}:{finding.column}: ", style="bold")
        text.append(f"{finding.severity}[{finding.code}]", style=colour)
        text.append(f": {finding.message}\n", style="bold")
        if finding.source.strip():
            source, indent, length = spot(finding)
            text.append(f"{gutter} |\n{finding.line} | ", style="blue")
            text.append(f"{source}\n")
            text.append(f"{gutter} | ", style="blue")
            text.append(" " * indent + "^" * length + "\n", style=colour)
        text.append(f"{gutter} = ", style="blue")
        text.append(f"help: {finding.help}\n")
        console.print(text, soft_wrap=True)
    console.print(_summary(findings), soft_wrap=True)


def spot(finding: Finding) -> tuple[str, int, int]:
    """The source line for display, and the screen position and width of its spot."""
    line = "".join(character if character.isprintable() else " " for character in finding.source)
    start = min(finding.column - 1, len(line))
    end = max(start + 1, min(start + finding.length, len(line)))
    first = max(0, start - _BEFORE) if len(line) > _WIDEST else 0
    shown = line[first : first + _WIDEST]
    left, right = ("…" if first else ""), ("…" if first + _WIDEST < len(line) else "")
    spot_width = max(1, _width(line[start : min(end, first + _WIDEST)]))
    return left + shown + right, _width(left + line[first:start]), spot_width


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _summary(findings: Sequence[Finding]) -> str:
    counts = [
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity in _COLOURS
        if (number := sum(finding.severity == severity for finding in findings))
    ]
    return ", ".join(counts) + ". Ask `hotline explain CODE` about any code." if counts else "No problems found."
