"""The hotlines in use. Each is made of its bytes when somebody asks for it (`frozen.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.core.calls.flow import Hotline
from hotline.core.calls.sound import Sound
from hotline.files.findings.finding import Finding
from hotline.files.loading.families import Family, Outline, Thaw, outline_of
from hotline.files.loading.frozen import called_hotlines, made_hotlines, thawed_hotlines

Held = Family | Hotline
"""What a hotline is made from: its family, or for a last good version the hotline itself."""


class Hotlines(Mapping[str, Hotline]):
    """Hotlines by id. `thaw` makes them of bytes."""

    def __init__(self, held: Mapping[str, Held], thaw: Thaw = thawed_hotlines) -> None:
        self._held = held
        self._thaw = thaw

    def __getitem__(self, id: str) -> Hotline:
        held = self._held[id]
        return held if isinstance(held, Hotline) else held.hotline(id, self._thaw)

    def __contains__(self, id: object) -> bool:
        return id in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class Found(Mapping[str, Hotline]):
    """Hotlines by something else: their ids `by` it, each with the rota that it is to have as its own, if another."""

    def __init__(self, hotlines: Mapping[str, Hotline], by: Mapping[str, tuple[str, str | None]]) -> None:
        self._hotlines = hotlines
        self._by = by

    def __getitem__(self, key: str) -> Hotline:
        id, rota = self._by[key]
        return self._hotlines[id].with_people(rota)

    def __contains__(self, key: object) -> bool:
        return key in self._by

    def __iter__(self) -> Iterator[str]:
        return iter(self._by)

    def __len__(self) -> int:
        return len(self._by)


class Passing(Sequence[Hotline]):
    """All hotlines by id, for work that goes through them: each is made for its asker, and not kept here."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = held
        self._ids = sorted(held)

    def __getitem__(self, place: int) -> Hotline:  # type: ignore[override]
        id = self._ids[place]
        held = self._held[id]
        if isinstance(held, Hotline):
            return held
        return held.hotline(id, thawed_hotlines if len(held.outlines) > 1 else made_hotlines)

    def __len__(self) -> int:
        return len(self._ids)


@dataclass(frozen=True, slots=True)
class State:
    """The state in use: hotlines by id, by number, by rota, and any problems of the files on disk.

    `kept` names the hotlines whose last good version is in use, since their files are broken; `missing` those with no
    usable version; `uncovered` those that will have nobody to ring, not even a backup, or that ring another rota that
    cannot be used, and have no better version.
    `refused` has a digest of the broken files, for each in `kept`. `stranded` has the phones to ring for the numbers of
    those in `missing`, as far as their files can be understood. `sounds` has all in use by their `Sound.file`, and
    those before the last edit: a call may be about to fetch one.
    """

    hotlines: Mapping[str, Hotline] = field(default_factory=dict)
    numbers: Mapping[str, Hotline] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    kept: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    uncovered: frozenset[str] = frozenset()
    rotas: Mapping[str, Hotline] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    stranded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: Mapping[str, Sound] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Settled:
    """The parts of `State` that are in use for each call flow, by its id."""

    held: dict[str, Held] = field(default_factory=dict)
    outlines: dict[str, Outline] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    missing: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    uncovered: set[str] = field(default_factory=set)

    def copy(self) -> Settled:
        """Return a copy that can be changed."""
        return Settled(
            dict(self.held), dict(self.outlines), dict(self.refused), dict(self.missing), set(self.uncovered)
        )

    def forget(self, id: str) -> None:
        """Forget a call flow."""
        for known in (self.held, self.outlines, self.refused, self.missing):
            known.pop(id, None)
        self.uncovered.discard(id)

    def use(self, id: str, held: Held, outline: Outline | None = None) -> None:
        """Use a hotline for a call flow."""
        self.held[id] = held
        self.outlines[id] = outline or outline_of(self._hotline(id))

    def _hotline(self, id: str) -> Hotline:
        return Hotlines(self.held)[id]

    def sounds(self) -> dict[str, Sound]:
        """Return the sounds in use by their `Sound.file`."""
        with_sounds = [self._hotline(id) for id, outline in self.outlines.items() if outline.sounds]
        return {sound.file: sound for hotline in with_sounds for sound in hotline.sounds.values()}

    def state(self, findings: tuple[Finding, ...], sounds: Mapping[str, Sound]) -> State:
        """Return the state of this, with some sounds more."""
        held = {id: self.held[id] for id in sorted(self.held)}
        called = Hotlines(held, called_hotlines)
        return State(
            Hotlines(held),
            Found(called, self._numbers()),
            findings,
            frozenset(self.refused),
            frozenset(self.missing),
            frozenset(self.uncovered),
            Found(called, self._rotas()),
            dict(self.refused),
            {number: phones for id in sorted(self.missing) for number, phones in self.missing[id].items()},
            {**sounds, **self.sounds()},
        )

    def _numbers(self) -> dict[str, tuple[str, str | None]]:
        """Ids by the numbers people dial. If two claim one, a good file comes before a stored last good version."""
        numbers: dict[str, tuple[str, str | None]] = {}
        for id in sorted(self.outlines, key=lambda one: (one in self.refused, one)):
            for number in self.outlines[id].numbers:
                numbers.setdefault(number, (id, None))
        return numbers

    def _rotas(self) -> dict[str, tuple[str, str | None]]:
        """Ids by each rota that is rung, as `hotline.core.calls.flow.by_rota` has them."""
        rotas: dict[str, tuple[str, str | None]] = {}
        for id in sorted(self.outlines):
            rotas.setdefault(self.outlines[id].rota, (id, None))
        for id in sorted(self.outlines):
            for other in self.outlines[id].others:
                rotas.setdefault(other, (id, other))
        return rotas
