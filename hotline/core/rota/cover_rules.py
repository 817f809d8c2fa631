"""A rota's rules for volunteers who ask others to take a shift of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Asking(Enum):
    """A way to ask the other volunteers: one by one, all together, or not at all."""

    ONE_BY_ONE = "one_by_one"
    TOGETHER = "together"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CoverRules:
    """The rules of requests for cover.

    `wait`: seconds that one person has to answer before the next is asked, and after which a coordinator is told that
    nobody has said yes. `approve`: a coordinator must approve before anything is written.
    """

    ask: Asking = Asking.ONE_BY_ONE
    wait: int = 30 * 60
    approve: bool = False
