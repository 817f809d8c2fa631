"""A backup as one file: a compressed tar archive, encrypted with a password if one is given.

The encrypted form is that of the program age (scrypt, ChaCha20-Poly1305), which can open it without Hotline. The list
of contents comes last, with a digest of each file. So a file that is cut short or damaged never counts as whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from hotline.errors import HotlineError

LIST = "contents.json"
_AGE = b"age-encryption.org/"
_GZIP = b"\x1f\x8b"
_FORM = 1
_TRIES, _TRY_AGAIN_AFTER = 40, 0.05
"""age refuses work that would take long by a glance at how fast the machine is; one moment's pause misleads it."""


class BackupError(HotlineError):
    """A backup cannot be written, read, or put back."""


@dataclass(frozen=True, slots=True)
class BackupContents:
    """The contents of a backup. `files`: the SHA-256 digest of each by its name. `about`: what its maker said of it."""

    about: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)


class Writing:
    """A backup that is being written."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._files: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a file."""
        self._files[name] = hashlib.sha256(content).hexdigest()
        self._put(name, content)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of this machine, however large it is."""
        with path.open("rb") as file:
            self._files[name] = hashlib.file_digest(file, "sha256").hexdigest()
        self._archive.add(path, name, recursive=False, filter=_anonymous)

    def add_open_file(self, name: str, file: IO[bytes], size: int) -> None:
        """Add an open file of so many bytes, from its start."""
        digest = hashlib.sha256()
        while some := file.read(1 << 20):
            digest.update(some)
        file.seek(0)
        self._files[name] = digest.hexdigest()
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._archive.addfile(info, file)

    def finish(self, about: dict[str, Any]) -> None:
        """Add the list of contents."""
        contents = {"form": _FORM, "about": about, "files": self._files}
        self._put(LIST, json.dumps(contents, indent=2).encode())

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._archive.addfile(info, BytesIO(content))


@contextmanager
def writing(path: Path, password: str | None) -> Iterator[Writing]:
    """Write a backup: the file appears when it is whole. Nobody else on this machine can read it.

    Raises BackupError if it cannot be written.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                yield Writing(archive)
            if password is not None:
                _encrypt(file, password)
            file.flush()
            os.fsync(file.fileno())
        scratch.rename(path)
    except OSError as error:
        raise BackupError(
            f"The backup {path} cannot be written ({error.strerror}).",
            "Choose another folder, or make room.",
        ) from None
    finally:
        scratch.unlink(missing_ok=True)


def is_encrypted(path: Path) -> bool:
    """Return whether a backup needs a password. Raises BackupError if it cannot be read."""
    return _start(path).startswith(_AGE)


def unpack(path: Path, folder: Path, password: str | None) -> BackupContents:
    """Unpack a backup into an empty folder, and check that it is whole.

    Raises BackupError: it is no backup, is cut short or damaged, or the password is wrong.
    """
    start = _start(path)
    try:
        if start.startswith(_AGE):
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(_decrypted(path, password))
                file.seek(0)
                return _unpacked(path, file, folder)
        if not start.startswith(_GZIP):
            raise BackupError(
                f"{path} is not a backup of Hotline.",
                "Name a file that `hotline backup` wrote.",
            )
        with path.open("rb") as plain:
            return _unpacked(path, plain, folder)
    except OSError as error:
        raise BackupError(
            f"{path} cannot be unpacked ({error.strerror or 'damaged'}).",
            "Make room in the data directory.",
        ) from None


def _unpacked(path: Path, file: Any, folder: Path) -> BackupContents:
    try:
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for info in archive:
                if not info.isfile() or not _is_plain(info.name):
                    raise _damaged(path)
                _extract(archive, info, folder / info.name)
        listed = json.loads((folder / LIST).read_text("utf-8"))
        contents = BackupContents(listed["about"], listed["files"])
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, FileNotFoundError, FileExistsError):
        raise _damaged(path) from None
    except OSError as error:
        if error.errno is None:  # gzip's own: a wrong checksum
            raise _damaged(path) from None
        raise
    if listed.get("form") != _FORM:
        raise BackupError(
            f"{path} was made by a newer release of Hotline.",
            "Install that release, or a newer one.",
        )
    for name, digest in contents.files.items():
        with (folder / name).open("rb") as each:
            if hashlib.file_digest(each, "sha256").hexdigest() != digest:
                raise _damaged(path)
    return contents


def _extract(archive: tarfile.TarFile, info: tarfile.TarInfo, target: Path) -> None:
    """Write a plain file, and nothing of its owner and mode. tarfile's own filters are missing before Python 3.11.4."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = archive.extractfile(info)
    assert content is not None, "it is a plain file"
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)


def _damaged(path: Path) -> BackupError:
    return BackupError(
        f"{path} is cut short or damaged. Nothing was changed.",
        "Copy the file again, or take an earlier backup.",
    )


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise BackupError(
            f"{path} cannot be read ({error.strerror}).",
            "Name a file that `hotline backup` wrote.",
        ) from None


def _encrypt(file: Any, password: str) -> None:
    import pyrage

    file.seek(0)
    sealed = pyrage.passphrase.encrypt(file.read(), password)
    file.seek(0)
    file.truncate()
    file.write(sealed)


def _decrypted(path: Path, password: str | None) -> bytes:
    import pyrage

    if not password:
        raise BackupError(
            f"{path} is encrypted.",
            "Give its password: type it when asked, or name a file with it in --password-file.",
        )
    sealed = path.read_bytes()
    for _ in range(_TRIES):
        try:
            return bytes(pyrage.passphrase.decrypt(sealed, password))
        except pyrage.DecryptError as error:
            said = str(error).lower()
            if "excessive work" in said:
                time.sleep(_TRY_AGAIN_AFTER)
                continue
            if "decryption failed" in said:
                raise BackupError(
                    f"This is not the password of {path}.",
                    "Try again. Without the password nobody can read the backup.",
                ) from None
            raise _damaged(path) from None
    raise BackupError(
        f"This machine is too busy or too slow to decrypt {path}.",
        "Try again when it does less, or decrypt the file elsewhere with `age -d`.",
    )


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info
