"""The people who may use the pages: coordinators, and viewers. Volunteers never sign in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum

LINK_LASTS = 3 * 24 * 3600
"""Seconds for which a one-time link made for somebody is valid."""


def name_key(name: str) -> str:
    """Return a name for comparison: without regard to capitals, spaces, or how an accent was typed.

    Anybody may send anything as a name. A database may refuse a zero byte or half a character, so they are replaced.
    """
    plain = name.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return unicodedata.normalize("NFKC", " ".join(plain.split())).casefold()


class Role(Enum):
    """The role of a person in the pages: to look, or to look and change."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may sign in. `id` is random and permanent; `language` is "" for their browser's language.

    A new `epoch` ends every earlier session of theirs.
    """

    id: str
    name: str
    role: Role
    language: str = ""
    epoch: int = 1

    @property
    def coordinator(self) -> bool:
        return self.role is Role.COORDINATOR


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person in the list of people. `ways`: how they can sign in, of "password" and "provider"."""

    person: Person
    email: str
    ways: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, for a new person (`name` ""), or for the new password of an existing person."""

    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the audit list: a person's action, and its object. Epoch seconds. Never about a caller or a call."""

    at: int
    who: str
    what: str
    on: str = ""
