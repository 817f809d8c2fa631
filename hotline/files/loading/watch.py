"""The hotlines as their files have them now, read again when the files change.

A broken edit never replaces a working hotline: its last good version stays in use, for each hotline separately. It even
survives a restart, since the texts of the last good files are in the data directory.
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

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.calls.sound import Sound
from hotline.files.checks.dialling import is_number, refusal
from hotline.files.checks.sounds import sound_file
from hotline.files.findings.finding import Finding
from hotline.files.loading.gaps import check_coverage
from hotline.files.loading.load import ENDINGS, FOLDERS, load_texts, read_files
from hotline.files.loading.rotas import read_rotas
from hotline.files.values.recordings import FOLDER as SOUNDS
from hotline.files.values.recordings import is_sound

LOOK_EVERY = 2.0
"""Seconds between looks at the files. An edit is live within ten."""

_ROTA = re.compile(r"^rota:\s*[\"']?([\w.-]+)", re.MULTILINE)
_NUMBERS, _DIALLED = re.compile(r"\+\d[\d ().-]{5,20}\d"), re.compile(r"^\s*dial:.*$", re.MULTILINE)

Stamp = tuple[tuple[str, int, int, int], ...]


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
    keep them in memory only. `countries` as for `load`.
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
        hotlines = self.state.hotlines
        return [hotlines[flow_id] for flow_id in sorted(hotlines)]

    def refused(self) -> Mapping[str, str]:
        """The hotlines whose last good version is in use, each with a digest of its present files."""
        return self.state.refused

    def refresh(self) -> None:
        """Read the files again if they changed."""
        with self._lock:
            stamp = _stamp(self._config_dir)
            if stamp == self._stamp:
                return
            try:
                texts = read_files(self._config_dir, strict=False)
            except OSError as error:
                self._notice("files_unreadable", error=type(error).__name__)
                return
            if self.state.hotlines.keys() - set(_flow_ids(texts)) and stamp != self._vanishing:
                self._vanishing = stamp  # an editor may be rewriting a file: believe it at the next look
                return
            self._stamp = stamp
            self._take(texts)

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
        """Catch up with the last good files on disk, as if newly made."""
        with self._lock:
            if _stamp(self._config_dir) == self._stamp:
                return
            was = self.state
            hotlines = {flow_id: self._remembered(flow_id) or one for flow_id, one in was.hotlines.items()}
            self.state = replace(
                was,
                hotlines=hotlines,
                numbers=_numbers(hotlines, was.kept),
                rotas=by_rota(hotlines.values()),
                sounds=_sounds(was.hotlines, hotlines),
            )
        self.refresh()

    def stop(self) -> None:
        """Stop watching; `refresh` still reads the files."""
        self._over.set()

    def _keep_looking(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._look(self.refresh)

    def _look(self, how: Callable[[], None]) -> None:
        try:
            how()
        except Exception as error:  # noqa: BLE001 - a thread, or a call, must outlive whatever a file holds
            self._notice("files_unreadable", error=type(error).__name__)

    def _take(self, texts: Mapping[str, bytes]) -> None:
        loaded, before = load_texts(texts, self._countries), self.state
        coverage = check_coverage(loaded, self._clock())
        without_anybody = {finding.file for finding in coverage if finding.severity == "error"}
        # An empty or missing folder is a mishap, such as a half-finished deployment: nobody wants to lose every line.
        wanted = _flow_ids(texts) or sorted(before.hotlines)
        hotlines: dict[str, Hotline] = {}
        kept, missing, uncovered = set(), set(), set()
        for flow_id in wanted:
            new = loaded.hotlines.get(flow_id)
            covered = new is not None and not _uses(texts, new, without_anybody)
            old = before.hotlines.get(flow_id) or self._remembered(flow_id)
            if new is None and old is None:
                old = self._without_barred(texts, flow_id)
            if new is not None and (old is None or (covered and _lacking(new) <= _lacking(old))):
                hotlines[flow_id] = new
                if covered and not _lacking(new):
                    self._remember(new, texts)
                else:
                    uncovered.add(flow_id)
            elif old is not None:
                hotlines[flow_id] = old
                kept.add(flow_id)
            else:
                missing.add(flow_id)
        findings = tuple(one for one in (*loaded.findings, *coverage) if one.severity == "error")
        self.state = State(
            hotlines,
            _numbers(hotlines, kept),
            findings,
            frozenset(kept),
            frozenset(missing),
            frozenset(uncovered),
            by_rota(hotlines.values()),
            {flow_id: _digest(texts, hotlines[flow_id]) for flow_id in kept},
            {
                number: phones
                for flow_id in sorted(missing)
                for number, phones in _stranded(texts, flow_id, self._clock(), self._countries)
            },
            _sounds(before.hotlines, hotlines),
        )
        for flow_id in sorted(kept | missing):
            self._notice("edit_refused", hotline=flow_id, remedy="Run `hotline check` to see what is wrong.")
        if before.hotlines and not kept and not missing:
            self._notice("files_read_again", hotlines=len(hotlines))

    def _remember(self, hotline: Hotline, texts: Mapping[str, bytes]) -> None:
        if self._keep_in is None:
            return
        kept = {path: text for path, text in texts.items() if _belongs(path, hotline)}
        document = json.dumps(
            {path: b64encode(data).decode() if is_sound(path) else data.decode() for path, data in kept.items()}
        )
        target = self._keep_in / f"{hotline.id}.json"
        try:
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
    texts: Mapping[str, bytes], flow_id: str, now: datetime, countries: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The numbers of a broken call flow, each with the phones of its rota's backup, then of those on call.

    Taken from the text in spite of any errors: somebody may call before they are fixed.
    """
    flow = "\n".join(
        text.decode("utf-8", "replace")
        for path, text in texts.items()
        if Path(path).parts[0] == "call_flows" and Path(path).stem == flow_id and not is_sound(path)
    )
    named = _ROTA.search(flow)
    rota = named[1] if named else flow_id
    files = {path: text for path, text in texts.items() if Path(path).parts[0] == "rota" and Path(path).stem == rota}
    schedule = read_rotas(files).schedules.get(rota)
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


def _stamp(config_dir: Path) -> Stamp:
    """Return a value that changes when a file is edited, added or removed."""
    found: list[tuple[str, int, int, int]] = []
    for folder in (*FOLDERS, SOUNDS):
        try:
            with os.scandir(config_dir / folder) as entries:
                found += [
                    (path, *_stamp_of(entry))
                    for entry in entries
                    if is_sound(path := f"{folder}/{entry.name}")
                    or (entry.name.endswith(ENDINGS) and not entry.name.startswith(".") and folder != SOUNDS)
                ]
        except OSError:
            continue
    return tuple(sorted(found))


def _stamp_of(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    try:
        about = entry.stat()
    except OSError:  # a link that leads nowhere
        return 0, 0, 0
    # The time of the last change also notices a file whose times were set back. The time of the last write does not.
    return about.st_ctime_ns, about.st_size, about.st_ino


def _flow_ids(texts: Iterable[str]) -> list[str]:
    return sorted(Path(path).stem for path in texts if Path(path).parts[0] == "call_flows" and not is_sound(path))


def _belongs(path: str, hotline: Hotline) -> bool:
    where = Path(path)
    if is_sound(path):
        return sound_file(path, b"").name in {name for name, _ in hotline.sounds}
    wanted = {"call_flows": (hotline.flow.id,), "rota": (hotline.rota.id, *hotline.flow.people())}
    return where.stem in wanted.get(where.parts[0], ())


def _lacking(hotline: Hotline) -> Set[str]:
    """Return the other rotas that a hotline's steps ring, and that cannot be used."""
    return set(hotline.flow.people()) - hotline.others.keys()


def _uses(texts: Mapping[str, bytes], hotline: Hotline, files: Iterable[str]) -> bool:
    return any(_belongs(path, hotline) for path in files if path in texts)


def _digest(texts: Mapping[str, bytes], hotline: Hotline) -> str:
    """Return a digest that changes with every edit of a hotline's files."""
    found = sha256()
    for path in sorted(path for path in texts if _belongs(path, hotline)):
        found.update(path.encode() + b"\0" + texts[path] + b"\0")
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
