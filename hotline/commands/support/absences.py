"""Absences that volunteers have set, for commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotline.core.rota.absence import Absence
from hotline.settings import Settings
from hotline.store.redis.embedded import socket_path
from hotline.wiring.parts import Parts


def absences_known(settings: Settings) -> Callable[[str], Sequence[Absence]]:
    """The absences of a rota, from Redis or else from this machine, without waiting.

    On a machine without a hotline, as for editing a rota, there are none, and looking costs nothing.
    """
    places = (socket_path(settings.data_dir), settings.absences_file)
    if settings.redis_url is None and not any(place.exists() for place in places):
        return lambda _: ()
    book = Parts(settings).absences
    return lambda rota: book.look_again(rota).absences
