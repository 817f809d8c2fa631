"""Signing in and out, one-time links, and how long a session lasts."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing

import pytest
import redis
from argon2 import PasswordHasher

from hotline.core.people import Role
from hotline.store.database.passwords import fits
from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor, token_of


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_then_on(visitor: Visitor) -> None:
    sent = visitor.get("/audit")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?to=/audit")
    there = visitor.submit(sent.headers["Location"], {"name": "ana", "password": PASSWORD}, action="/sign-in")
    assert (there.status_code, there.request.path) == (200, "/audit")


def test_a_wrong_password_and_a_name_nobody_has_get_the_same_answer(visitor: Visitor) -> None:
    wrong = visitor.sign_in("Ana", "not her password")
    unknown = visitor.sign_in("Nobody", "not her password")
    assert wrong.status_code == unknown.status_code == 403
    assert "is wrong" in wrong.text
    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(site: Site, coordinator: Visitor) -> None:
    copy = site.visitor()
    kept = coordinator.client.get_cookie("hotline")
    assert kept is not None
    coordinator.submit("/", {}, action="/sign-out")
    copy.client.set_cookie("hotline", kept.value)
    assert copy.get("/").status_code == 303


def test_guessing_is_stopped_for_a_name_and_the_right_password_counts_no_try(site: Site) -> None:
    for _ in range(12):
        assert site.visitor().sign_in("Ana", PASSWORD).status_code == 200
    statuses = [site.visitor().sign_in(name, "a guess or two").status_code for name in ("Ana", " ana", "ANA ") * 4]
    assert statuses == [403] * 10 + [429] * 2
    assert site.visitor().sign_in("Ana", PASSWORD).status_code == 429
    assert site.visitor().sign_in("Vic", PASSWORD).status_code == 200
    refused = site.visitor().sign_in("Ana", PASSWORD)
    assert "Too many tries" in refused.text


@pytest.mark.parametrize("settings", [{"REDIS_URL": "redis://127.0.0.1:9"}])
def test_guessing_is_stopped_without_redis_too(site: Site) -> None:
    statuses = [site.visitor().sign_in("Ana", "a guess or two").status_code for _ in range(11)]
    assert statuses[-1] == 429
    assert site.visitor().sign_in("Vic", PASSWORD).status_code == 200


def test_a_redis_that_stalls_when_a_failed_try_is_counted_breaks_nothing(site: Site, redis_url: str) -> None:
    visitor = site.visitor()
    token = token_of(visitor.get("/sign-in").text)
    with redis.Redis.from_url(redis_url) as client:
        client.execute_command("CLIENT", "PAUSE", "2000", "WRITE")
        try:
            asked = {"csrf_token": token, "name": "Ana", "password": "a guess or two"}
            assert visitor.client.post("/sign-in", data=asked, buffered=True).status_code == 403
        finally:
            client.execute_command("CLIENT", "UNPAUSE")


def test_guesses_count_for_a_name_however_it_is_spelled(site: Site) -> None:
    """What is looked up is what is counted: another spelling is no new try."""
    alike = ("Ana", " ana", "ANA ", "Ａｎａ", "ana\u00a0", "\tAna", "ａＮａ", "ana\u3000", "Ana\n", "aNA")
    for place, name in enumerate((*alike, *alike)):
        address = {"REMOTE_ADDR": f"203.0.113.{place}"}
        visitor = site.visitor()
        token = token_of(visitor.get("/sign-in").text)
        asked = {"csrf_token": token, "name": name, "password": "a guess or two"}
        answer = visitor.client.post("/sign-in", data=asked, environ_base=address, buffered=True)
        assert answer.status_code == (403 if place < 10 else 429), name


def test_guesses_from_one_ipv6_network_are_those_of_one_visitor(site: Site) -> None:
    statuses = []
    for place in range(22):
        visitor = site.visitor()
        asked = {"csrf_token": token_of(visitor.get("/sign-in").text), "name": f"name {place}", "password": "a guess"}
        address = {"REMOTE_ADDR": f"2001:db8:1:2:{place:x}::1"}
        statuses.append(visitor.client.post("/sign-in", data=asked, environ_base=address, buffered=True).status_code)
    assert statuses == [403] * 20 + [429] * 2


def test_guesses_of_others_do_not_lock_a_person_out_of_their_own_browser(site: Site, coordinator: Visitor) -> None:
    coordinator.submit("/", {}, action="/sign-out")
    for _ in range(12):
        site.visitor().sign_in("Ana", "a guess or two")
    assert site.visitor().sign_in("Ana", PASSWORD).status_code == 429
    assert coordinator.sign_in("ana", PASSWORD).status_code == 200
    coordinator.submit("/", {}, action="/sign-out")
    statuses = [coordinator.sign_in("Ana", "a guess or two").status_code for _ in range(11)]
    assert statuses[-1] == 429, "it is no better a place to guess from"


def test_everybody_together_may_guess_so_often(site: Site) -> None:
    """At people whose hashes are checked at once, as Ana's is: for a name that nobody has, it takes as long as ever."""
    names = [f"n{place}" for place in range(21)]
    for name in names:
        site.people.add(name, Role.VIEWER, 0)
    with closing(sqlite3.connect(site.folder / "var/hotline.db")) as database, database:
        database.execute("UPDATE people SET password = (SELECT password FROM people WHERE name = 'Ana')")
    statuses, visitor = [], site.visitor()
    token = token_of(visitor.get("/sign-in").text)
    for place in range(202):
        asked = {"csrf_token": token, "name": names[place % len(names)], "password": "a guess"}
        address = {"REMOTE_ADDR": f"203.0.{place}.7"}
        statuses.append(visitor.client.post("/sign-in", data=asked, environ_base=address, buffered=True).status_code)
    assert 429 not in statuses[:200]
    assert statuses[200:] == [429, 429]


@pytest.mark.parametrize(
    "password",
    ["          ", "a b c d e f g h i", "password123", "1234567890", "qwertyuiop", "aaaaaaaaaaaa"],
)
def test_a_password_that_is_easily_guessed_is_refused(site: Site, visitor: Visitor, password: str) -> None:
    ana = site.people.named("Ana")
    assert ana is not None
    key = site.people.make_link(ana.id, Role.COORDINATOR, 1 << 40)
    answer = visitor.post("/welcome", {"key": key, "password": password, "again": password}, at=f"/welcome?key={key}")
    assert answer.status_code == 400


def test_a_password_works_however_its_accents_are_typed(site: Site, visitor: Visitor) -> None:
    typed = unicodedata.normalize("NFD", "café crème brûlée")
    ana = site.people.named("Ana")
    assert ana is not None
    key = site.people.make_link(ana.id, Role.COORDINATOR, 1 << 40)
    visitor.post("/welcome", {"key": key, "password": typed, "again": typed}, at=f"/welcome?key={key}")
    for form in ("NFC", "NFD", "NFKC"):
        assert site.visitor().sign_in("Ana", unicodedata.normalize(form, typed)).status_code == 200  # type: ignore[arg-type]


def test_a_long_password_works_whose_letters_are_several_when_spelt_out(site: Site, visitor: Visitor) -> None:
    typed = "never mind the ﬃcult hours " + "…" * 100
    ana = site.people.named("Ana")
    assert ana is not None
    key = site.people.make_link(ana.id, Role.COORDINATOR, 1 << 40)
    visitor.post("/welcome", {"key": key, "password": typed, "again": typed}, at=f"/welcome?key={key}")
    assert site.visitor().sign_in("Ana", typed).status_code == 200
    assert site.visitor().sign_in("Ana", typed[:-1]).status_code == 403


def test_a_password_kept_as_it_was_typed_before_still_works(site: Site) -> None:
    typed = unicodedata.normalize("NFD", "café crème brûlée")
    old = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(typed)
    assert fits(old, typed)
    assert not fits(old, "another")
