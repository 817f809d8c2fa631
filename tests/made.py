"""Web processes' parts that tests make in their own process, and whose threads must not outlive the test."""

from __future__ import annotations

from hotline.settings import Settings
from hotline.wiring import web
from hotline.wiring.parts import Effort, Parts

MADE: list[web.Web] = []
EFFORT = Effort(forecast_calls=2_000, edit_calls=1_500, edit_waits_within=600.0, call_tests_within=600.0)
"""Computing takes as long as it needs on a machine that does much besides."""


def build_web(settings: Settings, effort: Effort = EFFORT) -> web.Web:
    """As `hotline.wiring.web` does it, until the end of the test."""
    MADE.append(web.build_web(Parts(settings, effort=effort)))
    return MADE[-1]


def stop_all() -> None:
    """End the threads of all that were made."""
    while MADE:
        MADE.pop().stop()
