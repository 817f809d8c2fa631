"""Notices of edits: compare the times on call that volunteers know with the rota.

Several edits in a row become one notice, after the rota has been left alone for a while. A reverted edit causes none.
Past times on call are not reported. A current one is, since it is about this minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.times.spans import Span, joined, without
from hotline.core.times.wall_clock import epoch_seconds, utc

AHEAD = 8 * 7 * 86_400
"""Seconds ahead for which volunteers hear of changes."""
SETTLED = 600
SETTLED_TONIGHT = 120
"""Seconds for which a rota must be left alone before volunteers hear of its changes; the second is for tonight's."""
LONGEST_WAIT = 1800
"""The time after which volunteers hear of changes even if the rota is still being edited."""
_RENEWED = 7 * 86_400

Time = tuple[int, int]
"""A time on call, from and until before, in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """The times on call that one volunteer knows of, up to `until`. `edition` counts the notices they got.

    `seen` is a pending change, by a digest of ours; since when the rota has been as it is, and since when it has
    differed from what they know (epoch seconds; 0 for not).
    """

    times: tuple[Time, ...]
    until: int
    edition: int = 0
    seen: str = ""
    seen_at: int = 0
    first_seen_at: int = 0


@dataclass(frozen=True, slots=True)
class TimeChange:
    """A time on call before and after. `was` None for a new one, `now` None for a removed one."""

    was: Time | None
    now: Time | None

    @property
    def start(self) -> int:
        """The earlier of the two starts."""
        return min(one[0] for one in (self.was, self.now) if one is not None)

    @property
    def end(self) -> int:
        """The later of the two ends."""
        return max(one[1] for one in (self.was, self.now) if one is not None)


@dataclass(frozen=True, slots=True)
class NoticeVerdict:
    """The decision about one volunteer: notify them of `changes` if any, and keep `told` then, or now.

    `seen` identifies exactly these changes.
    """

    told: Told
    changes: tuple[TimeChange, ...] = ()
    seen: str = ""


def verdict(told: Told | None, times: Sequence[Time], now: int, quiet: QuietHours) -> NoticeVerdict | None:
    """Return whether to notify a volunteer.

    `times` are all of theirs from `now` to `now + AHEAD`. None: nothing to do.
    """
    fresh = Told(_future(times, now, now + AHEAD), now + AHEAD, told.edition if told else 0)
    if told is None:
        return NoticeVerdict(fresh)  # a volunteer who has just asked for texts has seen the rota
    changes = changes_of(told, times, now)
    if not changes:
        if told.seen or told.until < fresh.until - _RENEWED:
            return NoticeVerdict(fresh)
        return None
    seen = sha256(
        repr([(_known(change.was, now), _known(change.now, now)) for change in changes]).encode()
    ).hexdigest()[:16]
    first = told.first_seen_at or now
    since = told.seen_at if seen == told.seen else now
    tonight = any(change.start - now <= TONIGHT for change in changes)
    settled = now - since >= (SETTLED_TONIGHT if tonight else SETTLED) or now - first >= LONGEST_WAIT
    if settled and (quiet.since(now) is None or _before_morning(changes, now, quiet)):
        return NoticeVerdict(replace(fresh, edition=fresh.edition + 1), changes, seen)
    waiting = replace(told, seen=seen, seen_at=since, first_seen_at=first)
    return NoticeVerdict(waiting) if waiting != told else None


def changes_of(told: Told, times: Sequence[Time], now: int) -> tuple[TimeChange, ...]:
    """Return how a volunteer's times on call differ from what they know, by start. Overlapping ones are one move."""
    had, has = _future(told.times, now, told.until), _future(times, now, told.until)
    knew, knows = {_known(one, now) for one in had}, {_known(one, now) for one in has}
    gone = [one for one in had if _known(one, now) not in knows]
    found = []
    for new in (one for one in has if _known(one, now) not in knew):
        moved = next((old for old in gone if old[0] < new[1] and new[0] < old[1]), None)
        if moved is not None:
            gone.remove(moved)
        found.append(TimeChange(moved, new))
    return tuple(sorted((*found, *(TimeChange(one, None) for one in gone)), key=lambda one: one.start))


def after_cover(told: Told, gone: Sequence[Time], new: Sequence[Time]) -> Told:
    """Return what a volunteer knows once they were told of a cover or a swap by another message."""
    times = [Span(utc(start), utc(end)) for start, end in told.times]
    lost, gained = ([Span(utc(start), utc(end)) for start, end in some] for some in (gone, new))
    left = joined([*without(joined(times), joined(lost)), *gained])
    known = tuple((epoch_seconds(one.start), epoch_seconds(one.end)) for one in left)
    return replace(told, times=tuple(one for one in known if one[0] < told.until))


def _known(time: Time | None, now: int) -> Time | None:
    """The part of a time that still matters. The start of one under way does not."""
    return time if time is None or time[0] > now else (0, time[1])


def _before_morning(changes: Sequence[TimeChange], now: int, quiet: QuietHours) -> bool:
    """Return whether some change is about a time that begins before the quiet hours are over, or soon after."""
    morning = quiet.until(now)
    return morning is not None and any(change.start <= morning + TONIGHT for change in changes)


def _future(times: Sequence[Time], now: int, until: int) -> tuple[Time, ...]:
    """The times on call that are not over at `now` and begin before `until`, cut off there."""
    return tuple((start, min(end, until)) for start, end in times if now < end and start < until)
