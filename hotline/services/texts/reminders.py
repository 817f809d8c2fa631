"""Reminds volunteers who asked for texts of their times on call, and of their turns as backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hotline.core.calls.flow import Hotline
from hotline.core.texts.readers import Reader, message
from hotline.core.texts.reminders import Planned, due
from hotline.core.texts.sending import OutgoingText
from hotline.core.texts.words import from_until, language_for
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Absences, Clock, Lines
from hotline.services.texts.readers import Readers
from hotline.services.texts.sending import Sender


class Reminders:
    """Reminders of times on call."""

    def __init__(
        self, lines: Lines, absences: Absences, sender: Sender, clock: Clock, readers: Readers | None = None
    ) -> None:
        self._lines = lines
        self._readers = readers or Readers()
        self._absences = absences
        self._sender = sender
        self._clock = clock

    def send_due(self) -> None:
        """Send the reminders due now. Raises DatabaseUnavailable."""
        self._sender.send_all(self._due(self._clock()))

    def _due(self, now: datetime) -> Iterator[OutgoingText]:
        for hotline in each_rota(self._lines):
            schedule = hotline.schedule.with_absences(self._absences.of(hotline.rota.id))
            wishes = self._readers.wishes(hotline)
            for one in due(schedule, now, wishes):
                reader = self._readers.volunteer(hotline, wishes, one.who)
                if reader is not None:
                    yield reminder_text(hotline, one, epoch_seconds(now), reader)


def each_rota(lines: Lines) -> Iterator[Hotline]:
    """A hotline of each rota: its number sends the texts to the rota's volunteers.

    They are those of `by_rota`. One after another is made and forgotten: there may be a thousand.
    """
    every, seen, others = lines.lines(), set[str](), list[tuple[int, str]]()
    for place, hotline in enumerate(every):
        if hotline.rota.id not in seen:
            seen.add(hotline.rota.id)
            yield hotline
        others += [(place, rota) for rota in hotline.others]
    for place, rota in others:
        if rota not in seen:
            seen.add(rota)
            yield every[place].with_people(rota)


def reminder_text(hotline: Hotline, planned: Planned, now: int, reader: Reader) -> OutgoingText:
    """The message of a reminder to send now."""
    kind = "backup_reminder" if planned.backup else "soon" if planned.soon(now) else "reminder"
    name, former = planned.name(hotline.rota.id), planned.former_name(hotline.rota.id)
    language = language_for(hotline, reader.languages, kind)
    filled = {language: from_until(planned.time, hotline.rota.zone, language)}
    about = OutgoingText(name, "reminder", "", "", "", planned.start, former)
    return message(hotline, reader, about, kind, filled)
