"""Every word of the pages is there in every language."""

from __future__ import annotations

import re

import pytest

from hotline.pages.words.reworded import SAID, reworded
from tests.pages.conftest import Site
from tests.pages.translations import HERE, LANGUAGES, said, translated
from tests.pages.visitor import Visitor


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    """`python -m tests.pages.translations` puts what is new into the catalogs, for somebody to translate."""
    known = {message.id: message.string for _, catalog in translated(language) for message in catalog if message.id}
    wanted = {text for texts in said().values() for text in texts}
    assert wanted - known.keys() == set(), "without an entry"
    assert known.keys() - wanted == set(), "said nowhere"
    empty = [
        text
        for text, translation in known.items()
        if not translation or (isinstance(translation, tuple) and not all(translation))
    ]
    assert empty == [], "not translated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_gaps_to_fill_as_its_text(language: str) -> None:
    for _, catalog in translated(language):
        for message in catalog:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            translations = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = set().union(*(re.findall(r"%\(\w+\)[sd]", one) for one in texts))
            for one in translations:
                assert set(re.findall(r"%\(\w+\)[sd]", one)) == wanted, message.id


def test_a_browsers_language_is_spoken_until_one_is_chosen(visitor: Visitor) -> None:
    spanish = visitor.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert '<html lang="es"' in spanish.text
    assert "Iniciar sesión" in spanish.text
    visitor.submit("/sign-in", {"language": "en"}, action="/preferences")
    assert '<html lang="en"' in visitor.get("/sign-in", headers={"Accept-Language": "es"}).text


def test_the_language_a_person_chose_goes_with_them_to_another_browser(coordinator: Visitor) -> None:
    coordinator.submit("/", {"language": "es"}, action="/preferences")
    assert '<html lang="es"' in coordinator.get("/").text
    coordinator.client.delete_cookie("hotline")
    coordinator.sign_in("Ana", "correct horse battery")
    assert '<html lang="es"' in coordinator.get("/").text


@pytest.mark.parametrize("settings", [{"REDIS_URL": "redis://127.0.0.1:9"}])
def test_what_is_wrong_with_a_part_is_told_in_the_visitors_language(coordinator: Visitor) -> None:
    coordinator.submit("/", {"language": "es"}, action="/preferences")
    page = coordinator.get("/").text
    assert "Redis no responde (ConnectionError)" in page
    assert "Redis does not answer" not in page


def test_a_form_is_refused_in_the_visitors_language(coordinator: Visitor) -> None:
    coordinator.submit("/", {"language": "es"}, action="/preferences")
    days = {"who": "amy", "from_date": "2040-01-10", "to_date": "2040-01-09"}
    page = coordinator.submit("/rota/rise/away", days, action="/away")
    assert page.status_code == 422
    assert "Esto termina antes de empezar. Ponga primero lo que va antes." in page.text


def test_each_sentence_that_is_said_again_is_said_by_somebody() -> None:
    """Some are put together from pieces where they are said: their first words tell."""
    sources = [path.read_text() for path in HERE.parent.rglob("*.py") if path.name != "reworded.py"]
    everything = re.sub(r'"\s*f?"', "", "\n".join(sources))
    for message in SAID:
        beginnings = [" ".join(part.strip(" .:").split()[:4]) for part in re.split(r"%\(\w+\)s", message)]
        assert any(one in everything for one in beginnings if len(one) > 7), message


def test_sentences_are_said_again_one_by_one_and_others_stay(site: Site) -> None:
    with site.app.test_request_context(headers={"Accept-Language": "es"}):
        assert reworded("No usable files: a, b. Something else. Run `hotline check`.") == (
            "Sin archivos utilizables: a, b. Something else. Ejecute `hotline check`."
        )
