"""Building blocks of the shapes of all formats. Field descriptions are read by coordinators, in their editors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, WrapValidator, model_validator

from hotline.core.rota.rota import TurnChange
from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip, reader, text
from hotline.files.values import days, mails, patterns, reminders, times
from hotline.files.values.meant import number_meant


class Shape(BaseModel):
    """A group of fields. A field with nothing after its colon counts as left out."""

    # Validators are made on first use: most processes find all files read already (`hotline.files.loading.compiled`).
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_blank(cls, given: Any) -> Any:
        if isinstance(given, dict) and None in given.values():
            known = field_names(cls)
            return {name: value for name, value in given.items() if value is not None or name not in known}
        return given


GONE: Any = object()
"""Replaces a list's entry that did not fit, so that the others keep their indexes."""

Inner = TypeVar("Inner")
Entry = Annotated[Inner, WrapValidator(lambda value, inner: value if value is GONE else inner(value))]
"""The type of an entry in a list."""


def field_names(shape: type[Shape]) -> tuple[str, ...]:
    """The names of a shape's fields, as in the file."""
    return tuple(field.alias or name for name, field in shape.model_fields.items())


def between(lowest: str, highest: str) -> Any:
    """A reader of durations within limits, given as in the file."""
    least, most = times.duration(lowest), times.duration(highest)

    def read(value: object) -> int:
        seconds = times.duration(value)
        if not least <= seconds <= most:
            help = Wording("Write a time from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
            raise _out_of_range(str(value), lowest, highest, help)
        return seconds

    return reader(read)


def whole_number(lowest: int, highest: int) -> Any:
    """A reader of whole numbers within limits."""

    def read(value: object) -> int:
        written = text(value, str(lowest))
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            number = number_meant(written)
            raise Unreadable(
                "wrong-type",
                Wording("`%(written)s` is not a whole number.", written=clip(written)),
                Wording("Write %(right)s.", right=number)
                if number is not None and lowest <= number <= highest
                else Wording("For example: %(example)s", example=lowest),
            )
        if not lowest <= int(written) <= highest:
            help = Wording("Write a number from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
            raise _out_of_range(written, lowest, highest, help)
        return int(written)

    return reader(read)


def _out_of_range(written: str, lowest: object, highest: object, help: Wording) -> Unreadable:
    message = Wording(
        "`%(written)s` is not between %(lowest)s and %(highest)s.",
        written=clip(written),
        lowest=lowest,
        highest=highest,
    )
    return Unreadable("out-of-range", message, help)


def one_of(choices: type[Enum], example: str, unknown: Callable[[str], Wording], otherwise: Wording) -> Any:
    """The type of a field with a few possible words.

    `unknown` says that another word is none of them; `otherwise` says what to write if the word is near none.
    """
    known = [one.value for one in choices]

    def read(value: object) -> Enum:
        written = text(value, example)
        if written not in known:
            raise Unreadable("unknown-value", unknown(clip(written)), did_you_mean(written, known) or otherwise)
        return choices(written)

    return Annotated[choices, PlainValidator(reader(read)), WithJsonSchema({"enum": known})]


def only_true(field: str) -> Any:
    """The type of a field that is either `true` or missing."""

    def read(value: object) -> bool:
        if text(value, f"{field}: true") != "true":
            meant = patterns.YES_OR_NO.get(str(value).strip().casefold())
            help = (
                Wording("Write %(right)s.", right="true")
                if meant
                else Wording("Write %(field)s: true, or delete it.", field=field)
            )
            raise Unreadable(
                "unknown-value",
                Wording("`%(field)s` can only be `true`, not `%(written)s`.", field=field, written=clip(str(value))),
                help,
            )
        return True

    return Annotated[bool, PlainValidator(reader(read)), WithJsonSchema({"const": True})]


def yes_or_no(field: str) -> Any:
    """The type of a field that is `yes` or `no`; `true` and `false` are understood too."""

    def read(value: object) -> bool:
        answer = text(value, f"{field}: yes").casefold()
        if answer not in patterns.YES_OR_NO:
            help = Wording("Write %(field)s: yes, or %(field)s: no.", field=field)
            raise Unreadable(
                "unknown-value", Wording("`%(written)s` is neither yes nor no.", written=clip(str(value))), help
            )
        return patterns.YES_OR_NO[answer]

    return Annotated[bool, PlainValidator(reader(read)), WithJsonSchema(patterns.ANSWER)]


def duration_type(lowest: str, highest: str) -> Any:
    """The type of a duration field, in seconds."""
    return Annotated[
        int,
        PlainValidator(between(lowest, highest)),
        WithJsonSchema(patterns.DURATION),
    ]


def number_type(lowest: int, highest: int) -> Any:
    """The type of a whole-number field."""
    return Annotated[
        int,
        PlainValidator(whole_number(lowest, highest)),
        WithJsonSchema(patterns.number(lowest, highest)),
    ]


Hours = Annotated[times.Hours, PlainValidator(reader(times.hours)), WithJsonSchema(patterns.HOURS)]
Days = Annotated[days.Days, PlainValidator(reader(days.days)), WithJsonSchema(patterns.DAYS)]
Reminders = Annotated[
    tuple[Reminder, ...], PlainValidator(reader(reminders.reminders)), WithJsonSchema(patterns.REMINDERS)
]
Email = Annotated[str, PlainValidator(reader(mails.mail)), WithJsonSchema(patterns.EMAIL)]
QuietHours = Annotated[Quiet | None, PlainValidator(reader(reminders.quiet)), WithJsonSchema(patterns.QUIET)]
Every = Annotated[int, PlainValidator(reader(times.every)), WithJsonSchema(patterns.EVERY)]
Date = Annotated[date, PlainValidator(reader(times.calendar_date)), WithJsonSchema(patterns.DATE)]
Moment = Annotated[times.Moment, PlainValidator(reader(times.moment)), WithJsonSchema(patterns.MOMENT)]
WeekMoment = Annotated[
    times.WeekMoment, PlainValidator(reader(times.week_moment)), WithJsonSchema(patterns.WEEK_MOMENT)
]
ChangeEvery = Annotated[TurnChange, PlainValidator(reader(times.change)), WithJsonSchema(patterns.CHANGE)]
Phone = Annotated[str, WithJsonSchema(patterns.PHONE)]
Dialled = Annotated[str, WithJsonSchema(patterns.DIALLED)]
