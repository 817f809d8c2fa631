"""docs/texts.md: what it shows can be written, and what it quotes is what is sent."""

from __future__ import annotations

import re
from pathlib import Path

from hotline.core.rota.text_rules import TextRules
from hotline.core.texts.words import WORDS
from hotline.files import load_texts
from tests.files.good import texts

PAGE = (Path(__file__).parents[2] / "docs" / "texts.md").read_text("utf-8")
VOLUNTEERS, RULES, COORDINATORS, OWN_WORDS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SHIFTS = "shifts: [{hours: 24h, on_call: [amy, ben, cho]}]\n"


def written(*blocks: str) -> dict[str, bytes]:
    return texts(rota="timezone: America/New_York\n" + SHIFTS + "".join(blocks))


def test_its_examples_are_right() -> None:
    for blocks in ((VOLUNTEERS, RULES, COORDINATORS), (VOLUNTEERS, OWN_WORDS)):
        found = load_texts(written(*blocks)).findings
        assert [one.code for one in found if one.severity != "note"] == []


def test_what_it_says_holds_is_what_holds() -> None:
    assert load_texts(written(VOLUNTEERS, RULES)).hotlines["rise"].rota.texts == TextRules()


def test_it_quotes_texts_as_they_are_sent() -> None:
    quoted = " ".join(PAGE.replace("\n>", " ").split())
    for name in ("reminder", "soon", "missed_ring"):
        pattern = re.escape(WORDS[name]["en"].replace("{hotline}", "RISE"))
        for filled in ("from", "until"):
            pattern = pattern.replace(re.escape(f"{{{filled}}}"), r"[\w: ]+")
        assert re.search(pattern, quoted), name
