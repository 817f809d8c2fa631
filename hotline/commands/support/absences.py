"""Absences that volunteers have set, as a command knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotline.core.rota.absence import Absence
from hotline.deployment import absences_file
from hotline.settings import Settings
from hotline.store.redis.embedded import socket_path


def absences_known(settings: Settings) -> Callable[[str], Sequence[Absence]]:
    """The absences of a rota, as Redis knows them or else this machine; nothing is waited for.

    Where no hotline runs, as on the machine of whoever edits a rota, there are none, and looking costs nothing.
    """
    places = (socket_path(settings.data_dir), absences_file(settings))
    if settings.redis_url is None and not any(place.exists() for place in places):
        return lambda _: ()
    from hotline.wiring.absences import build_absences  # brings Redis along

    book = build_absences(settings)
    return lambda rota: book.look_again(rota).absences
