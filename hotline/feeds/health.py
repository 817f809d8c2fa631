"""Health: whether this process can answer calls, for load balancers, and what is degraded, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from hotline.core.wording import Wording


@dataclass(frozen=True, slots=True)
class HealthPart:
    """The state of a part. `needed`: without it no call can be answered. `problem` is "" while all is well."""

    problem: str = ""
    remedy: str = ""
    needed: bool = False


STARTS_WITHIN = 90.0
"""Seconds after which a worker and a clock should have shown a sign of life."""


def of_work(alive: Mapping[str, bool], up_for: float) -> HealthPart:
    """Return how it stands behind the web: `alive` says of a worker and a clock whether there is one.

    `up_for` in seconds.
    """
    gone = {name for name, there in alive.items() if not there}
    if not gone or up_for < STARTS_WITHIN:
        return HealthPart()
    if gone == {"worker"}:
        return HealthPart(Wording("No worker is running."), Wording("Start one: `hotline worker`."))
    if gone == {"clock"}:
        return HealthPart(Wording("No clock is running."), Wording("Start one: `hotline clock`."))
    return HealthPart(
        Wording("No worker or clock is running."), Wording("Start both: `hotline worker`, `hotline clock`.")
    )


Checks = Mapping[str, Callable[[], HealthPart]]


def make_health(checks: Checks) -> Blueprint:
    """The blueprint of `/health/live` and `/health/ready`. Only what calls cannot do without makes the latter red."""
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
