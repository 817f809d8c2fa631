"""The rotas and the days that a command is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import click

from hotline.commands.support.absences import absences_known
from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.rota.on_call import Schedule
from hotline.errors import FilesError
from hotline.files import load, read_files
from hotline.files.loading.rotas import read_rotas
from hotline.settings import Settings

_EARLIEST, _LATEST = date(1970, 1, 10), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class NamedRota:
    """A rota, and its title: the names of the hotlines that use it."""

    title: str
    schedule: Schedule


def rotas_now(settings: Settings, name: str | None = None) -> list[NamedRota]:
    """Return the rotas that `rotas` finds, without volunteers who are off, as far as this machine knows."""
    known = absences_known(settings)
    return [
        replace(rota, schedule=rota.schedule.with_absences(known(rota.schedule.rota.id)))
        for rota in rotas(settings, name)
    ]


def rotas(settings: Settings, name: str | None = None) -> list[NamedRota]:
    """The usable rotas without repeats; or one, by the name of a hotline, a call flow or a rota.

    A rota without a working call flow is found by its own name only. Raises FilesError if there is none.
    """
    config_dir = settings.config_dir
    by_rota: dict[str, list[Hotline]] = {}
    for hotline in with_every_rota(load(config_dir, settings.countries).hotlines.values()):
        by_rota.setdefault(hotline.rota.id, []).append(hotline)
    used = {id: NamedRota(", ".join(one.title for one in lines), lines[0].schedule) for id, lines in by_rota.items()}
    if name is None:
        if not used:
            raise FilesError(f"No call flow in {config_dir} can be used.", "Run `hotline check`.")
        return list(used.values())
    for id, lines in by_rota.items():
        if name == id or any(name in (one.id, one.flow.name) for one in lines if one.whole is None):
            return [used[id]]
    alone = read_rotas({file: raw for file, raw in read_files(config_dir).items() if file.startswith("rota/")})
    if name in alone.schedules:
        return [NamedRota(name, alone.schedules[name])]
    known = ", ".join(dict.fromkeys((*used, *alone.schedules))) or "none"
    raise FilesError(f"There is no usable hotline or rota named {name!r} (known: {known}).", "Run `hotline check`.")


WEEKS = click.IntRange(1, 104)
