"""How long somebody stays signed in, and what ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hotline.core.people import Role
from hotline.pages.frame.sessions import IDLE, LONGEST
from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor

NINE = datetime(2026, 3, 4, 9, tzinfo=UTC)


def is_in(visitor: Visitor, path: str = "/") -> bool:
    return visitor.get(path).status_code == 200


def test_half_an_hour_without_a_click_ends_it(site: Site) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        visitor = site.visitor()
        visitor.sign_in("Ana", PASSWORD)
        clock.shift(IDLE - 1)
        assert is_in(visitor)
        clock.shift(IDLE - 1)
        assert is_in(visitor)
        clock.shift(IDLE)
        assert not is_in(visitor)
        assert "/sign-in" in visitor.get("/").headers["Location"]


def test_what_a_page_asks_for_by_itself_is_no_click(site: Site) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        visitor = site.visitor()
        visitor.sign_in("Ana", PASSWORD)
        for _ in range(29):
            clock.shift(60)
            assert is_in(visitor, "/?auto=1")
        clock.shift(60)
        assert visitor.get("/?auto=1").status_code == 401


def test_twelve_hours_end_it_whatever_one_does(site: Site) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        visitor = site.visitor()
        visitor.sign_in("Ana", PASSWORD)
        for _ in range(LONGEST // 1200 - 1):
            clock.shift(1200)
            assert is_in(visitor)
        clock.shift(1200)
        assert not is_in(visitor)


def test_a_cookie_from_the_future_is_none(site: Site) -> None:
    with time_machine.travel(NINE + timedelta(days=1), tick=False):
        visitor = site.visitor()
        visitor.sign_in("Ana", PASSWORD)
    with time_machine.travel(NINE, tick=False):
        assert not is_in(visitor)


def test_whoever_is_removed_is_out_at_once(site: Site, coordinator: Visitor) -> None:
    ana = site.people.named("ana")
    assert ana is not None
    site.people.add("Bo", Role.COORDINATOR, 0, password=PASSWORD)
    site.people.remove(ana.id)
    assert not is_in(coordinator)


def test_whoever_may_only_look_from_now_on_may_only_look_from_now_on(site: Site, coordinator: Visitor) -> None:
    ana = site.people.named("ANA")
    assert ana is not None
    assert is_in(coordinator, "/audit")
    site.people.add("Bo", Role.COORDINATOR, 0, password=PASSWORD)
    site.people.set_role(ana.id, Role.VIEWER)
    assert coordinator.get("/audit").status_code == 403
    assert is_in(coordinator)


def test_a_new_password_ends_every_session_of_before(site: Site, coordinator: Visitor) -> None:
    ana = site.people.named("Ana")
    assert ana is not None
    key = site.people.make_link(ana.id, ana.role, 2**40)
    elsewhere = site.visitor()
    done = elsewhere.submit(f"/welcome?key={key}", {"password": "something new", "again": "something new"}, "/welcome")
    assert done.request.path == "/"
    assert is_in(elsewhere)
    assert not is_in(coordinator)
    assert site.visitor().sign_in("Ana", PASSWORD).status_code == 403
    assert site.visitor().sign_in("Ana", "something new").status_code == 200


def test_a_link_works_once_and_not_for_long(site: Site) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        key = site.people.make_link(None, Role.COORDINATOR, int(NINE.timestamp()) + 60)
        words = {"name": "Zoe", "password": "three little words", "again": "three little words"}
        stale = site.visitor()
        page = stale.get(f"/welcome?key={key}").text
        assert "Welcome" in page
        first = site.visitor().submit(f"/welcome?key={key}", words, "/welcome")
        assert first.request.path == "/"
        assert site.visitor().get(f"/welcome?key={key}").status_code == 404
        again = stale.post("/welcome", {**words, "key": key, "name": "Eve"}, at="/sign-in")
        assert again.status_code == 404
        assert site.people.named("Eve") is None
        late = site.people.make_link(None, Role.COORDINATOR, int(NINE.timestamp()) + 60)
        clock.shift(60)
        assert site.visitor().get(f"/welcome?key={late}").status_code == 404


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"name": "", "password": "three little words", "again": "three little words"}, "Enter a name"),
        (
            {"name": "ana", "password": "three little words", "again": "three little words"},
            "already has this name",
        ),
        ({"name": "Zoe", "password": "short", "again": "short"}, "at least 10"),
        ({"name": "Zoe", "password": "three little words", "again": "three other words"}, "differ"),
        ({"name": "Z\u200foe\n", "password": "three little words", "again": "three little words"}, "Enter a name"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_the_link_stays_good(site: Site, words: dict[str, str], told: str) -> None:
    key = site.people.make_link(None, Role.VIEWER, 2**40)
    visitor = site.visitor()
    answer = visitor.submit(f"/welcome?key={key}", words, "/welcome")
    assert (answer.status_code, told in answer.text) == (400, True)
    assert visitor.get(f"/welcome?key={key}").status_code == 200


def test_no_password_and_no_key_is_kept_as_it_is(site: Site) -> None:
    key = site.people.make_link(None, Role.VIEWER, 2**40)
    site.visitor().sign_in("Ana", "a wrong password that nobody has")
    kept = b"".join(path.read_bytes() for path in (site.folder / "var").glob("hotline.db*"))
    assert b"argon2id" in kept
    for secret in (PASSWORD, key, "a wrong password"):
        assert secret.encode() not in kept
