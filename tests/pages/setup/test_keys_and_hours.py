"""Forms for where keys lead and for opening hours."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.files import load
from hotline.files.edits.rewrite import content_of
from tests.files.good import ROTA, texts
from tests.pages.conftest import Site
from tests.pages.setup.test_forms import saved, sent
from tests.pages.setup.test_words_and_messages import FLOW, differing, flow_of
from tests.pages.visitor import Visitor, forms

HOURS = "/flow/rise/hours"
WEEK = {f"day_{day}_1": "yes" for day in ("mon", "tue", "wed", "thu", "fri")}
CLOSED = {"closed_say_en": "We are closed.", "closed_say_es": "Estamos cerrados."}


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA)


def keys_of(step: str) -> str:
    return f"/flow/rise/keys?entry={step}"


def step_of(site: Site, name: str) -> dict[str, Any]:
    return content_of(flow_of(site))["steps"][name]  # type: ignore[index,call-overload,return-value]


class TestKeys:
    def test_a_new_key_is_one_new_line(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, keys_of("nobody_free"), {"key_3": "3", "go_3": "about"})
        assert "In the step nobody_free, 3 leads to about." in page
        assert flow_of(site) == FLOW
        assert "Saved." in saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert (gone, came) == ([], ['      "3": about'])
        assert "changed where a step leads" in coordinator.get("/audit").text
        assert "Undo" in coordinator.get("/flow/rise?saved=2").text

    def test_a_key_that_words_do_not_name_is_a_warning_and_both_are_changed_at_once(
        self, site: Site, coordinator: Visitor
    ) -> None:
        assert "notice warn" in sent(coordinator, keys_of("nobody_free"), {"key_1": "7"})
        said = {
            "say_en": "To try again, press 7. For the Lifeline, press 2.",
            "say_es": "Para intentarlo otra vez, oprima 7. Para la línea 9 8 8, oprima 2.",
        }
        page = sent(coordinator, keys_of("nobody_free"), {"key_1": "7", **said})
        assert "notice warn" not in page
        saved(coordinator, page)
        assert step_of(site, "nobody_free")["menu"] == {"2": "lifeline", "7": "reach_peer"}

    def test_a_key_may_change_the_language_and_what_is_left_stays_as_written(
        self, site: Site, coordinator: Visitor
    ) -> None:
        page = sent(coordinator, keys_of("welcome"), {"go_1": "lifeline", "language_1": "es"})
        saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert gone == ['      "2": about']
        assert came == ['      "2": {go: lifeline, language: es}']
        assert '"8": {go: reach_peer, language: en}' in flow_of(site)

    def test_silence_and_a_wrong_key(self, site: Site, coordinator: Visitor) -> None:
        wanted = {"no_key": "lifeline", "wrong_key": ""}
        refused = sent(coordinator, keys_of("welcome"), wanted)
        assert 'id="ring_early-wrong"' in refused, "phones would ring for nobody"
        page = sent(coordinator, keys_of("welcome"), {**wanted, "ring_early": ""})
        assert "In the step welcome, silence leads to lifeline instead of reach_peer." in page
        saved(coordinator, page)
        assert "    no_key: lifeline            # nothing pressed: connect them anyway" in flow_of(site)
        assert step_of(site, "welcome").keys() == {"say", "menu", "wait", "no_key"}

    def test_the_last_key_gone_continues_where_silence_led(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, keys_of("nobody_free"), {"key_1": "", "key_2": "", "at_most": "", "then": ""})
        saved(coordinator, page)
        assert step_of(site, "nobody_free").keys() == {"say", "then"}
        assert step_of(site, "nobody_free")["then"] == "lifeline"

    def test_a_step_that_only_continued_gets_keys(self, site: Site, coordinator: Visitor) -> None:
        typed = {"key_1": "1", "go_1": "reach_peer", "say_en": "Press 1.", "say_es": "Oprima 1."}
        saved(coordinator, sent(coordinator, keys_of("about"), typed))
        step = step_of(site, "about")
        assert (step["menu"], step["no_key"]) == ({"1": "reach_peer"}, "welcome")
        assert "then" not in step

    def test_another_number_is_dialled(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, keys_of("lifeline"), {"dial": "+1 410 555 0190", "then": ""})
        saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert gone == ['    dial: "988"                   # always this one number', "    then: goodbye"]
        assert came == ['    dial: "+1 410 555 0190"                   # always this one number']

    def test_what_follows_a_ring(self, site: Site, coordinator: Visitor) -> None:
        page = sent(
            coordinator,
            keys_of("reach_peer"),
            {"answered": "", "not_answered": "lifeline", "waiting_key_1": "2", "waiting_go_1": "lifeline"},
        )
        saved(coordinator, page)
        step = step_of(site, "reach_peer")
        assert (step["not_answered"], step["while_waiting"]) == ("lifeline", {"menu": {"2": "lifeline"}})
        assert "answered" not in step
        assert step["hold"] == content_of(FLOW)["steps"]["reach_peer"]["hold"]  # type: ignore[index,call-overload]

    @pytest.mark.parametrize(
        ("step", "typed", "field"),
        [
            ("nobody_free", {"key_2": "1"}, "key_2"),
            ("nobody_free", {"key_3": "5"}, "go_3"),
            ("nobody_free", {"go_3": "about"}, "key_3"),
            ("nobody_free", {"at_most": "99"}, "at_most"),
            ("nobody_free", {"say_es": ""}, "say_es"),
            ("reach_peer", {"not_answered": ""}, "not_answered"),
            ("about", {"then": ""}, "then"),
            ("lifeline", {"dial": ""}, "dial"),
            ("lifeline", {"dial": "+1 41"}, "dial"),
        ],
    )
    def test_a_mistake_marks_its_field(
        self, site: Site, coordinator: Visitor, step: str, typed: dict[str, str], field: str
    ) -> None:
        page = sent(coordinator, keys_of(step), typed)
        assert f'id="{field}-wrong"' in page
        assert flow_of(site) == FLOW

    def test_a_step_that_is_gone_marks_the_key_that_led_there(self, site: Site, coordinator: Visitor) -> None:
        (site.folder / "call_flows/rise.yaml").write_text(FLOW.replace('"2": about', '"2": abuot'))
        page = sent(coordinator, keys_of("welcome"), {"no_key": "about"})
        assert 'id="go_1-wrong"' in page
        assert '<option value="abuot" selected>' in page

    def test_each_step_is_left_as_it_is(self, coordinator: Visitor) -> None:
        page = coordinator.get("/flow/rise").text
        for step in ("welcome", "about", "reach_peer", "nobody_free", "lifeline", "goodbye"):
            assert keys_of(step) in page
            assert "You have made no changes." in sent(coordinator, keys_of(step), {})


class TestOpeningHours:
    def test_a_line_gets_hours_and_a_step_for_the_rest(self, site: Site, coordinator: Visitor) -> None:
        typed = {**WEEK, "start_1": "08:00", "end_1": "20:00", **CLOSED, "closed_then": "lifeline"}
        page = sent(coordinator, HOURS, typed)
        assert "Outside them, calls begin at the step closed." in page
        assert "Saved." in saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert gone == []
        assert "  - {days: mon-fri, hours: 08:00-20:00}" in came
        assert "closed: closed" in came
        line = load(site.folder, ()).hotlines["rise"]
        assert line.flow.closed == "closed"
        assert step_of(site, "closed")["then"] == "lifeline"
        assert "08:00–20:00" in coordinator.get("/flow/rise").text
        assert "08:00–20:00" in coordinator.get("/rota/rise/setup").text
        assert "changed the opening hours" in coordinator.get("/audit").text
        assert "You have made no changes." in sent(coordinator, HOURS, {})

    def test_more_times_holidays_and_days_of_the_month(self, site: Site, coordinator: Visitor) -> None:
        holidays = "holidays: {country: US}\n"
        (site.folder / "rota/rise.yaml").write_text(ROTA + holidays)
        first = {**WEEK, "start_1": "08:00", "end_1": "20:00", "closed": "lifeline"}
        saved(coordinator, sent(coordinator, HOURS, first))
        more = {"days_text_2": "1st sat", "start_2": "10:00", "end_2": "12:00"}
        more |= {"holidays_3": "yes", "day_sun_3": "yes", "start_3": "00:00", "end_3": "00:00"}
        saved(coordinator, sent(coordinator, HOURS, more))
        assert content_of(flow_of(site))["open"] == [
            {"days": "mon-fri", "hours": "08:00-20:00"},
            {"days": "1st sat", "hours": "10:00-12:00"},
            {"days": ["sun", "holidays"], "hours": "24h"},
        ]
        assert "You have made no changes." in sent(coordinator, HOURS, {})

    def test_what_a_form_does_not_show_stays(self, site: Site, coordinator: Visitor) -> None:
        hours = """\
open:
  # Winter.
  - {days: mon-fri, hours: 08:00-20:00, starting: 2026-01-05, every: 2 weeks}   # ours
  - {from: sat 08:00, to: sun 20:00}
closed: lifeline   # they help
"""
        before = FLOW.replace("start: welcome", hours + "start: welcome")
        (site.folder / "call_flows/rise.yaml").write_text(before)
        saved(coordinator, sent(coordinator, HOURS, {"end_1": "21:00", "end_2": "22:00"}))
        assert flow_of(site) == before.replace("08:00-20:00", "08:00-21:00").replace("sun 20:00", "sun 22:00")

    def test_a_line_that_is_always_open_again(self, site: Site, coordinator: Visitor) -> None:
        saved(coordinator, sent(coordinator, HOURS, {**WEEK, "start_1": "08:00", "end_1": "20:00", "closed": "about"}))
        page = sent(coordinator, HOURS, {"start_1": "", "end_1": ""})
        assert "The line is always open." in page
        saved(coordinator, page)
        assert differing(FLOW, flow_of(site)) == ([], [])
        assert "Always open" in coordinator.get("/flow/rise").text

    def test_hours_in_which_nobody_is_on_call_are_not_saved(self, site: Site, coordinator: Visitor) -> None:
        days = "{name: Days, days: mon-fri, hours: 08:00-20:00, on_call: [amy]}"
        rota = ROTA[: ROTA.index("shifts:")] + f"shifts:\n  - {days}\n"
        open_ = "open: [{days: mon-fri, hours: 08:00-20:00}]\nclosed: lifeline\n"
        (site.folder / "rota/rise.yaml").write_text(rota)
        (site.folder / "call_flows/rise.yaml").write_text(FLOW.replace("start: welcome", open_ + "start: welcome"))
        page = sent(coordinator, HOURS, {"end_1": "22:00"})
        assert "This cannot be saved." in page
        assert 'value="22:00"' in page

    def test_hours_with_only_the_backup_are_confirmed(self, site: Site, coordinator: Visitor) -> None:
        days = "{name: Days, days: mon-fri, hours: 08:00-20:00, on_call: [amy]}"
        rota = ROTA[: ROTA.index("shifts:")] + f"shifts:\n  - {days}\nbackup: [ben]\n"
        open_ = "open: [{days: mon-fri, hours: 08:00-20:00}]\nclosed: lifeline\n"
        before = FLOW.replace("start: welcome", open_ + "start: welcome")
        (site.folder / "rota/rise.yaml").write_text(rota)
        (site.folder / "call_flows/rise.yaml").write_text(before)
        site.web.parts.directory.refresh()
        page = sent(coordinator, HOURS, {"end_1": "22:00"})
        assert "New gap" in page
        assert "20:00–22:00" in page
        assert "Tick the box to confirm the gap." in saved(coordinator, page)
        assert flow_of(site) == before
        assert "Saved." in saved(coordinator, page, sure="yes")
        page = sent(coordinator, HOURS, {"end_1": "20:00"})
        assert "Gap closed" in page
        page = saved(coordinator, page)
        assert flow_of(site) == before
        undo = next(one for one in forms(page) if one.action == "/flow/rise/undo")
        page = coordinator.client.post(undo.action, data=undo.fields, buffered=True).text
        assert "Tick the box to confirm the gap." in page

    def test_a_shift_that_ends_when_the_line_closes_leaves_no_gap(self, site: Site, coordinator: Visitor) -> None:
        (site.folder / "rota/rise.yaml").write_text(ROTA + "backup: [ben]\n")
        open_ = "open: [{days: every day, hours: 08:00-20:00}]\nclosed: lifeline\n"
        (site.folder / "call_flows/rise.yaml").write_text(FLOW.replace("start: welcome", open_ + "start: welcome"))
        site.web.parts.directory.refresh()
        page = sent(coordinator, "/rota/rise/shift?entry=0", {"start": "08:00", "end": "20:00"})
        assert "New gap" not in page
        assert "Saved." in saved(coordinator, page)
        page = sent(coordinator, "/rota/rise/shift?entry=0", {"start": "09:00", "end": "20:00"})
        assert "New gap" in page
        assert "Tick the box to confirm the gap." in saved(coordinator, page)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({**WEEK, "start_1": "08:00", "end_1": "20:00"}, "closed_say_en"),
            ({**WEEK, "start_1": "08:00", "end_1": "20:00", "closed_say_en": "Closed."}, "closed_say_es"),
            ({**WEEK, "start_1": "08:00", **CLOSED}, "end_1"),
            ({**WEEK, **CLOSED}, "start_1"),
            ({"days_text_2": "whenever", "start_2": "08:00", "end_2": "20:00", **CLOSED}, "days_text_2"),
            ({"days_text_1": "1st sat", **WEEK, "start_1": "08:00", "end_1": "20:00", **CLOSED}, "days_text_1"),
            ({"start_1": "8", "end_1": "25:00", **CLOSED}, "start_1"),
            ({"holidays_1": "yes", "start_1": "08:00", "end_1": "20:00", **CLOSED}, "holidays_1"),
        ],
    )
    def test_a_mistake_marks_its_field(
        self, site: Site, coordinator: Visitor, typed: dict[str, str], field: str
    ) -> None:
        page = sent(coordinator, HOURS, typed)
        assert f'id="{field}-wrong"' in page
        assert flow_of(site) == FLOW


class TestSteps:
    NEW = {"name": "Duty Chaplain", "say_en": "I'm calling the chaplain.", "say_es": "Llamo al capellán."}  # noqa: RUF012

    def test_a_new_step_comes_with_the_key_that_leads_to_it(self, site: Site, coordinator: Visitor) -> None:
        typed = {**self.NEW, "does": "dial", "number": "+1 410 555 0190", "to": "goodbye"}
        page = sent(coordinator, "/flow/rise/new_step", {**typed, "by_step": "nobody_free", "by_key": "3"})
        assert "New step: duty_chaplain." in page
        assert "In the step nobody_free, 3 leads to duty_chaplain." in page
        assert "notice warn" in page, "its words do not name the key"
        assert flow_of(site) == FLOW
        assert "Saved." in saved(coordinator, page)
        assert step_of(site, "duty_chaplain") == {
            "say": {"en": "I'm calling the chaplain.", "es": "Llamo al capellán."},
            "dial": "+1 410 555 0190",
            "then": "goodbye",
        }
        gone, came = differing(FLOW, flow_of(site))
        assert gone == []
        assert '      "3": duty_chaplain' in came
        assert "added a step" in coordinator.get("/audit").text

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "a/b"}, "name"),
            ({"name": "about"}, "name"),
            ({"to": ""}, "to"),
            ({"does": "hang_up"}, "to"),
            ({"does": "dial", "number": ""}, "number"),
            ({"does": "dial", "number": "+1 41"}, "number"),
            ({"does": "ring", "to": ""}, "to"),
            ({"number": "+1 410 555 0190"}, "does"),
            ({"say_es": ""}, "say_es"),
            ({"by_key": "3"}, "by_step"),
            ({"by_step": "nobody_free"}, "by_key"),
            ({"by_step": "nobody_free", "by_key": "1"}, "by_key"),
            ({"by_step": "goodbye", "by_key": "1"}, "by_step"),
        ],
    )
    def test_a_mistake_marks_its_field(
        self, site: Site, coordinator: Visitor, typed: dict[str, str], field: str
    ) -> None:
        page = sent(coordinator, "/flow/rise/new_step", {**self.NEW, "to": "goodbye", **typed})
        assert f'id="{field}-wrong"' in page
        assert flow_of(site) == FLOW

    def test_a_key_that_counts_while_phones_ring(self, site: Site, coordinator: Visitor) -> None:
        typed = {**self.NEW, "does": "then", "to": "lifeline", "by_step": "reach_peer", "by_key": "3"}
        saved(coordinator, sent(coordinator, "/flow/rise/new_step", typed))
        assert step_of(site, "reach_peer")["while_waiting"] == {"menu": {"3": "duty_chaplain"}}

    def test_a_step_is_removed_once_nothing_leads_to_it(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, keys_of("about"), {}, "remove")
        assert "The step welcome leads to it. Change that first." in page
        assert "This cannot be saved." in page
        said = {"say_en": "Hello, this is RISE. Para español, oprima 9.", "say_es": "RISE. For English, press 8."}
        saved(coordinator, sent(coordinator, keys_of("welcome"), {"key_1": "", **said}))
        page = sent(coordinator, keys_of("about"), {}, "remove")
        assert "The step about is removed." in page
        saved(coordinator, page)
        assert "  about:" not in flow_of(site)
