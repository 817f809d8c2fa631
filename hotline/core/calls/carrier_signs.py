"""Signs that the carrier does not do what a hotline needs, seen in how rings end."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from hotline.core.wording import Wording, in_a_row

SIGNS_KEPT = 86_400
"""Seconds after the last ring that showed a sign. A ring that shows the opposite ends it at once."""


class Sign(Enum):
    """A fault at the carrier.

    `NOT_PLACED`: no volunteer can be rung, as when the account is suspended or a country is not allowed; where only one
    phone was rung, its number may be wrong instead. `NOT_SCREENED`: it
    connects a phone without asking for the screening, so that a voicemail can win.
    """

    NOT_PLACED = "not_placed"
    NOT_SCREENED = "not_screened"

    @property
    def in_a_row(self) -> int:
        """The number of rings in a row that must show it: one phone alone may have a number that is gone."""
        return 3 if self is Sign.NOT_PLACED else 1

    def problem(self, hotlines: Iterable[str]) -> Wording:
        """Return the problem in words, for the hotlines of these ids."""
        ids = in_a_row(sorted(hotlines))
        if self is Sign.NOT_PLACED:
            return Wording("Volunteers cannot be rung. The last rings failed before a phone rang (%(ids)s).", ids=ids)
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
        return Wording("It must fetch the `url` of a `<Number>`. docs/carriers.md lists what it must support.")
