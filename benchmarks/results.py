"""The results of long runs: one JSON file for each, of which `make proof` makes a page."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Held:
    """Something that must hold: what was found, and the most it may be."""

    what: str
    found: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether it did."""
        return self.found <= self.most


def save(name: str, figures: Mapping[str, Any], held: Sequence[Held], *, kept: bool = True) -> bool:
    """Whether everything held. The result is written down, unless it is not to be `kept`."""
    if kept:
        RESULTS.mkdir(exist_ok=True)
        result = {
            "name": name,
            "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "machine": machine(),
            "figures": dict(figures),
            "held": [{**asdict(one), "holds": one.holds} for one in held],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    return all(one.holds for one in held)


def report(name: str, figures: Mapping[str, Any], held: Sequence[Held], console: Console, *, kept: bool = True) -> bool:
    """Save a result, print its figures and what held. Returns whether everything held."""
    console.print_json(data=dict(figures))
    good = save(name, figures, held, kept=kept)
    for one in held:
        console.print(f"{'holds' if one.holds else 'DOES NOT HOLD'}: {one.what}: {one.found} (at most {one.most})")
    return good


def machine() -> dict[str, Any]:
    """What it was measured on. `load`: how many processes wanted a processor at the end, ours among them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processors": os.cpu_count(),
        "GB of memory": round(memory),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "load": round(os.getloadavg()[1], 1),
    }


def figures_table(title: str, *headings: str) -> Table:
    """An empty table: names on the left, figures on the right."""
    table = Table(title=title)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    return table
