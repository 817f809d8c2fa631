"""Signing in, by name and password or by a one-time link, and signing out."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.people import Deed
from hotline.errors import PeopleError
from hotline.pages.frame import sessions
from hotline.pages.frame.failures import sign_in_page
from hotline.pages.frame.kept_form import kept_form
from hotline.pages.frame.parts import PageParts
from hotline.pages.frame.safe_redirects import back, ours
from hotline.pages.words.language import gettext as _

SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 10, 200, 60
_LEAST_SCORE = 2
"""The least score, of zxcvbn's 0 to 4: more than a million guesses."""
REFUSED_ONCE_IN = 15 * 60
"""Seconds, the same as for counting tries for one name."""


class SigninPages:
    """The pages `/sign-in`, `/sign-out`, and `/welcome?key=…` for one-time links."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        signin = Blueprint("signin", __name__)
        signin.get("/sign-in")(self.form)
        signin.post("/sign-in")(self.enter)
        signin.post("/sign-out")(self.out)
        signin.get("/welcome")(self.welcome)
        signin.post("/welcome")(self.use_link)
        return signin

    def form(self) -> str | Response:
        to = request.args.get("to", "")
        return redirect(ours(to), 303) if g.person else sign_in_page(self._parts, to)

    def enter(self) -> Response | tuple[str, int]:
        name, password, kept = asked_name(), request.form.get("password", ""), kept_form()
        if kept is not None and g.person is not None:
            return render_template("signin/again.html", kept=kept), 200
        if kept is not None and "elsewhere" in request.form:
            return sign_in_page(self._parts, kept=kept, problem=_("You are not signed in yet.")), 401
        person = self._parts.people.by_password(name, password)
        if person is None:
            note_refused(self._parts, name)
            problem = _("Name or password is wrong.")
            return sign_in_page(self._parts, request.form.get("to", ""), problem, name, kept), 403
        sessions.sign_in(person, self._parts.now())
        self._parts.audit.add(Deed(self._parts.now(), person.name, "signed-in"))
        self._parts.people.forget_ended(self._parts.now())
        if kept is not None:
            return render_template("signin/again.html", kept=kept), 200
        return redirect(back(), 303)

    def out(self) -> Response:
        name = g.person.name
        sessions.sign_out(self._parts)
        self._parts.audit.add(Deed(self._parts.now(), name, "signed-out"))
        return redirect(url_for("signin.form", left="yes"), 303)

    def welcome(self) -> str | tuple[str, int]:
        key = request.args.get("key", "")
        link = self._parts.people.by_link(key, self._parts.now())
        if link is None:
            return render_template("signin/link_over.html"), 404
        return render_template("signin/welcome.html", key=key, link=link, problem="", name="")

    def use_link(self) -> Response | tuple[str, int]:
        key, now = request.form.get("key", ""), self._parts.now()
        link = self._parts.people.by_link(key, now)
        if link is None:
            return render_template("signin/link_over.html"), 404
        name = " ".join(request.form.get("name", "").split())
        password, again = request.form.get("password", ""), request.form.get("again", "")
        problem = _problem_with(link.name or name, password, again)
        person = None
        if not problem:
            try:
                person = self._parts.people.use_link(key, now, name, password)
            except PeopleError:
                problem = _("Somebody already has this name. Choose another.")
        if problem:
            return render_template("signin/welcome.html", key=key, link=link, problem=problem, name=name), 400
        if person is None:
            abort(404)
        sessions.sign_in(person, now)
        self._parts.audit.add(Deed(now, person.name, "link-used"))
        return redirect(url_for("tonight.home"), 303)


def asked_name() -> str:
    """The name in a sign-in attempt, for the look-up and for counting tries."""
    return request.form.get("name", "")[:LONGEST_NAME]


def note_refused(parts: PageParts, name: str, how: str = "") -> None:
    """Write a refused sign-in to the audit list, only once in a while for each name.

    A name that nobody has is not written down: it may be a password, typed into the wrong field.
    """
    known = parts.people.named(name[:LONGEST_NAME])
    parts.audit.add_once(Deed(parts.now(), known.name if known else "", "sign-in-refused", how), REFUSED_ONCE_IN)


def _problem_with(name: str, password: str, again: str) -> str:
    """Return the problem of a new name and password; "" for none."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return _("Enter a name of at most %(most)d letters. Use the name your colleagues know.", most=LONGEST_NAME)
    if len("".join(password.split())) < SHORTEST_PASSWORD or len(password) > LONGEST_PASSWORD:
        return _(
            "A password needs at least %(least)d characters. Three or four words work well.", least=SHORTEST_PASSWORD
        )
    if _easily_guessed(name, password):
        return _("This password is easy to guess. Use three or four unrelated words.")
    if password != again:
        return _("The two passwords are different.")
    return ""


def _easily_guessed(name: str, password: str) -> bool:
    """Return whether a password is a common one, a keyboard row, a repetition, or made of the person's own name."""
    from zxcvbn import zxcvbn  # imported here, since its word lists take memory that few need

    plain, about_them = unicodedata.normalize("NFKC", password)[:LONGEST_PASSWORD], [name, *name.split(), "hotline"]
    return int(zxcvbn(plain, user_inputs=about_them, max_length=LONGEST_PASSWORD)["score"]) < _LEAST_SCORE
