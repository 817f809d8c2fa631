"""What looks alike: zones by abbreviation and city, and characters that nobody sees."""

from __future__ import annotations

import pytest

from hotline.files import load_texts
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.phones import phone
from hotline.files.values.zones import load_zone
from tests.files.good import ROTA, mended, texts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("EDT", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("bst", "Europe/London"),
        ("San Francisco", "America/Los_Angeles"),
        ("America/San_Francisco", "America/Los_Angeles"),
        ("America/Boston", "America/New_York"),
        ("Washington", "America/New_York"),
        ("America/New_Yrok", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("Eastern Time", "America/New_York"),
        ("Eastern Standard Time", "America/New_York"),
        ("PT", "America/Los_Angeles"),
        ("San Juan", "America/Puerto_Rico"),
    ],
)
def test_a_zone_is_proposed_by_what_is_meant(written: str, meant: str) -> None:
    with pytest.raises(Unreadable) as problem:
        load_zone(written)
    assert problem.value.help == f"Did you mean `{meant}`?"


@pytest.mark.parametrize(
    "written", ["IST", "XST", "GMT+1", "UTC-5", "Birmingham", "Europe/Foo", "home", "America/Smalltown"]
)
def test_no_zone_is_guessed_by_likeness_alone(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        load_zone(written)
    assert "Did you mean" not in problem.value.help


@pytest.mark.parametrize(
    ("zone", "codes"),
    [
        *((name, ["zone-without-city"]) for name in ("EST", "MST", "HST", "Etc/GMT+5", "Factory", "CET", "EST5EDT")),
        *((name, []) for name in ("UTC", "Europe/London", "US/Eastern", "Japan")),
    ],
)
def test_a_zone_without_a_city_is_a_warning(zone: str, codes: list[str]) -> None:
    found = load_texts(texts(rota=ROTA.replace("America/New_York", zone))).findings
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    "written",
    [
        "\u202a+1 410 555 0111\u202c",
        "+1\u2011410\u2011555\u20110111",
        "+1\u200b410\u00a0555\ufeff0111",
        "\u200e+1 410\u2013555\u22120111",
        "\uff0b1 410 555 0111",
        "\u2066+1 410 555 0111\u2069",
    ],
)
def test_a_phone_is_read_without_what_nobody_sees(written: str) -> None:
    assert phone(written).number == "+14105550111"


@pytest.mark.parametrize(("one", "other"), [("zo\u00e9", "zoe\u0301"), ("zoe\u0301", "zo\u00e9")])
def test_names_are_the_same_however_their_accents_are_stored(one: str, other: str) -> None:
    rota = ROTA.replace("  amy:", f"  {one}:").replace("[amy, ben]", f"[{other}, ben]")
    loaded = load_texts(texts(rota=rota))
    assert loaded.findings == ()
    assert loaded.hotlines["rise"].rota.volunteers.keys() == {"zo\u00e9", "ben"}


@pytest.mark.parametrize(
    ("name", "column", "code"),
    [
        ("\u200bamy", 59, "U+200B"),
        ("am\u200dy", 61, "U+200D"),
        ("amy\u202e", 62, "U+202E"),
        ("a\u2011my", 60, "U+2011"),
        ("'am\u00a0y'", 62, "U+00A0"),
    ],
)
def test_a_hidden_character_is_named_with_its_own_place(name: str, column: int, code: str) -> None:
    [found] = load_texts(texts(rota=ROTA.replace("[amy, ben]", f"[{name}, ben]"))).findings[:1]
    assert (found.column, found.length) == (column, 1)
    assert code in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days: every day", "days: every\u00a0day"),
        ("days: every day", "days: mon\u2011sun"),
        ("days: every day", "days: m\u200bon-sun"),
        ("days: every day", "days: \u201cmon-sun\u201d"),
        ("hours: 24h", "hours: 18:00\u00a0-\u00a018:00"),
        ("hours: 24h", "hours: \uff11\uff18:00-18\uff1a00"),
        ("hours: 24h", "hours: 24h, starting: 2020\u201101\u201105\u200e"),
        ('"+1 410 555 0112"', "\u201c+1 410 555 0112\u201d"),
    ],
)
def test_what_copying_brings_along_is_understood(old: str, new: str) -> None:
    loaded = load_texts(texts(rota=ROTA.replace(old, new)))
    assert not [one for one in loaded.findings if one.severity != "note"]
    assert loaded.hotlines["rise"].rota.volunteers["ben"].phone == "+14105550112"


@pytest.mark.parametrize("written", ["amy\uff0cben", "amy ben", "amy and ben", "amy; ben"])
def test_names_run_together_are_written_apart(written: str) -> None:
    rota = ROTA.replace("[amy, ben]", f"[{written}]")
    (found,) = [one for one in load_texts(texts(rota=rota)).findings if one.code == "unknown-volunteer"]
    assert found.fix is not None
    assert mended(rota, found.fix) == ROTA
