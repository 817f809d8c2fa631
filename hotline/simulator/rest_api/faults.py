"""Faults of requests to the simulated REST API, once or more often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Trouble = Literal[
    "not yet",
    "slow down",
    "too many calls",
    "fails",
    "drops",
    "drops after",
    "stalls",
    "unknown account",
    "garbles",
    "not found",
]
"""Kinds of trouble. not yet: 400 with code 20009. slow down: 429 with 20429 and Retry-After. too many calls:
429 with 10004. fails: 500. drops: the
connection is closed before anything is done; drops after: once it is done, without an answer. stalls: for `seconds`,
then answers. unknown account: 401 with 20003. garbles: 200 with a page of HTML, nothing done. not found: 404 with
20404, nothing done."""


@dataclass
class Fault:
    """A trouble that strikes `times` times, or always if that is None.

    Only for requests of `method` whose path contains `path`. With `each`, that often for every path separately.
    """

    trouble: Trouble
    times: int | None = 1
    method: str = ""
    path: str = ""
    each: bool = False
    seconds: float = 30.0
    retry_after: int | str | None = 1
    struck: Counter[str] = field(default_factory=Counter)

    def strikes(self, method: str, path: str) -> bool:
        """Return whether it strikes this request, and count it if so."""
        if (self.method and method != self.method) or self.path not in path:
            return False
        key = path if self.each else ""
        if self.times is not None and self.struck[key] >= self.times:
            return False
        self.struck[key] += 1
        return True
