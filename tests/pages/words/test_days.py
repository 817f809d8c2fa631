"""Days typed in Spanish."""

from __future__ import annotations

import pytest

from hotline.files.values.days import days
from hotline.pages.words.days import days_in_english


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("lun-vie", "mon-fri"),
        ("Lunes a viernes", "mon-fri"),
        ("de lunes a viernes", "mon-fri"),
        ("mié", "wed"),
        ("mier., sáb", "wed, sat"),
        ("mar, jue y dom", "tue, thu, sun"),
        ("sábados y domingos", "sat, sun"),
        ("1er sáb, último vie", "1st sat, last fri"),
        ("primer sábado de cada mes, 3º dom", "1st sat, 3rd sun"),
        ("todos los días", "every day"),
        ("días festivos", "holidays"),
        ("mon-fri, last sat", "mon-fri, last sat"),
    ],
)
def test_days_in_spanish_are_those_of_the_files(typed: str, right: str) -> None:
    assert days_in_english(typed) == right
    assert days(days_in_english(typed)) == days(right)


def test_unknown_words_stay() -> None:
    assert days_in_english("Quizás") == "Quizás"
