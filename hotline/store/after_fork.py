"""Cleaning up after a fork: a child must not use its parent's locks, open files and connections."""

from __future__ import annotations

import os
from collections.abc import Callable
from weakref import WeakMethod


def forget_in_child(method: Callable[[], None]) -> None:
    """Call a bound method in every forked child, while its object lives."""
    weak = WeakMethod(method)

    def call() -> None:
        if (still_there := weak()) is not None:
            still_there()

    os.register_at_fork(after_in_child=call)
