"""The files of a folder at one look. Only those that changed since the look before are read."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from hotline.files.checks.sounds import sound_file
from hotline.files.loading.load import ENDINGS, FOLDERS, folder_and_id
from hotline.files.values.recordings import FOLDER as SOUNDS
from hotline.files.values.recordings import MOST_BYTES as MOST_SOUND_BYTES
from hotline.files.values.recordings import is_sound
from hotline.files.yaml.guard import MOST_BYTES

Stamp = tuple[tuple[str, int, int, int], ...]
"""Each file's path, and what changes with an edit: the time of its last change, its size, and its inode."""


class Folder(Mapping[str, bytes]):
    """The bytes of all call flows, rotas and sounds by their path, as `read_files` has them. Raises OSError.

    `before` is the last look: what it knows of files that have not changed since is not read again. The bytes of a file
    are read when they are asked for, and `forget` forgets them.
    """

    def __init__(self, config_dir: Path, stamp: Stamp, before: Folder | None = None) -> None:
        for folder in FOLDERS:
            if (config_dir / folder).is_dir():
                os.listdir(config_dir / folder)  # one that cannot be read is no empty one
        self._config_dir = config_dir
        self.stamp = stamp
        known = dict(zip(before.stamp, before.digests.values(), strict=True)) if before else {}
        self._unread: dict[str, OSError] = {}
        self._texts: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}
        self.read = 0
        """How many files were read."""
        for one in stamp:
            again = before is not None and one[0] in before._unread
            self.digests[one[0]] = (None if again else known.get(one)) or self._digest(one[0])
        self._ids = _by_id(self.digests)

    @property
    def unreadable(self) -> Mapping[str, OSError]:
        """The files that are there and cannot be read, and why."""
        return self._unread

    def edited(self, changed: Mapping[str, bytes]) -> Folder:
        """Return the folder as it is with some files changed, or added. Nothing is written."""
        other = copy.copy(self)
        digests = {**self.digests, **{path: _digest_of(text) for path, text in changed.items()}}
        other.digests = dict(sorted(digests.items()))
        other._texts = {**self._texts, **changed}
        other._ids = _by_id(other.digests)
        return other

    def __getitem__(self, path: str) -> bytes:
        if path not in self.digests:
            raise KeyError(path)
        if path not in self._texts:
            self.digests[path] = self._digest(path)
        return self._texts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.digests)

    def __len__(self) -> int:
        return len(self.digests)

    def named(self, folder: str, id: str) -> list[str]:
        """Return the paths of the files of an id; of the sounds of a name, with "" for the folder."""
        return self._ids.get((folder, id), [])

    def flow_ids(self) -> list[str]:
        """Return the id of each call flow, in order."""
        return sorted(id for folder, id in self._ids if folder == "call_flows")

    def forget(self) -> None:
        """Forget the bytes. Those of files that are asked for later are read again."""
        self._texts.clear()

    def _digest(self, path: str) -> str:
        try:
            with (self._config_dir / path).open("rb") as file:
                text = file.read((MOST_SOUND_BYTES if is_sound(path) else MOST_BYTES) + 1)
        except OSError as error:  # it counts as empty, so that the others still load
            text = b""
            self._unread[path] = error
        self._texts[path] = text
        self.read += 1
        return _digest_of(text)


def _digest_of(text: bytes) -> str:
    return sha256(text).hexdigest()[:32]


def _by_id(paths: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """Return the paths of the files of each id in a folder; of the sounds of each name, with "" for the folder."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        key = ("", sound_file(path, b"").name) if is_sound(path) else folder_and_id(path)
        found.setdefault(key, []).append(path)
    return found


def stamp_of(config_dir: Path) -> Stamp:
    """Return a value that changes when a file is edited, added or removed."""
    found: list[tuple[str, int, int, int]] = []
    for folder in (*FOLDERS, SOUNDS):
        try:
            with os.scandir(config_dir / folder) as entries:
                found += [
                    (path, *_stamp_of(entry))
                    for entry in entries
                    if not _is_folder(entry)
                    if is_sound(path := f"{folder}/{entry.name}")
                    or (entry.name.endswith(ENDINGS) and not entry.name.startswith(".") and folder != SOUNDS)
                ]
        except OSError:
            continue
    return tuple(sorted(found))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _stamp_of(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    try:
        about = entry.stat()
    except OSError:  # a link that leads nowhere
        return 0, 0, 0
    # The time of the last change also notices a file whose times were set back. The time of the last write does not.
    return about.st_ctime_ns, about.st_size, about.st_ino
