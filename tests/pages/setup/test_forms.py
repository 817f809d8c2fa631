"""Forms that set up a rota: they show what changes, write the file with care, and lose nothing that was typed."""

from __future__ import annotations

import pytest

from hotline.files.edits.rewrite import content_of
from tests.files.good import ROTA, texts
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.visitor import Form, Visitor, forms

TOP = "# Our rota. \n"
FILE = (
    TOP
    + ROTA.replace("[amy, ben]}", "[amy, ben]}   # both")
    + """\
rotations:
  # Extra hands.
  - {hours: 18:00-08:00, turns: [amy, [ben, amy]], change: 2 weeks, starting: 2026-01-05, tier: 2}
cover:
  - {who: ben, for: amy, from: 2030-01-01, to: 2030-01-02}
limits: {except: {ben: he asked}}
"""
)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=FILE)


def rota_of(site: Site) -> str:
    return (site.folder / "rota/rise.yaml").read_bytes().decode()


def sent(visitor: Visitor, at: str, data: dict[str, str], step: str = "look", without: tuple[str, ...] = ()) -> str:
    """Fill in the form at an address, and press its button; the page that follows."""
    form = next(one for one in forms(visitor.get(at).text) if "was" in one.fields or "entry" in one.fields)
    fields = {name: value for name, value in {**form.fields, **data, "step": step}.items() if name not in without}
    return visitor.client.post(form.action, data=fields, buffered=True).text


def preview_of(page: str) -> Form:
    """The form that saves what a page shows."""
    return next(one for one in forms(page) if "reviewed" in one.fields)


def saved(visitor: Visitor, page: str, **more: str) -> str:
    form = preview_of(page)
    data = {**form.fields, "step": "write", **more}
    return visitor.client.post(form.action, data=data, buffered=True, follow_redirects=True).text


class TestVolunteers:
    def test_a_new_volunteer_is_one_new_line(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/volunteer", {"name": "Amy Zed", "phone": "+1 410 555 0133"})
        assert "New volunteer: Amy Zed." in page
        assert rota_of(site) == FILE
        assert "Saved." in saved(coordinator, page)
        line = '  amy2: {name: Amy Zed, phone: "+1 410 555 0133"}\n'
        assert rota_of(site) == FILE.replace("shifts:", line + "shifts:", 1)
        assert "Undo" in coordinator.get("/rota/rise/setup?saved=2").text
        assert "changed a volunteer" in coordinator.get("/audit").text

    def test_only_what_was_typed_changes(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/volunteer?entry=ben", {"phone": "+1 410 555 0144"})
        saved(coordinator, page)
        once = FILE.replace("555 0112", "555 0144")
        assert rota_of(site) == once
        saved(coordinator, sent(coordinator, "/rota/rise/volunteer?entry=amy", {"name": "Amy O"}))
        assert rota_of(site) == once.replace("Amy Okafor", "Amy O"), "her languages stay, though the line has one"

    def test_a_mistake_names_the_field_and_keeps_what_was_typed(self, site: Site, coordinator: Visitor) -> None:
        for phone, said in (("410", "country code"), ("", "Enter the phone number")):
            page = sent(coordinator, "/rota/rise/volunteer", {"name": "Zoe Quark", "phone": phone})
            assert said in page
            assert 'id="phone-wrong"' in page
            assert 'value="Zoe Quark"' in page
        page = sent(coordinator, "/rota/rise/volunteer", {"name": "Zoe Quark", "phone": "+1 410 555 0111"})
        assert 'id="phone-wrong"' in page or "0111" in page
        assert rota_of(site) == FILE

    def test_removing_one_says_what_goes_along(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/volunteer?entry=ben", {}, "remove")
        assert "they are taken out" in page
        assert "turns of the others move" in page
        assert "The cover 2030-01-01 – 2030-01-02 is removed." in page
        assert "Saved." in saved(coordinator, page)
        content = content_of(rota_of(site))
        assert "ben" not in str(content)
        assert content["rotations"] == [
            {
                "hours": "18:00-08:00",
                "turns": ["amy", ["amy"]],
                "change": "2 weeks",
                "starting": "2026-01-05",
                "tier": "2",
            }
        ]
        assert "# Extra hands." in rota_of(site)


class TestTimes:
    def test_a_shift_left_as_it_is_changes_nothing(self, coordinator: Visitor) -> None:
        for at in ("shift?entry=0", "rotation?entry=0"):
            assert "You have made no changes." in sent(coordinator, f"/rota/rise/{at}", {})

    def test_a_shift_is_added_from_a_calendar(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/shift?from=2026-12-04T18:00&to=2026-12-05T08:00&who=ben"
        page = sent(coordinator, at, {"name": "Friday night", "tier": "2"})
        assert "Saved." in saved(coordinator, page)
        line = (
            "  - {name: Friday night, days: fri, hours: 18:00-08:00, starting: 2026-12-04, tier: 2, on_call: [ben]}\n"
        )
        assert rota_of(site) == FILE.replace("rotations:", line + "rotations:")
        at = "/rota/rise/shift?from=2026-12-04 18:00&to=2026-12-07 08:00&who=amy"
        page = saved(coordinator, sent(coordinator, at, {}, without=("starting",)))
        assert "{from: fri 18:00, to: mon 08:00, on_call: [amy]}" in rota_of(site)
        assert "Fri 18:00 – Mon 08:00" in page

    @pytest.mark.parametrize("effort", [EFFORT])
    def test_people_keep_their_order_and_a_gap_must_be_confirmed(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/shift?entry=0"
        page = sent(coordinator, at, {"on_call_1": "ben", "on_call_2": "Amy Okafor"})
        saved(coordinator, page)
        assert rota_of(site) == FILE.replace("[amy, ben]}   # both", "[ben, amy]}   # both")
        shorter = {"start": "09:00", "end": "18:00"}
        page = sent(coordinator, at, shorter)
        assert "Callers would reach nobody" in page
        assert not [one for one in forms(page) if "reviewed" in one.fields]
        saved(coordinator, sent(coordinator, "/rota/rise/backup", {"backup_1": "amy"}))
        page = sent(coordinator, at, shorter)
        assert "Waits (forecast)" not in page
        asked = {**next(one for one in forms(page) if "entry" in one.fields).fields, "step": "waits"}
        assert "Waits (forecast)" in coordinator.post("/rota/rise/shift", asked).text
        assert "Tick the box" in saved(coordinator, page)
        assert "Saved." in saved(coordinator, page, sure="yes")

    def test_days_typed_in_spanish_are_written_in_english(self, site: Site, coordinator: Visitor) -> None:
        coordinator.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
        typed = {"pattern": "other", "days_text": "lun-mié, 1er sáb", "start": "09:00", "end": "17:00"}
        page = sent(coordinator, "/rota/rise/shift", {**typed, "on_call_1": "ben"})
        assert 'value="lun-mié, 1er sáb"' in page, "they still see what they typed"
        saved(coordinator, page)
        assert "days: [mon-wed, 1st sat], hours: 09:00-17:00, on_call: [ben]" in rota_of(site)

    def test_a_rotation_of_teams(self, site: Site, coordinator: Visitor) -> None:
        typed = {"start": "09:00", "end": "17:00", "turn_1_1": "amy", "turn_1_2": "ben", "turn_2_1": "ben"}
        page = sent(coordinator, "/rota/rise/rotation", typed)
        assert "Enter the first date" in page
        assert 'id="starting-wrong"' in page
        page = sent(
            coordinator,
            "/rota/rise/rotation",
            {**typed, "starting": "2026-01-05", "days_text": "1st", "pattern": "other"},
        )
        assert 'id="days_text-wrong"' in page
        page = sent(
            coordinator, "/rota/rise/rotation", {**typed, "starting": "2026-01-05", "count": "10", "unit": "day"}
        )
        saved(coordinator, page)
        turns = "turns: [[amy, ben], ben], change: 10 days, starting: 2026-01-05}"
        assert f"  - {{days: every day, hours: 09:00-17:00, {turns}\n" in rota_of(site)

    def test_every_shift_of_a_file_is_shown_as_it_is(self, site: Site, coordinator: Visitor) -> None:
        more = (
            "shifts:\n  - {days: '1st sat, last fri', hours: 19:00-24:00, on_call: [amy], starting: 2026-01-05}\n"
            "  - {from: fri 18:00, to: mon 8:00, on_call: [amy]}\n"
            "  - {days: [mon, tue], hours: 8:00-18:00, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}\n"
            "  - {days: holidays, hours: 24h, also: true, on_call: [ben]}\n"
            "  - {on_call: [amy]}\n"
        )
        (site.folder / "rota/rise.yaml").write_text(FILE.replace("shifts:\n", f"holidays: {{country: US}}\n{more}"))
        for at in range(6):
            page = sent(coordinator, f"/rota/rise/shift?entry={at}", {})
            assert "You have made no changes." in page
            page = sent(coordinator, f"/rota/rise/shift?entry={at}", {"name": "A name"})
            assert "You have made no changes." not in page
            assert "Not saved" not in page


class TestRules:
    def test_backup_holidays_ringing_and_limits(self, site: Site, coordinator: Visitor) -> None:
        for at, typed in (
            ("backup", {"backup_1": "ben", "backup_2": "amy"}),
            ("holidays", {"country": "US", "region": "MD", "also_1": "2026-12-24"}),
            ("ringing", {"at_once": "2", "stagger": "4s", "ring_for": "20s", "test": "monthly"}),
            ("limits", {"nights_running": "3", "rest_between": "10h"}),
        ):
            page = sent(coordinator, f"/rota/rise/{at}", typed)
            assert "Saved." in saved(coordinator, page), at
            assert "You have made no changes." in sent(coordinator, f"/rota/rise/{at}", {})
        assert rota_of(site).startswith(TOP)
        content = content_of(rota_of(site))
        assert content["backup"] == ["ben", "amy"]
        assert content["holidays"] == {"country": "US", "region": "MD", "also": ["2026-12-24"]}
        assert content["ringing"] == {"at_once": "2", "stagger": "4s", "ring_for": "20s", "test": "monthly"}
        assert content["limits"] == {"except": {"ben": "he asked"}, "nights_running": "3", "rest_between": "10h"}

    def test_a_region_is_chosen_from_a_menu_of_its_country(self, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/holidays", {"country": "US", "region": "MD"})
        assert '<select id="region"' in page
        assert '<option value="MD" selected>' in page
        assert '<input id="region" name="region" type="text"' in coordinator.get("/rota/rise/holidays").text

    @pytest.mark.parametrize(
        ("at", "typed", "field"),
        [
            ("holidays", {"country": "US", "region": "Maryland"}, "region"),
            ("holidays", {"also_1": "24.12."}, "also_1"),
            ("ringing", {"ring_for": "half a minute"}, "ring_for"),
            ("ringing", {"stagger": "30s"}, "stagger"),
            ("limits", {"rest_between": "11"}, "rest_between"),
            ("limits", {"except_2": "amy"}, "why_2"),
            ("backup", {"backup_1": "Nobody I know"}, "backup_1"),
            ("shift", {"start": "08:00", "end": "18:00"}, "on_call_1"),
            ("shift", {"start": "08:00", "on_call_1": "amy"}, "end"),
            ("backup_shift", {"start": "08:00", "end": "18:00", "on_call_1": "amy", "until": "tomorrow"}, "until"),
            ("backup_rotation", {"start": "08:00", "end": "18:00", "starting": "2026-01-05"}, "turn_1_1"),
            ("rotation", {"start": "08:00", "end": "18:00", "turn_1_1": "amy", "count": "9" * 5_000}, "count"),
        ],
    )
    def test_a_mistake_in_any_form_marks_its_field(
        self, site: Site, coordinator: Visitor, at: str, typed: dict[str, str], field: str
    ) -> None:
        page = sent(coordinator, f"/rota/rise/{at}", typed)
        assert f'id="{field}-wrong"' in page
        assert 'aria-invalid="true"' in page
        form = next(one for one in forms(page) if "entry" in one.fields)
        assert rota_of(site) == FILE
        for name, value in typed.items():
            assert value in page or form.fields.get(name) == value


class TestNothingIsLost:
    def test_two_clicks_save_once(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/volunteer", {"name": "Zoe", "phone": "+1 410 555 0133"})
        assert "Saved." in saved(coordinator, page)
        once = rota_of(site)
        assert "Saved." in saved(coordinator, page)
        assert rota_of(site) == once

    def test_somebody_elses_edit_is_not_undone(self, site: Site, coordinator: Visitor) -> None:
        mine = sent(coordinator, "/rota/rise/shift?entry=0", {"name": "Day and night"})
        saved(coordinator, sent(coordinator, "/rota/rise/volunteer?entry=amy", {"name": "Amy New"}))
        page = saved(coordinator, mine)
        assert "Somebody else changed the file" in page
        assert "Day and night" in page
        assert "Saved." in saved(coordinator, page)
        assert "Amy New" in rota_of(site)
        assert "Day and night" in rota_of(site)

    def test_an_entry_that_is_gone_can_be_added_anew(self, site: Site, coordinator: Visitor) -> None:
        mine = sent(coordinator, "/rota/rise/rotation?entry=0", {"name": "Extra"})
        other = FILE.replace("tier: 2}", "tier: 3}")
        (site.folder / "rota/rise.yaml").write_bytes(other.encode())
        page = saved(coordinator, mine)
        assert "Somebody else changed or removed this entry" in page
        assert 'value="Extra"' in page
        assert rota_of(site) == other

    def test_a_session_that_ended_keeps_the_form(self, site: Site, coordinator: Visitor) -> None:
        form = next(one for one in forms(coordinator.get("/rota/rise/shift").text) if "entry" in one.fields)
        page = site.visitor().client.post(form.action, data={"name": "Kept words", "step": "look"}, buffered=True).text
        assert "Kept words" in page

    def test_more_places_keep_what_was_typed(self, coordinator: Visitor) -> None:
        page = sent(coordinator, "/rota/rise/shift", {"name": "Long", "on_call_1": "ben"}, "more")
        assert 'id="on_call_7"' in page
        assert 'value="Long"' in page

    def test_a_shift_of_hundreds_of_people_loses_nobody(self, site: Site, coordinator: Visitor) -> None:
        names = [f"v{at}" for at in range(450)]
        people = "".join(f'  {who}: {{phone: "+1 410 55{at:05}"}}\n' for at, who in enumerate(names, 10_000))
        shift = f"shifts:\n  - {{days: every day, hours: 24h, on_call: [{', '.join(names)}]}}\n"
        (site.folder / "rota/rise.yaml").write_text(f"timezone: America/New_York\nvolunteers:\n{people}{shift}")
        site.web.parts.directory.refresh()
        assert "You have made no changes." in sent(coordinator, "/rota/rise/shift?entry=0", {})

    @pytest.mark.parametrize("number", ["9999", "123456", "9" * 5_000])
    @pytest.mark.parametrize("field", ["shift?on_call_", "backup?backup_", "rotation?turn_1_", "shift?places="])
    def test_a_number_in_the_address_makes_no_endless_form(self, coordinator: Visitor, field: str, number: str) -> None:
        page = coordinator.get(f"/rota/rise/{field}{number}" + ("" if "=" in field else "=amy"))
        assert page.status_code == 200
        assert page.text.count("<select") < 200

    def test_a_time_at_the_end_of_the_calendar_is_left_out(self, coordinator: Visitor) -> None:
        assert coordinator.get("/rota/rise/shift?from=9999-12-31&to=9999-12-31").status_code == 200

    @pytest.mark.parametrize("at", ["shift", "backup_rotation", "volunteer", "ringing"])
    def test_what_is_not_there_is_not_removed(self, site: Site, coordinator: Visitor, at: str) -> None:
        form = next(one for one in forms(coordinator.get(f"/rota/rise/{at}").text) if "entry" in one.fields)
        assert coordinator.client.post(form.action, data={**form.fields, "step": "remove"}).status_code == 400
        assert rota_of(site) == FILE

    def test_a_file_with_errors_leads_to_the_editor(self, site: Site, coordinator: Visitor) -> None:
        (site.folder / "rota/rise.yaml").write_text("timezone: [\n")
        for at in ("setup", "shift", "volunteer"):
            page = coordinator.get(f"/rota/rise/{at}").text
            assert "errors" in page
            assert "Edit as text" in page


def test_only_coordinators_set_up(viewer: Visitor) -> None:
    for at in ("setup", "shift", "volunteer?entry=amy"):
        assert viewer.get(f"/rota/rise/{at}").status_code == 403
