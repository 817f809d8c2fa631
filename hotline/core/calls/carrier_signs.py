"""Signs, in the ends of rings, that the carrier does not do what a hotline needs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from hotline.core.wording import Wording, in_a_row

SIGNS_KEPT = 86_400
"""Seconds for which a sign counts after the last ring that showed it. A ring that shows the opposite ends it at
once."""


class Sign(Enum):
    """A fault at the carrier.

    `NOT_PLACED`: no volunteer can be rung, for example because the account is suspended or a country is not allowed. If
    only one phone was rung, its number may be wrong instead. `NOT_SCREENED`: the carrier connects a phone without
    asking for the screening, so a voicemail can take the call. `LIMITED`: the account reached its limit of new calls,
    or of calls at once, so one phone rang after another. Only time ends it.
    """

    NOT_PLACED = "not_placed"
    NOT_SCREENED = "not_screened"
    LIMITED = "limited"

    @property
    def is_fault(self) -> bool:
        """Return whether calls go wrong. A limit only makes them slower."""
        return self is not Sign.LIMITED

    @property
    def in_a_row(self) -> int:
        """The number of rings in a row that must show it. A single phone may just have a dead number."""
        return 3 if self is Sign.NOT_PLACED else 1

    def problem(self, hotlines: Iterable[str]) -> Wording:
        """Return the problem in words, for the hotlines of these ids."""
        ids = in_a_row(sorted(hotlines))
        if self is Sign.NOT_PLACED:
            return Wording("Volunteers cannot be rung. The last rings failed before a phone rang (%(ids)s).", ids=ids)
        if self is Sign.LIMITED:
            return Wording(
                "The carrier refused to ring another phone: the account's limit was reached, and one phone rang after"
                " another (%(ids)s).",
                ids=ids,
            )
        return Wording(
            "The carrier connected a phone without screening, so a voicemail could take a call (%(ids)s).", ids=ids
        )

    @property
    def remedy(self) -> Wording:
        """The remedy in words."""
        if self is Sign.NOT_PLACED:
            return Wording(
                "In the carrier's console, check the account's state, its balance and the countries it may "
                "call. Check the volunteers' numbers too."
            )
        if self is Sign.LIMITED:
            return Wording(
                "In the carrier's console, have a business profile approved (Trust Hub), then raise the calls per"
                " second under Voice, Settings."
            )
        return Wording("It must fetch the `url` of a `<Number>`. docs/carriers.md lists what it must support.")
