"""A hotline without the phones that it may not dial. Its files name some, but callers must still be answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from hotline.core.calls.flow import Continue, FixedDial, Flow, Goodbye, Step
from hotline.core.rota.rota import Cover, Rota, Rotation, Shift

Kept = TypeVar("Kept")


def flow_without(flow: Flow, steps: Collection[str]) -> Flow:
    """A call flow in which these steps dial nothing: the call continues as after a number that did not answer."""
    return replace(flow, steps={name: _silent(one) if name in steps else one for name, one in flow.steps.items()})


def rota_without(rota: Rota, people: Collection[str], coordinators: Collection[str]) -> Rota:
    """A rota without some volunteers and coordinators.

    Anyone who covers for one of them is on call besides the rest.
    """
    entries = (_backup(entry, people) for entry in rota.backup_entries)
    return replace(
        rota,
        volunteers=_without(rota.volunteers, people),
        shifts=tuple(one for one in (_shift(shift, people) for shift in rota.shifts) if one.on_call),
        rotations=tuple(one for one in (_rotation(turns, people) for turns in rota.rotations) if one.everyone),
        away=tuple(one for one in rota.away if one.who not in people),
        cover=tuple(_cover(one, people) for one in rota.cover if one.who not in people),
        backup=tuple(one for one in rota.backup if one not in people),
        backup_entries=tuple(one for one in entries if one is not None),
        coordinators=_without(rota.coordinators, coordinators),
    )


def _silent(step: Step) -> Step:
    after = step.action.then if isinstance(step.action, FixedDial) else None
    return replace(step, action=Goodbye() if after is None else Continue(after))


def _without(entries: Mapping[str, Kept], gone: Collection[str]) -> dict[str, Kept]:
    return {id: one for id, one in entries.items() if id not in gone}


def _shift(shift: Shift, people: Collection[str]) -> Shift:
    return replace(shift, on_call=tuple(one for one in shift.on_call if one not in people))


def _rotation(rotation: Rotation, people: Collection[str]) -> Rotation:
    """Return a rotation with the same turns at the same times. An empty turn is a gap, in which the backup is rung."""
    teams = ((turn,) if isinstance(turn, str) else turn for turn in rotation.turns)
    return replace(rotation, turns=tuple(tuple(one for one in team if one not in people) for team in teams))


def _cover(cover: Cover, people: Collection[str]) -> Cover:
    return replace(cover, instead_of=None) if cover.instead_of in people else cover


def _backup(entry: str | Shift | Rotation, people: Collection[str]) -> str | Shift | Rotation | None:
    if isinstance(entry, str):
        return None if entry in people else entry
    if isinstance(entry, Shift):
        shift = _shift(entry, people)
        return shift if shift.on_call else None
    rotation = _rotation(entry, people)
    return rotation if rotation.everyone else None
