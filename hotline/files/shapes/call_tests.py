"""The shape of a file of call tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip, reader, text
from hotline.files.shapes.base import Entry, Shape, duration_type
from hotline.files.values import times

KEYS = "0123456789*#"
NO_KEY = "-"
NOBODY = "nobody"
MOST_KEYS = 100
LAST_YEAR = 2099

WHAT_PHONES_DO = ("accept", "pass", "no-answer", "busy", "failed", "voicemail", "silent", "wrong-key", "hang-up")
_ALSO_CALLED = {
    "answer": "accept", "answers": "accept", "accepts": "accept", "yes": "accept", "take": "accept", "takes": "accept",
    "no": "no-answer", "ignore": "no-answer", "ignores": "no-answer", "rings": "no-answer", "decline": "pass",
    "declines": "pass", "passes": "pass", "off": "failed", "engaged": "busy", "mailbox": "voicemail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhoneDoes:
    """A phone's action: one of `WHAT_PHONES_DO`, and after how many seconds of ringing it picks up; None: as is usual
    for it."""

    what: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Part of what is spoken, in one language or (None) in any."""

    text: str
    language: str | None = None


def _instant(value: object) -> times.Moment:
    found = times.moment(value)
    if found.minute is None:
        raise Unreadable(
            "bad-instant",
            Wording("A call needs a time of day."),
            Wording("Write it after the date: %(example)s", example=f"{found.day} 12:00"),
        )
    if found.minute == DAY:
        raise Unreadable(
            "bad-instant", Wording("24:00 can only be the end of a time."), Wording("Write 00:00 of the next day.")
        )
    if found.day.year > LAST_YEAR:
        raise Unreadable(
            "bad-instant",
            Wording("The year %(year)s is out of range.", year=found.day.year),
            Wording("Write a year up to 2099."),
        )
    return found


def _keys(value: object) -> tuple[str, ...]:
    written = "".join(text(value, 'keys: "1"').split())
    for key in written:
        if key not in KEYS + NO_KEY:
            raise Unreadable(
                "bad-key",
                Wording("A phone has no key `%(key)s`.", key=clip(key)),
                Wording("The keys are 0 to 9, * and #, one for each prompt; - presses none at its prompt."),
            )
    if len(written) > MOST_KEYS:
        raise Unreadable(
            "out-of-range",
            Wording("This has %(count)s keys.", count=len(written)),
            Wording("Press at most %(most)s.", most=MOST_KEYS),
        )
    return tuple(written)


def _phone_does(value: object) -> PhoneDoes:
    written = " ".join(text(value, "{amy: no-answer}").lower().split())
    what, after, wait = written.partition(" after ")
    if what not in WHAT_PHONES_DO:
        meant = _ALSO_CALLED.get(what)
        hint = (
            Wording("Did you mean `%(right)s`?", right=meant)
            if meant
            else did_you_mean(what.replace(" ", "-"), WHAT_PHONES_DO)
        )
        message = Wording("A phone cannot do `%(what)s`.", what=clip(what))
        raise Unreadable(
            "unknown-value", message, hint or Wording("It can: %(names)s.", names=", ".join(WHAT_PHONES_DO))
        )
    return PhoneDoes(what, times.duration(wait) if after else None)


def _words(value: object) -> Words:
    if isinstance(value, dict) and len(value) != 1:
        raise Unreadable(
            "wrong-type",
            Wording("Write one language with its words here."),
            Wording("Write {es: Gracias por llamar}"),
        )
    language, said = next(iter(value.items())) if isinstance(value, dict) else (None, value)
    words = text(said, '"Thank you for calling"')
    if not words:
        raise Unreadable(
            "missing-words",
            Wording("There are no words here."),
            Wording("Write some words of what is said, or delete this."),
        )
    return Words(words, language)


def _who(value: object) -> str:
    return text(value, "[amy, ben]")


At = Annotated[
    times.Moment,
    PlainValidator(reader(_instant)),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[T ]+\d{1,2}:\d\d$"}),
]
PressedKeys = Annotated[
    tuple[str, ...],
    PlainValidator(reader(_keys)),
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^[-0-9*# ]*$"}),
]
Does = Annotated[PhoneDoes, PlainValidator(reader(_phone_does)), WithJsonSchema({"type": "string"})]
Heard = Annotated[
    Words,
    PlainValidator(reader(_words)),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1}]}),
]
Who = Annotated[str, PlainValidator(reader(_who)), WithJsonSchema({"type": ["string", "integer"]})]


def _ended_by(value: object) -> Literal["hotline", "caller"]:
    written = text(value, "ended_by: hotline")
    if written == "hotline" or written == "caller":
        return "hotline" if written == "hotline" else "caller"
    hint = did_you_mean(written, ("hotline", "caller")) or Wording("Write hotline or caller.")
    raise Unreadable("unknown-value", Wording("`%(written)s` cannot end a call.", written=clip(written)), hint)


class CallEntry(Shape):
    """A call that is made."""

    at: At = Field(
        description="The moment it is dialled, on the clock of the rota's time zone.", examples=["2026-03-04 12:00"]
    )
    keys: PressedKeys = Field(
        (), description="The keys pressed, one at each prompt; - stays silent. Left out: silence.", examples=['"1"']
    )
    talks_for: duration_type("1s", "3h") = Field(  # type: ignore[valid-type]
        60, description="How long a conversation lasts. Then the person who was called hangs up.", examples=["1m"]
    )
    hangs_up_after: duration_type("1s", "3h") | None = Field(  # type: ignore[valid-type]
        None,
        description="How long after dialling the caller hangs up, whatever happens. Left out: never.",
        examples=["30s"],
    )


class CallTestEntry(CallEntry):
    """One test: a call, what the phones do, and what is expected of it."""

    name: str = Field(description="What must be true, as a sentence.", examples=["A caller who presses 1 gets a peer"])
    phones: dict[str, Does] = Field(
        {}, description="What volunteers' phones do when they ring.", examples=["{amy: no-answer, ben: accept}"]
    )
    others: Does = Field(
        PhoneDoes("no-answer"), description="What all other volunteers' phones do.", examples=["no-answer"]
    )
    other_calls: list[Entry[CallEntry]] = Field(
        [], description="Other people's calls to the same hotline, before or meanwhile.", examples=["[…]"]
    )
    hears: list[Entry[Heard]] = Field(
        [], description="Parts of what the caller hears, in this order.", examples=['["You\'ve reached RISE"]']
    )
    does_not_hear: list[Entry[Heard]] = Field(
        [], description="What the caller never hears.", examples=['["Nobody could pick up"]']
    )
    volunteer_hears: list[Entry[Heard]] = Field(
        [], description="Parts of what those who pick up hear, in this order.", examples=['["Someone is waiting"]']
    )
    rings: list[Entry[Who]] | None = Field(
        None, description="Every phone that rings, in this order; [] for none.", examples=["[amy, ben]"]
    )
    rings_first: list[Entry[Who]] = Field(
        [], description="The first phones to ring, in this order; others may follow.", examples=["[amy, ben]"]
    )
    never_rings: list[Entry[Who]] = Field([], description="Whose phones stay silent.", examples=["[amy, ben]"])
    talks_with: Who | None = Field(
        None,
        description="Who the caller talks with: a volunteer, a dialled number, or nobody.",
        examples=["ben"],
    )
    answered_within: duration_type("1s", "3h") | None = Field(  # type: ignore[valid-type]
        None, description="How long after dialling the caller talks with someone, at most.", examples=["30s"]
    )
    connected_within: duration_type("1s", "3h") | None = Field(  # type: ignore[valid-type]
        None,
        description="How long after dialling the caller talks with a volunteer, at most; a number that is dialled does"
        " not count.",
        examples=["20s"],
    )
    ended_by: (
        Annotated[
            Literal["hotline", "caller"],
            PlainValidator(reader(_ended_by)),
            WithJsonSchema({"enum": ["hotline", "caller"]}),
        ]
        | None
    ) = Field(None, description="Who hangs up in the end.", examples=["hotline"])


class CallTestFile(Shape):
    """Calls that prove what a call flow and its rota do."""

    flow: str | None = Field(
        None, description="The call flow under test. Left out: the one named like this file.", examples=["rise"]
    )
    tests: list[Entry[CallTestEntry]] = Field(description="The tests, each with a name.", examples=["[…]"])


EXPECTATIONS = (
    "hears", "does_not_hear", "volunteer_hears", "rings", "rings_first", "never_rings", "talks_with", "answered_within",
    "connected_within", "ended_by",
)  # fmt: skip
STAND_INS: dict[str, Any] = {"tests": []}
