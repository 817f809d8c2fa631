"""A small line for whole systems: three volunteers at every hour, one who speaks Spanish first, and a backup."""

from __future__ import annotations

from pathlib import Path

PHONES = ("+14105550111", "+14105550112", "+14105550113", "+14105550115", "+14105550190")
NUMBER = "+14105550100"
FLOW = (Path(__file__).parents[1] / "calls/line/flow.yaml").read_text()
ROTA = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
  cho: {name: Cho, phone: "+1 410 555 0113"}
  eli: {name: Eli, phone: "+1 410 555 0115", languages: [es, en]}
  chaplain: {name: Chaplain, phone: "+1 410 555 0190"}
shifts:
  - {name: Always, hours: 24h, on_call: [amy, ben, cho]}
backup: [chaplain]
ringing:
  ring_for: 20s
  rounds: 2
  max_wait: 4m
  rest_after_call: 0s
  accept_key: "1"
  say:
    en: Call from the line. Press 1 to take it, or 2 to pass it on.
    es: Llamada de la línea. Oprima 1 para tomarla, o 2 para pasarla.
"""


def write(config_dir: Path, flow: str = FLOW, rota: str = ROTA) -> None:
    """The line's files, each put in place whole, as an editor that knows its trade does."""
    for folder, text in (("call_flows", flow), ("rota", rota)):
        target = config_dir / folder / "rise.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_suffix(".new")
        scratch.write_text(text)
        scratch.replace(target)
