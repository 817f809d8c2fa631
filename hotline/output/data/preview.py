"""A preview of a rota, ready to be drawn; and as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotline.core.planning.gaps import Lack, lacks
from hotline.core.rota.days import Day, day_by_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.rota.spells import seconds_on_call


@dataclass(frozen=True, slots=True)
class Preview:
    """Some weeks of a rota. `load` has each volunteer's seconds on call, if any, most first."""

    title: str
    rota: Rota
    days: Sequence[Day]
    load: Mapping[str, int]
    gaps: Sequence[Lack]

    @property
    def closes(self) -> bool:
        """Return whether the line is closed at times."""
        return any(stretch.who.closed for day in self.days for stretch in day.stretches)


def preview(title: str, schedule: Schedule, first: date, weeks: int) -> Preview:
    """The weeks of a rota from a date on. `title` is the rota's title."""
    days = day_by_day(schedule, first, weeks * 7)
    load = seconds_on_call(stretch for day in days for stretch in day.stretches)
    in_order = sorted(load, key=lambda who: (-load[who], schedule.places[who]))
    gaps = lacks(schedule, days[0].start, days[-1].end, at_start="until")
    return Preview(title, schedule.rota, days, {who: load[who] for who in in_order}, gaps)


def preview_json(preview: Preview) -> dict[str, Any]:
    """A preview as data for `json.dumps`: instants in the rota's zone, volunteers by id, lengths in seconds."""
    rota = preview.rota

    def local(instant: datetime) -> str:
        return instant.astimezone(rota.zone).isoformat()

    return {
        "rota": rota.id,
        "title": preview.title,
        "time_zone": rota.zone_name,
        "from": preview.days[0].date.isoformat(),
        "to": preview.days[-1].date.isoformat(),
        "days": [
            {
                "date": day.date.isoformat(),
                "seconds": day.seconds,
                "holiday": day.holiday or None,
                "stretches": [
                    {
                        "start": local(stretch.start),
                        "end": local(stretch.end),
                        "on_call": list(stretch.who.on_call),
                        **({"tiers": list(stretch.who.tiers)} if stretch.who.tiers else {}),
                        "backup": list(stretch.who.backup),
                        **({"closed": True} if stretch.who.closed else {}),
                    }
                    for stretch in day.stretches
                ],
            }
            for day in preview.days
        ],
        "seconds_on_call": dict(preview.load),
        "gaps": [
            {
                "start": local(max(time.start, preview.days[0].start)),
                "end": local(time.end),
                "nobody_at_all": gap.nobody,
            }
            for gap in preview.gaps
            for time in gap.times
        ],
    }
