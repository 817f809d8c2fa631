"""A colour for each volunteer that stays the same from day to day and, mostly, from edit to edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from zlib import crc32

TERMINAL = (25, 130, 29, 90, 136, 61, 30, 132, 64, 55, 94, 66)
"""Colours of the 256 on which white letters are readable, on dark terminals and light. Neighbours differ; gaps are
red."""

HUES = (215, 40, 150, 300, 80, 262, 180, 20, 235, 120, 330, 58)
"""The colours of volunteers on pages, as hues in degrees."""


def colours(volunteers: Iterable[str]) -> Mapping[str, int]:
    """A number from 0 to 11 for each volunteer: their id's preferred number, or the next free one.

    A volunteer added at the end of a rota changes no other's number. From the thirteenth volunteer on, colours repeat.
    """
    return _colours(tuple(volunteers))


@lru_cache(maxsize=64)
def _colours(volunteers: tuple[str, ...]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    taken: set[int] = set()
    for who in volunteers:
        if len(taken) == len(TERMINAL):
            taken.clear()
        number = crc32(who.encode()) % len(TERMINAL)
        while number in taken:
            number = (number + 1) % len(TERMINAL)
        taken.add(number)
        found[who] = number
    return MappingProxyType(found)
