"""The words of texts: short, plain, in each language, in the alphabet in which 160 letters are one text."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from hotline.core.calls.flow import Flow, Goodbye, Hotline, Language, Step
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.rota.text_rules import TextRules
from hotline.core.texts.words import (
    FILLED_IN,
    LONGEST,
    WORDS,
    as_sent,
    from_until,
    gsm_length,
    language_for,
    texts_needed,
    told_short,
    words,
)
from hotline.core.times.spans import Span

NEW_YORK = ZoneInfo("America/New_York")
FILLED = {
    "from": "Thu 24 Dec 18:00",
    "until": "Fri 25 Dec 08:00",
    "time": "Thu 24 Dec 18:00 - Fri 08:00",
    "times": "",
    "count": "100",
    "names": "Dee Washington",
    "name": "Dee Washington",
    "taker": "Charlotte Ng",
    "back": "Fri 25 Dec 18:00 - Sat 08:00",
}
CASES = [(name, language) for name, said in WORDS.items() for language in said]


def hotline(languages: tuple[str, ...] = ("en", "es"), **own: dict[str, str]) -> Hotline:
    rota = Rota("rise", NEW_YORK, "America/New_York", {}, texts=TextRules(words=own))
    spoken = {code: Language(code, code) for code in languages}
    flow = Flow("rise", "RISE Support", ("+14105550100",), "rise", spoken, "bye", {"bye": Step("bye", {}, Goodbye())})
    return Hotline(flow, rota, Schedule(rota))


@pytest.mark.parametrize(("name", "language"), CASES)
def test_each_text_is_one_text(name: str, language: str) -> None:
    length = gsm_length(words(hotline(), name, language, **FILLED))
    assert length is not None
    assert length <= LONGEST


@pytest.mark.parametrize(("name", "language"), CASES)
def test_each_translation_fills_in_the_same(name: str, language: str) -> None:
    found = {field for _, field, _, _ in Formatter().parse(WORDS[name][language]) if field}
    assert found == FILLED_IN[name]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_no_text_says_anything_about_a_caller(name: str, language: str) -> None:
    said = WORDS[name][language].lower()
    assert not any(word in said for word in ("caller", "number", "número", "quien llama", "colleague"))


def test_every_text_is_there_in_english_and_spanish() -> None:
    assert all({"en", "es"} <= said.keys() for said in WORDS.values())


def test_accents_outside_the_alphabet_of_texts_are_left_off() -> None:
    assert as_sent("Línea RISE – guardia mié 18:00, ¿sí? “ñ” é…") == 'Linea RISE - guardia mié 18:00, ¿si? "ñ" é...'


def test_another_alphabet_is_left_as_it_is() -> None:
    assert as_sent("Линия – смена") == "Линия – смена"
    assert gsm_length("Линия") is None


@pytest.mark.parametrize(
    ("text", "needed"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("ж" * 70, 1)],
)
def test_how_many_texts_some_words_are(text: str, needed: int) -> None:
    assert texts_needed(text) == needed
    assert texts_needed("ж" * 71) == 2


@pytest.mark.parametrize(
    ("start", "end", "language", "told"),
    [
        ((2026, 12, 24, 23), (2026, 12, 25, 4), "en", "Thu 24 Dec 18:00-23:00"),
        ((2026, 12, 24, 23), (2026, 12, 25, 5), "en", "Thu 24 Dec 18:00-24:00"),
        ((2026, 12, 24, 23), (2026, 12, 25, 13), "en", "Thu 24 Dec 18:00 - Fri 08:00"),
        ((2026, 12, 24, 23), (2026, 12, 25, 13), "es", "jue 24 dic 18:00 - vie 08:00"),
        ((2026, 12, 24, 23), (2026, 12, 31, 23), "en", "Thu 24 Dec 18:00 - Thu 31 Dec 18:00"),
        ((2026, 12, 24, 23), (2026, 12, 25, 4), "sv", "2026-12-24 18:00-23:00"),
        ((2026, 12, 25, 5), (2026, 12, 26, 5), "en", "Fri 25 Dec 00:00-24:00"),
    ],
)
def test_times_are_told_on_the_wall_of_the_rota(
    start: tuple[int, int, int, int], end: tuple[int, int, int, int], language: str, told: str
) -> None:
    span = Span(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))
    assert told_short(span, NEW_YORK, language) == told


def test_an_end_a_week_later_has_its_date() -> None:
    span = Span(datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert from_until(span, NEW_YORK, "en") == {"from": "Thu 24 Dec 18:00", "until": "Thu 31 Dec 18:00"}


def test_somebody_reads_the_first_of_their_languages_that_there_are_words_in() -> None:
    assert language_for(hotline(), ("es", "en"), "gap") == "es"
    assert language_for(hotline(), ("sv",), "gap") == "en"
    assert language_for(hotline(("es", "en")), (), "gap") == "es"
    assert language_for(hotline(("sv",)), (), "gap") == "en"
    assert language_for(hotline(("sv",), gap={"sv": "Ingen!"}), (), "gap") == "sv"


def test_words_of_ones_own_come_first() -> None:
    own = hotline(gap={"en": "{hotline}: {from}"})
    assert words(own, "gap", "en", **FILLED) == "RISE Support: Thu 24 Dec 18:00"
    assert words(own, "gap", "es", **FILLED).startswith("RISE Support: no hay nadie")
