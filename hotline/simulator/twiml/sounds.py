"""Sound files: how long one lasts."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def wav_seconds(body: bytes) -> float | None:
    """Return how many seconds a WAV file lasts, of whatever encoding; None: it is no whole WAV file."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        return None
    rate = 0
    for name, size, content in _chunks(body):
        if name == b"fmt " and len(content) >= 12:
            rate = struct.unpack_from("<I", content, 8)[0]
        if name == b"data" and rate:
            return min(size, len(content)) / rate
    return None


def _chunks(body: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield the name, size and content of each part of a RIFF file."""
    place = 12
    while place + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, place)
        yield name, size, body[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
