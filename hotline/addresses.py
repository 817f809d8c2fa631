"""The addresses that settings hold: what each may say, checked before anything connects. Standard library only."""

from __future__ import annotations

import difflib
import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv6Address
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_REDIS_PORT, _SENTINEL_PORT, _POSTGRESQL_PORT = 6379, 26379, 5432
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_SERVICE = re.compile(r"[A-Za-z0-9._-]+")
_SWITCHES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_TLS = (*_TLS_FILES, "ssl_cert_reqs", "ssl_check_hostname", "ssl_password")
_MAIL_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}")
_WEB_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_OURS = ("/voice", "/sms", "/health/live", "/health/ready", "/metrics")
_SENTINEL = ("sentinel_username", "sentinel_password")


class BadAddress(ValueError):
    """An address that cannot be used. The text says why and what to write, and repeats no part of the address."""


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """The address of a Redis. `service`: the name under which the Sentinels at `hosts` know it. `path`: of a socket
    file.

    `tls`: redis-py's `ssl_*` arguments; None for no TLS.
    """

    hosts: tuple[tuple[str, int], ...] = ()
    service: str | None = None
    path: str | None = None
    username: str | None = None
    password: str | None = None
    db: int = 0
    protocol: int | None = None
    tls: Mapping[str, str | bool] | None = None
    sentinel_username: str | None = None
    sentinel_password: str | None = None


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """The address of a mail server, and how it is spoken to: TLS after a plain greeting, from the start, or never."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def redis_address(text: str) -> RedisAddress:
    """Return what a REDIS_URL says. Raises BadAddress for whatever could not be used to connect."""
    parts = _split(text)
    if parts.scheme not in REDIS_SCHEMES:
        raise BadAddress("Begin it with redis://, rediss://, unix:// or redis+sentinel://.")
    sentinel, secure = parts.scheme.endswith("+sentinel"), parts.scheme.startswith("rediss")
    options = _options(
        parts,
        ("db", "username", "password", "protocol", *(_TLS if secure else ()), *(_SENTINEL if sentinel else ())),
    )
    who, _, where = parts.netloc.rpartition("@")
    username, _, password = who.partition(":")
    path, service = unquote(parts.path), None
    if parts.scheme == "unix":
        if where:
            raise BadAddress("Write three slashes: unix:///path/to/the.sock.")
        if not path.strip("/") or path.endswith("/") or "\0" in path:
            raise BadAddress("Name a socket file: unix:///path/to/the.sock.")
        if len(path.encode()) > 107:
            raise BadAddress("Its path is too long for a socket: at most 107 bytes.")
        hosts: tuple[tuple[str, int], ...] = ()
    else:
        hosts = tuple(_host(one, _SENTINEL_PORT if sentinel else _REDIS_PORT) for one in where.split(","))
        segments = [segment for segment in path.split("/") if segment]
        if sentinel:
            if not segments or not _SERVICE.fullmatch(segments[0]):
                raise BadAddress("Name the service that the Sentinels watch: redis+sentinel://host:26379/mymaster.")
            service = segments.pop(0)
        elif len(hosts) > 1:
            raise BadAddress("Name only one host. Write several as redis+sentinel://host,host/service.")
        if segments:
            if len(segments) > 1 or "db" in options:
                raise BadAddress("Name the database once, by its number: redis://host/0.")
            options["db"] = segments[0]
    return RedisAddress(
        hosts,
        service,
        path if parts.scheme == "unix" else None,
        options.get("username") or unquote(username) or None,
        options.get("password") or unquote(password) or None,
        _number("db", options.get("db", "0"), range(100_000)),
        _number("protocol", options["protocol"], range(2, 4)) if "protocol" in options else None,
        _tls(options) if secure else None,
        options.get("sentinel_username"),
        options.get("sentinel_password"),
    )


def smtp_address(text: str) -> SmtpAddress:
    """Return what a HOTLINE_SMTP_URL says. Raises BadAddress for whatever could not be used to connect."""
    parts = _split(text)
    if parts.scheme not in ("smtp", "smtps"):
        raise BadAddress("Begin it with smtp:// (STARTTLS) or smtps:// (TLS from the first byte).")
    options = _options(parts, ("tls",) if parts.scheme == "smtp" else ())
    if options.get("tls", "none") != "none":
        raise BadAddress("Its tls can only be none, for a server that has no TLS.")
    if parts.path.strip("/"):
        raise BadAddress("Leave out the path: smtp://user:password@host:587.")
    who, _, where = parts.netloc.rpartition("@")
    username, colon, password = who.partition(":")
    if who and not (username and colon and password):
        raise BadAddress("Give both a user and a password, or neither: smtp://user:password@host:587.")
    host, port = _host(where, 465 if parts.scheme == "smtps" else 587)
    plain = "tls" in options
    if plain and password and host not in ("127.0.0.1", "localhost", "::1"):
        raise BadAddress("With tls=none the password would be sent in the clear. Leave out one of the two.")
    tls: Literal["starttls", "tls", "none"] = "tls" if parts.scheme == "smtps" else "none" if plain else "starttls"
    return SmtpAddress(host, port, tls, unquote(username) or None, unquote(password) or None)


def mail_address(text: str) -> str:
    """Return an e-mail address, as written. Raises BadAddress."""
    name, _, domain = text.strip().rpartition("@")
    if not _MAIL_NAME.fullmatch(name) or len(text) > 254 or ".." in name or "." not in domain:
        raise BadAddress("It is not an e-mail address. Write it like nora@example.org.")
    check_host(domain)
    return text.strip()


def check_database(text: str) -> None:
    """Raise BadAddress unless a DATABASE_URL is one that can be used here."""
    scheme, colon, rest = text.partition("://")
    if scheme in ("sqlite", "sqlite+pysqlite") and colon:
        _check_sqlite(rest)
        return
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not colon:
        known = ("postgresql", "postgres", "sqlite")
        near = difflib.get_close_matches(scheme.lower().partition("+")[0], known, 1, 0.7) if colon else []
        hint = f" Did you mean {near[0]}://?" if near else ""
        raise BadAddress(f"Only PostgreSQL and SQLite can be used, each with the driver that Hotline brings.{hint}")
    if find_spec("psycopg") is None:
        raise BadAddress("PostgreSQL's driver is not installed: pip install 'hotline[postgres]'.")
    _check_postgresql(_split(text))


def several_hosts(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Split a DATABASE_URL into the address without its hosts, and the hosts, if it names several as libpq does.

    With one host, or none, the address stays whole, and there are none. Raises BadAddress.
    """
    scheme, _, rest = text.partition("://")
    authority = re.split("[/?]", rest, maxsplit=1)[0]
    who, at, where = authority.rpartition("@")
    if "," not in where or not scheme.startswith("postgres"):
        return text, ()
    hosts = tuple(_host(host, _POSTGRESQL_PORT) for host in where.split(","))
    return f"{scheme}://{who}{at}{rest.removeprefix(authority)}", hosts


def check_web(text: str, *, public: bool = False) -> None:
    """Raise BadAddress unless this can be the address of a web server; `public`: of the hotline, for the carrier."""
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise BadAddress("It has a name or a password before '@'. Leave them out.")
    check_host(parts.hostname)
    if parts.netloc.endswith(":") or not _WEB_PATH.fullmatch(parts.path):
        raise BadAddress("Its path has characters that addresses cannot have. Write them as %20 and the like.")
    if not public:
        return
    if parts.hostname in ("0.0.0.0", "::"):  # noqa: S104 - refused, not bound
        raise BadAddress("Its host means every address of a machine. Write the one the carrier calls.")
    segments = parts.path.rstrip("/").split("/")[1:]
    if not all(segment.strip(".*") for segment in segments) or "*" in parts.path:
        raise BadAddress("Its path has an empty part, a dot or a '*' in it. Leave that out.")
    for ours in _OURS:
        if f"{parts.path.rstrip('/')}/".endswith(f"{ours}/") or (ours == "/voice" and "voice" in segments):
            raise BadAddress(f"Leave out {ours} and what follows it: Hotline adds its own paths.")


def check_host(host: str | None) -> None:
    """Raise BadAddress unless this can be the name or number of a machine."""
    if not host:
        raise BadAddress("It has no host.")
    if ":" in host:
        try:
            IPv6Address(host.partition("%")[0])
        except ValueError:
            raise BadAddress("Its IPv6 address is not valid.") from None
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress("Its host name is not valid. Use letters, digits, hyphens and dots (xn-- for others).")


def _check_sqlite(rest: str) -> None:
    if not rest.startswith("/") or not rest[1:] or rest[1:] == ":memory:" or rest[1:].startswith("file:"):
        raise BadAddress("Name a file: sqlite:////absolute/path/to/the.db, with four slashes.")
    if "?" in rest or not rest.isprintable():
        raise BadAddress("Leave out everything from '?' on, and invisible characters.")
    if rest.endswith("/"):
        raise BadAddress("It is a folder. Name a file in it.")


def _check_postgresql(parts: SplitResult) -> None:
    _, _, where = parts.netloc.rpartition("@")
    for host in where.split(",") if where else ():
        _host(host, _POSTGRESQL_PORT)
    for name, value in _options(parts, tuple(_POSTGRESQL)).items():
        if not _POSTGRESQL[name](value):
            raise BadAddress(f"Its option {name} has a value that cannot be used, or a file that cannot be read.")


def _is_one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _is_port(text: str) -> bool:
    return _is_number(text) and 1 <= int(text) <= 65_535


def _is_file(text: str) -> bool:
    return os.access(text, os.R_OK) and Path(text).is_file()


def _is_place(text: str) -> bool:
    if text.startswith("/"):
        return True
    try:
        check_host(text)
    except BadAddress:
        return False
    return True


_POSTGRESQL: Mapping[str, Callable[[str], bool]] = {
    "host": _is_place,
    "port": _is_port,
    "sslmode": _is_one_of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslrootcert": lambda text: text == "system" or _is_file(text),
    "sslcert": _is_file,
    "sslkey": _is_file,
    "channel_binding": _is_one_of("disable", "prefer", "require"),
    "gssencmode": _is_one_of("disable", "prefer", "require"),
    "target_session_attrs": _is_one_of("any", "read-write", "primary"),
    "connect_timeout": _is_number,
    "tcp_user_timeout": _is_number,
    "keepalives": _is_one_of("0", "1"),
    "keepalives_idle": _is_number,
    "keepalives_interval": _is_number,
    "keepalives_count": _is_number,
    "application_name": bool,
    "options": bool,
}


def _split(text: str) -> SplitResult:
    if not text.isprintable() or " " in text:
        raise BadAddress("It has a blank or an invisible character in it. Write %20 for a blank in a password.")
    if "#" in text:
        raise BadAddress("It has a '#' in it. In a password, write %23.")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise BadAddress("Its brackets are for IPv6 addresses. In a password, write %5B and %5D.") from None
    if "@" in parts.path or parts.netloc.count("@") > 1:
        raise BadAddress("In a name or a password, write %40 for '@', %2F for '/', %3F for '?' and %3A for ':'.")
    if not unquote(text).isprintable():
        raise BadAddress("It has an invisible character in it.")
    return parts


def _options(parts: SplitResult, known: tuple[str, ...]) -> dict[str, str]:
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else []
    except ValueError:
        raise BadAddress("What follows '?' must be like name=value. In a password, write %3F for '?'.") from None
    options = dict(pairs)
    for name, value in pairs:
        if name not in known:
            usable = ", ".join(known)
            raise BadAddress(f"After '?' it has an option that is not used here. Only these are: {usable}.")
        if not value:
            raise BadAddress(f"Its option {name} has no value. Leave it out, or give it one.")
    if len(options) < len(pairs):
        raise BadAddress("After '?' it has an option twice. Leave one out.")
    return options


def _host(text: str, default: int) -> tuple[str, int]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise BadAddress("Its IPv6 address is not valid.")
        port = rest[1:]
        check_host(host if ":" in host else None)
    else:
        host, colon, port = text.partition(":")
        rest = colon
        check_host(host)
    if not rest:
        return host, default
    if not port.isascii() or not port.isdigit() or not 1 <= int(port[:9]) <= 65_535:
        raise BadAddress("Its port must be a number from 1 to 65535. In a password, write %2F for '/' and %40 for '@'.")
    return host, int(port)


def _number(name: str, text: str, of: range) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) not in of:
        raise BadAddress(f"Its {name} must be a number from {of[0]} to {of[-1]}.")
    return int(text)


def _tls(options: Mapping[str, str]) -> dict[str, str | bool]:
    found: dict[str, str | bool] = {name: value for name, value in options.items() if name in _TLS}
    if str(found.get("ssl_cert_reqs", "required")) not in {"none", "optional", "required"}:
        raise BadAddress("Its ssl_cert_reqs must be required, optional or none.")
    if "ssl_check_hostname" in found:
        said = str(found["ssl_check_hostname"]).lower()
        if said not in _SWITCHES:
            raise BadAddress("Its ssl_check_hostname must be true or false.")
        found["ssl_check_hostname"] = _SWITCHES[said]
    if ("ssl_keyfile" in found) != ("ssl_certfile" in found):
        raise BadAddress("Give ssl_certfile and ssl_keyfile together, or neither.")
    context = ssl.create_default_context()
    try:
        if "ssl_ca_certs" in found:
            context.load_verify_locations(str(found["ssl_ca_certs"]))
        if "ssl_certfile" in found:
            # Without a password of ours OpenSSL would ask for one on the terminal.
            word = str(found.get("ssl_password", ""))
            context.load_cert_chain(str(found["ssl_certfile"]), str(found["ssl_keyfile"]), lambda: word)
    except (OSError, ValueError):
        raise BadAddress(
            f"A file in {', '.join(_TLS_FILES)} cannot be read, is not a PEM file, or has another ssl_password."
        ) from None
    return found
