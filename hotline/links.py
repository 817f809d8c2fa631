"""One-time links into the pages: where they lead, and for how long."""

from __future__ import annotations

from urllib.parse import urlencode

from hotline.core.people import LINK_LASTS
from hotline.running import read_address
from hotline.settings import Settings

FIRST_RUN = 24 * 3600
"""Seconds for which the link is good that `hotline up` prints."""


def expires(now: int, first_run: bool = False) -> int:
    """Return when a link made now is over; epoch seconds."""
    return now + (FIRST_RUN if first_run else LINK_LASTS)


def address_of_link(settings: Settings, key: str) -> str:
    """The address of a one-time link. The key is in the query, which no log of ours holds."""
    return f"{pages_address(settings)}/welcome?{urlencode({'key': key})}"


def pages_address(settings: Settings) -> str:
    """Return where the pages are: the public address, or in practice mode wherever `hotline up` runs."""
    return (read_address(settings.data_dir) if settings.practice else None) or settings.public_url
