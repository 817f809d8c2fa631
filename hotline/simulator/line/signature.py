"""The X-Twilio-Signature of a webhook (Twilio docs: usage/security), worked out from the documentation alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit


def url_to_sign(url: str) -> str:
    """The form of `url` that is signed: no fragment, no user and password, no port for HTTPS."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host[: -len(f":{parts.port}")]
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    # A lone "?" at the end is part of the request, and urlunsplit drops it.
    return bare + "?" if url.partition("#")[0].endswith("?") else bare


def sign(token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """The signature under `token` of a request for `url`. `form` has the fields of a POST; a GET has none."""
    values: dict[str, set[str]] = {}
    for name, value in form:
        values.setdefault(name, set()).add(value)
    text = url_to_sign(url) + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
