"""The shape of a rota file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.rota import HANDSETS, HowOften, Order
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip, reader, text
from hotline.files.shapes import base
from hotline.files.shapes.base import Entry, Shape, duration_type, number_type, one_of, yes_or_no
from hotline.files.shapes.shifts import BackupEntry, RotationEntry, ShiftEntry, Tier
from hotline.files.shapes.texts import CoordinatorEntry, TextsEntry
from hotline.files.values import patterns


def _accept_key(value: object) -> str:
    key = text(value, 'accept_key: "1"')
    if len(key) != 1 or key not in "0123456789":
        raise Unreadable(
            "bad-key",
            Wording("`%(key)s` is not one of the keys 0 to 9.", key=clip(key)),
            Wording('Write accept_key: "1"'),
        )
    return key


def _handsets(value: object) -> str:
    return _handset(value, "handsets: B")


def _handset(value: object, example: str = "handset: B") -> str:
    written = text(value, example)
    if written not in HANDSETS:
        raise Unreadable(
            "unknown-value",
            Wording("There are no handsets `%(written)s`.", written=clip(written)),
            Wording(
                "Write B where 7 of 10 rings are picked up, C for 4 of 10, or A for phones that answer in 4 to 12 s."
            ),
        )
    return written


class VolunteerEntry(Shape):
    """Someone whose phone rings."""

    name: str | None = Field(None, description="The volunteer's full name.", examples=["Amy Okafor"])
    phone: base.Phone = Field(
        description="The phone that rings, with + and the country's code.", examples=['"+1 410 555 0111"']
    )
    languages: list[Entry[str]] = Field(
        [], description="The languages they speak, best first. Left out: the call flow's first.", examples=["[en, es]"]
    )
    calendar: number_type(1, 999_999) = Field(  # type: ignore[valid-type]
        1, description="With another number the address of their calendar changes.", examples=["2"]
    )
    texts: yes_or_no("texts") = Field(  # type: ignore[valid-type]
        False, description="Whether they want texts: reminders, and changes of their shifts.", examples=["yes"]
    )
    remind: base.Reminders | None = Field(
        None,
        description="When they want to be reminded of a time on call. Left out: as `texts:` says for this rota.",
        examples=["[18:00 the evening before, 1h before]", "[2h before]", "none"],
    )
    email: base.Email = Field(
        "",
        description="Their e-mail address. Without `texts: yes` they get their messages there, unless they choose"
        " otherwise on their own page.",
        examples=["amy@example.org"],
    )
    handset: Annotated[str | None, PlainValidator(reader(_handset)), WithJsonSchema({"enum": list(HANDSETS)})] = Field(
        None,
        description="How their phone answers in a forecast, if not as `handsets:` says for this rota.",
        examples=["C"],
    )


class AwayEntry(Shape):
    """A volunteer taken out of every shift and turn."""

    who: str = Field(description="The volunteer who is away.", examples=["ben"])
    from_: base.Moment = Field(
        alias="from", description="The first day, or the date and time it starts.", examples=["2026-12-24"]
    )
    to: base.Moment = Field(description="The last day, or the date and time it ends.", examples=["2026-12-26"])


class CoverEntry(AwayEntry):
    """A cover: one volunteer instead of another, or in addition to the rest."""

    who: str = Field(description="The volunteer who covers.", examples=["cho"])
    for_: str | None = Field(
        None, alias="for", description="Who they cover for. Left out: an extra person.", examples=["dee"]
    )
    tier: Tier = Field(
        1, description="Without `for`: which tier they are added to. With it: the tier of that person.", examples=["2"]
    )


class HolidaysEntry(Shape):
    """The public holidays that count."""

    country: str | None = Field(
        None, description="The country, by its two letters. Left out: only the dates of `also`.", examples=["US"]
    )
    region: str | None = Field(
        None, description="The state, province or other part of it, by its letters.", examples=["MD"]
    )
    also: list[Entry[base.Date]] = Field(
        [], description="More dates that count as holidays.", examples=["[2026-12-24]"]
    )
    except_: list[Entry[base.Date]] = Field(
        [], alias="except", description="Public holidays that do not count.", examples=["[2026-11-27]"]
    )


class RingingEntry(Shape):
    """The way in which volunteers' phones are rung."""

    ring_for: duration_type("5s", "600s") = Field(  # type: ignore[valid-type]
        20, description="How long one volunteer's phone rings.", examples=["20s"]
    )
    rounds: number_type(1, 10) = Field(  # type: ignore[valid-type]
        2, description="Times round the on-call list before the backup.", examples=["2"]
    )
    at_once: number_type(1, 10) = Field(  # type: ignore[valid-type]
        1,
        description="How many phones ring together. The first volunteer to accept gets the call; the others stop.",
        examples=["2"],
    )
    stagger: duration_type("1s", "600s") = Field(  # type: ignore[valid-type]
        0,
        description="After this long one more phone rings beside the others, again and again; `ring_for` at most."
        " Left out: a phone rings only in place of one that has stopped.",
        examples=["4s"],
    )
    max_wait: duration_type("10s", "1h") = Field(  # type: ignore[valid-type]
        240,
        description="A caller's longest wait for a voice, from the first `ring` step on. After it nobody is rung until"
        " they press a key on purpose.",
        examples=["4m"],
    )
    backup_after: duration_type("0s", "1h") = Field(  # type: ignore[valid-type]
        40,
        description="How long a caller waits before the backup is rung too, without waiting for `rounds`.",
        examples=["40s"],
    )
    rest_after_call: duration_type("0s", "24h") = Field(  # type: ignore[valid-type]
        300,
        description="How long a volunteer rests after a call, unless nobody else is free.",
        examples=["5m"],
    )
    accept_key: Annotated[str, PlainValidator(reader(_accept_key)), WithJsonSchema(patterns.ACCEPT_KEY)] = Field(
        "1", description="The key a volunteer presses to take a call.", examples=['"1"']
    )
    order: one_of(  # type: ignore[valid-type]
        Order,
        "order: round_robin",
        lambda written: Wording("There is no order `%(written)s`.", written=written),
        Wording("Write round_robin, or listed to always start from the top."),
    ) = Field(
        Order.ROUND_ROBIN,
        description="round_robin continues after the last volunteer rung. listed always starts at the top.",
        examples=["round_robin"],
    )
    say: dict[str, str] = Field(
        {},
        description="What a volunteer hears before taking a call, by language.",
        examples=["{en: Press 1 to take it.}"],
    )
    play: str | None = Field(
        None,
        description="A recording of these words, which is played in their place: a file in call_flows/sounds, without"
        " its language and its ending.",
        examples=["screening"],
    )
    test: one_of(  # type: ignore[valid-type]
        HowOften,
        "test: monthly",
        lambda written: Wording("There is no test ring `%(written)s`.", written=written),
        Wording("Write monthly, or never."),
    ) = Field(
        HowOften.NEVER,
        description="monthly rings every volunteer's phone on the first Wednesday of the month, from 17:00 on, to"
        " see whether it rings. Nobody is waiting then. Left out: never.",
        examples=["monthly"],
    )


class LimitsEntry(Shape):
    """The limits of on-call time for one volunteer."""

    nights_running: number_type(1, 366) = Field(  # type: ignore[valid-type]
        2, description="More nights in a row than this are a warning.", examples=["2"]
    )
    most_nights_running: number_type(1, 366) = Field(  # type: ignore[valid-type]
        3, description="More nights in a row than this are an error.", examples=["3"]
    )
    rest_between: duration_type("0s", "72h") = Field(  # type: ignore[valid-type]
        11 * 3600,
        description="The least time off from the end of one time on call to the start of the next. 0s: none.",
        examples=["11h"],
    )
    except_: dict[str, str] = Field(
        {},
        alias="except",
        description="Volunteers without these limits, each with the reason.",
        examples=["{chaplain: is on call from home and rarely rung}"],
    )


class CoverRequestsEntry(Shape):
    """The rules of requests for cover."""

    ask: one_of(  # type: ignore[valid-type]
        Asking,
        "ask: one_by_one",
        lambda written: Wording("Nobody can be asked `%(written)s`.", written=written),
        Wording("Write one_by_one, together to ask everybody at once, or none."),
    ) = Field(
        Asking.ONE_BY_ONE,
        description="How the others are asked: one_by_one (the least loaded first), together, or none.",
        examples=["together"],
    )
    wait: duration_type("5m", "48h") = Field(  # type: ignore[valid-type]
        30 * 60,
        description="How long one person has to answer before the next is asked, and coordinators are told.",
        examples=["30m"],
    )
    approve: yes_or_no("approve") = Field(  # type: ignore[valid-type]
        False, description="Whether a coordinator must approve before the rota changes.", examples=["yes"]
    )


class RotaFile(Shape):
    """The people on call, and their times."""

    timezone: str = Field(
        description="The time zone of all times in this file, by its city.", examples=["America/New_York"]
    )
    volunteers: dict[str, VolunteerEntry] = Field(
        description="Everyone whose phone may ring, each under a short name.",
        examples=['{amy: {name: Amy Okafor, phone: "+1 410 555 0111"}}'],
    )
    shifts: list[Entry[ShiftEntry]] = Field([], description="Who is on call every week.", examples=["[…]"])
    rotations: list[Entry[RotationEntry]] = Field([], description="Volunteers taking turns.", examples=["[…]"])
    away: list[Entry[AwayEntry]] = Field([], description="Who is away, and when.", examples=["[…]"])
    cover: list[Entry[CoverEntry]] = Field([], description="Who covers for whom, and when.", examples=["[…]"])
    backup: list[Entry[BackupEntry]] = Field(
        [],
        description="Rung when everyone on call has been tried, in this order: volunteers, or shifts and rotations.",
        examples=["[chaplain]", "[{turns: [amy, ben], change: weekly, starting: 2026-01-05}]"],
    )
    calendar: number_type(1, 999_999) = Field(  # type: ignore[valid-type]
        1, description="With another number the address of this rota's calendar changes.", examples=["2"]
    )
    holidays: HolidaysEntry | None = Field(
        None,
        description="Which public holidays are shown and used for `days: holidays`.",
        examples=["{country: US, region: MD}"],
    )
    ringing: RingingEntry = Field(
        default_factory=lambda: RingingEntry(), description="How phones are rung.", examples=["{ring_for: 20s}"]
    )
    limits: LimitsEntry = Field(
        default_factory=lambda: LimitsEntry(),
        description="How much time on call is too much for one volunteer. `hotline fairness` checks it.",
        examples=["{nights_running: 2}"],
    )
    texts: TextsEntry = Field(
        default_factory=lambda: TextsEntry(),
        description="Texts to volunteers who asked for them, and to coordinators.",
        examples=["{quiet: 21:00-08:00}"],
    )
    coordinators: dict[str, CoordinatorEntry] = Field(
        {},
        description="Who gets a text when this rota needs somebody, each under a short name.",
        examples=['{nora: {name: Nora Diaz, phone: "+1 410 555 0130"}}'],
    )
    cover_requests: CoverRequestsEntry = Field(
        default_factory=lambda: CoverRequestsEntry(),
        description="How volunteers ask others to take a shift of theirs.",
        examples=["{ask: one_by_one, wait: 30m, approve: no}"],
    )
    handsets: Annotated[str, PlainValidator(reader(_handsets)), WithJsonSchema({"enum": list(HANDSETS)})] = Field(
        HANDSETS[1],
        description="How volunteers' phones answer in a forecast: B picks up 7 calls of 10, C 4 of 10.",
        examples=["C"],
    )


STAND_INS: dict[str, Any] = {"timezone": "UTC", "volunteers": {}}
