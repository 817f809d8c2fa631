"""The people page: who may sign in, said by coordinators; and sign-ins that were refused, in the audit list."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from hotline.core.people import Deed, Role
from hotline.errors import PeopleError
from hotline.pages.signin.signin import REFUSED_ONCE_IN
from hotline.settings import read_settings
from hotline.store.database.lazy import Database
from hotline.store.database.people import AuditList
from tests.files.good import FLOW, ROTA
from tests.pages.conftest import PASSWORD, Site
from tests.pages.rota.test_pages import words
from tests.pages.visitor import Visitor


def audit_of(site: Site) -> AuditList:
    return AuditList(Database(read_settings(site.environment).database_url))


def deeds(site: Site) -> list[tuple[str, str, str]]:
    return [(deed.who, deed.what, deed.on) for deed in audit_of(site).latest(50)]


def id_of(site: Site, name: str) -> str:
    person = site.people.named(name)
    assert person is not None
    return person.id


def test_somebody_is_added_and_comes_in_by_the_link_that_is_shown_once(site: Site, coordinator: Visitor) -> None:
    page = coordinator.submit("/people", {"name": " Zoe  Lund ", "role": "viewer"}, action="/people/add")
    assert page.status_code == 200
    link = re.search(r"/welcome\?key=[\w-]+", page.text)
    assert link is not None
    assert "Zoe Lund" in page.text
    assert "/welcome" not in coordinator.get("/people").text
    zoe = site.visitor()
    words = {"password": "three little words", "again": "three little words"}
    assert zoe.submit(link[0], words, action="/welcome").status_code == 200
    assert zoe.get("/people").status_code == 403
    assert ("Ana", "person-added", "Zoe Lund") in deeds(site)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 61}, "Enter a name"),
        ({"name": "V\x00ic"}, "Enter a name"),
        ({"name": "vic"}, "Somebody already has this name"),
        ({"name": "Zoe", "email": "nobody"}, "not an e-mail address"),
    ],
)
def test_who_cannot_be_added_is_told_why(site: Site, coordinator: Visitor, form: dict[str, str], words: str) -> None:
    page = coordinator.post("/people/add", form, at="/people")
    assert page.status_code in {400, 409}
    assert words in page.text
    assert len(site.people.all()) == 2


def test_a_role_counts_from_the_next_click_on(site: Site, coordinator: Visitor, viewer: Visitor) -> None:
    vic = id_of(site, "Vic")
    assert viewer.get("/people").status_code == 403
    coordinator.post(f"/people/{vic}/role", {"role": "coordinator"}, at="/people")
    assert viewer.get("/people").status_code == 200
    coordinator.post(f"/people/{vic}/role", {"role": "viewer"}, at="/people")
    assert viewer.get("/people").status_code == 403
    assert [what for _, what, _ in deeds(site)][:2] == ["made-viewer", "made-coordinator"]
    assert coordinator.post(f"/people/{vic}/role", {"role": "king"}, at="/people").status_code == 400


@pytest.mark.parametrize("deed", ["removed", "demoted", "signed out"])
def test_an_open_stream_ends_with_the_right_to_it(site: Site, deed: str) -> None:
    zoe = site.people.add("Zoe", Role.COORDINATOR, 0, password=PASSWORD)
    visitor = site.signed_in(zoe)
    listening = visitor.client.get("/tonight/changes")
    heard = iter(listening.response)  # type: ignore[call-overload]
    assert next(heard).startswith(b"retry:")
    if deed == "removed":
        site.people.remove(zoe.id)
    elif deed == "demoted":
        site.people.set_role(zoe.id, Role.VIEWER)
    else:
        visitor.post("/sign-out", {}, at="/")
    assert not [one for one in heard if b"changed" not in one]
    listening.close()


def test_whoever_is_removed_is_out_at_once(site: Site, coordinator: Visitor, viewer: Visitor) -> None:
    vic = id_of(site, "Vic")
    page = coordinator.post(f"/people/{vic}/remove", {}, at="/people", follow=True)
    assert "Removed" in page.text
    assert viewer.get("/").status_code == 303
    assert coordinator.post(f"/people/{vic}/remove", {}, at="/people").status_code == 404
    assert ("Ana", "person-removed", "Vic") in deeds(site)


def test_nobody_locks_themselves_out(site: Site, coordinator: Visitor) -> None:
    ana = id_of(site, "Ana")
    for action, form in (("remove", {}), ("role", {"role": "viewer"})):
        page = coordinator.post(f"/people/{ana}/{action}", form, at="/people")
        assert page.status_code == 409
        assert "You cannot change or remove yourself" in page.text
    assert coordinator.get("/people").status_code == 200


def test_the_last_coordinator_who_can_sign_in_stays(site: Site) -> None:
    """Bo has not used her link yet: with Ana gone nobody could change anything."""
    ana, bo = id_of(site, "Ana"), site.people.add("Bo", Role.COORDINATOR, 0).id
    with pytest.raises(PeopleError, match="This would leave no coordinator"):
        site.people.remove(ana)
    with pytest.raises(PeopleError, match="This would leave no coordinator"):
        site.people.set_role(ana, Role.VIEWER)
    key = site.people.make_link(bo, Role.COORDINATOR, 2**40)
    site.people.use_link(key, 0, "", PASSWORD)
    site.people.remove(ana)
    assert [one.person.name for one in site.people.all()] == ["Bo", "Vic"]


def test_a_new_link_ends_no_session_until_it_is_used(site: Site, coordinator: Visitor, viewer: Visitor) -> None:
    page = coordinator.post(f"/people/{id_of(site, 'Vic')}/link", {}, at="/people")
    link = re.search(r"/welcome\?key=[\w-]+", page.text)
    assert link is not None
    assert viewer.get("/").status_code == 200
    words = {"password": "three little words", "again": "three little words"}
    site.visitor().submit(link[0], words, action="/welcome")
    assert viewer.get("/").status_code == 303
    assert ("Ana", "link-made", "Vic") in deeds(site)


def test_a_refused_sign_in_is_in_the_audit_list_once_and_no_unknown_name_is(site: Site, coordinator: Visitor) -> None:
    for name in ("Vic", "vic", "my secret pass phrase", "another one"):
        assert site.visitor().sign_in(name, "wrong").status_code == 403
    refused = [deed for deed in deeds(site) if deed[1] == "sign-in-refused"]
    assert refused == [("", "sign-in-refused", ""), ("Vic", "sign-in-refused", "")]
    page = coordinator.get("/audit").text
    assert "an unknown person" in page
    assert "secret" not in page


def test_the_same_line_comes_again_after_a_while_and_old_lines_are_forgotten(site: Site) -> None:
    audit = audit_of(site)
    for at in (1_000, 1_000 + REFUSED_ONCE_IN - 1, 1_000 + REFUSED_ONCE_IN):
        audit.add_once(Deed(at, "Vic", "sign-in-refused"), REFUSED_ONCE_IN)
    assert [deed.at for deed in audit.latest(9)] == [1_000 + REFUSED_ONCE_IN, 1_000]
    assert audit.prune(1_001) == 1
    assert [deed.at for deed in audit.latest(9)] == [1_000 + REFUSED_ONCE_IN]


def test_the_audit_list_is_on_the_clock_of_the_rota_and_says_which(site: Site, coordinator: Visitor) -> None:
    audit_of(site).add(Deed(int(datetime(2026, 3, 4, 17, 30, tzinfo=UTC).timestamp()), "Vic", "signed-in"))
    page = words(coordinator.get("/audit").text)
    assert "Times are in New York time" in page
    assert "UTC" not in page
    assert "4 Mar, 12:30" in page
    assert "Other hotlines have their own" not in page
    (site.folder / "rota/far.yaml").write_text(ROTA.replace("America/New_York", "Asia/Tokyo"))
    far = FLOW.replace("RISE", "Zeal").replace("0100", "0101") + "rota: far\n"
    (site.folder / "call_flows/zeal.yaml").write_text(far)
    site.web.parts.directory.refresh()
    page = words(coordinator.get("/audit").text)
    assert "Times are in New York time. This is the time zone of RISE. Other hotlines have their own." in page
