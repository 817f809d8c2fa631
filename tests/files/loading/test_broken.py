"""Every way to break a file that we know: the code, the line and the column of each finding, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.files import (
    CODES,
    Finding,
    check_coverage,
    check_effects,
    check_holidays,
    check_limits,
    check_waits,
    explain,
    load,
    load_texts,
)
from hotline.files.findings.explained_flow import FLOW
from hotline.files.findings.explained_rota import ROTA
from hotline.files.findings.explained_yaml import YAML
from hotline.files.yaml.guard import MOST_BYTES, MOST_NODES
from tests.files.good import BROKEN, broken_texts, texts

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)

EXPECTED: dict[str, list[str]] = {
    "alias_bomb": ["too-many-aliases 6:10"],
    "alias_of_itself": ["alias-loop 6:69"],
    "alias_of_nothing": ["unknown-alias 6:64"],
    "all_at_once": ["bad-time-zone 1:11", "phone-emergency 4:32", "bad-hours 6:44", "unknown-volunteer 6:63"],
    "also_false": ["unknown-value 8:40"],
    "also_without_holidays": ["also-without-holidays 7:29"],
    "apostrophe": ["yaml-syntax 13:16"],
    "at_most_one": ["out-of-range 9:14"],
    "at_most_twice": ["wrong-type 9:14"],
    "at_most_without_then": ["missing-field 11:5"],
    "at_once_in_words": ["wrong-type 7:20", "bad-duration 7:36"],
    "at_once_misspelt": ["unknown-field 7:11", "unknown-field 7:23"],
    "at_once_none": ["out-of-range 7:20"],
    "at_once_too_many": ["out-of-range 7:20", "out-of-range 7:33"],
    "at_sign": ["yaml-syntax 12:15"],
    "away_ends_before_start": ["ends-before-start 8:38"],
    "away_without_end": ["missing-field 8:5"],
    "backup_alone": ["backup-alone 6:1"],
    "bad_change": ["bad-change 8:45"],
    "bad_date": ["bad-date 7:28"],
    "bad_days": ["bad-days 6:32", "bad-days 6:38"],
    "bad_every": [f"bad-every {line}:36" for line in range(7, 14)],
    "bad_hours": ["bad-hours 6:44"],
    "bad_instant": ["bad-instant 8:22"],
    "bad_languages": [
        "bad-locale 4:16",
        "bad-voice 4:32",
        "missing-field 5:3",
        "bad-language 6:3",
        "missing-words 9:5",
        "missing-words 9:5",
        "missing-words 13:11",
        "missing-words 13:11",
        "missing-words 16:5",
        "missing-words 16:5",
    ],
    "bad_menu_key": ["bad-key 6:12"],
    "bad_reminders": [
        "bad-reminder 3:74",
        "bad-reminder 4:71",
        "bad-reminder 5:43",
        "bad-reminder 6:44",
        "bad-reminder 7:43",
        "bad-reminder 8:43",
        "bad-reminder 11:21",
        "bad-hours 11:45",
    ],
    "bad_time_zone": ["bad-time-zone 1:11"],
    "bad_volunteer_name": ["bad-name 4:3"],
    "blank_step": ["wrong-type 11:3"],
    "blank_timezone": ["missing-field 1:1"],
    "blank_volunteer": ["wrong-type 4:3"],
    "colon_in_text": ["yaml-syntax 13:19"],
    "control_character": ["control-character 4:18"],
    "coordinators": ["phone-not-international 8:34", "unknown-value 8:57", "missing-field 9:3", "bad-name 10:3"],
    "coordinators_phones": ["phone-shared 9:36", "phone-is-hotline 10:32", "language-not-needed 10:63"],
    "covers_themselves": ["covers-themselves 8:21"],
    "days_of_the_month": [f"bad-days {line}:12" for line in range(7, 17)],
    "days_of_the_month_unquoted": ["bad-days 7:37"],
    "days_unquoted": ["bad-days 6:31"],
    "dead_end": ["dead-end-step 11:3", "dead-end-step 14:3"],
    "dial_itself": ["phone-is-hotline 13:11"],
    "dial_never": ["phone-never-dialled 9:11"],
    "dial_nowhere": ["phone-impossible 13:11"],
    "duplicate_key": ["duplicate-key 4:3", "unknown-volunteer 6:64"],
    "duplicate_menu_key": ["duplicate-key 6:24"],
    "empty": ["file-empty 1:1"],
    "escaped_control_character": ["control-character 12:15"],
    "every_and_places": ["conflicting-fields 8:33"],
    "every_in_a_rotation": ["unknown-field 8:64"],
    "every_without_starting": ["missing-field 7:36"],
    "field_of_elsewhere": ["unknown-field 5:1"],
    "from_24": ["bad-instant 6:26"],
    "from_and_days": ["conflicting-fields 6:20"],
    "from_the_first_friday": ["bad-instant 7:12"],
    "from_without_time": ["bad-instant 6:26"],
    "from_without_to": ["missing-field 6:5"],
    "gap": ["gap 6:1"],
    "hard_to_say": ["hard-to-say 5:15", "hard-to-say 5:15", "hard-to-say 10:19", "hard-to-say 13:15"],
    "hold_as_a_list": ["wrong-type 10:11"],
    "hold_as_text": ["wrong-type 10:11"],
    "hold_with_one_text": ["one-text-on-hold 12:11"],
    "hold_words_missing": ["missing-words 11:5", "missing-words 12:33", "unknown-language 13:7"],
    "hang_up_false": ["unknown-value 13:14"],
    "holiday_gap": ["holiday-gap 5:1", "holidays-ahead 5:1"],
    "holidays_ahead": ["holidays-ahead 5:1"],
    "holidays_as_text": ["wrong-type 5:11"],
    "holidays_in_a_rotation": ["bad-days 9:12"],
    "holidays_of_nobody": ["missing-field 7:20"],
    "tier_beside_for": ["no-effect 8:5", "no-effect 8:26"],
    "tier_in_the_backup": ["conflicting-fields 8:34"],
    "holidays_of_no_country": ["missing-field 7:12"],
    "hours_from_24": ["bad-hours 6:44"],
    "hours_missing": ["missing-field 6:5"],
    "hours_off_the_clock": ["bad-hours 6:44"],
    "hours_without_end": ["bad-hours 6:44"],
    "indentation": ["yaml-syntax 7:4"],
    "instant_with_zone": ["bad-instant 8:22"],
    "key_without_name": ["bad-name 4:3", "unknown-volunteer 6:64"],
    "invisible_in_a_name": ["unknown-volunteer 6:59"],
    "keys_and_words": ["key-not-in-menu 5:15", "key-not-said 9:7"],
    "language_nobody_needs": ["language-not-needed 3:65", "bad-language 3:69"],
    "latin1": ["not-utf8 4:21"],
    "limits_crossed": ["limits-crossed 7:50"],
    "longest_wait": ["longest-wait 10:5"],
    "mails": ["bad-email 3:42", "bad-email 4:42", "missing-field 9:44"],
    "never_a_last_resort": ["longest-wait 8:5"],
    "limits_exceeded": ["limits-exceeded 7:1"],
    "limits_for_nobody": ["unknown-volunteer 8:12"],
    "limits_not_numbers": ["wrong-type 7:26", "out-of-range 7:52", "bad-duration 7:69", "unknown-field 7:73"],
    "list_at_the_top": ["wrong-type 1:1"],
    "list_for_a_text": ["wrong-type 4:15"],
    "menu_without_keys": ["bad-key 6:5"],
    "menu_without_words": ["missing-words 5:5"],
    "merge_key": ["unknown-field 4:51"],
    "misleading_name": ["misleading-name 4:3"],
    "misplaced_field": ["misplaced-field 14:5", "misplaced-field 15:5"],
    "missing_phone": ["missing-field 4:3"],
    "missing_reason": ["missing-reason 8:17"],
    "missing_timezone": ["missing-field 1:1"],
    "missing_words": ["missing-words 8:5", "missing-words 15:5"],
    "missing_words_between": ["missing-words 12:11"],
    "name_unquoted": ["unknown-field 4:21"],
    "named_twice": ["named-twice 6:69"],
    "national_number": ["phone-not-international 2:11"],
    "never_called": ["never-called 4:3"],
    "never_on_call": ["never-on-call 4:3"],
    "no_action": ["no-action 11:3"],
    "no_effect": ["no-effect 8:5"],
    "no_call_flows": ["no-call-flows 1:1", "unused-rota 1:1"],
    "no_numbers": ["missing-field 2:10"],
    "no_steps": ["missing-field 2:8"],
    "no_such_date": ["bad-date 7:25"],
    "no_volunteers": ["missing-field 2:13"],
    "nothing_to_say": ["missing-words 5:11"],
    "nobody_at_all": ["nobody-at-all 5:1"],
    "nobody_named": ["nobody-named 6:58"],
    "number_claimed_twice": ["number-claimed-twice 3:30", "number-claimed-twice 2:11"],
    "phone_emergency": ["phone-emergency 4:32"],
    "phone_impossible": ["phone-impossible 4:32"],
    "phone_is_hotline": ["phone-is-hotline 4:32"],
    "phone_national": ["phone-not-international 4:32"],
    "phone_never_dialled": ["phone-never-dialled 4:32"],
    "phone_other_country": ["phone-other-country 4:32"],
    "phone_not_valid": ["phone-not-valid 4:32"],
    "phone_of_one_digit": ["phone-short 4:32"],
    "phone_shared": ["phone-shared 4:32"],
    "phone_short": ["phone-short 4:32"],
    "phone_with_letters": ["phone-impossible 4:32"],
    "ring_early_elsewhere": ["misplaced-field 11:5"],
    "ring_early_in_vain": ["ring-early-in-vain 9:5"],
    "ring_early_unreadable": ["out-of-range 9:25", "bad-hours 9:37"],
    "ring_early_without_after": ["missing-field 9:5"],
    "ring_early_without_unit": ["bad-duration 9:17"],
    "ring_a_number": ["unknown-value 9:11"],
    "ring_someone": ["unknown-rota 9:11"],
    "ring_without_not_answered": ["ring-without-not-answered 9:5"],
    "ringing": [
        "bad-duration 7:21",
        "out-of-range 7:33",
        "out-of-range 7:46",
        "bad-duration 7:67",
        "bad-key 7:85",
        "unknown-value 7:97",
        "missing-words 7:120",
        "language-not-needed 7:124",
    ],
    "ringing_too_many_words": ["too-many-words 9:9"],
    "rotation_without_starting": ["missing-field 8:5"],
    "same_name_twice": ["file-twice 1:1"],
    "same_number_twice": ["number-claimed-twice 2:30"],
    "say_as_text": ["wrong-type 12:10"],
    "screening_words_missing": ["missing-words 1:1"],
    "second_document": ["many-documents 5:1"],
    "silence_goes_round": ["silence-goes-round 7:5"],
    "stagger_longer_than_ring_for": ["out-of-range 7:47"],
    "tab": ["yaml-tab 4:1"],
    "tag": ["yaml-tag 3:15"],
    "text_for_a_list": ["wrong-type 6:58"],
    "texts_neither_yes_nor_no": [
        "unknown-value 3:60",
        "unknown-value 7:22",
        "bad-hours 7:40",
        "unknown-field 7:47",
    ],
    "then_that_nothing_leads_to": ["misplaced-field 8:5"],
    "too_deep": ["too-deep 1:30"],
    "too_many_words": ["too-many-words 12:15"],
    "too_many_words_in_a_row": ["too-many-words 8:3"],
    "two_actions": ["two-actions 14:5"],
    "unclosed_brace": ["yaml-syntax 5:68"],
    "unclosed_list": ["yaml-syntax 6:67"],
    "unclosed_quote": ["yaml-syntax 4:33"],
    "unknown_country": ["unknown-country 5:21"],
    "unknown_field": ["unknown-field 6:49"],
    "unknown_field_at_top": ["unknown-field 5:1"],
    "unknown_language": ["unknown-language 12:39"],
    "unknown_region": ["unknown-region 5:33"],
    "unknown_rota": ["unknown-rota 2:7", "unused-rota 1:1"],
    "unknown_step": ["unknown-step 7:13"],
    "unknown_steps_everywhere": [
        "unknown-step 3:8",
        "unknown-step 7:22",
        "unknown-language 7:46",
        "bad-key 7:51",
        "unknown-step 7:56",
    ],
    "unknown_test_ring": ["unknown-value 8:9"],
    "unknown_volunteer": ["unknown-volunteer 6:64"],
    "unknown_volunteers_everywhere": [
        "unknown-volunteer 8:31",
        "unknown-volunteer 10:11",
        "unknown-volunteer 12:11",
        "unknown-volunteer 12:21",
        "unknown-volunteer 13:10",
    ],
    "unreachable_step": ["unreachable-step 11:3"],
    "until_before_starting": ["ends-before-start 7:47"],
    "unused_rota": ["unused-rota 1:1"],
    "utf16": ["not-utf8 1:1"],
    "volunteers_as_a_list": ["wrong-type 2:13"],
    "voices": ["bad-voice 4:30", "voice-of-another-language 5:30", "voice-not-known 6:30"],
    "waiting_key_not_said": ["key-not-said 11:28"],
    "waiting_keys": [
        "misplaced-field 9:5",
        "missing-words 13:7",
        "unknown-step 14:19",
        "unknown-language 14:57",
        "bad-key 14:62",
    ],
    "waiting_without_menu": ["missing-field 11:5", "unknown-field 11:21"],
    "wait_without_unit": ["bad-duration 8:11"],
    "weekdays": ["bad-days 6:26"],
    "wrong_key_said": ["wrong-key-said 9:13"],
    "words_of_texts": [
        "bad-placeholder 10:11",
        "bad-placeholder 11:16",
        "missing-words 12:15",
        "language-not-needed 12:19",
        "long-text 14:11",
        "unknown-field 17:5",
    ],
    "words_of_texts_too_long": ["long-text 10:11"],
    "zone_without_city": ["zone-without-city 1:11"],
}


def findings_of(fixture: str) -> list[Finding]:
    return findings_of_texts(broken_texts(BROKEN / fixture))


def findings_of_texts(files: Mapping[str, bytes]) -> list[Finding]:
    loaded = load_texts(files)
    waits = [one for one in check_waits(loaded) if one.severity != "note"]  # a note tells of every hotline
    ahead = [*(check(loaded, MONDAY) for check in (check_coverage, check_effects, check_holidays, check_limits)), waits]
    found = [*loaded.findings, *(one for findings in ahead for one in findings)]
    return sorted(found, key=lambda one: (one.file, one.line, one.column, one.code))


@pytest.mark.parametrize("fixture", EXPECTED)
def test_a_broken_file_is_told_of_at_the_right_spot(fixture: str) -> None:
    assert [f"{one.code} {one.line}:{one.column}" for one in findings_of(fixture)] == EXPECTED[fixture]


@pytest.mark.parametrize("fixture", EXPECTED)
def test_every_finding_says_what_to_do_in_plain_words(fixture: str) -> None:
    for one in findings_of(fixture):
        assert one.message.endswith((".", "!"))
        assert one.help
        assert not any(
            word in (one.message + one.help).lower() for word in ("pydantic", "type=", "input should", "dict")
        )
        assert one.column - 1 + one.length <= max(len(one.source) + 1, 2) or not one.source


def test_known_fields_left_blank_hide_no_unknown_one() -> None:
    rota = broken_texts(BROKEN / "named_twice")["rota/rise.yaml"].decode()
    found = load_texts(texts(rota=rota.replace("name: Always", "name: Always, until, x, y")))
    assert [(one.code, one.line, one.column) for one in found.findings if one.severity == "error"] == [
        ("unknown-field", 6, 27)
    ]


def test_there_is_an_expectation_for_every_fixture() -> None:
    assert {folder.name for folder in BROKEN.iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize(
    ("fixture", "words"),
    [
        ("unknown_volunteer", "Did you mean `ben`?"),
        ("unknown_field", "Did you mean `on_call`?"),
        ("unknown_step", "Did you mean `reach`?"),
        ("bad_time_zone", "Did you mean `America/New_York`?"),
        ("days_unquoted", 'days: "mon, tue, thu-fri"'),
        ("name_unquoted", 'name: "Ruiz, Ben"'),
        ("field_of_elsewhere", "`rounds` belongs in `ringing:`."),
        ("at_once_in_words", "Write 2."),
        ("hold_as_a_list", """hold: {en: ["I am still looking.", "Please, don't hang up."]}"""),
        ("at_once_misspelt", "Did you mean `at_once`?"),
        ("stagger_longer_than_ring_for", "Write a time from 1s to 20s."),
        ("ring_early_elsewhere", "Move `ring_early` to the step `welcome`"),
        ("ring_early_without_after", "after: 5s"),
        ("wait_without_unit", "Write 4s for seconds, or 4m for minutes."),
        ("phone_other_country", "HOTLINE_COUNTRIES=JM,US"),
        ("phone_national", '"+1 410 555 0112"'),
        ("bad_hours", "Write 18:00"),
        ("bad_date", "Write 2026-05-01 or 2026-01-05: the year, the month, the day."),
        ("text_for_a_list", "on_call: [amy]"),
        ("instant_with_zone", "the time that clocks show in the time zone of this file"),
        ("days_of_the_month", "Write 1st sat."),
        ("days_of_the_month_unquoted", 'days: "1st sat, 3rd sat, last fri"'),
        ("bad_every", "Write 2 weeks."),
        ("every_without_starting", "starting: 2026-01-05"),
        ("unknown_country", "Did you mean `GB`?"),
        ("unknown_region", "Did you mean `MD`?"),
        ("holidays_of_no_country", "holidays: {country: US, region: MD}"),
        ("bad_reminders", "18:00 the evening before"),
        ("texts_neither_yes_nor_no", "Write texts: yes, or texts: no."),
        ("words_of_texts", "This text can fill in {from}, {hotline}, {until}."),
    ],
)
def test_the_help_has_the_corrected_words(fixture: str, words: str) -> None:
    assert words in findings_of(fixture)[0].help


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    found = load_texts(texts(rota=b"#" * (MOST_BYTES + 1)))
    assert [one.code for one in found.findings] == ["file-too-big"]


def test_a_file_with_too_many_entries_is_not_read_to_its_end() -> None:
    found = load_texts(texts(rota="backup: [" + "a," * MOST_NODES + "]"))
    assert [one.code for one in found.findings] == ["too-many-entries"]


def test_a_file_that_cannot_be_opened_is_told_of(tmp_path: Path) -> None:
    for path, raw in texts().items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes(raw)
    (tmp_path / "rota" / "east.yaml").symlink_to(tmp_path / "gone.yaml")
    loaded = load(tmp_path)
    assert [(one.code, one.file) for one in loaded.findings] == [("file-unreadable", "rota/east.yaml")]
    assert loaded.hotlines.keys() == {"rise"}


def test_every_code_of_both_formats_is_explained_and_shown_by_a_fixture() -> None:
    shown = {one.split()[0] for expected in EXPECTED.values() for one in expected}
    by_other_tests = {"file-too-big", "too-many-entries", "file-unreadable", *(one for one in FLOW if "sound" in one)}
    assert shown | by_other_tests == {*YAML, *ROTA, *FLOW}
    for code in CODES:
        text = explain(code)
        assert text is not None
        assert text.startswith(f"{code}: ")
    assert explain("no-such-code") is None
