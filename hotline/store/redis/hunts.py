"""Hunts in which several phones ring at once, in Redis: any web process starts the rings that are due.

Keys, under `hotline:`; all expire after some hours:

    hunt:<hunt>      a hash. Of each ring: "turn:<n>" ("<round>|<1 if backup>|<volunteer>"), "at:<n>" (when it started),
                     "leg:<n>" (its CallSid, encrypted), "up:<n>" once it is picked up, "over:<n>" once it is over, and
                     "silent:<n>" once its phone is silent. Of the hunt: "won" (the number of the ring whose volunteer
                     takes the call), "queued", "language", "bridged", "closed" (why it is over), "failed",
                     "people" (the rota rung, if it is not the flow's own), and "caller" (the caller's CallSid,
                     encrypted)
    hunts:<call>     the names of a call's hunts
    waiting:<rota>   the hunts for which everyone is busy, by when their caller began to wait
    seen:<hunt>      when such a hunt was last looked at
    settled          the hunts that were won or closed just now, and whose phones may still ring

CallSids are encrypted with our own key, so that nobody who reads Redis can look a call up at the carrier.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from hotline.core.calls.hunt import Turn
from hotline.core.calls.several import SharedHunt, SharedRing
from hotline.store.lua import lua
from hotline.store.redis.connection import RedisConnection

_KEPT = 3 * 3600
_SETTLED = 120
"""Seconds for which settled hunts are remembered. No phone rings for longer."""
_STILL_WAITING = 15
"""Seconds since the last look after which a caller no longer waits."""
_MOST_IN_LINE = 100
_MOST_PADS = 1_000
_CLAIM, _PLACED = lua(__file__, "hunt_claim"), lua(__file__, "hunt_placed")
_WIN, _GIVE_BACK = lua(__file__, "hunt_win"), lua(__file__, "hunt_give_back")
_LOOK = lua(__file__, "hunt_look")


class RedisHunts:
    """Implements `hotline.ports.SharedHunts`. `key` encrypts CallSids; `prefix` separates a rehearsal from the line."""

    def __init__(self, server: RedisConnection, key: bytes, prefix: str = "hotline:") -> None:
        self._server = server
        self._pad = lru_cache(_MOST_PADS)(partial(_pad, key))
        self._prefix = prefix
        self._claim, self._placed = (server.script(script) for script in (_CLAIM, _PLACED))
        self._win, self._give_back = (server.script(script) for script in (_WIN, _GIVE_BACK))
        self._look = server.script(_LOOK)

    def open(self, hunt: str, call: str, caller: str, people: str | None = None) -> None:
        with self._asking() as both:
            both.hsetnx(self._hunt(hunt), "caller", self._encrypted(caller, hunt, "caller"))
            if people:
                both.hsetnx(self._hunt(hunt), "people", people)
            both.expire(self._hunt(hunt), _KEPT)
            both.sadd(self._of(call), hunt)
            both.expire(self._of(call), _KEPT)

    def read(self, hunt: str) -> SharedHunt:
        found: Any = self._server.ask(lambda: self._server.client.hgetall(self._hunt(hunt)))
        return self._hunt_of(hunt, found)

    def look(self, rota: str, hunt: str, since: int, now: int) -> tuple[SharedHunt, bool]:
        keys = [self._hunt(hunt), self._line(rota)]
        args: list[str | int] = [hunt, since, now, _STILL_WAITING, _MOST_IN_LINE, _KEPT, self._seen("")]
        found: Any
        found, first = self._server.ask(lambda: self._look(keys=keys, args=args))
        return self._hunt_of(hunt, dict(zip(found[::2], found[1::2], strict=True))), bool(first)

    def _hunt_of(self, hunt: str, fields: Mapping[str, str]) -> SharedHunt:
        """Return the hunt with these fields in Redis."""
        rings = {
            int(name[5:]): SharedRing(
                _turn(turn),
                int(fields.get(f"at:{name[5:]}", 0)),
                self._decrypted(fields.get(f"leg:{name[5:]}", ""), hunt, name[5:]),
                f"over:{name[5:]}" in fields,
                f"up:{name[5:]}" in fields,
                f"silent:{name[5:]}" in fields,
            )
            for name, turn in fields.items()
            if name.startswith("turn:")
        }
        return SharedHunt(
            dict(sorted(rings.items())),
            won=int(fields.get("won", 0)),
            bridged="bridged" in fields,
            closed=fields.get("closed", ""),
            failed="failed" in fields,
            caller=self._decrypted(fields.get("caller", ""), hunt, "caller"),
            queued="queued" in fields,
            people=fields.get("people"),
            language=fields.get("language", ""),
        )

    def line_up(self, rota: str, hunt: str, since: int, now: int) -> None:
        with self._asking() as both:
            both.zadd(self._line(rota), {hunt: since})
            both.expire(self._line(rota), _KEPT)
            both.set(self._seen(hunt), now, ex=_STILL_WAITING)

    def claim(self, hunt: str, number: int, turn: Turn, now: int) -> bool:
        text = f"{turn.round}|{int(turn.backup)}|{turn.volunteer}"
        return bool(self._server.ask(lambda: self._claim(keys=[self._hunt(hunt)], args=[number, text, now, _KEPT])))

    def placed(self, hunt: str, number: int, leg: str) -> bool:
        secret = self._encrypted(leg, hunt, str(number))
        return bool(self._server.ask(lambda: self._placed(keys=[self._hunt(hunt)], args=[number, secret])))

    def pick_up(self, hunt: str, number: int) -> None:
        self._set(hunt, f"up:{number}", "1")

    def over(self, hunt: str, number: int) -> bool:
        return bool(self._server.ask(lambda: self._server.client.hsetnx(self._hunt(hunt), f"over:{number}", "1")))

    def let_go(self, hunt: str, number: int) -> None:
        self._set(hunt, f"silent:{number}", "1")

    def fail(self, hunt: str) -> None:
        self._set(hunt, "failed", "1")

    def win(self, hunt: str, number: int) -> bool:
        self._settle(hunt)
        return bool(self._server.ask(lambda: self._win(keys=[self._hunt(hunt)], args=[number])))

    def give_back(self, hunt: str, number: int) -> None:
        self._server.ask(lambda: self._give_back(keys=[self._hunt(hunt)], args=[number]))

    def queue(self, hunt: str, language: str) -> None:
        self._set(hunt, "queued", "1")
        self._server.ask(lambda: self._server.client.hset(self._hunt(hunt), "language", language))

    def bridge(self, hunt: str) -> None:
        self._set(hunt, "bridged", "1")

    def close(self, hunt: str, why: str) -> None:
        self._set(hunt, "closed", why)
        self._settle(hunt)

    def settled(self) -> Sequence[str]:
        found: Any = self._server.ask(lambda: self._server.client.smembers(f"{self._prefix}settled"))
        return sorted(found)

    def silent(self, hunt: str) -> None:
        self._server.ask(lambda: self._server.client.srem(f"{self._prefix}settled", hunt))

    def of_call(self, call: str) -> Sequence[str]:
        found: Any = self._server.ask(lambda: self._server.client.smembers(self._of(call)))
        return sorted(found)

    def _settle(self, hunt: str) -> None:
        with self._asking() as both:
            both.delete(self._seen(hunt))
            both.sadd(f"{self._prefix}settled", hunt)
            both.expire(f"{self._prefix}settled", _SETTLED)

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        """Send what is put into a pipeline, in one go."""
        with self._server.client.pipeline() as pipeline:
            yield pipeline
            self._server.ask(pipeline.execute)

    def _line(self, rota: str) -> str:
        return f"{self._prefix}waiting:{rota}"

    def _seen(self, hunt: str) -> str:
        return f"{self._prefix}seen:{hunt}"

    def _set(self, hunt: str, name: str, value: str) -> None:
        self._server.ask(lambda: self._server.client.hsetnx(self._hunt(hunt), name, value))

    def _hunt(self, hunt: str) -> str:
        return f"{self._prefix}hunt:{hunt}"

    def _of(self, call: str) -> str:
        return f"{self._prefix}hunts:{call}"

    def _encrypted(self, sid: str, hunt: str, name: str) -> str:
        """A CallSid, each byte combined with one of a pad that no other CallSid is combined with."""
        raw = sid.encode()
        return _combined(raw, self._pad(hunt, name, len(raw) // 32 + 1)).hex()

    def _decrypted(self, secret: str, hunt: str, name: str) -> str:
        raw = bytes.fromhex(secret)
        return _combined(raw, self._pad(hunt, name, len(raw) // 32 + 1)).decode()


def _pad(key: bytes, hunt: str, name: str, blocks: int) -> bytes:
    return b"".join(hmac.digest(key, f"sid\0{hunt}\0{name}\0{block}".encode(), "sha256") for block in range(blocks))


def _combined(text: bytes, pad: bytes) -> bytes:
    length = len(text)
    return (int.from_bytes(text, "big") ^ int.from_bytes(pad[:length], "big")).to_bytes(length, "big")


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
