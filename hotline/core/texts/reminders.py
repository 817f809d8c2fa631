"""Reminders that a rota asks for, and when to send each. They are worked out anew each time.

No plan is stored, so an edit, a cover or an absence takes effect by itself. A reminder has a permanent name, made of
the volunteer's phone and the start of their time on call. So a sent reminder is not sent again, and a moved time on
call gets a new reminder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.core.rota.calendar import backup_turns, times
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.rota.text_rules import Reminder
from hotline.core.texts.readers import Wishes
from hotline.core.texts.sending import for_phone
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, epoch_seconds, utc

_EARLIEST = timedelta(days=9)
"""Time before a time on call: reminders are sent at most a week before, or a day earlier because of quiet hours."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder of a volunteer's unbroken time on call, or turn as backup.

    It is sent at `at`, and is useless from `until` on (both in epoch seconds). By then the next reminder of the same
    time is due, or that time has begun.
    """

    who: str
    reminder: Reminder
    time: Span
    at: int
    until: int
    phone: str = field(default="", repr=False)
    backup: bool = False

    @property
    def start(self) -> int:
        return epoch_seconds(self.time.start)

    def name(self, rota: str) -> str:
        """Return the reminder's permanent name."""
        return self._name(rota, for_phone(self.phone) if self.phone else self.who)

    def former_name(self, rota: str) -> str:
        """Return its name in earlier releases, made of an id, which may be edited."""
        return self._name(rota, self.who)

    def soon(self, now: int) -> bool:
        """Return whether the time on call is tonight."""
        return self.start - now <= TONIGHT

    def _name(self, rota: str, who: str) -> str:
        return "\0".join(
            ("backup reminder" if self.backup else "reminder", rota, who, self.reminder.written, str(self.start))
        )


def planned(schedule: Schedule, start: datetime, end: datetime, wishes: Wishes | None = None) -> list[Planned]:
    """The reminders to send from `start` until before `end` (aware), by time; `schedule` with absences.

    Only for those who want messages, and only for times on call that begin after `start`. `wishes` are the volunteers'
    own; None: as the rota has them.
    """
    first, last = epoch_seconds(start), epoch_seconds(end)
    return [one for one in _of_use(schedule, start, end, wishes or Wishes(schedule.rota)) if first <= one.at < last]


def due(schedule: Schedule, now: datetime, wishes: Wishes | None = None) -> list[Planned]:
    """The reminders to send now, including late ones while they are useful."""
    instant, wanted = epoch_seconds(now), wishes or Wishes(schedule.rota)
    return [
        one
        for one in _of_use(schedule, now, now, wanted)
        if one.at <= instant < one.until
        if one.soon(instant) or QuietHours(wanted.quiet(one.who), schedule.clock).since(instant) is None
    ]


def _of_use(schedule: Schedule, start: datetime, end: datetime, wishes: Wishes) -> list[Planned]:
    """List all reminders of times on call that begin after `start`, and that may be sent before `end`."""
    asked = wishes.wanting()
    if not asked:
        return []
    when = Span(start, end + _EARLIEST)
    found = [
        one
        for backup, everyone in ((False, times(schedule, when)), (True, backup_turns(schedule, when)))
        for who, spans in everyone.items()
        if who in asked
        for span in spans
        if epoch_seconds(span.start) > epoch_seconds(start)
        for one in _of(schedule, wishes, who, span, backup)
    ]
    return sorted(found, key=lambda one: (one.at, one.start, schedule.places[one.who]))


def _of(schedule: Schedule, wishes: Wishes, who: str, time: Span, backup: bool) -> Iterator[Planned]:
    """The reminders of one time on call, each valid until the next one. None is due once that time has begun."""
    volunteer, start = schedule.rota.volunteers[who], epoch_seconds(time.start)
    quiet, wanted = QuietHours(wishes.quiet(who), schedule.clock), wishes.reminders(who)
    asked = [(instant, one) for one in wanted if (instant := _at(schedule, quiet, one, time)) < start]
    at = sorted(asked, key=lambda one: (one[0], one[1].written))
    ends = (*(instant for instant, _ in at[1:]), start)
    for (instant, reminder), until in zip(at, ends, strict=False):
        if instant < until:
            yield Planned(who, reminder, time, instant, until, volunteer.phone, backup)


def _at(schedule: Schedule, quiet: QuietHours, reminder: Reminder, time: Span) -> int:
    """Return when to send a reminder.

    A reminder that would fall into quiet hours is sent before them, unless it is about tonight.
    """
    start = epoch_seconds(time.start)
    if reminder.minute is None:
        instant = start - reminder.before
    else:
        date = utc(start).astimezone(schedule.rota.zone).date().toordinal() - reminder.days
        instant = schedule.clock.first(date * DAY + reminder.minute)
    if start - instant > TONIGHT:
        instant = quiet.since(instant) or instant
    return instant
