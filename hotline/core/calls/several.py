"""How many phones ring at once for one call."""

from __future__ import annotations


def phones_due(at_once: int, stagger: float, elapsed: float, ringing: int) -> int:
    """Return how many more phones should start to ring now.

    `at_once` start together, and one more each `stagger` seconds (0: never one more). `elapsed` is in seconds since
    the first of them could start; `ringing` is how many ring now.
    """
    target = at_once + int(elapsed // stagger) if stagger else at_once
    return max(0, target - ringing)
