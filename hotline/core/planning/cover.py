"""Requests for cover: a volunteer asks others to take one of their shifts, or offers one of them a swap.

Until somebody has said yes and the rota's file has the cover, the asker stays on call. All that happens to a request
follows from its row, the rota and the time, so it can be worked out again after a restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice

from hotline.core.planning.effects import LOAD_AROUND
from hotline.core.planning.stand_ins import Pool, regular
from hotline.core.planning.swap import Swap, shifts_of
from hotline.core.rota.cover_rules import Asking, CoverRules
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.rota.rota import Cover
from hotline.core.rota.spells import spells
from hotline.core.times.spans import Span, joined, without
from hotline.core.times.wall_clock import utc

AHEAD = timedelta(weeks=8)
"""How far ahead a volunteer may ask."""
MOST_A_DAY = 8
"""Requests of one volunteer in 24 hours. A person with their link may be somebody else."""
KEPT = 7 * 86_400
"""Seconds for which a request is kept after its shift is over."""
STUCK_AFTER = 120
"""Seconds after which a yes that was never written down is looked at again: its process was killed."""
_LEAST_WAIT = 300
_MOST_ASKED = 40


class CoverState(Enum):
    """The state of a request.

    OPEN: nobody has said yes. TAKING: a yes is being written. AGREED: a coordinator must approve it. WRITTEN: it is in
    the rota. BY_HAND: agreed, but the file cannot be written here. WITHDRAWN by the asker or a coordinator. OVER: the
    shift has begun, or the asker is no longer on.
    """

    OPEN = "open"
    TAKING = "taking"
    AGREED = "agreed"
    WRITTEN = "written"
    BY_HAND = "by_hand"
    WITHDRAWN = "withdrawn"
    OVER = "over"

    @property
    def active(self) -> bool:
        """Return whether something may still come of the request."""
        return self in (CoverState.OPEN, CoverState.TAKING, CoverState.AGREED)


class CoverReply(Enum):
    """The result of somebody's step about a request for cover."""

    ASKED = "asked"
    ALREADY = "already"
    NOT_YOURS = "not_yours"
    NOT_HERE = "not_here"
    TOO_OFTEN = "too_often"
    YOURS = "yours"
    AGREED = "agreed"
    BY_HAND = "by_hand"
    TAKEN = "taken"
    GONE = "gone"
    CANNOT = "cannot"
    FAILED = "failed"
    NO_SAID = "no_said"
    KEPT = "kept"
    DECLINED = "declined"


class EditOutcome(Enum):
    """The result of writing a cover. NOT_HERE: this file cannot be written. LATER: nothing was written this time."""

    WRITTEN = "written"
    NOT_HERE = "not_here"
    BREAKS_LIMIT = "breaks_limit"
    LEAVES_NOBODY = "leaves_nobody"
    LATER = "later"


class CoverAnswer(Enum):
    """The answer of somebody who was asked. TEXTED: yes, by text. DECLINED: yes, but a coordinator declined."""

    NONE = ""
    YES = "yes"
    TEXTED = "texted"
    NO = "no"
    DECLINED = "declined"

    @property
    def waiting(self) -> bool:
        return self is CoverAnswer.NONE


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """A person who was asked for cover, when (epoch seconds), and their answer. `reached`: they were sent a message."""

    at: int
    answer: CoverAnswer = CoverAnswer.NONE
    reached: bool = True


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """A request for the time from `start` to `end` (epoch seconds) of the volunteer `asker`.

    `taker` said yes, or for a swap is the one it is offered to; then `back_start` and `back_end` are what they give in
    return. `changed_at`: when the state last changed. `nobody_at`: when it was found that nobody says yes in time, or
    0. `people` are those who were asked.
    """

    id: str
    rota: str
    asker: str
    start: int
    end: int
    asked_at: int
    state: CoverState = CoverState.OPEN
    taker: str = ""
    back_start: int = 0
    back_end: int = 0
    changed_at: int = 0
    nobody_at: int = 0
    people: Mapping[str, AskedPerson] = field(default_factory=dict)

    @property
    def swap(self) -> bool:
        return self.back_end > 0

    @property
    def time(self) -> Span:
        """The time that the asker cannot be on call."""
        return Span(utc(self.start), utc(self.end))

    @property
    def back(self) -> Span:
        """The time that the taker gives in return in a swap."""
        return Span(utc(self.back_start), utc(self.back_end))

    @property
    def begins(self) -> int:
        """The start of the request's first time (epoch seconds): from then on it is too late."""
        return min(self.start, self.back_start) if self.swap else self.start

    @property
    def over_at(self) -> int:
        """The end of the request's last time (epoch seconds)."""
        return max(self.end, self.back_end)


@dataclass(frozen=True, slots=True)
class CoverSaid:
    """The result of a step about a request for cover, and that request."""

    reply: CoverReply
    request: CoverRequest | None = None


@dataclass(frozen=True, slots=True)
class AskRound:
    """The volunteers to ask now. `nobody`: it is time to say that nobody has said yes."""

    ask: tuple[str, ...] = ()
    nobody: bool = False


def askable(schedule: Schedule, who: str, now: datetime) -> list[Span]:
    """The shifts of a volunteer that begin later, within eight weeks: those they can ask others to take."""
    return [one for one in shifts_of(schedule, who, now, now + AHEAD) if one.start > now]


def still_on(schedule: Schedule, request: CoverRequest) -> bool:
    """Return whether the asker is still on call at all of that time and, for a swap, the taker at theirs."""
    if not _is_on(schedule, request.asker, request.time):
        return False
    return not request.swap or _is_on(schedule, request.taker, request.back)


def candidates(schedule: Schedule, request: CoverRequest) -> list[str]:
    """Return who may be asked, the least loaded first, at most 40: free then, within the limits, and more than backup.

    `schedule` with absences. For a swap: the one person, if neither is on call in the other's time.
    """
    if request.swap:
        busy = _meets(schedule, request.taker, request.time) or _meets(schedule, request.asker, request.back)
        return [] if busy else [request.taker]
    pool = _pool(schedule, request.time)
    free = (who for who in _free(schedule, pool, request) if not pool.exceeds(who, [request.time]))
    return list(islice(free, _MOST_ASKED))


def may_take(schedule: Schedule, request: CoverRequest, who: str) -> bool:
    """Return whether a volunteer may take a shift that somebody asks them to, by the rules for who is asked."""
    if request.swap:
        return who in candidates(schedule, request)
    pool = _pool(schedule, request.time)
    return who in _free(schedule, pool, request) and not pool.exceeds(who, [request.time])


def _pool(schedule: Schedule, time: Span) -> Pool:
    return Pool(schedule, Span(time.start - LOAD_AROUND, time.end + LOAD_AROUND))


def _free(schedule: Schedule, pool: Pool, request: CoverRequest) -> list[str]:
    rota = schedule.rota
    known = regular(rota) | (set(rota.volunteers) - set(rota.backup))
    return [who for who in pool.free([request.time]) if who in known and who != request.asker]


def entries(schedule: Schedule, request: CoverRequest, taker: str) -> list[Cover]:
    """Return what to write into the rota for a yes."""
    given = (request.back,) if request.swap else ()
    return Swap(request.asker, taker, (request.time,), given).entries(schedule.rota.zone)


def next_round(
    request: CoverRequest, free: Sequence[str], reachable: Set[str], rules: CoverRules, quiet: QuietHours, now: int
) -> AskRound:
    """Return whom of the `free` to ask now.

    Those who cannot be sent a message are asked at once, on their page. One by one, each of the others has `wait` to
    answer, or less if there is not time for everybody. In quiet hours nobody is asked unless the shift begins soon
    after them.
    """
    unasked = [who for who in free if who not in request.people]
    silent = tuple(who for who in unasked if who not in reachable)
    left = [who for who in unasked if who in reachable]
    morning = quiet.until(now)
    if morning is not None and request.begins > morning + TONIGHT:
        return AskRound(silent)
    if rules.ask is Asking.TOGETHER or request.swap:
        ask, left = tuple(left), []
    elif left and now >= _answered_by(request, len(left), rules):
        ask, left = (left[0],), left[1:]
    else:
        ask = ()
    if ask or left or request.nobody_at:
        return AskRound((*silent, *ask))
    return AskRound(silent, now >= _answered_by(request, 0, rules) and (not request.swap or _refused(request)))


def is_written(schedule: Schedule, request: CoverRequest) -> bool:
    """Return whether the rota has what was agreed: the taker is on call in the asker's place."""
    taken = bool(request.taker) and _is_on(schedule, request.taker, request.time)
    given = not request.swap or _is_on(schedule, request.asker, request.back)
    return taken and given and not _meets(schedule, request.asker, request.time)


def pieces_without(schedule: Schedule, request: CoverRequest) -> tuple[int, bool]:
    """Return how many others are on call throughout the asker's time, and whether there is always a backup."""
    stretches = schedule.stretches(request.time.start, request.time.end)
    others = [len(set(one.who.on_call) - {request.asker}) for one in stretches]
    return min(others, default=0), all(set(one.who.backup) - {request.asker} for one in stretches)


def _answered_by(request: CoverRequest, left: int, rules: CoverRules) -> int:
    """Return when the last person who was asked has had time to answer. At once if they have answered."""
    waiting = [one.at for one in request.people.values() if one.reached and one.answer.waiting]
    if not waiting:
        return 0
    last = max(waiting)
    fair = (request.begins - last) // (left + 2)
    return last + max(_LEAST_WAIT, min(rules.wait, fair))


def _refused(request: CoverRequest) -> bool:
    """Return whether a swap's one person has said no, or a coordinator has."""
    return any(one.answer in (CoverAnswer.NO, CoverAnswer.DECLINED) for one in request.people.values())


def _is_on(schedule: Schedule, who: str, time: Span) -> bool:
    return not without([time], joined(spells(schedule.stretches(time.start, time.end)).get(who, [])))


def _meets(schedule: Schedule, who: str, time: Span) -> bool:
    return bool(spells(schedule.stretches(time.start, time.end)).get(who))
