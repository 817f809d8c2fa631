"""Versions of the rota files to compare: a file, a folder, or the configuration directory in git."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.errors import FilesError
from hotline.files.loading.load import ENDINGS

LAST_COMMIT = "HEAD"
_FOLDER = "rota"
_GIT_WITHIN = 30.0
_FLOW = re.compile(rb"^steps\s*:", re.MULTILINE)
_ROTA = re.compile(rb"^volunteers\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """The bytes of rota files by path, such as `rota/rise.yaml`, and a name for them.

    `file`: the single file, if one.
    """

    label: str
    texts: Mapping[str, bytes]
    file: Path | None = None


def version(what: str, config_dir: Path) -> NamedFiles:
    """Read a file or a folder if the path `what` exists, or else a git revision. Raises FilesError."""
    path = Path(what)
    try:
        if path.is_dir():
            return folder(path, what)
        if path.exists():
            raw = path.read_bytes()
            if _FLOW.search(raw) and not _ROTA.search(raw):
                raise FilesError(f"{what} is a call flow.", "Give the rota that it names: rota/….yaml")
            return NamedFiles(what, {f"{_FOLDER}/{path.name}": raw}, path)
    except OSError as error:
        raise FilesError(f"{what} cannot be read: {error.strerror}.", "Check its name and its permissions.") from None
    return _revision(what, config_dir)


def folder(path: Path, label: str) -> NamedFiles:
    """The rota files of a configuration directory, or of a folder without a `rota` folder."""
    below = path / _FOLDER if (path / _FOLDER).is_dir() else path
    found = sorted(one for one in below.iterdir() if one.suffix in ENDINGS and not one.name.startswith("."))
    return NamedFiles(label, {f"{_FOLDER}/{one.name}": one.read_bytes() for one in found if one.is_file()})


def working(old: NamedFiles, config_dir: Path) -> NamedFiles:
    """Return the default for a comparison: the files in use, or the one of the same name."""
    if old.file is None:
        return folder(config_dir, "the working files")
    same = next((one for one in _same_name(old.file, config_dir) if one.is_file()), None)
    if same is None:
        raise FilesError(f"There is no rota {old.file.stem} in {config_dir}.", "Give the file to compare it with.")
    if same.samefile(old.file):
        raise FilesError(
            f"{old.label} is the file in use. There is nothing to compare it with.",
            "To compare the files in use with the last commit, run `hotline diff` without it.",
        )
    return NamedFiles("the working file", {f"{_FOLDER}/{same.name}": same.read_bytes()}, same)


def _same_name(file: Path, config_dir: Path) -> list[Path]:
    return [config_dir / _FOLDER / f"{file.stem}{ending}" for ending in ENDINGS]


def _revision(name: str, config_dir: Path) -> NamedFiles:
    commit = _git(config_dir, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        if name == LAST_COMMIT and _git(config_dir, "rev-parse", "--git-dir") is not None:
            return NamedFiles("nothing (there is no commit yet)", {})
        raise FilesError(
            f"{name!r} is neither a file, nor a folder, nor a git revision of {config_dir}.",
            "Give a rota file, a folder with rotas, or a revision such as HEAD~1 or main.",
        )
    commit_id = commit.decode().strip()
    listed = _git(config_dir, "ls-tree", "-z", "--name-only", commit_id, f"{_FOLDER}/")
    files = [one for one in (listed or b"").decode().split("\0") if one.endswith(ENDINGS)]
    texts = {file: _git(config_dir, "cat-file", "blob", f"{commit_id}:./{file}") for file in files}
    return NamedFiles(name, {one: raw for one, raw in texts.items() if raw is not None})


def _git(folder: Path, *words: str) -> bytes | None:
    """Return the output of git, or None if it fails. Raises FilesError if there is no git."""
    try:
        done = subprocess.run(["git", "-C", folder, *words], capture_output=True, timeout=_GIT_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise FilesError("git could not be run.", "Install git, or give a file or folder to compare with.") from None
    return done.stdout if done.returncode == 0 else None
