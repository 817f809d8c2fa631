"""Volunteers' absences in Redis or Valkey, where every machine finds them at its next ring.

Keys, under `hotline:`; all expire:

    absent:<rota>   a hash: each volunteer's last word, "<said at>|<start>|<end>|<kept until>|<phone digest>" (the
                    digest may be missing), and under "" its version
    absent          the rotas that have one

The version is a random name, new after each change, so an emptied Redis is never mistaken for its earlier state. Redis
only connects the machines: each keeps its own copy, and restores it to a Redis that has lost it.
"""

from __future__ import annotations

import secrets
from typing import Any

from hotline.core.rota.absence import GRACE, LastWord, Words, worth_keeping
from hotline.store.lua import lua
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.keys import absences_key

VERSION = ""
_EXPIRES = 60 * 24 * 3600

_EXCHANGE = lua(__file__, "exchange")


class SharedAbsences:
    """The last words of volunteers, shared by all machines. Methods raise LiveStateUnavailable."""

    def __init__(self, server: RedisConnection, prefix: str = "hotline:") -> None:
        self._server = server
        self._prefix = prefix
        self._exchange = server.client.register_script(_EXCHANGE)

    def exchange(self, rota: str, words: Words, now: int) -> tuple[dict[str, LastWord], str]:
        """Exchange words of a rota, in one atomic step. Returns all known words, and their version ("" for nothing)."""
        told = [part for who, word in worth_keeping(words, now).items() for part in (who, _to_text(word))]
        keys = [absences_key(self._prefix, rota), f"{self._prefix}absent"]
        args: list[str | int] = [rota, secrets.token_hex(8), now - GRACE, _EXPIRES, *told]
        answer: list[Any] = self._server.ask(lambda: self._exchange(keys=keys, args=args))
        found = dict(zip(answer[::2], answer[1::2], strict=True))
        version = str(found.pop(VERSION, ""))
        return {who: word for who, text in found.items() if (word := _from_text(text))}, version

    def rotas(self) -> set[str]:
        """The rotas with any absences."""
        return {str(rota) for rota in self._server.ask(lambda: self._server.client.smembers(f"{self._prefix}absent"))}


def _to_text(word: LastWord) -> str:
    text = f"{word.said_at}|{word.start}|{word.end}|{word.kept_until}"
    return f"{text}|{word.phone}" if word.phone else text


def _from_text(text: str) -> LastWord | None:
    """The word, or None for anything that was not written by us."""
    try:
        said_at, start, end, kept_until, *phone = text.split("|")
        return LastWord(int(said_at), int(start), int(end), int(kept_until), "".join(phone))
    except ValueError:
        return None
