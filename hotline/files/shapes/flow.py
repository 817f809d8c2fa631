"""The shape of a call flow file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from hotline.files.shapes.base import (
    Dialled,
    Entry,
    Hours,
    Phone,
    Shape,
    between,
    duration_type,
    number_type,
    only_true,
)
from hotline.files.shapes.shifts import OpenEntry
from hotline.files.values import patterns

WORDS = "{en: Thank you for calling.}"


class LanguageEntry(Shape):
    """The way to speak one language."""

    locale: str | None = Field(
        None, description="The language and country, as the carrier names them.", examples=["en-US"]
    )
    voice: str | None = Field(
        None, description="The carrier's voice. Left out: its plain one.", examples=["Polly.Joanna-Neural"]
    )


class TargetEntry(Shape):
    """The step a key leads to, and in which language."""

    go: str | None = Field(None, description="The step it leads to. Left out: this one again.", examples=["welcome"])
    language: str | None = Field(None, description="The language from there on.", examples=["es"])


def _target_kind(value: Any) -> str:
    return "group" if isinstance(value, dict | TargetEntry) else "name"


Target = Annotated[Annotated[str, Tag("name")] | Annotated[TargetEntry, Tag("group")], Discriminator(_target_kind)]


class RecordedEntry(Shape):
    """Words with a recording of them."""

    play: str = Field(description="The name of the sound.", examples=["still_looking"])
    say: str = Field(description="The words.", examples=["I'm still looking for someone."])


def _kind_of_sentence(value: Any) -> str:
    return "recorded" if isinstance(value, dict | RecordedEntry) else "text"


Sentence = Annotated[
    Annotated[str, Tag("text")] | Annotated[RecordedEntry, Tag("recorded")], Discriminator(_kind_of_sentence)
]
_RECORDED = {
    "type": "object",
    "properties": {
        "play": {"type": "string", "description": "The name of the sound."},
        "say": {"type": "string", "description": "The words."},
    },
    "required": ["play", "say"],
    "additionalProperties": False,
}
_SENTENCES = {"items": {"anyOf": [{"type": "string"}, _RECORDED]}, "minItems": 1, "type": "array"}
Sentences = Annotated[
    list[Entry[Sentence]],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, _SENTENCES]}),
]
"""Words said in turn: one text, or several, each with or without a recording."""


class WaitingEntry(Shape):
    """The choices of a caller who has waited for a minute."""

    say: dict[str, str] = Field(
        {},
        description="The words that offer the keys, by language. Left out: the `hold` words name them.",
        examples=["{en: To talk to the 9 8 8 Lifeline press 2.}"],
    )
    menu: dict[str, Target] = Field(
        description="Where each key of the phone leads: 0 to 9, * and #.", examples=['{"2": lifeline}']
    )


Seconds = Annotated[int, PlainValidator(between("1s", "60s")), WithJsonSchema(patterns.DURATION)]
"""Seconds from the start of a call."""


class RingEarlyEntry(Shape):
    """The time at which phones begin to ring while the first words are spoken."""

    after: Seconds = Field(description="How long after the call began the first phones ring.", examples=["5s"])
    hours: Hours | None = Field(
        None,
        description="The hours in which they ring early, in the rota's time zone. Left out: at any hour.",
        examples=["07:00-23:00"],
    )


def _kind_of_early(value: Any) -> str:
    return "in a group" if isinstance(value, dict | RingEarlyEntry) else "by time"


RingEarly = Annotated[
    Annotated[Seconds, Tag("by time")] | Annotated[RingEarlyEntry, Tag("in a group")], Discriminator(_kind_of_early)
]


class StepEntry(Shape):
    """A step of a call: its words, and one of `menu`, `ring`, `dial`, `hang_up`, or only `then`."""

    say: dict[str, str] = Field({}, description="What the caller hears, by language.", examples=[WORDS])
    play: str | None = Field(
        None,
        description="A recording of the words, which is played in their place: a file in call_flows/sounds, without its"
        " language and its ending. welcome is welcome.en.wav, welcome.es.mp3, or welcome.wav for all languages.",
        examples=["welcome"],
    )
    menu: dict[str, Target] | None = Field(
        None, description="Where each key of the phone leads: 0 to 9, * and #.", examples=['{"1": reach_peer}']
    )
    wait: duration_type("1s", "60s") = Field(  # type: ignore[valid-type]
        5, description="How long to listen for a key after the last word.", examples=["4s"]
    )
    no_key: str | None = Field(
        None,
        description="The step for a caller who presses nothing. Left out: the words are repeated.",
        examples=["reach_peer"],
    )
    wrong_key: str | None = Field(
        None,
        description="The step for a key that is not in the menu. Left out: the same as for no key.",
        examples=["reach_peer"],
    )
    ring: str | None = Field(
        None,
        description="Ring the volunteers whom the rota has on call: on_call for the rota of this call flow, or the name"
        " of another rota file.",
        examples=["on_call"],
    )
    between: dict[str, str] = Field(
        {}, description="What the caller hears before the next volunteer is tried, by language.", examples=[WORDS]
    )
    hold: dict[str, Sentences] = Field(
        {},
        description="What the caller hears in turn while phones ring, by language: a list, as no text is said twice in"
        " a row. An entry with a recording has `play` and `say`.",
        examples=["{en: [I'm still looking for someone., {play: thanks, say: Thank you for waiting.}]}"],
    )
    while_waiting: WaitingEntry | None = Field(
        None,
        description="Keys that lead elsewhere once the caller has waited for a minute.",
        examples=['{menu: {"2": lifeline}}'],
    )
    answered: str | None = Field(
        None, description="The step after the conversation. Left out: the call ends.", examples=["goodbye"]
    )
    not_answered: str | None = Field(
        None, description="The step after everyone was tried, or after max_wait.", examples=["nobody_free"]
    )
    dial: Dialled | None = Field(
        None, description="One fixed number to connect the caller to; a short one as it is dialled.", examples=['"988"']
    )
    hang_up: only_true("hang_up") = Field(  # type: ignore[valid-type]
        False, description="The call ends after the words.", examples=["true"]
    )
    ring_early: RingEarly | None = Field(
        None,
        description="Only in the first step of a call: how long after the call began phones ring, while the words are"
        " still spoken. Left out: they ring at the `ring` step.",
        examples=["5s", "{after: 5s, hours: 07:00-23:00}"],
    )
    then: str | None = Field(None, description="The step that comes next.", examples=["goodbye"])
    at_most: number_type(2, 50) | None = Field(  # type: ignore[valid-type]
        None, description="The visit in one call that goes straight to `then`.", examples=["3"]
    )


class FlowFile(Shape):
    """The words and menus that callers hear."""

    name: str | None = Field(None, description="What the hotline is called.", examples=["RISE"])
    numbers: list[Entry[Phone]] = Field(
        description="The numbers people dial. The first is what volunteers see ringing.",
        examples=['["+1 410 555 0100"]'],
    )
    rota: str | None = Field(
        None,
        description="The rota file that says who is on call. Left out: the one of the same name.",
        examples=["rise"],
    )
    languages: dict[str, LanguageEntry] = Field(
        {},
        description="The languages of the words below. Calls start in the first.",
        examples=["{en: {locale: en-US, voice: Polly.Joanna-Neural}}"],
    )
    start: str | None = Field(
        None, description="The step every call begins with. Left out: the first.", examples=["welcome"]
    )
    open: list[OpenEntry] = Field(
        [],
        description="When the line is open, in the rota's time zone, as in `shifts`. Left out: always.",
        examples=["[{days: mon-fri, hours: 08:00-20:00}]"],
    )
    closed: str | None = Field(
        None, description="The step a call begins with outside the hours in `open`.", examples=["we_are_closed"]
    )
    steps: dict[str, StepEntry] = Field(
        description="What happens in a call, step by step.",
        examples=["{welcome: {say: {en: Hello.}, ring: on_call, not_answered: goodbye}}"],
    )
    apology: dict[str, str] = Field(
        {}, description="What the caller hears when the hotline fails, by language.", examples=[WORDS]
    )


STAND_INS: dict[str, Any] = {"numbers": [], "steps": {}}
