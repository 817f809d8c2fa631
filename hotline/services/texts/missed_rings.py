"""A kind note to a volunteer who missed a ring: at most one in a time on call, and only while it lasts."""

from __future__ import annotations

from datetime import timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.rota.spells import spells
from hotline.core.texts.readers import message
from hotline.core.texts.sending import OutgoingText, for_phone
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, epoch_seconds, utc, wall_minute
from hotline.errors import TryAgain
from hotline.ports import Absences, Clock, Lines
from hotline.services.texts.readers import Readers
from hotline.services.texts.sending import Sender

_AROUND = timedelta(days=8)
"""A volunteer who is on call for longer than this gets one note a day."""


class MissedRings:
    """Notes about rings that a volunteer just missed, without the call or its time."""

    def __init__(
        self, lines: Lines, absences: Absences, sender: Sender, clock: Clock, readers: Readers | None = None
    ) -> None:
        self._lines = lines
        self._readers = readers or Readers()
        self._absences = absences
        self._sender = sender
        self._clock = clock

    def note(self, rota: str, who: str) -> None:
        """Send the note. Raises TryAgain if the carrier cannot be reached, and DatabaseUnavailable."""
        hotline = self._lines.by_rota(rota)
        volunteer = hotline.rota.volunteers.get(who) if hotline else None
        if hotline is None or volunteer is None or not hotline.rota.texts.missed_ring:
            return
        reader = self._readers.volunteer(hotline, self._readers.wishes(hotline), who)
        turn = self._turn(hotline, who) if reader else None
        if reader is None or turn is None:
            return
        name = "\0".join(("missed_ring", rota, for_phone(volunteer.phone), str(epoch_seconds(turn.start))))
        until = epoch_seconds(turn.end)
        about = OutgoingText(name, "missed_ring", "", "", "", until)
        outcome = self._sender.send(message(hotline, reader, about, "missed_ring", {}))
        if not outcome.settled:
            raise TryAgain("The note could not be sent yet.")

    def _turn(self, hotline: Hotline, who: str) -> Span | None:
        """The volunteer's current time on call, or today for a backup; None for neither."""
        now = self._clock()
        schedule = hotline.schedule.with_absences(self._absences.of(hotline.rota.id))
        current = schedule.at(now)
        if who not in (*current.on_call, *current.backup):
            return None
        spans = spells(schedule.stretches(now - _AROUND, now + _AROUND)).get(who, [])
        turn = next((span for span in spans if span.start <= now < span.end), None)
        if turn is None or turn.start <= now - _AROUND:
            today = wall_minute(now.astimezone(hotline.rota.zone).date())
            turn = Span(*(utc(schedule.clock.first(minute)) for minute in (today, today + DAY)))
        return turn
