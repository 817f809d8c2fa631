"""A form whose request was refused: kept in the answer, so that no typed text is lost.

A session may end, or a part may fail, during typing. The error page contains the form's fields, and sends them again
once the person is signed in. Passwords are never kept, nor forms sent by another site.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from werkzeug.exceptions import HTTPException

from hotline.pages.frame.safe_redirects import ours

PATH, FIELD = "kept-path", "kept:"
_SIGN_IN = "signin.enter"
_NEVER = {"signin.use_link", "signin.out", "preferences.choose"}


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form to be sent again to `path`, a path of ours; `fields` are names and values, in order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def action(self) -> str:
        """The address that the form goes to."""
        return ours(self.path)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Write the fields of a kept form for the sign-in form."""
        return ((PATH, self.path), *((f"{FIELD}{name}", value) for name, value in self.fields))


def kept_form() -> KeptForm | None:
    """The form that this request sent, or that its sign-in form carries; None if there is none to keep."""
    if request.method != "POST" or request.endpoint in _NEVER or not g.get("same_site"):
        return None
    try:
        sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    except HTTPException:  # too big to be read
        return None
    if request.endpoint != _SIGN_IN:
        return KeptForm(request.full_path.removesuffix("?"), tuple(sent)) if sent else None
    fields = tuple((name.removeprefix(FIELD), value) for name, value in sent if name.startswith(FIELD))
    return KeptForm(request.form.get(PATH, ""), fields) if fields else None
