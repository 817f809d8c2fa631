"""Limits on signing in: from one network, for one name, and in total.

Redis counts for all web processes together; while it is down each counts by itself. Only failed tries count. We store
only keyed digests of a network or a name, for some minutes. A browser in which a person has signed in before is counted
separately, so that attackers who guess at their name do not lock them out (OWASP: device cookies).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from itsdangerous import BadSignature, URLSafeTimedSerializer

from hotline.core.people import name_key
from hotline.pages.frame.parts import PageParts
from hotline.pages.signin.signin import asked_name

BY_ADDRESS = "20 per 5 minutes"
BY_NAME = "10 per 15 minutes"
BY_ALL = "200 per 5 minutes"
"""Enough for a bad day, and not for guessing."""
KNOWN_FOR = 365 * 24 * 3600
"""Seconds for which we remember a browser after a sign-in."""
COOKIE = "hotline-known"
_MOST_NAMES = 5
_LIMITED = ("signin.enter", "signin.use_link")


@dataclass(frozen=True, slots=True)
class _Browsers:
    """The browsers in which people have signed in before, by a signed cookie: random, with digests of names."""

    key: bytes
    secure: bool
    path: str

    def known_for(self, name: str) -> str:
        """The random mark of this browser if the person of that name has signed in with it, else ""."""
        mark, names = self._read()
        return mark if self._digest(name) in names else ""

    def remember(self, name: str, answer: Response) -> None:
        """Remember this browser for the person of that name, and for up to four others."""
        mark, names = self._read()
        kept = [self._digest(name), *(one for one in names if one != self._digest(name))][:_MOST_NAMES]
        value = self._serializer().dumps([mark or secrets.token_hex(12), kept])
        answer.set_cookie(
            COOKIE, value, max_age=KNOWN_FOR, secure=self.secure, httponly=True, samesite="Lax", path=self.path
        )

    def _read(self) -> tuple[str, list[str]]:
        try:
            mark, names = self._serializer().loads(request.cookies.get(COOKIE, ""), max_age=KNOWN_FOR)
        except (BadSignature, ValueError, TypeError):
            return "", []
        return mark, names

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt="known-browser")

    def _digest(self, name: str) -> str:
        return _digest(self.key, b"known", name_key(name))


def limit(app: Flask, parts: PageParts) -> None:
    """Refuse too many sign-ins in an application. Call it after its routes are added."""
    limiter = Limiter(
        lambda: _digest(parts.key, b"address", network_of_visitor()),
        app=app,
        storage_uri="redis://",
        storage_options={"connection_pool": parts.limits_pool},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
        swallow_errors=True,  # Redis may go away after the check, when a failed try is to be counted
        key_prefix="hotline:limit",
    )
    browsers = _Browsers(parts.key, app.config["SESSION_COOKIE_SECURE"], app.config["SESSION_COOKIE_PATH"])

    def name_or_browser() -> str:
        return _digest(parts.key, b"name", f"{browsers.known_for(asked_name())}\0{name_key(asked_name())}")

    by_name = limiter.shared_limit(
        BY_NAME, scope="name", key_func=name_or_browser, exempt_when=lambda: not asked_name(), deduct_when=_failed
    )
    by_address = limiter.shared_limit(BY_ADDRESS, scope="address", exempt_when=_known(browsers), deduct_when=_failed)
    by_all = limiter.shared_limit(
        BY_ALL, scope="all", key_func=lambda: "all", exempt_when=_known(browsers), deduct_when=_failed
    )
    for endpoint in _LIMITED:
        view = by_all(by_address(by_name(app.view_functions[endpoint])))
        app.view_functions[endpoint] = view  # type: ignore[assignment]

    @app.after_request
    def know_the_browser(answer: Response) -> Response:
        if request.endpoint in _LIMITED and not _failed(answer) and g.get("person") is not None:
            browsers.remember(g.person.name, answer)
        return answer


def network_of_visitor() -> str:
    """The network of a request: one IPv4 address, or the /64 of an IPv6 one, since one customer has all of that.

    Behind a proxy, it is the last address that the proxy wrote into X-Forwarded-For. The header is believed only if the
    request comes from this machine or a private network, as a proxy's does. So a direct visitor from elsewhere cannot
    forge it. "" if there is none.
    """
    said, direct = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip(), request.remote_addr or ""
    try:
        found = ip_address(said.strip("[]") if said and ip_address(direct).is_private else direct)
    except ValueError:
        return direct
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)


def _known(browsers: _Browsers) -> Callable[[], bool]:
    return lambda: bool(browsers.known_for(asked_name()))


def _failed(response: Response) -> bool:
    return response.status_code not in {200, 303}


def _digest(key: bytes, kind: bytes, what: str) -> str:
    return hmac.digest(key, kind + b"\0" + what.encode("utf-8", "replace"), "sha256")[:12].hex()
