"""Numbers of the account, and the server for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urljoin


@dataclass(frozen=True, slots=True)
class Line:
    """A number of the account, and the absolute URLs that the carrier requests for it."""

    number: str
    voice_url: str
    voice_method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    status_events: frozenset[str] = frozenset({"completed"})
    """Events reported to `status_callback`: others than the end, only for calls placed by the REST API."""

    def at(self, base: str) -> Line:
        """Return the line with absolute URLs: paths are taken from `base`."""
        urls = ("voice_url", "status_callback", "fallback_url", "sms_url")
        given = {name: url for name in urls if (url := getattr(self, name)) is not None}
        return replace(self, **{name: urljoin(base, url) for name, url in given.items()})
