"""Values in another form than the files use: the help says how to write what was meant, and that works."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from hotline.files import Finding, check_coverage, load_texts
from tests.files.good import FLOW, ROTA, mended, texts

WHEN = "days: every day, hours: 24h"
PEOPLE = "[amy, ben]"


def errors(rota: str) -> list[Finding]:
    return [one for one in load_texts(texts(rota=rota)).findings if one.severity == "error"]


@pytest.mark.parametrize("written", ["amy ben", "Amy, BEN", '"Amy Okafor, Ben Ruiz"', "amy and ben", "Ben Ruiz", "AMY"])
def test_a_text_becomes_a_list_of_those_it_names(written: str) -> None:
    rota = ROTA.replace(PEOPLE, written)
    (found,) = errors(rota.replace("on_call: Amy, BEN", 'on_call: "Amy, BEN"'))
    assert found.fix is not None
    fixed = mended(rota.replace("on_call: Amy, BEN", 'on_call: "Amy, BEN"'), found.fix)
    assert errors(fixed) == []
    named = {name for name in ("amy", "ben") if name in written.casefold()}
    assert set(re.findall(r"\w+", fixed.rpartition("on_call:")[2])) == named


@pytest.mark.parametrize("written", ["everyone", "amy, zoe", "~", "team 1"])
def test_a_list_of_others_is_not_made_of_what_names_nobody(written: str) -> None:
    (found,) = errors(ROTA.replace(PEOPLE, f'"{written}"'))
    assert found.fix is None
    assert found.help == "Write it like this: on_call: [amy, ben]"


def test_the_example_names_volunteers_of_this_rota() -> None:
    rota = ROTA.replace("amy:", "rosa:").replace("ben:", "juan:").replace(PEOPLE, "everyone")
    assert [one.help for one in errors(rota)] == ["Write it like this: on_call: [rosa, juan]"]


def test_a_full_name_is_known() -> None:
    (found,) = errors(ROTA.replace(PEOPLE, "[ben ruiz, amy]"))
    assert found.help == "Did you mean `ben`?"


@pytest.mark.parametrize(
    ("written", "help", "right"),
    [
        ("start: 08:00, end: 18:00", "hours: 08:00-18:00", "hours: 08:00-18:00"),
        ("begin: 8am, until: 17:00, days: mon", "hours: 08:00-17:00", "hours: 08:00-17:00, days: mon"),
        ("days: mon, start: 18:00", "in one field, such as hours: 18:00-08:00", "days: mon, hours: 18:00-08:00"),
        ("days: mon, end: 8am", "in one field, such as hours: 18:00-08:00", "days: mon, hours: 18:00-08:00"),
        ("from: 18:00 fri, to: mon 8am", "Write fri 18:00", "from: fri 18:00, to: mon 08:00"),
        ("from: fri 18:00, to: 8am Monday", "Write mon 08:00", "from: fri 18:00, to: mon 08:00"),
        ("days: mon-fri 08:00-18:00", "days: mon-fri, hours: 08:00-18:00", "days: mon-fri, hours: 08:00-18:00"),
        ("hours: sat 9am to 5pm", "days: sat, hours: 09:00-17:00", "days: sat, hours: 09:00-17:00"),
        ('days: "mon, wed 08:00-18:00"', 'days: "mon, wed", hours: 08:00', 'days: "mon, wed", hours: 08:00-18:00'),
        ("hours: [08:00-12:00, 13:00-17:00]", "Write an entry for each.", "hours: 08:00-12:00"),
        ('hours: "8am-noon, 1pm-5pm"', "`hours: 08:00-12:00`. Write an entry for each.", "hours: 08:00-12:00"),
        (
            "from: 2026-12-24, to: 2026-12-26",
            "write starting: and until: with days and hours",
            "starting: 2026-12-24, until: 2026-12-26, days: every day, hours: 24h",
        ),
    ],
)
def test_when_it_is_can_be_written_as_the_help_says(written: str, help: str, right: str) -> None:
    assert any(help in one.help for one in errors(ROTA.replace(WHEN, written)))
    assert errors(ROTA.replace(WHEN, right)) == []


@pytest.mark.parametrize("written", ["Dec 25", "25 December", "24/12", "24.12.", "jan 1st"])
def test_a_date_without_a_year_is_known_as_a_date(written: str) -> None:
    (found,) = errors(ROTA.replace(WHEN, f"days: {written}, hours: 24h"))
    assert "is a date, but `days` are days of the week" in found.message


def test_a_field_of_elsewhere_is_not_taken_for_one_that_is_spelled_alike() -> None:
    rota = ROTA.replace("on_call: [amy, ben]", "turns: [amy, ben], change: weekly, on_call: [amy]")
    assert [one.help for one in errors(rota)] == [
        "`turns` belongs in `rotations:`.",
        "`change` belongs in `rotations:`.",
    ]


def test_hours_are_not_made_of_one_time_alone() -> None:
    for written in ("days: fri, start: 18:00, end: mon 08:00", "days: fri, start: 18:00", "days: fri, end: 08:00"):
        helps = [one.help for one in errors(ROTA.replace(WHEN, written))]
        assert not [help for help in helps if "18:00-18:00" in help or "08:00-08:00" in help]


def test_reminders_are_known_by_the_name_that_they_have_elsewhere() -> None:
    for rota in (
        ROTA.replace("{name: Amy", "{reminders: [2h before], name: Amy"),
        f"{ROTA}texts: {{remind: [1h before]}}\n",
    ):
        (found,) = errors(rota)
        assert found.fix is not None
        assert errors(mended(rota, found.fix)) == []


@pytest.mark.parametrize("field", ["days", "day", "date", "on", "when"])
def test_the_day_somebody_is_away_is_known_by_other_names(field: str) -> None:
    rota = f"{ROTA}away:\n  - {{who: amy, {field}: 2026-12-24, to: 2026-12-26}}\n"
    (found,) = errors(rota)
    assert found.fix is not None
    assert errors(mended(rota, found.fix)) == []


@pytest.mark.parametrize("written", ["EN", "english", "English", "en_US", "Inglés"])
def test_a_language_by_another_name_is_told_of_once(written: str) -> None:
    flow = f"languages:\n  {written}: {{locale: en-US}}\n{FLOW}"
    [found] = [one for one in load_texts(texts(flow=flow)).findings if one.severity == "error"]
    assert (found.code, found.help) == ("bad-language", "Write en.")
    assert found.fix is not None
    assert not load_texts(texts(flow=mended(flow, found.fix))).findings


def test_words_in_a_list_are_kept() -> None:
    flow = FLOW.replace("{en: Thank you for calling.}", "[Goodbye now.]")
    [found] = [one for one in load_texts(texts(flow=flow)).findings if one.severity == "error"]
    assert found.help == 'Write it like this: say: {en: "Goodbye now."}'


def test_two_in_a_field_for_one_are_written_as_two_entries() -> None:
    (found,) = errors(f"{ROTA}away:\n  - {{who: amy ben, from: 2026-12-24, to: 2026-12-26}}\n")
    assert found.help == "Only one is allowed here: `who: amy`. Write an entry for each."


AT = datetime(2026, 11, 28, 21, tzinfo=UTC)
"""16:00 where the rota is: the time looked at ends in the middle of a day."""


@pytest.mark.parametrize(
    ("rota", "line"),
    [
        (
            ROTA.replace("24h", "24h, until: 2026-12-20"),
            "- {days: every day, hours: 24h, starting: 2026-12-21, on_call: [amy]}",
        ),
        (
            ROTA.replace("24h", "20:00-08:00, until: 2026-12-20")
            + "  - {hours: 08:00-20:00, until: 2026-12-20, on_call: [ben]}\n",
            "- {days: every day, hours: 24h, starting: 2026-12-21, on_call: [amy]}",
        ),
        (
            ROTA.replace("24h", "24h, until: 2027-01-19") + "  - {hours: 24h, starting: 2027-02-11, on_call: [amy]}\n",
            "- {who: amy, from: 2027-01-20 00:00, to: 2027-02-11 00:00}",
        ),
        (
            ROTA
            + "away:"
            + "".join(f"\n  - {{who: {who}, from: 2027-01-20, to: 2027-02-25}}" for who in ("amy", "ben")),
            "- {who: amy, from: 2027-01-20 00:00, to: 2027-02-26 00:00}",
        ),
    ],
)
def test_what_closes_a_gap_without_an_end_closes_all_of_it(rota: str, line: str) -> None:
    (gap,) = (one for one in check_coverage(load_texts(texts(rota=rota)), AT) if one.code == "nobody-at-all")
    assert gap.help.partition(", for example: ")[2] == line
    section = "\ncover:" if "who:" in line else ""
    fixed = load_texts(texts(rota=f"{rota.rstrip()}{section}\n  {line}\n"))
    for weeks in (8, 52):
        assert not [one for one in check_coverage(fixed, AT, weeks) if one.code == "nobody-at-all"]


def flow_errors(old: str, new: str) -> tuple[str, list[Finding]]:
    assert old in FLOW
    flow = FLOW.replace(old, new)
    return flow, [one for one in load_texts(texts(flow=flow)).findings if one.severity == "error"]


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ('"1": reach', '"\uff11": reach', '"1"'),
        ('"1": reach', '"1 ": reach', '"1"'),
        ('"1": reach', "one: reach", "1"),
        ("{en: To be", "{english: To be", "en"),
        ("{en: To be", "{en-US: To be", "en"),
        ("name: RISE", "name: RISE\nlanguages: en", "{en: {}}"),
        ("name: RISE", "name: RISE\nlanguages: [English]", "{en: {}}"),
        ("name: RISE", "name: RISE\nlanguages: {en: {locale: en-UK}}", "en-GB"),
        ("name: RISE", "name: RISE\nlanguages: {en: {locale: en-Us}}", "en-US"),
        ("name: RISE", "name: RISE\nlanguages: {en: {locale: en-EN}}", "en-GB"),
    ],
)
def test_what_was_meant_in_a_call_flow_is_the_fix(old: str, new: str, right: str) -> None:
    flow, found = flow_errors(old, new)
    (fix,) = (one.fix for one in found if one.fix)
    assert fix.text == right
    assert [one for one in load_texts(texts(flow=mended(flow, fix))).findings if one.severity == "error"] == []


@pytest.mark.parametrize(("locale", "right"), [("sp-US", "es-US"), ("es-XX", "es-US"), ("xx-YY", "es-US")])
def test_a_locale_that_no_country_has_is_refused(locale: str, right: str) -> None:
    languages = f"languages: {{en: {{}}, es: {{locale: {locale}}}}}"
    found = [one for one in flow_errors("name: RISE", f"name: RISE\n{languages}")[1] if one.code == "bad-locale"]
    assert [one.help for one in found] == [f"Write {right}: small letters, a hyphen, capitals."]


@pytest.mark.parametrize(
    "locale", ["es-419", "es-MX", "en-GB-WLS", "cmn-CN", "zh-CN", "arb", "yue-CN", "fil-PH", "cy-GB"]
)
def test_a_locale_that_exists_is_not(locale: str) -> None:
    assert flow_errors("name: RISE", f"name: RISE\nlanguages: {{en: {{locale: {locale}}}}}")[1] == []


def test_a_field_by_another_name_is_written_with_its_value() -> None:
    _, (found,) = flow_errors("numbers: [", "number: [")
    assert found.fix is not None
    assert found.fix.text == "numbers"
    _, (found,) = flow_errors('numbers: ["+1 410 555 0100"]', 'number: "+1 410 555 0100"')
    assert found.help == 'Write numbers: ["+1 410 555 0100"]'


@pytest.mark.parametrize("name", ['""', '"   "', '"\\u200b"'])
def test_a_name_that_nobody_sees_is_none(name: str) -> None:
    flow, rota = FLOW.replace("name: RISE", f"name: {name}"), ROTA.replace("name: Ben Ruiz", f"name: {name}")
    (hotline,) = load_texts(texts(flow, rota)).hotlines.values()
    assert hotline.flow.name == "Rise"
    assert hotline.rota.volunteers["ben"].name == "Ben"


@pytest.mark.parametrize(
    ("old", "new", "spot", "code"),
    [
        ("  amy:", "\u00a0\u00a0amy:", (3, 1), "00A0"),
        ("  ben:", " \u2003ben:", (4, 2), "2003"),
        ("  - {name", "  \u200b- {name", (6, 3), "200B"),
        ("  - {name", "  \u2013 {name", (6, 3), "2013"),
        ("timezone: ", "timezone\uff1a ", (1, 9), "FF1A"),
    ],
)
def test_what_only_looks_like_yaml_is_named_at_its_place(old: str, new: str, spot: tuple[int, int], code: str) -> None:
    (found,) = errors(ROTA.replace(old, new, 1))
    assert (found.line, found.column) == spot
    assert f"U+{code}" in found.message


def test_a_dash_that_another_error_follows_is_not_named() -> None:
    before = "# Notes:\n\u2013 of the year\n"
    (found,) = errors(ROTA.replace("  ben:", "   ben:") + before)
    assert "U+2013" not in found.message
    assert found.line == 4


@pytest.mark.parametrize(
    "line", [" " * 1_000_000, " \u00a0" * 500_000, "\u2013 " * 500_000, "a\uff1a" * 500_000, "a" * 10**6]
)
def test_a_line_of_a_million_characters_is_read_at_once(line: str) -> None:
    """With a scan that went back for each character, this test would take hours."""
    errors(ROTA + line + "x\n]")


@pytest.mark.parametrize("often", ["every other day", "every second day", "alternate days", "every 3 days"])
def test_days_in_turn_are_the_turns_of_a_rotation(often: str) -> None:
    (found,) = errors(ROTA.replace("days: every day", f"days: {often}"))
    assert "change: daily" in str(found.help)
    (found,) = errors(ROTA.replace(WHEN, f"{WHEN}, every: {often}, starting: 2026-01-05"))
    assert "change: daily" in str(found.help)
