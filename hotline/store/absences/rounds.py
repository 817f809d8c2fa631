"""Rounds that keep absences equal in all places: the database, Redis, and the local disk."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from hotline.core.rota.absence import LastWord, Words
from hotline.errors import DatabaseUnavailable, LiveStateUnavailable
from hotline.store.absences.book import AbsenceBook
from hotline.store.database.lazy import Database
from hotline.store.disk.single_process import SingleProcess
from hotline.store.own_thread import OwnThread

if TYPE_CHECKING:
    from hotline.store.absences.in_database import AbsenceTable

_log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between rounds. A new word in this process does not wait for the next round."""
PAUSE_AFTER_FAILURE = 5.0
ASK_EVERY = 10.0
"""Seconds between looks into the database, where another machine may have written."""
_PRUNE_EVERY = 3600.0


class AbsenceRounds(OwnThread):
    """Rounds that exchange absences between all places. One process of a machine at a time makes them.

    `lock` is a file that all of them name. The database is the permanent record; nothing else reads it.
    """

    def __init__(self, book: AbsenceBook, database: Database, lock: Path) -> None:
        super().__init__("absences")
        self._book = book
        self._database = database
        self._role = SingleProcess(lock)
        self._table: AbsenceTable | None = None
        self._in_database: dict[str, dict[str, LastWord]] | None = None
        self._ask_at = 0.0
        self._not_before = 0.0
        self._prune_at = 0.0

    def stop(self) -> None:
        """End the thread, after one more round."""
        self._stop.set()
        self._book.news.set()
        super().stop()

    def go_round(self) -> None:
        """Make one round, if no other process of this machine does. Raises DatabaseUnavailable at its end."""
        with suppress(OSError):  # a disk that cannot be written: this process makes its own rounds
            if not self._role.take():
                return
        failure = None
        try:
            self._meet_database()
        except DatabaseUnavailable as error:
            self._not_before = self._book.clock() + PAUSE_AFTER_FAILURE
            failure = error
        with suppress(LiveStateUnavailable):
            self._book.exchange_all()
        self._book.write_file(self._book.words())
        if failure is not None:
            raise failure

    def _meet_database(self) -> None:
        """Exchange words with the database, if it is time, or if there is something to write."""
        now, words = self._book.clock(), self._book.words()
        if now < self._not_before or (now < self._ask_at and words == self._in_database):
            return
        if self._table is None:
            from hotline.store.absences.in_database import AbsenceTable  # imports the database libraries

            self._table = AbsenceTable(self._database)
        found = self._table.read(int(now))
        for rota, those in found.items():
            self._book.believe(rota, those)
        words = self._book.words()
        self._table.write({rota: _news(those, found.get(rota, {})) for rota, those in words.items()})
        self._in_database = words
        self._ask_at = now + ASK_EVERY
        if now >= self._prune_at:
            self._table.prune(int(now))
            self._prune_at = now + _PRUNE_EVERY

    def run(self, stop: Event, patience: float = 0.0) -> None:
        """Make rounds until `stop`."""
        try:
            pause, last = patience, False
            while not last:
                self._book.news.wait(pause)
                self._book.news.clear()
                pause, last = PAUSE, stop.is_set()
                try:
                    self.go_round()
                except DatabaseUnavailable:
                    pass  # the call log's drainer reports it; words to write stay on disk
                except Exception as error:  # noqa: BLE001 - without this thread no word would reach the database
                    _log.error("keeping absences failed: %s", type(error).__name__)
                    pause = PAUSE_AFTER_FAILURE
        finally:
            self._role.give_up()


def _news(words: Words, known: Words) -> dict[str, LastWord]:
    return {who: word for who, word in words.items() if who not in known or known[who] < word}
