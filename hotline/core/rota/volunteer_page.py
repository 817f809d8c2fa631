"""The address of a volunteer's own page: derived and revoked like that of their calendar (docs/adr/0013).

It has its own key, so a shared calendar does not open the page. Both use the same number in the rota file
(`calendar:`), and a new number ends both. Like the calendar's, the address follows the volunteer's phone.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from hotline.core.rota.calendar import KEY_LENGTH, PART_LENGTH, by_phone_part, calendar_number, phone_part
from hotline.core.rota.rota import Rota

PAGE_PATH = "/mine"
_KEY_BYTES = 20


def page_key(secret: bytes, rota: str, who: str, number: int) -> str:
    """The key in the address of a volunteer's page, as URL-safe text."""
    named = "\0".join(("page", rota, who, str(number)))
    made = hmac.digest(secret, named.encode("utf-8", "replace"), "sha256")[:_KEY_BYTES]
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def page_of(secret: bytes, rota: Rota | None, name: str, who: str, key: str) -> str | None:
    """Return whose page a key opens: the id they have now. None if it opens none."""
    first, second = key[:KEY_LENGTH], key[KEY_LENGTH:]
    if rota is not None and (renamed := by_phone_part(secret, "page", rota, _plain(who), second)) is not None:
        return renamed
    known = rota is not None and who in rota.volunteers
    number = calendar_number(rota, who) if rota is not None and known else 0
    right = hmac.compare_digest(page_key(secret, name, who, number).encode(), first.encode("utf-8", "replace"))
    return who if right and known and len(second) in (0, PART_LENGTH) else None


def page_query(secret: bytes, rota: Rota, who: str) -> dict[str, str]:
    """Return the query of a volunteer's page."""
    key = page_key(secret, rota.id, who, calendar_number(rota, who))
    part = phone_part(secret, "page", rota, who, rota.volunteers[who])
    return {"rota": rota.id, "who": who, "key": key + part}


def _plain(sent: str) -> str:
    return sent.encode("utf-8", "replace").decode()
