"""A form whose request was refused: kept in the answer, so that no typed text is lost.

A session may end, or a part may fail, during typing. The error page contains the form's fields, and sends them again
once the person is signed in. Passwords are never kept, nor forms sent by another site.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from flask import g, request
from werkzeug.exceptions import HTTPException

from hotline.pages.frame.safe_redirects import ours

PATH, FIELD = "kept-path", "kept:"
AS_TEXT = "-base64"
"""The ending of a field with the bytes of a chosen file: a browser would not send the file again by itself."""
_MOST_OF_A_FILE = 500_000
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
        sent += [(f"{name}{AS_TEXT}", b64encode(raw).decode()) for name, raw in _chosen_files()]
    except HTTPException:  # too big to be read
        return None
    if request.endpoint != _SIGN_IN:
        return KeptForm(request.full_path.removesuffix("?"), tuple(sent)) if sent else None
    fields = tuple((name.removeprefix(FIELD), value) for name, value in sent if name.startswith(FIELD))
    return KeptForm(request.form.get(PATH, ""), fields) if fields else None


def chosen_file(name: str) -> bytes:
    """The bytes of the file that was chosen in a field: now, or before the form was refused. b"" for none."""
    sent = request.files.get(name)
    if sent is not None and sent.filename:
        raw: bytes = sent.read()
        return raw
    try:
        return b64decode(request.form.get(f"{name}{AS_TEXT}", ""), validate=True)
    except ValueError:
        return b""


def _chosen_files() -> Iterator[tuple[str, bytes]]:
    for name, sent in request.files.items(multi=True):
        sent.seek(0)
        raw = sent.read(_MOST_OF_A_FILE + 1)
        if sent.filename and len(raw) <= _MOST_OF_A_FILE:
            yield name, raw
