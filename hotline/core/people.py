"""The people who may use the pages: coordinators, and those who may look. Not the volunteers, who never sign in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum

LINK_LASTS = 3 * 24 * 3600
"""Seconds for which a one-time link is good that is made for somebody."""


def name_key(name: str) -> str:
    """A name as it is compared: without regard to capitals, spaces, or how an accent was typed.

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
    """Someone who may sign in. `id` is random and lasts; `language` is "" for whatever their browser asks for.

    With another `epoch` every session of theirs that began before is over.
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
    """A person as the list of people has them. `ways`: how they can sign in, of "password" and "provider"."""

    person: Person
    email: str
    ways: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, for a new person (`name` ""), or for the new password of someone there is."""

    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the audit list: what a person did, to what. Epoch seconds. Never anything about a caller or a call."""

    at: int
    who: str
    what: str
    on: str = ""
