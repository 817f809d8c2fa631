"""`hotline ring-test`, with the carrier's REST API's stand-in, and in practice mode."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import group
from hotline.errors import FilesError
from hotline.simulator.rest_api.faults import Trouble
from hotline.simulator.rest_api.records import ApiCall
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.ring_tests import RingTestTable

AMY, BEN = "+14105550111", "+14105550112"


def ring_test(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(group, ["ring-test", *arguments], input=answer)


def kept(folder: Path) -> RingTestTable:
    return RingTestTable(Database(f"sqlite:///{folder}/data/hotline.db"))


@pytest.fixture
def reach(live_line: Path, api: RestApi, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says which phones are answered; that is written down at once, as a worker would a moment later."""
    api.add_number("+14105550100")
    monkeypatch.setenv("REDIS_URL", redis_url)

    def answered(*phones: str) -> None:
        def on_call(call: ApiCall) -> None:
            sealed = urlsafe_b64decode(call.asked["Url"].partition("?at=")[2] + "===")
            kept(live_line).over(json.loads(sealed[12:])[0], reached=call.to in phones)

        api.on_call = on_call

    return answered


def test_whoever_presses_the_key_is_reached_and_whoever_does_not_is_not(
    api: RestApi, reach: Callable[..., None]
) -> None:
    reach(BEN)
    result = ring_test("ben")
    assert (result.exit_code, result.output) == (0, "Ben Ruiz: ringing …\nBen Ruiz: reached.\n")
    result = ring_test("Amy", "ben", "--json")
    assert [(one["volunteer"], one["reached"]) for one in json.loads(result.stdout)] == [("amy", False), ("ben", True)]
    assert result.exit_code == 1
    assert [call.to for call in api.calls.values()] == [BEN, AMY, BEN]


def test_a_phone_that_was_picked_up_without_the_key_is_said_to_be(
    live_line: Path, api: RestApi, reach: Callable[..., None]
) -> None:
    reach()

    def on_call(call: ApiCall) -> None:
        sealed = urlsafe_b64decode(call.asked["Url"].partition("?at=")[2] + "===")
        kept(live_line).over(json.loads(sealed[12:])[0], reached=False, picked_up=True)

    api.on_call = on_call
    told = "picked up, no key: voicemail or call screening? save the number as a contact"
    result = ring_test("ben")
    assert (result.exit_code, result.output) == (1, f"Ben Ruiz: ringing …\nBen Ruiz: {told}.\n")
    assert told in " ".join(ring_test("--results").output.split())
    (found,) = json.loads(ring_test("--results", "--json").output)
    assert (found.keys(), found["reached"]) == ({"rota", "volunteer", "at", "reached"}, False)


def test_those_on_call_are_rung_one_at_a_time(api: RestApi, reach: Callable[..., None]) -> None:
    reach(AMY, BEN)
    result = ring_test("--yes")
    assert [line for line in result.output.splitlines() if line] == [
        "Amy Okafor: ringing …",
        "Amy Okafor: reached.",
        "Ben Ruiz: ringing …",
        "Ben Ruiz: reached.",
    ]
    assert result.exit_code == 0


def test_whoever_is_off_is_rung_only_if_named(api: RestApi, reach: Callable[..., None]) -> None:
    reach(AMY, BEN)
    off = CliRunner().invoke(group, ["off", "ben", "2h", "--yes"])
    assert off.exit_code == 0, off.output
    result = ring_test("--yes")
    assert result.output.startswith("Ben Ruiz: not rung, off until ")
    assert result.output.endswith("Amy Okafor: reached.\n")
    assert (result.exit_code, [call.to for call in api.calls.values()]) == (0, [AMY])
    assert "RISE: not rung in the last month: Ben Ruiz." in ring_test("--results").output
    assert ring_test("ben").output == "Ben Ruiz: ringing …\nBen Ruiz: reached.\n"
    assert "not rung" not in ring_test("--results").output


def test_what_the_carrier_refuses_is_said_and_the_others_are_rung(api: RestApi, reach: Callable[..., None]) -> None:
    reach(AMY, BEN)
    api.fault("unknown account", 1, "POST")
    result = ring_test("amy", "ben")
    assert "Amy Okafor: not rung. The carrier refused (HTTP 401, code 20003). Check TWILIO_ACCOUNT_SID" in result.output
    assert "Ben Ruiz: reached." in result.output
    assert result.exit_code == 1


@pytest.mark.parametrize(("trouble", "told"), [("drops after", "possibly rung."), ("slow down", "not rung.")])
def test_a_phone_that_may_ring_all_the_same_is_not_said_not_to_be_rung(
    api: RestApi, reach: Callable[..., None], trouble: Trouble, told: str
) -> None:
    reach()
    api.fault(trouble, 1, "POST")
    result = ring_test("amy")
    assert result.output.startswith(f"Amy Okafor: {told} The carrier did not ")
    assert result.exit_code == 1
    assert len(api.calls) == (told == "possibly rung.")


@pytest.mark.usefixtures("live_line")
def test_in_practice_mode_it_shows_how_a_test_goes_and_no_phone_rings() -> None:
    result = ring_test("ben")
    assert result.exit_code == 0, result.output
    assert "This is practice mode: no real phone rings." in result.output
    assert "ben  hears “This is a test of the RISE line. Nobody is waiting." in result.output
    assert "ben  presses 1" in result.output
    assert "amy" not in result.output
    assert "amy  presses 1" in ring_test().output


@pytest.mark.usefixtures("live_line")
def test_somebody_unknown_is_answered_with_whom_it_knows() -> None:
    error = ring_test("bne").exception
    assert isinstance(error, FilesError)
    assert "Did you mean `ben`?" in str(error)


def test_results_of_the_last_month_are_shown_by_volunteer(live_line: Path) -> None:
    rota = live_line / "rota/rise.yaml"
    rota.write_text(rota.read_text() + "ringing: {test: monthly}\n")
    results, now = kept(live_line), int(datetime.now(UTC).timestamp())
    for id, volunteer, reached, days in (
        ("1", "amy", True, 1),
        ("2", "ben", False, 1),
        ("3", "gone", None, 2),
        ("4", "amy", True, 40),
    ):
        results.begin(id, "rise", volunteer, now - days * 86_400)
        if reached is not None:
            results.over(id, reached)
    shown = ring_test("--results").output
    assert [line.split()[4:] for line in shown.splitlines()[1:4]] == [
        ["gone", "no", "word", "yet"],
        ["Amy", "Okafor", "reached"],
        ["Ben", "Ruiz", "not", "reached"],
    ]
    assert "RISE: every phone is rung on Wed" in shown
    found = json.loads(ring_test("--results", "--json").output)
    assert [(one["volunteer"], one["reached"]) for one in found] == [("gone", None), ("amy", True), ("ben", False)]


@pytest.mark.usefixtures("live_line")
def test_where_nobody_was_tested_it_says_so() -> None:
    assert "No test rings in the last month." in ring_test("--results").output
    assert ring_test("--results", "--json").output == "[]\n"


def test_all_phones_ring_only_after_a_yes(api: RestApi) -> None:
    result = ring_test(answer="n\n")
    assert "Ring the phones of 2 volunteers now?" in result.output
    assert "Nobody was rung." in result.output
    assert result.exit_code == 1
    assert api.requests == []


def test_while_redis_is_gone_nobody_is_rung_and_it_says_why(api: RestApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    result = ring_test("ben")
    assert result.exit_code == 1
    assert "Ben Ruiz: not rung. Whether this phone is in a call is not known." in result.output
    assert api.calls == {}
