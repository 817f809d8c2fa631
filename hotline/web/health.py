"""Whether this process can answer calls, for load balancers, and what is degraded, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify


@dataclass(frozen=True, slots=True)
class Part:
    """One part's state. `needed`: without it no call can be answered. `problem` is "" while all is well."""

    problem: str = ""
    remedy: str = ""
    needed: bool = False


Checks = Mapping[str, Callable[[], Part]]


def make_health(checks: Checks) -> Blueprint:
    """`/health/live` and `/health/ready`. Only what the voice path cannot do without makes the latter red."""
    health = Blueprint("health", __name__)

    @health.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")

    @health.get("/health/ready")
    def ready() -> tuple[Response, int]:
        parts = {name: check() for name, check in checks.items()}
        down = any(part.problem and part.needed for part in parts.values())
        degraded = any(part.problem for part in parts.values())
        shown = {
            name: {"status": "down" if part.needed else "degraded", "problem": part.problem, "remedy": part.remedy}
            if part.problem
            else {"status": "ok"}
            for name, part in parts.items()
        }
        status = "down" if down else "degraded" if degraded else "ok"
        return jsonify(status=status, parts=shown), 503 if down else 200

    return health
