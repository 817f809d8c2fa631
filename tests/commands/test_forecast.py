"""`hotline forecast`, and what `hotline diff` says of waits."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import group
from hotline.commands.forecast import Sample
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.store.database.call_log import CallLog
from tests.files.good import ROTA

AT = ("--at", "2026-03-02 08:00")


FEWER = Sample(week=4_000, hours=4_000, comparison=1_000, depth=200)
pytestmark = pytest.mark.usefixtures("live_line")


def run(*arguments: str, sample: Sample = FEWER) -> Result:
    result = CliRunner().invoke(group, arguments, obj=sample)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def logged(folder: Path, calls: int, wait: int = 20) -> None:
    """Write calls of the last hours to the log, each answered after a wait."""
    log = CallLog(f"sqlite:///{folder}/data/hotline.db")
    (folder / "data").mkdir()
    began = int(datetime.now(UTC).timestamp()) - 40 * 86_400
    for number in range(calls):
        start = began + number * 86_400
        moments = ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, wait), (CallMoment.ENDED, wait + 600))
        log.write([LogEntry(f"call {number}", "rise", moment, start + after) for moment, after in moments])
    log.close()


def test_it_says_in_plain_words_how_long_callers_wait() -> None:
    printed = run("forecast", "rise", *AT).output
    assert "90 % of callers talk to somebody within " in printed
    assert "RISE  a year of calls from Mon 2 Mar 2026 (America/New_York)" in printed
    assert "Amy Okafor" in printed
    assert "30 calls a month" in printed
    assert "555" not in printed


def test_a_seed_gives_the_same_again() -> None:
    first, second, other = (run("forecast", *AT, "--json", "--seed", seed).output for seed in ("5", "5", "6"))
    assert first == second != other


def test_a_year_of_one_line_takes_less_than_10_seconds() -> None:
    began = time.process_time()
    run("forecast", *AT, sample=Sample())
    assert time.process_time() - began < 10


def test_handsets_and_calls_are_asked_for() -> None:
    often, seldom = (
        json.loads(run("forecast", *AT, "--json", "--handsets", handset, "--calls-a-month", "1200").output)
        for handset in "BC"
    )
    assert (often["handsets"], seldom["handsets"], often["calls_a_month"]) == ("B", "C", 1200)
    assert often["within"]["30"] > seldom["within"]["30"] + 0.1
    rings = sum(volunteer["rings_a_year"] for volunteer in often["volunteers"])
    assert rings == pytest.approx(often["rings_a_call"] * 14_400, rel=0.05)


def test_a_rota_says_how_its_phones_answer(live_line: Path) -> None:
    rota = live_line / "rota" / "rise.yaml"
    rota.write_text(f"{ROTA}handsets: C\n")
    assert json.loads(run("forecast", *AT, "--json").output)["handsets"] == "C"
    assert json.loads(run("forecast", *AT, "--json", "--handsets", "A").output)["handsets"] == "A"
    rota.write_text(f"{ROTA}handsets: D\n")
    assert "There are no handsets `D`" in run("check").output


def test_a_line_that_is_closed_gets_no_calls(live_line: Path) -> None:
    flow = live_line / "call_flows" / "rise.yaml"
    opening = "open: [{days: mon, hours: 10:00-12:00}]\nclosed: goodbye\n"
    flow.write_text(flow.read_text().replace("steps:", f"{opening}steps:", 1))
    hours = json.loads(run("forecast", *AT, "--json").output)["hours"]
    assert [(day, hour) for day in range(7) for hour in range(24) if hours[day][hour]] == [(0, 10), (0, 11)]


def test_ways_of_ringing_stand_side_by_side() -> None:
    printed = run("forecast", *AT, "--policies").output
    assert "two, then each 4 s" in printed
    found = json.loads(run("forecast", *AT, "--policies", "--json").output)
    shares = {one["policy"]: one["within_20_by_depth"] for one in found["policies"]}
    assert shares["four together"][3] == pytest.approx(0.97, abs=0.03)
    assert len(shares["one at a time"]) == 6


def test_changes_come_with_their_price_at_night() -> None:
    printed = run("forecast", *AT, "--improve").output
    assert "What would help, most first:" in printed
    assert "more rings at night a year" in printed
    found = json.loads(run("forecast", *AT, "--improve", "--json").output)["improvements"]
    assert {"two-at-once", "stagger"} <= {one["change"] for one in found}


def test_a_page_is_whole_in_itself(tmp_path: Path) -> None:
    page = tmp_path / "forecast.html"
    assert "has the forecast" in run("forecast", *AT, "--policies", "--improve", "--html", str(page)).output
    text = page.read_text("utf-8")
    assert text.count("<svg") == 2
    assert '<table class="heat">' in text
    assert "<script" not in text
    assert "http" not in text


def test_a_page_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    result = run("forecast", *AT, "--html", str(tmp_path / "no" / "page.html"))
    assert (result.exit_code, "cannot be written" in result.output) == (2, True)


def test_what_really_happened_stands_beside_it(live_line: Path) -> None:
    logged(live_line, 33)
    printed = run("forecast").output
    assert "33 calls, half of those answered within 20 s, 100 % of all within 30 s (forecast " in printed
    assert json.loads(run("forecast", "--json").output)["calls_a_month"] == pytest.approx(24.5, abs=1)


def test_of_few_calls_nothing_is_told(live_line: Path) -> None:
    logged(live_line, 10)
    found = json.loads(run("forecast", "--json").output)
    assert (found["really"], found["calls_a_month"]) == (None, 30)


def test_a_forecast_makes_no_database(live_line: Path) -> None:
    run("forecast", *AT)
    assert not (live_line / "data").exists()


def test_diff_says_what_an_edit_does_to_waits(tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    alone.write_text(ROTA.replace("on_call: [amy, ben]", "on_call: [ben]"))
    began = time.process_time()
    printed = run("diff", str(tmp_path / "rota" / "rise.yaml"), str(alone), *AT).output
    assert time.process_time() - began < 3
    assert "waits at the hours that change: " in printed
    found = json.loads(run("diff", str(tmp_path / "rota" / "rise.yaml"), str(alone), *AT, "--json").output)
    waits = found["rotas"][0]["waits"]
    assert waits["new"]["reach_nobody"] > waits["old"]["reach_nobody"]
    assert "Waits at the hours" in run("diff", str(tmp_path / "rota" / "rise.yaml"), str(alone), "--markdown").output


def test_diff_says_nothing_of_waits_where_they_stay(tmp_path: Path) -> None:
    named = tmp_path / "named.yaml"
    named.write_text(ROTA.replace("Ben Ruiz", "Ben Diaz"))
    printed = run("diff", str(tmp_path / "rota" / "rise.yaml"), str(named), *AT).output
    assert "Ben Diaz" in printed
    assert "waits" not in printed
