"""Results of test rings, as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.core.calls.ring_test import RingTestResult
from hotline.core.times.wall_clock import utc


def results_json(found: Sequence[RingTestResult]) -> list[dict[str, Any]]:
    """Return the results of test rings, one object for each. Instants in UTC."""
    return [
        {"rota": one.rota, "volunteer": one.volunteer, "at": utc(one.at).isoformat(), "reached": one.reached}
        for one in found
    ]
