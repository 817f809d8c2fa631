"""Absences that volunteers have set by themselves, beside their rota's file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absence:
    """A volunteer is not to be rung from `start` until before `end` (epoch seconds), whatever the rota says.

    Unlike an `away` entry of the rota it counts for cover too: who says "off" is off.
    """

    who: str
    start: int
    end: int
