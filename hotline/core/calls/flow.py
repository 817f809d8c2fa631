"""A call flow as data: the words that callers hear, as steps joined by keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from hotline.core.calls.sound import Sound, Sounds
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota, Shift

OPEN = "open"
"""The name of the line itself on the schedule of its opening hours."""

Words = Mapping[str, str]
"""Spoken words, by language code."""


@dataclass(frozen=True, slots=True)
class Language:
    """A spoken language. `locale` and `voice` are the carrier's names; no `voice` means the carrier's default."""

    code: str
    locale: str
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The step that a key leads to. `language` None keeps the caller's."""

    step: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """Speak, then continue at step `to`."""

    to: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Listen for one key for `wait` seconds."""

    keys: Mapping[str, Target]
    wait: int
    no_key: str
    wrong_key: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """Ring volunteers. `answered` None hangs up after the conversation.

    `hold`: what a caller hears while several phones ring, in turn, by language. `way_out`: keys that work once they
    have waited for a minute, and where each leads; `way_out_say` are the words that offer them, if there are any.
    `people`: the rota to ring; None for the flow's own.
    """

    between: Words
    answered: str | None
    not_answered: str
    hold: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    way_out: Mapping[str, Target] = field(default_factory=dict)
    way_out_say: Words = field(default_factory=dict)
    people: str | None = None
    hold_play: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The name of the sound of each text in `hold`, or "" for none."""


@dataclass(frozen=True, slots=True)
class FixedDial:
    """Connect to one fixed number, as dialled. `then` None hangs up afterwards."""

    number: str
    then: str | None


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Say goodbye."""


Action = Continue | Menu | Hunt | FixedDial | Goodbye


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a call flow. The `at_most`-th visit in one call goes to `instead` without speaking.

    `play` names the sound that is played in place of the words.
    """

    name: str
    say: Words
    action: Action
    at_most: int | None = None
    instead: str | None = None
    play: str | None = None


@dataclass(frozen=True, slots=True)
class RingEarly:
    """A rule for rings that begin `after` seconds of a call, while the first words are spoken.

    `hours`: only from one minute of the day until before another, in the rota's zone; None for any hour. They pass
    midnight where the second is not later; as the second, 0 is midnight.
    """

    after: int
    hours: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A call flow file, checked: every step and language it names exists. Numbers are E.164."""

    id: str
    name: str
    numbers: tuple[str, ...]
    rota: str
    languages: Mapping[str, Language]
    start: str
    steps: Mapping[str, Step]
    apology: Words = field(default_factory=dict)
    open: tuple[Shift, ...] = ()
    closed: str | None = None
    """The step a call begins with outside the hours in `open`; None: the line is always open."""
    ring_early: RingEarly | None = None

    @property
    def number(self) -> str:
        """The number volunteers see ringing."""
        return self.numbers[0]

    def people_at(self, step: str | None) -> str | None:
        """Return the other rota that a step rings; None for the flow's own."""
        found = self.steps.get(step or "")
        return found.action.people if found and isinstance(found.action, Hunt) else None

    def people(self) -> tuple[str, ...]:
        """Return the other rotas that the flow's steps ring, each once."""
        found = (self.people_at(step) for step in self.steps)
        return tuple(dict.fromkeys(rota for rota in found if rota is not None))

    @property
    def first_language(self) -> str:
        return next(iter(self.languages))


@dataclass(frozen=True, slots=True)
class OtherRota:
    """Another rota that a step rings, and its answers to "who is on call?"."""

    rota: Rota
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Hotline:
    """A hotline: its numbers, its call flow and its rota, and the rota's answers to "who is on call?".

    `others` has the other rotas that its steps ring, by id, as far as they can be used. A view of a hotline has one of
    them as its `rota` and `schedule`, and the hotline itself as its `whole`; the rest is the same.
    """

    flow: Flow
    rota: Rota
    schedule: Schedule
    opening: Schedule | None = None
    """The schedule that has OPEN on call while the line is open. None: always open."""
    others: Mapping[str, OtherRota] = field(default_factory=dict)
    whole: Hotline | None = None
    sounds: Sounds = field(default_factory=dict, repr=False)
    """The usable sounds that the flow and its rotas name, by name and language."""

    def sound(self, name: str | None, language: str) -> str:
        """Return the sound to play for a name in a language: its `file`, or "" if words must be spoken."""
        found = self.sounds.get((name, language)) if name else None
        return found.file if found else ""

    def at(self, step: str | None) -> Hotline:
        """Return the hotline with the rota that a step rings. A step that rings nobody, or None, has the flow's own."""
        return self.with_people(self.flow.people_at(step))

    def with_people(self, rota: str | None) -> Hotline:
        """Return the hotline with another rota that its steps ring; with its own if there is no such rota."""
        own, people = self.whole or self, self.others.get(rota or "")
        return replace(own, rota=people.rota, schedule=people.schedule, whole=own) if people else own

    def can_ring(self, step: str) -> bool:
        """Return whether the rota of a `ring` step can be used."""
        people = self.flow.people_at(step)
        return people is None or people in self.others

    def everyone(self) -> tuple[Hotline, ...]:
        """Return this hotline with its own rota, and then with each of the others."""
        return (self.at(None), *map(self.with_people, self.others))

    @property
    def title(self) -> str:
        """The name that people use: the hotline's, with the rota's if it is another."""
        return self.flow.name if self.whole is None else f"{self.flow.name} ({self.rota.id})"

    @property
    def ring_id(self) -> str:
        """The name of those who are rung, in live state and in jobs: the hotline's, and the rota's if it is another."""
        return self.id if self.whole is None else f"{self.id}/{self.rota.id}"

    def is_open(self, instant: datetime) -> bool:
        """Return whether a call that begins at an aware datetime finds the line open."""
        return self.opening is None or bool(self.opening.at(instant).on_call)

    def opens(self, instant: datetime) -> datetime | None:
        """Return when the line next opens or closes after an instant. None if it never does."""
        return None if self.opening is None else self.opening.next_change(instant)

    @property
    def id(self) -> str:
        return self.flow.id


def with_every_rota(hotlines: Iterable[Hotline]) -> list[Hotline]:
    """Return hotlines, each with its own rota, and then again with each other rota that it rings."""
    return [one for hotline in hotlines for one in hotline.everyone()]


def by_rota(hotlines: Iterable[Hotline]) -> dict[str, Hotline]:
    """Return a hotline for each rota that is rung: the first whose own it is, or else the first that rings it too."""
    found: dict[str, Hotline] = {}
    for hotline in sorted(with_every_rota(hotlines), key=lambda one: one.whole is not None):
        found.setdefault(hotline.rota.id, hotline)
    return found


def sound_in(hotlines: Iterable[Hotline], file: str) -> Sound | None:
    """Return the sound of some hotlines with this `Sound.file`, if there is one."""
    return next((one for hotline in hotlines for one in hotline.sounds.values() if one.file == file), None)
