"""Paths of the webhooks of test rings. Apart from what answers there: workers only name them to the carrier."""

from __future__ import annotations

from collections.abc import Callable

from hotline.core.calls.ring_test import RingTest, seal

HEARD, PRESSED, ENDED = "/voice/ring-test", "/voice/ring-test/key", "/voice/ring-test/ended"


def addresses(public_url: str, key: bytes) -> Callable[[RingTest], tuple[str, str]]:
    """Return the addresses of a test's words, and of the report of its end."""

    def made(test: RingTest) -> tuple[str, str]:
        at = seal(test, key)
        return f"{public_url}{HEARD}?at={at}", f"{public_url}{ENDED}?at={at}"

    return made
