"""What a text asks for, however it is typed, and when an absence ends, through clock changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.texts.commands import ClockTime, Command, DayMeant, Lasting, Word, end_of, read_command
from hotline.files.values.zones import load_zone

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("WHO", Word.WHO),
        ("  who's on call tonight?? ", Word.WHO),
        ("¿Quién está de guardia?", Word.WHO),
        ("QUIEN", Word.WHO),
        ("Next!", Word.NEXT),
        ("próximos", Word.NEXT),
        ("Turnos", Word.NEXT),
        ("ON", Word.ON),
        ("on, please", Word.ON),
        ("Back", Word.ON),
        ("DENTRO", Word.ON),
        ("on call tonight?", Word.HELP),
        ("yes", Word.YES),
        ("Sí.", Word.YES),
        ("yes I am on call", Word.HELP),
        ("yes fri", Word.YES),
        ("No.", Word.NO),
        ("no idea", Word.HELP),
        ("can't", Word.CANT),
        ("CANT 2026-12-24", Word.CANT),
        ("No puedo el viernes", Word.CANT),
        ("can fri", Word.CAN),
        ("can I call now?", Word.HELP),
        ("help", Word.HELP),
        ("AYUDA", Word.HELP),
        ("", Word.HELP),
        ("👍", Word.HELP),
        ("running late, sorry", Word.HELP),
        ("STOP", Word.STOP),
        ("stop.", Word.STOP),
        ("StopAll", Word.STOP),
        ("UNSUBSCRIBE", Word.STOP),
        ("Cancel", Word.STOP),
        ("end", Word.STOP),
        ("Quit", Word.STOP),
        ("OPTOUT", Word.STOP),
        ("revoke", Word.STOP),
        ("stop ringing me", Word.HELP),
        ("cancel my shift", Word.HELP),
        ("end of shift", Word.HELP),
        ("START", Word.START),
        ("unstop", Word.START),
    ],
)
def test_the_first_word_counts_in_any_case_and_dress(body: str, word: Word) -> None:
    assert read_command(body).word is word


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ("OFF 2h", Lasting(2 * HOUR)),
        ("off2h", Lasting(2 * HOUR)),
        ("Off for 2 hours, please", Lasting(2 * HOUR)),
        ("off two hours", Lasting(2 * HOUR)),
        ("off an hour", Lasting(HOUR)),
        ("OFF 30m", Lasting(30 * 60)),
        ("off 90 min", Lasting(90 * 60)),
        ("off 1h30", Lasting(90 * 60)),
        ("off 1 h 30 m", Lasting(90 * 60)),
        ("off 3 days", Lasting(3 * DAY)),
        ("off 1 week", Lasting(7 * DAY)),
        ("FUERA 2 horas", Lasting(2 * HOUR)),
        ("fuera una hora", Lasting(HOUR)),
        ("fuera 3 días", Lasting(3 * DAY)),
        ("OFF until 22:00", ClockTime(1320)),
        ("off till 22.00", ClockTime(1320)),
        ("off 22:00", ClockTime(1320)),
        ("off until 22", ClockTime(1320)),
        ("off until 10pm", ClockTime(1320)),
        ("off until 10 p.m.", ClockTime(1320)),
        ("off until 10:30 PM", ClockTime(1350)),
        ("off until 12am", ClockTime(0)),
        ("off until 12:15 am", ClockTime(15)),
        ("off until noon", ClockTime(720)),
        ("off until midnight", ClockTime(1440)),
        ("off until 24:00", ClockTime(1440)),
        ("off until 6:05", ClockTime(365)),
        ("Fuera hasta las 22:00", ClockTime(1320)),
        ("fuera hasta 22h", ClockTime(1320)),
        ("fuera hasta las 22h30", ClockTime(1350)),
        ("OFF until sat 08:00", ClockTime(480, weekday=5)),
        ("off until Saturday at 8am", ClockTime(480, weekday=5)),
        ("off until 8:00 sat", ClockTime(480, weekday=5)),
        ("fuera hasta el sábado a las 8:00", ClockTime(480, weekday=5)),
        ("fuera hasta el miércoles 8:00", ClockTime(480, weekday=2)),
        ("off until tomorrow 08:00", ClockTime(480, ahead=1)),
        ("off until 8am tomorrow", ClockTime(480, ahead=1)),
        ("fuera hasta mañana a las 8 de la mañana", ClockTime(480, ahead=1)),
        ("fuera hasta hoy a las 9 de la noche", ClockTime(1260, ahead=0)),
    ],
)
def test_until_when(body: str, until: Lasting | ClockTime) -> None:
    assert read_command(body) == Command(Word.OFF, until)
    assert read_command(f"{body} YES") == Command(Word.OFF, until, sure=True)
    assert read_command(f"{body}, sí!") == Command(Word.OFF, until, sure=True)


def test_off_alone_is_clear() -> None:
    assert read_command("Off.") == Command(Word.OFF)
    assert read_command("off yes") == Command(Word.OFF, sure=True)


@pytest.mark.parametrize(
    "body",
    [
        *("off until", "off 2", "off 22", "off until 7", "off 7", "off tomorrow", "off until sat", "off sat"),
        *("off 0h", "off 0m", "off 9999 days", "off 1.5h", "off 1,5 h", "off -2h h", "off until 25:00"),
        *("off until 24:01", "off until 8:60", "off until 13pm", "off until 0am", "off until sat tomorrow 8:00"),
        *("off 2 bananas", "off until further notice", "off 2h until 22:00", "off until 22:00 23:00"),
    ],
)
def test_what_could_mean_two_things_is_asked_about(body: str) -> None:
    assert read_command(body) == Command(Word.OFF, unclear=True)


@given(st.text(max_size=300) | st.text("offuntil 0123456789hm:.yes", max_size=30).map("off {}".format))
def test_any_text_is_read_as_something(body: str) -> None:
    command = read_command(body)
    if command.until is not None:
        end_of(command.until, 1_750_000_000, load_zone("Europe/London"))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("until", "now", "end"),
    [
        # New York, 5 hours behind in winter. 2026-03-04 is a Wednesday.
        (Lasting(7200), "2026-03-04 17:00:01", "2026-03-04 19:00:01"),
        (ClockTime(1320), "2026-03-04 17:00", "2026-03-05 03:00"),
        (ClockTime(1320), "2026-03-05 03:00", "2026-03-06 03:00"),
        (ClockTime(1320), "2026-03-05 02:59:59", "2026-03-05 03:00"),
        (ClockTime(1440), "2026-03-05 02:59:59", "2026-03-05 05:00"),
        (ClockTime(480, weekday=5), "2026-03-04 17:00", "2026-03-07 13:00"),
        (ClockTime(480, weekday=2), "2026-03-04 12:59", "2026-03-04 13:00"),
        (ClockTime(480, weekday=2), "2026-03-04 13:00", "2026-03-11 12:00"),
        (ClockTime(480, ahead=1), "2026-03-04 17:00", "2026-03-05 13:00"),
        (ClockTime(1260, ahead=0), "2026-03-04 17:00", "2026-03-05 02:00"),
        (ClockTime(480, ahead=0), "2026-03-04 17:00", None),
        # The night of 8 March: 02:00 to 03:00 does not occur.
        (ClockTime(150), "2026-03-08 05:00", "2026-03-08 07:00"),
        (ClockTime(150), "2026-03-08 06:59:59", "2026-03-08 07:00"),
        (ClockTime(150), "2026-03-08 07:00", "2026-03-09 06:30"),
        (ClockTime(180), "2026-03-08 05:00", "2026-03-08 07:00"),
        (Lasting(7200), "2026-03-08 06:00", "2026-03-08 08:00"),
        # The night of 1 November: 01:00 to 02:00 occurs twice; an end is the last.
        (ClockTime(90), "2026-11-01 04:00", "2026-11-01 06:30"),
        (ClockTime(90), "2026-11-01 05:45", "2026-11-01 06:30"),
        (ClockTime(90), "2026-11-01 06:30", "2026-11-02 06:30"),
        (ClockTime(150), "2026-11-01 04:00", "2026-11-01 07:30"),
        (ClockTime(480, weekday=6), "2026-11-01 04:00", "2026-11-01 13:00"),
    ],
)
def test_the_end_is_the_next_such_time_on_the_wall(until: Lasting | ClockTime, now: str, end: str | None) -> None:
    found = end_of(until, at(now), load_zone("America/New_York"))
    assert found == (None if end is None else at(end))


def test_a_skipped_day_is_no_day_to_come_back_on() -> None:
    """Apia had no 30 December 2011, a Friday: its 08:00 means the instant of the jump."""
    assert end_of(ClockTime(480, weekday=4), at("2011-12-29 20:00"), load_zone("Pacific/Apia")) == at(
        "2011-12-30 10:00"
    )


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("CANT FRI", DayMeant(weekday=4)),
        ("cant tomorrow night", DayMeant(ahead=1)),
        ("no puedo el mar 18:00", DayMeant(weekday=1, minute=1080)),
        ("no puedo el 3 de mar", DayMeant(day=3, month=3)),
        ("cant on the 24th of December", DayMeant(day=24, month=12)),
        ("cant dec 24 2026 6pm", DayMeant(day=24, month=12, year=2026, minute=1080)),
        ("CANT 2026-12-24", DayMeant(day=24, month=12, year=2026)),
        ("cant 24/12", None),
        ("CANT FRI SAT", None),
        ("cant fri-sun", None),
        ("no puedo vie y sáb", None),
        ("cant today tomorrow", None),
        ("cant fri 18:00 20:00", None),
        ("cant 24 dec 25 jan", None),
        ("cant fri, friday night", DayMeant(weekday=4)),
        ("can\u00b4t fri", DayMeant(weekday=4)),
        ("Can\u02bct fri", DayMeant(weekday=4)),
        ("I can not do Friday", DayMeant(weekday=4)),
        ("No podré el viernes", DayMeant(weekday=4)),
        ("NOPUEDO VIE", DayMeant(weekday=4)),
        ("no puedo mañana por la noche", DayMeant(ahead=1)),
        ("cant 31", None),
        ("cant fri maybe", None),
    ],
)
def test_the_day_of_a_shift_is_read_as_people_write_it(body: str, day: DayMeant | None) -> None:
    found = read_command(body)
    assert (found.word, found.day, found.unclear) == (Word.CANT, day, day is None)


@given(st.text(max_size=60))
def test_any_text_about_a_shift_is_read_without_an_error(body: str) -> None:
    for first in ("CANT ", "YES ", "NO ", "can "):
        read_command(first + body)


@pytest.mark.parametrize("body", ["libre", "Libre", "estoy libre", "libre hasta las 22:00"])
def test_a_word_for_available_and_for_away_takes_nobody_off(body: str) -> None:
    assert read_command(body).word is Word.HELP
