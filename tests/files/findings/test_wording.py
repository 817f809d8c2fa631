"""Wordings: simply English text to whoever prints them, and what it was put together from to whoever asks."""

from __future__ import annotations

import ast
import json
from datetime import UTC, date, datetime
from pathlib import Path

import hotline
from hotline.core.wording import NOTHING, Count, InARow, Wording, together
from hotline.files.findings.wording import Listed, OnTheWall

SOURCES = Path(hotline.__file__).parent


def test_a_wording_is_its_text() -> None:
    words = Wording("There is no step `%(name)s`.", name="reech")
    assert words == "There is no step `reech`."
    assert hash(words) == hash("There is no step `reech`.")
    assert json.dumps({"message": words}) == '{"message": "There is no step `reech`."}'
    assert sorted([words, "A"]) == ["A", words]
    assert type(str(words)) is str


def test_it_remembers_what_it_was_put_together_from() -> None:
    words = Wording("There is no step `%(name)s`.", name="reech")
    assert (words.template, words.values) == ("There is no step `%(name)s`.", {"name": "reech"})


def test_without_values_a_per_cent_sign_is_just_one() -> None:
    assert Wording("100 % of it, %(name)s.") == "100 % of it, %(name)s."


def test_sentences_stand_together_and_empty_ones_leave_no_space() -> None:
    one, other = Wording("One."), Wording("Other.")
    assert together(one, NOTHING, other) == "One. Other."
    assert list(together(one, NOTHING, other).values.values()) == [one, other]
    assert together(NOTHING) == ""
    assert not NOTHING


def test_values_of_other_kinds_are_said_in_english() -> None:
    assert str(Listed(("amy", "ben", Wording("%(count)s others", count=2)))) == "amy, ben and 2 others"
    assert str(InARow(("amy", "ben"))) == "amy, ben"
    assert str(Count(150_000)) == "150,000"
    assert str(OnTheWall(datetime(2026, 12, 24, 18, tzinfo=UTC))) == "Thu 2026-12-24 18:00"
    assert str(OnTheWall(date(2026, 12, 24))) == "Thu 2026-12-24"


def test_it_goes_from_one_process_to_another_as_data() -> None:
    inner = Wording("“%(text)s”", text="Hello")
    words = Wording(
        "Expected %(who)s to hear %(quote)s %(times)s times.", who=Wording("the caller"), quote=inner, times=2
    )
    again = Wording.of_data(json.loads(json.dumps(words.as_data())))
    assert again == words
    assert again.template == words.template
    quote = again.values["quote"]
    assert isinstance(quote, Wording)
    assert (quote.template, quote.values) == ("“%(text)s”", {"text": "Hello"})


def test_every_template_is_written_out_where_it_is_used() -> None:
    """Or else nobody would find it who translates it."""
    made = [
        (path.name, call.lineno, call.args[0])
        for path in SOURCES.rglob("*.py")
        if path.name != "wording.py"
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Wording"
    ]
    assert len(made) > 400
    assert [(file, line) for file, line, template in made if not isinstance(template, ast.Constant)] == []
