"""The shape of a rota file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.rota import HANDSETS, HowOften, Order
from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Alert, Quiet
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip, reader, text
from hotline.files.shapes import base
from hotline.files.shapes.base import Entry, Shape, duration_type, number_type, one_of, only_true, yes_or_no
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


AlertName = one_of(
    Alert,
    "alerts: [not_reached, gap]",
    lambda written: Wording("There is no alert `%(written)s`.", written=written),
    Wording("Choose from %(names)s.", names=", ".join(one.value for one in Alert)),
)


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


Said = dict[str, str]


def _said(description: str, example: str) -> Any:
    return Field({}, description=description, examples=[f'{{en: "{example}"}}'])


class TextWordsEntry(Shape):
    """The words of texts, each by language, where they are not to be the usual ones."""

    reminder: Said = _said("A reminder of a time on call.", "{hotline}: on call {from} to {until}.")
    soon: Said = _said("A reminder shortly before.", "{hotline}: on call {from} to {until}.")
    backup_reminder: Said = _said("A reminder of a turn as backup.", "{hotline}: backup {from} to {until}.")
    changed: Said = _said("Times on call have changed.", "{hotline}: your times changed. {times}")
    backup_changed: Said = _said("Turns as backup have changed.", "{hotline}: your backup turns changed. {times}")
    new_time: Said = _said("Of {times}: a new one.", "New: {time}.")
    moved_time: Said = _said("Of {times}: one that was moved.", "Now: {time}.")
    gone_time: Said = _said("Of {times}: one that is gone.", "No longer: {time}.")
    more_times: Said = _said("Of {times}: how many more.", "And {count} more.")
    missed_ring: Said = _said("They missed a ring.", "{hotline}: we could not reach you.")
    not_reached: Said = _said("To coordinators: a call reached nobody.", "{hotline}: {time}, nobody reached.")
    more_not_reached: Said = _said("To coordinators: more such calls.", "{hotline}: {count} more, last {time}.")
    not_placed: Said = _said("To coordinators: no volunteer can be rung.", "{hotline}: no phone can be rung.")
    many_rings: Said = _said(
        "To coordinators: volunteers were rung very often within an hour.", "{hotline}: very many calls."
    )
    gap: Said = _said("To coordinators: a gap ahead.", "{hotline}: nobody {from} to {until}.")
    nobody_left: Said = _said(
        "To coordinators: a volunteer is off, and nobody is left.", "{hotline}: nobody {from} to {until}."
    )
    backup_only: Said = _said(
        "To coordinators: a gap ahead with only the backup.", "{hotline}: only the backup {from} to {until}."
    )
    backup_left: Said = _said(
        "To coordinators: a volunteer is off, and only the backup is left.",
        "{hotline}: only the backup {from} to {until}.",
    )
    edit_refused: Said = _said("To coordinators: a file with mistakes.", "{hotline}: a mistake in its files.")
    ring_test: Said = _said("To coordinators: who did not answer.", "{hotline}: {names} did not answer.")
    cover_ask: Said = _said("Somebody asks whether you can cover.", "{hotline}: {name}, {from} to {until}?")
    cover_ask_mail: Said = _said("The same, by e-mail.", "{hotline}: {name}, {from} to {until}?")
    swap_ask: Said = _said("Somebody offers a swap.", "{hotline}: {name}: {time} for {back}?")
    swap_ask_mail: Said = _said("The same, by e-mail.", "{hotline}: {name}: {time} for {back}?")
    cover_found: Said = _said("Somebody covers for you.", "{hotline}: {name} covers {from} to {until}.")
    cover_coming: Said = _said(
        "Somebody said yes; it is not in the rota yet.", "{hotline}: {name} said yes for {from} to {until}."
    )
    cover_yours: Said = _said("You cover for somebody.", "{hotline}: you cover {from} to {until} for {name}.")
    swap_found: Said = _said("A swap is in the rota.", "{hotline}: swapped with {name}: {time} for {back}.")
    swap_refused: Said = _said("A swap was refused.", "{hotline}: {name} keeps theirs, you keep {time}.")
    cover_nobody: Said = _said("Nobody has said yes.", "{hotline}: nobody yet for {from} to {until}.")
    cover_declined: Said = _said("A coordinator did not approve it.", "{hotline}: {time} stays as it was.")
    cover_over: Said = _said("It was not approved in time.", "{hotline}: {time} is still yours.")
    cover_written: Said = _said(
        "To coordinators: a cover is in the rota.", "{hotline}: {taker} for {name}, {from} to {until}."
    )
    swap_written: Said = _said("To coordinators: a swap is in the rota.", "{hotline}: {name} and {taker} swapped.")
    cover_gap_nobody: Said = _said(
        "To coordinators: nobody said yes, and nobody is left.", "{hotline}: {name}, {from} to {until}: NOBODY."
    )
    cover_gap_backup: Said = _said(
        "To coordinators: nobody said yes, and only the backup is left.",
        "{hotline}: {name}, {from} to {until}: backup.",
    )
    cover_gap_others: Said = _said(
        "To coordinators: nobody said yes, and so many others are on call.",
        "{hotline}: {name}, {from} to {until}: {count} left.",
    )
    cover_approve: Said = _said(
        "To coordinators: a cover waits for a yes or no.", "{hotline}: {taker} for {name}, {from} to {until}?"
    )
    swap_approve: Said = _said("To coordinators: a swap waits for a yes or no.", "{hotline}: {name} and {taker}?")
    cover_by_hand: Said = _said(
        "To coordinators: a cover that must be written by hand.", "{hotline}: write it: {taker} for {name}, {time}."
    )


class TextsEntry(Shape):
    """Texts to volunteers who asked for them (`texts: yes`) and to coordinators."""

    reminders: base.Reminders = Field(
        (EVENING_BEFORE, AN_HOUR_BEFORE),
        description="When volunteers are reminded of a time on call. Left out: 18:00 the evening before, 1h before.",
        examples=["[18:00 the evening before, 1h before]", "[18:00 2 days before]", "none"],
    )
    quiet: base.QuietHours = Field(
        Quiet(),
        description="Hours without texts, except urgent ones for tonight. Left out: 21:00-08:00.",
        examples=["21:00-08:00", "none"],
    )
    changes: yes_or_no("changes") = Field(  # type: ignore[valid-type]
        True, description="Whether volunteers get a text when an edit changes their times on call.", examples=["yes"]
    )
    missed_ring: yes_or_no("missed_ring") = Field(  # type: ignore[valid-type]
        True,
        description="Whether a volunteer who did not pick up gets a kind note, at most one a shift.",
        examples=["no"],
    )
    words: TextWordsEntry = Field(
        default_factory=lambda: TextWordsEntry(),
        description="Your own words for texts, instead of the usual ones.",
        examples=['{reminder: {en: "{hotline}: on call {from} to {until}."}}'],
    )


class CoordinatorEntry(Shape):
    """Someone who gets a text when this rota needs them."""

    name: str | None = Field(None, description="The coordinator's full name.", examples=["Nora Diaz"])
    phone: base.Phone = Field(
        "",
        description="The phone that gets the texts, with + and the country's code. May be left out beside an `email`.",
        examples=['"+1 410 555 0130"'],
    )
    languages: list[Entry[str]] = Field(
        [], description="The languages they read, best first. Left out: the call flow's first.", examples=["[en, es]"]
    )
    email: base.Email = Field(
        "",
        description="An address that gets the alerts by e-mail, beside the texts or alone.",
        examples=["nora@example.org"],
    )
    digest: yes_or_no("digest") = Field(  # type: ignore[valid-type]
        False,
        description="Whether they get a summary by e-mail every Monday morning: gaps, hours, calls, test rings.",
        examples=["yes"],
    )
    alerts: list[Entry[AlertName]] | None = Field(  # type: ignore[valid-type]
        None,
        description="Their alerts: not_reached (a call reached nobody), nobody_left (a volunteer is off, and"
        " nobody is left), gap (within 48 hours), edit_refused, ring_test, cover (somebody asks for cover). Left out:"
        " everything.",
        examples=["[not_reached, gap]"],
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
