"""Live state in Redis or Valkey: where each round robin stands, and who is ringing, talking or resting.

Keys, under `hotline:`; all but the first expire:

    last:<hotline>            the volunteer last rung
    line:<phone digest>       "ringing|<ring>|<until>" or "talking|<ring>|<until>", <ring> being "<token>.<number>"
    rest:<phone digest>       until when this phone is left alone
    ring:<ring>               whom this ring was given to: "<round>|<1 if backup>|<volunteer>"
    over:<ring>               the ring has ended: "1" if it had been accepted, else "0"

A phone is one line whichever rota names it, so a volunteer of two hotlines is not rung by both at once. A token is
random and known to the call's own URLs only. Times are epoch seconds, compared with the caller's `now` besides
expiring by the server's clock, so that a practice call may run at any hour.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.core.hunt import LiveView, RingName, Turn
from hotline.errors import LiveStateUnavailable

TIMEOUT = 0.3
"""Seconds a caller may be kept waiting by Redis, for connecting and for each answer."""
PAUSE_AFTER_FAILURE = 2.0
"""Seconds for which Redis is not asked again after it failed, so that only few callers wait for it."""
OVER_REMEMBERED = 120
LAST_REMEMBERED = 90 * 24 * 3600

_CLAIM = """
local given = redis.call('GET', KEYS[1])
if given then return given end
if ARGV[6] == '1' and (redis.call('GET', KEYS[2]) or '') ~= ARGV[7] then return false end
local held = redis.call('GET', KEYS[3])
if held and tonumber(string.match(held, '|(%d+)$')) > tonumber(ARGV[3]) then return false end
redis.call('SET', KEYS[3], 'ringing|' .. ARGV[2] .. '|' .. (ARGV[3] + ARGV[4]), 'EX', ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[4])
if ARGV[5] ~= '' then redis.call('SET', KEYS[2], ARGV[5], 'EX', ARGV[8]) end
return ARGV[1]
"""

_ACCEPT = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[1], 'talking|' .. ARGV[1] .. '|' .. (ARGV[2] + ARGV[3]), 'EX', ARGV[3])
return 1
"""

_RELEASE = """
local over = redis.call('GET', KEYS[2])
if over then return tonumber(over) end
local held = redis.call('GET', KEYS[1])
local accepted = 0
if held then
  local state, ring = string.match(held, '^(%a+)|(.+)|%d+$')
  if ring == ARGV[1] then
    redis.call('DEL', KEYS[1])
    if state == 'talking' then
      accepted = 1
      if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[3], ARGV[2] + ARGV[3], 'EX', ARGV[3]) end
    end
  end
end
redis.call('SET', KEYS[2], accepted, 'EX', ARGV[4])
return accepted
"""

Answer = TypeVar("Answer")


class RedisLive:
    """Fits `hotline.ports.Live`. Connects at the first call; safe to share between threads and to fork.

    `key` makes the digests of phones; `prefix` sets a practice call's state apart from the line's own.
    """

    def __init__(self, url: str, key: bytes, prefix: str = "hotline:") -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 1),
        )
        self._prefix = prefix
        self._digest = lru_cache(20_000)(
            lambda phone: hmac.digest(key, b"phone\0" + phone.encode(), "sha256")[:12].hex()
        )
        self._claim = self._redis.register_script(_CLAIM)
        self._accept = self._redis.register_script(_ACCEPT)
        self._release = self._redis.register_script(_RELEASE)
        self._asked_again_at = 0.0

    def look(self, hotline: str, ring: RingName, phones: Mapping[str, str], now: int) -> LiveView:
        lines = [self._digest(phone) for phone in phones.values()]
        keys = [self._last(hotline), self._ring(ring)]
        keys += [f"{self._prefix}line:{line}" for line in lines] + [f"{self._prefix}rest:{line}" for line in lines]
        last, given, *rest = self._ask(lambda: self._redis.mget(keys))
        held, resting = rest[: len(lines)], rest[len(lines) :]
        return LiveView(
            known=True,
            last=last,
            busy=frozenset(
                one for one, value in zip(phones, held, strict=True) if value and int(value.rpartition("|")[2]) > now
            ),
            resting=frozenset(one for one, until in zip(phones, resting, strict=True) if until and int(until) > now),
            already=_turn(given) if given else None,
        )

    def claim(
        self, hotline: str, ring: RingName, turn: Turn, phone: str, after: str | None, now: int, hold: int
    ) -> Turn | None:
        compare = "0" if turn.backup else "1"
        return self._try_to_claim(hotline, ring, turn, phone, now, hold, compare, after or "")

    def claim_anyhow(self, hotline: str, ring: RingName, turn: Turn, phone: str, now: int, hold: int) -> Turn | None:
        return self._try_to_claim(hotline, ring, turn, phone, now, hold, "0", "")

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        keys = [f"{self._prefix}line:{self._digest(phone)}", self._over(ring)]
        return bool(self._ask(lambda: self._accept(keys=keys, args=[_text(ring), now, hold])))

    def is_over(self, ring: RingName) -> bool:
        return bool(self._ask(lambda: self._redis.exists(self._over(ring))))

    def release(self, ring: RingName, phone: str, now: int, rest: int) -> bool:
        line = self._digest(phone)
        keys = [f"{self._prefix}line:{line}", self._over(ring), f"{self._prefix}rest:{line}"]
        return bool(self._ask(lambda: self._release(keys=keys, args=[_text(ring), now, rest, OVER_REMEMBERED])))

    def ping(self) -> None:
        """Raise LiveStateUnavailable unless Redis answers now."""
        self._asked_again_at = 0.0
        self._ask(self._redis.ping)

    def _try_to_claim(
        self, hotline: str, ring: RingName, turn: Turn, phone: str, now: int, hold: int, compare: str, after: str
    ) -> Turn | None:
        keys = [self._ring(ring), self._last(hotline), f"{self._prefix}line:{self._digest(phone)}"]
        wanted = f"{turn.round}|{int(turn.backup)}|{turn.volunteer}"
        stands_at = "" if turn.backup else turn.volunteer
        args: list[str | int] = [wanted, _text(ring), now, hold, stands_at, compare, after, LAST_REMEMBERED]
        given = self._ask(lambda: self._claim(keys=keys, args=args))
        return _turn(given) if given else None

    def _ask(self, question: Callable[[], Any]) -> Any:
        if time.monotonic() < self._asked_again_at:
            raise LiveStateUnavailable("Redis failed a moment ago.")
        try:
            return question()
        except (redis.RedisError, OSError) as error:
            self._asked_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
            raise LiveStateUnavailable(
                f"Redis does not answer ({type(error).__name__}).",
                "Calls go on without it. Start it, or see REDIS_URL.",
            ) from None

    def _last(self, hotline: str) -> str:
        return f"{self._prefix}last:{hotline}"

    def _ring(self, ring: RingName) -> str:
        return f"{self._prefix}ring:{_text(ring)}"

    def _over(self, ring: RingName) -> str:
        return f"{self._prefix}over:{_text(ring)}"


def _text(ring: RingName) -> str:
    return f"{ring.token}.{ring.number}"


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
