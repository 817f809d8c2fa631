"""Long lists: a search, and one page at a time of what it finds. `frame/forms.html` has the field and the links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")
_LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of the entries found: `all` of them are on so many `pages`, with at most `most` on each.

    `name` is the query parameter for the page, and for lists beside others also the id of their section.
    """

    shown: Sequence[T]
    search: str
    all: int
    page: int
    pages: int
    most: int
    name: str = "page"


def asked_search() -> str:
    """Return the text to search for, from the address."""
    return request.args.get("search", "").strip()[:_LONGEST_SEARCH]


def paged(found: Sequence[T], most: int, name: str = "page") -> Paged[T]:
    """Return the page of a list that the address asks for, or the nearest."""
    pages = max(1, -(-len(found) // most))
    page = min(max(1, request.args.get(name, 1, type=int)), pages)
    return Paged(found[(page - 1) * most : page * most], asked_search(), len(found), page, pages, most, name)
