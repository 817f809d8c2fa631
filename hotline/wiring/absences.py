"""Puts together where volunteers' absences are kept. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotline.core.calls.absent_phones import phones_of
from hotline.core.calls.flow import Hotline
from hotline.deployment import absences_file, now, redis_url, secret_key
from hotline.errors import ServerError
from hotline.files.loading.watch import WatchedDirectory
from hotline.settings import Settings
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.absences.rounds import AbsenceRounds
from hotline.store.database.lazy import Database
from hotline.store.redis.server import RedisServer


def build_absences(settings: Settings, server: RedisServer | None = None) -> AbsenceBook:
    """Return what volunteers said of being off. `server` is Redis, for a process that asks it already.

    The rota files are looked at again at each look; a process that has them sets `phones` to its own.
    """
    book = AbsenceBook(SharedAbsences(server or RedisServer(redis_url(settings))), absences_file(settings))
    book.phones = _phones_on_disk(settings)
    return book


def build_rounds(settings: Settings, book: AbsenceBook) -> AbsenceRounds:
    """Return what keeps the database, Redis and this machine's disk alike."""
    lock = absences_file(settings).with_name("rounds.lock")
    return AbsenceRounds(book, Database(settings.database_url), lock)


def _phones_on_disk(settings: Settings) -> Callable[[str], Mapping[str, str]]:
    """Read phones from the files as they are now, once asked. Nothing is read before it is asked."""
    made: list[Callable[[str], Mapping[str, str]]] = []
    nothing: Mapping[str, str] = {}

    def phones(rota: str) -> Mapping[str, str]:
        if not made:
            try:
                key = secret_key(settings)
            except ServerError:
                return nothing  # the data directory cannot be written: ids are all that is known
            directory = WatchedDirectory(
                settings.config_dir, settings.data_dir / "last-good", now, lambda *_, **__: None, settings.countries
            )

            def by_rota(wanted: str) -> Hotline | None:
                directory.refresh()
                return directory.by_rota(wanted)

            made.append(phones_of(key, by_rota))
        return made[0](rota)

    return phones
