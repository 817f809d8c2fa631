"""Folders with the files of several hotlines, for tests of what is read again after an edit."""

from __future__ import annotations

from pathlib import Path

from tests.files.good import FLOW, ROTA
from tests.files.other_rotas import OTHERS_FLOW, with_leaders
from tests.files.sounds import tone


def flow(line: int, rota: str = "") -> str:
    """The call flow of a hotline, with a number of its own; `rota`: the one it rings, if not that of its own name."""
    text = FLOW.replace("name: RISE", f"name: Line {line}").replace("555 0100", f"555 01{70 + line}")
    return text.replace("steps:", f"rota: {rota}\nsteps:") if rota else text


def rota(line: int) -> str:
    """Its rota, whose volunteers have phones of their own."""
    return ROTA.replace("0111", f"01{40 + line}").replace("0112", f"01{60 + line}")


def write(config: Path, path: str, content: str | bytes | None) -> None:
    """Write a file, or remove it."""
    target = config / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        target.unlink(missing_ok=True)
    else:
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_lines(config: Path, count: int, also: str = "") -> Path:
    """Write the files of so many hotlines, `also` into each rota; the folder."""
    for line in range(count):
        write(config, f"call_flows/line{line}.yaml", flow(line))
        write(config, f"rota/line{line}.yaml", rota(line) + also)
    return config


def every_kind(lines: int) -> dict[str, list[str | bytes | None]]:
    """Contents of every kind for the files of so many hotlines: good, broken, gone, disagreeing, with sounds and rotas
    of others.
    """
    others, hours = with_leaders(), "open:\n  - {days: mon, hours: 09:00-17:00}\nclosed: goodbye\nsteps:"
    kinds: dict[str, list[str | bytes | None]] = {
        "call_flows/rise.yaml": [OTHERS_FLOW, OTHERS_FLOW.replace("ring: leaders", "ring: leadres"), None],
        "rota/rise.yaml": [others["rota/rise.yaml"], "timezone: [", None],
        "rota/leaders.yaml": [others["rota/leaders.yaml"], "timezone: [", None],
        "call_flows/line0.yml": [flow(0), None],
        "call_flows/sounds/hello.wav": [tone(1), tone(2), b"no sound", None],
    }
    for n in range(lines):
        kinds[f"call_flows/line{n}.yaml"] = [flow(n), flow(n, "line1"), flow((n + 1) % lines), "x: [", None]
        kinds[f"rota/line{n}.yaml"] = [rota(n), rota(n).replace(f"01{40 + n}", "0171"), "", None]
    kinds["call_flows/line1.yaml"] += [flow(1).replace("  welcome:\n", "  welcome:\n    play: hello\n", 1)] * 2
    kinds["call_flows/line2.yaml"] += [flow(2).replace("steps:", hours, 1)] * 2
    kinds["rota/line4.yaml"] += [rota(4).replace("[amy, ben]}", "[amy], until: 2026-01-20}", 1)] * 2
    return kinds
