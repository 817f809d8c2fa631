"""What every test may use: a real Valkey of its own, and the servers other modules start."""

from __future__ import annotations

import gc
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hotline.store.database.migrate import migrate
from hotline.store.redis.embedded import EmbeddedServer, socket_url

# A machine that does other work besides is slow at times, and that says nothing about the code.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
settings.register_profile("thorough", settings.get_profile("any-machine"), max_examples=1_000)
settings.load_profile("any-machine")


LONGEST = {
    "tests/pages/test_every_page_in_a_browser.py": 60,
    "tests/pages/setup/test_in_a_browser.py": 45,
    "tests/calls/test_several_at_random.py": 40,
    "tests/faults/test_chaos.py": 40,
    "tests/faults/test_lost_database.py": 40,
    "tests/faults/test_texts.py": 40,
    "tests/faults/test_carriers_side.py": 35,
    "tests/faults/test_kill_run.py": 35,
    "tests/faults/test_many_machines.py": 35,
    "tests/faults/test_start_and_stop.py": 35,
    "tests/faults/test_edited_files.py": 30,
    "tests/faults/test_jobs.py": 30,
    "tests/faults/test_killed_processes.py": 30,
    "tests/pages/test_editing_in_a_browser.py": 30,
    "tests/pages/test_every_page.py": 30,
    "tests/pages/test_in_a_browser.py": 30,
    "tests/pages/test_journey.py": 30,
    "tests/services/texts/test_killed_workers.py": 30,
    "tests/services/texts/test_reminders.py": 30,
    "tests/store/database/test_counted_months.py": 30,
    "tests/faults/test_calls_on_two_machines.py": 25,
    "tests/faults/test_unfinished_requests.py": 25,
    "tests/test_commands.py": 25,
    "tests/faults/test_balancers.py": 20,
    "tests/faults/test_busy_hours.py": 20,
    "tests/faults/test_canaries.py": 20,
    "tests/faults/test_heartbeat.py": 20,
    "tests/faults/test_hostile.py": 20,
    "tests/faults/test_managed_redis.py": 20,
    "tests/faults/test_metrics.py": 20,
    "tests/faults/test_soak.py": 20,
    "tests/files/loading/test_many_files.py": 20,
    "tests/pages/flow/test_phone.py": 20,
    "tests/pages/test_back_in_a_browser.py": 20,
    "tests/faults/test_load.py": 15,
    "tests/faults/test_older_release.py": 15,
    "tests/faults/test_several_phones.py": 15,
    "tests/pages/reports/test_page.py": 15,
    "tests/pages/test_nothing_typed_is_lost.py": 15,
    "tests/rota_tools/test_hooks.py": 15,
    "tests/test_wheel.py": 15,
    "tests/commands/test_backup.py": 10,
    "tests/commands/test_forecast.py": 10,
    "tests/core/rota/test_on_call.py": 10,
    "tests/pages/test_own_time_in_a_browser.py": 10,
    "tests/pages/volunteer/test_cover_in_a_browser.py": 10,
    "tests/commands/test_terminals.py": 8,
    "tests/core/forecast/test_policies.py": 8,
}
"""About how many seconds the modules take that take long. None of these may be left for the end."""
SHORT_BETWEEN = 4


def pytest_sessionstart() -> None:
    """Collecting makes some hundred thousand objects that all stay, and looking through them again and again takes as
    long as all the rest of it."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on, objects that were there before are looked through no more."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put some short modules between the long ones: processes are dealt modules in this order (`--dist loadfile`).

    About half of the processes then wait for something, and the others have work for the processor meanwhile.
    """
    modules: dict[str, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.nodeid.partition("::")[0], []).append(item)
    long = sorted(LONGEST.keys() & modules.keys(), key=lambda name: (-LONGEST[name], name))
    short = [name for name in modules if name not in LONGEST]
    first = getattr(config, "workerinput", {}).get("workercount", 1) // 2
    order = long[:first]
    for place, name in enumerate(long[first:]):
        order += [*short[place * SHORT_BETWEEN : (place + 1) * SHORT_BETWEEN], name]
    items[:] = [item for name in dict.fromkeys([*order, *short]) for item in modules[name]]


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """What a test made in this process ends with it: its threads would write on, into what the next test has."""
    yield
    if made := sys.modules.get("tests.made"):
        made.stop_all()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that is up to date and empty, to be copied: bringing one up to date takes a while."""
    file = tmp_path_factory.mktemp("prepared") / "made.db"
    migrate(f"sqlite:///{file}")
    return whole(file)


def whole(file: Path) -> Path:
    """A copy, beside it, of an SQLite database that may be open: all of it in one file."""
    copy = file.with_suffix(".whole")
    with closing(sqlite3.connect(file)) as made, closing(sqlite3.connect(copy)) as target:
        made.backup(target)
    return copy


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
