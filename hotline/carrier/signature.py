"""Signatures: they show whether a webhook comes from the carrier. After Twilio docs: usage/security."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import (
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

__all__ = ["SHARED_KEYS", "SIGNATURE_HEADER", "SIGNATURE_SETTINGS_HEADER", "TOKENS", "SignatureCheck", "signed_bases"]
SIGNATURE_HEADER = "X-Twilio-Signature"
TOKENS = ("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS")
SHARED_KEYS = ("TWILIO_SHARED_KEY", "TWILIO_SHARED_KEY_PREVIOUS")
"""The settings whose secrets sign webhooks, the current one first."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SignatureCheck:
    """Checks a request against the public address: a proxy may have changed scheme, host and port.

    `tokens` are the auth tokens that may have signed it: the current one, and the one before it while it is changed.
    `shared_keys` are the secrets that sign instead where the account's webhook settings name a shared key, in the same
    order; such a request has a header that names the algorithm (Twilio docs: usage/webhooks/webhook-shared-keys).
    """

    def __init__(self, public_url: str, tokens: Sequence[str], shared_keys: Sequence[str] = ()) -> None:
        self._bases = signed_bases(public_url)
        self._tokens = dict(zip(TOKENS, map(RequestValidator, tokens), strict=False))
        self._shared = dict(zip(SHARED_KEYS, map(RequestValidator, shared_keys), strict=False))

    def passes(
        self, path: str, query: str, form: MultiDict[str, str] | None, signature: str, settings: str = ""
    ) -> bool:
        """Return whether the signature fits. See `signed_with`."""
        return self.signed_with(path, query, form, signature, settings) is not None

    def signed_with(
        self, path: str, query: str, form: MultiDict[str, str] | None, signature: str, settings: str = ""
    ) -> str | None:
        """Return the setting whose secret signed a request, such as TWILIO_SHARED_KEY; None if no secret of ours did.

        `path` is below the public address, and the `query` exactly as received. `settings` is the header of a shared
        key's signature, "" for an auth token's.
        """
        rest = (f"{path}?{query}" if query else path) + _in_a_row(form)
        sent, algorithm = signature.encode(), get_signature_algorithm(settings)
        for name, validator in (self._shared if settings else self._tokens).items() if signature else ():
            for base in self._bases:
                if hmac.compare_digest(validator.compute_signature(base + rest, (), algorithm).encode(), sent):
                    return name
        return None

    def changing(self, setting: str) -> bool:
        """Return whether the secret in a setting is being changed: another one beside it is accepted, too."""
        return len(self._shared if setting in SHARED_KEYS else self._tokens) > 1


def _in_a_row(form: MultiDict[str, str] | None) -> str:
    """Return names and values as a signature covers them: in order, each value once (Twilio docs: usage/security).

    The carrier's library does the same, anew for each address and secret.
    """
    values = dict(form.lists()) if form else {}
    return "".join(name + value for name in sorted(values) for value in sorted(set(values[name])))


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
