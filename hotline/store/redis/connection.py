"""The connection that calls use to Redis or Valkey: how long it may take, and for how long it is not asked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any, TypeVar

import redis
from redis.exceptions import NoScriptError

from hotline.core.wording import Wording, together
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.client import REDIS_GONE, probe, redis_client, what_is_wrong

TIMEOUT = 0.3
"""Seconds Redis may take, for connecting and for each answer. Then a call goes on without it."""
PAUSE_AFTER_FAILURE = 2.0
"""Seconds for which a failed Redis is not asked again, so that only few callers wait for it."""

Answer = TypeVar("Answer")


class LuaScript:
    """A Lua script that a server runs by its digest, or gets whole if it does not know it.

    It is sent on a connection of the client's pool. The client would do the same, but keeps accounts of each command,
    which takes longer than all else here. A connection on which something failed is not used again.
    """

    def __init__(self, client: redis.Redis, text: str) -> None:
        self._pool: Any = client.connection_pool
        self._text = text
        self._digest = sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """Return the script's answer. Raises one of REDIS_GONE, after a second try if the connection was lost."""
        connection = self._pool.get_connection()
        try:
            try:
                return self._run(connection, keys, args)
            except (redis.ConnectionError, redis.TimeoutError):
                connection.disconnect()
                return self._run(connection, keys, args)
        except BaseException:
            connection.disconnect()
            raise
        finally:
            self._pool.release(connection)

    def _run(self, connection: Any, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        try:
            connection.send_command("EVALSHA", self._digest, len(keys), *keys, *args)
            return connection.read_response()
        except NoScriptError:
            connection.send_command("EVAL", self._text, len(keys), *keys, *args)
            return connection.read_response()


class RedisConnection:
    """Connects at the first question; safe to share between threads and to fork. `timeout` is in seconds."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.client: redis.Redis = redis_client(url, timeout, 1)
        self._asked_again_at = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that uses `client`. Raises LiveStateUnavailable."""
        if time.monotonic() < self._asked_again_at:
            raise LiveStateUnavailable(Wording("Redis failed a moment ago."))
        try:
            return question()
        except REDIS_GONE as error:
            self._asked_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
            self.client.connection_pool.disconnect(inuse_connections=False)  # maybe another server is primary by now
            message, remedy = what_is_wrong(error)
            raise LiveStateUnavailable(message, together(Wording("Calls continue without it."), remedy)) from None

    def script(self, text: str) -> LuaScript:
        """Return a Lua script for `ask` to run."""
        return LuaScript(self.client, text)

    def probe(self) -> None:
        """Raise LiveStateUnavailable unless Redis takes now what calls write."""
        self.ask_again()
        self.ask(lambda: probe(self.client))

    def ask_again(self) -> None:
        """Ask Redis the next time even if it has just failed."""
        self._asked_again_at = 0.0
