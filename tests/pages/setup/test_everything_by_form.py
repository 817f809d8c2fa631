"""Nothing in the files needs the editor: each field of their shapes has a form, or a reason to have none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hotline.files import load
from hotline.files.edits.rewrite import content_of
from hotline.files.shapes import flow, rota, shifts
from hotline.files.shapes import texts as messages
from hotline.pages.setup.editing import KINDS
from hotline.wiring.parts import Effort
from tests.files.good import texts
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.setup.test_forms import saved, sent
from tests.pages.setup.test_words_and_messages import FLOW, differing, flow_of, rota_of
from tests.pages.visitor import Visitor

SHAPES: dict[type, tuple[str, ...]] = {
    rota.VolunteerEntry: ("volunteer",),
    rota.AwayEntry: ("absence",),
    rota.CoverEntry: ("covering",),
    rota.HolidaysEntry: ("holidays",),
    rota.RingingEntry: ("ringing", "screening"),
    rota.LimitsEntry: ("limits",),
    rota.CoverRequestsEntry: ("cover_requests",),
    messages.TextsEntry: ("texts", "text_words"),
    messages.CoordinatorEntry: ("coordinator",),
    shifts.ShiftEntry: ("shift",),
    shifts.RotationEntry: ("rotation",),
    shifts.BackupShiftEntry: ("backup_shift",),
    shifts.BackupRotationEntry: ("backup_rotation",),
    flow.StepEntry: ("step", "keys"),
}
"""The shape of each part that has forms of its own."""
NO_TIERS = "the backup is rung after all tiers"
REASONS = {(shifts.BackupShiftEntry, "tier"): NO_TIERS, (shifts.BackupRotationEntry, "tier"): NO_TIERS}
"""Why a field has no form."""
ALL_KINDS = {kind: one for kinds in KINDS.values() for kind, one in kinds.items()}
ROTA = """\
timezone: America/New_York   # ours
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111"}   # first
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112", languages: [en, es]}
shifts:
  - {name: Always, days: every day, hours: 24h, on_call: [amy, ben]}
away:
  # A wedding.
  - {who: ben, from: 2030-01-07, to: 2030-01-08}   # sure
cover:
  - {who: amy, from: 2030-01-07 20:00, to: 2030-01-08 24:00, tier: 2}
"""
NIGHTS = """\
timezone: America/New_York
volunteers:
  cho: {name: Cho Min-ji, phone: "+1 410 555 0113"}
shifts:
  - {days: every day, hours: 24h, on_call: [cho]}
"""


@pytest.fixture
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA) | {"rota/nights.yaml": NIGHTS.encode()}


def fields_of(shape: Any) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def keys_of(*kinds: str) -> set[str]:
    return {key for kind in kinds for keys, _fields in ALL_KINDS[kind].form.parts for key in keys}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_each_field_of_a_part_has_a_form(shape: type) -> None:
    without = {field for of, field in REASONS if of is shape}
    assert fields_of(shape) - keys_of(*SHAPES[shape]) <= without


@pytest.mark.parametrize(("area", "shape"), [("rota", rota.RotaFile), ("flow", flow.FlowFile)])
def test_each_section_of_a_file_has_a_form(area: str, shape: type) -> None:
    kinds = KINDS[area]
    whole = keys_of(*(kind for kind, one in kinds.items() if not one.section))
    assert fields_of(shape) <= whole | {one.section for one in kinds.values()}


class TestCallFlows:
    def test_a_step_may_ring_the_people_of_another_rota(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/flow/rise/keys?entry=reach_peer", {"ring": "nights"})
        saved(coordinator, page)
        assert flow_of(site) == FLOW.replace("ring: on_call", "ring: nights")
        assert list(load(site.folder, ()).hotlines["rise"].others) == ["nights"]
        saved(coordinator, sent(coordinator, "/flow/rise/keys?entry=reach_peer", {"ring": "on_call"}))
        assert flow_of(site) == FLOW

    def test_a_line_may_use_another_rota(self, site: Site, coordinator: Visitor) -> None:
        saved(coordinator, sent(coordinator, "/flow/rise/line", {"rota": "nights"}))
        assert flow_of(site) == FLOW.replace("rota: rise ", "rota: nights ")
        assert load(site.folder, ()).hotlines["rise"].rota.id == "nights"

    def test_where_calls_begin_at_another_step_phones_no_longer_ring_early(
        self, site: Site, coordinator: Visitor
    ) -> None:
        page = sent(coordinator, "/flow/rise/line", {"start": "reach_peer"})
        assert "Calls begin at the step reach_peer." in page
        assert "ring_early" in page, "among the changed lines"
        saved(coordinator, page)
        flow = load(site.folder, ()).hotlines["rise"].flow
        assert (flow.start, flow.ring_early) == ("reach_peer", None)
        assert len(differing(FLOW, flow_of(site))[0]) == 2

    def test_phones_may_ring_early_at_some_hours_only(self, site: Site, coordinator: Visitor) -> None:
        at, hours = "/flow/rise/keys?entry=welcome", {"ring_early_from": "07:00", "ring_early_to": "23:00"}
        assert 'id="ring_early_to-wrong"' in sent(coordinator, at, hours | {"ring_early_to": ""})
        saved(coordinator, sent(coordinator, at, hours))
        after = flow_of(site)
        assert content_of(after)["steps"]["welcome"]["ring_early"] == {"after": "3s", "hours": "07:00-23:00"}  # type: ignore[index,call-overload]
        assert len(differing(FLOW, after)[1]) == 1
        assert "You have made no changes." in sent(coordinator, at, {})
        saved(coordinator, sent(coordinator, at, {"ring_early_from": "", "ring_early_to": ""}))
        assert content_of(flow_of(site))["steps"]["welcome"]["ring_early"] == {"after": "3s"}  # type: ignore[index,call-overload]

    def test_calls_may_begin_in_another_language(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/flow/rise/languages", {"first": "es"})
        assert "Calls begin in Spanish instead of English." in page
        saved(coordinator, page)
        assert list(load(site.folder, ()).hotlines["rise"].flow.languages) == ["es", "en"]
        assert sorted(flow_of(site).splitlines()) == sorted(FLOW.splitlines()), "lines change their places only"
        assert "You have made no changes." in sent(coordinator, "/flow/rise/languages", {})
        saved(coordinator, sent(coordinator, "/flow/rise/languages", {"first": "en"}))
        assert flow_of(site) == FLOW
        assert 'id="first-wrong"' in sent(coordinator, "/flow/rise/languages", {"code_1": "", "first": "en"})

    def test_hours_may_be_limited_to_dates_and_weeks(self, site: Site, coordinator: Visitor) -> None:
        typed = {"day_mon_1": "yes", "start_1": "08:00", "end_1": "20:00", "closed": "lifeline"}
        limits = {"starting_1": "2026-01-05", "until_1": "2031-01-06", "every_1": "2", "name_1": "Summer"}
        wrong = sent(coordinator, "/flow/rise/hours", typed | limits | {"starting_1": ""})
        assert 'id="starting_1-wrong"' in wrong
        saved(coordinator, sent(coordinator, "/flow/rise/hours", typed | limits))
        assert content_of(flow_of(site))["open"] == [
            {
                "days": "mon",
                "hours": "08:00-20:00",
                "name": "Summer",
                "starting": "2026-01-05",
                "until": "2031-01-06",
                "every": "2 weeks",
            }
        ]
        assert "You have made no changes." in sent(coordinator, "/flow/rise/hours", {})
        saved(coordinator, sent(coordinator, "/flow/rise/hours", {"every_1": "", "until_1": "", "name_1": ""}))
        assert "{days: mon, hours: 08:00-20:00, starting: 2026-01-05}" in flow_of(site)

    def test_a_sentence_gets_a_recording_and_loses_it(self, site: Site, coordinator: Visitor) -> None:
        at = "/flow/rise/step?entry=reach_peer"
        saved(coordinator, sent(coordinator, at, {"hold_en_1_play": "still_here"}))
        hold = content_of(flow_of(site))["steps"]["reach_peer"]["hold"]  # type: ignore[index,call-overload]
        assert hold["en"][0] == {"play": "still_here", "say": "I'm still here. I'm still looking for someone."}  # type: ignore[index,call-overload]
        assert "You have made no changes." in sent(coordinator, at, {})
        saved(coordinator, sent(coordinator, at, {"hold_en_1_play": ""}))
        assert content_of(flow_of(site)) == content_of(FLOW)

    def test_a_call_that_ends_at_a_step_may_go_on(self, site: Site, coordinator: Visitor) -> None:
        at = "/flow/rise/keys?entry=goodbye"
        saved(coordinator, sent(coordinator, at, {"then": "nobody_free"}))
        assert content_of(flow_of(site))["steps"]["goodbye"]["then"] == "nobody_free"  # type: ignore[index,call-overload]
        assert "hang_up" not in flow_of(site)


class TestRotas:
    def test_a_time_away_is_changed_and_removed(self, site: Site, coordinator: Visitor) -> None:
        assert "Ben Ruiz</a>" in coordinator.get("/rota/rise/setup").text
        at = "/rota/rise/absence?entry=0"
        page = sent(coordinator, at, {"to_date": "2030-01-09", "to_time": "12:00"})
        assert "Saved." in saved(coordinator, page)
        assert differing(ROTA, rota_of(site)) == (
            ["  - {who: ben, from: 2030-01-07, to: 2030-01-08}   # sure"],
            ["  - {who: ben, from: 2030-01-07, to: 2030-01-09 12:00}   # sure"],
        )
        assert "changed a time away" in coordinator.get("/audit").text
        assert 'id="to_date-wrong"' in sent(coordinator, at, {"to_date": "2030-01-01"})
        saved(coordinator, sent(coordinator, at, {}, "remove"))
        assert "away" not in content_of(rota_of(site))

    def test_a_cover_is_changed(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/covering?entry=0"
        assert "You have made no changes." in sent(coordinator, at, {})
        saved(coordinator, sent(coordinator, at, {"for": "ben", "tier": "1"}))
        (cover,) = content_of(rota_of(site))["cover"]
        assert cover == {"who": "amy", "for": "ben", "from": "2030-01-07 20:00", "to": "2030-01-08 24:00"}
        assert 'id="who-wrong"' in sent(coordinator, at, {"who": ""})

    def test_the_calendar_of_a_rota_gets_a_new_address(self, site: Site, coordinator: Visitor) -> None:
        for number in ("2", "3"):
            saved(coordinator, sent(coordinator, "/rota/rise/zone", {"new_address": "yes"}))
            assert content_of(rota_of(site))["calendar"] == number
        assert "You have made no changes." in sent(coordinator, "/rota/rise/zone", {})

    def test_how_phones_answer(self, site: Site, coordinator: Visitor) -> None:
        saved(coordinator, sent(coordinator, "/rota/rise/handsets", {"handsets": "C"}))
        saved(coordinator, sent(coordinator, "/rota/rise/volunteer?entry=ben", {"handset": "A"}))
        loaded = load(site.folder, ()).hotlines["rise"].rota
        assert (loaded.handsets, loaded.volunteers["ben"].handset) == ("C", "A")
        assert "4 of 10 rings" in coordinator.get("/rota/rise/setup").text

    def test_a_form_without_rows_offers_no_more_of_them(self, coordinator: Visitor) -> None:
        assert 'value="more"' not in coordinator.get("/rota/rise/volunteer?entry=ben").text
        assert "More people</button>" in coordinator.get("/rota/rise/shift?entry=0").text

    def test_reminders_of_a_volunteer_are_chosen(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/volunteer?entry=ben"
        saved(coordinator, sent(coordinator, at, {"reminder_1": "2h before", "reminder_2": "30m before"}))
        assert content_of(rota_of(site))["volunteers"]["ben"]["remind"] == ["2h before", "30m before"]  # type: ignore[index,call-overload]
        another = {"reminder_time": "20:15", "reminder_days": "3"}
        page = sent(coordinator, at, another)
        assert "20:15 3 days before" in page
        saved(coordinator, page)
        reminders = ["2h before", "30m before", "20:15 3 days before"]
        assert content_of(rota_of(site))["volunteers"]["ben"]["remind"] == reminders  # type: ignore[index,call-overload]
        assert 'id="reminder_days-wrong"' in sent(coordinator, at, another | {"reminder_days": "x"})
        assert 'id="reminder_time-wrong"' in sent(coordinator, at, another | {"reminder_time": "25:00"})
        saved(coordinator, sent(coordinator, at, {"reminder_3": ""}))
        assert 'id="without_reminders-wrong"' in sent(coordinator, at, {"without_reminders": "yes"})
        saved(coordinator, sent(coordinator, at, {"reminder_1": "", "reminder_2": "", "without_reminders": "yes"}))
        assert content_of(rota_of(site))["volunteers"]["ben"]["remind"] == "none"  # type: ignore[index,call-overload]
