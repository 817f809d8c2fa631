"""`hotline off` and `hotline on`, and what the commands that look make of absences."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import time_machine
from click.testing import Result

from hotline.store.absences.in_database import AbsenceTable
from hotline.store.database.lazy import Database
from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, objects, run, write

NINE = datetime(2026, 1, 5, 14, tzinfo=UTC)  # 09:00 in New York, a Monday


class Shell:
    """`hotline …` on the files of a folder, with its own Redis and data."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.folder, self.redis_url, self.data = folder, redis_url, folder / "var"

    def __call__(self, *words: str, redis_url: str = "") -> Result:
        return run(
            self.folder,
            *words,
            columns=200,
            HOTLINE_DATA_DIR=str(self.data),
            REDIS_URL=redis_url or self.redis_url,
            DATABASE_URL=self.database_url,
        )

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.data}/hotline.db"

    def in_database(self) -> dict[str, int]:
        database = Database(self.database_url)
        found = {who: word.end for who, word in AbsenceTable(database).read(0).get("rise", {}).items()}
        database.close()
        return found


@pytest.fixture
def shell(tmp_path: Path, redis_url: str) -> Shell:
    with redis.Redis.from_url(redis_url) as client:
        client.delete("hotline:absent", "hotline:absent:rise")
    return Shell(write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP), redis_url)


@pytest.fixture(autouse=True)
def _nine() -> object:
    with time_machine.travel(NINE, tick=False):
        yield


def on_call(shell: Shell, *at: str) -> list[str]:
    [found] = objects(shell("who", "--json", *at))
    return list(found["on_call"])


def test_a_coordinator_has_someone_not_rung_and_rung_again(shell: Shell) -> None:
    done = shell("off", "Amy", "2h", "--yes")
    assert done.output == "Amy is off until Mon 05 Jan 11:00 (America/New_York).\n"
    assert on_call(shell) == ["ben"]
    assert shell.in_database() == {"amy": int(NINE.timestamp()) + 7200}
    assert shell("off").output == "RISE: Amy is off until Mon 05 Jan 11:00 (America/New_York).\n"
    [found] = objects(shell("who", "--json"))
    assert (found["until"], found["next"]) == ("2026-01-05T11:00:00-05:00", ["amy", "ben"])
    assert shell("on", "amy").output == "Amy will be rung again when on call.\n"
    assert on_call(shell) == ["amy", "ben"]
    assert shell("off").output == "Nobody is off.\n"
    assert "is not off" in shell("on", "amy").output


def test_who_is_left_is_told_before_it_is_asked(shell: Shell) -> None:
    shell("off", "amy", "until", "20:00", "-y")
    asked = shell("off", "ben", "until", "19:00")
    assert "nobody but the backup is on call then: Mon 5 Jan 09:00-19:00" in asked.output
    assert asked.output.rstrip().endswith("[y/N]:")
    assert asked.exit_code == 1
    assert on_call(shell) == ["ben"]
    shell("off", "dee", "until", "20:00", "-y")
    assert "nobody at all" in shell("off", "ben", "until", "19:00", "-y").output
    assert on_call(shell) == []


def test_gaps_and_previews_know_of_it_and_ask_nobody_who_is_off(shell: Shell) -> None:
    for who in ("amy", "ben", "dee"):
        shell("off", who, "until", "20:00", "-y")
    found = shell("gaps", "--weeks", "1", "--depth", "1", "--json")
    [gap] = objects(found)[0]["gaps"]
    assert "cho" in str(gap)
    assert found.exit_code == 1
    shown = shell("preview", "--weeks", "1", "--json").output
    assert "2026-01-05T09:00" in shown


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ((), "Until when?"),
        (("until", "sat"), "Until when?"),
        (("until", "today", "08:00"), "past"),
        (("15", "days"), "hotline away"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_an_example(shell: Shell, when: tuple[str, ...], problem: str) -> None:
    done = shell("off", "amy", *when, "-y")
    assert done.exit_code == 2
    assert problem in done.output
    assert on_call(shell) == ["amy", "ben"]


def test_somebody_unknown_is_told_who_is_known(shell: Shell) -> None:
    assert "no volunteer `zoe`" in shell("off", "zoe", "2h", "-y").output


def test_without_redis_this_machine_and_the_database_have_it(shell: Shell) -> None:
    nowhere = f"unix:///nowhere/{secrets.token_hex(4)}.sock"
    assert "Amy is off" in shell("off", "amy", "2h", "-y", redis_url=nowhere).output
    assert shell.in_database().keys() == {"amy"}
    [found] = objects(shell("who", "--json", redis_url=nowhere))
    assert found["on_call"] == ["ben"]


def test_without_the_database_it_counts_and_a_warning_says_so(shell: Shell) -> None:
    shell.data.mkdir()
    (shell.data / "hotline.db").mkdir()
    done = shell("off", "amy", "2h", "-y")
    assert "warning: " in done.output
    assert "Amy is off" in done.output
    assert on_call(shell) == ["ben"]


def test_where_no_hotline_runs_looking_brings_no_redis_along(shell: Shell) -> None:
    done = run(shell.folder, "who", "--json", HOTLINE_DATA_DIR=str(shell.data))
    assert objects(done)[0]["on_call"] == ["amy", "ben"]
    assert not shell.data.exists()
