"""Saving a file from the pages: only over the text its editor saw, whole or not at all, with a version each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from hotline.core.wording import Wording
from hotline.errors import FileChanged, FilesError
from hotline.files.edits.versions import Version, Versions, digest
from hotline.files.loading.around import KnownFolder
from hotline.files.loading.load import FOLDERS, file_names, read_files, read_one
from hotline.files.yaml.replace_file import replace_file

Because = Literal["off", "git", "read-only"]
"""Why files are not written here: saving is off, they come from git, or the server may not write them."""


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """The call flow and rota files of a configuration directory, as the pages read and save them.

    `editing` is `on`, `off`, or `auto`: then nothing is written if the files are in a git work tree, since the next
    deployment would undo it; unless in `practice`.
    """

    config_dir: Path
    versions: Versions
    editing: str = "auto"
    practice: bool = False
    countries: tuple[str, ...] = ()
    """The countries whose numbers the files may dial, as for `hotline.files.load`."""
    look: Callable[[], KnownFolder] | None = None
    """Looks at the files, with what is known of them. Without it they are all read, and edits take longer to check."""

    def texts(self) -> Mapping[str, bytes]:
        """The bytes of every file by its path. Raises FilesError."""
        try:
            if self.look is None:
                return read_files(self.config_dir)
            found = self.look()
            for error in found.unreadable:
                raise error
        except OSError as error:
            raise self._unreadable(error) from None
        return found

    def names(self) -> list[str]:
        """The paths of all files, without reading them. Raises FilesError."""
        try:
            return file_names(self.config_dir)
        except OSError as error:
            raise self._unreadable(error) from None

    def text(self, file: str) -> bytes | None:
        """The bytes of one file that is among `texts`, without reading the others; None if there is none."""
        try:
            return read_one(self.config_dir, file)
        except OSError as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: OSError) -> FilesError:
        return FilesError(
            Wording("The files in %(folder)s cannot be read: %(why)s.", folder=self.config_dir, why=error.strerror),
            Wording("Check that the server's user may read them."),
        )

    def why_not(self, file: str) -> Because | None:
        """Return why a file cannot be written here, or None if it can."""
        if self.editing == "off":
            return "off"
        if self.editing == "auto" and not self.practice and _from_git(self.config_dir):
            return "git"
        return None if _writable(self.config_dir / file) else "read-only"

    def save(self, file: str, base: str, after: bytes, who: str, how: str, now: datetime) -> Version:
        """Save a text over the one whose digest is `base`. `file` is one of `texts`.

        Raises FileChanged if the file has changed since, FilesError if it cannot be written.
        """
        if self.why_not(file) is not None:
            raise FilesError(
                Wording("This server does not write %(file)s.", file=file),
                Wording("Download the result and copy it to the folder of the files."),
            )
        with self.versions.locked():
            before = self.texts().get(file)
            if before is None or digest(before) != base:
                raise FileChanged(
                    Wording("%(file)s has changed in the meantime. Nothing was written.", file=file),
                    Wording("Compare both and decide."),
                )
            self._take_in(file, before, now)
            kept = self.versions.keep(file, after, who, how, now)
            try:
                replace_file(self.config_dir / file, before, after)
            except BaseException:
                self.versions.forget(file, kept.number)
                raise
            return kept

    def why_not_new(self) -> Because | None:
        """Return why no files can be added here, or None if they can."""
        why = self.why_not("")
        if why != "read-only":
            return why
        return None if all(_may_hold_more(self.config_dir / folder) for folder in FOLDERS) else why

    def create(self, files: Mapping[str, bytes], who: str, how: str, now: datetime) -> None:
        """Write new files, with their folders. Raises FilesError if one exists by now, or cannot be written."""
        if self.why_not_new() is not None:
            raise FilesError(
                Wording("This server does not write %(file)s.", file=", ".join(files)),
                Wording("Write them with `hotline init` on the machine that they come from."),
            )
        with self.versions.locked():
            written = list[Path]()
            for file, raw in files.items():
                path = self.config_dir / file
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("xb") as out:
                        written.append(path)
                        out.write(raw)
                except OSError as error:
                    for one in written:  # a call flow without its rota would be an error
                        one.unlink(missing_ok=True)
                    raise FilesError(
                        Wording("%(file)s cannot be written: %(why)s.", file=file, why=error.strerror),
                        Wording("Nothing was overwritten."),
                    ) from None
            for file, raw in files.items():
                self.versions.keep(file, raw, who, how, now)

    def history(self, file: str, now: datetime) -> list[Version]:
        """The versions of a file, the newest first, which is the present text. Raises FilesError."""
        with self.versions.locked():
            raw = self.texts().get(file)
            if raw is not None:
                self._take_in(file, raw, now)
        return self.versions.of(file)

    def _take_in(self, file: str, raw: bytes, now: datetime) -> None:
        """Store a file's text as a version if it is new: it was changed outside, or never seen before."""
        known = self.versions.of(file)
        if not known or known[0].digest != digest(raw):
            self.versions.keep(file, raw, "", "outside", _written(self.config_dir / file) or now)


def _written(path: Path) -> datetime | None:
    """Return a file's own time of last writing."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def _from_git(folder: Path) -> bool:
    return any((one / ".git").exists() for one in (folder, *folder.parents))


def _writable(path: Path) -> bool:
    """Return whether a file can be replaced. That needs a new file beside it."""
    target = path.resolve()
    return os.access(target.parent, os.W_OK | os.X_OK) and os.access(target, os.W_OK)


def _may_hold_more(folder: Path) -> bool:
    """Return whether a folder, or the one in which it can be made, takes new files."""
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    return os.access(there, os.W_OK | os.X_OK)
