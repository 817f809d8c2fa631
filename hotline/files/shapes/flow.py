"""The shape of a call flow file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from hotline.files.shapes.base import Dialled, Entry, Phone, Shape, duration_type, number_type, only_true
from hotline.files.shapes.rota import OpenEntry

WORDS = "{en: Thank you for calling.}"


class LanguageEntry(Shape):
    """How one language is spoken."""

    locale: str | None = Field(
        None, description="The language and country, as the carrier names them.", examples=["en-US"]
    )
    voice: str | None = Field(
        None, description="The carrier's voice. Left out: its plain one.", examples=["Polly.Joanna-Neural"]
    )


class TargetEntry(Shape):
    """Where a key leads, and in which language."""

    go: str | None = Field(None, description="The step it leads to. Left out: this one again.", examples=["welcome"])
    language: str | None = Field(None, description="The language from there on.", examples=["es"])


def _target_kind(value: Any) -> str:
    return "group" if isinstance(value, dict | TargetEntry) else "name"


Target = Annotated[Annotated[str, Tag("name")] | Annotated[TargetEntry, Tag("group")], Discriminator(_target_kind)]


class StepEntry(Shape):
    """A step of a call: its words, and one of `menu`, `ring`, `dial`, `hang_up`, or only `then`."""

    say: dict[str, str] = Field({}, description="What the caller hears, by language.", examples=[WORDS])
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
    ring: Annotated[str, WithJsonSchema({"const": "on_call"})] | None = Field(
        None, description="Ring the volunteers who are on call in the rota.", examples=["on_call"]
    )
    between: dict[str, str] = Field(
        {}, description="What the caller hears before the next volunteer is tried, by language.", examples=[WORDS]
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
    then: str | None = Field(None, description="The step that comes next.", examples=["goodbye"])
    at_most: number_type(2, 50) | None = Field(  # type: ignore[valid-type]
        None, description="The visit in one call that goes straight to `then`.", examples=["3"]
    )


class FlowFile(Shape):
    """What callers hear."""

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
