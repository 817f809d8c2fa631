"""The result of a check of the deployment, in a sentence, and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """The verdict of a check.

    `WARN`: calls are answered, but this will cause trouble some day. `SKIPPED`: the check could not run.
    """

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check. `remedy` is "" if there is nothing to do."""

    verdict: Verdict
    told: str
    remedy: str = ""


def passed(told: str) -> CheckResult:
    """Report that the check passed."""
    return CheckResult(Verdict.PASS, told)


def warned(told: str, remedy: str) -> CheckResult:
    """Report a problem that does not affect calls for now."""
    return CheckResult(Verdict.WARN, told, remedy)


def failed(told: str, remedy: str) -> CheckResult:
    """Report that calls are lost, or will be, or that a promise is broken."""
    return CheckResult(Verdict.FAIL, told, remedy)


def skipped(told: str, remedy: str = "") -> CheckResult:
    """Report a check that was not made."""
    return CheckResult(Verdict.SKIPPED, told, remedy)


def any_failed(results: Iterable[CheckResult]) -> bool:
    """Return whether any result failed."""
    return any(result.verdict is Verdict.FAIL for result in results)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Put some names into a sentence: `amy, ben and 3 more`."""
    found = list(names)
    if len(found) <= most:
        return ", ".join(found)
    return f"{', '.join(found[:most])} and {len(found) - most} more"
