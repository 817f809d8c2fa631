"""The files in use, for commands that read them."""

from __future__ import annotations

from hotline.core.calls.flow import Hotline
from hotline.errors import FilesError
from hotline.files import load
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
