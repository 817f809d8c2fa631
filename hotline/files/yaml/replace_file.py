"""Replacing a file by its edited version: whole or not at all, and only if nobody else has changed it meanwhile."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hotline.core.wording import Wording
from hotline.errors import FileChanged, FilesError


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write `after` over a file that holds `before`, keeping its mode and owner; a link stays one.

    Raises FileChanged if the file has changed since, FilesError if it cannot be written. Readers see the old or the new
    text, never a part: the words go into a new file beside it, which then takes its name.
    """
    target = path.resolve()
    try:
        about = target.stat()
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as scratch:
            try:
                scratch.write(after)
                scratch.flush()
                os.fsync(scratch.fileno())
                os.fchmod(scratch.fileno(), about.st_mode & 0o7777)
                with suppress(PermissionError):  # only root may change an owner; our own files keep theirs anyway
                    os.fchown(scratch.fileno(), about.st_uid, about.st_gid)
                if target.read_bytes() != before:
                    raise FileChanged(
                        Wording("%(file)s has changed in the meantime. Nothing was written.", file=path),
                        Wording("Run the command again."),
                    )
                os.replace(scratch.name, target)
            except BaseException:
                with suppress(OSError):
                    os.unlink(scratch.name)
                raise
        _sync(target.parent)
    except OSError as error:
        raise FilesError(
            Wording("%(file)s cannot be written: %(why)s.", file=path, why=error.strerror),
            Wording("Nothing was changed in it."),
        ) from None


def _sync(folder: Path) -> None:
    """Write the new name to disk too."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
