"""Who a rota file gives for an instant, worked out slowly and plainly from the rules of the format.

It takes the YAML as plain dicts and shares no code with the product, so a test can compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import holidays

Entry = dict[str, Any]
Times = tuple[datetime, datetime]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PLACES = ["1st", "2nd", "3rd", "4th", "5th"]
LONGEST = 9  # days: a stretch lasts a week at most, and a zone is less than a day off


def zone_of(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


class PlainRota:
    """A rota file as a dict, and who it gives."""

    def __init__(self, rota: Entry) -> None:
        self.rota = rota
        self.zone = zone_of(rota["timezone"])
        entry = rota.get("holidays") or {}
        self.also = {a_date(day) for day in entry.get("also", [])}
        self.without = {a_date(day) for day in entry.get("except", [])}
        self.country = (
            holidays.country_holidays(entry["country"], subdiv=entry.get("region")) if "country" in entry else {}
        )

    def at(self, instant: datetime) -> tuple[list[tuple[int, str]], list[str]]:
        """Those on call, each with their tier, and the backup."""
        listed = self.rostered(instant)
        held = [cover for cover in self.rota.get("cover", []) if self.holds(cover, instant)]
        protected: set[str] = set()
        for cover in held:
            who, names = cover["who"], [name for _, name in listed]
            if "for" in cover:
                if cover["for"] not in names:
                    continue
                place = names.index(cover["for"])
                if who in names:
                    del listed[place]
                else:
                    listed[place] = (listed[place][0], who)
            else:
                listed.append((int(cover.get("tier", 1)), who))
                listed = lowest(listed)
            protected.add(who)
        away = {entry["who"] for entry in self.rota.get("away", []) if self.holds(entry, instant)}
        on_call = [(tier, name) for tier, name in listed if name not in away or name in protected]
        return on_call, [name for name in self.backup(instant) if name not in away]

    def rostered(self, instant: datetime) -> list[tuple[int, str]]:
        listed = []
        for shift in self.rota.get("shifts", []):
            if any(start <= instant < end for start, end in self.left_of(shift, "shifts", instant)):
                listed += [(int(shift.get("tier", 1)), name) for name in shift["on_call"]]
        for rotation in self.rota.get("rotations", []):
            listed += [(int(rotation.get("tier", 1)), name) for name in self.turn_at(rotation, instant)]
        return lowest(listed)

    def backup(self, instant: datetime) -> list[str]:
        listed: list[str] = []
        for entry in self.rota.get("backup", []):
            if isinstance(entry, str):
                listed.append(entry)
            elif "turns" in entry:
                listed += self.turn_at(entry, instant)
            elif any(start <= instant < end for start, end in self.left_of(entry, "backup", instant)):
                listed += entry["on_call"]
        return list(dict.fromkeys(listed))

    def turn_at(self, rotation: Entry, instant: datetime) -> list[str]:
        listed: list[str] = []
        for day, (start, end) in self.stretches(rotation, instant):
            if start <= instant < end:
                turn = rotation["turns"][number_of_turn(rotation, day) % len(rotation["turns"])]
                listed += [turn] if isinstance(turn, str) else turn
        return listed

    def left_of(self, shift: Entry, beside: str, instant: datetime) -> Iterator[Times]:
        """The stretches of a shift around an instant, less the hours that shifts for holidays beside it replace."""
        for day, whole in self.stretches(shift, instant):
            parts = [whole]
            if self.is_holiday(day) and not for_holidays(shift):
                for other in self.rota.get(beside, []):
                    if not isinstance(other, dict) or "turns" in other or not for_holidays(other):
                        continue
                    if "also" not in other and self.starts_on(other, day):
                        for _, taken in self.stretches(other, instant):
                            parts = [left for part in parts for left in minus(part, taken)]
            yield from parts

    def stretches(self, entry: Entry, instant: datetime) -> Iterator[tuple[date, Times]]:
        """Each stretch of an entry that might hold the instant, with the date on which it starts."""
        around = instant.astimezone(self.zone).date()
        for step in range(-LONGEST, LONGEST):
            day = around + timedelta(days=step)
            if not self.starts_on(entry, day):
                continue
            if "from" in entry:
                first_day, first = entry["from"].split()
                last_day, last = entry["to"].split()
                days = (WEEKDAYS.index(last_day) - WEEKDAYS.index(first_day)) % 7
                if days == 0 and minutes(last) <= minutes(first):
                    days = 7
            else:
                first, last = hours_of(entry)
                days = 0 if minutes(last) > minutes(first) else 1
            start = self.instant(wall(day, minutes(first)), first_one=True)
            end = self.instant(wall(day + timedelta(days=days), minutes(last)), first_one=False)
            if start < end:
                yield day, (start, end)

    def starts_on(self, entry: Entry, day: date) -> bool:
        if "starting" in entry and day < a_date(entry["starting"]):
            return False
        if "until" in entry and day > a_date(entry["until"]):
            return False
        if "every" in entry:
            weeks = (monday(day) - monday(a_date(entry["starting"]))).days // 7
            if weeks % int(entry["every"].split()[0]):
                return False
        if "from" in entry:
            return WEEKDAYS[day.weekday()] == entry["from"].split()[0]
        return any(self.is_named(day, name) for name in names_of_days(entry))

    def is_named(self, day: date, name: str) -> bool:
        if name == "holidays":
            return self.is_holiday(day)
        if name == "every day":
            return True
        if " " in name:
            place, weekday = name.split()
            if WEEKDAYS[day.weekday()] != weekday:
                return False
            if place == "last":
                return (day + timedelta(days=7)).month != day.month
            return (day.day - 1) // 7 == PLACES.index(place)
        if "-" in name:
            first, last = (WEEKDAYS.index(end) for end in name.split("-"))
            return (day.weekday() - first) % 7 <= (last - first) % 7
        return WEEKDAYS[day.weekday()] == name

    def is_holiday(self, day: date) -> bool:
        return (day in self.country or day in self.also) and day not in self.without

    def holds(self, entry: Entry, instant: datetime) -> bool:
        first, last = entry["from"], entry["to"]
        start = wall(a_date(first[:10]), minutes(first[11:] or "00:00"))
        end = wall(a_date(last[:10]), minutes(last[11:] or "24:00"))
        return self.instant(start, first_one=True) <= instant < self.instant(end, first_one=False)

    def instant(self, at: datetime, *, first_one: bool) -> datetime:
        """The instant of a wall-clock time: the first or the last of two, or the jump that leaves it out."""
        earlier, later = sorted(at.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        there = [one for one in (earlier, later) if one.astimezone(self.zone).replace(tzinfo=None) == at]
        if there:
            return min(there) if first_one else max(there)
        jump = earlier
        while jump.astimezone(self.zone).replace(tzinfo=None) < at:
            jump += timedelta(minutes=1)
        return jump


def lowest(listed: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Tier 1 first, each volunteer once: in their lowest tier, at the first place there."""
    once: list[tuple[int, str]] = []
    for tier, name in sorted(listed, key=lambda one: one[0]):
        if name not in [other for _, other in once]:
            once.append((tier, name))
    return once


def minus(part: Times, taken: Times) -> list[Times]:
    left = [(part[0], min(part[1], taken[0])), (max(part[0], taken[1]), part[1])]
    return [(start, end) for start, end in left if start < end]


def for_holidays(shift: Entry) -> bool:
    return "holidays" in names_of_days(shift)


def names_of_days(entry: Entry) -> list[str]:
    if "from" in entry:
        return []
    days = entry.get("days", "every day")
    return [name.strip() for name in (days.split(",") if isinstance(days, str) else days)]


def hours_of(entry: Entry) -> tuple[str, str]:
    hours = entry.get("hours", "24h")
    first, last = ("00:00", "24:00") if hours == "24h" else hours.split("-")
    return first, last


def number_of_turn(rotation: Entry, day: date) -> int:
    starting, change = a_date(rotation["starting"]), rotation["change"]
    if change == "monthly":
        return (day.year - starting.year) * 12 + day.month - starting.month
    fixed: dict[str, int] = {"daily": 1, "weekly": 7}
    period = fixed.get(change) or int(change.split()[0]) * (7 if "week" in change else 1)
    return (day - starting).days // period


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


a_date: Callable[[str], date] = date.fromisoformat


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)
