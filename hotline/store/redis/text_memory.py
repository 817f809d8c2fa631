"""Facts about received texts, stored for minutes, in Redis or Valkey. Names are keyed digests, and expire.

Keys, under `hotline:`:

    text:<text digest>            when a text first came (epoch seconds)
    text-asked:<phone digest>     what a volunteer must confirm: the word, then "<rota>|<end>", one a line
    text-<kind>:<phone digest>    digests of the texts of a kind in ten minutes, to count them
    today-<kind>:<phone digest>   the same for a day
    text-unknown:<phone digest>   an unknown sender was answered
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from hotline.store.redis.connection import RedisConnection

MINUTES = 600
"""Seconds for which facts are stored. Counts have their own times."""


class RedisTextMemory:
    """Implements `hotline.ports.TextMemory`. `key` makes the digests."""

    def __init__(self, server: RedisConnection, key: bytes, prefix: str = "hotline:") -> None:
        self._server = server
        self._key = key
        self._prefix = prefix

    def first_seen(self, text: str, now: int) -> int:
        name = self._name("text", text)
        found = self._server.ask(lambda: self._server.client.set(name, now, nx=True, ex=MINUTES, get=True))
        return int(found) if isinstance(found, str) and found.isdigit() else now

    def ask(self, phone: str, ends: Mapping[str, int], word: str) -> str:
        before, meant = self.asked(phone)
        word = before if before and meant == ends else word
        name = self._name("text-asked", phone)
        lines = "\n".join([word, *(f"{rota}|{end}" for rota, end in ends.items())])
        self._server.ask(lambda: self._server.client.set(name, lines, ex=MINUTES))
        return word

    def asked(self, phone: str) -> tuple[str, Mapping[str, int]]:
        name = self._name("text-asked", phone)
        found = self._server.ask(lambda: self._server.client.get(name))
        word, *rest = str(found or "").splitlines() or [""]
        lines = (line.rpartition("|") for line in rest)
        return word, {rota: int(end) for rota, _, end in lines if end.isdigit()}

    def count(self, kind: str, phone: str, text: str, seconds: int) -> int:
        name, one = self._name(f"{'text' if seconds <= MINUTES else 'today'}-{kind}", phone), self._name("text", text)

        def counted() -> int:
            pipe = self._server.client.pipeline()
            pipe.sadd(name, one)
            pipe.expire(name, seconds, nx=True)
            pipe.scard(name)
            return int(pipe.execute()[-1])

        return self._server.ask(counted)

    def forget(self, phone: str) -> None:
        name = self._name("text-asked", phone)
        self._server.ask(lambda: self._server.client.delete(name))

    def spoken_to(self, phone: str) -> bool:
        name = self._name("text-unknown", phone)
        return self._server.ask(lambda: self._server.client.set(name, "1", nx=True, ex=MINUTES)) is None

    def _name(self, kind: str, of: str) -> str:
        digest = hmac.digest(self._key, kind.encode() + b"\0" + of.encode(), "sha256")
        return f"{self._prefix}{kind}:{digest[:16].hex()}"
