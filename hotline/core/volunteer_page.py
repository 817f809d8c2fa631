"""The address of a volunteer's own page: derived, and revoked, like that of their calendar (docs/adr/0013).

It has a key of its own, so that a calendar handed to a partner does not open the page; the number in the rota file
(`calendar:`) is the same, and ends both.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from hotline.core.calendar import calendar_number
from hotline.core.rota import Rota

PAGE_PATH = "/mine"
_KEY_BYTES = 20


def page_key(secret: bytes, rota: str, who: str, number: int) -> str:
    """The key in the address of a volunteer's page, as URL-safe text."""
    named = "\0".join(("page", rota, who, str(number)))
    made = hmac.digest(secret, named.encode("utf-8", "replace"), "sha256")[:_KEY_BYTES]
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def opens_page(secret: bytes, rota: Rota | None, name: str, who: str, key: str) -> bool:
    """Whether a key opens the page of a volunteer. Takes as long whether or not there is such a volunteer."""
    known = rota is not None and who in rota.volunteers
    number = calendar_number(rota, who) if rota is not None and known else 0
    right = hmac.compare_digest(page_key(secret, name, who, number).encode(), key.encode("utf-8", "replace"))
    return right and known


def page_query(secret: bytes, rota: Rota, who: str) -> dict[str, str]:
    """What stands in the query of a volunteer's page."""
    return {"rota": rota.id, "who": who, "key": page_key(secret, rota.id, who, calendar_number(rota, who))}
