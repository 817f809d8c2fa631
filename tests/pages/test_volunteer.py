"""A volunteer's own page, as somebody with nothing but its address uses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import time_machine

from hotline.core.volunteer_page import page_query
from hotline.deployment import outbox_dir, secret_key
from hotline.files.edit import number_calendar
from hotline.settings import read_settings
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, forms

NOW = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
"""Wednesday 2026-03-04, 12:30 in New York."""
SHIFTS = (
    "shifts:",
    "  - {days: mon-fri, hours: 08:00-20:00, on_call: [amy, ben]}",
    "  - {days: mon-fri, hours: 20:00-08:00, on_call: [cho]}",
    "backup: [dee]",
    "away:",
    "  - {who: amy, from: 2026-03-06, to: 2026-03-06}",
)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS))


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def page_of(site: Site, who: str) -> str:
    """The address of a volunteer's page as the rota is now."""
    settings = read_settings(site.environment)
    site.web.directory.refresh()
    rota = site.web.directory.state.hotlines["rise"].rota
    return f"/mine?{urlencode(page_query(secret_key(settings), rota, who))}"


def query_of(page: str) -> dict[str, str]:
    return dict(parse_qsl(page.partition("?")[2]))


def rota_file(site: Site) -> Path:
    return site.folder / "rota" / "rise.yaml"


def test_it_shows_their_shifts_and_nobody_elses(site: Site, visitor: Visitor) -> None:
    page = " ".join(visitor.get(page_of(site, "amy")).text.split())
    assert "You are on call now</strong>, until 20:00" in page
    assert "Thu 5 Mar, 08:00</span> – 20:00" in page
    assert "Fri 6 Mar, 08:00" not in page, "away"
    assert "away Fri 6 Mar, 00:00 to Sat 7 Mar, 00:00" in page
    assert "Cho" not in page
    assert "+1" not in page
    assert "/calendar.ics?rota=rise&amp;who=amy&amp;key=" in page


@pytest.mark.parametrize(
    "query",
    ["", "?rota=rise&who=amy", "?rota=rise&who=amy&key=x", "?rota=gone&who=amy&key=KEY", "?rota=rise&who=ben&key=KEY",
     "?rota=rise&who=zoe&key=KEY", "?rota=rise&who=%ff&key=%00%ff", "?rota=rise&who=&key=KEY"],
)  # fmt: skip
def test_anything_else_looks_as_if_nothing_were_there(site: Site, visitor: Visitor, query: str) -> None:
    key = page_of(site, "amy").rpartition("key=")[2]
    for path in ("/mine", "/mine/contact.vcf"):
        answer = visitor.get(path + query.replace("KEY", key))
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text


def test_a_revoked_address_opens_nothing(site: Site, visitor: Visitor) -> None:
    old = page_of(site, "amy")
    rota_file(site).write_text(number_calendar(rota_file(site).read_text(), "amy", 2))
    new = page_of(site, "amy")
    assert visitor.get(old).status_code == 404
    assert visitor.get(new).status_code == 200


def test_a_time_away_is_shown_first_and_written_only_then(site: Site, visitor: Visitor) -> None:
    before, page = rota_file(site).read_text(), page_of(site, "ben")
    shown = visitor.submit(page, {"from_day": "2026-03-05"}, action="/mine/away")
    assert shown.status_code == 200
    assert "Ben is off" in shown.text or "ben is off" in shown.text
    assert rota_file(site).read_text() == before
    fields = {"from_day": "2026-03-05", "from_time": "", "to_day": "", "to_time": "", "sure": "1"}
    done = visitor.submit(page, fields, action="/mine/away")
    assert "You are taken out of that time." in done.text
    assert "away Thu 5 Mar, 00:00 to Fri 6 Mar, 00:00" in " ".join(done.text.split())
    assert rota_file(site).read_text() == before + "  - {who: ben, from: 2026-03-05, to: 2026-03-05}\n"


def test_it_can_be_taken_back_until_somebody_changes_the_rota(site: Site, visitor: Visitor) -> None:
    before, page = rota_file(site).read_text(), page_of(site, "ben")
    away = {"from_day": "2026-03-05", "sure": "1"}
    done = visitor.submit(page, away, action="/mine/away")
    back = visitor.submit(f"{done.request.path}?{done.request.query_string.decode()}", {}, action="/mine/undo")
    assert "Taken back." in back.text
    assert rota_file(site).read_text() == before
    done = visitor.submit(page, away, action="/mine/away")
    there = f"{done.request.path}?{done.request.query_string.decode()}"
    site.visitor().submit(page_of(site, "amy"), {"from_day": "2026-03-10", "sure": "1"}, action="/mine/away")
    number = next(form.fields["saved"] for form in forms(done.text) if "undo" in form.action)
    assert "Take it back" not in visitor.get(there).text
    late = visitor.post("/mine/undo", {**query_of(page), "saved": number}, at=page)
    assert late.status_code == 409
    assert "changed since" in late.text
    assert "who: ben" in rota_file(site).read_text()


@pytest.mark.parametrize("settings", [{"HOTLINE_EDIT": "off"}])
def test_where_files_come_from_elsewhere_the_line_is_given_to_send(site: Site, visitor: Visitor) -> None:
    before = rota_file(site).read_text()
    shown = visitor.submit(page_of(site, "ben"), {"from_day": "2026-03-05", "sure": "1"}, action="/mine/away")
    assert "Send this line to your coordinator" in shown.text
    assert "- {who: ben, from: 2026-03-05, to: 2026-03-05}" in shown.text
    assert "Yes, take me out" not in shown.text
    assert rota_file(site).read_text() == before


def test_who_set_it_is_in_the_audit_list(site: Site, visitor: Visitor, coordinator: Visitor) -> None:
    visitor.submit(page_of(site, "ben"), {"from_day": "2026-03-05", "sure": "1"}, action="/mine/away")
    assert "set a time away on their own page" in coordinator.get("/audit").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"from_day": "2026-03-05", "from_time": "10:00", "to_time": "09:00"}, ""),
        ({"from_day": "2026-03-09", "to_day": "2026-03-05"}, "ends before it starts"),
        ({"from_day": "2026-02-30"}, "2026-02-30"),
        ({"from_day": "tomorrow"}, "is not a date"),
        ({"from_day": "2026-03-05\nshifts: []"}, "is not a date"),
        ({"from_day": "2026-03-05", "from_time": "]}, {wh"}, "is not a time of day"),
        ({"from_day": "2025-01-01"}, "in the past"),
        ({"from_day": ""}, "no time here"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    site: Site, visitor: Visitor, fields: dict[str, str], told: str
) -> None:
    before = rota_file(site).read_text()
    answer = visitor.submit(page_of(site, "ben"), fields, action="/mine/away")
    assert (answer.status_code, told in answer.text) == (409 if told else 200, True)
    assert rota_file(site).read_text() == before


@pytest.mark.parametrize("files", [texts(rota=rota_with(*(one for one in SHIFTS if "backup" not in one)))])
def test_nobody_can_leave_callers_with_nobody_at_all(site: Site, visitor: Visitor) -> None:
    answer = visitor.submit(page_of(site, "cho"), {"from_day": "2026-03-05", "sure": "1"}, action="/mine/away")
    assert answer.status_code == 409
    assert "A caller would find nobody at all" in answer.text
    assert "who: cho" not in rota_file(site).read_text()


def test_the_hotline_as_a_contact(site: Site, visitor: Visitor) -> None:
    answer = visitor.get(page_of(site, "amy").replace("/mine?", "/mine/contact.vcf?line=rise&"))
    assert answer.mimetype == "text/vcard"
    assert "TEL;TYPE=VOICE,PREF:+14105550100\r\n" in answer.text
    assert "FN:RISE\r\n" in answer.text
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75


def test_it_speaks_spanish(site: Site, visitor: Visitor) -> None:
    page = visitor.get(page_of(site, "amy"), headers={"Accept-Language": "es"}).text
    assert "Mis turnos" in page
    assert "hora de Nueva York" in page


@pytest.mark.parametrize("settings", [{"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "a-token"}])
def test_their_phone_is_rung_by_a_job_that_names_no_number(site: Site, visitor: Visitor) -> None:
    done = visitor.submit(page_of(site, "amy"), {}, action="/mine/ring")
    assert "Your phone will ring in a moment." in done.text
    (waiting,) = outbox_dir(read_settings(site.environment)).iterdir()
    assert '"ring_test"' in waiting.read_text()
    assert "amy" in waiting.read_text()
    assert "410555" not in waiting.read_text()


def test_in_practice_mode_no_phone_is_rung(site: Site, visitor: Visitor) -> None:
    page = visitor.get(page_of(site, "amy")).text
    assert "/mine/ring" not in page
    assert not outbox_dir(read_settings(site.environment)).exists()
