"""Reminders that a rota asks for, and when each is to go out: worked out anew whenever it is asked for.

Nothing is kept of what is planned, so that an edit, a cover or an absence has its effect by itself. A reminder has a
name that lasts, made of whose phone it is for and when their time on call starts: one that was sent is not sent again,
and a time on call that was moved gets a reminder of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.core.rota.calendar import backup_turns, times
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.rota.text_rules import Reminder
from hotline.core.texts.sending import for_phone
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, epoch_seconds, utc

_EARLIEST = timedelta(days=9)
"""Before a time on call: reminders go out a week before at most, and a day earlier for the sake of quiet hours."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder of a volunteer's unbroken time on call, or turn as backup.

    It goes out at `at`, and is of no use from `until` on (both in epoch seconds): then the next one of the same time is
    due, or that time has begun.
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
        """Return what it is called for good."""
        return self._name(rota, for_phone(self.phone) if self.phone else self.who)

    def former_name(self, rota: str) -> str:
        """Return what earlier releases called it: by an id, which may be edited."""
        return self._name(rota, self.who)

    def soon(self, now: int) -> bool:
        """Return whether the time on call is tonight's matter."""
        return self.start - now <= TONIGHT

    def _name(self, rota: str, who: str) -> str:
        return "\0".join(
            ("backup reminder" if self.backup else "reminder", rota, who, self.reminder.written, str(self.start))
        )


def planned(schedule: Schedule, start: datetime, end: datetime) -> list[Planned]:
    """The reminders that are to go out from `start` until before `end` (aware), by when; `schedule` with absences.

    Only for those who asked for texts, and only for times on call that begin after `start`.
    """
    first, last = epoch_seconds(start), epoch_seconds(end)
    return [one for one in _of_use(schedule, start, end) if first <= one.at < last]


def due(schedule: Schedule, now: datetime) -> list[Planned]:
    """The reminders to send now: also those that should have gone out before, as long as they are of use."""
    quiet, instant = QuietHours(schedule.rota.texts.quiet, schedule.clock), epoch_seconds(now)
    return [
        one
        for one in _of_use(schedule, now, now)
        if one.at <= instant < one.until and (one.soon(instant) or quiet.since(instant) is None)
    ]


def _of_use(schedule: Schedule, start: datetime, end: datetime) -> list[Planned]:
    """List all reminders of times on call that begin after `start`, and for which one may go out until `end`."""
    quiet = QuietHours(schedule.rota.texts.quiet, schedule.clock)
    asked = {volunteer.id for volunteer in schedule.rota.volunteers.values() if volunteer.texts}
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
        for one in _of(schedule, quiet, who, span, backup)
    ]
    return sorted(found, key=lambda one: (one.at, one.start, schedule.places[one.who]))


def _of(schedule: Schedule, quiet: QuietHours, who: str, time: Span, backup: bool) -> Iterator[Planned]:
    """The reminders of one time on call, each of use until the next one. None is due once that time has begun."""
    volunteer, start = schedule.rota.volunteers[who], epoch_seconds(time.start)
    wanted = schedule.rota.texts.reminders if volunteer.remind is None else volunteer.remind
    asked = [(instant, one) for one in wanted if (instant := _at(schedule, quiet, one, time)) < start]
    at = sorted(asked, key=lambda one: (one[0], one[1].written))
    ends = (*(instant for instant, _ in at[1:]), start)
    for (instant, reminder), until in zip(at, ends, strict=False):
        if instant < until:
            yield Planned(who, reminder, time, instant, until, volunteer.phone, backup)


def _at(schedule: Schedule, quiet: QuietHours, reminder: Reminder, time: Span) -> int:
    """Return when a reminder goes out.

    One that would fall into quiet hours comes before them, unless it is about tonight.
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
