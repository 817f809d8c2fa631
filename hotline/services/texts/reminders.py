"""Reminds volunteers who asked for texts of their times on call, and of their turns as backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.texts.reminders import Planned, due
from hotline.core.texts.sending import OutgoingText
from hotline.core.texts.words import from_until, language_for, words
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Absences, Clock, Lines
from hotline.services.texts.sending import Sender


class Reminders:
    """Reminders of times on call."""

    def __init__(self, lines: Lines, absences: Absences, sender: Sender, clock: Clock) -> None:
        self._lines = lines
        self._absences = absences
        self._sender = sender
        self._clock = clock

    def send_due(self) -> None:
        """Send the reminders due now. Raises DatabaseUnavailable."""
        self._sender.send_all(self._due(self._clock()))

    def _due(self, now: datetime) -> Iterator[OutgoingText]:
        for hotline in each_rota(self._lines):
            schedule = hotline.schedule.with_absences(self._absences.of(hotline.rota.id))
            for one in due(schedule, now):
                yield reminder_text(hotline, one, epoch_seconds(now))


def each_rota(lines: Lines) -> list[Hotline]:
    """A hotline of each rota: its number sends the texts to the rota's volunteers."""
    return list(by_rota(lines.lines()).values())


def reminder_text(hotline: Hotline, planned: Planned, now: int) -> OutgoingText:
    """The text of a reminder to send now."""
    volunteer = hotline.rota.volunteers[planned.who]
    kind = "backup_reminder" if planned.backup else "soon" if planned.soon(now) else "reminder"
    language = language_for(hotline, volunteer.languages, kind)
    body = words(hotline, kind, language, **from_until(planned.time, hotline.rota.zone, language))
    name, former = planned.name(hotline.rota.id), planned.former_name(hotline.rota.id)
    return OutgoingText(name, "reminder", volunteer.phone, hotline.flow.number, body, planned.start, former)
