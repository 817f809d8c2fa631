"""The areas of the pages, and the links to each.

An area is a room here with a function that returns a `Blueprint`, its templates in `templates/<area>/`, its words in
`translations/<language>/<area>.po`, and, if it has a script, `scripts/<area>.js`. Add it to `areas`, and add pages that
every page should link to to NAVIGATION. `hotline.pages.frame.access` says who may see and change it. `python -m
tests.pages.translations` adds new texts to the catalogs, for translation.
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
from hotline.pages.signin.audit import make_audit
from hotline.pages.signin.oidc import OidcPages
from hotline.pages.signin.people import PeoplePages
from hotline.pages.signin.signin import SigninPages
from hotline.pages.tonight.page import make_tonight
from hotline.pages.volunteer.overview import make_volunteers
from hotline.pages.volunteer.page import VolunteerPages
from hotline.pages.words.language import later


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page: its endpoint and its label. `area`: the blueprint whose pages highlight it."""

    endpoint: str
    title: str
    coordinators: bool = False

    @property
    def area(self) -> str:
        return self.endpoint.partition(".")[0]


NAVIGATION = (
    Entry("tonight.home", later("Tonight")),
    Entry("rota.choose", later("Rota")),
    Entry("flow.choose", later("Call flow")),
    Entry("phone.handset", later("Phone")),
    Entry("volunteers.everyone", later("Volunteers")),
    Entry("reports.page", later("Reports")),
    Entry("people.everyone", later("People"), coordinators=True),
    Entry("audit.entries", later("Audit"), coordinators=True),
)


def areas(parts: PageParts) -> list[Blueprint]:
    """Return the blueprints of all areas."""
    provider = [OidcPages(parts, parts.oidc).blueprint()] if parts.oidc else []
    return [
        *provider,
        make_tonight(parts),
        RotaPages(parts).blueprint(),
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
