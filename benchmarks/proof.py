"""`make proof`: the page docs/proof.md, of the results that the long runs have left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.results import RESULTS

PAGE = Path("docs/proof.md")
RUNS = {
    "hostile": ("Hostile requests", "make hostile", "100,000 requests"),
    "chaos": ("Chaos", "make chaos", "30 minutes"),
    "soak": ("Soak", "make soak", "an hour at 20 calls a second"),
    "webhooks": ("Webhooks", "make bench", "five rounds; a busy machine disturbs the rates more than processor times"),
    "large-log": (
        "A large call log",
        "python -m benchmarks.large_log",
        "ten million calls of a year in SQLite, and a million in PostgreSQL, whose own CPU seconds are not counted. "
        '"At first": while no month is counted, as in the seconds after an upgrade or a restore',
    ),
    "load": ("Load", "make load", "complete calls a second, until the p99 of a webhook passes 250 ms"),
}
HEAD = """# Proof

What was measured, and what must hold. Commands make this page: each long run leaves a file in `benchmarks/results`, and
`make proof` writes the tables. How each run works is in [faults.md](faults.md). Other programs shared the machine:
a load above the number of processors means that everything waited for one.
"""


def page() -> str:
    """The page, as Markdown."""
    return "\n".join([HEAD, *(_run(name) for name in RUNS)])


def _run(name: str) -> str:
    title, command, whole = RUNS[name]
    file = RESULTS / f"{name}.json"
    lines = [f"## {title}", f"`{command}`; a whole run is {whole}.", ""]
    if not file.exists():
        return "\n".join([*lines, "Not run yet.", ""])
    result = json.loads(file.read_text())
    machine = ", ".join(
        f"{value} {name}" if name != "load" else f"load {value}" for name, value in result["machine"].items()
    )
    lines += [f"{result['at']}. Machine: {machine}.", "", "| must hold | found | at most | |", "|---|---|---|---|"]
    lines += [
        f"| {one['what']} | {one['found']} | {one['most']} | {'holds' if one['holds'] else '**does not hold**'} |"
        for one in result["held"]
    ]
    lines += ["", "| figure | |", "|---|---|"]
    tables: list[str] = []
    for figure, value in result["figures"].items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            tables += _table(figure, value)
        else:
            lines.append(f"| {figure} | {_said(value)} |")
    return "\n".join([*lines, *tables, ""])


def _table(name: str, rows: dict[str, dict[str, Any]]) -> list[str]:
    columns = list(next(iter(rows.values())))
    head = ["", f"| {name} | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    return head + [
        f"| {row} | {' | '.join(str(values[column]) for column in columns)} |" for row, values in rows.items()
    ]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return f"{value:,}" if (isinstance(value, int) and value > 9_999_999) or isinstance(value, float) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"Wrote {PAGE}.")
