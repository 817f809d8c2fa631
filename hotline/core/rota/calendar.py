"""Calendars: one event for each unbroken time on call, with a permanent name, at a secret address.

An address names the rota, and the volunteer if it is a personal calendar. It also has a key made from both: a keyed
digest, so nothing is stored and every machine can check it. A second part of a volunteer's key is made from their phone
too, so the address still works after their id in the file changes. The rota file has the number of each calendar
(`calendar: 2`); a new number makes the old key invalid.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota, Volunteer
from hotline.core.rota.spells import backup_spells, spells
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import utc, wall_minute

ADDRESS_PATH = "/calendar.ics"
LONGEST_ALARM = 7 * 24 * 60
"""Minutes before a time on call; a week."""
_KEY_BYTES = 20
KEY_LENGTH = 27
_PART_BYTES = 12
PART_LENGTH = 16
_MONTHS_BACK = 1
_MONTHS_AHEAD = 7
_LONGEST = timedelta(days=8)
"""The longest stretch of a rota: a week. A longer time on call is cut off this far beyond the end."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A time on call, or a turn as backup, in a calendar. `uid` depends on volunteer, rota and start only."""

    uid: str
    who: str
    start: datetime
    end: datetime
    backup: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """The times when each volunteer is on call, and when backup by turns. A permanent backup has no turns."""

    on_call: Mapping[str, Sequence[Span]]
    backup: Mapping[str, Sequence[Span]]


def feed_window(schedule: Schedule, now: datetime) -> Span:
    """Return the span from the start of last month to at least six whole months from now, in the rota's months.

    It moves only once a month. In between, a time on call that it cuts off keeps its start, and so its name.
    """
    today = now.astimezone(schedule.rota.zone).date()
    first, last = _month(today, -_MONTHS_BACK), _month(today, _MONTHS_AHEAD)
    return Span(*(utc(schedule.clock.first(wall_minute(day))) for day in (first, last)))


def window(schedule: Schedule, now: datetime, weeks: int) -> Span:
    """Return the span from the start of last month, like a feed, to so many weeks from now."""
    return Span(feed_window(schedule, now).start, now + timedelta(weeks=weeks))


def times(schedule: Schedule, when: Span) -> dict[str, list[Span]]:
    """Return each volunteer's times on call that overlap `when`. Cache it: one volunteer costs as much as all.

    A time under way at its start is cut off there. A time that begins before its end is returned to its own end. Where
    the lines have opening hours, each time runs from the first opening to the last closing in it.
    """
    found = spells(schedule.stretches(when.start, when.end + _LONGEST))
    begun = {who: [span for span in spans if span.start < when.end] for who, spans in found.items()}
    return {who: schedule.from_opening_to_closing(spans) for who, spans in begun.items()}


def backup_turns(schedule: Schedule, when: Span) -> dict[str, list[Span]]:
    """Return each volunteer's turns as backup that overlap `when`, as `times` returns those on call."""
    entries = schedule.rota.backup_entries
    if not entries:
        return {}
    found = backup_spells(schedule.stretches(when.start, when.end + _LONGEST))
    turns = {
        who: [span for span in spans if span.start < when.end] for who, spans in found.items() if who not in entries
    }
    return {who: schedule.from_opening_to_closing(spans) for who, spans in turns.items()}


def calendar_times(schedule: Schedule, when: Span) -> Times:
    """Return the times in `when` for calendars."""
    return Times(times(schedule, when), backup_turns(schedule, when))


def events(schedule: Schedule, found: Times, who: str | None = None) -> list[CalendarEvent]:
    """The events of one volunteer, or of everyone, for these times: by start, then by volunteer.

    No event is in closed hours: a week on call for a line that closes at night is seven events.
    """
    listed = [
        CalendarEvent(_uid(schedule.rota.id, one, span.start, backup), one, span.start, span.end, backup)
        for backup, everyone in ((False, found.on_call), (True, found.backup))
        for one in ([who] if who else everyone)
        for span in schedule.while_open(list(everyone.get(one, ())))
    ]
    return sorted(listed, key=lambda one: (one.start, schedule.places[one.who], one.backup))


def address_key(secret: bytes, rota: str, who: str | None, number: int) -> str:
    """The key in the address of a calendar, as URL-safe text; `who` None is the rota's own."""
    named = "\0".join(("calendar", rota, "rota" if who is None else "volunteer", who or "", str(number)))
    return urlsafe_b64encode(hmac.digest(secret, named.encode(), "sha256")[:_KEY_BYTES]).rstrip(b"=").decode()


def whole_key(secret: bytes, rota: Rota, who: str | None) -> str:
    """The key in a new address: `address_key`, and for a volunteer a second part that does not depend on their id."""
    key = address_key(secret, rota.id, who, calendar_number(rota, who))
    return key if who is None else key + phone_part(secret, "calendar", rota, who, rota.volunteers[who])


def opens(secret: bytes, rota: Rota | None, name: str, who: str | None, key: str) -> bool:
    """Return whether a key opens the calendar of a rota's name."""
    return opened(secret, rota, name, who, key)[0]


def opened(secret: bytes, rota: Rota | None, name: str, who: str | None, key: str) -> tuple[bool, str | None]:
    """Return whether a key opens a calendar of a rota's name, and whose it is now. None for the rota's own."""
    first, second = key[:KEY_LENGTH], key[KEY_LENGTH:]
    if rota is not None and who is not None:
        renamed = by_phone_part(secret, "calendar", rota, _text(who), second)
        if renamed is not None:
            return True, renamed
    known = rota is not None and (who is None or who in rota.volunteers)
    number = calendar_number(rota, who) if rota is not None and known else 0
    right = hmac.compare_digest(_bytes(address_key(secret, _text(name), who and _text(who), number)), _bytes(first))
    whole = not second or (who is not None and len(second) == PART_LENGTH)
    return right and known and whole, who


def phone_part(secret: bytes, kind: str, rota: Rota, who: str, volunteer: Volunteer) -> str:
    """The second part of the key in an address made for the id `who`.

    It stays valid while the volunteer has their phone.
    """
    named = "\0".join((f"{kind} phone", rota.id, who, volunteer.phone, str(volunteer.calendar)))
    return urlsafe_b64encode(hmac.digest(secret, named.encode(), "sha256")[:_PART_BYTES]).decode()


def by_phone_part(secret: bytes, kind: str, rota: Rota, who: str, part: str) -> str | None:
    """The id that the volunteer of a key's second part has now; None where there is none."""
    if len(part) != PART_LENGTH:
        return None
    sent = _bytes(part)
    right = (
        volunteer.id
        for volunteer in rota.volunteers.values()
        if hmac.compare_digest(_bytes(phone_part(secret, kind, rota, who, volunteer)), sent)
    )
    return next(right, None)


def calendar_number(rota: Rota, who: str | None) -> int:
    """The number of a volunteer's calendar, or of the rota's. Another number means another address."""
    return rota.calendar if who is None else rota.volunteers[who].calendar


def _text(sent: str) -> str:
    """Make text that may contain half a character encodable."""
    return _bytes(sent).decode()


def _bytes(sent: str) -> bytes:
    return sent.encode("utf-8", "replace")


def _month(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


def _uid(rota: str, who: str, start: datetime, backup: bool) -> str:
    """RFC 7986, section 5.3: a UID should not reveal who or where."""
    named = f"{rota}\0{who}\0{start.timestamp():.0f}" + ("\0backup" if backup else "")
    return sha256(named.encode()).hexdigest()[:40]
