"""Many files: one broken hotline costs no other, and what is on disk is what is read."""

from __future__ import annotations

from pathlib import Path

from hotline.files import load, load_texts, read_files
from tests.files.good import FLOW, ROTA, texts

NIGHT = FLOW.replace("RISE", "Night").replace("0100", "0177")


def test_one_broken_flow_stops_no_other() -> None:
    loaded = load_texts(
        {**texts(), "call_flows/night.yaml": NIGHT.replace("steps", "stops").encode(), "rota/night.yaml": ROTA.encode()}
    )
    assert loaded.hotlines.keys() == {"rise"}
    assert loaded.broken == {"night"}


def test_one_broken_rota_stops_only_the_flows_that_use_it() -> None:
    loaded = load_texts({**texts(), "call_flows/night.yaml": NIGHT.encode(), "rota/night.yaml": b"timezone: [\n"})
    assert loaded.hotlines.keys() == {"rise"}
    assert loaded.broken == {"night"}
    assert {one.file for one in loaded.findings} == {"rota/night.yaml"}


def test_two_flows_may_share_a_rota() -> None:
    shared = NIGHT.replace("steps:", "rota: rise\nsteps:")
    loaded = load_texts({**texts(), "call_flows/night.yaml": shared.encode()})
    assert loaded.findings == ()
    assert loaded.hotlines["night"].schedule is loaded.hotlines["rise"].schedule
    assert loaded.hotlines["night"].rota.id == "rise"


def test_a_number_claimed_twice_breaks_both_and_no_third() -> None:
    flows = {f"call_flows/{name}.yaml": FLOW.replace("steps:", "rota: rise\nsteps:").encode() for name in ("a", "b")}
    loaded = load_texts(
        {
            **flows,
            "call_flows/night.yaml": NIGHT.replace("steps:", "rota: rise\nsteps:").encode(),
            "rota/rise.yaml": ROTA.encode(),
        }
    )
    assert loaded.hotlines.keys() == {"night"}
    assert loaded.broken == {"a", "b"}


def test_a_volunteer_may_not_have_the_number_of_any_hotline() -> None:
    rota = ROTA.replace("+1 410 555 0112", "+1 410 555 0177")
    loaded = load_texts({**texts(rota=rota), "call_flows/night.yaml": NIGHT.encode(), "rota/night.yaml": ROTA.encode()})
    assert [(one.code, one.file) for one in loaded.findings] == [("phone-is-hotline", "rota/rise.yaml")]
    assert loaded.hotlines.keys() == {"night"}


def test_findings_are_sorted_by_file_line_and_column() -> None:
    loaded = load_texts(texts(flow=FLOW.replace("reach", "raech", 1), rota=ROTA.replace("[amy, ben]", "[zoe, yan]")))
    places = [(one.file, one.line, one.column) for one in loaded.findings]
    assert places == sorted(places)
    assert len(places) == 3


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def test_files_are_read_from_both_folders_and_nowhere_else(tmp_path: Path) -> None:
    more = {
        "call_flows/tests/rise.yaml": b"x",
        "call_flows/readme.md": b"x",
        "call_flows/.rise.yaml": b"x",
        "x.yaml": b"x",
    }
    write(tmp_path, {**texts(), **more})
    assert read_files(tmp_path) == texts()
    assert load(tmp_path).hotlines.keys() == {"rise"}


def test_both_endings_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"call_flows/rise.yml": FLOW.encode(), "rota/rise.yml": ROTA.encode()})
    assert load(tmp_path).hotlines.keys() == {"rise"}


def test_a_directory_with_nothing_in_it_is_told_of(tmp_path: Path) -> None:
    assert [one.code for one in load(tmp_path).findings] == ["no-call-flows"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    rota = b"\xef\xbb\xbf" + ROTA.replace("\n", "\r\n").encode()
    assert load_texts(texts(rota=rota)).findings == ()


def test_a_file_name_that_cannot_be_a_short_name_is_told_of() -> None:
    loaded = load_texts({"call_flows/rise line.yaml": FLOW.encode(), "rota/rise line.yaml": ROTA.encode()})
    assert [one.code for one in loaded.findings] == ["bad-name", "bad-name"]
    assert loaded.broken == {"rise line"}


def test_anchors_may_be_used_with_measure() -> None:
    rota = ROTA.replace("[amy, ben]", "&all [amy, ben]") + "backup: *all\n"
    loaded = load_texts(texts(rota=rota))
    assert loaded.findings == ()
    assert loaded.hotlines["rise"].rota.backup == ("amy", "ben")


def test_sections_left_blank_count_as_left_out() -> None:
    loaded = load_texts(texts(rota=ROTA + "away:\ncover:   # nobody yet\nbackup:\nrotations:\nringing:\n"))
    assert loaded.findings == ()


def test_a_file_can_hold_only_so_many_findings() -> None:
    rota = ROTA + "backup: [" + ", ".join(f"nobody{number}" for number in range(5000)) + "]\n"
    loaded = load_texts(texts(rota=rota))
    assert 100 < len(loaded.findings) < 300
    assert loaded.broken == {"rise"}


def test_notes_crowd_out_no_error() -> None:
    many = "".join(f'  v{n}: {{phone: "+1 410 555 {2000 + n}"}}\n' for n in range(600))
    rota = ROTA.replace("shifts:", many + "shifts:") + "ringing: {say: {en: ' '}}\n"
    assert load_texts(texts(rota=rota)).broken == {"rise"}
