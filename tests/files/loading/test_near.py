"""One hotline of many is read without the others, and comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.files import load
from hotline.files.loading.near import load_near
from tests.files.good import FLOW, ROTA
from tests.files.other_rotas import OTHERS_FLOW, with_leaders

LINES = 12


@pytest.fixture
def config(tmp_path: Path) -> Path:
    files = {path: raw.decode() for path, raw in with_leaders(OTHERS_FLOW).items()}
    for number in range(LINES):
        flow = FLOW.replace("name: RISE", f"name: Line {number}").replace("555 0100", f"555 01{70 + number}")
        files[f"call_flows/line{number}.yaml"] = flow
        files[f"rota/line{number}.yaml"] = ROTA
    files["call_flows/shares.yaml"] = FLOW.replace("555 0100", "555 0190").replace("steps:", "rota: line2\nsteps:")
    files["call_flows/thief.yaml"] = FLOW.replace("555 0100", "555 0173").replace("steps:", "rota: line4\nsteps:")
    files["rota/line5.yaml"] = ROTA.replace("555 0112", "555 0176")
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("line1", {"line1"}),
        ("Line 1", {"line1"}),
        ("rise", {"rise"}),
        ("leaders", {"rise"}),
        ("line2", {"line2", "shares"}),
    ],
)
def test_a_line_is_read_with_those_it_has_to_do_with_and_no_others(config: Path, name: str, reads: set[str]) -> None:
    near, everything = load_near(config, name).hotlines, load(config).hotlines
    assert near.keys() == reads
    for id, hotline in near.items():
        assert (hotline.flow, hotline.rota) == (everything[id].flow, everything[id].rota)
        assert hotline.others.keys() == everything[id].others.keys()


@pytest.mark.parametrize("name", ["line3", "thief", "line5"])
def test_what_breaks_a_line_in_another_file_breaks_it_here_too(config: Path, name: str) -> None:
    """A number claimed twice, and a volunteer whose phone is a hotline."""
    assert name not in load(config).hotlines
    assert name not in load_near(config, name).hotlines
