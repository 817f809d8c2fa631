"""Absences and hotlines as they are now, for work that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from hotline.core.calls.flow import Hotline
from hotline.core.rota.absence import Absence
from hotline.ports import LiveAbsences

if TYPE_CHECKING:
    from hotline.files.loading.watch import WatchedDirectory


class LatestAbsences:
    """Absences as Redis has them now, since nobody waits for a text as a caller does. Fits `hotline.ports.Absences`."""

    def __init__(self, absences: LiveAbsences) -> None:
        self._absences = absences

    def of(self, rota: str) -> Sequence[Absence]:
        return self._absences.look_again(rota).absences


class LatestLines:
    """Hotlines as their files are now. Fits `hotline.ports.Lines`."""

    def __init__(self, latest: Callable[[], WatchedDirectory]) -> None:
        self._latest = latest

    def lines(self) -> Sequence[Hotline]:
        return self._latest().lines()

    def by_rota(self, rota: str) -> Hotline | None:
        return self._latest().by_rota(rota)

    def refused(self) -> Mapping[str, str]:
        return self._latest().refused()
