"""The phones that a hotline may ring, by a name for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import Volunteer

NO_KEYS = ("1", "2")
"""The keys that a phone of no volunteer's would press."""


@dataclass(frozen=True, slots=True)
class RungPhone:
    """A phone that may ring. `line` has the rota of its volunteer, whose keys take a call and pass it on."""

    line: Hotline
    volunteer: Volunteer

    @property
    def keys(self) -> tuple[str, str]:
        """The key that accepts a call, and the key that passes it on."""
        rules = self.line.rota.ringing
        return rules.accept_key, rules.pass_key


def rung_phones(hotline: Hotline) -> Mapping[str, RungPhone]:
    """Return the phones of all rotas that a hotline rings, by their volunteers' ids.

    A volunteer in two rotas is one phone. An id that another phone has already gets its rota's name: physicians/amy.
    """
    found: dict[str, RungPhone] = {}
    for line in hotline.everyone():
        known = {one.volunteer.phone for one in found.values()}
        for id, volunteer in line.rota.volunteers.items():
            if volunteer.phone not in known:
                found[f"{line.rota.id}/{id}" if id in found else id] = RungPhone(line, volunteer)
    return found
