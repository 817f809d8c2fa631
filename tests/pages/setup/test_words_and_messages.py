"""Forms for words, coordinators, messages and the zone: what a coordinator would otherwise type as YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.files import load
from hotline.files.edits.rewrite import content_of
from hotline.pages.setup.editing import KINDS
from tests.files.good import ROTA, texts
from tests.pages.conftest import Site
from tests.pages.setup.test_forms import preview_of, saved, sent
from tests.pages.visitor import Visitor, forms

SHIPPED = (Path(__file__).parents[3] / "call_flows" / "rise.yaml").read_bytes().decode()
FLOW = SHIPPED.replace("../hotline/files/schemas/", "")


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA)


def rota_of(site: Site) -> str:
    return (site.folder / "rota/rise.yaml").read_bytes().decode()


def flow_of(site: Site) -> str:
    return (site.folder / "call_flows/rise.yaml").read_bytes().decode()


def differing(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines of the one that the other does not have, and the other way round."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


class TestWordsOfAStep:
    def test_only_the_words_that_changed_are_written_anew(self, site: Site, coordinator: Visitor) -> None:
        hello = "Hello, this is RISE. I'm finding someone for you now."
        hello += " To hear what RISE is, press 2. Para español, oprima 9."
        page = sent(coordinator, "/flow/rise/step?entry=welcome", {"say_en": hello})
        assert "The step welcome says something else (English)." in page
        assert flow_of(site) == FLOW
        assert "Saved." in saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert gone == ["        You've reached RISE. I'm finding someone for you now."]
        assert came == ["        Hello, this is RISE. I'm finding someone for you now."]
        assert "changed the words of a step" in coordinator.get("/audit").text
        assert "Undo" in coordinator.get("/flow/rise?saved=2").text

    def test_words_that_are_too_long_are_told_of_and_not_cut(self, site: Site, coordinator: Visitor) -> None:
        voice = FLOW.replace("Polly.Joanna-Neural", "Google.en-US-Neural2-C")
        (site.folder / "call_flows/rise.yaml").write_text(voice)
        page = sent(coordinator, "/flow/rise/step?entry=goodbye", {"say_en": "Thank you. " * 500})
        assert "This text has 5,499 characters." in page
        many = {f"say_{number}": "x" for number in range(6_000)}
        answer = coordinator.post("/flow/rise/step", {"entry": "goodbye", **many})
        assert answer.status_code == 413, "rather than without the last of them"
        assert flow_of(site) == voice

    def test_words_of_waiting_keep_their_order_and_their_recordings(self, site: Site, coordinator: Visitor) -> None:
        first = "- I'm still here. I'm still looking for someone."
        recorded = FLOW.replace(first, "- {play: looking, say: I'm still here.}")
        (site.folder / "call_flows/rise.yaml").write_text(recorded)
        at = "/flow/rise/step?entry=reach_peer"
        assert "You have made no changes." in sent(coordinator, at, {})
        page = sent(coordinator, at, {"hold_en_1": "I am here.", "hold_en_3": "", "between_es": "Sigo\r\naquí."})
        saved(coordinator, page)
        step = content_of(flow_of(site))["steps"]["reach_peer"]  # type: ignore[index,call-overload]
        assert step["hold"]["en"] == [  # type: ignore[index,call-overload]
            {"play": "looking", "say": "I am here."},
            "Thank you for waiting. Phones are ringing.",
        ]
        assert step["between"]["es"] == "Sigo aquí."  # type: ignore[index,call-overload]
        assert "# said in turn while phones ring" in flow_of(site)

    def test_a_key_that_leads_nowhere_is_a_warning(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/flow/rise/step?entry=nobody_free", {"say_en": "I'm sorry. To try again, press 7."})
        assert "notice warn" in page
        assert preview_of(page)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [({"wait": "long"}, "wait"), ({"say_es": ""}, "say_es"), ({"say_en": "x" * 4_500}, "say_en")],
    )
    def test_a_mistake_marks_its_field(
        self, site: Site, coordinator: Visitor, typed: dict[str, str], field: str
    ) -> None:
        page = sent(coordinator, "/flow/rise/step?entry=nobody_free", typed)
        assert f'id="{field}-wrong"' in page
        assert flow_of(site) == FLOW
        assert all(value in page for value in typed.values())

    def test_a_step_that_somebody_else_changed_or_removed_loses_nothing(self, site: Site, coordinator: Visitor) -> None:
        mine = sent(coordinator, "/flow/rise/step?entry=goodbye", {"say_en": "Take good care."})
        other = FLOW.replace("Thank you for calling RISE. Call again", "Bye. Call again")
        (site.folder / "call_flows/rise.yaml").write_text(other)
        page = saved(coordinator, mine)
        assert "Somebody else changed this entry" in page
        assert "Take good care." in page
        form = next(one for one in forms(page) if "was" in one.fields)
        page = coordinator.client.post(form.action, data={**form.fields, "step": "look"}, buffered=True).text
        assert "Saved." in saved(coordinator, page)
        assert 'en: "Take good care."' in flow_of(site)
        (site.folder / "call_flows/rise.yaml").write_text(other.replace("goodbye", "farewell"))
        page = saved(coordinator, mine)
        assert "Somebody else removed this step" in page
        assert "Take good care." in page
        form = next(one for one in forms(page) if "entry" in one.fields)
        again = coordinator.client.post(form.action, data={**form.fields, "step": "look"}, buffered=True)
        assert again.status_code == 409
        assert "Take good care." in again.text

    def test_each_step_has_its_form(self, coordinator: Visitor, viewer: Visitor) -> None:
        page = coordinator.get("/flow/rise").text
        for step in ("welcome", "about", "reach_peer", "nobody_free", "lifeline", "goodbye"):
            at = f"/flow/rise/step?entry={step}"
            assert at in page
            assert "You have made no changes." in sent(coordinator, at, {})
            assert viewer.get(at).status_code == 403
        assert "/flow/rise/step" not in viewer.get("/flow/rise").text
        for at in ("/flow/rise/step", "/flow/rise/step?entry=none", "/flow/none/line", "/flow/rise/shift"):
            assert coordinator.get(at).status_code == 404


class TestTheLine:
    def test_name_and_numbers(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/flow/rise/line", {"name": "RISE at night", "number_2": "+1 410 555 0109"})
        assert "Callers can also dial" in page
        saved(coordinator, page)
        gone, came = differing(FLOW, flow_of(site))
        assert len(gone) == len(came) == 2
        assert 'numbers: ["+1 410 555 0100", "+1 410 555 0109"]      # what people dial.' in flow_of(site)
        for typed, field in (({"name": ""}, "name"), ({"number_1": "", "number_2": ""}, "number_1")):
            assert f'id="{field}-wrong"' in sent(coordinator, "/flow/rise/line", typed)
        assert 'id="number_2-wrong"' in sent(coordinator, "/flow/rise/line", {"number_2": "410"})

    def test_the_first_step_and_recordings_are_named(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, "/flow/rise/line", {"start": "about"})
        assert "Calls begin at the step about." in page
        assert "Phones no longer ring while the first words are spoken." in page, "they did from welcome"
        saved(coordinator, page)
        saved(coordinator, sent(coordinator, "/flow/rise/step?entry=about", {"play": "about"}))
        saved(coordinator, sent(coordinator, "/rota/rise/screening", {"play": "take_it"}))
        hotline = load(site.folder, ()).hotlines["rise"]
        assert (hotline.flow.start, hotline.flow.steps["about"].play) == ("about", "about")
        assert hotline.rota.ringing.play == "take_it"
        assert content_of(flow_of(site))["start"] == "about"

    def test_the_apology_and_what_volunteers_hear_first(self, site: Site, coordinator: Visitor) -> None:
        typed = {"apology_en": "Sorry. We connect you."}
        assert 'id="apology_es-wrong"' in sent(coordinator, "/flow/rise/apology", typed)
        saved(coordinator, sent(coordinator, "/flow/rise/apology", {**typed, "apology_es": "Le comunicamos"}))
        assert flow_of(site) == FLOW + '\napology: {en: "Sorry. We connect you.", es: Le comunicamos}\n'
        assert "Sorry. We connect you." in coordinator.get("/flow/rise").text
        page = sent(coordinator, "/rota/rise/screening", {"say_en": "RISE. One to take it.", "say_es": "RISE. Uno."})
        saved(coordinator, page)
        assert load(site.folder, ()).hotlines["rise"].rota.ringing.say == {
            "en": "RISE. One to take it.",
            "es": "RISE. Uno.",
        }
        assert "RISE. One to take it." in coordinator.get("/flow/rise").text

    def test_a_flow_with_errors_keeps_what_was_typed(self, site: Site, coordinator: Visitor) -> None:
        form = next(one for one in forms(coordinator.get("/flow/rise/line").text) if "entry" in one.fields)
        (site.folder / "call_flows/rise.yaml").write_text("steps: [\n")
        data = {**form.fields, "name": "Kept name", "step": "look"}
        page = coordinator.client.post(form.action, data=data, buffered=True)
        assert page.status_code == 409
        assert "Kept name" in page.text
        assert "Edit as text" in page.text


class TestMessages:
    def test_a_coordinator_may_have_an_address_alone(self, site: Site, coordinator: Visitor) -> None:
        typed = {"name": "Nora Diaz", "email": "nora@example.org", "digest": "yes"}
        page = sent(coordinator, "/rota/rise/coordinator", typed, without=("alert_cover", "alert_ring_test"))
        saved(coordinator, page)
        line = (
            "  nora: {name: Nora Diaz, email: nora@example.org, digest: yes,"
            " alerts: [not_reached, nobody_left, gap, edit_refused]}"
        )
        assert line.replace("nora@example.org", '"nora@example.org"') in rota_of(site)
        nora = load(site.folder, ()).hotlines["rise"].rota.coordinators["nora"]
        assert (nora.phone, nora.email) == ("", "nora@example.org")
        page = coordinator.get("/rota/rise/setup").text
        assert "Nora Diaz" in page
        at = "/rota/rise/coordinator?entry=nora"
        assert "You have made no changes." in sent(coordinator, at, {})
        saved(coordinator, sent(coordinator, at, {"phone": "+1 410 555 0130", "alert_cover": "yes"}))
        saved(coordinator, sent(coordinator, at, {"alert_ring_test": "yes"}))
        assert "alerts" not in rota_of(site)
        saved(coordinator, sent(coordinator, at, {}, "remove"))
        assert "nora" not in rota_of(site)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"name": "Nora"}, "phone"),
            ({"email": "nora@example.org"}, "name"),
            ({"name": "Nora", "email": "nora"}, "email"),
            ({"name": "Nora", "phone": "410"}, "phone"),
            ({"name": "Nora", "phone": "+1 410 555 0130", "digest": "yes"}, "email"),
        ],
    )
    def test_a_mistake_in_a_coordinator_marks_its_field(
        self, coordinator: Visitor, typed: dict[str, str], field: str
    ) -> None:
        assert f'id="{field}-wrong"' in sent(coordinator, "/rota/rise/coordinator", typed)

    def test_rules_of_messages(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/texts"
        assert "You have made no changes." in sent(coordinator, at, {})
        typed = {"reminder_1": "2h before", "quiet": "own", "quiet_from": "22:00", "quiet_to": "07:00"}
        saved(coordinator, sent(coordinator, at, typed, without=("missed_ring",)))
        assert content_of(rota_of(site))["texts"] == {
            "reminders": ["2h before"],
            "quiet": "22:00-07:00",
            "missed_ring": "no",
        }
        assert "You have made no changes." in sent(coordinator, at, {})
        saved(coordinator, sent(coordinator, at, {"reminder_1": "", "without_reminders": "yes", "quiet": "none"}))
        assert content_of(rota_of(site))["texts"] == {"reminders": "none", "quiet": "none", "missed_ring": "no"}
        for wrong, field in (
            ({"reminder_1": "2h before"}, "without_reminders"),
            ({"quiet": "own", "quiet_from": "", "quiet_to": "07:00"}, "quiet_from"),
        ):
            assert f'id="{field}-wrong"' in sent(coordinator, at, wrong)

    def test_rules_of_requests_for_cover(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/cover_requests"
        saved(coordinator, sent(coordinator, at, {"ask": "together", "wait": "45m", "approve": "yes"}))
        assert content_of(rota_of(site))["cover_requests"] == {"ask": "together", "wait": "45m", "approve": "yes"}
        assert 'id="wait-wrong"' in sent(coordinator, at, {"wait": "soon"})

    def test_what_a_volunteer_gets_and_a_new_address(self, site: Site, coordinator: Visitor) -> None:
        at = "/rota/rise/volunteer?entry=ben"
        typed = {"email": "ben@example.org", "reminder_1": "2h before", "new_address": "yes"}
        saved(coordinator, sent(coordinator, at, typed))
        ben = load(site.folder, ()).hotlines["rise"].rota.volunteers["ben"]
        assert (ben.email, ben.calendar, len(ben.remind or ())) == ("ben@example.org", 2, 1)
        for wrong, field in (({"email": "ben"}, "email"), ({"reminder_1": "soon"}, "reminder_1")):
            assert f'id="{field}-wrong"' in sent(coordinator, at, wrong)


def test_a_zone_is_found_by_a_city_and_everybodys_hours_are_shown(site: Site, coordinator: Visitor) -> None:
    page = sent(coordinator, "/rota/rise/zone", {"city": "Denver"})
    assert "America/Denver" in page
    saved(coordinator, page)
    assert rota_of(site) == ROTA.replace("America/New_York", "America/Denver")
    page = sent(coordinator, "/rota/rise/zone", {"city": "Nowhereville"})
    assert 'id="city-wrong"' in page
    assert "Nowhereville" in page


def test_every_form_is_reached_from_a_page(site: Site, coordinator: Visitor) -> None:
    times = (
        "away: [{who: ben, from: 2030-01-07, to: 2030-01-08}]\ncover: [{who: amy, from: 2030-01-07, to: 2030-01-08}]\n"
    )
    (site.folder / "rota/rise.yaml").write_text(ROTA + times)
    setup, flow = coordinator.get("/rota/rise/setup").text, coordinator.get("/flow/rise").text
    for kind in KINDS["rota"]:
        assert f'href="/rota/rise/{kind}' in setup, kind
    for kind in KINDS["flow"]:
        assert f'href="/flow/rise/{kind}' in flow, kind
