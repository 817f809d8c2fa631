"""Folders with the files of several hotlines, for tests of what is read again after an edit."""

from __future__ import annotations

from pathlib import Path

from tests.files.good import FLOW, ROTA


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
