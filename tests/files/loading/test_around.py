"""An edit is checked with the files that it has to do with: the outcome is that of reading everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from hotline.core.calls.flow import by_rota
from hotline.errors import FilesError
from hotline.files.edits.checking import Checked, check_edit
from hotline.files.edits.proposal import propose
from hotline.files.loading.around import KnownFolder, load_edit
from hotline.files.loading.families import Family, read_families
from hotline.files.loading.folder import Folder, stamp_of
from hotline.files.loading.load import read_files
from tests.files.loading.many_lines import every_kind, flow, rota, write, write_lines
from tests.files.sounds import tone

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LINES = 5


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "config", LINES)


def families(config: Path) -> list[Family]:
    good, new = read_families(Folder(config, stamp_of(config)), (), (), NOW)
    return [*good, *new]


def look(config: Path, known: list[Family] | None = None) -> KnownFolder:
    """A look at a folder of which all is known, or `known`."""
    return KnownFolder(Folder(config, stamp_of(config)), families(config) if known is None else known, NOW)


def told(texts: Mapping[str, bytes], path: str, after: bytes) -> object:
    checked: Checked = check_edit(texts, path, after, NOW)
    about = [one for one in checked.known if one.file == path]
    hotlines = checked.loaded.hotlines
    line = (by_rota(hotlines.values()) if path.startswith("rota/") else hotlines).get(Path(path).stem)
    return checked.findings, checked.refusing, about, line and (line.flow, line.rota, line.others.keys(), line.sounds)


def test_any_edit_is_told_the_same_of_as_with_all_files_read(config: Path) -> None:
    """Seeded edits of every kind, in folders that earlier ones have left in every state."""
    kinds, chance = every_kind(LINES), Random(11)
    for step in range(25):
        path = chance.choice(sorted(kinds))
        write(config, path, chance.choice(kinds[path]))
        known = families(config)
        for _ in range(3):
            path = chance.choice([path for path in sorted(kinds) if not path.endswith(".wav")])
            after = chance.choice(kinds[path]) or ""
            raw = after if isinstance(after, bytes) else after.encode()
            if path not in read_files(config):
                continue
            told_of = told(look(config, known), path, raw)
            assert told_of == told(read_files(config), path, raw), (step, path)


def test_families_that_are_out_of_date_or_not_there_change_nothing(config: Path) -> None:
    known = families(config)
    write(config, "rota/line1.yaml", "timezone: [")
    write(config, "call_flows/line2.yaml", flow(2, "line1"))
    for some in (known, known[:2], []):
        for path, after in (("rota/line1.yaml", rota(1)), ("call_flows/line0.yaml", flow(3)), ("rota/line4.yaml", "")):
            texts = read_files(config)
            assert told(look(config, some), path, after.encode()) == told(texts, path, after.encode())


def test_other_files_are_not_read(config: Path) -> None:
    known = families(config)
    folder = Folder(config, stamp_of(config))
    again = Folder(config, folder.stamp, folder)
    assert again.read == 0
    texts = KnownFolder(again, known, NOW)
    check_edit(texts, "rota/line3.yaml", rota(3).replace("Amy Okafor", "Ana").encode(), NOW)
    assert again.read == 2, "the rota as it was, and its call flow"
    check_edit(texts, "rota/line3.yaml", rota(3).replace("0143", "0174").encode(), NOW)
    assert again.read == 4, "and the hotline whose number it now claims"


def test_a_sound_that_another_hotline_plays_is_not_told_of(config: Path) -> None:
    plays = flow(1).replace("  welcome:\n", "  welcome:\n    play: hello\n", 1)
    write(config, "call_flows/line1.yaml", plays)
    write(config, "call_flows/sounds/hello.wav", tone(1))
    checked = check_edit(look(config), "call_flows/line0.yaml", flow(0).encode() + b"# more\n", NOW)
    assert [one.code for one in checked.findings] == []
    checked = check_edit(look(config), "call_flows/line1.yaml", flow(1).encode(), NOW)
    assert [one.code for one in checked.findings] == ["sound-without-step"]


def test_new_files_and_a_folder_without_any(config: Path, tmp_path: Path) -> None:
    new = {"call_flows/thief.yaml": flow(2, "line1").encode()}
    before, after = load_edit(look(config), new, ())
    assert {one.code for one in before.findings} == set()
    assert {one.code for one in after.findings if one.severity == "error"} == {"number-claimed-twice"}
    (tmp_path / "none").mkdir()
    before, after = load_edit(look(tmp_path / "none"), {"rota/a.yaml": rota(1).encode()}, ())
    assert [one.code for one in before.findings] == ["no-call-flows"]
    assert "no-call-flows" in [one.code for one in after.findings]


def test_an_entry_is_proposed_with_the_same_outcome(config: Path) -> None:
    def edit(text: str) -> str:
        return text + "backup: [amy]\n"

    few, all_of_them = (propose(texts, "line2", edit) for texts in (look(config), read_files(config)))
    assert (few.after, few.diff, few.warnings) == (all_of_them.after, all_of_them.diff, all_of_them.warnings)
    assert few.new.rota == all_of_them.new.rota
    write(config, "rota/line2.yaml", "timezone: [")
    with pytest.raises(FilesError, match="has errors"):
        propose(look(config), "line2", edit)
