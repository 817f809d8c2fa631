"""Hunts in which several phones ring at once, in Redis: any web process starts the rings that are due.

Keys, under `hotline:`; both expire after some hours:

    hunt:<hunt>      a hash: "turn:<n>" ("<round>|<1 if backup>|<volunteer>"), "at:<n>" (when it started) and "leg:<n>"
                     (its CallSid, encrypted) of each ring; "over:<n>" once it is over; "won" (the number of the ring
                     whose volunteer takes the call), "queued", "bridged", "closed" (why it is over), "failed", and
                     "caller" (the caller's CallSid, encrypted)
    hunts:<call>     the names of a call's hunts

CallSids are encrypted with our own key, so that nobody who reads Redis can look a call up at the carrier.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from hotline.core.calls.hunt import Turn
from hotline.core.calls.several import SharedHunt, SharedRing
from hotline.store.lua import lua
from hotline.store.redis.connection import RedisConnection

_KEPT = 3 * 3600
_CLAIM, _PLACED = lua(__file__, "hunt_claim"), lua(__file__, "hunt_placed")
_WIN, _GIVE_BACK = lua(__file__, "hunt_win"), lua(__file__, "hunt_give_back")


class RedisHunts:
    """Implements `hotline.ports.SharedHunts`. `key` encrypts CallSids; `prefix` separates a rehearsal from the line."""

    def __init__(self, server: RedisConnection, key: bytes, prefix: str = "hotline:") -> None:
        self._server = server
        self._key = key
        self._prefix = prefix
        self._claim, self._placed = (server.client.register_script(script) for script in (_CLAIM, _PLACED))
        self._win, self._give_back = (server.client.register_script(script) for script in (_WIN, _GIVE_BACK))

    def open(self, hunt: str, call: str, caller: str) -> None:
        def begin() -> None:
            with self._server.client.pipeline() as both:
                both.hsetnx(self._hunt(hunt), "caller", self._encrypted(caller, hunt, "caller"))
                both.expire(self._hunt(hunt), _KEPT)
                both.sadd(self._of(call), hunt)
                both.expire(self._of(call), _KEPT)
                both.execute()

        self._server.ask(begin)

    def read(self, hunt: str) -> SharedHunt:
        found: Any = self._server.ask(lambda: self._server.client.hgetall(self._hunt(hunt)))
        fields: Mapping[str, str] = found
        rings = {
            int(name.partition(":")[2]): SharedRing(
                _turn(turn),
                int(fields.get(f"at:{name[5:]}", 0)),
                self._decrypted(fields.get(f"leg:{name[5:]}", ""), hunt, name[5:]),
                f"over:{name[5:]}" in fields,
            )
            for name, turn in fields.items()
            if name.startswith("turn:")
        }
        return SharedHunt(
            rings,
            won=int(fields.get("won", 0)),
            bridged="bridged" in fields,
            closed=fields.get("closed", ""),
            failed="failed" in fields,
            caller=self._decrypted(fields.get("caller", ""), hunt, "caller"),
            queued="queued" in fields,
        )

    def claim(self, hunt: str, number: int, turn: Turn, now: int) -> bool:
        text = f"{turn.round}|{int(turn.backup)}|{turn.volunteer}"
        return bool(self._server.ask(lambda: self._claim(keys=[self._hunt(hunt)], args=[number, text, now, _KEPT])))

    def placed(self, hunt: str, number: int, leg: str) -> bool:
        secret = self._encrypted(leg, hunt, str(number))
        return bool(self._server.ask(lambda: self._placed(keys=[self._hunt(hunt)], args=[number, secret])))

    def over(self, hunt: str, number: int) -> bool:
        return bool(self._server.ask(lambda: self._server.client.hsetnx(self._hunt(hunt), f"over:{number}", "1")))

    def fail(self, hunt: str) -> None:
        self._set(hunt, "failed", "1")

    def win(self, hunt: str, number: int) -> bool:
        return bool(self._server.ask(lambda: self._win(keys=[self._hunt(hunt)], args=[number])))

    def give_back(self, hunt: str, number: int) -> None:
        self._server.ask(lambda: self._give_back(keys=[self._hunt(hunt)], args=[number]))

    def queue(self, hunt: str) -> None:
        self._set(hunt, "queued", "1")

    def bridge(self, hunt: str) -> None:
        self._set(hunt, "bridged", "1")

    def close(self, hunt: str, why: str) -> None:
        self._set(hunt, "closed", why)

    def of_call(self, call: str) -> Sequence[str]:
        found: Any = self._server.ask(lambda: self._server.client.smembers(self._of(call)))
        return sorted(found)

    def _set(self, hunt: str, name: str, value: str) -> None:
        self._server.ask(lambda: self._server.client.hsetnx(self._hunt(hunt), name, value))

    def _hunt(self, hunt: str) -> str:
        return f"{self._prefix}hunt:{hunt}"

    def _of(self, call: str) -> str:
        return f"{self._prefix}hunts:{call}"

    def _encrypted(self, sid: str, hunt: str, name: str) -> str:
        """A CallSid, each byte combined with one of a pad that no other CallSid is combined with."""
        raw = sid.encode()
        return bytes(one ^ other for one, other in zip(raw, self._pad(hunt, name, len(raw)), strict=True)).hex()

    def _decrypted(self, secret: str, hunt: str, name: str) -> str:
        raw = bytes.fromhex(secret)
        return bytes(one ^ other for one, other in zip(raw, self._pad(hunt, name, len(raw)), strict=True)).decode()

    def _pad(self, hunt: str, name: str, length: int) -> bytes:
        blocks = (
            hmac.digest(self._key, f"sid\0{hunt}\0{name}\0{block}".encode(), "sha256")
            for block in range(length // 32 + 1)
        )
        return b"".join(blocks)[:length]


def _turn(text: str) -> Turn:
    round_number, backup, volunteer = text.split("|", 2)
    return Turn(volunteer, int(round_number), backup == "1")
