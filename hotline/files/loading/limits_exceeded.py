"""A note on a rota that exceeds the limits in its own file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.core.calls.flow import by_rota
from hotline.core.planning.fairness import breaches
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, in_order
from hotline.files.findings.wording import Listed
from hotline.files.loading.load import Loaded

_MOST_NAMED = 6


def check_limits(loaded: Loaded, now: datetime, weeks: int = 8) -> list[Finding]:
    """A note for each rota in use with `limits:` of its own that it exceeds, from `now` (aware) on."""
    return list(in_order(_notes(loaded, now, weeks)))


def _notes(loaded: Loaded, now: datetime, weeks: int) -> Iterator[Finding]:
    schedules = {id: hotline.schedule for id, hotline in by_rota(loaded.hotlines.values()).items()}
    for rota, place in loaded.limit_places.items():
        schedule = schedules[rota]
        found = breaches(schedule, now, now + timedelta(weeks=weeks))
        who = dict.fromkeys(one.volunteer for one in found if one.volunteer not in schedule.rota.limits.silenced)
        if who:
            names = [schedule.rota.volunteers[one].name for one in who]
            more = [Wording("%(count)s others", count=len(names) - _MOST_NAMED)] if len(names) > _MOST_NAMED else []
            yield replace(
                place,
                message=Wording(
                    "In the next %(weeks)s weeks these exceed this limit: %(names)s.",
                    weeks=weeks,
                    names=Listed((*names[:_MOST_NAMED], *more)),
                ),
                help=Wording(
                    "`hotline fairness %(rota)s` shows the details. Change the rota or the limits, or give a reason "
                    "under `except:`.",
                    rota=rota,
                ),
            )
