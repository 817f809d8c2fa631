"""Test rings: real calls to volunteers' phones, to see whether they ring. Nobody is waiting in one.

Like a call, a test carries its position in its own addresses, sealed. A test is known before there is a CallSid, so the
seal is not bound to one. It holds for an hour.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.calls import spoken
from hotline.core.calls.flow import Hotline
from hotline.core.calls.position import Position
from hotline.core.calls.reply import HangUp, Reply, Say, Screen
from hotline.core.calls.transitions import volunteers_language
from hotline.core.rota.rota import Rota

KEPT = 31 * 24 * 3600
"""Seconds for which results are stored."""
HOLDS_FOR = 3600
LISTEN_FOR = 8
"""Seconds after the words."""
ON_CALL_APART, OTHERS_APART = 90, 1
"""Seconds between tests of volunteers on call, and between tests of the others. Those on call are tested one at a time,
so that a caller finds the others free. The carrier starts one call a second (Twilio docs: voice/api, calls per
second)."""
WEEKDAY, HOUR = 2, 17
"""Monthly tests are on the first Wednesday of a month, from 17:00 on in the rota's zone, for two hours at most."""
HOURS = 2
_SEAL_BYTES = 12
_MONTHLY = re.compile(r".+/\d{4}-\d\d/[^/]+")


@dataclass(frozen=True, slots=True)
class RingTest:
    """A test of one volunteer's phone. `hotline` is a `ring_id`. `at`: when it was requested, in epoch seconds."""

    id: str
    hotline: str
    volunteer: str
    at: int

    @property
    def people(self) -> str | None:
        """The volunteer's rota, if it is not the hotline's own."""
        return self.hotline.partition("/")[2] or None


@dataclass(frozen=True, slots=True)
class RingTestResult:
    """The result of a test ring. `reached` None: not known yet. `phone`: its digest, or "" if that was not stored.

    `picked_up`: the call was answered, and nobody pressed the key.
    """

    rota: str
    volunteer: str
    at: int
    reached: bool | None
    phone: str = ""
    picked_up: bool = False


def seal(test: RingTest, key: bytes) -> str:
    """The test as URL-safe text, sealed by a secret key."""
    body = json.dumps([test.id, test.hotline, test.volunteer, test.at], separators=(",", ":")).encode()
    return urlsafe_b64encode(_mac(body, key) + body).rstrip(b"=").decode()


def unseal(text: str, key: bytes, now: int) -> RingTest | None:
    """The test that `seal` made in the last hour, or None for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return None
    mac, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, key)):
        return None
    try:
        id, hotline, volunteer, at = json.loads(body)
    except (ValueError, TypeError):  # sealed by a release with other fields
        return None
    return RingTest(id, hotline, volunteer, at) if abs(now - at) <= HOLDS_FOR else None


def asked(hotline: Hotline, volunteer: str | None) -> Reply:
    """Return the words for a phone that answers: what this is, twice, and what to press. A voicemail may hear it."""
    nowhere = Position("", "", "")  # a test's own address is the same throughout
    said = Screen((_say(hotline, volunteer, spoken.RING_TEST),), LISTEN_FOR, nowhere)
    return (said, said, _say(hotline, volunteer, spoken.RING_TEST_UNANSWERED), HangUp())


def reached(hotline: Hotline, volunteer: str | None) -> Reply:
    """Thank a volunteer who pressed the key."""
    return (_say(hotline, volunteer, spoken.RING_TEST_REACHED), HangUp())


def monthly(now: datetime, zone: tzinfo) -> tuple[str, bool] | None:
    """The month whose tests are due at an instant, and whether they should be over. None on other days.

    They are due on the first Wednesday from 17:00 to 19:00, and over until midnight.
    """
    local = now.astimezone(zone)
    if local.weekday() != WEEKDAY or local.day > 7 or local.hour < HOUR:
        return None
    return f"{local:%Y-%m}", local.hour >= HOUR + HOURS


def monthly_id(rota: str, month: str, volunteer: str) -> str:
    """The id of a volunteer's test of a month, which `monthly` names."""
    return f"{rota}/{month}/{volunteer}"


def as_named_now(
    found: Iterable[RingTestResult], rotas: Iterable[Rota], digest: Callable[[str], str]
) -> list[RingTestResult]:
    """The results under the ids that the rotas have for these phones now."""
    ids = {(rota.id, digest(volunteer.phone)): volunteer.id for rota in rotas for volunteer in rota.volunteers.values()}
    return [replace(one, volunteer=ids.get((one.rota, one.phone), one.volunteer)) for one in found]


def is_monthly(id: str) -> bool:
    """Return whether a test of this id is a monthly test, not a requested one."""
    return _MONTHLY.fullmatch(id) is not None


def next_monthly(now: datetime, zone: tzinfo) -> datetime:
    """Return when monthly tests are next due, on the zone's wall clock."""
    local = now.astimezone(zone)
    return next(
        due
        for day in _first_wednesdays(local.date())
        if (due := datetime(day.year, day.month, day.day, HOUR, tzinfo=zone)) > now
    )


def apart(volunteers: tuple[str, ...], on_call: frozenset[str]) -> list[tuple[str, int]]:
    """The volunteers to test, each with seconds from now: those not on call first, a second apart, then the others."""
    others = [volunteer for volunteer in volunteers if volunteer not in on_call]
    known = [volunteer for volunteer in volunteers if volunteer in on_call]
    after = len(others) * OTHERS_APART
    return [
        *((one, place * OTHERS_APART) for place, one in enumerate(others)),
        *((one, after + place * ON_CALL_APART) for place, one in enumerate(known)),
    ]


def _first_wednesdays(start: date) -> Iterator[date]:
    day = start.replace(day=1)
    while True:
        yield day + timedelta(days=(WEEKDAY - day.weekday()) % 7)
        day = (day + timedelta(days=32)).replace(day=1)


def _say(hotline: Hotline, volunteer: str | None, available: dict[str, str]) -> Say:
    language = volunteers_language(hotline, volunteer, available)
    names = {"name": hotline.flow.name, "accept": hotline.rota.ringing.accept_key}
    return spoken.surely_spoken(hotline.flow, language, {}, available, **names)


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"ring test\0" + body, "sha256")[:_SEAL_BYTES]
