"""A volunteer's own page, as somebody with nothing but its address uses it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import redis
import time_machine

from hotline.core.rota.volunteer_page import page_query
from hotline.core.texts.reminders import planned
from hotline.files.edits.insert_entries import number_calendar
from hotline.files.edits.versions import Versions
from hotline.pages.words.language import moment_of
from hotline.settings import read_settings
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.redis.connection import RedisConnection
from hotline.wiring.parts import Parts
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.rota.test_pages import words
from tests.pages.visitor import Visitor, forms, untimed

NOW = datetime(2026, 3, 4, 17, 30, 20, tzinfo=UTC)
"""Wednesday 2026-03-04, 12:30 in New York."""
SHIFTS = (
    "shifts:",
    "  - {days: mon-fri, hours: 08:00-20:00, on_call: [amy, ben]}",
    "  - {days: mon-fri, hours: 20:00-08:00, on_call: [cho]}",
    "backup: [dee]",
    "away:",
    "  - {who: amy, from: 2026-03-06, to: 2026-03-06}",
)

NORA = 'coordinators: {nora: {name: Nora, phone: "+1 410 555 0130"}}'


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS))


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def nobody_is_off(redis_url: str) -> None:
    """Tests share a Redis."""
    with redis.Redis.from_url(redis_url) as client:
        client.delete("hotline:absent", "hotline:absent:rise", "hotline:absent:night")


def page_of(site: Site, who: str) -> str:
    """The address of a volunteer's page as the rota is now."""
    settings = read_settings(site.environment)
    site.web.parts.directory.refresh()
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    return f"/mine?{urlencode(page_query(Parts(settings).key, rota, who))}"


def test_a_page_is_still_theirs_when_the_rota_names_them_otherwise(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    visitor.submit(page, {"off": "2h"}, action="/mine/off")
    rota_file(site).write_text(re.sub(r"\bamy\b", "amy_b", rota_file(site).read_text()))
    site.web.parts.directory.refresh()
    shown = visitor.get(page)
    assert shown.status_code == 200
    assert "You are off until" in shown.text
    assert "Welcome back" in visitor.submit(page, {}, action="/mine/back").text
    calendar = re.search(r"/calendar\.ics\?[^\"<\s]+", shown.text)
    assert calendar
    assert "who=amy_b" in calendar.group()


def query_of(page: str) -> dict[str, str]:
    return dict(parse_qsl(page.partition("?")[2]))


def rota_file(site: Site) -> Path:
    return site.folder / "rota" / "rise.yaml"


def test_status_comes_first_then_the_pause_and_who_is_on_with_them(site: Site, visitor: Visitor) -> None:
    page = " ".join(visitor.get(page_of(site, "amy")).text.split())
    order = ("You are on call now", "On call with you:", "Ben", "Pause my calls", "My shifts", "I am away")
    assert sorted(order, key=page.index) == list(order)
    assert "You are not on call now" in visitor.get(page_of(site, "cho")).text
    assert page.count('<svg role="img"') >= 2, "a QR code for each address"
    assert f'value="http://127.0.0.1:8000{page_of(site, "amy").replace("&", "&amp;")}"' in page


REMINDED = rota_with(*SHIFTS, NORA).replace("  amy: {", "  amy: {texts: yes, ")


@pytest.mark.parametrize("files", [texts(rota=REMINDED)])
def test_they_see_their_coordinator_and_their_own_reminders(site: Site, visitor: Visitor) -> None:
    settings = read_settings(site.environment)
    parts, line = Parts(settings), site.web.parts.directory.state.hotlines["rise"]
    (due, *_) = [one for one in planned(line.schedule, NOW - timedelta(days=1), NOW) if one.who == "amy"]
    parts.text_ledger.claim(due.name("rise"), "reminder", "words", due.at, due.until + 99)
    parts.text_ledger.settle(due.name("rise"), "reminder", due.at)
    page = words(visitor.get(page_of(site, "amy")).text)
    assert "Nora Call +1 410 555 0130" in page
    assert f"sent {moment_of(due.at, line.rota.zone)}" in page
    assert "we do not store who got them" in page
    assert "You get no messages" in words(visitor.get(page_of(site, "ben")).text)


@pytest.mark.parametrize(
    "files", [texts(rota=rota_with(*SHIFTS, "coordinators: {nora: {name: Nora, email: n@example.org}}"))]
)
def test_a_coordinator_without_a_phone_is_written_to(site: Site, visitor: Visitor) -> None:
    page = visitor.get(page_of(site, "amy")).text
    assert '<a class="button small" href="mailto:n@example.org">n@example.org</a>' in page
    assert 'href="tel:"' not in page


def test_a_coordinator_sees_it_as_they_do_and_can_press_nothing(
    site: Site, coordinator: Visitor, viewer: Visitor
) -> None:
    seen = coordinator.get("/mine/seen/rise/amy").text
    assert "as Amy sees it" in seen
    assert seen.index('<fieldset class="seen" disabled') < seen.index("Pause my calls") < seen.index("</fieldset>")
    assert "/calendar.ics" not in seen
    assert coordinator.get("/mine/seen/rise/nobody").status_code == 404
    assert viewer.get("/mine/seen/rise/amy").status_code == 403


def test_what_an_installed_page_begins_with_holds_no_key(site: Site, visitor: Visitor) -> None:
    """Makers of browsers read it."""
    manifest = visitor.get("/mine/app.webmanifest").get_json()
    assert manifest["start_url"] == "/mine/open"
    assert "key" not in json.dumps(manifest)
    for icon in manifest["icons"]:
        assert visitor.get(icon["src"]).data.startswith(b"\x89PNG")
    assert "manifest-src 'self'" in visitor.get("/mine/open").headers["Content-Security-Policy"]


def test_it_shows_their_shifts_and_nobody_elses(site: Site, visitor: Visitor) -> None:
    page = " ".join(untimed(visitor.get(page_of(site, "amy")).text).split())
    assert "You are on call now</strong>, until 20:00" in page
    assert "Thu 5 Mar 08:00–20:00" in page
    assert "Fri 6 Mar 08:00" not in page, "away"
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
        assert "Page not found" in answer.text


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
    assert "Your time away is saved." in done.text
    assert "away Thu 5 Mar, 00:00 to Fri 6 Mar, 00:00" in " ".join(done.text.split())
    assert rota_file(site).read_text() == before + "  - {who: ben, from: 2026-03-05, to: 2026-03-05}\n"


def test_it_can_be_taken_back_until_somebody_changes_the_rota(site: Site, visitor: Visitor) -> None:
    before, page = rota_file(site).read_text(), page_of(site, "ben")
    away = {"from_day": "2026-03-05", "sure": "1"}
    done = visitor.submit(page, away, action="/mine/away")
    back = visitor.submit(f"{done.request.path}?{done.request.query_string.decode()}", {}, action="/mine/undo")
    assert "Undone." in back.text
    assert rota_file(site).read_text() == before
    done = visitor.submit(page, away, action="/mine/away")
    there = f"{done.request.path}?{done.request.query_string.decode()}"
    site.visitor().submit(page_of(site, "amy"), {"from_day": "2026-03-10", "sure": "1"}, action="/mine/away")
    number = next(form.fields["saved"] for form in forms(done.text) if "undo" in form.action)
    assert "Undo" not in visitor.get(there).text
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
    assert "Yes, save my time away" not in shown.text
    assert rota_file(site).read_text() == before


def test_who_set_it_is_in_the_audit_list(site: Site, visitor: Visitor, coordinator: Visitor) -> None:
    visitor.submit(page_of(site, "ben"), {"from_day": "2026-03-05", "sure": "1"}, action="/mine/away")
    assert "entered time away on their own page" in coordinator.get("/audit").text


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
    assert "A caller would reach nobody" in answer.text
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
    (waiting,) = read_settings(site.environment).outbox_dir.iterdir()
    assert '"ring_test"' in waiting.read_text()
    assert "amy" in waiting.read_text()
    assert "410555" not in waiting.read_text()


def test_in_practice_mode_no_phone_is_rung(site: Site, visitor: Visitor) -> None:
    page = visitor.get(page_of(site, "amy")).text
    assert "/mine/ring" not in page
    assert not read_settings(site.environment).outbox_dir.exists()


# ------------------------------------------------------------------------------------------------ Pause my calls


def jobs(site: Site) -> list[str]:
    """What waits to be done."""
    outbox = read_settings(site.environment).outbox_dir
    return [json.loads(line)[3] for file in sorted(outbox.glob("*")) for line in file.read_text().splitlines()]


def off_now(site: Site, rota: str = "rise") -> dict[str, datetime]:
    """Who is off, as somebody sees it who has just started on this machine and has no Redis: until when."""
    book = AbsenceBook(path=read_settings(site.environment).absences_file)
    return {one.who: datetime.fromtimestamp(one.end, UTC) for one in book.of(rota)}


@pytest.mark.parametrize(
    ("sent", "end", "said"),
    [
        ("1h", "2026-03-04 18:31", "Wed 4 Mar, 13:31"),
        ("2h", "2026-03-04 19:31", "Wed 4 Mar, 14:31"),
        ("4h", "2026-03-04 21:31", "Wed 4 Mar, 16:31"),
        ("morning", "2026-03-05 13:00", "Thu 5 Mar, 08:00"),
    ],
)
def test_whoever_cannot_be_rung_says_for_how_long_and_is_not(
    site: Site, visitor: Visitor, sent: str, end: str, said: str
) -> None:
    before, page = rota_file(site).read_text(), page_of(site, "amy")
    done = words(visitor.submit(page, {"off": sent}, action="/mine/off").text)
    assert f"You are off until {said} (New York time) and will not be rung." in done
    assert "You are on call now" not in done
    assert off_now(site) == {"amy": datetime.fromisoformat(f"{end}+00:00")}, "a restart keeps it"
    assert rota_file(site).read_text() == before
    assert jobs(site) == [], "there is Ben, and nobody is told"


@pytest.mark.parametrize("opened", ["2026-03-05 04:58", "2026-03-04 23:58"])
def test_a_button_does_what_it_said_when_the_page_was_opened(site: Site, visitor: Visitor, opened: str) -> None:
    at, page = datetime.fromisoformat(f"{opened}-05:00"), page_of(site, "amy")
    with time_machine.travel(at, tick=False) as clock:
        form = next(one for one in forms(visitor.get(page).text) if one.action.endswith("/mine/off"))
        clock.shift(timedelta(minutes=5))
        done = visitor.client.post(form.action, data={**form.fields, "off": "morning"}, follow_redirects=True)
    assert "You are off until Thu 5 Mar, 08:00" in words(done.text)


def test_a_button_for_a_morning_that_is_over_changes_nothing(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    with time_machine.travel(datetime(2026, 3, 5, 9, 0, tzinfo=UTC), tick=False) as clock:
        form = next(one for one in forms(visitor.get(page).text) if one.action.endswith("/mine/off"))
        clock.shift(timedelta(hours=5))
        done = visitor.client.post(form.action, data={**form.fields, "off": "morning"}, follow_redirects=True)
    assert done.status_code == 409
    assert "That morning is over. Choose again." in words(done.text)
    assert off_now(site) == {}


def test_it_is_there_for_calls_at_once_and_on_every_machine(site: Site, visitor: Visitor) -> None:
    """The next ring of any web process goes by what Redis says in the same step."""
    visitor.submit(page_of(site, "amy"), {"off": "2h"}, action="/mine/off")
    other = AbsenceBook(SharedAbsences(RedisConnection(site.environment["REDIS_URL"], 10)))
    assert [one.who for one in other.look_again("rise").absences] == ["amy"]


def test_back_again_and_nothing_is_left_of_it(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    assert "I am back" not in visitor.get(page).text
    visitor.submit(page, {"off": "2h"}, action="/mine/off")
    visitor.submit(page, {"off": "4h"}, action="/mine/off")
    assert "16:31" in visitor.get(page).text, "the last word counts"
    done = words(visitor.submit(page, {}, action="/mine/back").text)
    assert "Welcome back. You will be rung again when you are on call." in done
    assert "You are on call now" in done
    assert off_now(site) == {}
    twice = visitor.post("/mine/back", query_of(page), at=page, follow=True)
    assert twice.status_code == 200


def test_welcome_back_says_that_the_rota_has_them_away(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    visitor.submit(page, {"off": "2h"}, action="/mine/off")
    rota_file(site).write_text(rota_file(site).read_text().replace("from: 2026-03-06", "from: 2026-03-04"))
    site.web.parts.directory.refresh()
    done = words(visitor.submit(page, {}, action="/mine/back").text)
    assert "But the rota says you are away until" in done
    assert "You will be rung again when you are on call." not in done


def test_what_they_said_by_text_or_a_coordinator_for_them_is_the_same(site: Site, visitor: Visitor) -> None:
    shared = SharedAbsences(RedisConnection(site.environment["REDIS_URL"], 10))
    now = int(NOW.timestamp())
    AbsenceBook(shared, clock=lambda: now).keep("rise", "amy", now, now + 3600)
    page = page_of(site, "amy")
    assert "You are off until Wed 4 Mar, 13:30" in visitor.get(page).text
    visitor.submit(page, {}, action="/mine/back")
    assert list(AbsenceBook(shared, clock=lambda: now).look_again("rise").absences) == []


def test_where_only_the_backup_would_be_left_it_says_so_and_asks(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "cho")
    with time_machine.travel(datetime(2026, 3, 5, 3, 0, tzinfo=UTC), tick=True):
        asked = visitor.submit(page, {"off": "morning"}, action="/mine/off")
        told = words(asked.text)
        assert "While you are off, only the backup is rung: Wed 4 Mar 22:00 – Thu 08:00 (New York time)." in told
        assert "You are still rung" in told
        assert off_now(site) == {}
        assert jobs(site) == ["off_leaves_nobody"]
        sure = next(form for form in forms(asked.text) if form.fields.get("sure"))
        done = visitor.client.post(sure.action, data={**sure.fields, "off": "morning"}, follow_redirects=True)
        assert "You are off until Thu 5 Mar, 08:00" in words(done.text)
        assert "Your coordinator has been notified." not in done.text, "nobody asked to be"
        assert off_now(site) == {"cho": datetime(2026, 3, 5, 13, tzinfo=UTC)}


@pytest.mark.parametrize("files", [texts(rota=rota_with(*(one for one in SHIFTS if "backup" not in one), NORA))])
def test_whoever_is_sure_may_leave_nobody_and_the_coordinator_is_told(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "cho")
    with time_machine.travel(datetime(2026, 3, 5, 7, 0, tzinfo=UTC), tick=True):
        asked = words(visitor.submit(page, {"off": "morning"}, action="/mine/off").text)
        assert "While you are off, callers reach nobody: Thu 5 Mar 02:00–08:00 (New York time)." in asked
        assert "Yes, pause my calls until this morning, 08:00" in asked
        done = visitor.submit(page, {"off": "morning", "sure": "1"}, action="/mine/off")
        assert "Your coordinator has been notified." in words(done.text)
        assert off_now(site) == {"cho": datetime(2026, 3, 5, 13, tzinfo=UTC)}
        assert jobs(site) == ["off_leaves_nobody"] * 2, "when it was asked, and now that it is so"


NIGHT = {
    "call_flows/night.yaml": texts()["call_flows/rise.yaml"]
    .replace(b"RISE", b"Night")
    .replace(b"0100", b"0101")
    .replace(b"rota: rise", b"rota: night"),
    "rota/night.yaml": rota_with(*SHIFTS)
    .replace("America/New_York", "America/Chicago")
    .replace("amy", "amelia")
    .encode(),
}


@pytest.mark.parametrize("files", [texts(rota=rota_with(*SHIFTS)) | NIGHT])
def test_a_phone_that_two_rotas_ring_is_rung_by_neither(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    done = words(visitor.submit(page, {"off": "morning"}, action="/mine/off").text)
    assert "RISE: You are off until Thu 5 Mar, 08:00 (New York time)" in done
    assert "Night: You are off until Thu 5 Mar, 08:00 (Chicago time)" in done
    assert off_now(site).keys() | off_now(site, "night").keys() == {"amy", "amelia"}
    visitor.submit(page, {}, action="/mine/back")
    assert off_now(site) == off_now(site, "night") == {}


def test_nobody_is_set_off_without_the_key_the_token_or_a_time_that_is_offered(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    mine = query_of(page)
    assert visitor.post("/mine/off", {**mine, "key": "x", "off": "1h"}, at=page).status_code == 404
    assert visitor.post("/mine/off", {**mine, "who": "ben", "off": "1h"}, at=page).status_code == 404
    assert visitor.client.post("/mine/off", data={**mine, "off": "1h"}, buffered=True).status_code == 400
    for wanted in ("", "1000h", "-1h", "morning\n"):
        assert visitor.post("/mine/off", {**mine, "off": wanted}, at=page).status_code == 400
    assert off_now(site) == {}


@pytest.mark.parametrize("settings", [{"REDIS_URL": "redis://127.0.0.1:9"}])
def test_without_redis_this_machine_keeps_it_and_without_a_disk_it_says_so(site: Site, visitor: Visitor) -> None:
    page, kept = page_of(site, "amy"), read_settings(site.environment).absences_file
    assert "You are off until" in visitor.submit(page, {"off": "1h"}, action="/mine/off").text
    assert off_now(site).keys() == {"amy"}
    shutil.rmtree(kept.parent)
    kept.parent.touch()
    failed = visitor.submit(page, {"off": "4h"}, action="/mine/off")
    assert failed.status_code == 503
    assert "was not saved" in failed.text


def test_how_often_somebody_is_off_is_in_no_list(site: Site, visitor: Visitor, coordinator: Visitor) -> None:
    visitor.submit(page_of(site, "amy"), {"off": "1h"}, action="/mine/off")
    audit = coordinator.get("/audit").text
    assert "signed in" in audit
    assert "Amy" not in audit


class TestAStolenLink:
    """Whoever has the address of a volunteer's page may be somebody else: what it can do is bounded."""

    @pytest.mark.parametrize(
        ("first", "last", "said"),
        [
            ("2026-03-10", "2026-08-10", "longer than 92 days"),
            ("2026-03-10", "2099-12-31", "too far ahead"),
            ("9999-12-31", "9999-12-31", "too far ahead"),
            ("9999-01-01", "", "too far ahead"),
        ],
    )
    def test_no_absence_of_years_and_no_year_that_calendars_do_not_have(
        self, site: Site, visitor: Visitor, first: str, last: str, said: str
    ) -> None:
        before, fields = rota_file(site).read_text(), {"from_day": first, "to_day": last, "sure": "1"}
        answer = visitor.submit(page_of(site, "ben"), fields, action="/mine/away")
        assert (answer.status_code, said in answer.text) == (409, True)
        assert rota_file(site).read_text() == before

    def test_and_not_saved_again_and_again(self, site: Site, visitor: Visitor) -> None:
        statuses = [
            visitor.submit(page_of(site, "ben"), {"from_day": f"2026-05-{day:02}", "sure": "1"}, action="/mine/away")
            for day in range(1, 13)
        ]
        assert "times in a day" in statuses[-1].text
        assert rota_file(site).read_text().count("who: ben") == 10


def test_what_volunteers_save_pushes_out_no_version_of_a_coordinator(tmp_path: Path) -> None:
    versions, at = Versions(tmp_path), datetime(2026, 3, 4, tzinfo=UTC)
    for number in range(150):
        versions.keep("rota/rise.yaml", b"%d" % number, "Ana", "edit", at)
    for number in range(400):
        versions.keep("rota/rise.yaml", b"own %d" % number, "Ben", "own-away", at)
    kept = [one.how for one in versions.of("rota/rise.yaml")]
    assert (kept.count("edit"), kept.count("own-away")) == (150, 100)
    for number in range(300):
        versions.keep("rota/rise.yaml", b"%d" % number, "Ana", "edit", at)
    assert [one.how for one in versions.of("rota/rise.yaml")].count("edit") == 200


BY_TURNS = (
    "shifts: [{hours: 24h, on_call: [amy]}]",
    "backup: [{from: mon 08:00, to: mon 08:00, turns: [ben, cho], change: weekly, starting: 2026-03-02}, dee]",
)


@pytest.mark.parametrize("files", [texts(rota=rota_with(*BY_TURNS))])
def test_a_page_says_when_somebody_is_backup(site: Site, visitor: Visitor) -> None:
    said = {who: words(visitor.get(page_of(site, who)).text) for who in ("amy", "ben", "cho", "dee")}
    assert "backup" not in said["amy"]
    assert "rung when nobody else picks up: Wed 4 Mar 12:30 – Mon 08:00" in said["ben"]
    assert "rung when nobody else picks up: Mon 9 Mar 08:00 – Mon 16 Mar 08:00" in said["cho"]
    assert "rung when nobody else picks up." in said["dee"]
