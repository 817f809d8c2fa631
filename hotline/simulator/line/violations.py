"""Violations: actions of a call that the carrier, or the caller's safety, does not allow."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of the carrier's rules.

    `code` is the carrier's error number, or one of our words; `at` counts seconds since the world began.
    """

    code: str
    what: str
    call: str = ""
    url: str = ""
    at: float = 0.0

    def __str__(self) -> str:
        return f"{self.code}: {self.what}" + (f" [{self.url}]" if self.url else "")

    def to_dict(self) -> dict[str, str | float]:
        """Return plain values, for JSON."""
        return asdict(self)


class SimulatorError(Exception):
    """The simulator cannot do what was asked, such as calling a number it does not know."""


class RestError(SimulatorError):
    """The REST API refuses a request; `code` is the carrier's error number, `status` that of HTTP."""

    def __init__(self, code: int, what: str, status: int = 400) -> None:
        super().__init__(what)
        self.code = code
        self.status = status


class CallFailed(AssertionError):
    """A call did not go as it was expected to. The message ends with the call's transcript."""


class Violations(AssertionError):
    """Calls broke the carrier's rules. `found` has each violation."""

    def __init__(self, found: list[Violation], transcripts: str = "") -> None:
        lines = "\n".join(f"  - {violation}" for violation in found)
        super().__init__(f"{len(found)} violation(s):\n{lines}\n{transcripts}".rstrip())
        self.found = found
