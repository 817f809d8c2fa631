"""`hotline backup` and `hotline restore`: one file has all that is needed elsewhere.

tests/test_wheel.py takes a call on a restored hotline.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from hotline.cli import group
from hotline.commands.support.backups import KEPT, LEFT_OUT
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.errors import HotlineError
from hotline.settings import read_settings
from hotline.store import private
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.disk.single_process import SingleProcess
from hotline.store.disk.spool import Spool
from tests.faults.system import BIN
from tests.files.good import texts
from tests.servers import PostgreSQL

START = 1_790_000_000
AFTER_0009 = {"cover_requests", "cover_asked", "volunteer_choices"}


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.remove()


def place(folder: Path, **more: str) -> dict[str, str]:
    """The settings of a deployment in a folder."""
    config, data = str(folder), str(folder / "var")
    return {"HOTLINE_CONFIG_DIR": config, "HOTLINE_DATA_DIR": data, "COLUMNS": "100", **more}


def run(environment: dict[str, str], *words: str | Path) -> Result:
    return CliRunner(env=environment).invoke(group, [str(word) for word in words], prog_name="hotline")


def ended(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as its user has it."""
    return subprocess.run(
        [BIN / "hotline", *words],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def fails(environment: dict[str, str], *words: str | Path) -> str:
    """What a command that has to fail says."""
    error = run(environment, *words).exception
    assert isinstance(error, HotlineError), error
    return str(error)


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """A deployment with files, sounds, people, a call in the database and one that still waits in the spool."""
    folder = tmp_path / "here"
    for path, raw in texts().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    (folder / "call_flows/sounds").mkdir()
    (folder / "call_flows/sounds/welcome.wav").write_bytes(b"RIFF....WAVE")
    environment = place(folder)
    settings = read_settings(environment)
    log = CallLog(settings.database_url)
    log.write(
        [LogEntry("one", "rise", CallMoment.STARTED, START), LogEntry("one", "rise", CallMoment.ENDED, START + 9)]
    )
    log.close()
    spool = Spool(settings.spool_dir)
    spool.append(LogEntry("two", "rise", CallMoment.STARTED, START + 60))
    spool.close()
    run(environment, "people", "add", "Ana Ruiz")
    (folder / "var/secret-key").write_text("0123456789abcdef" * 4)
    (folder / "var/hotline.log").write_text("a line\n")
    return environment


def rows(environment: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database, by table."""
    database = Database(read_settings(environment).database_url)
    found = {}
    with database.transaction() as connection:
        for name in ("calls", "people", "people_links", "audit", "day_totals", "rounded_until", "texts_sent"):
            found[name] = sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}")))
    database.close()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_restored_elsewhere_whatever_the_database(
    here: dict[str, str], tmp_path: Path, postgresql: PostgreSQL, kind: str
) -> None:
    password, backup = tmp_path / "password", tmp_path / "backup.age"
    password.write_text("correct horse\nnot this line\n")
    made = run(here, "backup", backup, "--password-file", password)
    assert made.exit_code == 0, made.output
    assert "Calls: 2." in made.output, "the spool was emptied first"
    assert backup.stat().st_mode & 0o077 == 0
    assert pyrage.passphrase.decrypt(backup.read_bytes(), "correct horse")[:2] == b"\x1f\x8b", "age can open it"

    (tmp_path / "there").mkdir()
    url = {"DATABASE_URL": postgresql.new_database("restored")} if kind == "postgresql" else {}
    there = place(tmp_path / "there", **url)
    done = run(there, "restore", backup, "--password-file", password)
    assert done.exit_code == 0, done.output
    assert rows(there) == rows(here)
    for name in [*texts(), "call_flows/sounds/welcome.wav", "var/secret-key"]:
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name
    assert (tmp_path / "there/var/secret-key").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "there/var/hotline.log").exists()
    assert not list((tmp_path / "there/var").glob(".restore-*"))
    assert ended(there, "people", "add", "New Person").returncode == 0, "numbers continue after the last"
    again = ended(there, "restore", backup, "--password-file", password, "--replace")
    assert again.returncode == 0, again.stderr
    assert rows(there) == rows(here), "what came since is gone, and no table is there twice"


def test_a_backup_of_an_earlier_release_is_brought_up_to_date(here: dict[str, str], tmp_path: Path) -> None:
    backup, older = tmp_path / "backup.tar.gz", tmp_path / "older.tar.gz"
    run(here, "backup", backup)
    rewritten(backup, older, revision="0008", drop={"calls": "rounded"}, without={"rounded_until", *AFTER_0009})
    (tmp_path / "there").mkdir()
    there = place(tmp_path / "there")
    done = run(there, "restore", older)
    assert done.exit_code == 0, done.output
    assert rows(there)["calls"] == rows(here)["calls"]
    newer = tmp_path / "newer.tar.gz"
    rewritten(backup, newer, revision="9999")
    assert "newer release" in fails(there, "restore", newer, "--replace")
    assert rows(there)["calls"] == rows(here)["calls"], "nothing was changed"


def rewritten(
    source: Path,
    target: Path,
    *,
    revision: str,
    drop: dict[str, str] | None = None,
    without: frozenset[str] | set[str] = frozenset(),
) -> None:
    """A backup as another release would have made it."""
    from hotline.store.disk.archive import writing

    with tarfile.open(source) as archive, writing(target, None) as backup:
        about = {}
        for info in archive:
            file = archive.extractfile(info)
            assert file is not None
            content, name = file.read(), Path(info.name).stem
            if info.name == "contents.json":
                about = json.loads(content)["about"]
                continue
            if info.name.startswith("tables/") and name in without:
                continue
            if drop and info.name.startswith("tables/") and name in drop:
                kept = [{k: v for k, v in json.loads(line).items() if k != drop[name]} for line in content.splitlines()]
                content = b"".join(json.dumps(row).encode() + b"\n" for row in kept)
            backup.add(info.name, content)
        backup.finish({**about, "revision": revision})


def test_nothing_is_replaced_unasked_and_what_was_there_is_kept(here: dict[str, str], tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.gz"
    run(here, "backup", backup)
    rota = tmp_path / "here/rota/rise.yaml"
    changed = rota.read_text() + "# changed since\n"
    rota.write_text(changed)
    (tmp_path / "here/rota/new.yaml").write_text("volunteers: {}\n")
    told = fails(here, "restore", backup)
    assert f"This would be replaced:\n  {tmp_path}/here/call_flows\n  {tmp_path}/here/rota" in told
    assert "the database (sqlite:///" in told
    assert "Nothing was changed. Use --replace" in told
    assert rota.read_text() == changed
    done = run(here, "restore", backup, "--replace")
    assert done.exit_code == 0, done.output
    assert rota.read_bytes() == texts()["rota/rise.yaml"]
    assert not (tmp_path / "here/rota/new.yaml").exists()
    [before] = (tmp_path / "here/var").glob("before-restore-*.tar.gz")
    assert run(here, "restore", before, "--replace").exit_code == 0
    assert rota.read_text() == changed


def test_what_cannot_be_restored_is_named_and_changes_nothing(here: dict[str, str], tmp_path: Path) -> None:
    plain, sealed, password = tmp_path / "b.tar.gz", tmp_path / "b.age", tmp_path / "password"
    password.write_text("right\n")
    run(here, "backup", plain)
    run(here, "backup", sealed, "--password-file", password)
    wrong, empty = tmp_path / "wrong", tmp_path / "empty"
    wrong.write_text("wrong\n")
    empty.write_text("\n")
    (tmp_path / "there").mkdir()
    there = place(tmp_path / "there")
    whole = sealed.read_bytes()
    cut, other, flipped = tmp_path / "cut.age", tmp_path / "other", tmp_path / "flipped.tar.gz"
    cut.write_bytes(whole[:-20])
    other.write_text("volunteers: {}\n")
    raw = bytearray(plain.read_bytes())
    raw[len(raw) // 2] ^= 1
    flipped.write_bytes(raw)
    short = tmp_path / "short.tar.gz"
    short.write_bytes(plain.read_bytes()[:-200])
    assert "is encrypted" in fails(there, "restore", sealed)
    assert f"This is not the password of {sealed}" in fails(there, "restore", sealed, "--password-file", wrong)
    assert f"{cut} is cut short or damaged" in fails(there, "restore", cut, "--password-file", password)
    assert f"{short} is cut short or damaged" in fails(there, "restore", short)
    assert f"{flipped} is cut short or damaged" in fails(there, "restore", flipped)
    assert f"hotline: {short} is cut short" in ended(there, "restore", short).stderr
    assert f"{other} is not a backup of Hotline" in fails(there, "restore", other)
    assert f"The password file {empty} is empty" in fails(there, "restore", sealed, "--password-file", empty)
    assert f"{tmp_path}/nowhere cannot be read (No such file" in fails(there, "restore", tmp_path / "nowhere")
    assert "cannot be written (No such file" in fails(here, "backup", tmp_path / "nowhere/b.tar.gz")
    assert "is whole" in run(there, "restore", plain, "--check").output
    assert not (tmp_path / "there/rota").exists()


def test_a_backup_that_this_machine_is_too_slow_for_is_not_called_damaged(here: dict[str, str], tmp_path: Path) -> None:
    sealed, password = tmp_path / "b.age", tmp_path / "password"
    password.write_text("right\n")
    run(here, "backup", sealed, "--password-file", password)
    slow, changed = re.subn(rb"(-> scrypt \S+) \d+\n", rb"\1 60\n", sealed.read_bytes(), count=1)
    assert changed
    sealed.write_bytes(slow)
    assert "This machine is too busy or too slow" in fails(here, "restore", sealed, "--password-file", password)


def test_a_running_hotline_is_not_restored_over(here: dict[str, str], tmp_path: Path) -> None:
    backup = tmp_path / "b.tar.gz"
    run(here, "backup", backup)
    running = SingleProcess(Path(here["HOTLINE_DATA_DIR"]) / "up.lock")
    assert running.take()
    try:
        assert "Hotline is running with the data directory" in fails(here, "restore", backup, "--replace")
    finally:
        running.give_up()


def test_each_name_in_the_data_directory_is_kept_or_left_out_on_purpose() -> None:
    for name in private._NAMES:
        assert any(fnmatch.fnmatch(name.rstrip("*"), one.rstrip("*") + "*") for one in (*KEPT, *LEFT_OUT)), name
