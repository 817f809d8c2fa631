"""Forms for a shift and for a rotation, also of the backup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.days import days
from hotline.files.values.meant import WEEKDAYS
from hotline.files.values.times import change, every, hours, week_moment
from hotline.files.yaml.document import Plain
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    in_short,
    listed,
    needed,
    numbered,
    person,
    place_number,
    places,
    said,
    texts,
    typed,
)
from hotline.pages.words.days import days_in_english
from hotline.pages.words.language import current, later, weekday_of
from hotline.pages.words.language import gettext as _

WHEN = ("days", "hours", "from", "to")
_WHEN_FIELDS = ("pattern", "day_", "days_text", "start", "end", "from_day", "to_day")
_PATTERNS = {
    "weekly": later("On these days"),
    "holidays": later("On public holidays"),
    "other": later("On other days"),
    "long": later("Over several days"),
}
_TIERS = 5
_DAY = 1440
_MONDAY = date(2024, 1, 1)
_UNITS = {"day": later("days"), "week": later("weeks"), "month": later("month")}


class _WhenForm(EntryForm):
    """The fields that shifts and rotations share."""

    plain: Sequence[str] = ("name", "starting", "until")
    patterns: Sequence[str] = tuple(_PATTERNS)
    tiers = True

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {"tier": said(at.get("tier")) or "1", **when_shown(at)}

    def _when_fields(self, values: Values) -> list[Fields]:
        weekdays = [(day, weekday_of(_MONDAY + timedelta(place))) for place, day in enumerate(WEEKDAYS)]
        return [
            Fields(
                _("When"),
                [
                    Field(
                        "pattern",
                        _("Which days"),
                        "radio",
                        choices=[(one, _(_PATTERNS[one])) for one in self.patterns],
                        value=values.get("pattern") or "weekly",
                    )
                ],
            ),
            Fields(
                _("Days"),
                [Field(f"day_{day}", label, "check") for day, label in weekdays],
                _("The days on which it starts. None ticked: every day."),
                beside=True,
            ),
            Fields(
                "", [Field("days_text", _("Other days"), hint=_("Places in the month, such as: 1st sat, last fri"))]
            ),
            Fields(
                _("Times"),
                [
                    *self._long_menu(values, "from_day", _("From"), weekdays),
                    Field("start", _("Starts"), "time"),
                    *self._long_menu(values, "to_day", _("To"), weekdays),
                    Field("end", _("Ends"), "time"),
                ],
                _("An end at or before the start is on the next day. The same time twice is 24 hours."),
                beside=True,
            ),
        ]

    def _long_menu(self, values: Values, name: str, label: str, weekdays: Sequence[tuple[str, str]]) -> list[Field]:
        return [Field(name, label, "menu", choices=[("", "–"), *weekdays])]

    def _read_when(self, values: Values) -> dict[str, Plain]:
        return typed(values, ("name",)) | when_read(values)

    def _dates(self, values: Values) -> dict[str, Plain]:
        return typed(values, ("starting", "until"))

    def _tier(self, values: Values) -> dict[str, Plain]:
        tier = values.get("tier", "").strip()
        return {"tier": tier} if self.tiers and tier not in ("", "1") else {}

    def _tier_field(self, values: Values) -> list[Field]:
        return [tier_field(values, _("Tier 1 is rung first, then tier 2, and so on."))] if self.tiers else []


class ShiftForm(_WhenForm):
    """A shift: the same people every time."""

    kind = "shift"
    own = (
        (WHEN, _WHEN_FIELDS),
        (("every",), ("every",)),
        (("also",), ("also",)),
        (("tier",), ("tier",)),
        (("on_call",), ("on_call_",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        found = super()._shown(at) | numbered("on_call_", texts(at.get("on_call")))
        return found | {"also": "yes" if at.get("also") else "", "every": every_shown(at)}

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        count = places(values, "on_call_")
        return [
            Fields("", [Field("name", _("Name"), hint=_("Shown in calendars, such as: Week nights"))]),
            *self._when_fields(values),
            Fields(
                _("Who is on call, in the order they are rung"),
                [
                    person(values, f"on_call_{at}", _("Person %(number)s", number=at), about, count)
                    for at in range(1, count + 1)
                ],
                beside=True,
            ),
            Fields(
                _("From when, and how often"),
                [
                    Field("starting", _("First date"), "date"),
                    Field("until", _("Last date"), "date"),
                    every_field("every"),
                    *self._tier_field(values),
                ],
                beside=True,
            ),
            Fields("", [Field("also", _("On holidays, keep the other shifts too"), "check")]),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The shift as typed. Raises Mistyped."""
        found = self._read_when(values) | self._dates(values)
        found |= every_read(values)
        if values.get("also"):
            found["also"] = "true"
        found |= self._tier(values)
        people = [about.who(name, one) for name, one in listed(values, "on_call_")]
        if not people:
            raise Mistyped("on_call_1", _("Choose at least one person."))
        found["on_call"] = list(dict.fromkeys(people))
        return found


class RotationForm(_WhenForm):
    """A rotation: one volunteer or one team at a time."""

    kind = "rotation"
    patterns = ("weekly", "other", "long")
    own = (
        (WHEN, _WHEN_FIELDS),
        (("turns",), ("turn_",)),
        (("change",), ("count", "unit")),
        (("tier",), ("tier",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        found = super()._shown(at)
        turns = at.get("turns")
        for place, turn in enumerate(turns if isinstance(turns, list) else (), 1):
            found |= numbered(f"turn_{place}_", texts(turn))
        with suppress(Unreadable):
            often = change(at.get("change"))
            weeks = often.unit == "day" and often.count % 7 == 0
            found |= {"count": str(often.count // 7 if weeks else often.count), "unit": "week" if weeks else often.unit}
        return found

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        turns, wide = _turns(values)
        count = max(4, len(turns) + 2, places(values, "turn_", 0))
        return [
            Fields("", [Field("name", _("Name"), hint=_("Shown in calendars, such as: Week nights"))]),
            *self._when_fields(values),
            Fields(
                _("When the turn changes"),
                [
                    Field(
                        "count", _("Every"), "number", more={"min": "1", "max": "366"}, value=values.get("count") or "1"
                    ),
                    Field(
                        "unit",
                        _("Unit"),
                        "menu",
                        choices=[(one, _(word)) for one, word in _UNITS.items()],
                        value=values.get("unit") or "week",
                    ),
                    Field("starting", _("First turn starts"), "date", required=True),
                    Field("until", _("Last date"), "date"),
                    *self._tier_field(values),
                ],
                beside=True,
            ),
            Fields(
                _("Whose turn it is, in order"),
                [
                    person(
                        values,
                        f"turn_{at}_{one}",
                        _("Turn %(number)s", number=at) if one == 1 else _("together with"),
                        about,
                        count * wide,
                    )
                    for at in range(1, count + 1)
                    for one in range(1, wide + 1)
                ],
                beside=True,
                wide=wide,
            ),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The rotation as typed. Raises Mistyped."""
        found = self._read_when(values)
        turns: list[Plain] = []
        for team in _turns(values)[0]:
            people = list(dict.fromkeys(about.who(name, one) for name, one in team))
            turns.append(people[0] if len(people) == 1 else list(people))
        if not turns:
            raise Mistyped("turn_1_1", _("Choose who takes the first turn."))
        count, unit = values.get("count", "").strip() or "1", values.get("unit") or "week"
        if not place_number(count):
            raise Mistyped("count", _("Enter a whole number."))
        if unit == "month" and count != "1":
            raise Mistyped("count", _("A turn lasts one month, or days or weeks."))
        usual = {"day": "daily", "week": "weekly", "month": "monthly"}
        found["turns"] = turns
        found["change"] = usual[unit] if count == "1" and unit in usual else f"{count} {unit}s"
        needed(values, "starting", _("Enter the first date: turns are counted from it."))
        return found | self._dates(values) | self._tier(values)


class BackupShiftForm(ShiftForm):
    """People who are backup at times."""

    kind = "backup_shift"
    tiers = False


class BackupRotationForm(RotationForm):
    """People who take turns as backup."""

    kind = "backup_rotation"
    tiers = False


def _turns(values: Values) -> tuple[list[list[tuple[str, str]]], int]:
    """The turns that name somebody, each with its fields, and how many fields a turn has."""
    numbers = sorted({place_number(name.split("_")[1]) for name in values if name.startswith("turn_")})
    teams = [listed(values, f"turn_{at}_") for at in numbers]
    return [team for team in teams if team], max([2, *(len(team) + 1 for team in teams if len(team) > 1)])


def tier_field(values: Values, hint: str) -> Field:
    """A field for a tier."""
    tiers = [(str(one), str(one)) for one in range(1, _TIERS + 1)]
    return Field("tier", _("Tier"), "menu", hint, tiers, value=values.get("tier") or "1")


def every_field(name: str) -> Field:
    """A field for shifts that are not on every week."""
    hint = _("2: every other week, counted from that of the first date.")
    return Field(name, _("Every … weeks"), "number", hint, more={"min": "1", "max": "52", "placeholder": "1"})


def every_shown(at: Mapping[str, Plain]) -> str:
    """Every how many weeks an entry is on; "" if that is not said."""
    with suppress(Unreadable):
        return str(every(at["every"])) if at.get("every") else ""
    return ""


def every_read(values: Values) -> dict[str, Plain]:
    """Every how many weeks, as typed. Raises Mistyped."""
    count = values.get("every", "").strip()
    if count in ("", "1"):
        return {}
    if not values.get("starting"):
        raise Mistyped("starting", _("Enter the first date: the weeks are counted from it."))
    return {"every": f"{count} weeks"}


def when_shown(at: Mapping[str, Plain]) -> dict[str, str]:
    """Return the text of the fields for when an entry is: its days and hours, or its one long time."""
    if at.get("from") or at.get("to"):
        return {"pattern": "long"} | _long(at.get("from"), "from_day", "start") | _long(at.get("to"), "to_day", "end")
    found = _days_shown(at.get("days"))
    with suppress(Unreadable):
        start, end = hours_shown(at.get("hours") or "24h")
        found |= {"start": start, "end": end}
    return found


def hours_shown(value: Plain) -> tuple[str, str]:
    """Return when hours of a file begin and end, as fields for times show it. Raises Unreadable."""
    read = hours(value)
    return clock_of(read.start), clock_of((read.start + read.length) % _DAY)


def hours_read(start: str, end: str) -> str:
    """Return hours as a file has them."""
    return "24h" if (start, end) == ("00:00", "00:00") else f"{start}-{end}"


def when_read(values: Values) -> dict[str, Plain]:
    """Return when an entry is, as typed. Raises Mistyped."""
    pattern = values.get("pattern") or "weekly"
    if pattern == "long":
        return {"from": _long_read(values, "from_day", "start"), "to": _long_read(values, "to_day", "end")}
    found: dict[str, Plain] = {"days": days_read(values, pattern)}
    start = needed(values, "start", _("Enter when it starts."))
    end = needed(values, "end", _("Enter when it ends."))
    return found | {"hours": hours_read(start, end)}


def _long(value: Plain, day: str, clock: str) -> dict[str, str]:
    with suppress(Unreadable):
        moment = week_moment(value)
        return {day: WEEKDAYS[moment.day], clock: clock_of(moment.minute % _DAY)}
    return {}


def _long_read(values: Values, day: str, clock: str) -> str:
    chosen = needed(values, day, _("Choose the day."))
    return f"{chosen} {needed(values, clock, _('Enter the time.'))}"


def _days_shown(value: Plain) -> dict[str, str]:
    with suppress(Unreadable):
        read = days(value or "every day")
        if read.holidays and not read.weekly and not read.monthly:
            return {"pattern": "holidays"}
        if not read.holidays and not read.monthly:
            return {"pattern": "weekly"} | {f"day_{WEEKDAYS[day]}": "yes" for day in sorted(read.weekly)}
    written = value if isinstance(value, str) else ", ".join(texts(value))
    return {"pattern": "other", "days_text": written}


def days_read(values: Values, pattern: str) -> Plain:
    """Return the days as typed, in the way of the pattern. Raises Mistyped."""
    if pattern == "holidays":
        return "holidays"
    if pattern == "other":
        typed = needed(values, "days_text", _("Name the days."))
        if current() == "es":
            typed = days_in_english(typed)
        try:
            days(typed)
        except Unreadable as problem:
            raise Mistyped("days_text", in_short(problem)) from None
        return [one.strip() for one in typed.split(",")] if "," in typed else typed
    chosen = [place for place, day in enumerate(WEEKDAYS) if values.get(f"day_{day}")]
    if len(chosen) in (0, 7):
        return "every day"
    starts = [place for place in chosen if (place - 1) % 7 not in chosen]
    if len(starts) == 1 and len(chosen) > 2:
        return f"{WEEKDAYS[starts[0]]}-{WEEKDAYS[(starts[0] + len(chosen) - 1) % 7]}"
    return WEEKDAYS[chosen[0]] if len(chosen) == 1 else [WEEKDAYS[place] for place in chosen]


def clock_of(minute: int) -> str:
    """Return a minute of the day as a field for times shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"
