"""Puts together what sends texts. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from hotline import deployment
from hotline.ports import Absences, Carrier, Clock, Lines, Notices
from hotline.services.texts.alerts import Alerts
from hotline.services.texts.edit_notices import EditNotices
from hotline.services.texts.missed_rings import MissedRings
from hotline.services.texts.reminders import Reminders
from hotline.services.texts.sending import Sender
from hotline.services.texts.texting import Texting
from hotline.settings import Settings
from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.database.texts_sent import TextsSent
from hotline.store.database.times_told import ToldTimes
from hotline.store.database.unreached import Unreached


def build_texting(
    settings: Settings, lines: Lines, absences: Absences, carrier: Carrier, clock: Clock, notice: Notices
) -> Texting:
    """Return what sends texts, for these settings."""
    database, key = Database(settings.database_url), deployment.secret_key(settings)
    ledger = TextsSent(database, key)
    sender = Sender(carrier, ledger, TextOptouts(database, key), clock, notice)
    return Texting(
        Reminders(lines, absences, sender, clock),
        EditNotices(lines, ToldTimes(database), sender, clock),
        Alerts(lines, absences, Unreached(database), sender, clock),
        MissedRings(lines, absences, sender, clock),
        ledger,
        clock,
    )
