"""Keeping the data directory from others on the machine: files 0600 and folders 0700, regardless of the umask."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

UMASK = 0o077
_NAMES = (
    *("absences", "compiled", "last-good", "outbox", "spool", "versions", "hotline.db*", "hotline.log*", "valkey.*"),
    *("temp-*.rdb", "running.json*", "texts.jsonl*", "secret-key*", "practice-token*"),
)
"""The names of our files. A directory named by mistake may hold more, which we must not change."""


def keep_private(data_dir: Path, config_dir: Path) -> None:
    """Remove others' permissions on our files, both old ones and those this process will make.

    Files of another user are left alone: `hotline doctor` names them. So is a folder that holds the configuration, or
    that everybody may write to.
    """
    os.umask(UMASK)
    with suppress(OSError):
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in open_to_others(data_dir):
        shared = path == data_dir and config_dir.resolve().is_relative_to(data_dir.resolve())
        with suppress(OSError):
            mode = path.stat().st_mode
            if not shared and not mode & stat.S_ISVTX:
                path.chmod(stat.S_IMODE(mode) & ~UMASK)


def opener(path: str, flags: int) -> int:
    """Open files, for `open`, that nobody else can read."""
    return os.open(path, flags, 0o600)


def make_private_file(path: Path) -> None:
    """Make an empty file unless there is one. It is never open under that name.

    Closing a file releases every lock that this process has on it, and SQLite may hold some in another thread.
    """
    made, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(made)
    try:
        with suppress(FileExistsError):
            os.link(scratch, path)
    finally:
        os.unlink(scratch)


def open_to_others(data_dir: Path) -> Iterator[Path]:
    """Files and folders of ours, and the directory itself, that others on this machine may use. Links are left out."""
    for path in (data_dir, *_below(data_dir)):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and mode & UMASK:
                yield path


def _below(data_dir: Path) -> Iterator[Path]:
    with suppress(OSError):
        for name in _NAMES:
            for path in data_dir.glob(name):
                yield path
                if path.is_dir() and not path.is_symlink():
                    yield from path.rglob("*")
