"""How often somebody may try to sign in: so many times from one address, and so many times for one name.

Counted in Redis, for all web processes together; while it is gone each counts by itself. What is kept is a keyed digest
of the address or the name, for some minutes, and only of tries that failed.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Flask, Response, request
from flask_limiter import Limiter

from hotline.pages.tools import Tools

BY_ADDRESS = "20 per 5 minutes"
BY_NAME = "10 per 15 minutes"
"""Enough for a bad day, and not for guessing. Whoever is locked out by somebody else's guesses can be sent a link."""
_LIMITED = ("signin.enter", "signin.use_link")


def limit(app: Flask, tools: Tools) -> None:
    """Have an application's sign-in refuse whoever tries too often. To be called when its routes are there."""
    limiter = Limiter(
        lambda: _digest(tools.key, b"address", address_of_visitor()),
        app=app,
        storage_uri="redis://",
        storage_options={"connection_pool": tools.limits_pool},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
        key_prefix="hotline:limit",
    )
    by_name = limiter.shared_limit(
        BY_NAME,
        scope="name",
        key_func=lambda: _digest(tools.key, b"name", request.form.get("name", "").casefold().strip()),
        exempt_when=lambda: not request.form.get("name"),
        deduct_when=_failed,
    )
    by_address = limiter.shared_limit(BY_ADDRESS, scope="address", deduct_when=_failed)
    for endpoint in _LIMITED:
        view = by_address(by_name(app.view_functions[endpoint]))
        app.view_functions[endpoint] = view  # type: ignore[assignment]


def address_of_visitor() -> str:
    """Where a request comes from, as well as can be known; "" for nowhere.

    Behind a proxy that is what the proxy wrote last into X-Forwarded-For: it is believed if it speaks to us from this
    machine or a private network, as a proxy does. Whoever reaches us directly from elsewhere cannot pretend.
    """
    said, direct = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip(), request.remote_addr or ""
    try:
        return said if said and ip_address(direct).is_private else direct
    except ValueError:
        return direct


def _failed(response: Response) -> bool:
    return response.status_code != 303


def _digest(key: bytes, kind: bytes, what: str) -> str:
    return hmac.digest(key, kind + b"\0" + what.encode("utf-8", "replace"), "sha256")[:12].hex()
