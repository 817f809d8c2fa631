"""The hunt: whose phone rings next. See "The hunt" in the rules of a rota.

Candidates are the volunteers to ring in one round, or as the backup. Choosing takes the one whose turn it is. Live
state chooses by itself, in one atomic step, after the same rule as `choose`: a change of that rule is also made in
`hotline/store/redis/choose.lua`. What a call remembers of its hunt is `HuntPosition` in `hotline.core.calls.position`.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter
from weakref import WeakKeyDictionary

from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import HuntPosition, is_among, mark
from hotline.core.rota.absence import Known
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall, Order

MOST_RINGS = 20
"""Missed rings of one volunteer within an hour. After that, they may get only the first ring of a hunt."""
SPREAD_FROM = 10
"""Missed rings within an hour from which volunteers with fewer rings come first."""
_MOST_SEATED = 64


@dataclass(frozen=True, slots=True)
class Turn:
    """A volunteer to ring, and in which round, or as backup."""

    volunteer: str
    round: int
    backup: bool


@dataclass(frozen=True, slots=True)
class RingName:
    """The name of a ring: the call's random token, and the ring's number in it."""

    token: str
    number: int


@dataclass(frozen=True, slots=True)
class EndedRing:
    """A ring that is over: the volunteer, and how many seconds to leave their phone alone if they had accepted.

    `placed` is the hotline for which the carrier could place it, so the sign of the contrary is over; "" if that is not
    known.
    """

    ring: RingName
    phone: str
    rest: int
    placed: str = ""


class RingEnd(Enum):
    """A volunteer's answer by the time their ring was over. Live state keeps these numbers.

    `ASKED`: the phone was picked up and screened, and neither key was pressed (a voicemail, for example).
    """

    UNANSWERED = 0
    ACCEPTED = 1
    PASSED = 2
    ASKED = 3

    @property
    def missed(self) -> bool:
        """Return whether the volunteer neither took the call nor passed it on."""
        return self in (RingEnd.UNANSWERED, RingEnd.ASKED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer to ring. A lower `rank` comes first; one who was `tried` keeps their place and is passed over.

    Members of a lower `tier` come before those of a higher one, in the list too.
    """

    volunteer: str
    rank: int = 0
    tried: bool = False
    tier: int = 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """The volunteers to ring, in order. `in_turn`: start after the volunteer last rung for the hotline, and go round.

    `last`: nobody else is rung after these. Each tier has its own round robin.
    """

    members: tuple[Candidate, ...]
    round: int
    backup: bool
    in_turn: bool
    last: bool = False

    def without(self, spared: Set[str]) -> Candidates:
        """Return the candidates with some of them passed over."""
        if not spared:
            return self
        members = tuple(replace(one, tried=True) if one.volunteer in spared else one for one in self.members)
        return replace(self, members=members)

    def turn(self, volunteer: str) -> Turn:
        return Turn(volunteer, self.round, self.backup)

    def tiers(self) -> Mapping[int, Candidates]:
        """Return the candidates of each tier by itself, lower tiers first."""
        if self.members and self.members[0].tier == self.members[-1].tier:
            return {self.members[0].tier: self}
        members: dict[int, list[Candidate]] = {}
        for candidate in self.members:
            members.setdefault(candidate.tier, []).append(candidate)
        return {tier: replace(self, members=tuple(found)) for tier, found in sorted(members.items())}


@dataclass(frozen=True, slots=True)
class NextSeats:
    """The candidates of one `tier` among whom the next is most likely, in the order of a round robin.

    The next is the first of them who is free, does not rest, was not rung very often and has this `rank`: nobody who is
    left in the tier has a lower one, and nobody is left in a lower tier. If there is none, it may be anyone.

    In a round robin the first seat is that of the volunteer last rung. `first` is its place among all candidates.
    """

    members: tuple[Candidate, ...]
    tier: int
    rank: int
    first: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice that live state makes for the next ring of a call: which of the candidates, held for `hold` seconds.

    `hotline` names the round robin, and `call` the call, for `Live.call_over`. `phones` and `places` are by volunteer,
    of all in the rota: the volunteer last rung is known by their phone. `ended` is a ring to release first. `known` are
    the absences that the candidates follow. `first`: this is the first ring of a hunt.
    """

    hotline: str
    call: str
    ring: RingName
    candidates: Candidates
    phones: Mapping[str, str]
    places: Mapping[str, int]
    hold: int
    ended: EndedRing | None = None
    known: Known | None = None
    first: bool = True


@dataclass(frozen=True, slots=True)
class Chosen:
    """The result of choosing: a turn, or None and who of the candidates is `busy` (being rung, or talking).

    `ended` tells of the ring that ended just before, if one was given. It is None for a ring asked for a second time:
    that was told the first time.
    `stale`: nothing was done, since the candidates do not follow the absences as they are now. `over`: nobody was
    given, since the call itself is over. `many`: this ring is the one with which its volunteer reached `MOST_RINGS`.
    """

    turn: Turn | None
    busy: frozenset[str] = frozenset()
    ended: RingEnd | None = RingEnd.UNANSWERED
    stale: bool = False
    over: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class AllBusy:
    """The answer while everyone on call is being rung or talking: wait until somebody is free."""


@dataclass(frozen=True, slots=True)
class NobodyLeft:
    """The answer when everyone was tried, and the backup too."""


def first_candidates(hotline: Hotline, hunt: HuntPosition, who: OnCall, language: str, now: int) -> Candidates:
    """Return whom to ring at this point of a hunt. `language` is the caller's, `now` epoch seconds.

    The backup is rung between two rings once the caller has waited for `backup_after`. It is the last resort once they
    have waited for `max_wait`, or when nobody is on call.
    """
    ringing, waited = hotline.rota.ringing, now - hunt.since
    if waited >= ringing.max_wait or not who.on_call:
        return _backup_candidates(who, hunt, last=True)
    if waited >= ringing.backup_after and not all(is_among(one, hunt.backup_tried) for one in who.backup):
        return _backup_candidates(who, hunt, last=False)
    return _on_call_candidates(hotline, who, language, hunt.round, hunt.tried)


def next_candidates(
    hotline: Hotline, hunt: HuntPosition, who: OnCall, language: str, candidates: Candidates, busy: Set[str]
) -> Candidates | AllBusy | NobodyLeft:
    """Return what follows when none of these candidates could be chosen, some of whom are busy."""
    if candidates.last:
        return NobodyLeft()
    if candidates.backup:
        return _on_call_candidates(hotline, who, language, hunt.round, hunt.tried)
    if all(candidate.volunteer in busy for candidate in candidates.members):
        return AllBusy()
    if candidates.round < hotline.rota.ringing.rounds:
        return _on_call_candidates(hotline, who, language, candidates.round + 1, ())
    return _backup_candidates(who, hunt, last=True)


def choose(candidates: Candidates, starts: Mapping[int, int], busy: Set[str], resting: Set[str]) -> Turn | None:
    """Return the next volunteer's turn, from the lowest tier that has anyone left.

    In a tier the resting come after the others, then by rank, then from the place in `starts` on, round.
    """
    for tier, part in candidates.tiers().items():
        count, start = len(part.members), starts.get(tier, 0)
        ways = [
            (candidate.volunteer in resting, candidate.rank, (place - start) % count, candidate.volunteer)
            for place, candidate in enumerate(part.members)
            if not candidate.tried and candidate.volunteer not in busy
        ]
        if ways:
            return candidates.turn(min(ways)[3])
    return None


def next_seats(candidates: Candidates, last: Callable[[int], tuple[str, int] | None], count: int) -> NextSeats | None:
    """Return the next seats after the volunteer last rung, about `count`; None if these are hardly fewer than all.

    `last` tells of a tier who was rung last, and their likely place among all candidates; None if that is not known.
    """
    members = candidates.members
    left = next((place for place, candidate in enumerate(members) if not candidate.tried), None)
    if left is None:
        return None
    tier = members[left].tier
    first, beyond = 0, len(members)
    if members[0].tier != members[-1].tier:
        first = bisect_left(members, tier, key=_tier)
        beyond = bisect_right(members, tier, lo=first, key=_tier)
    size = beyond - first
    if size <= count + 2:
        return None
    if candidates.in_turn:
        rung = last(tier)
        start = None if rung is None else _place(members, rung, first, beyond)
        if start is None:
            return None
    else:
        start = left
    end = start + count + 1
    seats = members[start : min(end, beyond)]
    if candidates.in_turn and end > beyond:
        seats += members[first : first + end - beyond]
    ranks = [candidate.rank for candidate in seats if not candidate.tried]
    if not ranks or min(ranks) > 0:
        ranks = [candidate.rank for candidate in members[first:beyond] if not candidate.tried]
    return NextSeats(seats, tier, min(ranks), start)


_tier = attrgetter("tier")


def _place(members: Sequence[Candidate], rung: tuple[str, int], first: int, beyond: int) -> int | None:
    """Return a volunteer's place within these bounds."""
    who, likely = rung
    if first <= likely < beyond and members[likely].volunteer == who:
        return likely
    return next((place for place in range(first, beyond) if members[place].volunteer == who), None)


def starts_after(candidates: Candidates, last: Mapping[int, str], places: Mapping[str, int]) -> Mapping[int, int]:
    """Return the place in each tier at which its round robin continues, after its volunteer `last` rung."""
    return {tier: start_after(part, last.get(tier), places) for tier, part in candidates.tiers().items()}


def starts_anywhere(candidates: Candidates, spread: str) -> Mapping[int, int]:
    """Return a place in each tier to start at when it is not known who was rung last."""
    return {tier: start_anywhere(part, spread) for tier, part in candidates.tiers().items()}


def start_after(candidates: Candidates, last: str | None, places: Mapping[str, int]) -> int:
    """Return the place in one tier at which a round robin continues after the volunteer `last` rung.

    After one who is no candidate comes the next in `places`, the order of the rota's `volunteers`. After one who left
    the rota, or nobody, it begins at the top.
    """
    seated = [candidate.volunteer for candidate in candidates.members]
    if not candidates.in_turn or not seated or last is None:
        return 0
    if last in seated:
        return (seated.index(last) + 1) % len(seated)
    if last not in places:
        return 0
    return min(range(len(seated)), key=lambda candidate: (places[seated[candidate]] - places[last]) % len(places))


def start_anywhere(candidates: Candidates, spread: str) -> int:
    """Return a place to start at when nobody knows who was rung last, spread over calls by a text."""
    if not candidates.in_turn or not candidates.members:
        return 0
    digests = [hashlib.sha256(f"{spread}/{candidate.volunteer}".encode()).digest() for candidate in candidates.members]
    return digests.index(max(digests))


def ringing(hunt: HuntPosition, turn: Turn, now: int) -> HuntPosition:
    """The hunt while this turn's phone rings."""
    who, round, tried, backup = turn.volunteer, hunt.round, hunt.tried, hunt.backup_tried
    if turn.backup:
        backup = (*backup, who)
    else:
        round, tried = turn.round, (*tried, who) if turn.round == round else (who,)
    return HuntPosition(hunt.since, round, tried, backup, who, now)


def _on_call_candidates(hotline: Hotline, who: OnCall, language: str, number: int, tried: Sequence[str]) -> Candidates:
    seated = _seated(hotline, who, language)
    members = seated.members
    if tried:
        left = list(members)
        for name in tried:
            for place in seated.places.get(name, ()):
                left[place] = seated.rung[place]
        members = tuple(left)
    return Candidates(members, number, backup=False, in_turn=hotline.rota.ringing.order is Order.ROUND_ROBIN)


@dataclass(frozen=True, slots=True)
class _Seated:
    """Those on call as candidates: `members` as long as they were not rung, and `rung` when they were.

    `places`: where each is among them, by name and by mark.
    """

    members: tuple[Candidate, ...]
    rung: tuple[Candidate, ...]
    places: Mapping[str, Sequence[int]]


_known: WeakKeyDictionary[Schedule, dict[tuple[OnCall, str, str], _Seated]] = WeakKeyDictionary()


def _seated(hotline: Hotline, who: OnCall, language: str) -> _Seated:
    """Return those on call as candidates. They are the same for many rings, so they are remembered."""
    known = _known.setdefault(hotline.schedule, {})
    key = (who, language, hotline.flow.first_language)
    seated = known.get(key)
    if seated is None:
        members = tuple(
            Candidate(one, 0 if _speaks(hotline, one, language) else 1, False, tier) for tier, one in who.in_tiers()
        )
        places: dict[str, list[int]] = {}
        for place, candidate in enumerate(members):
            for name in {candidate.volunteer, mark(candidate.volunteer)}:
                places.setdefault(name, []).append(place)
        if len(known) >= _MOST_SEATED:
            known.clear()
        seated = known[key] = _Seated(members, tuple(replace(one, tried=True) for one in members), places)
    return seated


def _backup_candidates(who: OnCall, hunt: HuntPosition, *, last: bool) -> Candidates:
    members = tuple(Candidate(one, place, is_among(one, hunt.backup_tried)) for place, one in enumerate(who.backup))
    return Candidates(members, hunt.round, backup=True, in_turn=False, last=last)


def _speaks(hotline: Hotline, volunteer: str, language: str) -> bool:
    return language in (hotline.rota.volunteers[volunteer].languages or (hotline.flow.first_language,))
