"""Forms for the languages of a line and for the words of texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hotline.core.texts.words import WORDS
from hotline.files import load
from hotline.files.edits.rewrite import content_of
from hotline.files.shapes.texts import TextWordsEntry
from hotline.pages.words.texts import TEXTS
from hotline.wiring.parts import Effort
from tests.files.good import FLOW as SMALL
from tests.files.good import ROTA, texts
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.setup.test_forms import saved, sent
from tests.pages.setup.test_words_and_messages import FLOW, differing, flow_of, rota_of
from tests.pages.visitor import Visitor, forms

LANGUAGES = "/flow/rise/languages"
WORDS_OF_TEXTS = "/rota/rise/text_words"


@pytest.fixture
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA)


def french(page: str) -> dict[str, str]:
    """Something to say in French for each field that asks for it. A hold takes two lines."""
    form = next(one for one in forms(page) if "code_1" in one.fields)
    asked = [name for name in form.fields if name.startswith("words_fr_")]
    return {name: "Je suis là.\nUn instant." if name.endswith("hold") else f"Bonjour {name[-20:]}." for name in asked}


class TestLanguages:
    def test_a_voice_is_all_that_changes(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, LANGUAGES, {"voice_2": "Polly.Mia-Neural"})
        assert "Its languages, or their voices, change." in page
        assert "Saved." in saved(coordinator, page)
        assert flow_of(site) == FLOW.replace("Polly.Lupe-Neural", "Polly.Mia-Neural")
        assert "changed the languages" in coordinator.get("/audit").text
        assert "You have made no changes." in sent(coordinator, LANGUAGES, {})

    def test_a_new_language_asks_for_all_its_words(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, LANGUAGES, {"code_3": "fr"})
        assert 'id="words_fr_steps.welcome.say-wrong"' in page
        assert "You&#39;ve reached RISE." in page, "the words in English stand beside the field"
        typed = {"code_3": "fr", **french(page)}
        assert len(typed) == 9
        page = sent(coordinator, LANGUAGES, typed)
        assert flow_of(site) == FLOW
        assert "Saved." in saved(coordinator, page)
        line = load(site.folder, ()).hotlines["rise"].flow
        assert list(line.languages) == ["en", "es", "fr"]
        hold: Any = content_of(flow_of(site))["steps"]["reach_peer"]["hold"]  # type: ignore[index,call-overload]
        assert hold["fr"] == ["Je suis là.", "Un instant."]
        gone, came = differing(FLOW, flow_of(site))
        assert gone == []
        assert all("fr" in line or "Bonjour" in line or "Je suis" in line or "Un instant" in line for line in came)

    def test_a_language_goes_with_its_words(self, site: Site, coordinator: Visitor) -> None:
        refused = sent(coordinator, LANGUAGES, {"code_2": ""})
        assert "This cannot be saved." in refused, "a key leads to it"
        page = sent(coordinator, "/flow/rise/keys?entry=welcome", {"key_3": ""})
        saved(coordinator, page)
        page = sent(coordinator, LANGUAGES, {"code_2": ""})
        assert "Saved." in saved(coordinator, page)
        assert list(load(site.folder, ()).hotlines["rise"].flow.languages) == ["en"]
        assert "  es:" not in flow_of(site)
        assert "# said in turn while phones ring" in flow_of(site)

    def test_a_file_that_names_no_language_speaks_english(self, site: Site, coordinator: Visitor) -> None:
        (site.folder / "call_flows/rise.yaml").write_text(SMALL)
        assert "You have made no changes." in sent(coordinator, LANGUAGES, {})
        page = sent(coordinator, LANGUAGES, {"code_2": "fr"})
        typed = {"code_2": "fr", **french(page)}
        assert "words_fr_steps.reach.between" in typed, "nobody has these words in French"
        saved(coordinator, sent(coordinator, LANGUAGES, typed))
        flow = load(site.folder, ()).hotlines["rise"].flow
        assert list(flow.languages) == ["en", "fr"]

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"code_2": "en"}, "code_2"),
            ({"code_1": "", "code_2": ""}, "code_1"),
            ({"voice_1": "Polly.Joana"}, "voice_1"),
            ({"locale_2": "Spain"}, "locale_2"),
        ],
    )
    def test_a_mistake_marks_its_field(
        self, site: Site, coordinator: Visitor, typed: dict[str, str], field: str
    ) -> None:
        assert f'id="{field}-wrong"' in sent(coordinator, LANGUAGES, typed)
        assert flow_of(site) == FLOW

    def test_words_that_are_missing_keep_the_others(self, coordinator: Visitor) -> None:
        typed = {"code_3": "fr", "words_fr_steps.welcome.say": "Bonjour à vous."}
        page = sent(coordinator, LANGUAGES, typed)
        assert 'id="words_fr_steps.about.say-wrong"' in page
        assert "Bonjour à vous." in page


class TestWordsOfTexts:
    def test_every_text_has_its_field(self, coordinator: Visitor) -> None:
        assert TEXTS.keys() == WORDS.keys() == TextWordsEntry.model_fields.keys()
        page = coordinator.get(WORDS_OF_TEXTS).text
        for text, said in WORDS.items():
            for code in said:
                assert f'name="words_{text}_{code}"' in page
        assert "{hotline}: you are on call from {from} to {until}." in page, "the usual words"

    def test_own_words_beside_the_other_rules(self, site: Site, coordinator: Visitor) -> None:
        rules = "texts:\n  changes: no   # they look\n"
        (site.folder / "rota/rise.yaml").write_text(ROTA + rules)
        typed = {"words_soon_en": "{hotline}: soon, from {from}.", "words_soon_es": "{hotline}: desde {from}."}
        saved(coordinator, sent(coordinator, WORDS_OF_TEXTS, typed))
        assert rota_of(site).startswith(ROTA + rules)
        words = load(site.folder, ()).hotlines["rise"].rota.texts.words
        assert words["soon"] == {"en": "{hotline}: soon, from {from}.", "es": "{hotline}: desde {from}."}
        assert "A reminder shortly before" in coordinator.get("/rota/rise/setup").text
        assert "changed the words of texts" in coordinator.get("/audit").text
        assert "You have made no changes." in sent(coordinator, WORDS_OF_TEXTS, {})
        saved(coordinator, sent(coordinator, WORDS_OF_TEXTS, {"words_soon_en": "", "words_soon_es": ""}))
        assert rota_of(site) == ROTA + rules

    def test_a_mistake_marks_its_field(self, site: Site, coordinator: Visitor) -> None:
        page = sent(coordinator, WORDS_OF_TEXTS, {"words_gap_es": "{nobody} {from}"})
        assert 'id="words_gap_es-wrong"' in page
        assert "{nobody} {from}" in page
        assert rota_of(site) == ROTA
