"""Our data as bytes, and back: what a hotline is made of, without the objects that it is made of.

Bytes take a quarter of the memory, and forked processes share them for as long as they live: nothing counts in them.
The reader can make nothing but our own data, since a pickle could run code (docs/adr/0035).
"""

from __future__ import annotations

import dataclasses
import io
import pickle
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from hotline.core.calls.flow import Hotline
from hotline.core.last_used import LastUsed
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.files.values.public_holidays import OwnHolidays, PublicHolidays, public_holidays
from hotline.files.values.zones import load_zone

MOST_CALLED, MOST_THAWED = 100, 2_000
"""How many families' hotlines a process has as objects: those called last, and those that pages showed last.

Each takes some 30 kB. Heartbeats call all of them, in each process that answers calls.
"""


def freeze(thing: object) -> bytes | None:
    """Return our data as bytes. None if something in it is not among what can be read again."""
    data = io.BytesIO()
    try:
        _Writer(data, protocol=5).dump(thing)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return data.getvalue()


def thaw(data: bytes, *others: Callable[..., object]) -> object:
    """Return what was frozen. `others` may be made too. Raises whatever a damaged text makes of itself."""
    return _FrozenReader(data, others).load()


def made_hotlines(data: bytes) -> tuple[Hotline, ...]:
    """Return the hotlines that were frozen together."""
    found: Any = thaw(data)
    return tuple(found)


_called, _shown = LastUsed[tuple[Hotline, ...]](MOST_CALLED), LastUsed[tuple[Hotline, ...]](MOST_THAWED)


def thawed_hotlines(data: bytes) -> tuple[Hotline, ...]:
    """Return the hotlines that were frozen together, and keep them for the next who shows them."""
    return _thawed(data, _shown)


def called_hotlines(data: bytes) -> tuple[Hotline, ...]:
    """Return the hotlines that were frozen together, and keep them for the next call."""
    return _thawed(data, _called)


def _thawed(data: bytes, keep_in: LastUsed[tuple[Hotline, ...]]) -> tuple[Hotline, ...]:
    found = _shown.get(data) or _called.get(data)
    if found is None:
        found = made_hotlines(data)
        keep_in.keep(data, found)
    return found


class _Writer(pickle.Pickler):
    """Writes our data as the class and its fields. A schedule is written as its rota."""

    def persistent_id(self, thing: object) -> tuple[str, ...] | None:
        kind = type(thing)  # asked about each text and number: a look at the exact class is the cheapest
        if kind is ZoneInfo:
            return ("zone", str(thing.key))  # type: ignore[attr-defined]
        if kind is PublicHolidays:
            return ("holidays", thing.country, thing.region or "")  # type: ignore[attr-defined]
        return None

    def reducer_override(self, thing: Any) -> Any:
        if type(thing) is Schedule:
            return _schedule, (thing.rota, thing.whole_days, thing.opening)
        if isinstance(thing, OwnHolidays):
            return OwnHolidays, thing.parts
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, name) for name in _fields(type(thing)))
        if isinstance(thing, Enum | date | type) or thing is _schedule:
            return NotImplemented
        raise pickle.PicklingError(f"{type(thing).__name__} is not among what is kept")


class _FrozenReader(pickle.Unpickler):
    """Reads what `_Writer` writes. Anything else is refused: it can call nothing but the constructors of our data."""

    def __init__(self, data: bytes, others: tuple[Callable[..., object], ...]) -> None:
        super().__init__(io.BytesIO(data))
        self._others = others

    def find_class(self, module: str, name: str) -> Any:
        for one in self._others:
            if (one.__module__, one.__qualname__) == (module, name):
                return one
        found = _made(module, name)
        if found is None:
            raise pickle.UnpicklingError("not our data")
        return found

    def persistent_load(self, written: Any) -> object:
        kind, *about = written
        if kind == "zone":
            return load_zone(about[0])
        if kind == "holidays":
            return public_holidays(about[0], about[1] or None)
        raise pickle.UnpicklingError("not our data")


def _schedule(rota: Rota, whole_days: bool, opening: tuple[Schedule, ...]) -> Schedule:
    schedule = Schedule(rota, whole_days=whole_days)
    schedule.opening = opening
    return schedule


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


@cache
def _made(module: str, name: str) -> Callable[..., object] | None:
    """Return what may be made, by its name: the core's data, and dates. None for anything else."""
    others: tuple[Callable[..., object], ...] = (OwnHolidays, date, _schedule)
    for one in others:
        if (one.__module__, one.__qualname__) == (module, name):
            return one
    if not module.startswith("hotline.core."):
        return None
    found = getattr(import_module(module), name, None)
    if not isinstance(found, type) or found.__module__ != module:
        return None
    return found if dataclasses.is_dataclass(found) or issubclass(found, Enum) else None
