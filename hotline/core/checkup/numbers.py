"""The carrier's addresses for a hotline's number, and the changes needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from hotline.core.carrier_records.records import OwnNumber, Pointing

NAMES = {
    "voice_application": "Voice application",
    "trunk": "SIP trunk",
    "voice_url": "A call comes in",
    "voice_method": "A call comes in, method",
    "fallback_url": "Primary handler fails",
    "fallback_method": "Primary handler fails, method",
    "status_callback": "Call status changes",
    "status_callback_method": "Call status changes, method",
    "sms_application": "Messaging application",
    "sms_url": "A message comes in",
    "sms_method": "A message comes in, method",
}
"""The names of the fields in the carrier's console."""
OVERRIDES = frozenset({"voice_application", "trunk", "sms_application"})
"""The settings that make the carrier ignore the addresses of a number."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a number that is to change. `field` as in Pointing."""

    field: str
    now: str
    then: str

    @property
    def name(self) -> str:
        return NAMES[self.field]


@dataclass(frozen=True, slots=True)
class Repointing:
    """The changes to one number. None if it points here already."""

    number: OwnNumber
    then: Pointing

    @property
    def changes(self) -> list[FieldChange]:
        pairs = ((field, getattr(self.number.pointing, field), getattr(self.then, field)) for field in NAMES)
        return [FieldChange(*pair) for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class NumbersPlan:
    """The changes to each number, and the hotlines' numbers that the account does not have."""

    numbers: tuple[Repointing, ...]
    missing: tuple[str, ...]

    @property
    def due(self) -> list[Repointing]:
        """The numbers that do not point here."""
        return [number for number in self.numbers if number.changes]


def plan(wanted: Iterable[str], account: Sequence[OwnNumber], public_url: str, fallback_url: str | None) -> NumbersPlan:
    """Return the changes that point the account's numbers, among those wanted, here."""
    has = {number.number: number for number in account}
    ours = list(dict.fromkeys(wanted))
    found = [
        Repointing(has[our], pointed_here(has[our].pointing, public_url, fallback_url)) for our in ours if our in has
    ]
    return NumbersPlan(tuple(found), tuple(our for our in ours if our not in has))


def pointed_here(now: Pointing, public_url: str, fallback_url: str | None) -> Pointing:
    """Return where the number should lead. Without a fallback, the carrier's present one stays."""
    then = Pointing(
        voice_url=f"{public_url}/voice",
        voice_method="POST",
        fallback_url=now.fallback_url,
        fallback_method=now.fallback_method,
        status_callback=f"{public_url}/voice/ended",
        status_callback_method="POST",
        sms_url=f"{public_url}/sms",
        sms_method="POST",
    )
    # Hosts of plain files answer a GET, and seldom a POST.
    return then if fallback_url is None else replace(then, fallback_url=fallback_url, fallback_method="GET")


def meant_path(path: str, prefix: str = "") -> str:
    """Return the path that somebody probably meant: no extra slashes, lower case, the prefix at most once.

    `prefix` is the path of the public address, which a proxy removes.
    """
    plain, start = re.sub("/+", "/", path).rstrip("/").lower(), prefix.rstrip("/").lower()
    while start and plain.startswith(f"{start}/"):
        plain = plain.removeprefix(start)
    return plain


def leads_there(typed: str, here: str, path: str) -> bool:
    """Return whether an address is another spelling of `here`, which ends with `path`. Both are answered alike."""
    (host, way, query), (our_host, our_way, our_query) = _parts(typed), _parts(here)
    prefix = our_way.removesuffix(path)
    plain = re.sub("/+", "/", way).lower()
    return (
        (host, query) == (our_host, our_query)
        and plain.startswith(f"{prefix.lower()}/")
        and meant_path(plain, prefix) == path
    )


def _parts(address: str) -> tuple[str, str, str]:
    """An address's scheme and host in small letters, its path, and its query. What follows `#` is for the carrier."""
    scheme, _, rest = address.partition("#")[0].partition("://")
    whole, _, query = rest.partition("?")
    host, slash, way = whole.partition("/")
    return f"{scheme}://{host}".lower(), slash + way, query


assert {field.name for field in fields(Pointing)} == set(NAMES)
