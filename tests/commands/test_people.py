"""`hotline people` and `hotline page`, as an operator uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import group
from hotline.core.people import Role
from hotline.settings import read_settings
from hotline.store.database.lazy import Database
from hotline.store.database.people import AuditList, PeopleTables
from tests.files.good import texts
from tests.made import build_web


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    for path, raw in texts().items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes(raw)
    return {
        "HOTLINE_CONFIG_DIR": str(tmp_path),
        "HOTLINE_DATA_DIR": str(tmp_path / "var"),
        "HOTLINE_PUBLIC_URL": "https://h.example.org",
        "COLUMNS": "100",
    }


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner(env=environment).invoke(group, words, prog_name="hotline")


def database(environment: dict[str, str]) -> Database:
    return Database(read_settings(environment).database_url)


def test_somebody_is_added_with_a_link_that_lets_them_in(environment: dict[str, str]) -> None:
    assert "Nobody yet" in run(environment, "people", "list").output
    added = run(environment, "people", "add", "  Ana   Ruiz ").output
    address = next(word for word in added.split() if "welcome" in word)
    assert address.startswith("https://h.example.org/welcome?key=")
    person = PeopleTables(database(environment)).use_link(address.partition("key=")[2], 0, "", "three little words")
    assert person is not None
    assert (person.name, person.role) == ("Ana Ruiz", Role.COORDINATOR)
    listed = run(environment, "people", "list").output
    assert "Ana Ruiz" in listed
    assert "password" in listed


def test_a_viewer_with_an_e_mail_address_and_then_a_coordinator(environment: dict[str, str]) -> None:
    added = run(environment, "people", "add", "Grants office", "--viewer", "--email", "Grants@example.org").output
    assert "is now a viewer" in added
    assert "identity provider" in added
    listed = run(environment, "people", "list").output
    assert "grants@example.org" in listed
    assert "viewer" in listed
    assert run(environment, "people", "role", "grants OFFICE", "--coordinator").exit_code == 0
    assert run(environment, "people", "role", "Grants office").exit_code == 2
    found = PeopleTables(database(environment)).named("Grants office")
    assert found is not None
    assert found.coordinator


def test_what_cannot_be_is_said(environment: dict[str, str]) -> None:
    run(environment, "people", "add", "Ana", "--email", "a@example.org")
    for words, told in (
        (("add", "ANA"), "Somebody is already called ANA."),
        (("add", "Zoe", "--email", "A@example.org"), "Somebody already has this e-mail address."),
        (("add", " "), "A person needs a name."),
        (("link", "Zoe"), "Nobody is called Zoe."),
        (("remove", "Zoe"), "Nobody is called Zoe."),
    ):
        done = run(environment, "people", *words)
        assert done.exit_code != 0
        assert told in str(done.exception)


def test_removing_somebody_ends_their_link(environment: dict[str, str]) -> None:
    added = run(environment, "people", "add", "Ana").output
    key = added.partition("key=")[2].split()[0]
    assert run(environment, "people", "remove", "ana").exit_code == 0
    assert PeopleTables(database(environment)).by_link(key, 0) is None


def test_all_of_it_is_in_the_audit_list(environment: dict[str, str]) -> None:
    for words in (("add", "Ana"), ("link", "ana"), ("role", "Ana", "--viewer"), ("remove", "Ana")):
        run(environment, "people", *words)
    deeds = [(deed.who, deed.what, deed.on) for deed in AuditList(database(environment)).latest(10)]
    what = ["person-removed", "made-viewer", "link-made", "person-added"]
    assert deeds == [("the server", one, "Ana") for one in what]


def test_page_prints_an_address_that_opens_the_page(environment: dict[str, str]) -> None:
    done = run(environment, "page", "Amy Okafor")
    assert done.exit_code == 0
    path = done.stdout.strip().removeprefix("https://h.example.org")
    assert path.startswith("/mine?rota=rise&who=amy&key=")
    client = build_web(read_settings(environment)).app.test_client()
    assert "Amy Okafor" in client.get(path, buffered=True).text
    assert run(environment, "page", "Zoe").exit_code != 0


def test_the_first_link_of_a_live_line_is_in_no_log_of_a_service(environment: dict[str, str]) -> None:
    practice = run(environment, "welcome").output
    assert "/welcome?key=" in "".join(practice.split())
    live = run({**environment, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "2" * 32}, "welcome").output
    assert "key=" not in live
    assert "people add NAME" in live
