"""The areas of the pages, and the links to each.

An area is a room here with a function that returns a `Blueprint`, its templates in `templates/<area>/`, its words in
`translations/<language>/<area>.po`, and, if it has a script, `scripts/<area>.js`. Add it to `areas`. Name its blueprint
in one of the five places of NAVIGATION, as a tab if every page there should link to it.
`hotline.pages.frame.access` says who may see and change it. `python -m tests.pages.translations` adds new texts to the
catalogs, for translation.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from hotline.pages.files.page import FilesPages
from hotline.pages.flow.page import make_flow
from hotline.pages.flow.phone import PhonePages
from hotline.pages.frame.parts import PageParts
from hotline.pages.frame.preferences import make_preferences
from hotline.pages.reports.page import make_reports
from hotline.pages.rota.page import RotaPages
from hotline.pages.setup.page import SetupPages
from hotline.pages.signin.audit import make_audit
from hotline.pages.signin.oidc import OidcPages
from hotline.pages.signin.people import PeoplePages
from hotline.pages.signin.signin import SigninPages
from hotline.pages.tonight.page import make_tonight
from hotline.pages.volunteer.overview import make_volunteers
from hotline.pages.volunteer.page import VolunteerPages
from hotline.pages.words.language import later


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a page below a place: its endpoint and its label. The blueprint of the endpoint highlights it."""

    endpoint: str
    title: str
    coordinators: bool = False

    @property
    def area(self) -> str:
        return self.endpoint.partition(".")[0]


@dataclass(frozen=True, slots=True)
class NavPlace:
    """One of the five places that every page links to. `tabs`: the pages below it; pages of their areas highlight it.

    `areas` are further areas whose pages highlight it.
    """

    endpoint: str
    title: str
    icon: str
    areas: tuple[str, ...] = ()
    tabs: tuple[Tab, ...] = ()

    def holds(self, area: str) -> bool:
        """Return whether the pages of an area are below this place."""
        return area in (self.endpoint.partition(".")[0], *self.areas, *(tab.area for tab in self.tabs))


NAVIGATION = (
    NavPlace("tonight.home", later("Tonight"), "tonight"),
    NavPlace("rota.choose", later("Rota"), "rota", areas=("setup",)),
    NavPlace("flow.choose", later("Line"), "line", areas=("phone",)),
    NavPlace(
        "volunteers.everyone",
        later("People"),
        "people",
        tabs=(
            Tab("volunteers.everyone", later("Volunteers")),
            Tab("people.everyone", later("Accounts"), coordinators=True),
            Tab("audit.entries", later("Audit"), coordinators=True),
        ),
    ),
    NavPlace("reports.page", later("Reports"), "reports"),
)
"""Five, so that they fit at the bottom of a phone. Everything else is below one of them."""


def areas(parts: PageParts) -> list[Blueprint]:
    """Return the blueprints of all areas."""
    provider = [OidcPages(parts, parts.oidc).blueprint()] if parts.oidc else []
    return [
        *provider,
        make_tonight(parts),
        RotaPages(parts).blueprint(),
        SetupPages(parts).blueprint(),
        make_flow(parts),
        FilesPages(parts).blueprint(),
        PhonePages(parts).blueprint(),
        make_reports(parts),
        PeoplePages(parts).blueprint(),
        make_audit(parts),
        VolunteerPages(parts).blueprint(),
        make_volunteers(parts),
        SigninPages(parts).blueprint(),
        make_preferences(parts),
    ]
