"""Clients of Redis or Valkey: how each is made from REDIS_URL, and what its errors mean in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import NoScriptError, RedisClusterException, ResponseError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelManagedConnection, SentinelManagedSSLConnection

from hotline.addresses import BadAddress, redis_address
from hotline.core.wording import NOTHING, Wording, together
from hotline.errors import SettingsError
from hotline.store.lua import lua
from hotline.store.redis.embedded import is_moved, is_private

REDIS_GONE = (redis.RedisError, RedisClusterException, OSError, ValueError, TypeError, AttributeError, IndexError)
"""Every error redis-py raises when Redis, or its settings, cannot be used. Not all are its own classes."""

_AT_START = 1.0
"""Seconds that the start of a process waits for Redis."""
_PROBE = lua(__file__, "probe")
_PROBED = ("hotline:probe:1", "hotline:probe:2")  # two slots of a cluster, like the keys of our scripts

_START = Wording("Start it, or check REDIS_URL.")
_PASSWORD = Wording("Redis asks for another user or password."), Wording("Check REDIS_URL.")
_NO_PRIMARY = (
    Wording("No Sentinel knows a primary with that name."),
    Wording("Check REDIS_URL and the Sentinels' logs."),
)
_UNTRUSTED = (
    Wording("The certificate of Redis is not accepted."),
    Wording("In REDIS_URL, name the host as the certificate does, and its authority's file in ssl_ca_certs."),
)
_REPLICA = (
    Wording("Redis is a replica and accepts no writes."),
    Wording("Set REDIS_URL to the primary, or to the Sentinels that know it."),
)
_LOST_PRIMARY = Wording("Redis is a replica that has lost its primary."), _REPLICA[1]
_FULL = Wording("Redis has no memory left and accepts no writes."), Wording("Raise maxmemory, or free some.")
_CLUSTER = (
    Wording("Redis runs in cluster mode, which Hotline cannot use."),
    Wording("Run it without cluster-enabled, or turn cluster mode off in your provider's console."),
)
_FEW_REPLICAS = (
    Wording("Redis accepts no writes, because it has too few replicas."),
    Wording("Start them, or see min-replicas-to-write."),
)
_NOT_ALLOWED = (
    Wording("The Redis user lacks permissions that Hotline needs."),
    Wording("Allow it all commands, on all keys."),
)
_NO_COMMAND = (
    Wording("Redis lacks a command that Hotline needs (scripts, for one)."),
    Wording("See rename-command there."),
)
_WORDS = (
    ("READONLY", _REPLICA),
    ("REDIS IS NOW A SLAVE", _REPLICA),
    ("PREVIOUS MASTER IS NOW", _REPLICA),
    ("READ ONLY REPLICA", _REPLICA),
    ("MASTERDOWN", _LOST_PRIMARY),
    ("LINK WITH MASTER IS DOWN", _LOST_PRIMARY),
    ("OOM", _FULL),
    ("COMMAND NOT ALLOWED WHEN USED MEMORY", _FULL),
    ("CLUSTER", _CLUSTER),
    ("CROSSSLOT", _CLUSTER),
    ("MOVED", _CLUSTER),
    ("KEYS IN REQUEST DON'T HASH", _CLUSTER),
    ("LOADING", (Wording("Redis is still loading its data."), Wording("Wait until it is ready."))),
    (
        "MISCONF",
        (
            Wording("Redis accepts no writes, because it cannot save them."),
            Wording("Check its log. Usually its disk is full."),
        ),
    ),
    ("NOREPLICAS", _FEW_REPLICAS),
    ("NOT ENOUGH GOOD REPLICAS", _FEW_REPLICAS),
    ("NOPERM", _NOT_ALLOWED),
    ("NO PERMISSION", _NOT_ALLOWED),
    ("UNKNOWN COMMAND", _NO_COMMAND),
    ("UNKNOWN REDIS COMMAND", _NO_COMMAND),
    ("DB INDEX", (Wording("Redis has no database with that number."), Wording("Choose another in REDIS_URL."))),
    ("BUSY", (Wording("Redis is busy with a script."), Wording("See SCRIPT KILL in its manual."))),
    ("MAX NUMBER OF CLIENTS", (Wording("Redis has too many clients."), Wording("Raise maxclients."))),
    (
        "DENIED",
        (
            Wording("Redis is in protected mode and accepts no clients from here."),
            Wording("Set a password for it, or bind it to an address."),
        ),
    ),
)


def redis_client(url: str, timeout: float, retries: int = 0, *, text: bool = True, name: str | None = None) -> Any:
    """A `redis.Redis`, or one that finds its primary through Sentinels. Connects at the first use.

    `timeout` in seconds, for connecting and for each answer. `text`: answers are decoded. `name`: the server lists the
    client by it. A connection on which the server refused something is not used again: the next goes to the new
    primary. Raises BadAddress.
    """
    at = redis_address(url)
    waits: dict[str, Any] = {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), retries),
    }
    tls: dict[str, Any] = dict(at.tls) if at.tls is not None else {}
    rest: dict[str, Any] = {"username": at.username, "password": at.password, "db": at.db, "decode_responses": text}
    rest["maint_notifications_config"] = MaintNotificationsConfig(enabled=False)  # of Redis Enterprise only
    if at.protocol is not None:
        rest["protocol"] = at.protocol
    if name is not None:
        rest["client_name"] = name
    if at.service is not None:
        own = {**waits, "retry": Retry(NoBackoff(), 0), **({"ssl": True, **tls} if at.tls is not None else {})}
        own.update(username=at.sentinel_username, password=at.sentinel_password)
        kind: type[Connection] = _SentinelTLS if at.tls is not None else _Sentinel
        sentinel: Any = Sentinel(at.hosts, sentinel_kwargs=own)  # type: ignore[no-untyped-call]
        return sentinel.master_for(at.service, connection_class=kind, **waits, **tls, **rest)
    if at.path is not None:
        pool = redis.ConnectionPool(connection_class=_Unix, path=at.path, **waits, **rest)
    else:
        ((host, port),) = at.hosts
        pool = redis.ConnectionPool(
            connection_class=_TLS if at.tls is not None else _Plain, host=host, port=port, **waits, **tls, **rest
        )
    return redis.Redis.from_pool(pool)


def probe(client: Any) -> None:
    """Write as calls do: with a script, to several keys. Raises one of REDIS_GONE if that fails."""
    client.eval(_PROBE, len(_PROBED), *_PROBED)


def refuse_cluster(url: str | None) -> None:
    """Raise SettingsError if REDIS_URL is that of a Redis Cluster. One that does not answer now may be none.

    Called when a process starts, before anybody relies on it. None: the embedded server.
    """
    if url is None or redis_address(url).service is not None:
        return
    with suppress(*REDIS_GONE):
        try:
            with redis_client(url, _AT_START) as client:
                probe(client)
        except REDIS_GONE as error:
            if what_is_wrong(error) == _CLUSTER:
                raise SettingsError([f"REDIS_URL cannot be used. {_CLUSTER[0]} {_CLUSTER[1]}"]) from None


def what_is_wrong(error: BaseException) -> tuple[Wording, Wording]:
    """Return the meaning of an error of REDIS_GONE, and the remedy.

    Never its own words, which may name hosts and users.
    """
    if isinstance(error, redis.AuthenticationError | redis.exceptions.AuthenticationWrongNumberOfArgsError):
        return _PASSWORD
    if isinstance(error, MasterNotFoundError):
        return _NO_PRIMARY
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _UNTRUSTED
    said = f"{getattr(error, 'status_code', '') or ''} {error}".upper()
    if "NOAUTH" in said or "WRONGPASS" in said or "AUTHENTICATION REQUIRED" in said:
        return _PASSWORD
    if isinstance(error, redis.exceptions.BusyLoadingError):
        said = "LOADING"
    if isinstance(error, redis.exceptions.ReadOnlyError):
        said = "READONLY"
    if isinstance(error, redis.exceptions.OutOfMemoryError):
        said = "OOM"
    if isinstance(error, redis.exceptions.AskError | redis.exceptions.ClusterError | RedisClusterException):
        said = "CLUSTER"
    if isinstance(error, ResponseError) or not isinstance(error, OSError):
        for sign, words in _WORDS:
            if sign in said:
                return words
    return Wording("Redis does not answer (%(error)s).", error=type(error).__name__), _START


@contextmanager
def told_as(kind: Callable[[str, str], Exception], about: Wording = NOTHING) -> Iterator[None]:
    """Raise a client's errors in the block as `kind`, with `about` before the description."""
    try:
        yield
    except BadAddress:
        raise
    except REDIS_GONE as error:
        message, remedy = what_is_wrong(error)
        raise kind(together(about, message), remedy) from None


class _NotAgain:
    """A connection that the pool closes on return, once the server has refused something on it.

    What it refuses while they meet does not count: older servers do not know all that redis-py tells of itself, and
    some users may not say it.
    """

    def connect_check_health(self, *args: Any, **kwargs: Any) -> None:
        met = self._sock is not None  # type: ignore[attr-defined]
        super().connect_check_health(*args, **kwargs)  # type: ignore[misc]
        if not met:
            self.reset_should_reconnect()  # type: ignore[attr-defined]

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().read_response(*args, **kwargs)  # type: ignore[misc]
        except NoScriptError:  # a script's first use
            raise
        except redis.RedisError:
            self.mark_for_reconnect()  # type: ignore[attr-defined]
            raise


class _Plain(_NotAgain, Connection):
    pass


class _TLS(_NotAgain, SSLConnection):
    pass


class _Unix(_NotAgain, UnixDomainSocketConnection):
    def _connect(self) -> Any:
        """Connect, but to no server that another user of this machine put in place of the embedded one."""
        path = Path(self.path)
        if is_moved(path) and not is_private(path.parent):
            raise redis.ConnectionError("not a private folder")
        return super()._connect()  # type: ignore[no-untyped-call]


class _Sentinel(_NotAgain, SentinelManagedConnection):
    pass


class _SentinelTLS(_NotAgain, SentinelManagedSSLConnection):
    pass
