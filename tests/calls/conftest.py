"""Whole calls: the example line, a simulated carrier, and everything in between for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hotline.files import load_texts
from hotline.files.values.zones import load_zone
from hotline.practice.rehearsal import Rehearsal, RehearsalCarrier

LINE = Path(__file__).with_name("line")
NEW_YORK = load_zone("America/New_York")

Rehearse = Callable[..., Rehearsal]


def local(text: str) -> datetime:
    """A wall-clock time in the line's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


FOUR = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
  cho: {name: Cho, phone: "+1 410 555 0113"}
  dee: {name: Dee, phone: "+1 410 555 0114"}
  chaplain: {name: Chaplain, phone: "+1 410 555 0190"}
shifts:
  - {name: Always, hours: 24h, on_call: [amy, ben, cho, dee]}
backup: [chaplain]
"""
"""The rota of a line whose four volunteers are always on call."""


def texts(**changes: str) -> dict[str, bytes]:
    """The line's files; `flow` and `rota` may give other texts for them."""
    return {
        "call_flows/rise.yaml": changes.get("flow", (LINE / "flow.yaml").read_text()).encode(),
        "rota/rise.yaml": changes.get("rota", (LINE / "rota.yaml").read_text()).encode(),
    }


@pytest.fixture
def rehearse(redis_url: str) -> Iterator[Rehearse]:
    """Makes a rehearsal that begins at a wall-clock time; all promises of every call are checked at its end."""
    made: list[Rehearsal] = []

    def make(start: str = "2026-03-04 12:00", files: dict[str, bytes] | None = None, **more: Any) -> Rehearsal:
        hotlines = load_texts(files or texts()).hotlines
        carrier = RehearsalCarrier(more.pop("quirks", None), wrap=more.pop("wrap", None))
        made.append(Rehearsal(hotlines, redis_url, local(start), carrier=carrier, **more))
        return made[-1]

    yield make
    for rehearsal in made:
        rehearsal.world.close()
        assert [notice for notice in rehearsal.notices if notice[0] == "webhook_failed"] == []
