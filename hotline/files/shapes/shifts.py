"""The shapes of a rota's shifts and rotations, and of opening hours."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from hotline.files.shapes import base
from hotline.files.shapes.base import Entry, Shape, only_true
from hotline.files.values import patterns


class _When(Shape):
    name: str = Field("", description="What you call it; shown in calendars and reports.", examples=["Week nights"])
    days: base.Days | None = Field(
        None,
        description="The days on which it starts: mon-fri, a list, every day, 1st sat (of the month), last fri, or"
        " holidays. Left out: every day.",
        examples=["mon-fri", "sat-sun", "every day", "[mon, wed]", "1st sat", "last fri", "holidays"],
    )
    hours: base.Hours | None = Field(
        None,
        description="From when to when, in the rota's time zone; an end at or before the start is on the next day."
        " 24h is the whole day.",
        examples=["18:00-08:00"],
    )
    from_: base.WeekMoment | None = Field(
        None, alias="from", description="The day and time it starts, once a week.", examples=["fri 18:00"]
    )
    to: base.WeekMoment | None = Field(
        None, description="The day and time it ends, once a week.", examples=["mon 08:00"]
    )
    until: base.Date | None = Field(None, description="The last date on which it may start.", examples=["2026-06-30"])


Tier = Annotated[int, PlainValidator(base.whole_number(1, 5)), WithJsonSchema(patterns.number(1, 5))]
Team = Annotated[
    list[Entry[str]],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"items": {"type": "string"}, "type": "array"}]}),
]
"""A turn: one volunteer, or the volunteers of a team."""


class OpenEntry(_When):
    """The times of something: the same every week, or on holidays."""

    starting: base.Date | None = Field(
        None, description="The first date on which it may start.", examples=["2026-01-05"]
    )
    every: base.Every | None = Field(
        None,
        description="Only every so many weeks, counted from the week (Monday to Sunday) of `starting`.",
        examples=["2 weeks"],
    )
    also: only_true("also") = Field(  # type: ignore[valid-type]
        False,
        description="A holiday shift replaces the others that start on such a day, in its hours."
        " With `also: true` it keeps them.",
        examples=["true"],
    )


class ShiftEntry(OpenEntry):
    """A shift: the same volunteers every time."""

    tier: Tier = Field(
        1, description="Which tier it is in: a round rings all of tier 1, then all of tier 2.", examples=["2"]
    )
    on_call: list[Entry[str]] = Field(description="Volunteers, in the order they are rung.", examples=["[amy, ben]"])


class RotationEntry(_When):
    """A rotation: one volunteer or one team at a time, taking turns."""

    days: base.Days | None = Field(
        None,
        description="The days on which it starts: mon-fri, a list, every day, 1st sat (of the month), or last fri."
        " Left out: every day. Rotations continue through holidays.",
        examples=["mon-fri", "sat-sun", "every day", "[mon, wed]", "1st sat", "last fri"],
    )
    turns: list[Entry[Team]] = Field(
        description="Volunteers, or teams in [ ], in the order of their turns.",
        examples=["[amy, ben]", "[[amy, ben], [cho, dee]]"],
    )
    change: base.ChangeEvery = Field(
        description="How often the turn changes: daily, weekly, monthly, 10 days, 2 weeks.", examples=["weekly"]
    )
    starting: base.Date = Field(
        description="The first date on which it may start, with the first turn.", examples=["2026-01-05"]
    )
    tier: Tier = Field(
        1, description="Which tier it is in: a round rings all of tier 1, then all of tier 2.", examples=["2"]
    )


class BackupShiftEntry(ShiftEntry):
    """Volunteers who are backup at times. Left out `hours`: around the clock."""


class BackupRotationEntry(RotationEntry):
    """Volunteers or teams who take turns as backup. Left out `hours`: around the clock."""


def _kind_of_backup(value: object) -> str:
    if not isinstance(value, dict):
        return "by name"
    return "by turns" if {"turns", "change"} & value.keys() else "by shift"


BackupEntry = Annotated[
    Annotated[str, Tag("by name")]
    | Annotated[BackupShiftEntry, Tag("by shift")]
    | Annotated[BackupRotationEntry, Tag("by turns")],
    Discriminator(_kind_of_backup),
]
"""A volunteer who is always backup, or a shift or a rotation of the backup."""
