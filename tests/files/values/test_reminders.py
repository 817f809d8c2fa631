"""Reminders, quiet hours, words of texts and coordinators, as they are written in rotas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.rota.rota import Rota
from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Alert, Quiet, Reminder, TextRules
from hotline.core.texts.words import WORDS
from hotline.files import load_texts
from hotline.files.findings.unreadable import Unreadable
from hotline.files.shapes.base import field_names
from hotline.files.shapes.texts import TextWordsEntry
from hotline.files.values.reminders import quiet, reminders
from tests.files.good import ROTA, rota_with, texts
from tests.files.shapes.test_schema import complaints


def rota_of(*lines: str) -> Rota:
    files = texts(rota=rota_with("shifts: [{hours: 24h, on_call: [amy]}]", *lines))
    loaded = load_texts(files)
    assert [one.code for one in loaded.findings if one.severity != "note"] == []
    assert complaints(files) == []
    return loaded.hotlines["rise"].rota


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18:00 the evening before", EVENING_BEFORE),
        ("18:00 the day before", EVENING_BEFORE),
        ("18:00  The Day  Before", EVENING_BEFORE),
        ("18:00 1 day before", EVENING_BEFORE),
        ("9:30 2 days before", Reminder(days=2, minute=570)),
        ("07:00 on the day", Reminder(days=0, minute=420)),
        ("07:00 the same day", Reminder(days=0, minute=420)),
        ("1h before", AN_HOUR_BEFORE),
        ("1 hour before", AN_HOUR_BEFORE),
        ("60 minutes before", AN_HOUR_BEFORE),
        ("1h30m before", Reminder(before=5400)),
        ("1h 30m before", Reminder(before=5400)),
        ("45 min before", Reminder(before=2700)),
    ],
)
def test_a_reminder_may_be_written_as_people_say_it(written: str, meant: Reminder) -> None:
    assert reminders([written]) == (meant,)
    assert rota_of(f"texts: {{reminders: [{written}]}}").texts.reminders == (meant,)
    assert rota_of(f"texts: {{reminders: {written}}}").texts.reminders == (meant,)


@pytest.mark.parametrize("written", [[], "none"])
def test_none_is_none(written: object) -> None:
    assert reminders(written) == ()


def test_the_same_reminder_twice_counts_once() -> None:
    assert reminders("1h before, 60m before") == (AN_HOUR_BEFORE,)


days = st.builds(Reminder, days=st.integers(0, 7), minute=st.integers(0, 1439))
spans = st.builds(Reminder, before=st.integers(5, 48 * 60).map(lambda minutes: minutes * 60))


@given(days | spans)
def test_what_a_reminder_is_called_reads_as_the_same_reminder(reminder: Reminder) -> None:
    assert reminders([reminder.written]) == (reminder,)


@pytest.mark.parametrize(("written", "meant"), [("21:00-08:00", Quiet()), ("22:30 – 7:00", Quiet(1350, 510))])
def test_quiet_hours(written: str, meant: Quiet) -> None:
    assert quiet(written) == meant
    assert quiet(meant.written) == meant
    assert rota_of(f"texts: {{quiet: {written}}}").texts.quiet == meant


def test_no_hours_need_be_quiet() -> None:
    assert rota_of("texts: {quiet: none}").texts.quiet is None


@pytest.mark.parametrize("written", ["1h", "before", "18:00", "25:00 the day before", "3m before", "100h before", ""])
def test_what_says_nothing_is_refused(written: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reminders(written)
    assert refused.value.code == "bad-reminder"


def test_without_a_word_about_texts_nobody_gets_any_and_rules_are_the_usual_ones() -> None:
    rota = load_texts(texts(rota=ROTA)).hotlines["rise"].rota
    assert rota.texts == TextRules((EVENING_BEFORE, AN_HOUR_BEFORE), Quiet(), True, True, {})
    assert rota.coordinators == {}
    assert not any(one.texts for one in rota.volunteers.values())


def test_a_volunteer_opts_in_and_may_have_reminders_of_their_own() -> None:
    people = (
        '  eli: {phone: "+1 410 555 0121", texts: yes}',
        '  fay: {phone: "+1 410 555 0122", texts: true, remind: [2h before]}',
    )
    written = ROTA.replace("shifts:", "\n".join((*people, "shifts:"))).replace("[amy, ben]", "[amy, ben, eli, fay]")
    files = texts(rota=written)
    assert complaints(files) == []
    volunteers = load_texts(files).hotlines["rise"].rota.volunteers
    assert [(one.texts, one.remind) for one in volunteers.values()] == [
        (False, None),
        (False, None),
        (True, None),
        (True, (Reminder(before=7200),)),
    ]


def test_coordinators_are_told_of_everything_unless_they_choose() -> None:
    rota = rota_of(
        "coordinators:",
        '  nora: {name: Nora Diaz, phone: "+1 410 555 0130"}',
        '  omar: {phone: "+1 410 555 0131", alerts: [gap]}',
    )
    assert [(one.name, one.alerts) for one in rota.coordinators.values()] == [
        ("Nora Diaz", frozenset(Alert)),
        ("Omar", frozenset((Alert.GAP,))),
    ]


def test_a_coordinator_may_have_an_address_and_no_phone() -> None:
    rota = rota_of("coordinators:", "  nora: {name: Nora Diaz, email: nora@example.org, digest: yes}")
    nora = rota.coordinators["nora"]
    assert (nora.phone, nora.email, nora.digest) == ("", "nora@example.org", True)


def test_words_of_ones_own() -> None:
    rota = rota_of("texts:", "  words:", '    reminder: {en: "{hotline}: {from} to {until}. "}')
    assert rota.texts.words == {"reminder": {"en": "{hotline}: {from} to {until}."}}


def test_the_words_of_every_text_may_be_ones_own() -> None:
    assert set(field_names(TextWordsEntry)) == set(WORDS)
