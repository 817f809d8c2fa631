"""Every word of the pages is there in every language."""

from __future__ import annotations

import ast
import json
import re

import pytest

from hotline import errors
from hotline.core.wording import Wording, data_of, in_a_row, together, words_of
from hotline.errors import HotlineError
from hotline.pages.words.wording import worded
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


SPOKEN_OF_ON_PAGES = ("carrier", "core", "feeds", "files", "pages", "practice", "services", "store", "wiring")
ONLY_IN_JOBS = {"TryAgain"}


def test_no_error_or_state_of_a_part_is_a_text_that_cannot_be_translated() -> None:
    """What a part says can be shown on a page: so it is a Wording, and not a finished sentence."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, HotlineError)}
    kinds = (kinds | {"HealthPart", "Pulse", "Beat"}) - {"SettingsError"}
    plain = [
        f"{path.relative_to(HERE.parent)}:{call.lineno}"
        for room in SPOKEN_OF_ON_PAGES
        for path in sorted((HERE.parent / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds
        if not (room == "services" and call.func.id in ONLY_IN_JOBS)
        for argument in call.args
        if isinstance(argument, ast.JoinedStr) or (isinstance(argument, ast.Constant) and " " in str(argument.value))
    ]
    assert plain == []


def test_what_a_part_says_is_translated_with_what_it_is_put_together_from(site: Site) -> None:
    ids = Wording("No usable files: %(ids)s.", ids=in_a_row(["a", "b"]))
    with site.app.test_request_context(headers={"Accept-Language": "es"}):
        assert worded(together(ids, Wording("Run `hotline check`."))) == (
            "Sin archivos utilizables: a, b. Ejecute `hotline check`."
        )
        assert worded("Something else.") == "Something else.", "a text that somebody wrote"


@pytest.mark.parametrize(
    "words", ["as an older release keeps it", together(Wording("It redirects (HTTP %(status)s).", status=302))]
)
def test_words_that_wait_on_disk_or_in_redis_can_still_be_translated(words: str) -> None:
    again = words_of(json.loads(json.dumps(data_of(words))))
    assert again == words
    assert type(again) is type(words)
