"""The shape of a rota file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.rota import HANDSETS, HowOften, Order
from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Alert, Quiet
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip, reader, text
from hotline.files.shapes import base
from hotline.files.shapes.base import Entry, Shape, duration_type, number_type, only_true, yes_or_no
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


def _order(value: object) -> Order:
    written = text(value, "order: round_robin")
    known = [one.value for one in Order]
    if written not in known:
        suggestion = did_you_mean(written, known) or Wording(
            "Write round_robin, or listed to always start from the top."
        )
        raise Unreadable(
            "unknown-value", Wording("There is no order `%(written)s`.", written=clip(written)), suggestion
        )
    return Order(written)


def _testing(value: object) -> HowOften:
    written = text(value, "test: monthly")
    known = [one.value for one in HowOften]
    if written not in known:
        suggestion = did_you_mean(written, known) or Wording("Write monthly, or never.")
        raise Unreadable(
            "unknown-value", Wording("There is no test ring `%(written)s`.", written=clip(written)), suggestion
        )
    return HowOften(written)


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


def _alert(value: object) -> Alert:
    written = text(value, "alerts: [not_reached, gap]")
    known = [one.value for one in Alert]
    if written not in known:
        suggestion = did_you_mean(written, known) or Wording("Choose from %(names)s.", names=", ".join(known))
        raise Unreadable(
            "unknown-value", Wording("There is no alert `%(written)s`.", written=clip(written)), suggestion
        )
    return Alert(written)


AlertName = Annotated[Alert, PlainValidator(reader(_alert)), WithJsonSchema({"enum": [one.value for one in Alert]})]


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
    order: Annotated[Order, PlainValidator(reader(_order)), WithJsonSchema({"enum": [one.value for one in Order]})] = (
        Field(
            Order.ROUND_ROBIN,
            description="round_robin continues after the last volunteer rung. listed always starts at the top.",
            examples=["round_robin"],
        )
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
    test: Annotated[
        HowOften, PlainValidator(reader(_testing)), WithJsonSchema({"enum": [one.value for one in HowOften]})
    ] = Field(
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


def _asking(value: object) -> Asking:
    written = text(value, "ask: one_by_one")
    known = [one.value for one in Asking]
    if written not in known:
        suggestion = did_you_mean(written, known) or Wording(
            "Write one_by_one, together to ask everybody at once, or none."
        )
        raise Unreadable(
            "unknown-value", Wording("Nobody can be asked `%(written)s`.", written=clip(written)), suggestion
        )
    return Asking(written)


class CoverRequestsEntry(Shape):
    """The rules of requests for cover."""

    ask: Annotated[Asking, PlainValidator(reader(_asking)), WithJsonSchema({"enum": [one.value for one in Asking]})] = (
        Field(
            Asking.ONE_BY_ONE,
            description="How the others are asked: one_by_one (the least loaded first), together, or none.",
            examples=["together"],
        )
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


class TextWordsEntry(Shape):
    """The words of texts, each by language, where they are not to be the usual ones."""

    reminder: Said = Field(
        {}, description="A reminder of a time on call.", examples=['{en: "{hotline}: on call {from} to {until}."}']
    )
    soon: Said = Field(
        {}, description="A reminder shortly before.", examples=['{en: "{hotline}: on call {from} to {until}."}']
    )
    backup_reminder: Said = Field(
        {}, description="A reminder of a turn as backup.", examples=['{en: "{hotline}: backup {from} to {until}."}']
    )
    changed: Said = Field(
        {}, description="Times on call have changed.", examples=['{en: "{hotline}: your times changed. {times}"}']
    )
    backup_changed: Said = Field(
        {},
        description="Turns as backup have changed.",
        examples=['{en: "{hotline}: your backup turns changed. {times}"}'],
    )
    new_time: Said = Field({}, description="Of {times}: a new one.", examples=['{en: "New: {time}."}'])
    moved_time: Said = Field({}, description="Of {times}: one that was moved.", examples=['{en: "Now: {time}."}'])
    gone_time: Said = Field({}, description="Of {times}: one that is gone.", examples=['{en: "No longer: {time}."}'])
    more_times: Said = Field({}, description="Of {times}: how many more.", examples=['{en: "And {count} more."}'])
    missed_ring: Said = Field(
        {}, description="They missed a ring.", examples=['{en: "{hotline}: we could not reach you."}']
    )
    not_reached: Said = Field(
        {},
        description="To coordinators: a call reached nobody.",
        examples=['{en: "{hotline}: {time}, nobody reached."}'],
    )
    more_not_reached: Said = Field(
        {}, description="To coordinators: more such calls.", examples=['{en: "{hotline}: {count} more, last {time}."}']
    )
    not_placed: Said = Field(
        {},
        description="To coordinators: no volunteer can be rung.",
        examples=['{en: "{hotline}: no phone can be rung."}'],
    )
    many_rings: Said = Field(
        {},
        description="To coordinators: volunteers were rung very often within an hour.",
        examples=['{en: "{hotline}: very many calls."}'],
    )
    gap: Said = Field(
        {}, description="To coordinators: a gap ahead.", examples=['{en: "{hotline}: nobody {from} to {until}."}']
    )
    nobody_left: Said = Field(
        {},
        description="To coordinators: a volunteer is off, and nobody is left.",
        examples=['{en: "{hotline}: nobody {from} to {until}."}'],
    )
    backup_only: Said = Field(
        {},
        description="To coordinators: a gap ahead with only the backup.",
        examples=['{en: "{hotline}: only the backup {from} to {until}."}'],
    )
    backup_left: Said = Field(
        {},
        description="To coordinators: a volunteer is off, and only the backup is left.",
        examples=['{en: "{hotline}: only the backup {from} to {until}."}'],
    )
    edit_refused: Said = Field(
        {},
        description="To coordinators: a file with mistakes.",
        examples=['{en: "{hotline}: a mistake in its files."}'],
    )
    ring_test: Said = Field(
        {}, description="To coordinators: who did not answer.", examples=['{en: "{hotline}: {names} did not answer."}']
    )
    cover_ask: Said = Field(
        {},
        description="Somebody asks whether you can cover.",
        examples=['{en: "{hotline}: {name}, {from} to {until}?"}'],
    )
    cover_ask_mail: Said = Field(
        {},
        description="The same, by e-mail.",
        examples=['{en: "{hotline}: {name}, {from} to {until}?"}'],
    )
    swap_ask: Said = Field(
        {},
        description="Somebody offers a swap.",
        examples=['{en: "{hotline}: {name}: {time} for {back}?"}'],
    )
    swap_ask_mail: Said = Field(
        {},
        description="The same, by e-mail.",
        examples=['{en: "{hotline}: {name}: {time} for {back}?"}'],
    )
    cover_found: Said = Field(
        {},
        description="Somebody covers for you.",
        examples=['{en: "{hotline}: {name} covers {from} to {until}."}'],
    )
    cover_coming: Said = Field(
        {},
        description="Somebody said yes; it is not in the rota yet.",
        examples=['{en: "{hotline}: {name} said yes for {from} to {until}."}'],
    )
    cover_yours: Said = Field(
        {},
        description="You cover for somebody.",
        examples=['{en: "{hotline}: you cover {from} to {until} for {name}."}'],
    )
    swap_found: Said = Field(
        {},
        description="A swap is in the rota.",
        examples=['{en: "{hotline}: swapped with {name}: {time} for {back}."}'],
    )
    swap_refused: Said = Field(
        {},
        description="A swap was refused.",
        examples=['{en: "{hotline}: {name} keeps theirs, you keep {time}."}'],
    )
    cover_nobody: Said = Field(
        {},
        description="Nobody has said yes.",
        examples=['{en: "{hotline}: nobody yet for {from} to {until}."}'],
    )
    cover_declined: Said = Field(
        {},
        description="A coordinator did not approve it.",
        examples=['{en: "{hotline}: {time} stays as it was."}'],
    )
    cover_over: Said = Field(
        {},
        description="It was not approved in time.",
        examples=['{en: "{hotline}: {time} is still yours."}'],
    )
    cover_written: Said = Field(
        {},
        description="To coordinators: a cover is in the rota.",
        examples=['{en: "{hotline}: {taker} for {name}, {from} to {until}."}'],
    )
    swap_written: Said = Field(
        {},
        description="To coordinators: a swap is in the rota.",
        examples=['{en: "{hotline}: {name} and {taker} swapped."}'],
    )
    cover_gap_nobody: Said = Field(
        {},
        description="To coordinators: nobody said yes, and nobody is left.",
        examples=['{en: "{hotline}: {name}, {from} to {until}: NOBODY."}'],
    )
    cover_gap_backup: Said = Field(
        {},
        description="To coordinators: nobody said yes, and only the backup is left.",
        examples=['{en: "{hotline}: {name}, {from} to {until}: backup."}'],
    )
    cover_gap_others: Said = Field(
        {},
        description="To coordinators: nobody said yes, and so many others are on call.",
        examples=['{en: "{hotline}: {name}, {from} to {until}: {count} left."}'],
    )
    cover_approve: Said = Field(
        {},
        description="To coordinators: a cover waits for a yes or no.",
        examples=['{en: "{hotline}: {taker} for {name}, {from} to {until}?"}'],
    )
    swap_approve: Said = Field(
        {},
        description="To coordinators: a swap waits for a yes or no.",
        examples=['{en: "{hotline}: {name} and {taker}?"}'],
    )
    cover_by_hand: Said = Field(
        {},
        description="To coordinators: a cover that must be written by hand.",
        examples=['{en: "{hotline}: write it: {taker} for {name}, {time}."}'],
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
        description="The phone that gets the texts, with + and the country's code.", examples=['"+1 410 555 0130"']
    )
    languages: list[Entry[str]] = Field(
        [], description="The languages they read, best first. Left out: the call flow's first.", examples=["[en, es]"]
    )
    alerts: list[Entry[AlertName]] | None = Field(
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
