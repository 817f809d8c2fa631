"""The people who may sign in. Coordinators add people here, set their roles, and remove them."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.people import LINK_LASTS, Deed, ListedPerson, Person, Role
from hotline.errors import PeopleError
from hotline.pages.frame.parts import PageParts
from hotline.pages.signin.signin import LONGEST_NAME
from hotline.pages.words.language import gettext as _

LONGEST_EMAIL = 254
_DONE = ("role", "removed")


class PeoplePages:
    """The page `/people`, and the targets of its forms."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        people = Blueprint("people", __name__, url_prefix="/people")
        people.get("")(self.everyone)
        people.post("/add")(self.add)
        people.post("/<id>/link")(self.link)
        people.post("/<id>/role")(self.role)
        people.post("/<id>/remove")(self.remove)
        return people

    def _page(self, status: int = 200, problem: str = "", link: str = "", made_for: str = "") -> tuple[str, int]:
        """The list. A one-time link is only in the answer to the form that made it, never in an address."""
        done = request.args.get("done", "")
        sent = request.form if problem else {}
        return render_template(
            "people/everyone.html",
            everyone=self._parts.people.all(),
            problem=problem,
            link=link,
            made_for=made_for,
            done=done if done in _DONE else "",
            provider=self._parts.oidc is not None,
            sent={name: sent.get(name, "") for name in ("name", "email", "role")},
        ), status

    def _known(self, id: str) -> Person:
        """The person of that id. Aborts with 404 if there is none."""
        found: ListedPerson | None = next((one for one in self._parts.people.all() if one.person.id == id), None)
        return found.person if found else abort(404)

    def _note(self, what: str, person: Person) -> None:
        self._parts.audit.add(Deed(self._parts.now(), g.person.name, what, person.name))

    def _with_link(self, person: Person) -> tuple[str, int]:
        key = self._parts.people.make_link(person.id, person.role, self._parts.now() + LINK_LASTS)
        return self._page(link=self._parts.link_address(key), made_for=person.name)

    def everyone(self) -> tuple[str, int]:
        return self._page()

    def add(self) -> tuple[str, int]:
        """Add a person, and show the link with which they choose a password."""
        name = " ".join(request.form.get("name", "").split())
        email = request.form.get("email", "").strip()
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            return self._page(
                400,
                _("Enter a name of at most %(most)d letters. Use the name your colleagues know.", most=LONGEST_NAME),
            )
        if email and not ("@" in email[1:-1] and len(email) <= LONGEST_EMAIL and email.isprintable()):
            return self._page(400, _("This is not an e-mail address."))
        role = Role.COORDINATOR if request.form.get("role") == Role.COORDINATOR.value else Role.VIEWER
        try:
            person = self._parts.people.add(name, role, self._parts.now(), email)
        except PeopleError:
            if made := self._waits(name, role, email):
                return self._with_link(made)
            return self._page(409, _("Somebody already has this name or e-mail address."))
        self._note("person-added", person)
        return self._with_link(person)

    def _waits(self, name: str, role: Role, email: str) -> Person | None:
        """Return the person who was added so and has not signed in yet: the form came twice."""
        for one in self._parts.people.all():
            if (one.person.name, one.person.role, one.email) == (name, role, email) and "password" not in one.ways:
                return one.person
        return None

    def link(self, id: str) -> tuple[str, int]:
        """Make a link for a new password. Until it is used the old password remains valid."""
        person = self._known(id)
        self._note("link-made", person)
        return self._with_link(person)

    def role(self, id: str) -> tuple[str, int] | Response:
        """Let a person change things from now on, or only look."""
        person, wanted = self._known(id), request.form.get("role", "")
        if wanted not in {one.value for one in Role}:
            abort(400)
        if person.id == g.person.id:
            return self._page(409, _of_yourself())
        try:
            self._parts.people.set_role(person.id, Role(wanted))
        except PeopleError:
            return self._page(409, _the_last())
        self._note("made-coordinator" if Role(wanted) is Role.COORDINATOR else "made-viewer", person)
        return redirect(url_for("people.everyone", done="role"), 303)

    def remove(self, id: str) -> tuple[str, int] | Response:
        """Remove a person, and end every session and link of theirs."""
        person = self._known(id)
        if person.id == g.person.id:
            return self._page(409, _of_yourself())
        try:
            self._parts.people.remove(person.id)
        except PeopleError:
            return self._page(409, _the_last())
        self._note("person-removed", person)
        return redirect(url_for("people.everyone", done="removed"), 303)


def _of_yourself() -> str:
    return _("You cannot change or remove yourself. Another coordinator can.")


def _the_last() -> str:
    return _("This would leave no coordinator. First make somebody else a coordinator and have them sign in.")
