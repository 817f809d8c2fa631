"""Notifies volunteers who asked for texts when an edit changed their times on call. Only of their own changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.rota.calendar import backup_turns, times
from hotline.core.rota.quiet_hours import QuietHours
from hotline.core.texts.edit_notices import AHEAD, NoticeVerdict, Time, TimeChange, verdict
from hotline.core.texts.readers import Reader, Wishes, addressed
from hotline.core.texts.sending import OutgoingText, for_phone
from hotline.core.texts.words import LONGEST, gsm_length, language_for, told_short, words
from hotline.core.times.recurring import BEYOND
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds, utc
from hotline.ports import Clock, Lines, ToldTimes
from hotline.services.texts.readers import Readers
from hotline.services.texts.reminders import each_rota
from hotline.services.texts.sending import Sender

_BACKUP = " backup"
"""Follows a volunteer's id to mean their turns as backup: no id contains a space."""


class EditNotices:
    """Compares what each volunteer knows with the rota's file. It ignores absences, which they set themselves."""

    def __init__(
        self, lines: Lines, told: ToldTimes, sender: Sender, clock: Clock, readers: Readers | None = None
    ) -> None:
        self._lines = lines
        self._readers = readers or Readers()
        self._told = told
        self._sender = sender
        self._clock = clock

    def send_due(self) -> None:
        """Send the notices due now, and record pending changes. Raises DatabaseUnavailable."""
        for hotline in each_rota(self._lines):
            wishes = self._readers.wishes(hotline)
            wanted = wishes.wanting() if hotline.rota.texts.changes else set()
            if hotline.rota.backup_entries:
                wanted |= {f"{who}{_BACKUP}" for who in wanted}
            known = self._told.told(hotline.rota.id)
            for who in known.keys() - wanted:
                self._told.forget(hotline.rota.id, who)
            if wanted:
                self._look_at(hotline, wanted, wishes)

    def _look_at(self, hotline: Hotline, wanted: set[str], wishes: Wishes) -> None:
        now, known = epoch_seconds(self._clock()), self._told.told(hotline.rota.id)
        current = _times(hotline, now)
        to_tell: dict[str, tuple[str, NoticeVerdict]] = {}
        texts = []
        for who in sorted(wanted, key=lambda who: (hotline.schedule.places[who.removesuffix(_BACKUP)], who)):
            person = who.removesuffix(_BACKUP)
            quiet = QuietHours(wishes.quiet(person), hotline.schedule.clock)
            found = verdict(known.get(who), current.get(who, ()), now, quiet)
            if found is None:
                continue
            reader = self._readers.volunteer(hotline, wishes, person)
            if found.changes and reader:
                text = notice_text(hotline, who, found, now, reader)
                to_tell[text.name] = who, found
                texts.append(text)
            else:
                self._told.keep(hotline.rota.id, who, found.told)
        for name, outcome in self._sender.send_all(texts).items():
            if outcome.settled:
                who, found = to_tell[name]
                self._told.keep(hotline.rota.id, who, found.told)


def notice_text(hotline: Hotline, who: str, found: NoticeVerdict, now: int, reader: Reader) -> OutgoingText:
    """The text that lists a volunteer's changes: as many as one text holds, and the number of the rest.

    `who` ends in ` backup` for their turns as backup.
    """
    volunteer = hotline.rota.volunteers[who.removesuffix(_BACKUP)]
    kind = "backup_changed" if who.endswith(_BACKUP) else "changed"
    language = language_for(hotline, reader.languages, kind)
    pieces = [_piece(hotline, change, language, now) for change in found.changes]
    body = _filled(hotline, kind, language, pieces[:1], len(pieces) - 1)
    for count in range(2, len(pieces) + 1):
        longer = _filled(hotline, kind, language, pieces[:count], len(pieces) - count)
        if not reader.email and (gsm_length(longer) or LONGEST + 1) > LONGEST:
            break
        body = longer
    name = "\0".join((kind, hotline.rota.id, for_phone(volunteer.phone), str(found.told.edition), found.seen))
    about = OutgoingText(name, "changed", "", "", "", _of_use_until(found.changes, now))
    return addressed(about, hotline, reader, language, body)


def _filled(hotline: Hotline, kind: str, language: str, pieces: Sequence[str], more: int) -> str:
    told = [*pieces, *([words(hotline, "more_times", language, count=str(more))] if more else [])]
    return words(hotline, kind, language, times=" ".join(told))


def _of_use_until(changes: Sequence[TimeChange], now: int) -> int:
    """Return when the last of these times begins or, if it is under way, ends."""
    return max(change.start if change.start > now else change.end for change in changes)


def _piece(hotline: Hotline, change: TimeChange, language: str, now: int) -> str:
    kind = "gone_time" if change.now is None else "new_time" if change.was is None else "moved_time"
    time = change.now or change.was
    assert time is not None
    began = time[0] <= now and (change.was is None or change.was[0] > now)
    span = Span(utc(now // 60 * 60 if began else time[0]), utc(time[1]))
    return words(hotline, kind, language, time=told_short(span, hotline.rota.zone, language))


def _times(hotline: Hotline, now: int) -> Mapping[str, list[Time]]:
    """Return each volunteer's times on call that are not over, current ones with their original start.

    Their turns as backup are under their id and ` backup`.
    """
    when = Span(utc(now) - BEYOND, utc(now) + timedelta(seconds=AHEAD))
    turns = {f"{who}{_BACKUP}": spans for who, spans in backup_turns(hotline.schedule, when).items()}
    found = times(hotline.schedule, when) | turns
    return {
        who: [(epoch_seconds(span.start), epoch_seconds(span.end)) for span in spans if span.end > utc(now)]
        for who, spans in found.items()
    }
