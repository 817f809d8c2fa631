"""An edit, checked without reading all files of a folder: only those that it has to do with, before or after.

What was made of the other files is known to the process, and cannot change with the edit (`families.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hotline.files.checks.sounds import UNUSED, sound_file
from hotline.files.loading.families import Family, beside_all_rotas, read_loose
from hotline.files.loading.folder import Folder
from hotline.files.loading.load import FOLDERS, NO_CALL_FLOWS, Loaded, folder_and_id, load_texts, put_together
from hotline.files.values.recordings import is_sound


class KnownFolder(Mapping[str, bytes]):
    """The bytes of all files of a folder by their path, read when they are asked for.

    `known` are the families that were made of them, as far as they are known, and `now` is the time of the look.
    """

    def __init__(self, folder: Folder, known: Sequence[Family], now: datetime) -> None:
        self._folder = folder
        self._known = known
        self._now = now
        self._loaded: dict[tuple[int, ...], tuple[Loaded, list[Family]]] = {}

    def __getitem__(self, path: str) -> bytes:
        return self._folder[path]

    def __contains__(self, path: object) -> bool:
        return path in self._folder.digests

    def __iter__(self) -> Iterator[str]:
        return iter(self._folder)

    def __len__(self) -> int:
        return len(self._folder)

    @property
    def unreadable(self) -> list[OSError]:
        """Why call flows or rotas cannot be read; empty if all can."""
        return [error for path, error in self._folder.unreadable.items() if not is_sound(path)]

    def edited(self, changed: Mapping[str, bytes]) -> KnownFolder:
        """Return the folder with some files changed, or added."""
        return KnownFolder(self._folder.edited(changed), self._known, self._now)

    def load(self, paths: Collection[str], countries: Collection[str]) -> Loaded:
        """Load files and those that they have to do with."""
        return self._load(_without(self._known, paths), countries)[0]

    def load_edit(self, changed: Mapping[str, bytes], countries: Collection[str]) -> tuple[Loaded, Loaded]:
        """Load changed files and those that they have to do with: before and after the change."""
        after, others = self.edited(changed)._load(_without(self._known, changed), countries)
        return self._load(others, countries)[0], after

    def _load(self, known: Sequence[Family], countries: Collection[str]) -> tuple[Loaded, list[Family]]:
        """Load all files that are in none of these families, or belong to one after all. Returns the other families.

        Asked again with the same families, it gives what it gave before.
        """
        key = tuple(map(id, known))
        if key not in self._loaded:
            self._loaded[key] = self._load_anew(known, countries)
        return self._loaded[key]

    def _load_anew(self, known: Sequence[Family], countries: Collection[str]) -> tuple[Loaded, list[Family]]:
        folder = self._folder
        others, reads = read_loose(folder, known, self._now)
        if reads is None:
            return Loaded({}, () if folder.flow_ids() else (NO_CALL_FLOWS,), frozenset()), others
        if not folder.flow_ids():
            reads.findings.append(NO_CALL_FLOWS)
        sounds = {path: folder[path] for path in folder if is_sound(path)}
        loaded = put_together(beside_all_rotas(reads, folder), sounds, countries)
        return _less_unused(loaded, set().union(*(family.sounds for family in others))), others


def with_edit(texts: Mapping[str, bytes], changed: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return files with some of them changed, or added."""
    return texts.edited(changed) if isinstance(texts, KnownFolder) else {**texts, **changed}


def load_around(texts: Mapping[str, bytes], paths: Collection[str], countries: Collection[str]) -> Loaded:
    """Load some files together with those that they have to do with. `countries` as for `load`."""
    return texts.load(paths, countries) if isinstance(texts, KnownFolder) else load_texts(texts, countries)


def load_edit(
    texts: Mapping[str, bytes], changed: Mapping[str, bytes], countries: Collection[str]
) -> tuple[Loaded, Loaded]:
    """Load what an edit has to do with, before and after it. `changed` has the files that it changes or adds."""
    if isinstance(texts, KnownFolder):
        return texts.load_edit(changed, countries)
    return load_texts(texts, countries), load_texts({**texts, **changed}, countries)


def _without(known: Iterable[Family], paths: Collection[str]) -> list[Family]:
    """Return the families with none of these files, less the broken ones and rotas alone.

    While a call flow cannot be read, no rota is said to be unused, wherever it is.
    """
    return [one for one in known if one.digests.keys().isdisjoint(paths) and _in_use(one)]


def _in_use(family: Family) -> bool:
    flows = {id for folder, id in map(folder_and_id, family.digests) if folder == FOLDERS[0]}
    return 0 < len(flows) == len(family.outlines)


def _less_unused(loaded: Loaded, played: Collection[str]) -> Loaded:
    """Return what was loaded without notes on sounds that nothing plays, of those that other files play."""
    found = (one for one in loaded.findings if one.code != UNUSED or sound_file(one.file, b"").name not in played)
    return replace(loaded, findings=tuple(found))
