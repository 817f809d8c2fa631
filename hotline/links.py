"""Addresses of one-time links into the pages, and how long they work."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from hotline.core.people import LINK_LASTS
from hotline.core.rota.rota import Rota
from hotline.core.rota.volunteer_page import PAGE_PATH, page_query
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


def own_page(settings: Settings, secret: bytes, rota: Rota, who: str) -> str:
    """The address of a volunteer's own page."""
    return f"{pages_address(settings)}{PAGE_PATH}?{urlencode(page_query(secret, rota, who))}"


def rota_page(settings: Settings, rota: str) -> str:
    """The address of a rota's calendar for coordinators. Whoever opens it must sign in."""
    return f"{pages_address(settings)}/rota/{quote(rota)}"


def pages_address(settings: Settings) -> str:
    """Return where the pages are: the public address, or in practice mode wherever `hotline up` runs."""
    return (read_address(settings.data_dir) if settings.practice else None) or settings.public_url
