"""Signatures: they show whether a webhook comes from the carrier. After Twilio docs: usage/security."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

SIGNATURE_HEADER = "X-Twilio-Signature"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SignatureCheck:
    """Checks a request against the public address: a proxy may have changed scheme, host and port."""

    def __init__(self, public_url: str, auth_token: str) -> None:
        self._bases = signed_bases(public_url)
        self._validator = RequestValidator(auth_token)

    def passes(self, path: str, query: str, form: MultiDict[str, str] | None, signature: str) -> bool:
        """Return whether the signature fits: `path` below the public address, and the `query` exactly as received."""
        rest = f"{path}?{query}" if query else path
        sent = signature.encode()
        return bool(signature) and any(
            hmac.compare_digest(self._validator.compute_signature(base + rest, form).encode(), sent)
            for base in self._bases
        )


def signed_bases(public_url: str) -> tuple[str, ...]:
    """Return the forms of the public address that carriers sign, likeliest first.

    User and password are left out. All keep a port for HTTP. Some drop it for HTTPS; others always write it.
    """
    parts = urlsplit(public_url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    named = host if parts.port is None else f"{host}:{parts.port}"
    with_port = named if parts.port else f"{host}:{_DEFAULT_PORTS[parts.scheme]}"
    likely = (host, named, with_port) if parts.scheme == "https" else (named, host, with_port)
    path = parts.path.rstrip("/")
    return tuple(dict.fromkeys(urlunsplit((parts.scheme, where, path, "", "")) for where in likely))
