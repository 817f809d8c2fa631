"""The form for the opening hours of a line, and for what callers hear outside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.days import days
from hotline.files.values.meant import WEEKDAYS
from hotline.files.yaml.document import Path, Plain, mapping
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    menu,
    place_number,
    places,
    said,
    texts,
    typed,
)
from hotline.pages.setup.times_form import WHEN, days_read, every_field, every_read, every_shown, when_read, when_shown
from hotline.pages.setup.volunteer_form import entries_of, new_short_name
from hotline.pages.setup.words_form import areas, in_each
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import weekday_of

_LONG = ("from_day", "to_day")
_DATES = ("starting", "until", "every", "also", "name")
_ROW = (*(f"day_{day}" for day in WEEKDAYS), "holidays", "days_text", *_LONG, "start", "end", *_DATES)
"""The fields of a row, each with the row's number after it."""
_MONDAY = date(2024, 1, 1)


class HoursForm(EntryForm):
    """The form for a line's opening hours, and for the step at which calls begin outside them.

    That step can be made with its words.
    """

    kind = "hours"
    own = ((("open", "closed"), (*(f"{name}_" for name in _ROW), "closed", "closed_say_", "closed_then")),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        rows = ((number, row_shown(entry)) for number, entry in enumerate(entries_of(at, "open"), 1))
        times = {f"{name}_{number}": one for number, row in rows for name, one in row.items() if one}
        return {**times, "closed": said(at.get("closed"))}

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        return [
            Fields("", [], _("Without times, the line is always open. To remove one, clear when it opens and closes.")),
            *(
                group
                for number in range(1, places(values, "start_", 2, spare=1) + 1)
                for group in (_row_asked(number, values), _dates_asked(number))
            ),
            *_closed_asked(values, about),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The times as typed, and the step outside them: a new one comes with its words. Raises Mistyped."""
        before = entries_of(about.content, "open")
        rows = (_row_read(number, values, before) for number in _rows(values))
        found: list[Plain] = [one for one in rows if one is not None]
        if not found:
            return {}
        if closed := values.get("closed", "").strip():
            return {"open": found, "closed": closed}
        words = in_each(values, "closed_say_", about)
        if not words:
            raise Mistyped(f"closed_say_{about.languages[0]}", _("Write what callers hear when the line is closed."))
        steps, after = mapping(about.content.get("steps")), values.get("closed_then", "").strip()
        name = new_short_name("closed", list(steps))
        step: dict[str, Plain] = {"say": words, **({"then": after} if after else {"hang_up": "true"})}
        return {"open": found, "closed": name, "steps": {**steps, name: step}}

    def field_of(self, path: Path, values: Values) -> str:
        """The field of a time by its row."""
        if path[:1] != ("open",) or not isinstance(next(iter(path[1:]), None), int):
            return ""
        rows = [number for number in _rows(values) if values.get(f"start_{number}") or values.get(f"end_{number}")]
        number = rows[int(path[1])] if int(path[1]) < len(rows) else 1
        if path[2:3] and path[2] in _DATES:
            return f"{path[2]}_{number}"
        of_days = ("holidays", "days_text") if path[2:3] in ((), ("days",)) else ()
        return next((name for one in of_days if values.get(name := f"{one}_{number}")), f"start_{number}")


# ---------------------------------------------------------------------------------------------------------------- rows


def _rows(values: Values) -> list[int]:
    """The numbers of the rows that hold something."""
    named = (name.rpartition("_") for name, one in values.items() if one.strip())
    return sorted({at for name, _, number in named if name in _ROW and (at := place_number(number))})


def _row_asked(number: int, values: Values) -> Fields:
    weekdays = [(day, weekday_of(_MONDAY + timedelta(place))) for place, day in enumerate(WEEKDAYS)]
    times = [Field(f"start_{number}", _("Opens"), "time"), Field(f"end_{number}", _("Closes"), "time")]
    if any(values.get(f"{name}_{number}") for name in _LONG):
        first, last = (
            menu(f"{name}_{number}", label, values, [("", "–"), *weekdays])
            for name, label in zip(_LONG, (_("From"), _("To")), strict=True)
        )
        fields = [first, times[0], last, times[1]]
    else:
        fields = [
            *(Field(f"day_{day}_{number}", label, "check") for day, label in weekdays),
            Field(f"holidays_{number}", _("Public holidays"), "check"),
            *times,
            Field(f"days_text_{number}", _("Other days"), hint=_("Places in the month, such as: 1st sat, last fri")),
        ]
    ticks = sum(one.kind == "check" for one in fields)
    return Fields(_("Open hours %(number)s", number=number), fields, beside=True, wide=ticks)


def _dates_asked(number: int) -> Fields:
    """The questions that few lines need: from which date on, every how many weeks, beside other hours, under a name."""
    return Fields(
        _("Limit these hours to some dates or weeks"),
        [
            Field(f"starting_{number}", _("First date"), "date"),
            Field(f"until_{number}", _("Last date"), "date"),
            every_field(f"every_{number}"),
            Field(f"name_{number}", _("Name"), hint=_("For yourself, such as: Summer")),
            Field(f"also_{number}", _("On holidays, keep the other hours too"), "check"),
        ],
        beside=True,
        folded=True,
    )


def row_shown(entry: Plain) -> dict[str, str]:
    """Return the text of each field of a time, by name without the row's number."""
    at = mapping(entry)
    found = {name: one for name, one in when_shown(at).items() if name in _ROW}
    found |= {name: said(at.get(name)) for name in ("starting", "until", "name")}
    found |= {"every": every_shown(at), "also": "yes" if at.get("also") else ""}
    with suppress(Unreadable):
        read = days(at.get("days") or "every day")
        if read.holidays and not read.monthly and _LONG[0] not in found:
            weekly = {f"day_{WEEKDAYS[day]}": "yes" for day in sorted(read.weekly)}
            return {**{name: one for name, one in found.items() if name != "days_text"}, **weekly, "holidays": "yes"}
    return found


def _row_read(number: int, values: Values, before: Sequence[Plain]) -> Plain:
    """A row's time as typed; None for one that is removed. Other fields of the entry stay. Raises Mistyped."""
    row = {name: values.get(f"{name}_{number}", "").strip() for name in _ROW}
    old = dict(mapping(before[number - 1])) if number <= len(before) else {}
    if old and not row["start"] and not row["end"]:
        return None
    if old and {name: one for name, one in row_shown(old).items() if one} == {k: one for k, one in row.items() if one}:
        return old
    try:
        when = _when(row) | typed(row, ("name", "starting", "until")) | every_read(row)
    except Mistyped as problem:
        raise Mistyped(f"{problem.name}_{number}", problem.words) from None
    if row["also"]:
        when["also"] = old.get("also", "true")
    return {**when, **{name: one for name, one in old.items() if name not in (*WHEN, *_DATES)}}


def _when(row: Mapping[str, str]) -> dict[str, Plain]:
    if any(row[name] for name in _LONG):
        return when_read({**row, "pattern": "long"})
    ticked = any(row[f"day_{day}"] for day in WEEKDAYS)
    if row["days_text"]:
        if ticked or row["holidays"]:
            raise Mistyped("days_text", _("Tick days, or name other days: not both."))
        return when_read({**row, "pattern": "other"})
    if not row["holidays"]:
        return when_read({**row, "pattern": "weekly"})
    found = when_read({**row, "pattern": "holidays"})
    return {**found, "days": [*texts(days_read(row, "weekly")), "holidays"]} if ticked else found


# -------------------------------------------------------------------------------------------------------------- closed


def _closed_asked(values: Values, about: About) -> Iterator[Fields]:
    steps = [(step, step) for step in mapping(about.content.get("steps"))]
    yield Fields(
        _("Outside these hours"),
        [menu("closed", _("Calls begin at the step"), values, [("", _("a new step (words below)")), *steps])],
    )
    if values.get("closed"):
        return
    yield Fields(
        _("What callers hear when the line is closed"),
        [
            *areas("closed_say_", about.languages),
            menu("closed_then", _("And then"), values, [("", _("the call ends")), *steps]),
        ],
        _("Say when the line is open, and who helps until then."),
    )
