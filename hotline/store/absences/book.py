"""Volunteers' absences, as calls read them: in memory, with copies in Redis and in a file on local disk.

A call's webhook reads memory. In the step in which it deals a ring, Redis says whether that was the latest version. A
volunteer's word goes to Redis and to disk at once, and to the database soon after (`hotline.store.absences.rounds`).
Each place has the last word of each volunteer, and the later of two words applies. So any place may be lost, and gets
its words back from any other, in any order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from hotline.core.rota.absence import (
    Absence,
    Known,
    LastWord,
    Words,
    absences_in,
    by_volunteer,
    laid_together,
    name_for,
    next_word,
    worth_keeping,
)
from hotline.core.wording import Wording
from hotline.errors import AbsenceNotKept, LiveStateUnavailable
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.absences.on_disk import AbsenceFile
from hotline.store.after_fork import forget_in_child

_NO_PHONES: Mapping[str, str] = {}


class AbsenceBook:
    """Volunteers' absences. Implements `hotline.ports.AbsenceKeeper`. Safe for threads, and usable after a fork.

    `shared` is Redis, `path` a file on local disk; without either, absences are in memory only. `clock` gives epoch
    seconds. Nothing is opened, read or made before its first use. Every new word of a volunteer here sets `news`.

    `phones` gives digests of the phones of a rota's volunteers, by id: words follow phones, since ids may be edited. It
    is called at each look, and returns the same mapping while the rota is the same.
    """

    def __init__(
        self,
        shared: SharedAbsences | None = None,
        path: Path | None = None,
        clock: Callable[[], float] = time.time,
        phones: Callable[[str], Mapping[str, str]] = lambda _: _NO_PHONES,
    ) -> None:
        self.clock = clock
        self.phones = phones
        self.news = Event()
        self._shared = shared
        self._file = AbsenceFile(path) if path else None
        self._stamp = (0, 0)
        self._words: dict[str, dict[str, LastWord]] = {}
        self._known: dict[str, Known] = {}
        self._named: dict[str, tuple[Known, Mapping[str, str], Known]] = {}
        self._lock = Lock()
        forget_in_child(self._renew_lock)

    def of(self, rota: str) -> Sequence[Absence]:
        """The absences of a rota that are not over."""
        return self.known(rota).absences

    def of_each(self, rotas: Iterable[str]) -> dict[str, Sequence[Absence]]:
        """The absences of many rotas that are not over. Looks once whether another process changed the file."""
        self._read_file_again()
        return {rota: self._known_here(rota).absences for rota in rotas}

    def known(self, rota: str) -> Known:
        """Return a rota's absences and their version, from memory.

        Takes microseconds, unless another process changed the file.
        """
        self._read_file_again()
        return self._known_here(rota)

    def _known_here(self, rota: str) -> Known:
        found = self._known.get(rota)
        if found is None:
            return Known(rota)
        if found.absences and found.absences[0].end <= self.clock():  # the first absence ends first
            found = self.believe(rota, {})
        phones, named = self.phones(rota), self._named.get(rota)
        if named is None or named[0] is not found or named[1] is not phones:
            words = by_volunteer(self._words.get(rota, {}), phones)
            known = Known(rota, absences_in(words, int(self.clock())), found.version)
            named = self._named[rota] = (found, phones, known)
        return named[2]

    def look_again(self, rota: str) -> Known:
        """Return a rota's absences and their version, after an exchange with Redis."""
        with suppress(LiveStateUnavailable):
            self.exchange(rota)
        return self.known(rota)

    def keep(self, rota: str, who: str, start: int, end: int) -> None:
        """Record that a volunteer is off for a time, or here. Replaces any earlier word. Raises AbsenceNotKept."""
        self.look_again(rota)  # another machine may have received their last word
        words, phones = self._words.get(rota, {}), self.phones(rota)
        before, phone = by_volunteer(words, phones).get(who), phones.get(who, "")
        word = {name_for(who, phone, words): next_word(before, start, end, int(self.clock() * 1000), phone)}
        kept = self.write_file({rota: word}) or (self._file is None and self._shared is None)
        version = None
        if self._shared is not None:
            try:
                told = laid_together(self._words.get(rota, {}), word)
                heard, version = self._shared.exchange(rota, told, int(self.clock()))
                word, kept = laid_together(heard, word), True
            except LiveStateUnavailable:
                version = ""  # Redis gets it at the next ring
        if not kept:
            raise AbsenceNotKept(
                Wording("The absence could not be saved, neither in Redis nor on disk."),
                Wording("Check REDIS_URL and HOTLINE_DATA_DIR, then try again."),
            )
        self.believe(rota, word, version)
        self.news.set()

    # For the rounds that keep all places equal

    def words(self) -> dict[str, dict[str, LastWord]]:
        """Return all last words of use, by rota and volunteer."""
        self._read_file_again()
        now = int(self.clock())
        return {rota: kept for rota, words in list(self._words.items()) if (kept := worth_keeping(words, now))}

    def believe(self, rota: str, words: Words, version: str | None = None) -> Known:
        """Add these words. `version`: the version in Redis; None if Redis was not asked."""
        with self._lock:
            now, before = int(self.clock()), self._known.get(rota, Known(rota))
            self._words[rota] = worth_keeping(laid_together(self._words.get(rota, {}), words), now)
            found = Known(rota, absences_in(self._words[rota], now), before.version if version is None else version)
            self._known[rota] = found
        return found

    def exchange(self, rota: str) -> None:
        """Exchange a rota's absences with Redis. Raises LiveStateUnavailable."""
        if self._shared is not None:
            self._read_file_again()
            self.believe(rota, *self._shared.exchange(rota, self._words.get(rota, {}), int(self.clock())))

    def exchange_all(self) -> None:
        """Exchange all absences with Redis, for every rota with any, here or there."""
        if self._shared is not None:
            for rota in sorted(self._shared.rotas() | self.words().keys()):
                self.exchange(rota)

    def write_file(self, words: Mapping[str, Words]) -> bool:
        """Keep words on disk too; whether it can be written."""
        if self._file is None:
            return False
        try:
            self._file.add(words, int(self.clock()))
        except OSError:
            return False
        return True

    def _read_file_again(self) -> None:
        """Hear what another process of this machine has written, if it has."""
        if self._file is None:
            return
        stamp = self._file.stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            for rota, words in self._file.read().items():
                self.believe(rota, words)

    def _renew_lock(self) -> None:
        """Renew the lock in a forked child: a thread of the parent's may have held it."""
        self._lock = Lock()
