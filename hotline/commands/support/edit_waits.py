"""The effect of an edit to rotas on waits, for `hotline diff`."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.forecast.compare import always_differs, bears_on_waits, compare_waits, hours_changed
from hotline.core.forecast.forecast import Year
from hotline.core.forecast.handsets import HANDSETS
from hotline.core.forecast.lines import AssumedHotline, line_of, own_handsets, rings_somebody
from hotline.core.forecast.policies import with_plain_flow
from hotline.core.forecast.run import Assumed
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.files import load
from hotline.output.data.rota_diff import Compared
from hotline.settings import Settings

_CALLS = 8_000
"""Calls simulated for both versions of all rotas together: about a second's work."""
_SEED = 1


def with_waits(settings: Settings, compared: Sequence[Compared]) -> list[Compared]:
    """Add what an edit does to waits, over the weeks compared, to each rota where it bears on them."""
    concerned = [one.id for one in compared if one.old and one.new and bears_on_waits(one.diff, one.old, one.new)]
    if not concerned:
        return list(compared)
    in_use = with_every_rota(load(settings.config_dir, settings.countries).hotlines.values())
    calls = max(500, _CALLS // (2 * len(concerned)))
    return [_with_waits(one, in_use, calls) if one.id in concerned else one for one in compared]


def _with_waits(one: Compared, in_use: Collection[Hotline], calls: int) -> Compared:
    assert one.old is not None
    assert one.new is not None
    used_by = next((hotline for hotline in in_use if hotline.rota.id == one.id and rings_somebody(hotline)), None)
    only = () if always_differs(one.diff, one.old, one.new) else hours_changed(one.diff)
    year = Year(one.diff.start, at_least=calls, length=one.diff.end - one.diff.start, only=only)
    old, new = (_line(rota, used_by) for rota in (one.old, one.new))
    return replace(one, waits=compare_waits(old, new, year, lambda: random.Random(_SEED)))


def _line(rota: Rota, used_by: Hotline | None) -> AssumedHotline:
    """Return the line with one version of a rota; one that no call flow uses begins to ring at once."""
    schedule = Schedule(rota)
    if used_by is None:
        return AssumedHotline(with_plain_flow(schedule), Assumed(HANDSETS[rota.handsets], own=own_handsets(rota)))
    return line_of(replace(used_by, rota=rota, schedule=schedule))
