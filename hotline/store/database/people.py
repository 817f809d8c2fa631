"""The people who may use the pages, their one-time links and ended sessions, and the audit list, in the database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, true, update

from hotline.core.people import Deed, Link, ListedPerson, Person, Role, name_key
from hotline.core.wording import Wording
from hotline.errors import PeopleError
from hotline.store.database.lazy import Database
from hotline.store.database.passwords import fits, hashed
from hotline.store.database.people_tables import audit, links, people, removed, signed_out

_p = people.c


class PeopleTables:
    """The people in a database. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._transaction = database.transaction

    def signed_in(self, person: str, session: str) -> Person | None:
        """The person of a session, unless they were removed or signed out of it."""
        ended = select(signed_out.c.session).where(signed_out.c.session == _digest(session)).exists()
        return self._one((_p.id == person) & ~ended)

    def by_password(self, name: str, password: str) -> Person | None:
        """Return the person with that name and password. Takes as long for an unknown name."""
        with self._transaction() as connection:
            row = connection.execute(select(people).where(_p.key == name_key(name))).one_or_none()
        right = fits(row.password if row else None, password)
        return _person(row) if row and right else None

    def by_subject(self, subject: str, email: str) -> Person | None:
        """Return the person an identity provider means: by its name for them, or the first time by their e-mail."""
        with self._transaction() as connection:
            row = connection.execute(select(people).where(_p.subject == subject)).one_or_none()
            if row is None and email:
                fresh = (_p.email == email.casefold()) & _p.subject.is_(None)
                row = connection.execute(select(people).where(fresh)).one_or_none()
                if row is not None:
                    connection.execute(update(people).where(_p.id == row.id).values(subject=subject))
        return _person(row) if row else None

    def add(self, name: str, role: Role, now: int, email: str = "", password: str = "") -> Person:
        """Add someone. Raises PeopleError if the name, or the e-mail address, is somebody's."""
        kept = hashed(password) if password else None
        with self._transaction() as connection:
            return _add(connection, name, role, now, email, kept)

    def named(self, name: str) -> Person | None:
        """The person of that name, however its letters are written."""
        return self._one(_p.key == name_key(name))

    def all(self) -> list[ListedPerson]:
        """Everyone, by name."""
        with self._transaction() as connection:
            rows = connection.execute(select(people).order_by(_p.key)).all()
        return [
            ListedPerson(
                _person(row),
                row.email or "",
                tuple(way for way, has in (("password", row.password), ("provider", row.email)) if has),
                row.created_at,
            )
            for row in rows
        ]

    def any(self) -> bool:
        """Return whether there is any person yet."""
        with self._transaction() as connection:
            return bool(connection.scalar(select(func.count()).select_from(people)))

    def remove(self, person: str) -> None:
        """Remove someone, and with them every session and link of theirs.

        Raises PeopleError if no coordinator who can sign in would be left.
        """
        with self._transaction() as connection:
            _lock_coordinators(connection)
            row = connection.execute(select(people).where(_p.id == person)).one_or_none()
            if not connection.execute(delete(people).where((_p.id == person) & _spared(person))).rowcount:
                _refuse_the_last(connection, person)
            connection.execute(delete(links).where(links.c.person == person))
            if row is not None:
                _remember_removed(connection, row.email, row.subject)

    def was_removed(self, subject: str, email: str) -> bool:
        """Return whether an identity provider's person was removed here, and not added again since."""
        digests = [_digest(one) for one in (subject, email.casefold()) if one]
        with self._transaction() as connection:
            return connection.scalar(select(removed.c.digest).where(removed.c.digest.in_(digests)).limit(1)) is not None

    def set_role(self, person: str, role: Role) -> None:
        """Set what a person may do from now on. Raises PeopleError if no coordinator who can sign in would be left."""
        allowed = true() if role is Role.COORDINATOR else _spared(person)
        with self._transaction() as connection:
            _lock_coordinators(connection)
            changed = connection.execute(update(people).where((_p.id == person) & allowed).values(role=role.value))
            if not changed.rowcount:
                _refuse_the_last(connection, person)

    def set_language(self, person: str, language: str) -> None:
        """Remember the language a person chose."""
        self._change(person, language=language)

    def sign_out(self, session: str, until: int) -> None:
        """End a session, which would otherwise be over at `until`."""
        with self._transaction() as connection:
            connection.execute(delete(signed_out).where(signed_out.c.session == _digest(session)))
            connection.execute(insert(signed_out).values(session=_digest(session), until=until))

    def forget_ended(self, now: int) -> None:
        """Forget sessions and links that have expired anyway."""
        with self._transaction() as connection:
            connection.execute(delete(signed_out).where(signed_out.c.until < now))
            connection.execute(delete(links).where(links.c.expires_at < now))

    def make_link(self, person: str | None, role: Role, expires_at: int) -> str:
        """Return the key of a new one-time link.

        It replaces an earlier link for the same person, or is for a new person.
        """
        key = secrets.token_urlsafe(24)
        with self._transaction() as connection:
            same = links.c.person.is_(None) if person is None else links.c.person == person
            connection.execute(delete(links).where(same & (links.c.role == role.value)))
            connection.execute(
                insert(links).values(digest=_digest(key), person=person, role=role.value, expires_at=expires_at)
            )
        return key

    def by_link(self, key: str, now: int) -> Link | None:
        """Return the purpose of a one-time link, while it can be used."""
        with self._transaction() as connection:
            row = connection.execute(select(links).where(_usable(key, now))).one_or_none()
            if row is None:
                return None
            name = connection.scalar(select(_p.name).where(_p.id == row.person)) if row.person else ""
        return None if name is None else Link(Role(row.role), name)

    def use_link(self, key: str, now: int, name: str, password: str) -> Person | None:
        """Use a one-time link up. Returns its person: new, or with a new password and every old session ended.

        None if it is too late. Raises PeopleError if the name is taken; the link can then be used again.
        """
        kept = hashed(password)
        with self._transaction() as connection:
            row = connection.execute(select(links).where(_usable(key, now))).one_or_none()
            if row is None or not connection.execute(delete(links).where(_usable(key, now))).rowcount:
                return None
            if row.person is None:
                return _add(connection, name, Role(row.role), now, "", kept)
            connection.execute(update(people).where(_p.id == row.person).values(password=kept, epoch=_p.epoch + 1))
            changed = connection.execute(select(people).where(_p.id == row.person)).one_or_none()
        return _person(changed) if changed else None

    def _change(self, person: str, **values: object) -> None:
        with self._transaction() as connection:
            connection.execute(update(people).where(_p.id == person).values(**values))

    def _one(self, wanted: ColumnElement[bool]) -> Person | None:
        with self._transaction() as connection:
            row = connection.execute(select(people).where(wanted)).one_or_none()
        return _person(row) if row else None


class AuditList:
    """The audit list in a database: who did what. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._transaction = database.transaction

    def add(self, deed: Deed) -> None:
        """Write a line."""
        with self._transaction() as connection:
            connection.execute(insert(audit).values(at=deed.at, who=deed.who, what=deed.what, about=deed.on))

    def add_once(self, deed: Deed, within: int) -> None:
        """Write a line, unless the same was written in the last `within` seconds. So nobody can flood the list."""
        a = audit.c
        same = (a.at > deed.at - within) & (a.who == deed.who) & (a.what == deed.what) & (a.about == deed.on)
        with self._transaction() as connection:
            if connection.scalar(select(a.id).where(same).limit(1)) is not None:
                return
            connection.execute(insert(audit).values(at=deed.at, who=deed.who, what=deed.what, about=deed.on))

    def prune(self, before: int) -> int:
        """Forget the lines before an instant (epoch seconds); how many."""
        with self._transaction() as connection:
            return connection.execute(delete(audit).where(audit.c.at < before)).rowcount

    def latest(self, count: int, skip: int = 0) -> Sequence[Deed]:
        """The last lines but `skip`, the newest first."""
        with self._transaction() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(count).offset(skip)).all()
        return [Deed(row.at, row.who, row.what, row.about) for row in rows]


def _add(connection: Connection, name: str, role: Role, now: int, email: str, password: str | None) -> Person:
    shown = " ".join(name.split())
    if not shown or not shown.isprintable():
        raise PeopleError(Wording("A person needs a name."), Wording("Use the name their colleagues know."))
    if connection.scalar(select(_p.id).where(_p.key == name_key(shown))):
        raise PeopleError(
            Wording("Somebody is already called %(name)s.", name=shown),
            Wording("Choose a different name."),
        )
    if email and connection.scalar(select(_p.id).where(_p.email == email.casefold())):
        raise PeopleError(
            Wording("Somebody already has this e-mail address."), Wording("`hotline people list` shows who.")
        )
    if email:
        connection.execute(delete(removed).where(removed.c.digest == _digest(email.casefold())))
    person = Person(secrets.token_hex(8), shown, role)
    connection.execute(
        insert(people).values(
            id=person.id,
            name=shown,
            key=name_key(shown),
            role=role.value,
            email=email.casefold() or None,
            password=password,
            language="",
            epoch=person.epoch,
            created_at=now,
        )
    )
    return person


def _remember_removed(connection: Connection, *known_as: str | None) -> None:
    for digest in {_digest(one) for one in known_as if one}:
        connection.execute(delete(removed).where(removed.c.digest == digest))
        connection.execute(insert(removed).values(digest=digest))


def _lock_coordinators(connection: Connection) -> None:
    """Serialize two people who remove each other. SQLite has one writer anyway, and skips this."""
    connection.execute(select(_p.id).where(_p.role == Role.COORDINATOR.value).order_by(_p.id).with_for_update())


def _spared(person: str) -> ColumnElement[bool]:
    """Return whether the pages can do without a person: they change nothing, or another coordinator can sign in."""
    other = people.alias()
    others = select(other.c.id).where(
        other.c.id != person, other.c.role == Role.COORDINATOR.value, _can_sign_in(other.c.password, other.c.email)
    )
    return or_(_p.role != Role.COORDINATOR.value, ~_can_sign_in(_p.password, _p.email), others.exists())


def _can_sign_in(password: ColumnElement[str | None], email: ColumnElement[str | None]) -> ColumnElement[bool]:
    return or_(password.is_not(None), email.is_not(None))


def _refuse_the_last(connection: Connection, person: str) -> None:
    if connection.scalar(select(_p.id).where(_p.id == person)) is not None:
        raise PeopleError(
            Wording("This would leave no coordinator."),
            Wording("First make somebody else a coordinator and have them sign in."),
        )


def _usable(key: str, now: int) -> ColumnElement[bool]:
    return (links.c.digest == _digest(key)) & (links.c.expires_at > now)


def _person(row: object) -> Person:
    found = row._mapping  # type: ignore[attr-defined]
    return Person(found["id"], found["name"], Role(found["role"]), found["language"], found["epoch"])


def _digest(secret: str) -> str:
    """Return the stored digest of a random key. The key cannot be recovered from it, so the table reveals none."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
