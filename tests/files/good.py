"""A small hotline with nothing wrong, for tests that break one thing."""

from __future__ import annotations

from pathlib import Path

from hotline.files.findings.finding import Fix

FLOW = """\
name: RISE
numbers: ["+1 410 555 0100"]
steps:
  welcome:
    say: {en: To be connected press 1.}
    menu: {"1": reach}
    no_key: reach
  reach:
    ring: on_call
    not_answered: goodbye
  goodbye:
    say: {en: Thank you for calling.}
    hang_up: true
"""

ROTA = """\
timezone: America/New_York
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111", languages: [en]}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112"}
shifts:
  - {name: Always, days: every day, hours: 24h, on_call: [amy, ben]}
"""

BROKEN = Path(__file__).parent / "broken"
EXAMPLES = Path(__file__).parent / "examples"


def texts(flow: str | bytes = FLOW, rota: str | bytes = ROTA) -> dict[str, bytes]:
    """The files of one hotline by their paths."""
    files = {"call_flows/rise.yaml": flow, "rota/rise.yaml": rota}
    return {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}


def rota_with(*entries: str, timezone: str = "America/New_York", volunteers: str = "amy ben cho dee") -> str:
    """A rota of these lines, and volunteers each with a phone of their own."""
    phones = (f'  {name}: {{phone: "+1 410 555 01{place:02}"}}' for place, name in enumerate(volunteers.split(), 11))
    return "\n".join((f"timezone: {timezone}", "volunteers:", *phones, *entries)) + "\n"


def broken_texts(folder: Path) -> dict[str, bytes]:
    """The files of a fixture: a whole tree, or a flow.yaml or rota.yaml beside a good file of the other kind."""
    alone = {"flow.yaml": "call_flows/rise.yaml", "rota.yaml": "rota/rise.yaml"}
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.y*ml")}
    if found.keys() & alone.keys():
        return {**texts(), **{alone[name]: raw for name, raw in found.items()}}
    return found


def mended(text: str, fix: Fix) -> str:
    """The text of a file with what a finding proposes."""
    lines = text.split("\n")
    line = lines[fix.line - 1]
    lines[fix.line - 1] = line[: fix.column - 1] + fix.text + line[fix.column - 1 + fix.length :]
    return "\n".join(lines)
