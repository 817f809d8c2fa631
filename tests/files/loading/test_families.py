"""After an edit, only what it touches is read again, and the outcome is the same as reading everything."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from hotline.core.calls.flow import Hotline
from hotline.files.loading.compiled import CompiledFamilies, can_be_kept
from hotline.files.loading.families import Family, errors_of, read_families
from hotline.files.loading.folder import Folder, stamp_of
from tests.files.loading.many_lines import every_kind, flow, rota, write, write_lines
from tests.files.other_rotas import OTHERS_FLOW, with_leaders

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LINES = 5


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "config", LINES)


class Looks:
    """Looks at a folder, one after another. `new` are the families that the last look read."""

    def __init__(self, config: Path, known: Iterable[Family] = ()) -> None:
        self.config, self.families, self.folder = config, list(known), None
        self.new: list[Family] = []

    folder: Folder | None

    def look(self) -> dict[str, Hotline]:
        self.folder = Folder(self.config, stamp_of(self.config), self.folder)
        good, self.new = read_families(self.folder, self.families, (), NOW)
        self.families = [*good, *self.new]
        self.folder.forget()
        return {hotline.id: hotline for family in self.families for hotline in family.hotlines}

    @property
    def made(self) -> set[str]:
        """The files of the families that were made."""
        return {Path(path).name for family in self.new for path in family.digests}


def told(looks: Looks) -> object:
    """Everything that calls and health see of a folder, after another look."""
    hotlines = looks.look()
    assert looks.folder is not None
    return (
        {
            id: (one.flow, one.rota, one.others.keys(), one.sounds, opening(one), len(one.schedule.opening))
            for id, one in sorted(hotlines.items())
        },
        {(error.code, error.file, error.line) for error in errors_of(looks.folder, looks.families)},
        {file for family in looks.families for file in family.without_anybody},
    )


def told_anew(config: Path) -> object:
    """The same, by reading everything."""
    return told(Looks(config))


def opening(hotline: Hotline) -> object:
    return hotline.opening and hotline.opening.rota.shifts


def test_one_edited_file_is_read_and_its_line_made_and_no_other(config: Path) -> None:
    looks = Looks(config)
    looks.look()
    assert looks.folder is not None
    assert (looks.folder.read, len(looks.new)) == (2 * LINES, LINES)
    write(config, "rota/line3.yaml", rota(3).replace("Amy Okafor", "Ana"))
    hotlines = looks.look()
    assert looks.folder.read == 2, "the edited file, and the call flow that it belongs to"
    assert looks.made == {"line3.yaml"}
    assert hotlines["line3"].rota.volunteers["amy"].name == "Ana"
    looks.look()
    assert (looks.folder.read, looks.new) == (0, [])


@pytest.mark.parametrize(
    ("path", "content", "touched"),
    [
        ("call_flows/thief.yaml", flow(2, "line1"), {"thief.yaml", "line1.yaml", "line2.yaml"}),
        ("rota/spare.yaml", rota(9).replace("0149", "0174"), {"spare.yaml", "line4.yaml"}),
        ("rota/line0.yaml", rota(0).replace("0140", "0174"), {"line0.yaml", "line4.yaml"}),
        ("rota/line2.yml", rota(2), {"line2.yaml", "line2.yml"}),
        ("call_flows/line1.yaml", None, {"line1.yaml"}),
    ],
    ids=["a number claimed twice", "a phone that is a hotline", "the same in use", "a name twice", "a rota left alone"],
)
def test_what_an_edit_disagrees_with_is_read_again_too(
    config: Path, path: str, content: str | None, touched: set[str]
) -> None:
    looks = Looks(config)
    before, was = told(looks), (config / path).read_bytes() if (config / path).exists() else None
    write(config, path, content)
    after = told(looks)
    assert looks.made == touched
    assert after == told_anew(config)
    write(config, path, was)
    assert told(looks) == before


def test_any_edits_come_to_the_same_as_reading_everything(config: Path) -> None:
    """Seeded edits of every kind, one after another: good, broken, gone, disagreeing, with sounds and other rotas."""
    kinds = every_kind(LINES)
    chance, looks = Random(7), Looks(config)
    made = 0
    for step in range(100):
        path = chance.choice(sorted(kinds))
        write(config, path, chance.choice(kinds[path]))
        outcome = told(looks)
        made += len(looks.new)
        assert outcome == told_anew(config), (step, path)
    assert made < 100 * 3, "and not by reading everything each time"


class TestOnDisk:
    """What was made is on disk for the next process that starts."""

    def test_a_start_makes_nothing_that_an_earlier_one_made(self, config: Path, tmp_path: Path) -> None:
        write(config, "call_flows/rise.yaml", OTHERS_FLOW)
        for path, text in with_leaders().items():
            write(config, path, text)
        first = Looks(config)
        before = told(first)
        kept = CompiledFamilies(tmp_path / "compiled", ())
        kept.keep(first.new, first.families)
        second = Looks(config, kept.load())
        assert told(second) == before
        assert second.new == []
        line = second.look()["rise"]
        assert line.others["leaders"].rota == line.with_people("leaders").rota
        write(config, "rota/line3.yaml", rota(3) + "# edited\n")
        second.look()
        assert second.made == {"line3.yaml"}

    def test_holidays_zones_and_days_off_are_as_before(self, config: Path, tmp_path: Path) -> None:
        holidays = "holidays: {country: US, region: MD, also: [2026-01-08]}\n"
        away = "away:\n  - {who: ben, from: 2026-01-06, to: 2026-01-07}\n"
        write(config, "rota/line0.yaml", rota(0) + holidays + away + "backup: [amy]\n")
        kept, first = CompiledFamilies(tmp_path / "compiled", ()), Looks(config)
        one = first.look()["line0"]
        kept.keep(first.new, first.families)
        other = {hotline.id: hotline for family in kept.load() for hotline in family.hotlines}["line0"]
        assert other.rota.zone is one.rota.zone
        for day in (date(2026, 1, 8), date(2026, 1, 19), date(2026, 1, 20)):
            assert other.rota.holidays.get(day) == one.rota.holidays.get(day)
        for day in range(1, 32):
            at = datetime(2026, 1, day, 15, tzinfo=UTC)
            assert other.schedule.at(at) == one.schedule.at(at)

    def test_nothing_is_left_of_what_is_no_longer_in_the_files(self, config: Path, tmp_path: Path) -> None:
        kept, looks = CompiledFamilies(tmp_path / "compiled", ()), Looks(config)
        looks.look()
        kept.keep(looks.new, looks.families)
        write(config, "rota/line3.yaml", rota(3).replace("Amy Okafor", "Ana"))
        looks.look()
        kept.keep(looks.new, looks.families)
        found = [path for path in (tmp_path / "compiled").iterdir() if path.suffix == ".family"]
        assert len(found) == LINES
        assert all(path.stat().st_mode & 0o077 == 0 for path in found)
        assert sum(b"Ana" in path.read_bytes() for path in found) == 1
        assert sum(b"Amy Okafor" in path.read_bytes() for path in found) == LINES - 1

    def test_entries_are_used_only_by_the_settings_and_the_user_that_wrote_them(
        self, config: Path, tmp_path: Path
    ) -> None:
        kept, looks = CompiledFamilies(tmp_path / "compiled", ()), Looks(config)
        looks.look()
        kept.keep(looks.new, looks.families)
        assert CompiledFamilies(tmp_path / "compiled", ("US",)).load() == []
        entries = [path for path in (tmp_path / "compiled").iterdir() if path.suffix == ".family"]
        entries[0].chmod(0o666)
        entries[1].write_bytes(entries[2].read_bytes())
        entries[3].write_bytes(entries[3].read_bytes()[:-40])
        assert len(kept.load()) == LINES - 3

    def test_an_entry_that_would_run_something_runs_nothing(self, config: Path, tmp_path: Path) -> None:
        class Evil:
            def __reduce__(self) -> object:
                return os.mkdir, (str(tmp_path / "ran"),)

        kept, looks = CompiledFamilies(tmp_path / "compiled", ()), Looks(config)
        looks.look()
        kept.keep(looks.new, looks.families)
        for entry in (tmp_path / "compiled").glob("*.family"):
            entry.write_bytes(pickle.dumps(Evil()))
        assert kept.load() == []
        assert not (tmp_path / "ran").exists()

    def test_lines_with_errors_or_sounds_are_read_from_their_files(self, config: Path) -> None:
        write(config, "rota/line0.yaml", "x: [")
        write(config, "call_flows/line1.yaml", flow(1).replace("  welcome:\n", "  welcome:\n    play: hello\n", 1))
        looks = Looks(config)
        looks.look()
        refused = {Path(path).stem for one in looks.new if not can_be_kept(one) for path in one.digests}
        assert refused == {"line0", "line1"}

    def test_a_folder_that_cannot_be_used_costs_nothing_but_time(self, config: Path, tmp_path: Path) -> None:
        (tmp_path / "a-file").write_text("")
        kept, looks = CompiledFamilies(tmp_path / "a-file" / "below", ()), Looks(config, [])
        looks.look()
        kept.keep(looks.new, looks.families)
        assert kept.load() == []
