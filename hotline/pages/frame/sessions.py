"""Sessions: who is signed in. A signed cookie says so, and is compared with the list of people at each request.

A session is over after half an hour without a request of the person's, after twelve hours whatever they do, when they
sign out, when their password changes, and when they are removed. Requests that a page makes by itself do not count.

While the database is away nobody can be compared with the list. Whoever had signed in before may then look, and
nothing more: so a session that was ended could be used to look until the database is back. Staying in the dark about
tonight was thought worse.
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
"""In the query of what a page asks for without anybody having done anything."""
_KEY = "who"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: `since` and `seen` in epoch seconds, `id` random."""

    id: str
    person: Person
    since: int
    seen: int


def sign_in(person: Person, now: int) -> None:
    """Begin a session. Nothing of what the browser held before goes on: neither a session, nor its form tokens."""
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    _write(SignedIn(secrets.token_urlsafe(18), person, now, now))
    g.person, g.checked = person, True
    g.pop("csrf_token", None)
    g.pop("language", None)


def sign_out(parts: PageParts) -> None:
    """End the session, in the cookie and for whoever may have a copy of it. Raises DatabaseUnavailable."""
    signed_in = _read()
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    if signed_in is not None:
        parts.people.sign_out(signed_in.id, signed_in.since + LONGEST)
    g.person = None
    g.pop("csrf_token", None)


def find_person(parts: PageParts) -> None:
    """Set `g.person` to whoever this request comes from, or None, and `g.checked` to whether the list says so."""
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
    """A check, for an answer that goes on, that whoever this request comes from may go on hearing it.

    False once they are removed, have another role or password, or have signed out. While the database is away, True.
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
