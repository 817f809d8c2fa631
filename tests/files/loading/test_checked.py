"""`hotline check` takes what an earlier one found clean from disk, and finds the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from hotline.clock import now
from hotline.files import Finding, load
from hotline.files.loading.checked import MANY, check_folder, findings_of
from tests.files.loading import many_lines
from tests.files.loading.many_lines import flow, write, write_lines
from tests.files.other_rotas import OTHERS_FLOW, with_leaders
from tests.files.sounds import tone

LINES = 6
BACKUP = "backup: [amy, ben]\n"


def rota(line: int) -> str:
    return many_lines.rota(line) + BACKUP


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    return write_lines(tmp_path / "config", LINES, BACKUP)


def entries(config: Path) -> list[Path]:
    return list((config.parent / "var" / "compiled").glob("*.checked"))


def check(config: Path) -> tuple[list[str], list[Finding]]:
    loaded, findings = check_folder(config, (), config.parent / "var" / "compiled", now())
    return [hotline.flow.name for hotline in loaded.hotlines.values()], findings


def check_anew(config: Path) -> tuple[list[str], list[Finding]]:
    loaded = load(config)
    return [hotline.flow.name for hotline in loaded.hotlines.values()], findings_of(loaded, now())


def written(config: Path) -> dict[str, int]:
    """When each entry was written."""
    return {path.name: path.stat().st_mtime_ns for path in entries(config)}


def test_the_second_check_looks_at_what_changed(config: Path) -> None:
    assert check(config) == check_anew(config)
    before = written(config)
    assert len(before) == LINES
    assert check(config) == check_anew(config)
    assert written(config) == before, "nothing was looked at again"
    write(config, "rota/line3.yaml", rota(3).replace("Amy Okafor", "Ana"))
    assert check(config) == check_anew(config)
    after = written(config)
    assert len(after.items() & before.items()) == LINES - 1
    assert sum(b"Ana" in path.read_bytes() for path in entries(config)) == 1
    assert len(after) == LINES, "nothing is left of what is no longer in the files"


def test_any_edits_come_to_the_same_as_checking_everything(config: Path) -> None:
    """Seeded edits of every kind: with findings of every severity, with things that change with time, and broken."""
    others = with_leaders()
    away = f"away:\n  - {{who: amy, from: {now().date()}, to: {(now() + timedelta(days=3)).date()}}}\n"
    kinds: dict[str, list[str | bytes | None]] = {
        "call_flows/rise.yaml": [OTHERS_FLOW, OTHERS_FLOW.replace("ring: leaders", "ring: leadres"), None],
        "rota/rise.yaml": [others["rota/rise.yaml"], "timezone: [", None],
        "rota/leaders.yaml": [others["rota/leaders.yaml"], None],
        "rota/unused.yaml": [rota(9), None],
        "call_flows/line0.yml": [flow(0), None],
        "call_flows/sounds/hello.wav": [tone(1), b"no sound", None],
    }
    for line in range(LINES):
        kinds[f"call_flows/line{line}.yaml"] = [flow(line), flow((line + 1) % LINES), "x: [", None]
        kinds[f"rota/line{line}.yaml"] = [rota(line), rota(line).replace(f"01{40 + line}", "0171"), rota(line) + away]
        kinds[f"rota/line{line}.yaml"] += [rota(line).replace(BACKUP, ""), rota(line).replace("[amy, ben]}", "[amy]}")]
    kinds["call_flows/line1.yaml"] += [flow(1).replace("  welcome:\n", "  welcome:\n    play: hello\n", 1)]
    kinds["call_flows/line2.yaml"] += [flow(2).replace("steps:", "rota: lin3\nsteps:")] * 2
    chance = Random(5)
    for step in range(60):
        path = chance.choice(sorted(kinds))
        write(config, path, chance.choice(kinds[path]))
        assert check(config) == check_anew(config), (step, path)


def test_a_gap_that_comes_into_sight_is_told_of_in_time(config: Path) -> None:
    """A rota that ends in eight and a half weeks is looked at each time."""
    until = (now() + timedelta(weeks=8, days=3)).date()
    write(
        config, "rota/line1.yaml", rota(1).replace("on_call: [amy, ben]}", f"on_call: [amy, ben], until: {until}}}", 1)
    )
    check(config)
    assert len(entries(config)) == LINES - 1


def test_many_files_are_looked_at_by_two_processes_with_the_same_findings(config: Path) -> None:
    for path, raw in with_leaders(OTHERS_FLOW).items():
        write(config, path, raw)
    write(config, "rota/line1.yaml", "timezone: [")
    for line in range(LINES, MANY // 2 + 10):
        write(config, f"call_flows/many{line}.yaml", flow(line).replace("555 01", "556 0"))
        write(config, f"rota/many{line}.yaml", rota(2))
    steps: list[int] = []

    def follow(going: Iterator[list[bytes]], count: int) -> Iterator[list[bytes]]:
        for one in going:
            steps.append(count)
            yield one

    loaded, findings = check_folder(config, (), config.parent / "var" / "compiled", now(), follow)
    assert ([hotline.flow.name for hotline in loaded.hotlines.values()], findings) == check_anew(config)
    assert len(steps) == steps[0] > 1
    assert check(config) == check_anew(config)


def test_files_of_two_pieces_that_disagree_are_found(config: Path) -> None:
    """A number claimed twice, a phone that is a hotline, a name given twice, a rota that is rung in unusual words."""
    numbers = range(LINES, MANY // 2 + 10)

    def many(line: int, number: int, rota: str = "") -> str:
        return flow(line, rota).replace(f"555 01{70 + line}", f"556 {1_000 + number}")

    for line in numbers:
        write(config, f"call_flows/many{line}.yaml", many(line, line))
        write(config, f"rota/many{line}.yaml", rota(2).replace("0142", f"{2_000 + line}"))
    assert check(config) == check_anew(config)
    assert len(entries(config)) == LINES + len(numbers)
    write(config, "call_flows/many11.yaml", many(11, 90))
    write(config, "call_flows/many12.yaml", many(12, 12, "many92").replace("rota:", '"r\\x6fta":'))
    write(config, "rota/many13.yaml", rota(2).replace("555 0142", "556 1093"))
    write(config, "call_flows/many94.yml", many(94, 94))
    for path in entries(config):
        path.unlink()
    assert check(config) == check_anew(config)
    found = {(one.code, one.file) for one in check(config)[1] if one.severity == "error"}
    assert {("number-claimed-twice", "call_flows/many90.yaml"), ("phone-is-hotline", "rota/many13.yaml")} <= found
    assert check(config) == check_anew(config), "from what was written"


def test_nothing_is_written_where_there_is_no_data_directory(config: Path) -> None:
    (config.parent / "var").rmdir()
    assert check(config) == check_anew(config)
    assert not (config.parent / "var").exists()


def test_a_file_that_cannot_be_read_is_told_of(config: Path) -> None:
    check(config)
    path = config / "rota/line2.yaml"
    path.unlink()
    path.symlink_to(config / "nowhere")
    assert check(config) == check_anew(config)
    assert "file-unreadable" in {one.code for one in check(config)[1]}
