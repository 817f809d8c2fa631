"""Steps of setting up a hotline that were once taken, such as the first rehearsed call.

Each is an empty file in the data directory, so that a page can look at many of them. They say nothing about calls.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Step = Literal["rehearsed", "rung", "ready"]
"""A rehearsed call was played, a phone rung on trial, or all steps were taken or their list was put away."""


@dataclass(frozen=True, slots=True)
class Milestones:
    """The steps that hotlines have reached. Without the folder none counts as reached; nothing raises."""

    folder: Path

    def reached(self, hotline: str, step: Step) -> bool:
        """Return whether a step was taken."""
        return self._path(hotline, step).exists()

    def reach(self, hotline: str, step: Step) -> None:
        """Note that a step was taken. A disk that is full or read-only loses the note, and nothing else."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path(hotline, step).touch(mode=0o600)

    def _path(self, hotline: str, step: Step) -> Path:
        return self.folder / f"{hotline}.{step}"
