"""Saving from the pages: never over somebody else's work, and every version is there afterwards."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.errors import FileChanged, FilesError
from hotline.files.edits import versions as versions_module
from hotline.files.edits.saving import SavedFiles
from hotline.files.edits.versions import Versions, digest
from tests.files.good import FLOW, ROTA, texts

FILE = "rota/rise.yaml"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for path, raw in texts().items():
        target = tmp_path / "config" / path
        target.parent.mkdir(parents=True)
        target.write_bytes(raw)
    return tmp_path / "config"


@pytest.fixture
def files(config: Path, tmp_path: Path) -> SavedFiles:
    return SavedFiles(config, Versions(tmp_path / "var" / "versions"), "on")


def edited(word: str) -> bytes:
    return ROTA.replace("Always", word).encode()


def test_a_save_replaces_the_text_its_editor_saw_and_keeps_both(files: SavedFiles, config: Path) -> None:
    saved = files.save(FILE, digest(ROTA.encode()), edited("Ever"), "Ana", "edit", NOW)
    assert (config / FILE).read_bytes() == edited("Ever")
    found = files.history(FILE, LATER)
    assert [(one.who, one.how) for one in found] == [("Ana", "edit"), ("", "outside")]
    assert found[0] == saved
    assert [files.versions.text(FILE, one.number) for one in found] == [edited("Ever"), ROTA.encode()]


def test_nothing_is_written_over_what_somebody_else_saved_meanwhile(files: SavedFiles, config: Path) -> None:
    base = digest(ROTA.encode())
    files.save(FILE, base, edited("Hers"), "Ana", "edit", NOW)
    with pytest.raises(FileChanged):
        files.save(FILE, base, edited("His"), "Bo", "edit", LATER)
    assert (config / FILE).read_bytes() == edited("Hers")
    assert [one.who for one in files.history(FILE, LATER)] == ["Ana", ""]


def test_of_many_who_save_at_once_over_the_same_text_one_does(files: SavedFiles, config: Path) -> None:
    def save(name: str) -> str | None:
        try:
            files.save(FILE, digest(ROTA.encode()), edited(name), name, "edit", NOW)
        except FileChanged:
            return None
        return name

    names = [f"N{number}" for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        [winner] = [one for one in pool.map(save, names) if one]
    assert (config / FILE).read_bytes() == edited(winner)
    assert [one.who for one in files.history(FILE, LATER)] == [winner, ""]


def test_a_change_from_outside_is_noticed_and_is_a_version_of_its_own(files: SavedFiles, config: Path) -> None:
    files.save(FILE, digest(ROTA.encode()), edited("Ever"), "Ana", "edit", NOW)
    (config / FILE).write_bytes(edited("By hand"))
    newest = files.history(FILE, LATER)[0]
    assert (newest.outside, newest.digest) == (True, digest(edited("By hand")))
    assert len(files.history(FILE, LATER)) == 3, "and only once"


def test_one_from_outside_just_before_a_save_is_not_lost(files: SavedFiles, config: Path) -> None:
    files.history(FILE, NOW)
    (config / FILE).write_bytes(edited("By hand"))
    files.save(FILE, digest(edited("By hand")), edited("Ever"), "Ana", "edit", LATER)
    kept = [files.versions.text(FILE, one.number) for one in files.history(FILE, LATER)]
    assert kept == [edited("Ever"), edited("By hand"), ROTA.encode()]


def test_a_save_keeps_the_mode_of_the_file_and_hides_versions_from_others(files: SavedFiles, config: Path) -> None:
    (config / FILE).chmod(0o640)
    files.save(FILE, digest(ROTA.encode()), edited("Ever"), "Ana", "edit", NOW)
    assert stat.S_IMODE((config / FILE).stat().st_mode) == 0o640
    kept = [path for path in (config.parent / "var" / "versions").rglob("*") if path.is_file()]
    assert len(kept) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_any_bytes_come_back_as_they_were(files: SavedFiles) -> None:
    odd = b"\xef\xbb\xbfa: 1\r\n\nb: \xff\r\n"
    with files.versions.locked():
        kept = files.versions.keep(FILE, odd, "Zo\u00eb\n", "edit", NOW)
    assert files.versions.text(FILE, kept.number) == odd
    assert files.versions.of(FILE) == [kept]


def test_the_oldest_versions_go_first(files: SavedFiles) -> None:
    with files.versions.locked():
        for number in range(versions_module.MOST_KEPT + 3):
            files.versions.keep(FILE, b"%d" % number, "Ana", "edit", NOW)
    found = files.versions.of(FILE)
    assert len(found) == versions_module.MOST_KEPT
    assert (found[0].number, found[-1].number) == (versions_module.MOST_KEPT + 3, 4)


def test_a_version_cut_off_by_a_full_disk_costs_no_other(files: SavedFiles, config: Path) -> None:
    files.save(FILE, digest(ROTA.encode()), edited("Ever"), "Ana", "edit", NOW)
    [newest, oldest] = files.history(FILE, NOW)
    path = config.parent / "var" / "versions" / FILE / f"{newest.number:08}.version"
    path.write_bytes(path.read_bytes()[:10])
    assert oldest in files.history(FILE, LATER)


@pytest.mark.parametrize(
    "file",
    [
        "rota/../rota/rise.yaml",
        "../etc/passwd",
        "rota/",
        "rota/.lock",
        "etc/passwd",
        "rise.yaml",
        "rota/a/b",
        "rota/\0",
    ],
)
def test_a_path_that_leads_elsewhere_is_no_file_of_ours(files: SavedFiles, file: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        files.versions.of(file)


def test_a_save_that_fails_leaves_no_version_behind(files: SavedFiles, config: Path) -> None:
    files.history(FILE, NOW)
    with pytest.raises(FilesError):
        files.save("rota/none.yaml", digest(b""), b"a: 1\n", "Ana", "edit", NOW)
    assert [one.how for one in files.history(FILE, LATER)] == ["outside"]


class TestWhereFilesAreNotWritten:
    def test_in_a_git_work_tree_unless_told_otherwise(self, config: Path, tmp_path: Path) -> None:
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
        versions = Versions(tmp_path / "versions")
        assert SavedFiles(config, versions).why_not(FILE) == "git"
        assert SavedFiles(config, versions, "on").why_not(FILE) is None
        assert SavedFiles(config, versions, practice=True).why_not(FILE) is None
        with pytest.raises(FilesError):
            SavedFiles(config, versions).save(FILE, digest(ROTA.encode()), edited("Ever"), "Ana", "edit", NOW)
        assert (config / FILE).read_text() == ROTA

    def test_where_it_is_switched_off(self, config: Path, tmp_path: Path) -> None:
        assert SavedFiles(config, Versions(tmp_path / "versions"), "off", practice=True).why_not(FILE) == "off"

    def test_where_there_is_no_such_folder(self, tmp_path: Path) -> None:
        assert SavedFiles(tmp_path / "none", Versions(tmp_path / "versions"), "on").why_not(FILE) == "read-only"


def test_the_flow_is_saved_like_the_rota(files: SavedFiles, config: Path) -> None:
    after = FLOW.replace("Thank you", "Thanks").encode()
    files.save("call_flows/rise.yaml", digest(FLOW.encode()), after, "Ana", "edit", NOW)
    assert (config / "call_flows/rise.yaml").read_bytes() == after
