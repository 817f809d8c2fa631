"""Reading the waiting lines of a directory's files, in the order in which they were written."""

from __future__ import annotations

import fcntl
import heapq
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from hotline.store.disk.codec import Codec

Entry = TypeVar("Entry")

SUFFIX = ".spool"

# The number of files open at once. Younger files wait for the next time.
_FILES_AT_ONCE = 64
_COUNTED_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """A file of lines as it was at one moment. `abandoned`: its owner has closed it, and adds nothing more."""

    path: Path
    drained: int
    size: int
    abandoned: bool

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Batch(Generic[Entry]):
    """A batch: entries, lines that are not entries, and the position in each file once the entries have been moved."""

    entries: list[Entry] = field(default_factory=list)
    corrupt: list[bytes] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line(Generic[Entry]):
    name: str
    end: int
    recorded: float
    entry: Entry | None
    raw: bytes


def look(directory: Path, drained: Mapping[str, int]) -> list[SpoolFile]:
    """The spool files with something unread, oldest first, at one moment.

    An entry never shows without earlier ones: a call's facts come from several processes, and "not answered" must not
    overtake the "answered" it cancels. Between the two we ask the carrier, which takes milliseconds; looking at all the
    sizes takes far less.
    """
    unread = [path for path in _paths(directory) if _size(path) > drained.get(path.name, 0)]
    files = []
    for path in unread[:_FILES_AT_ONCE]:
        with suppress(FileNotFoundError), path.open("rb") as file:
            abandoned = _nobody_holds(file.fileno())
            size = os.fstat(file.fileno()).st_size
            files.append(SpoolFile(path, drained.get(path.name, 0), size, abandoned))
    return files


def rounds(directory: Path) -> int:
    """Return how many times to `look` to have seen all files that exist now. At least once."""
    return max(1, -(-len(_paths(directory)) // _FILES_AT_ONCE))


def batches(files: Iterable[SpoolFile], codec: Codec[Entry], at_most: int) -> Iterator[Batch[Entry]]:
    """Read everything that waits in the files, in batches of so many lines, in the order in which it was recorded.

    A last line without its end is left alone while its writer lives.
    """
    lines = heapq.merge(*(_lines(file, codec) for file in files), key=lambda line: line.recorded)
    while some := list(islice(lines, at_most)):
        batch: Batch[Entry] = Batch()
        for line in some:
            if line.entry is None:
                batch.corrupt.append(line.raw)
            else:
                batch.entries.append(line.entry)
            batch.read[line.name] = line.end
        yield batch


def clear_up(directory: Path, drained: Mapping[str, int]) -> dict[str, int]:
    """Remove the files that have been read to their end and have no owner. Returns the progress in the others."""
    left = {}
    for path in _paths(directory):
        with suppress(FileNotFoundError), path.open("rb") as file:
            read = drained.get(path.name, 0)
            # Under the lock, so that an owner just about to take the new file notices and makes another.
            if os.fstat(file.fileno()).st_size <= read and _nobody_holds(file.fileno()) and _size(path) <= read:
                path.unlink()
            elif read:
                left[path.name] = read
    return left


def waiting(directory: Path, codec: Codec[Entry], drained: Mapping[str, int]) -> tuple[int, float]:
    """Return how many lines wait (estimated for long files), and when the oldest came (epoch seconds; 0: none)."""
    count, oldest = 0, float("inf")
    for path in _paths(directory):
        with suppress(FileNotFoundError), path.open("rb") as file:
            unread = os.fstat(file.fileno()).st_size - drained.get(path.name, 0)
            if unread <= 0:
                continue
            file.seek(drained.get(path.name, 0))
            sample = file.read(_COUNTED_BYTES)
            count += sample.count(b"\n") * unread // len(sample) if sample else 0
            with suppress(ValueError):
                oldest = min(oldest, codec.from_line(sample.partition(b"\n")[0])[0])
    return count, 0.0 if oldest == float("inf") else oldest


def _paths(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.suffix == SUFFIX)
    except FileNotFoundError:
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _nobody_holds(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lines(file: SpoolFile, codec: Codec[Entry]) -> Iterator[_Line[Entry]]:
    end, recorded = file.drained, 0.0
    with file.path.open("rb") as opened:
        opened.seek(end)
        while end < file.size:
            raw = opened.readline()
            whole = raw.endswith(b"\n")
            if end + len(raw) > file.size or not (whole or file.abandoned):
                return
            end += len(raw)
            try:
                recorded, entry = codec.from_line(raw)
            except ValueError:
                yield _Line(file.name, end, recorded, None, raw if whole else raw + b"\n")
            else:
                yield _Line(file.name, end, recorded, entry, raw)
