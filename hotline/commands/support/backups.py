"""Making a backup of a deployment, and putting it back."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotline import __version__
from hotline.errors import HotlineError
from hotline.settings import Settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.copying import TablesAtOneMoment, at_one_moment, fill, has_rows
from hotline.store.database.engine import database_address
from hotline.store.disk.archive import BackupContents, BackupError, Writing, unpack, writing
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.kept_secrets import kept_secret
from hotline.store.disk.spool import Spool

_KEY = "secret-key"
KEPT = ("absences", "last-good", "practice-token", "spool", "texts.jsonl", "versions", _KEY)
"""What a backup has of the data directory. The database is copied by tables."""
LEFT_OUT = ("compiled", "hotline.db*", "hotline.log*", "outbox", "running.json*", "temp-*.rdb", "valkey.*")
"""What it leaves out: what is made anew, and unfinished jobs, which would be done a second time."""
FOLDERS = ("call_flows", "rota", "schemas")
_NOT_OURS = (".lock", ".pyc", "progress.json")
_ROWS_IN_MEMORY = 1 << 24
_SAY_EVERY = 500_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read: unpacked in `folder`, and checked."""

    folder: Path
    contents: BackupContents

    @property
    def about(self) -> dict[str, Any]:
        return self.contents.about


def make_backup(settings: Settings, path: Path, password: str | None, say: Say) -> BackupContents:
    """Write a backup of all that a deployment needs. Raises BackupError or DatabaseUnavailable."""
    log = CallLog(settings.database_url)
    with suppress(HotlineError):  # calls of the last seconds; what cannot be written now goes along as it is
        Drainer(Spool(settings.spool_dir), log).drain_once()
    log.close()
    with at_one_moment(settings.database_url) as tables, writing(path, password) as backup:
        for name in FOLDERS:
            _add_folder(backup, f"files/{name}", settings.config_dir / name)
        for name in KEPT:
            if name != _KEY:
                _add_folder(backup, f"data/{name}", settings.data_dir / name)
        key = settings.secret_key or kept_secret(settings.data_dir, _KEY)
        backup.add(f"data/{_KEY}", key.encode())
        rows = {name: _add_table(backup, tables, name, say) for name in tables.names}
        about = {
            "release": __version__,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "revision": tables.revision,
            "rows": rows,
        }
        backup.finish(about)
    return BackupContents(about)


def _add_folder(backup: Writing, name: str, path: Path) -> None:
    if path.is_file():
        backup.add_file(name, path)
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            inside = file.relative_to(path)
            if (
                file.is_file()
                and not file.name.endswith(_NOT_OURS)
                and not any(p.startswith(".") for p in inside.parts)
            ):
                backup.add_file(f"{name}/{inside.as_posix()}", file)


def _add_table(backup: Writing, tables: TablesAtOneMoment, name: str, say: Say) -> int:
    number = 0
    with tempfile.SpooledTemporaryFile(_ROWS_IN_MEMORY) as file:
        for number, row in enumerate(tables.rows(name), 1):
            if number % _SAY_EVERY == 0:
                say(f"{name}: {number} rows so far ...")
            file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        size = file.tell()
        file.seek(0)
        backup.add_open_file(f"tables/{name}.jsonl", file, size)
    return number


@contextmanager
def opened(settings: Settings, path: Path, password: str | None) -> Iterator[Backup]:
    """Read a backup, and check it. Raises BackupError."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.data_dir))
    except OSError as error:
        raise BackupError(
            f"{settings.data_dir} cannot be written ({error.strerror}).",
            "Make it writable, or set HOTLINE_DATA_DIR to another folder.",
        ) from None
    try:
        yield Backup(folder, unpack(path, folder, password))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_the_way(settings: Settings) -> list[str]:
    """List what a restore would replace, each in a few words."""
    found = [f"{settings.config_dir / name}" for name in FOLDERS if any((settings.config_dir / name).glob("*"))]
    found += [f"{settings.data_dir / name}" for name in KEPT if (settings.data_dir / name).exists()]
    if has_rows(settings.database_url):
        found.append(f"the database ({database_address(settings.database_url).render_as_string(hide_password=True)})")
    return found


def put_back(settings: Settings, backup: Backup, say: Say) -> None:
    """Put a backup in place of what is there. Raises BackupError or DatabaseUnavailable.

    The database goes first, all of it or nothing: if it refuses, no file has changed.
    """
    say("The database ...")
    if backup.about["revision"]:
        tables = {Path(name).stem: _rows(backup, name) for name in backup.contents.files if name.startswith("tables/")}
        fill(settings.database_url, backup.about["revision"], tables)
    say("The files ...")
    places = [("files", settings.config_dir, FOLDERS), ("data", settings.data_dir, KEPT)]
    try:
        for source, target, names in places:
            for name in names:
                _replace(backup.folder / source / name, target / name, private=source == "data")
    except OSError as error:
        raise BackupError(
            f"{error.filename or target} cannot be written ({error.strerror}).",
            "Make it writable, then restore again.",
        ) from None


def _rows(backup: Backup, name: str) -> Iterator[dict[str, Any]]:
    with (backup.folder / name).open("rb") as file:
        for line in file:
            yield json.loads(line)


def _replace(source: Path, target: Path, *, private: bool) -> None:
    """Put a file or the content of a folder in place of another. The folder itself stays: it may be a mount."""
    if target.is_dir():
        for old in list(target.iterdir()):
            _remove(old)
    else:
        target.unlink(missing_ok=True)
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for new in sorted(source.iterdir()):
            shutil.move(new, target / new.name)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
    if not private and target.is_dir():  # a coordinator's editor, and git, may read them
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def other_key(settings: Settings, backup: Backup) -> bool:
    """Return whether the environment has another secret key than the backup."""
    kept = backup.folder / "data" / _KEY
    return settings.secret_key is not None and kept.is_file() and kept.read_text().strip() != settings.secret_key


def password_in(path: Path | None) -> str | None:
    """The password in a file: its first line. None: no file. Raises BackupError if there is none in it."""
    if path is None:
        return None
    try:
        password = path.read_text("utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BackupError(
            f"The password file {path} cannot be read ({why}).",
            "Write the password into its first line.",
        ) from None
    if not password or not password[0].strip():
        raise BackupError(
            f"The password file {path} is empty.",
            "Write the password into its first line.",
        )
    return password[0].strip()


def new_name(folder: Path, now: datetime, *, encrypted: bool) -> Path:
    """The default name of a backup: `hotline-2026-11-29T1830.tar.gz`, with `.age` if it is encrypted."""
    return folder / f"hotline-{now:%Y-%m-%dT%H%M%S}.tar.gz{'.age' if encrypted else ''}"
