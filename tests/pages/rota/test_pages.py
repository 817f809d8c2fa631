"""The rota's pages: the calendar says what the resolver says, and the forms write what the commands write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine

from hotline.settings import read_settings
from hotline.wiring.parts import Parts
from tests.files.good import rota_with, texts
from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor, forms

NOW = datetime(2026, 12, 15, 17, tzinfo=UTC)
"""Tuesday, noon in New York."""

SHIFTS = (
    "shifts:",
    "  - {name: Days,   days: every day, hours: 08:00-20:00, on_call: [amy, ben]}   # two of them",
    "  - {name: Nights, days: every day, hours: 20:00-08:00, on_call: [cho]}",
    "  - {name: More,   days: sat-sun,   hours: 10:00-12:00, on_call: [dee]}",
    "holidays: {country: US}",
    "away:",
    "  - {who: ben, from: 2026-12-18, to: 2026-12-19 12:00}",
    "cover:",
    "  - {who: dee, for: cho, from: 2026-12-17 20:00, to: 2026-12-18 08:00}",
    "backup: [ben]",
)
AWAY = "/rota/rise/away"
NEAR_MIDNIGHT = datetime(2026, 12, 16, 4, 59, tzinfo=UTC)
NONSENSE = ("date=never", "date=0001-01-01", "date=9999-12-31", "view=year", "view=week&date=")


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS))


def words(page: str) -> str:
    """A page's text, in one line."""
    text = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def day(page: str, date: str) -> str:
    """What the calendar says of one date."""
    return words(page[page.index(f'datetime="{date}"') :].split("datetime=")[1])


def rota_text(site: Site) -> str:
    return (site.folder / "rota/rise.yaml").read_text()


class TestTheCalendar:
    def test_the_only_rota_is_where_the_way_to_rotas_leads(self, coordinator: Visitor) -> None:
        assert coordinator.get("/rota").location == "/rota/rise"

    def test_a_week_says_who_is_on_call_from_when_to_when_and_in_which_zone(self, viewer: Visitor) -> None:
        page = viewer.get("/rota/rise").text
        assert "Times are in New York time." in words(page)
        tuesday = day(page, "2026-12-15")
        assert "Tue 15 Dec" in tuesday
        assert "today" in tuesday
        for said in ("Cho until 08:00", "Amy 08:00–20:00", "Ben 08:00–20:00", "Cho 20:00–08:00"):
            assert said in tuesday

    def test_covers_absences_holidays_and_broken_rests_are_marked(self, viewer: Visitor) -> None:
        page = viewer.get("/rota/rise").text
        assert "Dee 20:00–08:00 for Cho" in day(page, "2026-12-17")
        assert "away : Ben" in day(page, "2026-12-18").replace("away: ", "away : ")
        assert "until 12:00" in day(page, "2026-12-19")
        christmas = viewer.get("/rota/rise?date=2026-12-25").text
        assert "Christmas Day" in day(christmas, "2026-12-25")
        assert "nights running" in day(page, "2026-12-17") or "nights running" in words(page)

    def test_who_set_themselves_off_by_text_is_away(self, viewer: Visitor, site: Site) -> None:
        start = int(datetime(2026, 12, 16, 14, tzinfo=UTC).timestamp())
        hours = viewer.get("/rota/rise/load").text
        Parts(read_settings(site.environment)).absences.keep("rise", "amy", start, start + 7200)
        wednesday = day(viewer.get("/rota/rise").text, "2026-12-16")
        assert "away: Amy 09:00–11:00 (paused their calls)" in wednesday
        assert "Amy 08:00–09:00" in wednesday
        assert "Wed 16 Dec 09:00–11:00" in viewer.get("/rota/rise/gaps").text
        assert viewer.get("/rota/rise/load").text != hours

    def test_a_gap_is_a_gap_whatever_else_is_there(self, viewer: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(
            rota_with("shifts: [{hours: 08:00-20:00, on_call: [amy]}]", "backup: [ben]")
        )
        site.web.parts.directory.refresh()
        assert day(viewer.get("/rota/rise").text, "2026-12-15").count("Gap: only the backup") == 2
        assert "Gap 00:00–08:00 +1" in day(viewer.get("/rota/rise?view=month").text, "2026-12-15")

    def test_a_day_that_is_an_hour_longer_says_so(self, viewer: Visitor) -> None:
        assert "clocks go back 1 h" in day(viewer.get("/rota/rise?date=2026-11-01").text, "2026-11-01")
        assert "clocks go ahead 1 h" in day(viewer.get("/rota/rise?date=2026-03-08").text, "2026-03-08")

    def test_months_and_weeks_lead_to_their_neighbours(self, viewer: Visitor) -> None:
        page = viewer.get("/rota/rise?view=month&date=2026-12-31").text
        assert "December 2026" in words(page)
        assert "date=2026-11-01" in page
        assert "date=2027-01-01" in page
        week = viewer.get("/rota/rise?date=2026-12-31").text
        assert "date=2026-12-24" in week
        assert "date=2027-01-07" in week

    def test_a_week_begins_today_and_a_bar_opens_what_can_be_done(self, coordinator: Visitor, viewer: Visitor) -> None:
        page = coordinator.get("/rota/rise").text
        assert re.findall(r'<time datetime="([^"]*)">', page)[0] == "2026-12-15"
        [bar] = [unescape(one) for one in re.findall(r'href="([^"]*who=cho[^"]*T20:00)"', page) if "12-16" in one]
        opened = coordinator.get(bar).text
        assert "Wed 16 Dec 20:00 – Thu 08:00 , 12 h · Nights" in words(opened)
        forms = [unescape(one) for one in re.findall(r'href="(/rota/rise/(?:away|cover|swap)\?[^"]*)"', opened)]
        assert any(
            "cover?other=cho&who=" in one and one.endswith("to_date=2026-12-17&to_time=08%3A00") for one in forms
        )
        [first] = [one for one in forms if "who=dee" in one]
        assert "Dee is on call Wed 16 Dec 20:00 – Thu 17 Dec 08:00." in words(coordinator.get(first).text), "one press"
        assert "/rota/rise/shift?entry=1" in unescape(opened)
        looked = viewer.get(bar).text
        assert "12 h" in words(looked)
        assert "/rota/rise/cover" not in looked

    @pytest.mark.parametrize(
        "files",
        [
            texts(
                rota=rota_with(
                    "shifts:",
                    "  - {days: every day, hours: 08:00-01:30, on_call: [amy]}",
                    "  - {days: every day, hours: 24h, on_call: [ben], starting: 2027-11-07, until: 2027-11-07}",
                    "away:",
                    "  - {who: ben, from: 2027-11-06, to: 2027-11-07 01:30}",
                )
            )
        ],
    )
    def test_a_time_that_begins_as_the_clock_shows_it_again_is_the_one_that_opens(self, viewer: Visitor) -> None:
        page = unescape(viewer.get("/rota/rise?date=2027-11-07").text)
        [begun] = re.findall(r'href="(/rota/rise/time\?who=ben&at=2027-11-07[^"]*)"', page)
        assert "Sun 7 Nov 01:30" in words(viewer.get(begun).text)
        page = unescape(viewer.get("/rota/rise/time?who=amy&at=2027-11-07T01:15").text)
        assert "Sun 01:30" in words(page), "the first time that the clock shows it"

    @pytest.mark.parametrize("query", ["", "at=never", "at=2026-12-16T09:00&who=zoe", "at=2026-12-16T09:00&who=cho"])
    def test_a_time_that_is_not_there_is_not_found(self, viewer: Visitor, query: str) -> None:
        assert viewer.get(f"/rota/rise/time?{query}").status_code == 404

    @pytest.mark.parametrize(
        "query", ["date=never", "date=0001-01-01", "date=9999-12-31", "view=year", "view=week&date="]
    )
    def test_nonsense_in_the_address_shows_today(self, viewer: Visitor, query: str) -> None:
        answer = viewer.get(f"/rota/rise?{query}")
        assert answer.status_code == 200
        assert "Tue 15 Dec" in words(answer.text)

    def test_a_rota_there_is_not_is_not_found(self, viewer: Visitor) -> None:
        for path in ("/rota/none", "/rota/none/load", "/rota/none/gaps", "/rota/none/away", "/rota/../rota"):
            assert viewer.get(path, follow=True).status_code == 404

    def test_no_page_of_a_viewer_shows_a_phone_number(self, viewer: Visitor) -> None:
        for path in ("", "?view=month", "/load", "/gaps", "/away", "/file", "/versions"):
            assert "555" not in viewer.get(f"/rota/rise{path}").text, path

    def test_a_file_that_cannot_be_used_is_said_to_be_so(self, viewer: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(rota_text(site).replace("[cho]", "[chu]"))
        site.web.parts.directory.refresh()
        page = words(viewer.get("/rota/rise").text)
        assert "This is the last good version." in page
        assert "Cho 20:00–08:00" in page


class TestTheLoad:
    def test_hours_nights_and_weekends_are_a_picture_and_a_table(self, viewer: Visitor) -> None:
        page = viewer.get("/rota/rise/load?weeks=4").text
        assert "Cho 324 h" in words(page)
        assert page.count('class="load-bar') == 3 * 4
        assert "Nobody is over the limits" not in words(page)

    def test_gaps_and_thin_stretches_come_with_what_closes_them(self, coordinator: Visitor) -> None:
        page = words(coordinator.get("/rota/rise/gaps?depth=2&weeks=4").text)
        assert "1 on call" in page
        assert "- {who: ben, from: 2026-12-17 20:00, to: 2026-12-19 10:00}" in page
        assert "Covered." in words(coordinator.get("/rota/rise/gaps?depth=1").text)

    def test_a_gap_that_a_cover_closes_leads_to_the_form_for_it(self, coordinator: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(
            rota_with(*SHIFTS[:4], "away: [{who: cho, from: 2026-12-20 20:00, to: 2026-12-21 08:00}]", "backup: [ben]")
        )
        site.web.parts.directory.refresh()
        page = coordinator.get("/rota/rise/gaps?depth=1").text
        [address] = [unescape(one) for one in re.findall(r'href="(/rota/rise/cover\?[^"]*)"', page)]
        form = coordinator.get(address).text
        assert 'value="2026-12-20"' in form
        assert 'value="20:00"' in form
        assert "selected" in form


class TestForms:
    def test_what_changes_is_shown_before_anything_is_written(self, coordinator: Visitor, site: Site) -> None:
        before = rota_text(site)
        page = coordinator.submit(AWAY, {"who": "amy", "from_date": "2026-12-21", "step": "look"}, action=AWAY).text
        assert "Amy is off Mon 21 Dec 08:00–20:00." in words(page)
        assert "{who: amy, from: 2026-12-21, to: 2026-12-21}" in unescape(page)
        assert rota_text(site) == before

    def test_writing_writes_what_the_command_writes_and_can_be_undone(self, coordinator: Visitor, site: Site) -> None:
        before = rota_text(site)
        entry = {"who": "amy", "from_date": "2026-12-21", "from_time": "09:00", "to_time": "12:00"}
        looked = coordinator.post(AWAY, {**entry, "step": "look"}, at=AWAY).text
        base = re.search(r'name="base" value="(\w+)"', looked)
        assert base is not None
        written = coordinator.post(AWAY, {**entry, "step": "write", "base": base[1]}, at=AWAY, follow=True).text
        assert "  - {who: amy, from: 2026-12-21 09:00, to: 2026-12-21 12:00}\n" in rota_text(site)
        assert "Saved." in words(written)
        assert "Amy ! 12:00–20:00 after only 3 h off" in day(written, "2026-12-21"), "and it is live at once"
        number = re.search(r'name="number" value="(\d+)"', written)
        assert number is not None
        coordinator.post("/rota/rise/undo", {"number": number[1]})
        assert rota_text(site) == before
        assert "undid the previous change" in words(coordinator.get("/rota/rise/versions").text)
        assert "Ana entered an absence" in words(coordinator.get("/audit").text)

    def test_a_swap_says_who_takes_what_from_whom(self, coordinator: Visitor, site: Site) -> None:
        entry = {"who": "cho", "other": "dee", "from_date": "2026-12-19", "to_date": "2026-12-19"}
        page = words(coordinator.post("/rota/rise/swap", {**entry, "step": "look"}, at="/rota/rise/swap").text)
        assert "Dee takes Sat 19 Dec 20:00 – Sun 20 Dec 08:00 from Cho." in page
        assert "Cho takes Sat 19 Dec 10:00–12:00 from Dee." in page

    def test_a_gap_is_written_only_by_somebody_who_knows_of_it(self, coordinator: Visitor, site: Site) -> None:
        entry = {"who": "cho", "from_date": "2026-12-21"}
        looked = coordinator.post(AWAY, {**entry, "step": "look"}, at=AWAY).text
        assert "Nobody is on call Mon 21 Dec 00:00–08:00. Only the backup is rung then." in words(looked)
        assert "Dee" in words(looked)
        base = re.search(r'name="base" value="(\w+)"', looked)
        assert base is not None
        write = {**entry, "step": "write", "base": base[1]}
        assert coordinator.post(AWAY, write, at=AWAY).status_code == 422
        assert "who: cho, from: 2026-12-21" not in rota_text(site)
        assert coordinator.post(AWAY, {**write, "sure": "yes"}, at=AWAY).status_code == 303
        assert "who: cho, from: 2026-12-21" in rota_text(site)

    def test_what_leaves_a_caller_with_nobody_is_not_written_at_all(self, coordinator: Visitor, site: Site) -> None:
        without = rota_text(site).replace("backup: [ben]\n", "")
        (site.folder / "rota/rise.yaml").write_text(without)
        entry = {"who": "cho", "from_date": "2026-12-21", "step": "write", "sure": "yes"}
        page = words(coordinator.post(AWAY, entry, at=AWAY).text)
        assert "This cannot be saved. A caller would reach nobody" in page
        assert rota_text(site) == without

    def test_what_somebody_else_changed_meanwhile_is_looked_at_first(self, coordinator: Visitor, site: Site) -> None:
        entry = {"who": "amy", "from_date": "2026-12-21"}
        looked = coordinator.post(AWAY, {**entry, "step": "look"}, at=AWAY).text
        base = re.search(r'name="base" value="(\w+)"', looked)
        assert base is not None
        changed = rota_text(site) + "# by hand\n"
        (site.folder / "rota/rise.yaml").write_text(changed)
        answer = coordinator.post(AWAY, {**entry, "step": "write", "base": base[1]}, at=AWAY)
        assert answer.status_code == 409
        assert "Somebody else changed the rota in the meantime." in words(answer.text)
        assert rota_text(site) == changed

    @pytest.mark.parametrize(
        ("change", "entry", "said"),
        [
            ("away", {}, "Choose a person."),
            ("away", {"who": "amy", "from_date": ""}, "Enter the first day."),
            ("away", {"who": "zoe", "from_date": "2026-12-21"}, "no volunteer"),
            ("away", {"who": "amy", "from_date": "2026-02-30"}, "2026-02-30"),
            ("away", {"who": "amy", "from_date": "2026-12-21", "to_date": "9999-12-31"}, "9999 is out of range."),
            ("cover", {"who": "amy", "from_date": "9999-12-31"}, "The year 9999 is out of range."),
            ("away", {"who": "amy", "from_date": "2026-12-21", "to_date": "2026-12-20"}, "ends before it starts"),
            ("cover", {"who": "amy", "other": "amy", "from_date": "2026-12-21"}, "cannot cover for themselves"),
            ("swap", {"who": "amy", "from_date": "2026-12-21"}, "Choose the second person."),
            ("swap", {"who": "amy", "other": "amy", "from_date": "2026-12-21"}, "cannot swap with themselves"),
            ("swap", {"who": "amy", "other": "ben", "from_date": "2026-12-21"}, "nothing to swap"),
            ("away", {"who": "amy}, {x: y", "from_date": "2026-12-21"}, "no volunteer"),
            ("away", {"who": "amy", "from_date": "2026-12-21}\n- {a: b"}, "not a"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_understood_is_said_and_nothing_is_written(
        self, coordinator: Visitor, site: Site, change: str, entry: dict[str, str], said: str
    ) -> None:
        before = rota_text(site)
        answer = coordinator.post(f"/rota/rise/{change}", {**entry, "step": "write"}, at=f"/rota/rise/{change}")
        assert answer.status_code == 422
        assert said in words(answer.text)
        assert rota_text(site) == before

    def test_a_viewer_finds_no_form_and_may_not_send_one(self, viewer: Visitor) -> None:
        assert "a coordinator can change it" in viewer.get(AWAY).text
        answer = viewer.post(AWAY, {"who": "amy", "from_date": "2026-12-21", "step": "write"})
        assert answer.status_code == 403


class TestWhereFilesComeFromElsewhere:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"HOTLINE_EDIT": "off"}

    def test_the_changed_file_is_a_download(self, coordinator: Visitor, site: Site) -> None:
        before = rota_text(site)
        entry = {"who": "amy", "from_date": "2026-12-21"}
        assert "Editing is switched off here." in words(coordinator.post(AWAY, {**entry, "step": "look"}, at=AWAY).text)
        answer = coordinator.post(AWAY, {**entry, "step": "download"}, at=AWAY)
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "who: amy, from: 2026-12-21" in answer.text
        assert rota_text(site) == before


class TestTiers:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        return texts(
            rota=rota_with(
                "shifts:",
                "  - {hours: 24h, tier: 2, on_call: [ben, dee]}",
                "  - {hours: 08:00-20:00, on_call: [amy]}",
                "  - {hours: 20:00-08:00, on_call: [cho, ben]}",
                "backup: [{turns: [dee, amy], change: weekly, starting: 2026-01-05}]",
            )
        )

    def test_the_calendar_says_who_is_in_a_later_tier(self, viewer: Visitor) -> None:
        tuesday = day(viewer.get("/rota/rise").text, "2026-12-15")
        assert "Ben 08:00–20:00 tier 2" in tuesday
        assert "Amy 08:00–20:00 tier" not in tuesday
        assert "Ben 20:00–24:00 tier" not in tuesday
        assert "Amy Cho Ben then: Dee" in day(viewer.get("/rota/rise?view=month").text, "2026-12-15")


def test_what_is_saved_is_what_was_shown_though_tomorrow_has_come(site: Site) -> None:
    before, coordinator = rota_text(site), site.visitor()
    with time_machine.travel(NEAR_MIDNIGHT, tick=False) as clock:
        coordinator.sign_in("Ana", PASSWORD)
        seen = coordinator.submit(AWAY, {"who": "amy", "from_date": "tomorrow"}, action="/away")
        assert "Wed 16 Dec" in words(seen.text)
        form = next(one for one in forms(seen.text) if "reviewed" in one.fields)
        clock.shift(120)
        answer = coordinator.client.post(form.action, data={**form.fields, "sure": "yes", "step": "write"})
        assert answer.status_code == 409
        assert "This would save something other than what was shown." in words(answer.text)
    assert rota_text(site) == before
