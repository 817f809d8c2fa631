"""A finding: one problem or note, at one spot of one file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from hotline.core.wording import Wording

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement of `length` characters from `column` on in one line. All count from 1, as in a finding.

    It exists only if the intended text is certain, so an editor may apply it unseen.
    """

    line: int
    column: int
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: what is wrong, where, and how to fix it.

    `line` and `column` count from 1, columns in characters. `source` is the whole line; the finding concerns `length`
    characters from `column` on. `fix` is the replacement, if it is certain. `file` is relative to the configuration
    directory, with `/` between its parts.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: Wording
    help: Wording
    source: str = field(default="", repr=False)
    length: int = 1
    fix: Fix | None = None


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by file, line and column, without repeats."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda one: (one.file, one.line, one.column, one.code, one.message)))
