"""Entries as given with `away`, `cover` or `swap`, in a terminal or on a page.

Names are typed as people say them, times as `hotline.files.values.typed_times` reads them. Each function raises
`Unreadable` for input it does not understand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotline.core.calls.flow import Hotline
from hotline.core.planning.swap import Swap, exchange
from hotline.core.rota.rota import Away, Cover
from hotline.core.wording import NOTHING, Wording
from hotline.errors import FilesError
from hotline.files.findings.unreadable import Unreadable
from hotline.files.findings.wording import Listed
from hotline.files.values.typed_times import period
from hotline.files.values.which_volunteer import find_volunteer

_SELF = "covers-themselves"


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries to write. For a swap, also the exchange, which explains them better than their effects do."""

    entries: tuple[Away | Cover, ...]
    exchange: Swap | None = None


def enter_away(hotline: Hotline, who: str, when: Sequence[str], today: date) -> Entered:
    """Take a volunteer out of everything for a time."""
    time = period(when, today)
    return Entered((Away(find_volunteer(hotline.rota, who), time.start, time.end),))


def enter_cover(hotline: Hotline, who: str, instead_of: str | None, when: Sequence[str], today: date) -> Entered:
    """Make a volunteer cover for another or, without one, join the rest."""
    time, taker = period(when, today), find_volunteer(hotline.rota, who)
    giver = find_volunteer(hotline.rota, instead_of) if instead_of else None
    if giver == taker:
        raise Unreadable(_SELF, Wording("%(name)s cannot cover for themselves.", name=_name(hotline, taker)), NOTHING)
    return Entered((Cover(taker, giver, time.start, time.end),))


def enter_swap(hotline: Hotline, one: str, other: str, when: Sequence[str], today: date) -> Entered:
    """Exchange two volunteers' times on call. Raises FilesError if there is nothing to exchange."""
    time = period(when, today)
    first, second = find_volunteer(hotline.rota, one), find_volunteer(hotline.rota, other)
    if first == second:
        raise Unreadable(_SELF, Wording("%(name)s cannot swap with themselves.", name=_name(hotline, first)), NOTHING)
    found = exchange(hotline.schedule, first, second, time.start, time.end, time.whole_days)
    entries = found.entries(hotline.rota.zone)
    if not entries:
        names = Listed((_name(hotline, first), _name(hotline, second)))
        raise FilesError(
            Wording("%(names)s have nothing to swap then.", names=names),
            Wording("Either neither is on call then, or both always are. `hotline preview` shows when they are."),
        )
    return Entered(tuple(entries), found)


def _name(hotline: Hotline, who: str) -> str:
    return hotline.rota.volunteers[who].name
