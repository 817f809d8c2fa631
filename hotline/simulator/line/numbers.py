"""Numbers of the account, and the server for each."""

from __future__ import annotations

from dataclasses import dataclass


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
