"""Times of a few minutes in the calendar, at any hour: wide enough to press, and beside what is there, not over it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from playwright.sync_api import Page

from hotline.core.rota.on_call import Schedule
from hotline.files import load_texts
from hotline.pages.rota.calendar import QUARTERS, shown_days
from tests.files.good import rota_with, texts
from tests.pages.looking import assert_accessible

SHORT = (
    "shifts:",
    "  - {days: mon, hours: 00:34-12:00, on_call: [amy, ben]}",  # a gap as the day begins, another at noon
    "  - {days: mon, hours: 12:05-23:50, on_call: [amy]}",
    "  - {days: tue, hours: 00:10-00:20, on_call: [ben]}",  # a gap over midnight, and minutes after one another
    "  - {days: tue, hours: 00:20-00:30, on_call: [cho]}",
    "  - {days: tue, hours: 23:30-24:00, on_call: [dee]}",  # hours of nobody, and minutes at the end
    "  - {days: wed, hours: 00:00-00:05, on_call: [dee]}",
    "  - {days: wed-sun, hours: 00:10-23:58, on_call: [amy, ben, cho, dee]}",
    "  - {days: thu, hours: 23:58-24:00, on_call: [amy]}",
    "  - {days: fri, hours: 00:00-00:10, on_call: [dee]}",
    "backup: [ben]",
)


def _overlaps(schedule: Schedule, first: date) -> list[str]:
    found = []
    for day in shown_days(schedule, first, 7, datetime(2026, 11, 30, tzinfo=UTC), {}).days:
        drawn = [(bar.lane, bar.start, bar.until) for bar in day.bars]
        drawn += [(hole.lane + row, hole.start, hole.until) for hole in day.holes for row in (0, 1)]
        taken: set[tuple[int, int]] = set()
        for lane, start, until in drawn:
            cells = {(lane, quarter) for quarter in range(start, until)}
            if cells & taken or len(cells) < 5 or not 1 <= start < until <= QUARTERS + 1:
                found.append(f"{day.day.date}: lane {lane}, quarters {start} to {until}")
            taken |= cells
    return found


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_drawn_over_anything_else_whatever_the_hours(seed: int) -> None:
    random = Random(seed)
    shifts = ["shifts:"]
    for _ in range(random.randint(1, 12)):
        start = random.choice((0, 1, 30, 719, 720, 1380, 1430, 1439, random.randrange(1440)))
        end = (start + random.choice((1, 5, 20, 60, 480, 1439))) % 1440
        who = random.sample(("amy", "ben", "cho", "dee"), random.randint(1, 3))
        shifts.append(
            f"  - {{days: {random.choice(('every day', 'mon', 'tue-thu'))}, hours: {start // 60:02}:{start % 60:02}-"
            f"{end // 60:02}:{end % 60:02}, on_call: [{', '.join(who)}]}}"
        )
    loaded = load_texts(texts(rota=rota_with(*shifts, random.choice(("backup: [dee]", "# no backup")))))
    first = date(2026, 10, 26) + timedelta(days=random.randrange(14))  # clocks go back on the first of November
    assert _overlaps(loaded.hotlines["rise"].schedule, first) == []


@pytest.mark.parametrize("files", [texts(rota=rota_with(*SHORT))])
@pytest.mark.parametrize("wide", [1280, 834])
def test_a_time_of_minutes_can_be_pressed_at_any_hour(desk: Page, wide: int) -> None:
    desk.set_viewport_size({"width": wide, "height": 900})
    desk.goto("/rota/rise?date=2031-01-06")
    assert desk.locator(".hole.tiny, .bar.tiny").count() > 10
    assert_accessible(desk)
    covered = desk.evaluate("""[...document.querySelectorAll(".track .opens")].filter((one) => {
        one.scrollIntoView({ block: "center" });
        const { x, y, width, height } = one.getBoundingClientRect();
        const at = [.1, .5, .9].map((part) => document.elementFromPoint(x + width * part, y + height / 2));
        return at.some((found) => found?.closest("a") !== one);
    }).map((one) => one.textContent.trim())""")
    assert covered == []
