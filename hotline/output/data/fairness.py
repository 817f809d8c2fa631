"""The load of a rota, as data."""

from __future__ import annotations

from typing import Any

from hotline.core.planning.fairness import Fairness
from hotline.core.rota.rota import Rota


def fairness_json(rota: Rota, title: str, found: Fairness) -> dict[str, Any]:
    """Return the table as data for `json.dumps`: lengths in seconds, instants in the rota's zone."""
    return {
        "rota": rota.id,
        "title": title,
        "from": found.start.astimezone(rota.zone).isoformat(),
        "to": found.end.astimezone(rota.zone).isoformat(),
        "volunteers": [
            {
                "id": load.volunteer,
                "name": rota.volunteers[load.volunteer].name,
                "seconds_on_call": load.on_call,
                "nights": load.nights,
                "weekends": load.weekends,
                "longest_seconds": load.longest,
                "seconds_as_backup": load.backup,
            }
            for load in found.loads
        ],
        "breaches": [
            {
                "id": breach.volunteer,
                "kind": breach.kind,
                "severity": breach.severity,
                "nights": breach.size if breach.kind == "nights-running" else None,
                "at_least": breach.at_least,
                "rest_seconds": breach.size if breach.kind == "short-rest" else None,
                "start": breach.span.start.astimezone(rota.zone).isoformat(),
                "end": breach.span.end.astimezone(rota.zone).isoformat(),
            }
            for breach in found.breaches
        ],
        "silenced": dict(found.silenced),
    }
