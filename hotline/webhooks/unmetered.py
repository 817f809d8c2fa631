"""A meter that counts nothing: for rehearsals."""

from __future__ import annotations

from hotline.core.reports.metrics import RingOutcome


class Unmetered:
    """Fits `hotline.ports.Meter`."""

    def webhook(self, route: str, seconds: float) -> None: ...

    def ring(self, hotline: str, outcome: RingOutcome) -> None: ...

    def refused(self) -> None: ...


UNMETERED = Unmetered()
