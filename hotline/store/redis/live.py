"""Live state in Redis or Valkey: the position of each round robin, and who is ringing, talking or resting.

Keys, under `hotline:`; all but the first expire soon:

    last:<hotline>            the volunteer last rung of tier 1; of another tier, last:<hotline>:<tier>
    last:…:phone              the same with a digest of their phone, which does not change when the rota's names do
    line:<phone digest>       "ringing|<ring>|<until>", <ring> being "<token>.<number>"; "asked|..." once it is picked
                              up, then "passed|..." or "talking|..."
    rest:<phone digest>       until when not to ring this phone
    ring:<ring>               the volunteer of this ring: "<round>|<1 if backup>|<volunteer>"
    over:<ring>               the ring has ended: "1" if it had been accepted, "2" if passed on, "3" if picked up, else
                              "0"
    call:<call>               the ring a call is at: "<ring>|<its line's key>|<its rest's key>"; "gone" once the call is
                              over: nobody is rung for it again
    rung:<hour>               how often each phone rang unanswered within this hour, by the key of its line
    sign:<sign>:<hotline>     how many rings in a row showed a fault at the carrier

Beside them are the volunteers' absences (`hotline.store.absences.in_redis`): choosing looks at their version.

A phone is one line in all rotas, so a volunteer of two hotlines is not rung by both at once. A token is random and
occurs only in the call's own URLs. Times are epoch seconds. They are compared with the caller's `now`, besides expiring
by the server's clock, so that a practice call may run at any hour.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from hotline.core.calls.carrier_signs import SIGNS_KEPT, Sign
from hotline.core.calls.hunt import (
    MOST_RINGS,
    SPREAD_FROM,
    Candidate,
    Candidates,
    Choice,
    Chosen,
    EndedRing,
    RingEnd,
    RingName,
    Turn,
    next_seats,
    starts_after,
)
from hotline.errors import LiveStateUnavailable
from hotline.store.lua import lua
from hotline.store.redis.connection import TIMEOUT, RedisConnection
from hotline.store.redis.keys import absences_key

_MOST_OWED = 1_000
_UNCHECKED = "-"
_NEXT_SEATS = 12
LAST_REMEMBERED = 90 * 24 * 3600


_CHOOSE = lua(__file__, "release", "choose")

_ACCEPT = lua(__file__, "accept")

_PASS_ON = lua(__file__, "pass_on")

_RELEASE = lua(__file__, "release", "release_ring")

_CALL_OVER = lua(__file__, "release", "call_over")


@dataclass(slots=True)
class _Question:
    """A choice to make at an instant, for candidates who follow this version of the absences.

    `how`: the number of the `RingEnd` of the ring that ended before, once that is known.
    """

    choice: Choice
    now: int
    version: str
    how: int | None = None

    def answered(self, how: int) -> None:
        """Note an answer: the version was right, and the ring that ended is released."""
        self.version = _UNCHECKED
        if self.how is None:
            self.how = how


@dataclass(frozen=True, slots=True)
class _LuaAnswer:
    """An answer of `choose.lua`: what kind it is, what it names, and whether the chosen has been rung very often."""

    kind: str
    found: Any
    many: bool


class RedisLive:
    """Implements `hotline.ports.Live`. Connects at the first call; safe to share between threads and to fork.

    `key` makes the digests of phones; `timeout` is in seconds; `prefix` sets a rehearsal's state apart from the line's.
    `seats` is how many of those whose turn comes next are asked about before all are; 0 for all at once.
    """

    def __init__(
        self, url: str, key: bytes, prefix: str = "hotline:", timeout: float = TIMEOUT, seats: int = _NEXT_SEATS
    ) -> None:
        self.server = RedisConnection(url, timeout)
        self.prefix = prefix
        self._digest = lru_cache(20_000)(
            lambda phone: hmac.digest(key, b"phone\0" + phone.encode(), "sha256")[:12].hex()
        )
        self._member = lru_cache(20_000)(
            lambda phone: (f"{prefix}line:{self._digest(phone)}", f"{prefix}rest:{self._digest(phone)}")
        )
        self._seats = seats
        self._last: dict[tuple[str, int], tuple[str, int]] = {}
        self._near: dict[str, int] = {}
        self._choose = self.server.script(_CHOOSE)
        self._accept = self.server.script(_ACCEPT)
        self._pass = self.server.script(_PASS_ON)
        self._release = self.server.script(_RELEASE)
        self._call_over = self.server.script(_CALL_OVER)
        self._owed: deque[tuple[EndedRing, int]] = deque(maxlen=_MOST_OWED)

    def choose(self, choice: Choice, now: int) -> Chosen:
        question = _Question(choice, now, choice.known.version if choice.known else _UNCHECKED)
        try:
            self._release_owed()
            answer = self._of_next_seats(question) or self._of_all(question)
        except LiveStateUnavailable:
            if choice.ended:
                self._owed.append((choice.ended, now))
            raise
        if answer.kind == "absent":  # the volunteer last rung is not of their tier now: only the rota knows who follows
            candidates = choice.candidates
            tiers = zip(candidates.tiers(), answer.found, strict=True)
            last = {tier: self._named(who, choice.phones) for tier, who in tiers if who}
            answer = self._of_all(question, starts_after(candidates, last, choice.places).values())
        if answer.kind == "stale":
            return Chosen(None, stale=True)
        if answer.kind == "over":
            return Chosen(None, over=True)
        if answer.kind == "none":
            return Chosen(None, frozenset(answer.found), RingEnd(question.how))
        turn = _turn(answer.found)
        if answer.kind == "given":
            return Chosen(turn, ended=None)
        if choice.candidates.in_turn:
            self._remember(choice, turn.volunteer)
        return Chosen(turn, ended=RingEnd(question.how), many=answer.many)

    def _of_next_seats(self, question: _Question) -> _LuaAnswer | None:
        """Choose among the next seats. None if it takes all to decide.

        The seats follow whom this process rang last. If others have rung since, they follow whom Redis says, once.
        """
        choice, last = question.choice, None
        for again in (True, False):
            seats = next_seats(choice.candidates, partial(self._rung_last, choice.hotline, last), self._seats)
            if seats is None or not self._seats:
                return None
            answer = self._ask(question, seats.members, [(seats.tier, len(seats.members))], rank=seats.rank)
            if answer.kind == "more" or (answer.kind == "moved" and not (again and answer.found)):
                return None
            if answer.kind != "moved":
                return answer
            last = self._named(answer.found, choice.phones)
        return None

    def _rung_last(self, hotline: str, named: str | None, tier: int) -> tuple[str, int] | None:
        """Return the volunteer last rung, `named` by Redis or as this process knows it, and their likely place."""
        return (named, 0) if named else self._last.get((hotline, tier))

    def _of_all(self, question: _Question, starts: Iterable[int] = ()) -> _LuaAnswer:
        tiers = question.choice.candidates.tiers()
        sizes = [(tier, len(part.members)) for tier, part in tiers.items()]
        return self._ask(question, tuple(_in_tiers(tiers)), sizes, ",".join(map(str, starts)))

    def _ask(
        self,
        question: _Question,
        members: Sequence[Candidate],
        sizes: Sequence[tuple[int, int]],
        starts: str = "",
        rank: int | None = None,
    ) -> _LuaAnswer:
        """Ask for a choice among some members. `sizes`: of each tier; `rank`: see `NextSeats`."""
        choice, now = question.choice, question.now
        over = self._keys_of(choice.ended) if choice.ended else ("", "", "")
        placed = choice.ended.placed if choice.ended else ""
        sign = self._sign(placed, Sign.NOT_PLACED) if placed else ""
        keys = [f"{self.prefix}ring:{_text(choice.ring)}", sign, *over, self._call(choice.call)]
        keys.append(absences_key(self.prefix, choice.known.rota) if choice.known else "")
        was, rest = (_text(choice.ended.ring), choice.ended.rest) if choice.ended else ("", 0)
        prefix = f"{choice.candidates.round}|{int(choice.candidates.backup)}|"
        args: list[str | int] = [_text(choice.ring), now, choice.hold, LAST_REMEMBERED, prefix, starts]
        args += (int(choice.candidates.in_turn), was, rest, question.version)
        args += (",".join(str(size) for _, size in sizes), "" if rank is None else rank)
        for candidate in members:
            keys += self._member(choice.phones[candidate.volunteer])
            args += (candidate.volunteer, candidate.rank, int(candidate.tried))
        keys += [f"{self.prefix}last:{choice.hotline}" + (f":{tier}" if tier > 1 else "") for tier, _ in sizes]
        keys.append(self._rung(now))
        args += (int(choice.first), SPREAD_FROM, MOST_RINGS)
        kind, found, how, *many = self.server.ask(lambda: self._choose(keys=keys, args=args))
        question.answered(how)
        return _LuaAnswer(kind, found, many == [1])

    def _remember(self, choice: Choice, volunteer: str) -> None:
        members = choice.candidates.members
        near = self._near.get(choice.hotline, 0)  # most likely a seat or two further on
        places = chain(range(near, min(near + _NEXT_SEATS, len(members))), range(len(members)))
        place = next(place for place in places if members[place].volunteer == volunteer)
        self._last[choice.hotline, members[place].tier] = (volunteer, place)
        self._near[choice.hotline] = place

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        keys = [f"{self.prefix}line:{self._digest(phone)}", self._over(ring), self._rung(now)]
        return bool(self.server.ask(lambda: self._accept(keys=keys, args=[_text(ring), now, hold])))

    def pass_on(self, ring: RingName, phone: str) -> None:
        keys = [f"{self.prefix}line:{self._digest(phone)}"]
        self.server.ask(lambda: self._pass(keys=keys, args=[_text(ring), "passed"]))

    def is_over(self, ring: RingName, phone: str | None = None, now: int = 0) -> bool:
        over = bool(self.server.ask(lambda: self.server.client.exists(self._over(ring))))
        if phone is not None and not over:
            keys = [f"{self.prefix}line:{self._digest(phone)}", self._rung(now)]
            self.server.ask(lambda: self._pass(keys=keys, args=[_text(ring), "asked"]))
        return over

    def sign(self, hotline: str, sign: Sign, seen: bool) -> bool:
        key = self._sign(hotline, sign)
        if not seen:
            self.server.ask(lambda: self.server.client.delete(key))
            return False
        with self.server.client.pipeline() as both:
            both.incr(key)
            both.expire(key, SIGNS_KEPT)
            count: int = self.server.ask(both.execute)[0]
        return count == sign.in_a_row

    def signs(self, hotlines: Iterable[str]) -> Mapping[Sign, Sequence[str]]:
        """The hotlines that show each sign. Raises LiveStateUnavailable."""
        asked = [(sign, hotline) for sign in Sign for hotline in hotlines]
        if not asked:
            return {}
        counts = self.server.ask(lambda: self.server.client.mget([self._sign(line, sign) for sign, line in asked]))
        found: dict[Sign, list[str]] = {}
        for (sign, hotline), count in zip(asked, counts, strict=True):
            if int(count or 0) >= sign.in_a_row:
                found.setdefault(sign, []).append(hotline)
        return found

    def release(self, ended: EndedRing, now: int) -> RingEnd:
        keys = self._keys_of(ended)
        try:
            return RingEnd(self.server.ask(lambda: self._release(keys=keys, args=[_text(ended.ring), now, ended.rest])))
        except LiveStateUnavailable:
            self._owed.append((ended, now))
            raise

    def call_over(self, call: str, now: int, rest: int, remember: int = 600) -> None:
        args: list[str | int] = [f"{self.prefix}over:", now, rest, remember]
        self.server.ask(lambda: self._call_over(keys=[self._call(call)], args=args))

    def is_taken(self, phone: str, now: int) -> bool:
        """Return whether a phone is being rung for a call, or somebody talks on it. Raises LiveStateUnavailable."""
        held = self.server.ask(lambda: self.server.client.get(f"{self.prefix}line:{self._digest(phone)}"))
        return held is not None and int(str(held).rpartition("|")[2]) > now

    def ping(self) -> None:
        """Raise LiveStateUnavailable unless Redis takes now what calls write."""
        self.server.probe()
        self._release_owed()

    def _named(self, last: str, phones: Mapping[str, str]) -> str:
        """The volunteer last rung, by the rota's name for that phone, or by their old name if nobody has it."""
        who, _, digest = last.rpartition("|")
        if who in phones and self._digest(phones[who]) == digest:
            return who
        return next((one for one, phone in phones.items() if self._digest(phone) == digest), who) if who else last

    def _release_owed(self) -> None:
        """Release the rings that ended while Redis was down: it may come back with them still ringing."""
        for _ in range(len(self._owed)):
            with suppress(IndexError):  # another thread has released it
                self.release(*self._owed.popleft())

    def _keys_of(self, ended: EndedRing) -> tuple[str, str, str]:
        line = self._digest(ended.phone)
        return f"{self.prefix}line:{line}", self._over(ended.ring), f"{self.prefix}rest:{line}"

    def _call(self, call: str) -> str:
        return f"{self.prefix}call:{call}"

    def _rung(self, now: int) -> str:
        return f"{self.prefix}rung:{now // 3600}"

    def _sign(self, hotline: str, sign: Sign) -> str:
        return f"{self.prefix}sign:{sign.value}:{hotline}"

    def _over(self, ring: RingName) -> str:
        return f"{self.prefix}over:{_text(ring)}"


def _in_tiers(tiers: Mapping[int, Candidates]) -> Iterator[Candidate]:
    return (candidate for part in tiers.values() for candidate in part.members)


def _text(ring: RingName) -> str:
    return f"{ring.token}.{ring.number}"


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
