"""Python's garbage collector, paused while modules are imported or many files are read.

Nothing made then is garbage. Looking through all of it, again and again, takes a fifth of the start of a process, and
as long as reading the files.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the collector; one that was off stays off."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def lasting_imports() -> Iterator[None]:
    """Pause the collector while a process imports its modules, and have it never look through them: they stay."""
    with paused_collector():
        yield
        gc.freeze()
