"""The hotlines as their files have them now, read again when the files change.

A broken edit never replaces a working hotline: its last good version stays in use, for each hotline separately. It even
survives a restart, since the texts of the last good files are in the data directory.

Only what an edit touches is read again (`families.py`), and a start takes what an earlier one made (`compiled.py`).
"""

from __future__ import annotations

import json
import os
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from hotline.collector import paused_collector
from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.calls.sound import Sound
from hotline.files.checks.dialling import is_number, refusal
from hotline.files.findings.finding import Finding
from hotline.files.loading.compiled import CompiledFamilies, can_be_kept
from hotline.files.loading.families import Family, errors_of, read_families
from hotline.files.loading.folder import Folder, Stamp, stamp_of
from hotline.files.loading.load import folder_and_id, load_texts
from hotline.files.loading.rotas import read_rotas
from hotline.files.values.recordings import is_sound

LOOK_EVERY = 1.0
"""Seconds between looks at the files. An edit is live within ten."""

_ROTA = re.compile(r"^rota:\s*[\"']?([\w.-]+)", re.MULTILINE)
_NUMBERS, _DIALLED = re.compile(r"\+\d[\d ().-]{5,20}\d"), re.compile(r"^\s*dial:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class State:
    """The state in use: hotlines by id, by number, by rota, and any problems of the files on disk.

    `kept` names the hotlines whose last good version is in use, since their files are broken; `missing` those with no
    usable version; `uncovered` those that will have nobody to ring, not even a backup, or that ring another rota that
    cannot be used, and have no better version.
    `refused` has a digest of the broken files, for each in `kept`. `stranded` has the phones to ring for the numbers of
    those in `missing`, as far as their files can be understood. `sounds` has all in use by their `Sound.file`, and
    those before the last edit: a call may be about to fetch one.
    """

    hotlines: Mapping[str, Hotline] = field(default_factory=dict)
    numbers: Mapping[str, Hotline] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    kept: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    uncovered: frozenset[str] = frozenset()
    rotas: Mapping[str, Hotline] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    stranded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: Mapping[str, Sound] = field(default_factory=dict, repr=False)


class WatchedDirectory:
    """The hotlines of a directory. Implements `hotline.ports.Directory`.

    `notice` reports a refused edit, and an edit that went live. `keep_in` is the folder of last good files, or None to
    keep them in memory only. What was made of the files is in `compiled` beside it. `countries` as for `load`.
    """

    def __init__(
        self,
        config_dir: Path,
        keep_in: Path | None,
        clock: Callable[[], datetime],
        notice: Callable[..., None],
        countries: Collection[str] = (),
    ) -> None:
        self._countries = countries
        self._config_dir = config_dir
        self._keep_in = keep_in
        self._clock = clock
        self._notice = notice
        self._stamp: Stamp | None = None
        self._folder: Folder | None = None
        self._compiled = CompiledFamilies(keep_in.with_name("compiled"), countries) if keep_in else None
        self._families: list[Family] = self._compiled.load() if self._compiled else []
        self._unkept: list[Family] = []
        self._vanishing: Stamp | None = None
        self._watched_by = 0
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.state = State()
        self.refresh()

    def by_number(self, number: str) -> Hotline | None:
        numbers = self.state.numbers
        # In a GET the plus of a number may arrive as a space.
        return numbers.get(number) or numbers.get("+" + number.strip().lstrip("+"))

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline with the rota of this name."""
        return self.state.rotas.get(rota)

    def any(self) -> Hotline | None:
        """The only hotline there is, or none: a number in no file is never answered with one of several."""
        state = self.state
        return next(iter(state.hotlines.values())) if len(state.hotlines) == 1 and not state.missing else None

    def stranded(self, number: str) -> Sequence[str]:
        """The phones to ring for a number whose files were never usable: its own backup's, or none."""
        return self.state.stranded.get(number, ())

    def sound(self, file: str) -> Sound | None:
        """The sound with this `Sound.file`. Another process may have read an edit that this one has not."""
        if file not in self.state.sounds:
            self._look(self.refresh)
        return self.state.sounds.get(file)

    def served(self) -> Mapping[str, Hotline]:
        """The hotlines whose calls are answered, by id."""
        return self.state.hotlines

    def changed_at(self) -> float | None:
        """Return when the files on disk last changed, at the last look: epoch seconds, the same in every process."""
        times = [changed for _, changed, _, _ in self._stamp or ()]
        return max(times) / 1e9 if times else None

    def lines(self) -> list[Hotline]:
        """Every hotline by name, after reading changed files again. Implements `hotline.ports.Lines`."""
        self.refresh()
        self._keep_compiled()
        hotlines = self.state.hotlines
        return [hotlines[flow_id] for flow_id in sorted(hotlines)]

    def refused(self) -> Mapping[str, str]:
        """The hotlines whose last good version is in use, each with a digest of its present files."""
        return self.state.refused

    def refresh(self) -> None:
        """Read the files again if they changed."""
        with self._lock:
            self._read_again()

    def _read_again(self, after_fork: bool = False) -> None:
        stamp = stamp_of(self._config_dir)
        if stamp == self._stamp:
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
        self._stamp, self._folder = stamp, folder
        with paused_collector():
            self._take(folder, after_fork)
        folder.forget()

    def _recall(self, stamp: Stamp, after_fork: bool) -> None:
        """Until the files can be believed, have the last good version on disk of each hotline whose files changed."""
        if not after_fork:
            return
        was, changed = self.state, {folder_and_id(path) for path, *_ in {*stamp} ^ {*(self._stamp or ())}}
        hotlines = dict(was.hotlines)
        for flow_id, one in was.hotlines.items():
            files = {("call_flows", flow_id), *(("rota", rota) for rota in (one.rota.id, *one.flow.people()))}
            if files & changed:
                hotlines[flow_id] = self._remembered(flow_id) or one
        self.state = replace(
            was,
            hotlines=hotlines,
            numbers=_numbers(hotlines, was.kept),
            rotas=by_rota(hotlines.values()),
            sounds=_sounds(was.hotlines, hotlines),
        )

    def _keep_compiled(self) -> None:
        """Write what was read anew, once calls are answered with it. No call waits for this."""
        with self._lock:
            new, self._unkept, families = self._unkept, [], self._families
        if new and self._compiled is not None:
            self._compiled.keep(new, families)

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
        while not self._over.wait(LOOK_EVERY):
            self._look(self.refresh)
            self._look(self._keep_compiled)

    def _look(self, how: Callable[[], None]) -> None:
        try:
            how()
        except Exception as error:  # noqa: BLE001 - a thread, or a call, must outlive whatever a file holds
            self._notice("files_unreadable", error=type(error).__name__)

    def _take(self, folder: Folder, after_fork: bool) -> None:
        before = self.state
        good, new = read_families(folder, self._families, self._countries, self._clock())
        self._families = [*good, *new]
        self._unkept = [family for family in (*self._unkept, *new) if can_be_kept(family)]
        families = {hotline.id: family for family in self._families for hotline in family.hotlines}
        loaded = {hotline.id: hotline for family in self._families for hotline in family.hotlines}
        # An empty or missing folder is a mishap, such as a half-finished deployment: nobody wants to lose every line.
        wanted = folder.flow_ids() or sorted(before.hotlines)
        remembered, fresh = self._on_disk(), {id(family) for family in new}
        hotlines: dict[str, Hotline] = {}
        kept, missing, uncovered = set(), set(), set()
        for flow_id in wanted:
            found, family = loaded.get(flow_id), families.get(flow_id)
            covered = found is not None and family is not None and not _uses(family, found)
            if found is not None and covered and not _lacking(found):
                hotlines[flow_id] = found
                if id(family) in fresh or flow_id not in remembered:
                    self._remember(found, folder)
                continue
            old = self._before(flow_id, after_fork)
            if found is None and old is None:
                old = self._without_barred(self._texts_near(folder, flow_id), flow_id)
            if found is not None and (old is None or (covered and _lacking(found) <= _lacking(old))):
                hotlines[flow_id] = found
                uncovered.add(flow_id)
            elif old is not None:
                hotlines[flow_id] = old
                kept.add(flow_id)
            else:
                missing.add(flow_id)
        self.state = State(
            hotlines,
            _numbers(hotlines, kept),
            errors_of(folder, self._families),
            frozenset(kept),
            frozenset(missing),
            frozenset(uncovered),
            by_rota(hotlines.values()),
            {flow_id: _digest(folder, hotlines[flow_id]) for flow_id in kept},
            {
                number: phones
                for flow_id in sorted(missing)
                for number, phones in _stranded(folder, flow_id, self._clock(), self._countries)
            },
            _sounds(before.hotlines, hotlines),
        )
        for flow_id in sorted(kept | missing):
            self._notice("edit_refused", hotline=flow_id, remedy="Run `hotline check` to see what is wrong.")
        if before.hotlines and not kept and not missing:
            self._notice("files_read_again", hotlines=len(hotlines))

    def _before(self, flow_id: str, after_fork: bool) -> Hotline | None:
        """Return the last good version of a hotline."""
        served = self.state.hotlines.get(flow_id)
        if after_fork:
            return self._remembered(flow_id) or served
        return served or self._remembered(flow_id)

    def _texts_near(self, folder: Folder, flow_id: str) -> dict[str, bytes]:
        """The files of a call flow that cannot be used, and of all that belong to it."""
        own = set(folder.named("call_flows", flow_id))
        paths = next((family.digests for family in self._families if not own.isdisjoint(family.digests)), own)
        return {path: folder[path] for path in paths}

    def _on_disk(self) -> Set[str]:
        """Return the ids of the hotlines whose last good files are on disk."""
        if self._keep_in is None:
            return frozenset(self.state.hotlines)
        try:
            return {name.removesuffix(".json") for name in os.listdir(self._keep_in)}
        except OSError:
            return frozenset()

    def _remember(self, hotline: Hotline, folder: Folder) -> None:
        if self._keep_in is None:
            return
        kept = {path: folder[path] for path in sorted(_paths_of(folder, hotline))}
        document = json.dumps(
            {path: b64encode(data).decode() if is_sound(path) else data.decode() for path, data in kept.items()}
        )
        target = self._keep_in / f"{hotline.id}.json"
        try:
            if _says(target, document):  # another process was first
                return
            self._keep_in.mkdir(parents=True, exist_ok=True, mode=0o700)  # volunteers' names and numbers are in it
            scratch = target.with_suffix(f".{os.getpid()}.tmp")
            with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(document)
            scratch.replace(target)
        except OSError as error:
            self._notice("last_good_not_kept", error=type(error).__name__)

    def _remembered(self, flow_id: str) -> Hotline | None:
        if self._keep_in is None:
            return None
        try:
            kept = json.loads((self._keep_in / f"{flow_id}.json").read_text())
            texts = {path: b64decode(text) if is_sound(path) else text.encode() for path, text in kept.items()}
            return self._without_barred(texts, flow_id)
        except (OSError, ValueError, AttributeError):
            return None

    def _without_barred(self, texts: Mapping[str, bytes], flow_id: str) -> Hotline | None:
        """A hotline from some files, without the numbers that may not be dialled."""
        return load_texts(texts, self._countries, without_barred=True).hotlines.get(flow_id)


def _stranded(
    folder: Folder, flow_id: str, now: datetime, countries: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The numbers of a broken call flow, each with the phones of its rota's backup, then of those on call.

    Taken from the text in spite of any errors: somebody may call before they are fixed.
    """
    flow = "\n".join(folder[path].decode("utf-8", "replace") for path in folder.named("call_flows", flow_id))
    named = _ROTA.search(flow)
    rota = named[1] if named else flow_id
    schedule = read_rotas({path: folder[path] for path in folder.named("rota", rota)}).schedules.get(rota)
    own = ["+" + re.sub(r"\D", "", found) for found in _NUMBERS.findall(_DIALLED.sub("", flow))]
    known = [number for number in own if is_number(number)]
    phones: tuple[str, ...] = ()
    if schedule is not None:
        who = schedule.at(now)
        volunteers = schedule.rota.volunteers
        everyone = dict.fromkeys(volunteers[one].phone for one in (*who.backup, *who.on_call))
        phones = tuple(phone for phone in everyone if refusal(phone, known, countries) is None)
    for number in own:
        yield number, phones


def _paths_of(folder: Folder, hotline: Hotline) -> Iterator[str]:
    """Return the paths of a hotline's files, sounds included."""
    yield from folder.named("call_flows", hotline.flow.id)
    for rota in dict.fromkeys((hotline.rota.id, *hotline.flow.people())):
        yield from folder.named("rota", rota)
    for name in {name for name, _ in hotline.sounds}:
        yield from folder.named("", name)


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text() == text
    except (OSError, ValueError):
        return False


def _lacking(hotline: Hotline) -> Set[str]:
    """Return the other rotas that a hotline's steps ring, and that cannot be used."""
    return set(hotline.flow.people()) - hotline.others.keys()


def _uses(family: Family, hotline: Hotline) -> bool:
    """Return whether a hotline's own files are among those that leave callers without anybody."""
    rotas = {hotline.rota.id, *hotline.flow.people()}
    return any(folder_and_id(file)[1] in rotas for file in family.without_anybody)


def _digest(folder: Folder, hotline: Hotline) -> str:
    """Return a digest that changes with every edit of a hotline's files."""
    found = sha256()
    for path in sorted(_paths_of(folder, hotline)):
        found.update(path.encode() + b"\0" + folder.digests[path].encode() + b"\0")
    return found.hexdigest()[:16]


def _sounds(*all_hotlines: Mapping[str, Hotline]) -> dict[str, Sound]:
    return {
        sound.file: sound
        for hotlines in all_hotlines
        for hotline in hotlines.values()
        for sound in hotline.sounds.values()
    }


def _numbers(hotlines: Mapping[str, Hotline], kept: Iterable[str]) -> dict[str, Hotline]:
    """Hotlines by the numbers people dial. If two claim one, a good file comes before a stored last good version."""
    kept_ids = set(kept)
    numbers: dict[str, Hotline] = {}
    for flow_id in sorted(hotlines, key=lambda one: one in kept_ids):
        for number in hotlines[flow_id].flow.numbers:
            numbers.setdefault(number, hotlines[flow_id])
    return numbers
