"""Tasks that work with pretended parts."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from hotline.jobs import tasks
from tests.store.actors import NOON


def bind(**parts: Any) -> None:
    """Give the tasks of this process these parts only, and a clock that shows noon."""
    clock = lambda: datetime.fromtimestamp(NOON, UTC)  # noqa: E731 - as short as what it says
    tasks.bind(cast(tasks.TaskParts, SimpleNamespace(clock=clock, **parts)))
