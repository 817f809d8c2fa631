"""Absences that volunteers have set, as a command knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotline.core.rota.absence import Absence
from hotline.settings import Settings
from hotline.store.redis.embedded import socket_path
from hotline.wiring.parts import Parts


def absences_known(settings: Settings) -> Callable[[str], Sequence[Absence]]:
    """The absences of a rota, as Redis knows them or else this machine; nothing is waited for.

    Where no hotline runs, as on the machine of whoever edits a rota, there are none, and looking costs nothing.
    """
    places = (socket_path(settings.data_dir), settings.absences_file)
    if settings.redis_url is None and not any(place.exists() for place in places):
        return lambda _: ()
    book = Parts(settings).absences
    return lambda rota: book.look_again(rota).absences
