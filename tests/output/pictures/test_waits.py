"""Pictures of waits."""

from __future__ import annotations

from hotline.core.forecast.waits import HourWait
from hotline.output.pictures.waits import MOST_SHADES, WaitCell, reached_within, week_of_waits


def test_a_week_has_a_row_for_each_day_and_short_waits_are_light() -> None:
    hours = [HourWait(3, 15.2), HourWait(0, None), HourWait(3, None), HourWait(3, 1.0), *[HourWait(1, 60)] * 164]
    rows = week_of_waits(hours)
    assert [len(row) for row in rows] == [24] * 7
    assert rows[0][:4] == [WaitCell("15", 2), WaitCell("", None), WaitCell("–", MOST_SHADES), WaitCell("1", 1)]
    assert rows[6][23] == WaitCell("60", MOST_SHADES)


def test_the_longest_wait_is_the_darkest() -> None:
    assert [cell.shade for cell in week_of_waits([HourWait(1, 60), HourWait(1, 240)])[0]] == [2, MOST_SHADES]


def test_bars_have_their_share_as_a_tooltip() -> None:
    drawn = reached_within({15: 0.061, 60: 1.0}, "In time", lambda share: f"{share:.1%}")
    assert "<title>15 s: 6.1%</title>" in drawn
    assert drawn.count("<rect") == 2
