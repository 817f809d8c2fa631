"""Puts together where volunteers' absences are kept. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from hotline.deployment import absences_file, redis_url
from hotline.settings import Settings
from hotline.store.absence_rounds import AbsenceRounds
from hotline.store.absences import AbsenceBook
from hotline.store.opened import Database
from hotline.store.server import Server
from hotline.store.shared_absences import SharedAbsences


def build_absences(settings: Settings, server: Server | None = None) -> AbsenceBook:
    """What volunteers said of being off. `server` is Redis, for a process that asks it already."""
    return AbsenceBook(SharedAbsences(server or Server(redis_url(settings))), absences_file(settings))


def build_rounds(settings: Settings, book: AbsenceBook) -> AbsenceRounds:
    """What keeps the database, Redis and this machine's disk alike."""
    lock = absences_file(settings).with_name("rounds.lock")
    return AbsenceRounds(book, Database(settings.database_url), lock)
