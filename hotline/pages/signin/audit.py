"""The audit list for coordinators: who signed in, and who changed what. It contains nothing about calls."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from hotline.pages.frame.files_saved import DEEDS as FILE_DEEDS
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import later

PAGE = 100
DEEDS = {
    **FILE_DEEDS,
    "signed-in": later("signed in"),
    "signed-out": later("signed out"),
    "sign-in-refused": later("was refused at sign-in"),
    "link-used": later("set a password with a one-time link"),
    "link-made": later("made a one-time link for"),
    "away-by-themselves": later("entered time away on their own page"),
    "cover-approved": later("approved a cover"),
    "cover-declined": later("did not approve a cover"),
    "cover-withdrawn": later("withdrew a request for cover"),
    "away-taken-back": later("removed time away on their own page"),
    "person-added": later("added"),
    "person-removed": later("removed"),
    "made-coordinator": later("gave the coordinator role to"),
    "made-viewer": later("gave the viewer role to"),
    "full-figures": later("opened a report’s full figures"),
}
"""The words for each kind of deed. Areas add theirs."""
REASONS = {
    "provider": later("through the identity provider"),
    "provider/no-email": later("the provider sent no e-mail address"),
    "provider/not-said-verified": later("the provider did not say whether the address is verified"),
    "provider/not-verified": later("the provider has not verified the address"),
    "provider/not-added": later("the provider knows them, but nobody added them here"),
    "provider/removed": later("they were removed here"),
}
"""The means of a deed, or the reason why it was refused."""


def make_audit(parts: PageParts) -> Blueprint:
    """The blueprint of `/audit`."""
    audit = Blueprint("audit", __name__)

    @audit.get("/audit")
    def entries() -> str:
        skip = request.args.get("skip", 0, type=int)
        skip = min(max(skip, 0), 100_000)
        found = parts.audit.latest(PAGE + 1, skip)
        lines = list(parts.directory.state.hotlines.values())
        rota = lines[0].rota if lines else None
        return render_template(
            "audit/entries.html",
            deeds=found[:PAGE],
            said=DEEDS,
            reasons=REASONS,
            more=len(found) > PAGE,
            skip=skip,
            page=PAGE,
            instant=lambda seconds: datetime.fromtimestamp(seconds, UTC),
            zone=rota.zone if rota else UTC,
            zone_name=rota.zone_name if rota else "UTC",
            several=lines[0].flow.name if len({hotline.rota.zone_name for hotline in lines}) > 1 else "",
        )

    return audit
