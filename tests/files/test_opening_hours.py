"""A line with opening hours: what callers hear outside them, and what is looked at within them only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.core import call
from hotline.core.absence import Absence
from hotline.core.coverage_ahead import near_gaps
from hotline.core.flow import Hotline
from hotline.core.off import leave_nobody, left_by
from hotline.core.reply import HangUp, Say
from hotline.core.rota_diff import rota_diff
from hotline.files import Loaded, check_coverage, load_texts
from tests.files.good import FLOW, rota_with, texts
from tests.rota_tools.looking import objects, run

OPEN = "open: [{days: mon-fri, hours: 09:00-21:00}]\nclosed: we_are_closed\n"
STEP = "  we_are_closed: {say: {en: We open at nine.}, hang_up: true}\n"
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
