"""Keys that words name, and the keys that count."""

from __future__ import annotations

import pytest

from hotline.files import load_texts
from hotline.files.checks.keys_said import Said, keys_said
from tests.files.good import ROTA, texts

TAKE, PASS = Said("1", "take"), Said("2", "pass")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Press 1 to take it, or 2 to pass it on."),
        ("en", "To take it, press one. To pass it on, press two."),
        ("en", "To take the call press 1, to pass press 2"),
        ("en", "Someone needs to talk, press 1 to take it, or 2 to pass it on."),
        ("en-GB", 'Hit the "1" key to answer; hit the 2 key to decline!'),
        ("en", "1 takes it, 2 passes it on. Call back on 410 555 0100, at 18:00 or on 2026-12-24."),
        ("es", "Oprima 1 para tomarla, o 2 para pasarla."),
        ("es", "Para aceptar, marque el uno. Si no puede, pulse la tecla dos."),
        ("fr", "Appuyez sur la touche 1 pour répondre ou sur 2 pour refuser."),
        ("fr", "Pour prendre l’appel, tapez un. Pour le passer, tapez deux."),
        ("de", "Drücken Sie die Eins, um den Anruf anzunehmen, oder die 2, um ihn weiterzugeben."),
        ("de", "Zum Annehmen die 1 drücken, zum Weitergeben die 2 drücken."),
        ("pt", "Pressione 1 para atender ou dois para passar."),
        ("it", "Prema uno per accettare, o due per passarla."),
    ],
)
def test_words_name_the_key_that_takes_and_the_key_that_passes(language: str, words: str) -> None:
    assert keys_said(words, language) == (TAKE, PASS)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Dial 9 8 8, call 1-800-273-8255, or wait 2 minutes."),
        ("en", "Press one of the keys, within 2 minutes, before 5:30."),
        ("es", "Oprima una tecla. Espere 2 minutos."),
        ("fr", "Appuyez sur une touche."),
        ("xx", "Press 1."),
    ],
)
def test_numbers_that_are_no_keys_are_left_alone(language: str, words: str) -> None:
    assert keys_said(words, language) == ()


@pytest.mark.parametrize(
    ("accept", "words", "wrong"),
    [
        ("1", "Press 1 to take it.", False),
        ("1", "Press one, or hang up.", False),
        ("1", "A call from the line.", False),
        ("5", "Press 1 to take it.", True),
        ("5", "Press five to take it, two to pass it on.", False),
        ("2", "Press 1 to take it.", True),
        ("2", "Press 2 to take it, or 1 to pass it on.", False),
        ("1", "Press 2 to take it, or 1 to pass it on.", True),
        ("1", "Press 1 to take it, or 3 to pass it on.", True),
        ("1", "If you cannot take it, press 2.", True),
        ("1", "If you can take it, press 1. If you can't take it, press 2.", False),
    ],
)
def test_words_for_volunteers_that_name_a_wrong_key_are_an_error(accept: str, words: str, wrong: bool) -> None:
    ringing = f'ringing: {{accept_key: "{accept}", say: {{en: "{words}"}}}}\n'
    found = load_texts(texts(rota=ROTA + ringing)).findings
    assert [(one.code, one.severity) for one in found] == [("wrong-key-said", "error")] * wrong
