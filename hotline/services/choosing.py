"""Choosing whom to ring: looks up who is on call and what live state says, and lets the core decide."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import (
    AllBusy,
    Candidates,
    Choice,
    Chosen,
    EndedRing,
    NobodyLeft,
    RingEnd,
    RingName,
    Turn,
    choose,
    first_candidates,
    next_candidates,
    starts_anywhere,
)
from hotline.core.calls.transitions import Seeking
from hotline.core.rota.absence import Known
from hotline.core.rota.rota import OnCall
from hotline.core.texts.off import to_ring
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import LiveStateUnavailable
from hotline.services.parts import AnswerParts

SCREENING_ALLOWANCE = 60
"""Seconds a volunteer may take, after the ringing, to hear the screening and press a key."""


@dataclass(frozen=True, slots=True)
class FoundTurn:
    """The volunteer whose turn it is, or why there is none.

    `over`: the call is over. `many`: this ring is the one with which its volunteer has been rung very often. `ended`:
    how the ring ended that was given; None where that was told before.
    """

    turn: Turn | None
    why: AllBusy | NobodyLeft | None = None
    over: bool = False
    many: bool = False
    ended: RingEnd | None = RingEnd.UNANSWERED


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for the next volunteer of a call, at an instant."""

    hotline: Hotline
    call: str
    seeking: Seeking
    instant: datetime

    @property
    def now(self) -> int:
        return epoch_seconds(self.instant)

    def first(self, who: OnCall) -> Candidates:
        """Return the first candidates among those on call."""
        return first_candidates(self.hotline, self.seeking.hunt, who, self.seeking.position.language, self.now)


class Choosing:
    """Chooses volunteers for callers. `call` is the CallSid of the caller's leg."""

    def __init__(self, parts: AnswerParts) -> None:
        self._live = parts.live
        self._absences = parts.absences
        self._clock = parts.clock
        self._key = parts.key

    def find(
        self,
        hotline: Hotline,
        call: str,
        seeking: Seeking,
        ended: EndedRing | None = None,
        spared: frozenset[str] = frozenset(),
    ) -> FoundTurn:
        """Return whom to ring next. `ended` is a ring to release first; nobody in `spared` is rung just now.

        Before a caller reaches nobody, those who set themselves off are chosen.
        """
        search = _Search(hotline, call, seeking, self._clock())
        who, candidates, chosen = self._first(search, ended, spared)
        how = chosen.ended
        while chosen.turn is None and not chosen.over:
            language = seeking.position.language
            following = next_candidates(hotline, seeking.hunt, who, language, candidates, chosen.busy | spared)
            if isinstance(following, AllBusy | NobodyLeft):
                return FoundTurn(None, following, ended=how)
            candidates = following.without(spared)
            chosen = self._choose(search, candidates)
        return FoundTurn(chosen.turn, over=chosen.over, many=chosen.many, ended=how)

    def live_id(self, call: str) -> str:
        """Return the call's name in live state: another digest than the log's, so that neither leads to the other."""
        return hmac.digest(self._key, b"live\0" + call.encode(), "sha256")[:16].hex()

    def _first(
        self, search: _Search, ended: EndedRing | None, spared: frozenset[str]
    ) -> tuple[OnCall, Candidates, Chosen]:
        """Choose from the first candidates. Return who can be rung, those candidates, and who was chosen.

        Who is off is known without asking. If that has changed, choosing says so, and it is worked out again, once.
        """
        rota, schedule = search.hotline.rota.id, search.hotline.schedule
        known = self._absences.known(rota)
        who = to_ring(schedule, known.absences, search.instant)
        candidates = search.first(who).without(spared)
        chosen = self._choose(search, candidates, ended, known)
        if chosen.stale:
            who = to_ring(schedule, self._absences.look_again(rota).absences, search.instant)
            candidates = search.first(who).without(spared)
            chosen = self._choose(search, candidates, ended)
        return who, candidates, chosen

    def _choose(
        self, search: _Search, candidates: Candidates, ended: EndedRing | None = None, known: Known | None = None
    ) -> Chosen:
        hotline, call, seeking = search.hotline, search.call, search.seeking
        volunteers, schedule = hotline.rota.volunteers, hotline.schedule
        ring = RingName(seeking.position.token, seeking.position.rings + 1)
        hold = hotline.rota.ringing.ring_for + SCREENING_ALLOWANCE
        first = not (seeking.hunt.tried or seeking.hunt.backup_tried)
        if not call:  # nobody would ever say that it is over: it holds no phone
            return Chosen(choose(candidates, starts_anywhere(candidates, ring.token), frozenset(), frozenset()))
        try:
            choice = Choice(
                hotline.ring_id,
                self.live_id(call),
                ring,
                candidates,
                schedule.phones,
                schedule.places,
                hold,
                ended,
                known,
                first,
            )
            chosen = self._live.choose(choice, search.now)
        except LiveStateUnavailable:
            return Chosen(choose(candidates, starts_anywhere(candidates, call), frozenset(), frozenset()))
        in_rota = chosen.turn is None or chosen.turn.volunteer in volunteers
        return chosen if in_rota else replace(chosen, turn=choose(candidates, {}, chosen.busy, frozenset()))
