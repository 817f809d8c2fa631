"""The people who may sign in: for coordinators, who add others, say what they may do, and take them out again."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.people import LINK_LASTS, Deed, Listed, Person, Role
from hotline.errors import PeopleError
from hotline.pages.frame.tools import Tools
from hotline.pages.signin.signin import LONGEST_NAME
from hotline.pages.words.language import gettext as _

LONGEST_EMAIL = 254
_DONE = ("role", "removed")


def make_people(tools: Tools) -> Blueprint:
    """`/people`, and what its forms go to."""
    people = Blueprint("people", __name__, url_prefix="/people")

    def page(status: int = 200, problem: str = "", link: str = "", made_for: str = "") -> tuple[str, int]:
        """The list. A one-time link is in the answer to the form that made it, and never in an address."""
        done = request.args.get("done", "")
        sent = request.form if problem else {}
        return render_template(
            "people/everyone.html",
            everyone=tools.people.all(),
            problem=problem,
            link=link,
            made_for=made_for,
            done=done if done in _DONE else "",
            provider=tools.oidc is not None,
            sent={name: sent.get(name, "") for name in ("name", "email", "role")},
        ), status

    def known(id: str) -> Person:
        """The person of that id. Aborts with 404 where there is none."""
        found: Listed | None = next((one for one in tools.people.all() if one.person.id == id), None)
        return found.person if found else abort(404)

    def note(what: str, person: Person) -> None:
        tools.audit.add(Deed(tools.now(), g.person.name, what, person.name))

    def with_link(person: Person) -> tuple[str, int]:
        key = tools.people.make_link(person.id, person.role, tools.now() + LINK_LASTS)
        return page(link=tools.link_address(key), made_for=person.name)

    @people.get("")
    def everyone() -> tuple[str, int]:
        return page()

    @people.post("/add")
    def add() -> tuple[str, int]:
        """Add somebody, and show the link with which they choose a password."""
        name = " ".join(request.form.get("name", "").split())
        email = request.form.get("email", "").strip()
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            return page(400, _("Give a name of at most %(most)d letters: the one your colleagues know.", most=60))
        if email and not ("@" in email[1:-1] and len(email) <= LONGEST_EMAIL and email.isprintable()):
            return page(400, _("That is not an e-mail address."))
        role = Role.COORDINATOR if request.form.get("role") == Role.COORDINATOR.value else Role.VIEWER
        try:
            person = tools.people.add(name, role, tools.now(), email)
        except PeopleError:
            return page(409, _("There is somebody of that name or e-mail address already."))
        note("person-added", person)
        return with_link(person)

    @people.post("/<id>/link")
    def link(id: str) -> tuple[str, int]:
        """A link with which somebody chooses a new password; until it is used the old one goes on."""
        person = known(id)
        note("link-made", person)
        return with_link(person)

    @people.post("/<id>/role")
    def role(id: str) -> tuple[str, int] | Response:
        """Let somebody change things from now on, or look only."""
        person, wanted = known(id), request.form.get("role", "")
        if wanted not in {one.value for one in Role}:
            abort(400)
        if person.id == g.person.id:
            return page(409, _of_yourself())
        try:
            tools.people.set_role(person.id, Role(wanted))
        except PeopleError:
            return page(409, _the_last())
        note("made-coordinator" if Role(wanted) is Role.COORDINATOR else "made-viewer", person)
        return redirect(url_for("people.everyone", done="role"), 303)

    @people.post("/<id>/remove")
    def remove(id: str) -> tuple[str, int] | Response:
        """Take somebody out: every session and link of theirs is over."""
        person = known(id)
        if person.id == g.person.id:
            return page(409, _of_yourself())
        try:
            tools.people.remove(person.id)
        except PeopleError:
            return page(409, _the_last())
        note("person-removed", person)
        return redirect(url_for("people.everyone", done="removed"), 303)

    return people


def _of_yourself() -> str:
    return _("This is you: another coordinator can change what you may do, or remove you.")


def _the_last() -> str:
    return _("Nobody else could change anything then. Make somebody else a coordinator first, who has signed in.")
