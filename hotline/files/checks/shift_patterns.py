"""The pattern of a shift or a rotation: its fields checked against one another, and its times."""

from __future__ import annotations

from collections.abc import Collection

from hotline.core.rota.rota import Pattern
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording
from hotline.files.shapes.shifts import OpenEntry, RotationEntry
from hotline.files.values.days import EVERY_DAY
from hotline.files.values.times import Hours, WeekMoment, week_stretch
from hotline.files.yaml.document import Document, Path

Entry = OpenEntry | RotationEntry


def check_pattern(document: Document, path: Path, entry: Entry, left_out: Collection[Path]) -> None:
    """Report fields of an entry that are missing, or that contradict each other. `left_out`: paths already reported.

    An entry of the backup may leave its hours out: it is on around the clock.
    """

    def given(field: str) -> bool:
        attribute = "from_" if field == "from" else field
        return getattr(entry, attribute) is not None or (*path, field) in left_out

    if given("from") or given("to"):
        _check_once_a_week(document, path, entry, {one for one in ("from", "to", "days", "hours") if given(one)})
    elif not given("hours") and path[0] != "backup":
        document.report(
            "missing-field",
            path,
            Wording("This entry has no hours."),
            Wording("Add its hours, for example `hours: 18:00-08:00`, or `hours: 24h` for whole days."),
        )
    if isinstance(entry, OpenEntry):
        _check_every(document, path, entry, given("starting"))
        _check_also(document, path, entry)
    elif entry.days is not None and entry.days.holidays:
        document.report(
            "bad-days",
            (*path, "days"),
            Wording("A rotation runs through holidays. It cannot be only for holidays."),
            Wording("Write a shift for the holidays: - {days: holidays, hours: 24h, on_call: [amy, ben]}"),
        )
    if entry.starting is not None and entry.until is not None and entry.until < entry.starting:
        document.report(
            "ends-before-start",
            (*path, "until"),
            Wording("`until` is before `starting`, so this is never on."),
            Wording("Put the first date in `starting` and the last one in `until`."),
        )


def pattern(entry: Entry) -> Pattern:
    """The pattern of a checked entry."""
    starting, every = entry.starting, (entry.every or 1) if isinstance(entry, OpenEntry) else 1
    if entry.from_ is not None and entry.to is not None:
        start, length = entry.from_, week_stretch(entry.from_, entry.to)
        return Pattern(frozenset({start.day}), start.minute, length, starting, entry.until, every=every)
    days, hours = entry.days or EVERY_DAY, entry.hours or Hours(0, DAY)
    return Pattern(days.weekly, hours.start, hours.length, starting, entry.until, days.monthly, days.holidays, every)


def _check_every(document: Document, path: Path, entry: OpenEntry, starting: bool) -> None:
    if entry.every is None:
        return
    if not starting:
        document.report(
            "missing-field",
            (*path, "every"),
            Wording("`every` counts weeks from `starting`, which this entry does not have."),
            Wording("Add a date in a week when it is on, for example starting: 2026-01-05"),
        )
    if entry.days is not None and (entry.days.monthly or entry.days.holidays):
        document.report(
            "conflicting-fields",
            (*path, "every"),
            Wording("`every` counts weeks. It cannot be combined with holidays or days of a month."),
            Wording("Delete `every`, or name days of the week: days: sat"),
            part="key",
        )


def _check_also(document: Document, path: Path, entry: OpenEntry) -> None:
    if entry.also and not (entry.days and entry.days.holidays):
        document.report(
            "also-without-holidays",
            (*path, "also"),
            Wording("`also` is only for holiday shifts. This is not a holiday shift."),
            Wording("Delete `also`. Shifts that are not for holidays never replace others."),
            part="key",
            fix=document.without((*path, "also")),
        )


def _check_once_a_week(document: Document, path: Path, entry: Entry, given: set[str]) -> None:
    for field, other, example in (("from", "to", "mon 08:00"), ("to", "from", "fri 18:00")):
        if field in given and other not in given:
            message = Wording("This entry has `%(field)s` but no `%(other)s`.", field=field, other=other)
            document.report(
                "missing-field",
                path,
                message,
                Wording("Add it, for example %(other)s: %(example)s", other=other, example=example),
            )
    for field in ("days", "hours"):
        if field in given:
            document.report(
                "conflicting-fields",
                (*path, field),
                Wording("`%(field)s` cannot be combined with `from` and `to`.", field=field),
                Wording("Use `days` and `hours` for a shift on each day, or `from` and `to` for one shift a week."),
                part="key",
            )
    if entry.from_ is not None and _is_end_of_day(entry.from_):
        document.report(
            "bad-instant",
            (*path, "from"),
            Wording("24:00 can only be the end of a time."),
            Wording("Write 00:00 of the next day for a start."),
        )


def _is_end_of_day(moment: WeekMoment) -> bool:
    return moment.minute == DAY
