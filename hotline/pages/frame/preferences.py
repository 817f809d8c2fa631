"""Language, and light or dark: chosen at the bottom of every page, and remembered."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, session
from werkzeug.wrappers import Response

from hotline.errors import DatabaseUnavailable
from hotline.pages.frame.parts import PageParts
from hotline.pages.frame.safe_redirects import back
from hotline.pages.words.language import NAMES


def make_preferences(parts: PageParts) -> Blueprint:
    """The blueprint of `/preferences`."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def choose() -> Response:
        """Remember the choice, in the browser and for the person."""
        language, theme = request.form.get("language", ""), request.form.get("theme", "")
        if language in NAMES:
            session["language"] = language
            if g.person is not None and g.checked:
                try:
                    parts.people.set_language(g.person.id, language)
                except DatabaseUnavailable:
                    parts.notice("language_not_kept")
        if theme in {"auto", "light", "dark"}:
            session["theme"] = theme
        return redirect(back(), 303)

    return preferences
