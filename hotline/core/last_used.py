"""What was made of some bytes, kept while it is among the last used."""

from __future__ import annotations

from typing import Generic, TypeVar

Made = TypeVar("Made")


class LastUsed(Generic[Made]):
    """The `most` last used things, each by the bytes that it was made of. Safe for any number of threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[bytes, Made] = {}

    def get(self, key: bytes) -> Made | None:
        """Return what was made of some bytes. None if it is not kept."""
        found = self._made.pop(key, None)
        if found is not None:
            self._made[key] = found  # the last to go
        return found

    def keep(self, key: bytes, made: Made) -> None:
        """Keep what was made. What was not used for longest goes."""
        self._made[key] = made
        for oldest in list(self._made)[: max(0, len(self._made) - self._most)]:
            self._made.pop(oldest, None)
