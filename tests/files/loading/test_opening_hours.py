"""A line with opening hours: what callers hear outside them, and what is looked at within them only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.core.calls import transitions as call
from hotline.core.calls.flow import Hotline
from hotline.core.calls.reply import HangUp, Say
from hotline.core.planning.fairness import fairness
from hotline.core.planning.gaps import near_gaps
from hotline.core.planning.rota_diff import rota_diff
from hotline.core.rota.absence import Absence
from hotline.core.rota.calendar import calendar_times, events
from hotline.core.texts.off import leave_nobody, left_by, next_times
from hotline.core.texts.reminders import planned
from hotline.core.times.spans import Span
from hotline.files import Loaded, check_coverage, load_texts
from tests.files.good import FLOW, rota_with, texts
from tests.rota_tools.looking import objects, run

OPEN = "open: [{days: mon-fri, hours: 09:00-21:00}]\nclosed: we_are_closed\n"
STEP = "  we_are_closed: {say: {en: We open at nine.}, hang_up: true}\n"
ALWAYS = "shifts: [{days: every day, hours: 24h, on_call: [amy, ben, cho, dee]}]"
WEEKS = "rotations: [{hours: 24h, turns: [amy, ben], change: weekly, starting: 2026-01-02}]"
SHIFT = "shifts: [{days: mon-fri, hours: 09:00-21:00, on_call: [amy, ben]}]"
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 1, 5, 12, tzinfo=NEW_YORK)


def loaded(shift: str = SHIFT, opening: str = OPEN, *more: str) -> Loaded:
    return load_texts(texts(flow=opening + FLOW + STEP, rota=rota_with(shift, *more)))


def line(*entries: str) -> Hotline:
    found = loaded(*entries)
    assert found.hotlines, found.findings
    return found.hotlines["rise"]


def heard(at: datetime) -> str:
    """The first words of a call that begins then."""
    begun = call.begin(line(), "token", int(at.timestamp()))
    assert isinstance(begun, call.Turned)
    first = begun.reply[0]
    said = first if isinstance(first, Say) else first.words[0]  # type: ignore[union-attr]
    if said.text == "We open at nine.":
        assert isinstance(begun.reply[-1], HangUp)
    return said.text


def codes(found: Loaded) -> list[str]:
    return [one.code for one in found.findings if one.severity == "error"]


@pytest.mark.parametrize(
    ("hour", "day", "said"),
    [
        (8, 5, "We open at nine."),
        (9, 5, "To be connected press 1."),
        (20, 5, "To be connected press 1."),
        (21, 5, "We open at nine."),
        (12, 10, "We open at nine."),
    ],
)
def test_a_call_begins_at_the_closed_step_outside_the_hours(hour: int, day: int, said: str) -> None:
    assert heard(datetime(2026, 1, day, hour, tzinfo=NEW_YORK)) == said


def test_a_call_that_began_while_open_continues_after_closing_time() -> None:
    hotline, late = line(), int(datetime(2026, 1, 5, 20, 59, 59, tzinfo=NEW_YORK).timestamp())
    begun = call.begin(hotline, "token", late)
    assert isinstance(begun, call.Turned)
    listen = begun.reply[0]
    assert isinstance(call.press(hotline, listen.position, "1", late + 60), call.Seeking)  # type: ignore[union-attr]


def test_nobody_on_call_while_closed_is_no_gap() -> None:
    assert check_coverage(loaded(), MONDAY) == []
    assert near_gaps(line().schedule, MONDAY) == []
    [gap] = check_coverage(loaded(SHIFT.replace("09:00", "10:00")), MONDAY)
    assert (gap.code, gap.severity) == ("nobody-at-all", "error")
    assert "on weekdays from 09:00 to 10:00" in gap.message
    [always] = check_coverage(loaded(SHIFT, ""), MONDAY)[:1]
    assert always.code == "nobody-at-all"


def test_hours_for_holidays_take_the_place_of_others() -> None:
    opening = OPEN.replace("}]", "}, {days: holidays, hours: 10:00-14:00}]")
    hotline = line(SHIFT, opening, "holidays: {country: US}")
    for hour, is_open in ((9, False), (10, True), (14, False)):
        assert hotline.is_open(datetime(2026, 12, 25, hour, tzinfo=NEW_YORK)) is is_open
    assert codes(loaded(SHIFT, opening)) == ["missing-field"]


def test_a_rota_of_two_lines_is_needed_while_either_is_open() -> None:
    second = FLOW.replace("0100", "0101").replace("RISE", "Calm") + STEP
    files = texts(flow=OPEN + FLOW + STEP, rota=rota_with(SHIFT))
    files["call_flows/calm.yaml"] = (OPEN.replace("21:00", "22:00") + "rota: rise\n" + second).encode()
    [gap] = check_coverage(load_texts(files), MONDAY)
    assert "on weekdays from 21:00 to 22:00" in gap.message
    files["call_flows/calm.yaml"] = ("rota: rise\n" + FLOW.replace("0100", "0101")).encode()
    assert any("now" in one.message or "from 21:00" in one.message for one in check_coverage(load_texts(files), MONDAY))


def test_a_diff_tells_of_gaps_within_the_hours_only() -> None:
    old, new = line().schedule, line(SHIFT.replace("21:00", "19:00")).schedule
    found = rota_diff(old, new, MONDAY.astimezone(UTC), MONDAY.astimezone(UTC) + timedelta(days=1))
    assert [(one.start.astimezone(NEW_YORK).hour, one.end.astimezone(NEW_YORK).hour) for one in found.new_gaps] == [
        (19, 21)
    ]


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        ("open: [{days: mon-fri, hours: 09:00-21:00}]\n", "missing-field"),
        ("closed: we_are_closed\n", "misplaced-field"),
        (OPEN.replace("we_are_closed", "we_are_close"), "unknown-step"),
        (OPEN.replace("09:00-21:00", "9-21"), "bad-hours"),
        (OPEN.replace("hours: 09:00-21:00", "on_call: [amy]"), "unknown-field"),
        (OPEN.replace(", hours: 09:00-21:00", ""), "missing-field"),
    ],
)
def test_hours_that_cannot_be_are_refused(opening: str, code: str) -> None:
    assert code in codes(loaded(SHIFT, opening))


def test_who_says_that_the_line_is_closed(tmp_path: Path) -> None:
    for name, text in texts(flow=OPEN + FLOW + STEP, rota=rota_with(SHIFT)).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text)
    assert "closed   until Mon 09:00" in run(tmp_path, "who", "--at", "2026-01-10 12:00").stdout
    assert "closed" not in run(tmp_path, "who", "--at", "2026-01-05 12:00").stdout
    [found] = objects(run(tmp_path, "who", "--at", "2026-01-10 12:00", "--json"))
    assert found["open"] is False


def test_nobody_left_while_closed_is_no_news() -> None:
    always = "shifts: [{hours: 24h, on_call: [amy]}]"
    saturday, monday = (datetime(2026, 1, day, 12, tzinfo=NEW_YORK) for day in (3, 5))
    for start, opening, told in ((saturday, OPEN, False), (saturday, "", True), (monday, OPEN, True)):
        schedule = line(always, opening).schedule
        at = int(start.timestamp())
        off = Absence("amy", at, at + 3600)
        assert bool(left_by(schedule, [], off).nobody) is told
        assert leave_nobody(schedule, [off], start.astimezone(UTC)) is told


def wall(instant: datetime) -> str:
    return f"{instant.astimezone(NEW_YORK):%a %H:%M}"


def a_week() -> tuple[datetime, datetime]:
    start = MONDAY.replace(hour=0).astimezone(UTC)
    return start, start + timedelta(days=7)


def test_nights_in_which_the_line_is_closed_are_no_load() -> None:
    open_at_night = OPEN.replace("09:00-21:00", "09:00-06:00")
    limits = "limits: {nights_running: 3}"
    for opening, nights, hours in ((OPEN, 0, 60), (open_at_night, 5, 105), ("", 7, 168)):
        schedule = line(ALWAYS, opening, limits).schedule
        found = fairness(schedule, *a_week())
        assert [(one.nights, one.on_call) for one in found.loads[:2]] == [(nights, hours * 3600)] * 2
        assert ("nights-running" in {one.kind for one in found.breaches}) is (nights > 3)


def test_limits_nobody_wrote_say_nothing_where_everyone_is_there_whenever_the_line_is_open() -> None:
    late = OPEN.replace("09:00-21:00", "06:00-04:00")
    assert fairness(line(ALWAYS, late).schedule, *a_week()).breaches == ()
    assert fairness(line(ALWAYS.replace("every day", "mon-thu"), late).schedule, *a_week()).breaches != ()


def test_a_preview_shows_closed_hours_as_closed_and_not_as_a_gap(tmp_path: Path) -> None:
    for name, text in texts(flow=OPEN + FLOW + STEP, rota=rota_with(SHIFT, "backup: [cho]")).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text)
    asked = ("preview", "--from", "2026-01-05", "--weeks", "1")
    shown = run(tmp_path, *asked).stdout
    assert "closed" in shown
    assert "No gaps. Somebody is on call whenever the line is open." in shown
    assert "gap " not in shown
    found = objects(run(tmp_path, *asked, "--json"))[0]
    stretches = [one for day in found["days"] for one in day["stretches"]]
    assert {one.get("closed", False) for one in stretches if not one["on_call"]} == {True}
    assert found["gaps"] == []
    page = run(tmp_path, *asked, "--html").stdout
    assert '<span class="closed">Closed</span>' in page
    assert 'class="gap"' not in page
    assert "whenever the line is open" in run(tmp_path, "gaps", "--at", "2026-01-05 12:00").stdout


def test_whoever_has_no_shift_while_the_line_is_open_is_reminded_of_none() -> None:
    texted = rota_with(WEEKS).replace("0111", '0111", texts: true, languages: [en]').replace('[en]"', "[en]")
    schedule = load_texts(texts(flow=OPEN + FLOW + STEP, rota=texted)).hotlines["rise"].schedule
    start = datetime(2026, 1, 2, tzinfo=NEW_YORK).astimezone(UTC)
    told = {(wall(one.time.start), wall(one.time.end)) for one in planned(schedule, start, start + timedelta(weeks=4))}
    assert told == {("Fri 09:00", "Thu 21:00")}, "a week from its first opening to its last closing"
    off = (Absence("amy", int(start.timestamp()), int((start + timedelta(days=15)).timestamp())),)
    late = planned(schedule.with_absences(off), start, start + timedelta(weeks=3))
    assert {wall(one.time.start) for one in late if one.who == "amy"} == {"Mon 09:00"}, (
        "back on a Saturday, and the line opens on Monday"
    )


def test_a_calendar_has_a_volunteers_time_while_the_line_is_open() -> None:
    schedule = line(WEEKS).schedule
    when = Span(datetime(2026, 1, 2, tzinfo=NEW_YORK).astimezone(UTC), datetime(2026, 1, 8, tzinfo=NEW_YORK))
    found = events(schedule, calendar_times(schedule, when), "amy")
    assert [(wall(one.start), wall(one.end)) for one in found] == [
        (f"{day} 09:00", f"{day} 21:00") for day in ("Fri", "Mon", "Tue", "Wed", "Thu")
    ]
    assert [wall(one.start) for one in next_times(schedule, "amy", when.start, 2)] == ["Fri 09:00", "Mon 09:00"]
