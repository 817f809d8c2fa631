"""Links in e-mails to coordinators: they lead to pages where one must sign in, and hold no secret and nobody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.files.good import rota_with, texts
from tests.mailbox import Post, served
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, forms
from tests.pages.volunteer.test_cover import SHIFTS, page_of, press, wednesday

__all__ = ["wednesday"]  # the fixture of the other module: its shifts are on days of that week
PUBLIC = "https://hotline.example"
NORA = "coordinators: {nora: {name: Nora Diaz, email: nora@example.org}}"
PEOPLE = ("amy", "ben", "cho", "dee")


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS, "cover_requests: {ask: together, approve: yes}", NORA))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def settings(post: Post) -> Iterator[dict[str, str]]:
    with served(post) as server:
        yield {
            "HOTLINE_SMTP_URL": f"smtp://{server.host}:{server.port}?tls=none",
            "HOTLINE_MAIL_FROM": "line@hotline.example",
            "HOTLINE_PUBLIC_URL": PUBLIC,
        }


def links_of(post: Post) -> list[str]:
    """The addresses in what the coordinator got."""
    bodies = [str(mail.get_content()) for mail in post.got if mail["To"] == "nora@example.org"]
    assert bodies
    found = [re.findall(r"https?://\S+", body) for body in bodies]
    assert all(len(one) == 1 for one in found), bodies
    return [one[0] for one in found]


def assert_says_nothing(link: str, site: Site, coordinator: Visitor) -> None:
    parts = urlsplit(link)
    assert (f"{parts.scheme}://{parts.netloc}", parts.query, parts.fragment) == (PUBLIC, "", "")
    assert not [who for who in PEOPLE if who in link.casefold()]
    stranger = site.visitor().get(parts.path)
    assert stranger.status_code == 303
    assert "/sign-in" in stranger.headers["Location"]
    assert coordinator.get(parts.path).status_code == 200


def test_an_alert_about_a_call_names_no_volunteer_and_holds_no_key(
    site: Site, post: Post, coordinator: Visitor
) -> None:
    parts = site.web.parts
    parts.alerts.caller_not_reached("rise", int(parts.clock().timestamp()))
    (link,) = links_of(post)
    assert_says_nothing(link, site, coordinator)
    body = str(post.got[0].get_content()).casefold()
    assert not [who for who in PEOPLE if who in body], "nobody may learn whose phone rang"


def test_a_request_for_cover_leads_to_the_requests(
    site: Site, post: Post, visitor: Visitor, coordinator: Visitor
) -> None:
    press(visitor, page_of(site, "amy"), "ask")
    site.web.parts.cover_rounds.go_on()
    press(visitor, page_of(site, "ben"), "yes")
    site.web.parts.cover_rounds.go_on()
    for link in links_of(post):
        assert link == f"{PUBLIC}/rota/rise/requests"
        assert_says_nothing(link, site, coordinator)
        form = next(one for one in forms(coordinator.get("/rota/rise/requests").text) if "request" in one.fields)
        assert form.method == "post"
