"""`hotline init`: right answers, wrong answers, and files that are there already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cli import group
from hotline.commands.support.machine_zone import machine_zone
from hotline.files import load, load_texts
from hotline.files.edits.starter import Beginning, FirstPerson, short_names, starter_files
from hotline.files.values.zones import zone_names

AMY, BEN = "Amy Okafor=+1 410 555 0111", "Ben Ruiz=+1 410 555 0112"
GIVEN = ("--name", "RISE", "--number", "+1 410 555 0100", "--timezone", "America/New_York")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_CONFIG_DIR", str(tmp_path))
    return tmp_path


def init(*arguments: str, answers: Sequence[str] = (), gives_up: bool = False) -> Result:
    """The command with some answers; Enter is pressed at the questions that follow, unless somebody gives up."""
    more = "" if gives_up else "\n\n\n"
    return CliRunner().invoke(group, ["init", *arguments], input="".join(f"{one}\n" for one in answers) + more)


def test_answers_become_two_files_with_nothing_wrong(folder: Path) -> None:
    answers = ["RISE", "+1 410 555 0100", "America/New_York", "Amy Okafor", "+1 410 555 0111", "Ben Ruiz"]
    result = init(answers=[*answers, "+1 410 555 0112", ""])
    assert result.exit_code == 0, result.output
    loaded = load(folder)
    assert [one for one in loaded.findings if one.severity != "note"] == []
    hotline = loaded.hotlines["rise"]
    assert (hotline.flow.name, hotline.flow.number, hotline.rota.zone_name) == (
        "RISE",
        "+14105550100",
        "America/New_York",
    )
    assert {one.id: one.phone for one in hotline.rota.volunteers.values()} == {
        "amy": "+14105550111",
        "ben": "+14105550112",
    }
    assert "No problems found." in result.output
    assert "hotline up" in result.output


def test_the_files_name_schemas_that_were_written_beside_them(folder: Path) -> None:
    assert init("--yes", *GIVEN, "--volunteer", AMY).exit_code == 0
    for path in ("call_flows/rise.yaml", "rota/rise.yaml"):
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", (folder / path).read_text("utf-8"))
        assert found
        assert (folder / path).parent.joinpath(found[1]).is_file()


def test_wrong_answers_are_asked_for_again_with_the_words_of_check(folder: Path) -> None:
    answers = [
        *("", "RISE", "410 555 0100", "+1 410 555 0100", "Xyzzy", "New York"),
        *("Amy Okafor", "911", "+1 410 555 0100", "+1 410 555 0111", "Ben Ruiz", "+1 410 555 0111"),
        *("+1 410 555 0112", ""),
    ]
    result = init(answers=answers)
    assert result.exit_code == 0, result.output
    for words in (
        "`410 555 0100` has no country code.",
        "There is no time zone `Xyzzy`.",
        "`911` is an emergency number.",
        "a call would ring the hotline itself",
        "`amy` also has this phone.",
    ):
        assert words in result.output
    assert load(folder).hotlines["rise"].rota.volunteers["ben"].phone == "+14105550112"


def test_enter_takes_the_zone_of_the_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Vienna")
    assert init(answers=["RISE", "+1 410 555 0100", "", "Amy", "+1 410 555 0111", ""]).exit_code == 0
    assert load(folder).hotlines["rise"].rota.zone_name == "Europe/Vienna"


@pytest.mark.parametrize("tz", ["", ":Asia/Kolkata", "Mars/Olympus", "EST5EDT,M3.2.0,M11.1.0"])
def test_the_machine_always_has_a_zone(tz: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", tz)
    assert machine_zone() in zone_names()
    if tz.startswith(":"):
        assert machine_zone() == tz[1:]


@pytest.mark.parametrize("there", ["call_flows/rise.yaml", "rota/rise.yaml", "rota/rise.yml"])
def test_a_file_that_is_there_stays_as_it_is(folder: Path, there: str) -> None:
    (folder / there).parent.mkdir()
    (folder / there).write_text("mine")
    result = init("--yes", *GIVEN, "--volunteer", AMY)
    assert result.exit_code == 2
    assert f"{there} already" in result.output
    assert [one.relative_to(folder).as_posix() for one in folder.rglob("*.y*ml")] == [there]
    assert (folder / there).read_text() == "mine"


def test_a_second_hotline_cannot_take_the_number_of_the_first(folder: Path) -> None:
    assert init("--yes", *GIVEN, "--volunteer", AMY).exit_code == 0
    again = ("--name", "Night line", *GIVEN[2:], "--volunteer", AMY)
    result = init("--yes", *again)
    assert result.exit_code == 2
    assert "call_flows/rise.yaml also lists this number." in result.output
    assert not (folder / "call_flows/night_line.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--yes"], "give --name, --number and at least one --volunteer"),
        (["--yes", *GIVEN], "at least one --volunteer"),
        (["--yes", *GIVEN, "--volunteer", "Amy +1 410 555 0111"], "is not a volunteer"),
        (["--yes", *GIVEN, "--volunteer", "=+1 410 555 0111"], "is not a volunteer"),
        (["--yes", *GIVEN, "--volunteer", "Amy=12"], "`12` is too short for a person's phone."),
        (["--yes", *GIVEN, "--volunteer", AMY, "--volunteer", "Ben=+1 410 555 0111"], "`amy` also has this phone."),
        (["--yes", *GIVEN[:4], "--timezone", "Nowhere", "--volunteer", AMY], "There is no time zone `Nowhere`."),
        (["--yes", "--name", "RI\x07SE", *GIVEN[2:], "--volunteer", AMY], "cannot be spoken"),
        (["--yes", "--name", " ", *GIVEN[2:], "--volunteer", AMY], "A hotline needs a name."),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_is_written(folder: Path, arguments: list[str], words: str) -> None:
    result = init(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert list(folder.iterdir()) == []


def test_giving_up_half_way_writes_nothing(folder: Path) -> None:
    assert init(answers=["RISE", "+1 410 555 0100"], gives_up=True).exit_code == 1
    assert list(folder.iterdir()) == []


def test_options_and_questions_mix(folder: Path) -> None:
    assert init(*GIVEN[:4], "--volunteer", AMY, "--volunteer", BEN, answers=["Asia/Kolkata"]).exit_code == 0
    assert list(load(folder).hotlines["rise"].rota.volunteers) == ["amy", "ben"]


def test_a_city_languages_shifts_and_a_backup_are_asked_for(folder: Path) -> None:
    answers = ["Boston", "en, fr", "en, es", "day-night", "zoe", "ben"]
    result = init(*GIVEN[:4], "--volunteer", AMY, "--volunteer", BEN, answers=answers)
    assert result.exit_code == 0, result.output
    assert "There are no words in fr. Write en, es." in result.output
    assert "There is no volunteer 'zoe'." in result.output
    hotline = load(folder).hotlines["rise"]
    assert hotline.rota.zone_name == "America/New_York"
    assert list(hotline.flow.languages) == ["en", "es"]
    assert [(one.name, one.on_call) for one in hotline.rota.shifts] == [("Days", ("amy",)), ("Nights", ("ben",))]
    assert hotline.rota.backup == ("ben",)
    refused = init(
        "--yes", "--name", "Two", "--number", "+1 410 555 0101", *GIVEN[4:], "--volunteer", AMY, "--backup", "Zoe"
    )
    assert "There is no volunteer" in refused.output


def test_short_names_are_first_names_and_differ() -> None:
    people = [FirstPerson(name, "") for name in ("Amy Okafor", "Amy Brandt", "José Núñez", "李 明", "李 华", "O'Neil")]
    assert list(short_names(people)) == ["amy", "amy2", "jose", "volunteer", "volunteer2", "o_neil"]


def test_every_line_that_is_commented_out_is_right_too() -> None:
    beginning = Beginning(
        "RISE", "+14105550100", "UTC", (FirstPerson("Amy", "+14105550111"), FirstPerson("Ben", "+14105550112"))
    )
    files = {
        path: re.sub(r"(?m)^# ?(?=\w+:( |$)(?!/))|^#(?=  - )", "", text)
        for path, text in starter_files(beginning).items()
    }
    assert "\nbackup: [amy]" in files["rota/rise.yaml"]
    assert "\nholidays: {" in files["rota/rise.yaml"]
    loaded = load_texts({path: text.encode() for path, text in files.items()})
    assert [one for one in loaded.findings if one.severity != "note"] == []
    assert len(loaded.hotlines["rise"].rota.shifts) == 4


names = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=30)


@settings(max_examples=75)
@given(names.filter(str.strip), st.lists(names.filter(str.strip), min_size=1, max_size=4))
def test_any_names_can_be_written(name: str, people: list[str]) -> None:
    volunteers = tuple(FirstPerson(one.strip(), f"+1410555011{place}") for place, one in enumerate(people))
    beginning = Beginning(name.strip(), "+14105550100", "Europe/London", volunteers)
    loaded = load_texts({path: text.encode() for path, text in starter_files(beginning).items()})
    assert [one for one in loaded.findings if one.severity == "error"] == []
    [hotline] = loaded.hotlines.values()
    assert hotline.flow.name == name.strip()
    assert [one.name for one in hotline.rota.volunteers.values()] == [one.strip() for one in people]
