"""What is found in files is told in the language of whoever looks; programs and terminals have it in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.core.times.spans import Span
from hotline.core.wording import Count, InARow, Wording
from hotline.files import Finding, check_coverage, check_effects, check_holidays, check_limits, check_waits, load_texts
from hotline.files.findings.explained_flow import FLOW as FLOW_CODES
from hotline.files.findings.explained_rota import ROTA as ROTA_CODES
from hotline.files.findings.explained_yaml import YAML as YAML_CODES
from hotline.files.findings.wording import During, Lacking, Listed, OnTheWall
from hotline.files.yaml.guard import MOST_BYTES, MOST_NODES
from hotline.pages.words.language import translations
from hotline.pages.words.wording import as_worded_json, worded
from tests.files.good import BROKEN, FLOW, ROTA, broken_texts, texts
from tests.files.loading.test_broken import MONDAY
from tests.files.sounds import tone
from tests.pages.conftest import Site
from tests.pages.files.test_pages import FLOW_FILE, check, send
from tests.pages.rota.test_pages import words
from tests.pages.translations import LANGUAGES
from tests.pages.visitor import Visitor

NOT_BY_A_TEXT = {"file-unreadable"}
"""Codes that no content of a file has: about one that cannot be opened at all."""
UNKNOWN = ROTA.replace("[amy, ben]", "[amy, bem]")
ONLY_BACKUP = ROTA.replace("24h", "08:00-20:00") + "backup: [ben]\n"


@pytest.fixture
def spanish(coordinator: Visitor) -> Visitor:
    coordinator.submit("/", {"language": "es"}, action="/preferences")
    return coordinator


def in_spanish(site: Site, one: Wording) -> str:
    with site.app.test_request_context(headers={"Accept-Language": "es"}):
        return worded(one)


@cache
def all_findings() -> tuple[Finding, ...]:
    """Those of every way to break a file that we know."""
    return tuple(_found())


def _found() -> Iterator[Finding]:
    broken = [broken_texts(folder) for folder in sorted(BROKEN.iterdir())]
    broken += [texts(rota=b"#" * (MOST_BYTES + 1)), texts(rota="backup: [" + "a," * MOST_NODES + "]")]
    for files in broken:
        loaded = load_texts(files)
        yield from loaded.findings
        for look in (check_coverage, check_effects, check_limits, check_holidays):
            yield from look(loaded, MONDAY)
        yield from check_waits(loaded)
    for data in (b"", tone(loud=0.01), tone(loud=1.0), tone(3, silence=2), tone(61, rate=4000), tone(bits=24)):
        flow = FLOW.replace("  welcome:\n", "  welcome:\n    play: welcome\n")
        flow = flow.replace("steps:\n", "languages: {en: {locale: en-US}, es: {locale: es-US}}\nsteps:\n")
        sounds = {"call_flows/sounds/welcome.en.wav": data, "call_flows/sounds/welcome.fr.wav": data}
        yield from load_texts({**texts(flow=flow), **sounds}).findings
        yield from load_texts({**texts(flow=flow.replace("play: welcome", "play: closing")), **sounds}).findings


def wordings(one: object) -> Iterator[Wording]:
    """A wording, and those within it."""
    if isinstance(one, Wording):
        yield one
        for value in one.values.values():
            yield from wordings(value)
    elif isinstance(one, Listed | InARow):
        for word in one.words:
            yield from wordings(word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_without_words_in_another_language(language: str) -> None:
    known, codes = translations(language), set()
    for finding in all_findings():
        codes.add(finding.code)
        for one in (*wordings(finding.message), *wordings(finding.help)):
            bare = re.sub(r"%\(\w+\)s|\W", "", one.template)  # of sentences put together there is nothing to translate
            assert not bare or known.gettext(one.template) != one.template, f"{finding.code}: {one.template}"
    assert codes | NOT_BY_A_TEXT == {*YAML_CODES, *ROTA_CODES, *FLOW_CODES}


def test_every_sentence_of_a_finding_remembers_its_template() -> None:
    for finding in all_findings():
        assert isinstance(finding.message, Wording), finding
        assert isinstance(finding.help, Wording), finding


def test_values_are_said_as_the_language_has_them(site: Site) -> None:
    said = {
        "numbers": Wording("%(it)s", it=Count(150_000)),
        "names": Wording("%(it)s", it=Listed(("Amy", "Iris", Wording("%(count)s others", count=2)))),
        "days": Wording("%(it)s", it=OnTheWall(datetime(2026, 12, 24, 18, tzinfo=UTC))),
        "holidays": Wording("%(it)s", it=OnTheWall(date(2026, 12, 24))),
        "kinds": Wording("%(it)s", it=InARow((Wording("a list"), "x"))),
    }
    assert {name: in_spanish(site, one) for name, one in said.items()} == {
        "numbers": "150.000",
        "names": "Amy, Iris y 2 personas más",
        "days": "jue 2026-12-24 18:00",
        "holidays": "jue 2026-12-24",
        "kinds": "una lista, x",
    }


def test_a_gap_that_comes_round_is_told_by_its_days(site: Site) -> None:
    loaded = load_texts(texts(rota=ONLY_BACKUP))
    (gap,) = check_coverage(loaded, MONDAY)
    assert isinstance(gap.message.values["when"], Lacking)
    assert "every day from 20:00 to 08:00 the next day" in gap.message
    told = in_spanish(site, gap.message)
    assert told.startswith("Nadie está de guardia todos los días 20:00–08:00, 56 veces desde ")
    assert told.endswith("; entonces solo se llama al respaldo.")
    assert in_spanish(site, gap.help) == "Alargue el turno `Always`, por ejemplo: hours: 08:00-08:00"


def test_in_english_a_finding_is_worded_as_it_is_everywhere(site: Site) -> None:
    with site.app.test_request_context(headers={"Accept-Language": "en"}):
        for finding in load_texts(broken_texts(BROKEN / "unknown_volunteer")).findings:
            printed = as_worded_json(finding)
            assert (printed["message"], printed["help"]) == (str(finding.message), str(finding.help))


class TestEditing:
    def test_the_editor_and_what_stands_below_it_say_it_in_spanish(self, spanish: Visitor) -> None:
        found = check(spanish, UNKNOWN)
        [error] = [one for one in found["findings"] if one["severity"] == "error"]
        assert error["message"] == "No hay ninguna persona voluntaria `bem`."
        assert error["help"] == "¿Quiso decir `ben`?"
        assert error["code"] == "unknown-volunteer"
        page = words(found["html"])
        assert "No hay ninguna persona voluntaria bem ." in page
        assert "There is no volunteer" not in page

    def test_a_text_that_is_no_yaml_is_refused_in_spanish(self, spanish: Visitor) -> None:
        answer = send(spanish, ROTA + "backup: [amy\n")
        assert answer.status_code == 422
        assert "Una lista abierta con [ no está bien cerrada." in words(answer.text)

    def test_an_edit_that_leaves_nobody_is_refused_in_spanish(self, spanish: Visitor) -> None:
        answer = send(spanish, ROTA.replace("24h", "08:00-20:00"))
        assert answer.status_code == 422
        assert "y tampoco hay respaldo." in words(answer.text)
        assert "Nobody is on call" not in answer.text

    def test_a_call_flow_too(self, spanish: Visitor) -> None:
        found = check(spanish, FLOW.replace('"1": reach', '"1": reech'), FLOW_FILE)
        assert "No hay ningún paso `reech`." in [one["message"] for one in found["findings"]]

    def test_a_version_that_cannot_be_brought_back_says_why_in_spanish(self, spanish: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(UNKNOWN)
        site.web.parts.directory.refresh()
        spanish.get("/rota/rise/versions")
        assert send(spanish, ROTA, UNKNOWN).status_code == 303
        page = spanish.post("/rota/rise/restore", {"number": "1"}, at="/rota/rise/versions")
        assert page.status_code == 422
        assert "Línea 6: No hay ninguna persona voluntaria" in words(page.text)

    def test_others_have_it_in_english(self, coordinator: Visitor) -> None:
        [error] = [one for one in check(coordinator, UNKNOWN)["findings"] if one["severity"] == "error"]
        assert error["message"] == "There is no volunteer `bem`."


class TestElsewhere:
    def test_a_call_flow_that_cannot_be_used_says_why_in_spanish(self, spanish: Visitor, site: Site) -> None:
        (site.folder / "call_flows/rise.yaml").write_text(FLOW.replace('"1": reach', '"1": reech'))
        site.web.parts.directory.refresh()
        page = words(spanish.get("/flow/rise").text)
        assert "No hay ningún paso reech . ¿Quiso decir reach ?" in page

    def test_a_form_that_cannot_be_written_says_why_in_spanish(self, spanish: Visitor) -> None:
        form = "/rota/rise/cover"
        days = {"who": "amy", "other": "amy", "from_date": "2040-01-10", "to_date": "2040-01-11"}
        page = spanish.submit(form, days, action="/cover")
        assert page.status_code == 422
        assert "no pueden ser la misma persona (Amy Okafor)" in words(page.text)
        page = spanish.submit(form, {**days, "other": "zoe"}, action="/cover")
        assert "En el rol de guardias rise no hay ninguna persona voluntaria" in words(page.text)

    def test_a_form_with_a_day_there_is_not_says_so_in_spanish(self, spanish: Visitor) -> None:
        days = {"who": "amy", "from_date": "2040-01-10", "to_date": "2040-31-11"}
        page = spanish.submit("/rota/rise/away", days, action="/away")
        assert "La fecha 2040-31-11 no existe." in words(page.text)

    def test_two_with_nothing_to_exchange_are_told_so_in_spanish(self, spanish: Visitor) -> None:
        day = {"who": "amy", "other": "ben", "from_date": "2040-01-10"}
        page = spanish.submit("/rota/rise/swap", day, action="/swap")
        assert "Amy Okafor y Ben Ruiz no tienen nada que intercambiar" in words(page.text)

    def test_times_are_told_as_the_language_has_them(self, site: Site) -> None:
        zone = ZoneInfo("America/New_York")
        span = Span(datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 25, 3, tzinfo=UTC))
        said = Wording("%(it)s", it=During(span, zone))
        assert str(said) == "Thu 24 Dec 18:00–22:00"
        assert in_spanish(site, said) == "jue, 24 dic 18:00–22:00"


class TestCallTests:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        tests = (
            "tests:\n  - name: Otra cosa\n    at: 2026-03-04 12:00\n    hears: [Good morning]\n    ended_by: caller\n"
        )
        return {**texts(), "call_flows/tests/rise.yaml": tests.encode()}

    @pytest.fixture(autouse=True)
    def tests_folder(self, tmp_path: Path) -> None:
        (tmp_path / "call_flows").mkdir(exist_ok=True)

    def test_what_did_not_come_about_is_told_in_spanish(self, spanish: Visitor) -> None:
        page = words(spanish.post("/flow/rise/tests", {}, at="/flow/rise").text)
        assert "Se esperaba que quien llama oyera «Good morning», pero no lo oyó." in page
        assert "quien llama marca: +1" in page
        assert "Expected" not in page

    def test_what_keeps_them_from_being_run_is_too(self, spanish: Visitor, site: Site) -> None:
        file = site.folder / "call_flows/tests/rise.yaml"
        file.write_text(file.read_text().replace("hears", "heers"))
        page = words(spanish.post("/flow/rise/tests", {}, at="/flow/rise").text)
        assert "Aquí no hay ningún campo heers . call_flows/tests/rise.yaml, línea 4. ¿Quiso decir hears ?" in page
