"""Reminders in words, and those that can be chosen on pages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Reminder
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.reminders import reminders
from hotline.pages.words.language import gettext as _
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


def reminder_in_words(written: str) -> str:
    """Return a reminder of a file in words. What cannot be read is returned as it is."""
    known = {one.written: words for one, words in OFFERED}
    with suppress(Unreadable):
        found = reminders([written])
        if not found:
            return _("No reminders")
        one = found[0]
        if one.written in known:
            return _(known[one.written])
        if one.minute is None:
            return _("%(length)s before", length=one.written.removesuffix(" before"))
        time = f"{one.minute // 60:02}:{one.minute % 60:02}"
        if not one.days:
            return _("%(time)s on the day", time=time)
        if one.days == 1:
            return _("%(time)s the day before", time=time)
        return _("%(time)s %(days)s days before", time=time, days=one.days)
    return written
