"""`hotline privacy`, against the carrier's REST API's stand-in."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from hotline.cli import group
from hotline.core.carrier_records.remaining import remaining
from hotline.core.jobs import Job, Ticket
from hotline.errors import CarrierRefused, CarrierUnavailable
from hotline.jobs.queue import JobQueue, connection
from hotline.output.data.privacy import is_well, privacy_json
from hotline.output.terminal.privacy import privacy_text
from hotline.simulator.rest_api.server import RestApi

LINE, CALLER, AMY = "+14105550100", "+14105550999", "+14105550111"
SECRETS = (LINE, CALLER, AMY, "CA", "SM", "are you there")


def privacy(*arguments: str) -> Result:
    result = CliRunner().invoke(group, ["privacy", *arguments])
    assert not [secret for secret in SECRETS if secret in result.output], result.output
    return result


def said(result: Result) -> str:
    return " ".join(result.output.split())


def days_ago(api: RestApi, days: float) -> None:
    """From here on the stand-in's records are so old: by real time, as the command's clock is the machine's."""
    then = datetime.now(UTC) - timedelta(days=days)
    api.now = lambda: then


def test_with_nothing_left_all_is_well(api: RestApi) -> None:
    api.add_call("+14105550700", CALLER)
    result = privacy()
    assert result.exit_code == 0
    assert "has no records of finished calls or texts of your numbers" in said(result)
    assert "has no recordings" in said(result)
    assert "up to 120 days, including both numbers, whatever you delete" in said(result)


def test_what_is_there_is_told_by_age_and_what_is_fresh_is_well(api: RestApi) -> None:
    days_ago(api, 0.5)
    api.add_call(LINE, CALLER, legs=[AMY])
    api.add_text(LINE, CALLER, "are you there?")
    days_ago(api, 0)
    api.add_call(LINE, CALLER, status="in-progress")
    result = privacy()
    assert result.exit_code == 0
    assert "calls, with the caller's number – 1 – – 12 hours" in said(result)
    assert "volunteers' phones rung, ring tests – 1 – – 12 hours" in said(result)
    assert "1 call is in progress" in said(result)
    assert "All is OK" in said(result)


@pytest.mark.parametrize(
    ("days", "told"), [(3, "Check that a worker and a clock are running."), (16, "no longer tries to delete them")]
)
def test_what_should_be_gone_is_said_with_a_remedy(api: RestApi, days: int, told: str) -> None:
    days_ago(api, days)
    api.add_call(LINE, CALLER)
    result = privacy()
    assert result.exit_code == 1
    assert f"{days} days" in said(result)
    assert told in said(result)
    assert "hotline privacy --sweep" in said(result)


def test_a_sweep_deletes_whatever_there_is_and_says_what_is_left(api: RestApi) -> None:
    days_ago(api, 300)
    api.add_call(LINE, CALLER, legs=[AMY])
    stays = api.add_call(LINE, CALLER)
    other = api.add_call("+14105550700", CALLER)
    api.fault("not yet", None, "DELETE", stays)
    result = privacy("--sweep")
    assert set(api.calls) == {stays, other}
    assert result.exit_code == 1
    api.faults.clear()
    assert privacy("--sweep").exit_code == 0


def test_a_sweep_that_the_carrier_does_not_take_could_not_look(api: RestApi) -> None:
    api.fault("slow down", None, retry_after=600)
    assert isinstance(privacy("--sweep").exception, CarrierUnavailable)


def test_a_sweep_that_the_carrier_refuses_says_why(api: RestApi) -> None:
    api.fault("unknown account", None)
    assert "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in str(privacy("--sweep").exception)


def test_recordings_are_none_of_ours_and_told_of(api: RestApi) -> None:
    api.recordings = 2
    result = privacy()
    assert result.exit_code == 1
    assert "The account has 2 recordings. Hotline never records" in said(result)


def test_where_the_carrier_has_no_list_of_recordings_it_says_so() -> None:
    console = Console(width=200, file=io.StringIO())
    found = remaining([], [], None, 0)
    privacy_text(found, 0, True, console)
    assert isinstance(console.file, io.StringIO)
    assert "The carrier does not say whether the account has recordings" in console.file.getvalue()
    assert privacy_json(found, 0, True)["recordings"] is None
    assert is_well(found, True)


def test_with_deletion_switched_off_it_says_so(api: RestApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DELETE_RECORDS", "off")
    api.add_call(LINE, CALLER)
    result = privacy()
    assert result.exit_code == 1
    assert "Nothing is deleted: HOTLINE_DELETE_RECORDS is off" in said(result)


def test_how_many_calls_wait_to_be_deleted_is_told(
    api: RestApi, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Redis cannot be reached" in said(privacy())
    monkeypatch.setenv("REDIS_URL", f"{redis_url}?db=8")
    queue = JobQueue(f"{redis_url}?db=8")
    assert json.loads(privacy("--json").stdout)["waiting"] == 0
    for place in range(2):
        queue.queue(Ticket(f"token-{place}", f"id-{place}", Job("delete_records", ("CA1", "0"))), remembered=60)
    queue.queue(Ticket("other", "other", Job("nothing")), remembered=60)
    assert "2 calls wait to be deleted" in said(privacy())
    with connection(f"{redis_url}?db=8") as redis:
        redis.flushdb()
    queue.close()


def test_json_has_counts_and_ages_and_nothing_else(api: RestApi) -> None:
    days_ago(api, 3)
    api.add_call(LINE, CALLER, legs=[AMY])
    result = privacy("--json")
    found = json.loads(result.stdout)
    assert (found["well"], found["late"], found["given_up"], found["recordings"]) == (False, 2, 0, 0)
    assert found["at_carrier"]["calls"]["count"] == 1
    assert found["at_carrier"]["calls"]["oldest"] == pytest.approx(3 * 24 * 3600, abs=120)
    assert result.exit_code == 1


def test_a_carrier_that_does_not_know_the_account_could_not_be_asked(api: RestApi) -> None:
    api.fault("unknown account", None)
    result = privacy()
    assert isinstance(result.exception, CarrierRefused)
    assert "TWILIO_AUTH_TOKEN" in result.exception.remedy


@pytest.mark.usefixtures("live_line")
def test_in_practice_mode_no_carrier_keeps_anything() -> None:
    assert "practice mode" in privacy().output
    assert json.loads(privacy("--json").stdout) == {"well": True, "practice": True}


def test_queues_of_calls_that_are_over_are_counted_and_swept(api: RestApi) -> None:
    days_ago(api, 1)
    api.add_queue("Xk3-_9aBcDeF.0")
    api.add_queue("support")
    assert "1 empty queue of a call that is over" in said(privacy())
    assert json.loads(privacy("--json").output)["queues"] == 1
    assert json.loads(privacy("--sweep", "--json").output)["queues"] == 0
    assert len(api.queues) == 1
