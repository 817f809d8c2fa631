"""What every test may use: a real Valkey of its own, and the servers other modules start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hotline.store.embedded import EmbeddedServer, socket_url

# A machine that does other work besides is slow at times, and that says nothing about the code.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
settings.register_profile("thorough", settings.get_profile("any-machine"), max_examples=1_000)
settings.load_profile("any-machine")


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """What a test made in this process ends with it: its threads would write on, into what the next test has."""
    yield
    if made := sys.modules.get("tests.made"):
        made.stop_all()


@pytest.fixture(scope="session")
def valkey_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data directory of a Valkey server that runs for the whole session."""
    directory = tmp_path_factory.mktemp("valkey")
    server = EmbeddedServer(directory)
    assert server.start()
    yield directory
    server.stop()


@pytest.fixture(scope="session")
def redis_url(valkey_dir: Path) -> str:
    """The address of that server. Tests share it: names in it are made unique by whoever writes them."""
    return socket_url(valkey_dir)
