"""Every remedy, written as it stands: what was found is gone, nothing else is found, and nobody is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest

from hotline.files import Finding, load_texts
from tests.files.good import BROKEN, FLOW, ROTA, broken_texts, mended, texts
from tests.files.loading.test_broken import EXPECTED, findings_of_texts

FIXTURES = sorted(EXPECTED)


def kinds(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter((one.file, one.code, str(one.message)) for one in findings)


def people(files: Mapping[str, bytes]) -> Counter[str]:
    """How often each file names each volunteer; of one who is named twice in one list the second mention is nobody."""
    words = re.findall(r"\w+", b"\n".join(files.values()).decode(errors="replace"))
    return Counter(word for word in words if word in ("amy", "ben", "cho", "dee", "eli", "fay"))


@pytest.mark.parametrize("fixture", FIXTURES)
def test_what_is_proposed_is_the_remedy(fixture: str) -> None:
    before = broken_texts(BROKEN / fixture)
    found = findings_of_texts(before)
    for one in found:
        if one.fix is None:
            continue
        files = {**before, one.file: mended(before[one.file].decode(), one.fix).encode()}
        after = findings_of_texts(files)
        assert kinds(after)[one.file, one.code, str(one.message)] < kinds(found)[one.file, one.code, str(one.message)]
        new = kinds(other for other in load_texts(files).findings if other.severity == "error") - kinds(found)
        assert not new, f"{one.fix} brings in {new}"
        if one.code != "named-twice":
            assert not people(before) - people(files)


@pytest.mark.parametrize(
    ("fixture", "words", "old", "new"),
    [
        ("also_false", "also: true", "also: false", "@"),
        ("at_most_without_then", "then: goodbye", "at_most: 3", "at_most: 3\n    @"),
        ("at_sign", '"@home"', "@home", "@"),
        ("away_without_end", "to: 2026-12-26", "from: 2026-12-26", "from: 2026-12-26, @"),
        ("bad_date", "2026-05-01", "1/5/2026", "@"),
        ("bad_date", "2026-01-05", "1/5/2026", "@"),
        ("bad_every", "days: every day", "days: sat, hours: 24h, every: day", "@, hours: 24h"),
        ("bad_every", "days: 1st sat", "days: sat, hours: 24h, every: month", "@, hours: 24h"),
        ("bad_reminders", "18:00 the evening before", "[18:00]", "[@]"),
        ("bad_reminders", "18:00 the day before", "[the day before]", "[@]"),
        ("blank_timezone", "timezone: America/New_York", "timezone:", "@"),
        ("days_of_the_month", "every: 2 weeks, starting: 2026-01-05", 'days: "every second tue"', "days: tue, @"),
        ("days_of_the_month", "1st mon, 1st tue, 1st wed", "1st mon-wed", "@"),
        ("days_of_the_month", "2nd-4th fri", "3rd-last fri", "@"),
        ("every_without_starting", "starting: 2026-01-05", "every: 2 weeks", "every: 2 weeks, @"),
        ("from_without_time", "fri 18:00", "from: fri,", "from: @,"),
        ("from_without_to", "to: mon 08:00", "fri 18:00", "fri 18:00, @"),
        ("gap", "- {days: every day, hours: 24h, on_call: [amy]}", "shifts:\n", "shifts:\n  @\n"),
        ("holidays_of_no_country", "holidays: {country: US, region: MD}", "shifts:", "@\nshifts:"),
        ("holidays_of_nobody", "holidays: {also: [2026-12-24]}", "holidays: {region: MD}", "@"),
        ("hours_from_24", "00:00", "24:00-", "@-"),
        ("hours_missing", "hours: 18:00-08:00", "days: every day", "days: every day, @"),
        ("hours_missing", "hours: 24h", "days: every day", "days: every day, @"),
        ("hours_without_end", "hours: 18:00-08:00", "hours: '18:00'", "@"),
        ("hours_without_end", "hours: 24h", "hours: '18:00'", "@"),
        ("limits_not_numbers", "11m", "rest_between: 11", "rest_between: @"),
        ("menu_without_keys", '"1": reach', "menu: {}", "menu: {@}"),
        ("missing_phone", 'phone: "+1 410 555 0111"', "Ruiz}", "Ruiz, @}"),
        ("missing_timezone", "timezone: America/New_York", "volunteers:", "@\nvolunteers:"),
        ("no_numbers", 'numbers: ["+1 410 555 0100"]', "numbers: []", "@"),
        ("no_steps", "welcome: {say: {en: Hello.}, hang_up: true}", "{}", "{@}"),
        ("no_volunteers", 'amy: {name: Amy Okafor, phone: "+1 410 555 0111"}', "volunteers: {}", "volunteers:\n  @"),
        ("nobody_at_all", "hours: 08:00-08:00", "hours: 08:00-18:00", "@"),
        ("ring_without_not_answered", "not_answered: goodbye", "ring: on_call", "ring: on_call\n    @"),
        ("ringing", "20s", "ring_for: 20", "ring_for: @"),
        ("ringing", 'accept_key: "1"', "accept_key: '*'", "@"),
        ("rotation_without_starting", "starting: 2026-01-05", "change: weekly", "change: weekly, @"),
        ("texts_neither_yes_nor_no", "texts: yes", "texts: maybe", "@"),
        ("at_once_in_words", "4s", "stagger: 4", "stagger: @"),
        ("hold_with_one_text", "en: [I am still looking., Thank you for waiting.]", "en: I am still looking.", "@"),
        ("ring_early_without_after", "after: 5s", "ring_early: {", "ring_early: {@, "),
        ("ring_early_without_unit", "5s", "ring_early: 5", "ring_early: @"),
        ("waiting_without_menu", 'menu: {"2": lifeline}', '{"2": lifeline}', "{@}"),
        ("wait_without_unit", "4s", "wait: 4", "wait: @"),
    ],
)  # fmt: skip
def test_an_example_can_be_pasted(fixture: str, words: str, old: str, new: str) -> None:
    """`words` of a help stand in the file where `new` has an @, in place of `old`."""
    before = broken_texts(BROKEN / fixture)
    told = [one for one in findings_of_texts(before) if words in one.help]
    found = next((one for one in told if not one.fix), told[0])
    text = before[found.file].decode()
    assert old in text
    files = {**before, found.file: text.replace(old, new.replace("@", words), 1).encode()}
    assert (found.file, found.code, str(found.message)) not in kinds(findings_of_texts(files))
    assert not people(before) - people(files)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Sorry, nobody is free.", 'Put the words in quotes: en: "Sorry, nobody is free."'),
        ("One, two, three.", 'Put the words in quotes: en: "One, two, three."'),
        ('A "peer", soon.', "Put all of the words in quotes."),
        ("Wait, " + "please " * 30, "Put all of the words in quotes."),
    ],
)
def test_words_that_a_comma_cuts_off_are_told_of_once(words: str, told: str) -> None:
    flow = FLOW.replace("{en: Thank you for calling.}", f"{{en: {words}}}")
    assert flow != FLOW
    found = load_texts(texts(flow=flow)).findings
    errors = [one for one in found if one.severity == "error"]
    assert [(one.code, one.help) for one in errors] == [("unknown-language", told)]
    if fix := errors[0].fix:
        assert not load_texts(texts(flow=mended(flow, fix))).findings


def test_a_step_that_rings_one_person_is_not_told_to_ring_their_rota() -> None:
    found = load_texts(texts(flow=FLOW.replace("ring: on_call", "ring: [amy]"))).findings
    told = [one for one in found if one.message.startswith("`ring`")]
    assert [one.help for one in told] == ["Write it like this: ring: on_call"]
    assert told[0].fix is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("every day", '"' + ", ".join(f"day{number}" for number in range(30_000)) + '"'),
        ("every day", '"mon' + " " * 100_000 + 'x"'),
        ("every day", ", ".join(f"day{number}" for number in range(20_000))),
        ("[amy, ben]", '["amy' + " " * 100_000 + 'x", ben]'),
        ("[amy, ben]", '"amy' + " " * 100_000 + 'x"'),
        ("24h", '"' + "9" * 100_000 + '"'),
        ("24h", '"x' + " " * 100_000 + 'y"'),
        ("shifts:", "away: [{who: amy, from: " + "1 " * 50_000 + ", to: 2030-01-01}]\nshifts:"),
        ("shifts:", "away: [{who: amy, from: 2030-01-01, to: " + "to " * 50_000 + "}]\nshifts:"),
        ("name: Always", "name: Always, starting: " + "1 " * 50_000),
    ],
)
def test_a_value_without_end_is_told_of_in_a_few_words(old: str, new: str) -> None:
    found = load_texts(texts(rota=ROTA.replace(old, new))).findings
    assert found
    assert all(len(one.message) + len(one.help) < 2_000 for one in found)


def test_words_without_end_are_looked_through() -> None:
    for words in ("a" * 90_000, "a" + "@" * 90_000, "a@" * 45_000, "<a" * 45_000, "www." * 20_000, "1" * 90_000):
        flow = FLOW.replace("Thank you for calling.", f'"{words}"')
        assert {one.code for one in load_texts(texts(flow=flow)).findings} <= {"too-many-words", "hard-to-say"}
