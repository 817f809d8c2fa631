"""Keyed digests that replace volunteers' phone numbers in stored data. Ids in a rota file may change; phones stay."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import Rota

MOST_REMEMBERED = 100
"""The rotas whose digests a process remembers. Each also holds the rota, some 20 kB with ten volunteers."""


def phones_of(key: bytes, by_rota: Callable[[str], Hotline | None]) -> Callable[[str], Mapping[str, str]]:
    """The digests of the phones of a rota's volunteers, by id. Remembered for each state of the file."""
    made: dict[str, tuple[Rota, Mapping[str, str]]] = {}
    nothing: Mapping[str, str] = {}

    def phones(rota: str) -> Mapping[str, str]:
        hotline = by_rota(rota)
        if hotline is None:
            return nothing
        known = made.get(rota)
        if known is None or known[0] is not hotline.rota:
            found = {volunteer.id: phone_digest(key, volunteer.phone) for volunteer in hotline.rota.volunteers.values()}
            made.pop(rota, None)
            for oldest in list(made)[: len(made) + 1 - MOST_REMEMBERED]:
                made.pop(oldest, None)
            known = made[rota] = (hotline.rota, found)
        return known[1]

    return phones


def phone_digest(key: bytes, phone: str) -> str:
    """Return the keyed digest of a phone number. Without the key, nobody can tell which phone it is."""
    return hmac.digest(key, b"absent phone\0" + phone.encode(), "sha256")[:12].hex()
