"""Gaps and thin stretches of a rota, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.core.planning.gap_repair import Closing, closing
from hotline.core.planning.gaps import Lack, lacks
from hotline.core.planning.stand_ins import Pool
from hotline.core.rota.days import full_hour_after
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.times.spans import Span
from hotline.files.values.rota_lines import RotaLines, to_write


@dataclass(frozen=True, slots=True)
class FoundGap:
    """A gap or thin stretch, the change that closes it, and the change in words.

    `load`: seconds on call of the volunteers to ask, before the change.
    """

    lack: Lack
    closing: Closing
    edit: RotaLines
    load: dict[str, int]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of a rota from `start` to `end`, with fewer than `depth` people; `title` is the rota's title.

    `closes`: the line has opening hours.
    """

    title: str
    rota: Rota
    start: datetime
    end: datetime
    depth: int
    found: Sequence[FoundGap]
    closes: bool = False


def gaps(title: str, schedule: Schedule, start: datetime, end: datetime, depth: int) -> Gaps:
    """Find gaps and thin stretches. The change for one is taken into account for the next."""
    rota = schedule.rota
    pool = Pool(schedule, Span(full_hour_after(schedule, start, 0), end))
    load = {who: pool.seconds(who) for who in rota.volunteers}
    found = []
    for lack in lacks(schedule, start, end, depth):
        change = closing(schedule, lack, pool, start, end, depth)
        found.append(FoundGap(lack, change, to_write(change, rota), {who: load[who] for who in change.asked}))
    return Gaps(title, rota, start, end, depth, found, bool(schedule.opening))


def gaps_json(gaps: Gaps) -> dict[str, Any]:
    """Return the gaps as data for `json.dumps`: instants in the rota's zone."""
    zone = gaps.rota.zone
    return {
        "rota": gaps.rota.id,
        "title": gaps.title,
        "from": gaps.start.astimezone(zone).isoformat(),
        "to": gaps.end.astimezone(zone).isoformat(),
        "depth": gaps.depth,
        "gaps": [
            {
                "kind": kind_of_lack(one.lack),
                "on_call": one.lack.people,
                "when": one.lack.said,
                "times": [{"start": time.start.isoformat(), "end": time.end.isoformat()} for time in one.lack.times],
                "close": {
                    "section": one.edit.section,
                    "lengthen": one.edit.shift or None,
                    "lines": list(one.edit.lines),
                    "asked": list(one.closing.asked),
                },
            }
            for one in gaps.found
        ],
    }


def kind_of_lack(lack: Lack) -> str:
    """Return whether nobody is there at all, only a backup, or too few."""
    return "nobody-at-all" if lack.nobody else "gap" if lack.gap else "thin"
