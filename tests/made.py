"""Web processes' parts that tests make in their own process, and whose threads must not outlive the test."""

from __future__ import annotations

from hotline.settings import Settings
from hotline.wiring import web
from hotline.wiring.parts import Parts

MADE: list[web.Web] = []


def build_web(settings: Settings) -> web.Web:
    """As `hotline.wiring.web` does it, until the end of the test."""
    MADE.append(web.build_web(Parts(settings)))
    return MADE[-1]


def stop_all() -> None:
    """End the threads of all that were made."""
    while MADE:
        MADE.pop().stop()
