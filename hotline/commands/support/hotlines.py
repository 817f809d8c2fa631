"""The files in use, for commands that read them."""

from __future__ import annotations

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.errors import FilesError
from hotline.files import Loaded, load
from hotline.files.loading.near import load_near
from hotline.settings import Settings


def hotlines(settings: Settings, name: str | None = None) -> list[Hotline]:
    """The hotlines whose files can be used, or the one with a name. Raises FilesError if there is none."""
    loaded = load(settings.config_dir, settings.countries).hotlines
    if name is None:
        if not loaded:
            raise FilesError(f"No call flow in {settings.config_dir} can be used.", "Run `hotline check`.")
        return list(loaded.values())
    for hotline in loaded.values():
        if name in (hotline.id, hotline.rota.id, hotline.flow.name):
            return [hotline]
    known = ", ".join(loaded) or "none"
    raise FilesError(f"There is no usable hotline named {name!r} (known: {known}).", "Run `hotline check`.")


def with_rotas(settings: Settings, name: str | None = None) -> list[Hotline]:
    """Return the hotlines whose files can be used, and again with each other rota that they ring.

    `name`: only one hotline with its rotas, or those that ring one rota. Raises FilesError if there is none.
    """
    if name is None:
        return with_every_rota(hotlines(settings))
    found = _by_name(load_near(settings.config_dir, name, settings.countries), name)
    return found or with_every_rota(hotlines(settings, name))


def _by_name(loaded: Loaded, name: str) -> list[Hotline]:
    everyone = with_every_rota(loaded.hotlines.values())
    if any(name == one.rota.id for one in everyone):
        chosen = [one for one in everyone if name in (one.rota.id, one.id)]
        return chosen if any(one.id == name for one in chosen) else chosen[:1]
    named = [one for one in loaded.hotlines.values() if name in (one.id, one.flow.name)]
    return with_every_rota(named[:1])
