"""Live state in Redis or Valkey: where each round robin stands, and who is ringing, talking or resting.

Keys, under `hotline:`; all but the first expire:

    last:<hotline>            the volunteer last rung: "<volunteer>|<phone digest>"
    line:<phone digest>       "ringing|<ring>|<until>", "passed|..." or "talking|...", <ring> being "<token>.<number>"
    rest:<phone digest>       until when this phone is left alone
    ring:<ring>               whom this ring was given to: "<round>|<1 if backup>|<volunteer>"
    over:<ring>               the ring has ended: "1" if it had been accepted, "2" if passed on, else "0"
    call:<call>               the ring a call is at: "<ring>|<its line's key>|<its rest's key>"

Beside them stand the volunteers' absences (`hotline.store.shared_absences`): dealing looks at their version.

A phone is one line whichever rota names it, so a volunteer of two hotlines is not rung by both at once. A token is
random and known to the call's own URLs only. Times are epoch seconds, compared with the caller's `now` besides
expiring by the server's clock, so that a practice call may run at any hour.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from hotline.core.absence import Known
from hotline.core.hunt import Dealt, EndedRing, Hand, RingEnd, RingName, Turn, start_after
from hotline.errors import LiveStateUnavailable
from hotline.store.server import TIMEOUT, Server
from hotline.store.shared_absences import absences_key

_MOST_OWED = 1_000
_UNCHECKED = "-"
LAST_REMEMBERED = 90 * 24 * 3600

_RELEASE = """
local function release(line, over, rest, ring, now, seconds)
  local known = redis.call('GET', over)
  if known then return tonumber(known) end
  local held, ended = redis.call('GET', line), 0
  if held then
    local state, by = string.match(held, '^(%a+)|(.+)|%d+$')
    if by == ring then
      redis.call('DEL', line)
      if state == 'talking' then
        ended = 1
        if tonumber(seconds) > 0 then redis.call('SET', rest, now + seconds, 'EX', seconds) end
      elseif state == 'passed' then
        ended = 2
      end
    end
  end
  redis.call('SET', over, ended, 'EX', 120)
  return ended
end
"""

# KEYS: ring, last, line/over/rest of the ring that ended (or ""), call, absences, then line and rest of each seat.
# ARGV: ring, now, hold, how long `last` is kept, turn prefix, start ("" to go on after `last`), whether in turn,
#       the ended ring and its rest, the version of the absences (or "-" for any), then volunteer, rank and "1" if tried
#       of each seat.
_DEAL = (
    _RELEASE
    + """
local ring, now, hold = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local given = redis.call('GET', KEYS[1])
if not given and ARGV[10] ~= '-' and (redis.call('HGET', KEYS[7], '') or '') ~= ARGV[10] then
  return {'stale', '', 0}
end
local ended = 0
if ARGV[8] ~= '' then ended = release(KEYS[3], KEYS[4], KEYS[5], ARGV[8], now, ARGV[9]) end
if given then return {'given', given, -1} end
local seats, last = (#ARGV - 10) / 3, redis.call('GET', KEYS[2])
local start = tonumber(ARGV[6])
if not start then
  start = 0
  if ARGV[7] == '1' and last then
    start = nil
    local phone = string.match(last, '|(%x+)$')
    for seat = 0, seats - 1 do
      if phone and string.match(KEYS[8 + seat * 2], '(%x+)$') == phone then start = (seat + 1) % seats end
      if not phone and ARGV[11 + seat * 3] == last then start = (seat + 1) % seats end
    end
    if not start then return {'absent', last, ended} end
  end
end
local best, best_order, busy = nil, nil, {}
for seat = 0, seats - 1 do
  local held = redis.call('GET', KEYS[8 + seat * 2])
  if held and tonumber(string.match(held, '|(%d+)$')) > now then
    busy[#busy + 1] = ARGV[11 + seat * 3]
  elseif ARGV[13 + seat * 3] ~= '1' then
    local rests = tonumber(redis.call('GET', KEYS[9 + seat * 2]) or 0) > now and 1 or 0
    local order = (rests * 1e6 + ARGV[12 + seat * 3]) * 1e6 + (seat - start) % seats
    if not best or order < best_order then best, best_order = seat, order end
  end
end
if not best then return {'none', busy, ended} end
local volunteer = ARGV[11 + best * 3]
redis.call('SET', KEYS[8 + best * 2], 'ringing|' .. ring .. '|' .. (now + hold), 'EX', hold)
redis.call('SET', KEYS[1], ARGV[5] .. volunteer, 'EX', hold)
redis.call('SET', KEYS[6], ring .. '|' .. KEYS[8 + best * 2] .. '|' .. KEYS[9 + best * 2], 'EX', hold)
local phone = string.match(KEYS[8 + best * 2], '(%x+)$')
if ARGV[7] == '1' then redis.call('SET', KEYS[2], volunteer .. '|' .. phone, 'EX', ARGV[4]) end
return {'dealt', ARGV[5] .. volunteer, ended}
"""
)

_ACCEPT = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[1], 'talking|' .. ARGV[1] .. '|' .. (ARGV[2] + ARGV[3]), 'EX', ARGV[3])
return 1
"""

# As long as it would have been held by the ringing, and no longer.
_TO_NEXT = """
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local state, by, rest = string.match(held, '^(%a+)|(.+)(|%d+)$')
if state ~= 'ringing' or by ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'passed|' .. by .. rest, 'KEEPTTL')
return 1
"""

_RELEASE_ONLY = _RELEASE + "return release(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3])"

# A caller may hang up during the words before the ringing: then no ring ends, only the call.
_CALL_OVER = (
    _RELEASE
    + """
local known = redis.call('GET', KEYS[1])
if not known then return 0 end
redis.call('DEL', KEYS[1])
local ring, line, rest = string.match(known, '^([^|]+)|([^|]+)|([^|]+)$')
return release(line, ARGV[1] .. ring, rest, ring, ARGV[2], ARGV[3])
"""
)


class RedisLive:
    """Fits `hotline.ports.Live`. Connects at the first call; safe to share between threads and to fork.

    `key` makes the digests of phones; `timeout` is in seconds; `prefix` sets a rehearsal's state apart from the line's.
    """

    def __init__(self, url: str, key: bytes, prefix: str = "hotline:", timeout: float = TIMEOUT) -> None:
        self.server = Server(url, timeout)
        self.prefix = prefix
        self._digest = lru_cache(20_000)(
            lambda phone: hmac.digest(key, b"phone\0" + phone.encode(), "sha256")[:12].hex()
        )
        self._deal = self.server.client.register_script(_DEAL)
        self._accept = self.server.client.register_script(_ACCEPT)
        self._pass = self.server.client.register_script(_TO_NEXT)
        self._release = self.server.client.register_script(_RELEASE_ONLY)
        self._call_over = self.server.client.register_script(_CALL_OVER)
        self._owed: deque[tuple[EndedRing, int]] = deque(maxlen=_MOST_OWED)

    def deal(
        self,
        hotline: str,
        call: str,
        ring: RingName,
        hand: Hand,
        phones: Mapping[str, str],
        places: Mapping[str, int],
        now: int,
        hold: int,
        ended: EndedRing | None = None,
        known: Known | None = None,
    ) -> Dealt:
        over = self._keys_of(ended) if ended else ("", "", "")
        keys = [f"{self.prefix}ring:{_text(ring)}", f"{self.prefix}last:{hotline}", *over, self._call(call)]
        keys.append(absences_key(self.prefix, known.rota) if known else "")
        seats: list[str | int] = []
        for seat in hand.seats:
            line = self._digest(phones[seat.volunteer])
            keys += (f"{self.prefix}line:{line}", f"{self.prefix}rest:{line}")
            seats += (seat.volunteer, seat.rank, int(seat.tried))
        was, rest = (_text(ended.ring), ended.rest) if ended else ("", 0)
        prefix, in_turn = f"{hand.round}|{int(hand.backup)}|", int(hand.in_turn)

        def ask(start: int | str, version: str = _UNCHECKED) -> list[Any]:
            args = [_text(ring), now, hold, LAST_REMEMBERED, prefix, start, in_turn, was, rest, version, *seats]
            answer: list[Any] = self.server.ask(lambda: self._deal(keys=keys, args=args))
            return answer

        try:
            self._release_owed()
            kind, found, outcome = ask("", known.version if known else _UNCHECKED)
        except LiveStateUnavailable:
            if ended:
                self._owed.append((ended, now))
            raise
        if kind == "stale":
            return Dealt(None, stale=True)
        if kind == "absent":  # the volunteer last rung is not of this hand: only the rota knows who follows them
            kind, found, _ = ask(start_after(hand, self._named(found, phones), places))
        if kind == "none":
            return Dealt(None, frozenset(found), RingEnd(outcome))
        return Dealt(_turn(found), ended=None if kind == "given" else RingEnd(outcome))

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        keys = [f"{self.prefix}line:{self._digest(phone)}", self._over(ring)]
        return bool(self.server.ask(lambda: self._accept(keys=keys, args=[_text(ring), now, hold])))

    def pass_on(self, ring: RingName, phone: str) -> None:
        keys = [f"{self.prefix}line:{self._digest(phone)}"]
        self.server.ask(lambda: self._pass(keys=keys, args=[_text(ring)]))

    def is_over(self, ring: RingName) -> bool:
        return bool(self.server.ask(lambda: self.server.client.exists(self._over(ring))))

    def release(self, ended: EndedRing, now: int) -> RingEnd:
        keys = self._keys_of(ended)
        try:
            return RingEnd(self.server.ask(lambda: self._release(keys=keys, args=[_text(ended.ring), now, ended.rest])))
        except LiveStateUnavailable:
            self._owed.append((ended, now))
            raise

    def call_over(self, call: str, now: int, rest: int) -> None:
        args: list[str | int] = [f"{self.prefix}over:", now, rest]
        self.server.ask(lambda: self._call_over(keys=[self._call(call)], args=args))

    def is_taken(self, phone: str, now: int) -> bool:
        """Whether a phone is being rung for a call, or somebody talks on it. Raises LiveStateUnavailable."""
        held = self.server.ask(lambda: self.server.client.get(f"{self.prefix}line:{self._digest(phone)}"))
        return held is not None and int(str(held).rpartition("|")[2]) > now

    def ping(self) -> None:
        """Raise LiveStateUnavailable unless Redis answers now."""
        self.server.ask_again()
        self.server.ask(self.server.client.ping)
        self._release_owed()

    def _named(self, last: str, phones: Mapping[str, str]) -> str:
        """The volunteer last rung, as the rota names whoever has that phone; by their old name if nobody has."""
        who, _, digest = last.rpartition("|")
        return next((one for one, phone in phones.items() if self._digest(phone) == digest), who) if who else last

    def _release_owed(self) -> None:
        """Release the rings that ended while Redis was gone: it may come back believing that they go on."""
        for _ in range(len(self._owed)):
            with suppress(IndexError):  # another thread was quicker
                self.release(*self._owed.popleft())

    def _keys_of(self, ended: EndedRing) -> tuple[str, str, str]:
        line = self._digest(ended.phone)
        return f"{self.prefix}line:{line}", self._over(ended.ring), f"{self.prefix}rest:{line}"

    def _call(self, call: str) -> str:
        return f"{self.prefix}call:{call}"

    def _over(self, ring: RingName) -> str:
        return f"{self.prefix}over:{_text(ring)}"


def _text(ring: RingName) -> str:
    return f"{ring.token}.{ring.number}"


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
