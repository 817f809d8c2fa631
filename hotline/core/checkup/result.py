"""The result of a check of the deployment, in a sentence, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """The verdict of a check.

    `WARN`: calls are answered, and something will hurt some day. `SKIPPED`: it could not be asked.
    """

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answer of a check. `remedy` is "" where nothing is to be done."""

    verdict: Verdict
    told: str
    remedy: str = ""


def passed(told: str) -> CheckResult:
    """Report that all is well."""
    return CheckResult(Verdict.PASS, told)


def warned(told: str, remedy: str) -> CheckResult:
    """Report a problem that the hotline bears for now."""
    return CheckResult(Verdict.WARN, told, remedy)


def failed(told: str, remedy: str) -> CheckResult:
    """Calls are lost, or will be, or a promise is broken."""
    return CheckResult(Verdict.FAIL, told, remedy)


def skipped(told: str, remedy: str = "") -> CheckResult:
    """Report a check that was not made."""
    return CheckResult(Verdict.SKIPPED, told, remedy)


def any_failed(results: Iterable[CheckResult]) -> bool:
    """Return whether one of them failed."""
    return any(result.verdict is Verdict.FAIL for result in results)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Put some names into a sentence: `amy, ben and 3 more`."""
    found = list(names)
    if len(found) <= most:
        return ", ".join(found)
    return f"{', '.join(found[:most])} and {len(found) - most} more"
