"""A period's calls by day, weekday, hour and part of the day, with small figures hidden.

Hiding works only if no two breakdowns overlap. A month's breakdown and that of its quarter would together reveal what
each one hides. So there is exactly one for each past quarter of a calendar year, of one hotline. A reader who asks for
the full figures gets them for any period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hotline.core.reports.report import SlotCount
from hotline.core.reports.small_cells import Arc, hidden
from hotline.core.times.periods import Period, month_start

Part = Literal["night", "morning", "afternoon", "evening"]
PARTS: tuple[Part, ...] = ("night", "morning", "afternoon", "evening")
"""Night is from 23:00 to 6:00, as for volunteers' nights; then until 12:00, 18:00 and 23:00. All but night is day."""

_FROM_HOUR: tuple[tuple[int, Part], ...] = (
    (23, "night"),
    (18, "evening"),
    (12, "afternoon"),
    (6, "morning"),
    (0, "night"),
)
_WEEKDAYS = range(7)
_HOURS = range(24)
_DEAR, _DEARER = 100, 1_000
"""The costs of hiding a total, where a day or an hour of a weekday costs 1: the fewest figures, and the finest."""


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls, and how many of them were answered. None: not shown."""

    calls: int | None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Calls by the wall clock of the hotline's zone. `whole`: nothing is hidden, and `answered` is given.

    `cells` and `cells_by_part` are by weekday (Monday first), then hour or part of the day (as in PARTS).
    """

    whole: bool
    days: Mapping[date, CallCount]
    weekdays: tuple[CallCount, ...]
    hours: tuple[CallCount, ...]
    parts: tuple[CallCount, ...]
    day: CallCount
    night: CallCount
    cells: tuple[tuple[CallCount, ...], ...]
    cells_by_part: tuple[tuple[CallCount, ...], ...]

    @property
    def hides_all(self) -> bool:
        """Return whether nothing at all can be shown."""
        tables: Iterable[Iterable[CallCount]] = (self.weekdays, self.hours, self.days.values(), *self.cells_by_part)
        return all(one.calls is None for table in tables for one in table)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A breakdown that is not shown, and why.

    `period` is no quarter, or is `going on`; `hotlines` are several; or some calls are `gone` from the log. More calls
    leave the log each day, so two breakdowns would overlap.
    """

    why: Literal["period", "going on", "hotlines", "gone"]


def may_break_down(period: Period, one_hotline: bool, now: int, gone: bool = False) -> Withheld | None:
    """Return what forbids a breakdown for readers who did not ask for the full figures. None: nothing does.

    `gone`: whether some of its calls exist only in totals.
    """
    if gone:
        return Withheld("gone")
    if not one_hotline:
        return Withheld("hotlines")
    if not period.is_quarter:
        return Withheld("period")
    return None if period.is_over(now) else Withheld("going on")


def part_of_day(hour: int) -> Part:
    """The part of the day that an hour (0 to 23) is in."""
    return next(part for start, part in _FROM_HOUR if hour >= start)


def full_breakdown(slots: Sequence[SlotCount]) -> Breakdown:
    """Every figure as it is, for those who asked for it on purpose."""
    calls, answered = _figures(slots, lambda one: one.calls), _figures(slots, lambda one: one.answered)
    return _breakdown(slots, lambda name: CallCount(calls[name], answered[name]), whole=True)


def safe_breakdown(slots: Sequence[SlotCount]) -> Breakdown:
    """The figures without those of 0 to 10 calls, and without those from which one could be worked out.

    Hours are hidden a second time, from readers who know the calls of every day: whole totals of any period reveal
    those. Both sets of hidden figures stay hidden.
    """
    figures = _figures(slots, lambda one: one.calls)
    unseen: set[Hashable] = set()
    for price in (_price, _price_beside_days):
        unseen |= hidden([Arc(name, *_ends(name), figures[name], price(name)) for name in _names(slots)])
    return _breakdown(slots, lambda name: CallCount(None if name in unseen else figures[name]), whole=False)


def _breakdown(slots: Sequence[SlotCount], count: Callable[[Hashable], CallCount], *, whole: bool) -> Breakdown:
    return Breakdown(
        whole,
        {day: count(("date", day)) for day in dict.fromkeys(slot.slot.date for slot in slots)},
        tuple(count(("weekday", weekday)) for weekday in _WEEKDAYS),
        tuple(count(("hour", hour)) for hour in _HOURS),
        tuple(count(("part", part)) for part in PARTS),
        count("day"),
        count(("part", "night")),
        tuple(tuple(count(("cell", weekday, hour)) for hour in _HOURS) for weekday in _WEEKDAYS),
        tuple(tuple(count(("cell", weekday, part)) for part in PARTS) for weekday in _WEEKDAYS),
    )


def _figures(slots: Sequence[SlotCount], of: Callable[[SlotCount], int]) -> Counter[Hashable]:
    by_date: Counter[date] = Counter()
    by_hour: Counter[tuple[int, int]] = Counter()
    for slot in slots:
        number = of(slot)
        if number:
            by_date[slot.slot.date] += number
            by_hour[slot.slot.date.weekday(), slot.slot.hour] += number
    found: Counter[Hashable] = Counter()
    for day, number in by_date.items():
        for name in _of_date(day):
            found[name] += number
    for (weekday, hour), number in by_hour.items():
        for name in _of_hour(weekday, hour):
            found[name] += number
    return found


# The network: the whole > months > dates > weekdays > parts and hours of weekdays > hours > parts > the whole.
# Months are not hidden: they are totals, which are always whole.


def _of_date(day: date) -> Iterator[Hashable]:
    """Every figure that a call of this date counts in, at any hour."""
    yield from ("whole", ("month", month_start(day)), ("date", day))


def _of_hour(weekday: int, hour: int) -> Iterator[Hashable]:
    """Every figure that a call of this weekday and hour counts in, on any date."""
    part = part_of_day(hour)
    yield from (("weekday", weekday), ("cell", weekday, part), ("cell", weekday, hour), ("hour", hour), ("part", part))
    if part != "night":
        yield "day"


def _names(slots: Sequence[SlotCount]) -> dict[Hashable, None]:
    names: dict[Hashable, None] = {}
    for day in dict.fromkeys(slot.slot.date for slot in slots):
        names.update(dict.fromkeys(_of_date(day)))
    for weekday, hour in dict.fromkeys((slot.slot.date.weekday(), slot.slot.hour) for slot in slots):
        names.update(dict.fromkeys(_of_hour(weekday, hour)))
    return names


def _ends(name: Hashable) -> tuple[Hashable, Hashable]:
    """The points at the two ends of a figure."""
    match name:
        case "whole":
            return "end", "start"
        case "day":
            return "days", "end"
        case ("month", first):
            return "start", ("in month", first)
        case ("date", date() as day):
            return ("in month", month_start(day)), ("on", day.weekday())
        case ("weekday", weekday):
            return ("on", weekday), ("of", weekday)
        case ("cell", weekday, str() as part):
            return ("of", weekday), ("of", weekday, part)
        case ("cell", weekday, int() as hour):
            return ("of", weekday, part_of_day(hour)), ("at", hour)
        case ("hour", int() as hour):
            return ("at", hour), ("in", part_of_day(hour))
        case ("part", "night"):
            return ("in", "night"), "end"
        case ("part", part):
            return ("in", part), "days"
        case _:
            raise ValueError(name)


def _price(name: Hashable) -> int | None:
    match name:
        case "whole" | ("month", _):
            return None
        case "day" | ("part", _):
            return _DEARER
        case ("weekday" | "hour", _):
            return _DEAR
        case ("cell", _, str()):
            return 10
        case _:
            return 1


def _price_beside_days(name: Hashable) -> int | None:
    """Price a breakdown for readers who know the calls of every day, and so the calls of all Mondays."""
    match name:
        case ("date" | "weekday", _):
            return None
        case _:
            return _price(name)
