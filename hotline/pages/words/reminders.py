"""The reminders that can be chosen on pages, in words."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Reminder
from hotline.pages.words.language import later

OFFERED: Sequence[tuple[Reminder, str]] = (
    (Reminder(days=2, minute=18 * 60), later("18:00 two days before")),
    (EVENING_BEFORE, later("18:00 the evening before")),
    (Reminder(days=0, minute=7 * 60), later("07:00 on the day")),
    (Reminder(before=2 * 3600), later("2 hours before")),
    (AN_HOUR_BEFORE, later("1 hour before")),
    (Reminder(before=30 * 60), later("30 minutes before")),
)
"""The reminders that can be chosen, and their words."""
MOST_REMINDERS = 4
