"""All texts that go out by themselves, as workers' tasks ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Clock, TextLedger
from hotline.services.texts.alerts import Alerts
from hotline.services.texts.edit_notices import EditNotices
from hotline.services.texts.missed_rings import MissedRings
from hotline.services.texts.reminders import Reminders


@dataclass(frozen=True, slots=True)
class Texting:
    """The texts that go out by themselves.

    Each may raise DatabaseUnavailable.
    """

    reminders: Reminders
    edit_notices: EditNotices
    alerts: Alerts
    missed_rings: MissedRings
    ledger: TextLedger
    clock: Clock

    def tonight(self) -> None:
        """Send reminders, and tell of calls that reached nobody. Every minute."""
        self.alerts.tell_unreached()
        self.reminders.send_due()

    def later(self) -> None:
        """Tell of what edits changed, and of edits that were refused. Every minute."""
        self.alerts.tell_refused()
        self.edit_notices.send_due()

    def gaps(self, rota: str | None = None) -> None:
        """Tell of gaps within 48 hours, in one rota or in all."""
        self.alerts.look_ahead(rota)

    def missed_ring(self, rota: str, volunteer: str) -> None:
        """Send a note about a ring in vain. May raise TryAgain."""
        self.missed_rings.note(rota, volunteer)

    def caller_not_reached(self, hotline: str, minute: int) -> None:
        """Alert coordinators that nobody could be reached for a call, in a minute counted from 1970."""
        self.alerts.caller_not_reached(hotline, minute * 60)

    def line_trouble(self, hotline: str, trouble: str, hour: int) -> None:
        """Tell coordinators of trouble, in an hour counted from 1970. May raise TryAgain."""
        self.alerts.line_trouble(hotline, trouble, hour)

    def rings_not_answered(self, rota: str, volunteers: Sequence[str], test: str) -> None:
        """Tell coordinators of test rings that nobody answered. May raise TryAgain."""
        self.alerts.rings_not_answered(rota, volunteers, test)

    def forget(self) -> None:
        """Forget texts that were sent so long ago that they matter no more."""
        self.ledger.prune(epoch_seconds(self.clock()))
