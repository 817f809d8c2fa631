"""Somebody who uses the pages as a browser without scripts does: by links, and by forms with what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Form:
    """A form of a page: where it goes, and the values of its fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Visitor:
    """Keeps cookies, follows redirects, and sends the form token of the page it is on.

    Its answers are read at once: one that is left open holds one of the few places that the pages have.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, follow: bool = False, **more: object) -> TestResponse:
        """The answer to a GET."""
        return self.client.get(path, follow_redirects=follow, buffered=True, **more)  # type: ignore[arg-type]

    def post(self, path: str, data: Mapping[str, str], at: str = "", follow: bool = False) -> TestResponse:
        """The answer to a form that is sent, with the token of the page `at`: the home page, or the sign-in form."""
        page = self.get(at or "/", follow=True)
        token = token_of(page.text)
        return self.client.post(path, data={"csrf_token": token, **data}, follow_redirects=follow, buffered=True)

    def submit(self, at: str, data: Mapping[str, str], action: str = "", follow: bool = True) -> TestResponse:
        """Fill in the form of a page (the one that goes to `action`) and send it."""
        form = next(one for one in forms(self.get(at).text) if action in one.action and one.method == "post")
        return self.client.post(form.action, data={**form.fields, **data}, follow_redirects=follow, buffered=True)

    def sign_in(self, name: str, password: str) -> TestResponse:
        """Sign in; the page one comes to."""
        return self.post("/sign-in", {"name": name, "password": password, "to": ""}, at="/sign-in", follow=True)


def token_of(page: str) -> str:
    """The form token in a page."""
    return next(one.fields["csrf_token"] for one in forms(page) if "csrf_token" in one.fields)


def forms(page: str) -> list[Form]:
    """The forms of a page."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


def untimed(page: str) -> str:
    """A page whose times are only words: without the marks by which a script finds them."""
    return re.sub(r"</?time\b[^>]*>", "", page)


def links(page: str) -> list[str]:
    """Where the links, pictures and scripts of a page lead."""
    reader = _Forms()
    reader.feed(page)
    return reader.links


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._menu = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.links += [known[name] for name in ("href", "src") if name in known]
        if tag == "form":
            self.forms.append(Form(known.get("action", ""), known.get("method", "get")))
        elif tag == "input" and self.forms and known.get("name") and self._is_sent(known):
            self.forms[-1].fields[known["name"]] = known.get("value", "")
        elif tag in ("select", "textarea") and self.forms:
            self._menu, self._text = (known.get("name", ""), "") if tag == "select" else ("", known.get("name", ""))
        elif tag == "option" and self._menu:
            fields = self.forms[-1].fields
            if "selected" in known or self._menu not in fields:
                fields[self._menu] = known.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1].fields[self._text] = data.removeprefix("\n")
            self._text = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._menu = self._text = ""

    @staticmethod
    def _is_sent(attributes: Mapping[str, str]) -> bool:
        return attributes.get("type") not in {"checkbox", "radio"} or "checked" in attributes
