"""Live state in Redis or Valkey: where each round robin stands, and who is ringing, talking or resting.

Keys, under `hotline:`; all but the first expire soon:

    last:<hotline>            the volunteer last rung of tier 1; of another tier, last:<hotline>:<tier>
    last:…:phone              the same with a digest of their phone, which an edit of the rota's names leaves alone
    line:<phone digest>       "ringing|<ring>|<until>", <ring> being "<token>.<number>"; "asked|..." once it is picked
                              up, then "passed|..." or "talking|..."
    rest:<phone digest>       until when this phone is left alone
    ring:<ring>               whom this ring was given to: "<round>|<1 if backup>|<volunteer>"
    over:<ring>               the ring has ended: "1" if it had been accepted, "2" if passed on, "3" if picked up, else
                              "0"
    call:<call>               the ring a call is at: "<ring>|<its line's key>|<its rest's key>"; "gone" once the call is
                              over: nobody is rung for it again
    rung:<hour>               how often each phone rang unanswered within this hour, by the key of its line
    sign:<sign>:<hotline>     how many rings in a row spoke of a fault at the carrier

Beside them stand the volunteers' absences (`hotline.store.absences.in_redis`): dealing looks at their version.

A phone is one line whichever rota names it, so a volunteer of two hotlines is not rung by both at once. A token is
random and known to the call's own URLs only. Times are epoch seconds, compared with the caller's `now` besides
expiring by the server's clock, so that a practice call may run at any hour.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from hotline.core.calls.carrier_signs import SIGNS_KEPT, Sign
from hotline.core.calls.hunt import (
    MOST_RINGS,
    SPREAD_FROM,
    Dealt,
    EndedRing,
    Hand,
    RingEnd,
    RingName,
    Turn,
    starts_after,
)
from hotline.core.rota.absence import Known
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.keys import absences_key
from hotline.store.redis.server import TIMEOUT, Server

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
      elseif state == 'asked' then
        ended = 3
      end
    end
  end
  redis.call('SET', over, ended, 'EX', 120)
  return ended
end
"""

# KEYS: ring, "" (not used), line/over/rest of the ring that ended (or ""), call, absences, then line and rest of each
#       seat, then `last` of each tier, then how often each phone rang this hour.
# ARGV: ring, now, hold, how long `last` is kept, turn prefix, seats of each tier to start at ("1,0"; "" to go on after
#       `last`), whether in turn, the ended ring and its rest, the version of the absences (or "-" for any), how many
#       seats each tier has ("3,2"), then volunteer, rank and "1" if tried of each seat, in order of the tiers, then
#       "1" if nobody was rung in this hunt yet, from how many rings on they are spread, and how many are the most.
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
if redis.call('GET', KEYS[6]) == 'gone' then return {'over', '', ended} end
if given then return {'given', given, -1} end
local seats = (#ARGV - 14) / 3
local rings, alone, spread, most = KEYS[#KEYS], ARGV[#ARGV - 2] == '1', tonumber(ARGV[#ARGV - 1]), tonumber(ARGV[#ARGV])
local tiers, asked, first = {}, {}, 0
for start in string.gmatch(ARGV[6], '%d+') do asked[#asked + 1] = tonumber(start) end
for size in string.gmatch(ARGV[11], '%d+') do
  local number = #tiers + 1
  tiers[number] = {first = first, size = tonumber(size), key = KEYS[7 + seats * 2 + number], start = asked[number]}
  first = first + size
end
local lasts, absent = {}, false
if ARGV[6] == '' then
  for number, tier in ipairs(tiers) do
    local last = ARGV[7] == '1' and redis.call('GET', tier.key)
    local named, who, phone = last and redis.call('GET', tier.key .. ':phone'), nil, nil
    if named then who, phone = string.match(named, '^(.*)|(%x+)$') end
    if who ~= last then phone = nil end
    lasts[number] = phone and named or last or ''
    if not last then tier.start = 0 end
    for seat = 0, tier.size - 1 do
      local place = tier.first + seat
      local same = phone and string.match(KEYS[8 + place * 2], '(%x+)$') == phone
      if same or (last and not phone and ARGV[12 + place * 3] == last) then tier.start = (seat + 1) % tier.size end
    end
    if not tier.start then absent = true end
  end
  if absent then return {'absent', lasts, ended} end
end
local best, best_order, best_key, busy = nil, nil, nil, {}
local often, often_order, often_key = nil, nil, nil
for number, tier in ipairs(tiers) do
  local found = best
  for place = 0, tier.size - 1 do
    local seat = tier.first + place
    local held = redis.call('GET', KEYS[8 + seat * 2])
    if held and tonumber(string.match(held, '|(%d+)$')) > now then
      busy[#busy + 1] = ARGV[12 + seat * 3]
    elseif not found and ARGV[14 + seat * 3] ~= '1' then
      local rests = tonumber(redis.call('GET', KEYS[9 + seat * 2]) or 0) > now and 1 or 0
      local rung = tonumber(redis.call('HGET', rings, KEYS[8 + seat * 2]) or 0)
      local tired = rung >= spread and math.min(rung, 99) or 0
      local order = ((rests * 1e4 + ARGV[13 + seat * 3]) * 100 + tired) * 1e6 + (place - tier.start) % tier.size
      if rung < most then
        if not best or order < best_order then best, best_order, best_key = seat, order, tier.key end
      elseif alone and (not often or rung * 1e6 + place < often_order) then
        often, often_order, often_key = seat, rung * 1e6 + place, tier.key
      end
    end
  end
end
if not best then best, best_key = often, often_key end
if not best then return {'none', busy, ended} end
local volunteer = ARGV[12 + best * 3]
redis.call('SET', KEYS[8 + best * 2], 'ringing|' .. ring .. '|' .. (now + hold), 'EX', hold)
redis.call('SET', KEYS[1], ARGV[5] .. volunteer, 'EX', hold)
redis.call('SET', KEYS[6], ring .. '|' .. KEYS[8 + best * 2] .. '|' .. KEYS[9 + best * 2], 'EX', hold)
local phone = string.match(KEYS[8 + best * 2], '(%x+)$')
if ARGV[7] == '1' then
  redis.call('SET', best_key, volunteer, 'EX', ARGV[4])
  redis.call('SET', best_key .. ':phone', volunteer .. '|' .. phone, 'EX', ARGV[4])
end
local count = redis.call('HINCRBY', rings, KEYS[8 + best * 2], 1)
redis.call('EXPIRE', rings, 3600)
return {'dealt', ARGV[5] .. volunteer, ended, count == most and 1 or 0}
"""
)

# A ring that somebody picked up was none in vain.
_ACCEPT = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^ringing') and tonumber(redis.call('HGET', KEYS[3], KEYS[1]) or 0) > 0 then
  redis.call('HINCRBY', KEYS[3], KEYS[1], -1)
end
redis.call('SET', KEYS[1], 'talking|' .. ARGV[1] .. '|' .. (ARGV[2] + ARGV[3]), 'EX', ARGV[3])
return 1
"""

# As long as it would have been held by the ringing, and no longer.
_TO_NEXT = """
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local state, by, rest = string.match(held, '^(%a+)|(.+)(|%d+)$')
if (state ~= 'ringing' and state ~= 'asked') or by ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. '|' .. by .. rest, 'KEEPTTL')
if state == 'ringing' and KEYS[2] and tonumber(redis.call('HGET', KEYS[2], KEYS[1]) or 0) > 0 then
  redis.call('HINCRBY', KEYS[2], KEYS[1], -1)
end
return 1
"""

_RELEASE_ONLY = _RELEASE + "return release(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3])"

# A caller may hang up during the words before the ringing: then no ring ends, only the call.
_CALL_OVER = (
    _RELEASE
    + """
local known = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], 'gone', 'EX', ARGV[4])
if not known or known == 'gone' then return 0 end
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
        first: bool = True,
    ) -> Dealt:
        over = self._keys_of(ended) if ended else ("", "", "")
        keys = [f"{self.prefix}ring:{_text(ring)}", "", *over, self._call(call)]
        keys.append(absences_key(self.prefix, known.rota) if known else "")
        seats: list[str | int] = []
        tiers = hand.tiers()
        for seat in (seat for part in tiers.values() for seat in part.seats):
            line = self._digest(phones[seat.volunteer])
            keys += (f"{self.prefix}line:{line}", f"{self.prefix}rest:{line}")
            seats += (seat.volunteer, seat.rank, int(seat.tried))
        keys += [f"{self.prefix}last:{hotline}" + (f":{tier}" if tier > 1 else "") for tier in tiers]
        keys.append(self._rung(now))
        sizes = ",".join(str(len(part.seats)) for part in tiers.values())
        was, rest = (_text(ended.ring), ended.rest) if ended else ("", 0)
        prefix, in_turn = f"{hand.round}|{int(hand.backup)}|", int(hand.in_turn)

        def ask(starts: str, version: str = _UNCHECKED) -> list[Any]:
            args = [_text(ring), now, hold, LAST_REMEMBERED, prefix, starts, in_turn, was, rest, version, sizes, *seats]
            args += (int(first), SPREAD_FROM, MOST_RINGS)
            answer: list[Any] = self.server.ask(lambda: self._deal(keys=keys, args=args))
            return answer

        try:
            self._release_owed()
            kind, found, outcome, *many = ask("", known.version if known else _UNCHECKED)
        except LiveStateUnavailable:
            if ended:
                self._owed.append((ended, now))
            raise
        if kind == "stale":
            return Dealt(None, stale=True)
        if kind == "over":
            return Dealt(None, over=True)
        if kind == "absent":  # a volunteer last rung is not of their tier now: only the rota knows who follows them
            last = {tier: self._named(who, phones) for tier, who in zip(tiers, found, strict=True) if who}
            kind, found, _, *many = ask(",".join(map(str, starts_after(hand, last, places).values())))
        if kind == "none":
            return Dealt(None, frozenset(found), RingEnd(outcome))
        return Dealt(_turn(found), ended=None if kind == "given" else RingEnd(outcome), many=many == [1])

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
        """The hotlines for which each sign stands. Raises LiveStateUnavailable."""
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

    def _rung(self, now: int) -> str:
        return f"{self.prefix}rung:{now // 3600}"

    def _sign(self, hotline: str, sign: Sign) -> str:
        return f"{self.prefix}sign:{sign.value}:{hotline}"

    def _over(self, ring: RingName) -> str:
        return f"{self.prefix}over:{_text(ring)}"


def _text(ring: RingName) -> str:
    return f"{ring.token}.{ring.number}"


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
