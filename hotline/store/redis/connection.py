"""The connection that calls use to Redis or Valkey: how long it may take, and for how long it is not asked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha1
from typing import Any, TypeVar

import redis
from hiredis import pack_command
from redis.exceptions import NoScriptError

from hotline.core.wording import Wording, together
from hotline.errors import LiveStateUnavailable
from hotline.store.after_fork import forget_in_child
from hotline.store.redis.client import REDIS_GONE, probe, redis_client, what_is_wrong

TIMEOUT = 0.3
"""Seconds Redis may take, for connecting and for each answer. Then a call goes on without it."""
PAUSE_AFTER_FAILURE = 2.0
"""Seconds for which a failed Redis is not asked again, so that only few callers wait for it."""

Answer = TypeVar("Answer")


class _Ready:
    """Connections of a client's pool, each ready for the next question.

    The pool keeps accounts of each connection it hands out, which takes longer than all else here. A connection on
    which something failed is closed, and goes back to it.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._pool: Any = client.connection_pool
        self._idle: list[Any] = []
        forget_in_child(self._forget)

    def take(self) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return self._pool.get_connection()

    def give_back(self, connection: Any) -> None:
        self._idle.append(connection)

    def close(self, connection: Any) -> None:
        connection.disconnect()
        self._pool.release(connection)

    def close_all(self) -> None:
        """Close all that are not in use: maybe another server is primary by now."""
        with suppress(IndexError):
            while True:
                self.close(self._idle.pop())
        self._pool.disconnect(inuse_connections=False)

    def _forget(self) -> None:
        self._idle.clear()


class LuaScript:
    """A Lua script that a server runs by its digest, or gets whole if it does not know it."""

    def __init__(self, ready: _Ready, text: str) -> None:
        self._ready = ready
        self._text = text
        self._digest = sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """Return the script's answer. Raises one of REDIS_GONE, after a second try if the connection was lost."""
        connection = self._ready.take()
        try:
            try:
                answer = self._run(connection, keys, args)
            except (redis.ConnectionError, redis.TimeoutError):
                connection.disconnect()
                answer = self._run(connection, keys, args)
        except BaseException:
            self._ready.close(connection)
            raise
        self._ready.give_back(connection)
        return answer

    def _run(self, connection: Any, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        try:
            connection.send_packed_command(_packed("EVALSHA", self._digest, len(keys), *keys, *args))
            return connection.read_response()
        except NoScriptError:
            connection.send_packed_command(_packed("EVAL", self._text, len(keys), *keys, *args))
            return connection.read_response()


def _packed(*command: str | int) -> tuple[bytes]:
    return (pack_command(command),)  # type: ignore[arg-type]  # says a tuple of one


class RedisConnection:
    """Connects at the first question; safe to share between threads and to fork. `timeout` is in seconds."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.client: redis.Redis = redis_client(url, timeout, 1)
        self._ready = _Ready(self.client)
        self._asked_again_at = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that uses `client`. Raises LiveStateUnavailable."""
        if time.monotonic() < self._asked_again_at:
            raise LiveStateUnavailable(Wording("Redis failed a moment ago."))
        try:
            return question()
        except REDIS_GONE as error:
            self._asked_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
            self._ready.close_all()
            message, remedy = what_is_wrong(error)
            raise LiveStateUnavailable(message, together(Wording("Calls continue without it."), remedy)) from None

    def script(self, text: str) -> LuaScript:
        """Return a Lua script for `ask` to run."""
        return LuaScript(self._ready, text)

    def probe(self) -> None:
        """Raise LiveStateUnavailable unless Redis takes now what calls write."""
        self.ask_again()
        self.ask(lambda: probe(self.client))

    def ask_again(self) -> None:
        """Ask Redis the next time even if it has just failed."""
        self._asked_again_at = 0.0
