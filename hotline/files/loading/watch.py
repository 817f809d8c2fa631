"""The hotlines as their files have them now, read again when the files change.

A broken edit never replaces a working hotline: its last good version stays in use, for each hotline separately. It even
survives a restart, since the texts of the last good files are in the data directory.

Only what an edit touches is read again (`families.py`), and a start takes what an earlier one made (`compiled.py`).
Where many files are new, a helper reads them (`helper.py`). Until it is done, what is dialled is read first. With many
files, processes that answer calls share what checks them, and a worker takes what those made of an edit.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path

from hotline.collector import paused_collector
from hotline.core.calls.flow import Hotline
from hotline.core.calls.sound import Sound
from hotline.files.checks.sounds import sound_file
from hotline.files.findings.finding import Finding
from hotline.files.loading.around import KnownFolder
from hotline.files.loading.compiled import CompiledFamilies, can_be_kept
from hotline.files.loading.families import Family, Outline, errors_of, outline_of, read_families, still_good
from hotline.files.loading.folder import Folder, Stamp, stamp_of
from hotline.files.loading.helper import Helper
from hotline.files.loading.last_good import LastGood, paths_of
from hotline.files.loading.load import folder_and_id, load_texts
from hotline.files.loading.near import Near
from hotline.files.loading.state import Passing, Settled, State
from hotline.files.loading.stranded import stranded_phones
from hotline.files.values.recordings import is_sound

LOOK_EVERY = 0.5
"""Seconds between looks at the files. An edit is live within ten."""
MOST_AT_ONCE = 100
"""How many new files are read before calls go on. With more, those that are dialled come first."""
_PIECE, _HELPERS_PIECE = 20, 60
"""How many files are read at a time: where calls wait for no more, and by a helper, whose memory they take."""
_HELP_WITHIN, _OTHERS_WITHIN = 120.0, 2.0
"""Seconds after which a helper is not waited for, nor others that read an edit."""
_ASK_EVERY, _ASK_OTHERS_EVERY, _GIVE_WAY = 0.5, 0.2, 0.001
"""Seconds between questions whether a helper is done, or others, and for which calls have the lock between pieces."""
_SHARE_OF_TIME = 0.02
"""The most of a process's time that looks at the files take."""


@dataclass
class _Unread:
    """The files that are still to be read, while what is dialled is read first.

    `asked` are the links that somebody asked for. `helped`: a helper was started. `alone`: there is none.
    """

    near_of: Callable[[], Near]
    asked: set[str] = field(default_factory=set)
    helped: bool = False
    alone: bool = False
    since: float = field(default_factory=time.monotonic)

    @cached_property
    def near(self) -> Near:
        """The files by what links them. Only what answers calls needs it: it takes some megabytes."""
        return self.near_of()


class WatchedDirectory:
    """The hotlines of a directory. Implements `hotline.ports.Directory`.

    `notice` reports a refused edit, and an edit that went live. `keep_in` is the folder of last good files, or None to
    keep them in memory only. What was made of the files is in `compiled` beside it. `countries` as for `load`.
    `helps`: this process is the helper of others, and has the lock of `compiled`.
    """

    _unread: _Unread | None = None
    _left_since: float | None = None
    """When an edit was left to other processes, by the monotonic clock, while it is."""

    def __init__(
        self,
        config_dir: Path,
        keep_in: Path | None,
        clock: Callable[[], datetime],
        notice: Callable[..., None],
        countries: Collection[str] = (),
        *,
        helps: bool = False,
    ) -> None:
        self._countries = countries
        self._config_dir = config_dir
        self._last_good = LastGood(keep_in, notice, countries)
        self._clock = clock
        self._notice = notice
        self._stamp: Stamp | None = None
        self._folder: Folder | None = None
        self._compiled = CompiledFamilies(keep_in.with_name("compiled"), countries, locked=helps) if keep_in else None
        self._helper = Helper(config_dir, keep_in, countries) if keep_in and not helps else None
        self._families: list[Family] = self._compiled.load() if self._compiled else []
        self._unkept: list[Family] = []
        self._settled = Settled()
        self._vanishing: Stamp | None = None
        self._watched_by = 0
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.state = State()
        self.refresh()

    def by_number(self, number: str) -> Hotline | None:
        # In a GET the plus of a number may arrive as a space.
        whole = "+" + number.strip().lstrip("+")
        if self._unread is not None:
            self._look(partial(self._read_first, whole))
        numbers = self.state.numbers
        return numbers.get(number) or numbers.get(whole)

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline with the rota of this name."""
        if self._unread is not None:
            self._look(partial(self._read_first, rota))
        return self.state.rotas.get(rota)

    def any(self) -> Hotline | None:
        """The only hotline there is, or none: a number in no file is never answered with one of several."""
        if self._unread is not None and self._folder is not None:
            ids = self._folder.flow_ids()
            if len(ids) > 1:  # each is answered, or missing
                return None
            for id in ids:
                self._look(partial(self._read_first, id))
        state = self.state
        return next(iter(state.hotlines.values())) if len(state.hotlines) == 1 and not state.missing else None

    def stranded(self, number: str) -> Sequence[str]:
        """The phones to ring for a number whose files were never usable: its own backup's, or none."""
        return self.state.stranded.get(number, ())

    def sound(self, file: str) -> Sound | None:
        """The sound with this `Sound.file`. Another process may have read an edit that this one has not."""
        if file not in self.state.sounds:
            self._look(self.refresh)
        return self.state.sounds.get(file) or (self._sound_on_disk(file) if self._unread is not None else None)

    def served(self) -> Mapping[str, Hotline]:
        """The hotlines whose calls are answered, by id, once all files are read."""
        self.complete()
        return self.state.hotlines

    def changed_at(self) -> float | None:
        """Return when the files on disk last changed, at the last look: epoch seconds, the same in every process."""
        times = [changed for _, changed, _, _ in self._stamp or ()]
        return max(times) / 1e9 if times else None

    def lines(self) -> Sequence[Hotline]:
        """Every hotline by name, after reading changed files again. Implements `hotline.ports.Lines`."""
        self.refresh()
        self.complete()
        self._keep_compiled()
        return Passing(self._settled.held)

    def refused(self) -> Mapping[str, str]:
        """The hotlines whose last good version is in use, each with a digest of its present files."""
        return self.state.refused

    def look(self) -> KnownFolder:
        """Return the files as they are on disk now, with what is known of them. Raises OSError."""
        return KnownFolder(
            Folder(self._config_dir, stamp_of(self._config_dir), self._folder), list(self._families), self._clock()
        )

    @property
    def reading(self) -> bool:
        """Return whether many files are still to be read. Calls are answered all the same."""
        return self._unread is not None

    def expect_calls(self) -> None:
        """Be ready to read what is dialled, for this process and those forked from it."""
        with self._lock:
            if self._unread is not None and self._folder is not None:
                self._unread.near  # noqa: B018 - made once
                self._folder.forget()
        self._look(self._share_checks)

    def _share_checks(self) -> None:
        """Read a few files if there are many, so that forked processes share what checks them: 9 MB of memory."""
        with self._lock:
            folder, ids = self._folder, [] if self._folder is None else self._folder.flow_ids()
            if folder is None or not ids or len(folder) <= MOST_AT_ONCE:
                return
            if self._unread is not None:
                self._read_near(folder.named("call_flows", ids[0]), folder, self._unread)
            elif self._families:
                sizes = {path: size for path, _, size, _ in folder.stamp}
                small = min(self._families, key=lambda family: sum(sizes.get(path, 0) for path in family.digests))
                load_texts({path: folder[path] for path in small.digests}, self._countries)
            folder.forget()

    def complete(self) -> None:
        """Wait until all files are read."""
        while (unread := self._unread) is not None or self._left_since is not None:
            self.refresh()
            time.sleep(_ASK_OTHERS_EVERY if unread is None else _GIVE_WAY if unread.alone else _ASK_EVERY)

    def refresh(self) -> None:
        """Read the files again if they changed."""
        with self._lock:
            self._read_again()

    def _read_again(self, after_fork: bool = False) -> None:
        left_since, self._left_since = self._left_since, None
        stamp = stamp_of(self._config_dir)
        if stamp == self._stamp:
            self._read_on()
            return
        try:
            folder = Folder(self._config_dir, stamp, self._folder)
        except OSError as error:
            self._notice("files_unreadable", error=type(error).__name__)
            self._recall(stamp, after_fork)
            return
        if self.state.hotlines.keys() - set(folder.flow_ids()) and stamp != self._vanishing:
            self._vanishing = stamp  # an editor may be rewriting a file: believe it at the next look
            self._recall(stamp, after_fork)
            return
        if not after_fork and self._is_left_to_others(folder):
            self._left_since = left_since or time.monotonic()
            if time.monotonic() - self._left_since < _OTHERS_WITHIN:
                return
            self._left_since = None
        self._stamp, self._folder = stamp, folder
        with paused_collector():
            self._take(folder, after_fork)
        folder.forget()

    def _is_left_to_others(self, folder: Folder) -> bool:
        """Return whether an edit is left to the processes that watch the files, for as long as they may take.

        Those have what checks files, and leave what they make on disk. A worker does without its 8 MB.
        """
        if self._compiled is None or self._helper is None or self._watched_by == os.getpid() or _has_checks():
            return False
        if len(folder) <= MOST_AT_ONCE or not self._settled.held or not 0 < len(self._loose(folder)) <= MOST_AT_ONCE:
            return False
        self._families += self._compiled.load(self._families)
        return bool(self._loose(folder))

    def _recall(self, stamp: Stamp, after_fork: bool) -> None:
        """Until the files can be believed, have the last good version on disk of each hotline whose files changed.

        A process that starts now has those of all hotlines.
        """
        if not self._settled.held:
            last_good = {id: self._last_good.hotline(id) for id in sorted(self._last_good.ids() or ())}
            settled = Settled()
            for id, last in last_good.items():
                if last is not None:
                    settled.use(id, last)
            self._use(settled, self.state.findings)
        if not after_fork:
            return
        changed = {folder_and_id(path) for path, *_ in {*stamp} ^ {*(self._stamp or ())}}
        settled = self._settled.copy()
        for id, outline in self._settled.outlines.items():
            files = {("call_flows", id), *(("rota", rota) for rota in outline.rotas)}
            if files & changed and (last := self._last_good.hotline(id)):
                settled.use(id, last)
        self._use(settled, self.state.findings)

    def _use(self, settled: Settled, findings: Iterable[Finding]) -> None:
        before = {**(self.state.sounds if self._unread else {}), **self._settled.sounds()}
        self._settled = settled
        self.state = settled.state(tuple(findings), before)

    def _keep_compiled(self) -> None:
        """Write what was read anew, once calls are answered with it. No call waits for this."""
        with self._lock:
            if self._compiled is None or not self._unkept or self._unread is not None:
                return
            new, self._unkept, families = self._unkept, [], self._families
        if not self._compiled.keep(new, families):
            with self._lock:
                self._unkept += new

    def watch(self) -> None:
        """Look at the files from time to time, in a thread of this process. Does nothing if one already runs.

        The first look is at once: in a forked process the state may be from long before the fork. Raises RuntimeError
        if no thread can be started.
        """
        if self._watched_by == os.getpid():
            return
        self._look(self._catch_up)
        with self._lock:
            if self._watched_by != os.getpid():
                threading.Thread(target=self._keep_looking, name="files", daemon=True).start()
                self._watched_by = os.getpid()

    def _catch_up(self) -> None:
        """Catch up with the files, as if newly made: the last good ones on disk count, not those of the parent."""
        with self._lock:
            self._read_again(after_fork=True)

    def stop(self) -> None:
        """Stop watching; `refresh` still reads the files."""
        self._over.set()

    def _keep_looking(self) -> None:
        pause = LOOK_EVERY
        while not self._over.wait(pause):
            began, before = time.thread_time(), self._stamp
            self._look(self.refresh)
            if self._stamp is before:
                pause = max(LOOK_EVERY, (time.thread_time() - began) / _SHARE_OF_TIME)
            self._look(self.complete)
            self._look(self._keep_compiled)

    def _look(self, how: Callable[[], None]) -> None:
        try:
            how()
        except Exception as error:  # noqa: BLE001 - a thread, or a call, must outlive whatever a file holds
            self._notice("files_unreadable", error=type(error).__name__)

    def _take(self, folder: Folder, after_fork: bool) -> None:
        """Take a folder's files: all at once or, if many are new, as they are asked for."""
        self._unread = None
        if self._compiled is not None and len(self._loose(folder)) > MOST_AT_ONCE:
            if self._settled.held:  # another process may have read them
                self._families += self._compiled.load()
            if len(self._loose(folder)) > MOST_AT_ONCE:
                self._begin(folder)
                return
        self._take_all(folder, after_fork)

    def _loose(self, folder: Folder) -> list[str]:
        return still_good(folder, self._families, self._clock())[1]

    def _take_all(self, folder: Folder, after_fork: bool = False) -> None:
        before, was_reading = self.state, self._unread is not None
        new = self._read(folder, None)
        # An empty or missing folder is a mishap, such as a half-finished deployment: nobody wants to lose every line.
        wanted = folder.flow_ids() or sorted(before.hotlines or self._last_good.ids() or ())
        settled = Settled()
        self._settle(settled, wanted, folder, new, after_fork)
        self._use(settled, errors_of(folder, self._families))
        self._unread = None
        for flow_id in sorted(self.state.kept | self.state.missing):
            self._notice("edit_refused", hotline=flow_id, remedy="Run `hotline check` to see what is wrong.")
        if before.hotlines and not was_reading and not self.state.kept and not self.state.missing:
            self._notice("files_read_again", hotlines=len(self.state.hotlines))

    def _read(self, folder: Folder, only: Collection[str] | None) -> list[Family]:
        """Read the files that are in no family yet. Returns the new families."""
        good, new = read_families(folder, self._families, self._countries, self._clock(), only)
        self._families = [*good, *new]
        self._unkept += [family for family in new if can_be_kept(family)]
        return new

    def _begin(self, folder: Folder) -> None:
        """Have many new files read by a helper, and until then those first that somebody asks for."""

        def near() -> Near:
            also = {
                path: [raw for file, raw in self._last_good.texts(id).items() if file == path and raw != folder[path]]
                for id in folder.flow_ids()
                for path in folder.named("call_flows", id)
            }
            return Near(folder, also=also)

        self._unread = _Unread(near, alone=self._helper is None)
        self._read_on()

    def _read_on(self) -> None:
        """Take what a helper has read, or read some more files here if there is none."""
        unread, folder = self._unread, self._folder
        if unread is None or folder is None or self._compiled is None:
            return
        if not unread.alone and self._helper is not None:
            if self._helper.reads() and time.monotonic() - unread.since < _HELP_WITHIN:
                return
            self._families += self._compiled.load()
        loose = self._loose(folder)
        if len(loose) <= MOST_AT_ONCE:
            with paused_collector():
                self._take_all(folder)
        elif not unread.alone and not unread.helped and self._helper is not None and self._helper.start():
            unread.helped = True
        else:
            unread.alone = True
            self._read_near(loose[: _PIECE if self._helper else _HELPERS_PIECE], folder, unread)
            if self._helper is None and self._compiled.keep(self._unkept, None):
                self._unkept = []
        folder.forget()

    def _read_first(self, link: str) -> None:
        """Read the files that may have to do with a number or a rota, if they are still unread."""
        unread = self._unread
        if unread is None or link in unread.asked:
            return
        with self._lock:
            unread, folder = self._unread, self._folder
            if unread is None or folder is None or link in unread.asked:
                return
            flows = unread.near.flows(link)
            if link in self.state.numbers:  # which its files may have given away
                flows = [*flows, *folder.named("call_flows", self.state.numbers[link].id)]
            self._read_near(flows, folder, unread)
            unread.asked.add(link)
            folder.forget()

    def _read_near(self, paths: Iterable[str], folder: Folder, unread: _Unread) -> None:
        near = unread.near.of(paths)
        new = self._read(folder, near)
        settled = self._settled.copy()
        wanted = sorted({id for where, id in map(folder_and_id, near) if where == "call_flows"})
        self._settle(settled, wanted, folder, new)
        self._use(settled, errors_of(folder, self._families))

    def _settle(
        self, settled: Settled, wanted: Iterable[str], folder: Folder, new: Iterable[Family], after_fork: bool = False
    ) -> None:
        """Decide what is used of each wanted call flow, and write its files if they are good."""
        of_flow = {outline.id: (outline, family) for family in self._families for outline in family.outlines}
        on_disk, fresh = self._last_good.ids(), {id(family) for family in new}
        for flow_id in wanted:
            outline, family = of_flow.get(flow_id, (None, None))
            settled.forget(flow_id)
            covered = outline is not None and family is not None and not _uses(family, outline)
            if outline is not None and family is not None and covered and not outline.lacking:
                settled.use(flow_id, family, outline)
                if id(family) in fresh or (on_disk is not None and flow_id not in on_disk):
                    self._last_good.write(outline, folder)
                continue
            old = self._before(flow_id, after_fork)
            if outline is None and old is None:
                old = self._last_good.without_barred(self._texts_near(folder, flow_id), flow_id)
            lacks_no_more = old is None or (outline is not None and outline.lacking <= outline_of(old).lacking)
            if outline is not None and family is not None and (old is None or (covered and lacks_no_more)):
                settled.use(flow_id, family, outline)
                settled.uncovered.add(flow_id)
            elif old is not None:
                settled.use(flow_id, old)
                settled.refused[flow_id] = _digest(folder, outline_of(old))
            else:
                settled.missing[flow_id] = stranded_phones(folder, flow_id, self._clock(), self._countries)

    def _before(self, flow_id: str, after_fork: bool) -> Hotline | None:
        """Return the last good version of a hotline."""
        served = self.state.hotlines.get(flow_id)
        if after_fork:
            return self._last_good.hotline(flow_id) or served
        return served or self._last_good.hotline(flow_id)

    def _texts_near(self, folder: Folder, flow_id: str) -> dict[str, bytes]:
        """The files of a call flow that cannot be used, and of all that belong to it."""
        own = set(folder.named("call_flows", flow_id))
        paths = next((family.digests for family in self._families if not own.isdisjoint(family.digests)), own)
        return {path: folder[path] for path in paths}

    def _sound_on_disk(self, file: str) -> Sound | None:
        """Return a sound that another process plays already."""
        folder, (digest, _, suffix) = self._folder, file.partition(".")
        for path, known in folder.digests.items() if folder is not None else ():
            if known == digest and folder is not None and is_sound(path) and sound_file(path, b"").suffix == suffix:
                return Sound(digest, suffix, 0.0, folder[path])
        return None


def _has_checks() -> bool:
    """Return whether this process has imported what checks files."""
    return "hotline.files.shapes.rota" in sys.modules


def _uses(family: Family, outline: Outline) -> bool:
    """Return whether a hotline's own files are among those that leave callers without anybody."""
    return any(folder_and_id(file)[1] in outline.rotas for file in family.without_anybody)


def _digest(folder: Folder, outline: Outline) -> str:
    """Return a digest that changes with every edit of a hotline's files."""
    found = sha256()
    for path in sorted(paths_of(folder, outline)):
        found.update(path.encode() + b"\0" + folder.digests[path].encode() + b"\0")
    return found.hexdigest()[:16]
