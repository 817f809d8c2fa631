"""Sessions: who is signed in. A signed cookie says so, and is compared with the list of people at each request.

A session ends after half an hour without a request of the person's, after twelve hours in any case, when they sign out,
when their password changes, and when they are removed. Requests that a page makes by itself do not count.

While the database is down nobody can be compared with the list. Anyone who had signed in before may then look, and
nothing more. So an ended session could be used to look until the database is back. Being unable to look up tonight
would be worse.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import g, request, session

from hotline.core.people import Person, Role
from hotline.errors import DatabaseUnavailable
from hotline.pages.frame.parts import PageParts

IDLE = 30 * 60
LONGEST = 12 * 3600
"""Seconds."""
BY_ITSELF = "auto"
"""A query parameter of requests that a page makes by itself."""
_KEY = "who"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: `since` and `seen` in epoch seconds, `id` random."""

    id: str
    person: Person
    since: int
    seen: int


def sign_in(person: Person, now: int) -> None:
    """Begin a session. It keeps nothing from the browser: neither an earlier session, nor its form tokens."""
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    _write(SignedIn(secrets.token_urlsafe(18), person, now, now))
    g.person, g.checked = person, True
    g.pop("csrf_token", None)
    g.pop("language", None)


def sign_out(parts: PageParts) -> None:
    """End the session, in the cookie and in any copy of it. Raises DatabaseUnavailable."""
    signed_in = _read()
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    if signed_in is not None:
        parts.people.sign_out(signed_in.id, signed_in.since + LONGEST)
    g.person = None
    g.pop("csrf_token", None)


def find_person(parts: PageParts) -> None:
    """Set `g.person` to the person of this request, or None, and `g.checked` to whether the list confirms it."""
    g.person, g.checked = None, True
    signed_in, now = _read(), parts.now()
    if signed_in is None:
        return
    if not (signed_in.since <= now + 60 and now - signed_in.since < LONGEST and now - signed_in.seen < IDLE):
        _forget()
        return
    try:
        person = parts.people.signed_in(signed_in.person.id, signed_in.id)
    except DatabaseUnavailable:
        g.person, g.checked = replace(signed_in.person, role=Role.VIEWER), False
        return
    if person is None or person.epoch != signed_in.person.epoch:
        _forget()
        return
    g.person = person
    if BY_ITSELF not in request.args and now - signed_in.seen >= 60:
        signed_in = replace(signed_in, seen=now)
    _write(replace(signed_in, person=person))


def still_signed_in(parts: PageParts) -> Callable[[], bool]:
    """Return a check, for a long answer, that the person of this request may still receive it.

    False once they are removed, have another role or password, or have signed out. While the database is down, True.
    """
    signed_in = _read()

    def check() -> bool:
        if signed_in is None or parts.now() - signed_in.since >= LONGEST:
            return False
        try:
            person = parts.people.signed_in(signed_in.person.id, signed_in.id)
        except DatabaseUnavailable:
            return True
        same = signed_in.person
        return person is not None and (person.epoch, person.role) == (same.epoch, same.role)

    return check


def _forget() -> None:
    session.pop(_KEY, None)
    g.timed_out = True


def _write(signed_in: SignedIn) -> None:
    person = signed_in.person
    written = {
        "id": signed_in.id,
        "since": signed_in.since,
        "seen": signed_in.seen,
        "person": [person.id, person.name, person.role.value, person.language, person.epoch],
    }
    if session.get(_KEY) != written:
        session[_KEY] = written


def _read() -> SignedIn | None:
    kept: Any = session.get(_KEY)
    with suppress(KeyError, TypeError, ValueError):
        id, name, role, language, epoch = kept["person"]
        return SignedIn(kept["id"], Person(id, name, Role(role), language, epoch), kept["since"], kept["seen"])
    return None
