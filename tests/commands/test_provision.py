"""`hotline provision`, against the carrier's REST API's stand-in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.carrier.addresses import objections
from hotline.cli import group
from hotline.errors import SettingsError
from hotline.simulator.rest_api.records import POINTING
from hotline.simulator.rest_api.server import RestApi
from tests.commands.conftest import PUBLIC

LINE = "+14105550100"
FALLBACK = "https://files.example.net/fallback.xml"
HERE = POINTING | {
    "VoiceUrl": f"{PUBLIC}/voice",
    "StatusCallback": f"{PUBLIC}/voice/ended",
    "SmsUrl": f"{PUBLIC}/sms",
}


def provision(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(group, ["provision", *arguments], input=answer)


def test_it_shows_what_is_and_what_would_be_asks_and_changes_it(api: RestApi) -> None:
    number = api.add_number(LINE, VoiceUrl="https://demo.example.com/welcome", VoiceMethod="GET")
    result = provision("--fallback", FALLBACK, answer="y\n")
    assert result.exit_code == 0, result.output
    shown = [re.split(r"\s{2,}", line.strip()) for line in result.output.splitlines()]
    assert ["A call comes in", "https://demo.example.com/welcome", f"{PUBLIC}/voice"] in shown
    assert ["A call comes in, method", "GET", "POST"] in shown
    assert ["Primary handler fails", "–", FALLBACK] in shown
    assert ["Call status changes", "–", f"{PUBLIC}/voice/ended"] in shown
    assert ["A message comes in", "–", f"{PUBLIC}/sms"] in shown
    assert number.set == HERE | {"VoiceFallbackUrl": FALLBACK, "VoiceFallbackMethod": "GET"}


def test_long_addresses_are_shown_to_their_end(api: RestApi) -> None:
    path = "/".join(f"part-{number}" for number in range(20))
    api.add_number(LINE, VoiceUrl=f"https://another-system.example.com/{path}")
    shown = "".join(provision("--dry-run").output.split())
    assert "…" not in shown
    assert "part-19" in shown


@pytest.mark.parametrize(
    ("arguments", "answer"), [((), "n\n"), ((), ""), (("--dry-run",), ""), (("-y", "--dry-run"), "")]
)
def test_nothing_is_changed_without_a_yes(api: RestApi, arguments: tuple[str, ...], answer: str) -> None:
    number = api.add_number(LINE)
    result = provision(*arguments, answer=answer)
    assert result.exit_code == 1
    assert number.set == POINTING
    assert api.asked("POST") == []


def test_the_second_time_there_is_nothing_to_change(api: RestApi) -> None:
    api.add_number(LINE)
    assert provision("--yes").exit_code == 0
    changed = len(api.asked("POST"))
    result = provision("--yes")
    assert (result.exit_code, len(api.asked("POST"))) == (0, changed)
    assert "Nothing to change." in result.output


def test_a_fallback_that_is_set_already_stays_where_none_is_named(api: RestApi) -> None:
    number = api.add_number(LINE, VoiceFallbackUrl=FALLBACK, VoiceFallbackMethod="GET")
    result = provision("--yes")
    assert number.set["VoiceFallbackUrl"] == FALLBACK
    assert "There is no fallback" not in result.output


def test_the_fallback_may_come_from_the_settings(api: RestApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_FALLBACK_URL", FALLBACK)
    number = api.add_number(LINE)
    provision("--yes")
    assert number.set["VoiceFallbackUrl"] == FALLBACK


def test_without_a_fallback_it_says_what_is_missing(api: RestApi) -> None:
    api.add_number(LINE)
    assert "`hotline fallback` writes a document for it" in " ".join(provision("--dry-run").output.split())


def test_a_fallback_on_the_same_host_is_warned_of(api: RestApi) -> None:
    api.add_number(LINE)
    result = provision("--dry-run", "--fallback", f"{PUBLIC}:8443/fallback.xml")
    assert "would be down with it" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("VoiceApplicationSid", "AP" + "1" * 32, "voice application"),
        ("TrunkSid", "TK" + "1" * 32, "sip trunk"),
        ("SmsApplicationSid", "AP" + "2" * 32, "messaging application"),
    ],
)
def test_what_overrides_the_addresses_is_asked_about_by_name_and_taken_away(
    api: RestApi, field: str, value: str, name: str
) -> None:
    number = api.add_number(LINE, **{field: value})
    result = provision(answer="y\n")
    assert f"remove the {name}?" in result.output
    assert "ignores the addresses" in result.output
    assert number.set == HERE


def test_a_number_that_the_account_does_not_have_is_named_with_what_to_do(api: RestApi) -> None:
    api.add_number("+14105550177")
    result = provision("--yes")
    assert result.exit_code == 1
    assert f"{LINE} is in a call flow, but the account does not have it. Buy it" in " ".join(result.output.split())
    assert api.asked("POST") == [], "other numbers of the account are left alone"


def test_json_says_what_is_to_change_and_asks_nothing(api: RestApi) -> None:
    api.add_number(LINE, VoiceUrl=f"{PUBLIC}/voice", SmsUrl=f"{PUBLIC}/sms")
    assert provision("--json").exit_code == 2
    said = json.loads(provision("--json", "--dry-run").stdout)
    assert said == {
        "done": False,
        "missing": [],
        "numbers": [
            {
                "number": LINE,
                "changes": [{"field": "status_callback", "now": "", "then": f"{PUBLIC}/voice/ended"}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("url", "reasons"),
    [
        ("https://hotline.example.org", []),
        ("https://hotline.example.org/lines", []),
        ("http://hotline.example.org", ["not https"]),
        ("https://127.0.0.1:8000", ["cannot reach"]),
        ("https://[::1]:8000", ["cannot reach"]),
        ("https://192.168.1.4", ["cannot reach"]),
        ("https://localhost", ["cannot reach"]),
        ("https://printer.local", ["cannot reach"]),
        ("http://127.0.0.1:8000", ["not https", "cannot reach"]),
    ],
)
def test_an_address_that_does_not_serve_is_objected_to(url: str, reasons: list[str]) -> None:
    found = objections(url)
    assert len(found) == len(reasons)
    assert all(reason in one for reason, one in zip(reasons, found, strict=True))


def test_the_carrier_is_not_told_an_address_it_cannot_call_unless_forced(
    api: RestApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = api.add_number(LINE)
    monkeypatch.setenv("HOTLINE_PUBLIC_URL", "http://127.0.0.1:8000")
    result = provision("--yes")
    assert isinstance(result.exception, SettingsError)
    assert len(result.exception.problems) == 2
    assert api.requests == []
    assert provision("--yes", "--force").exit_code == 0
    assert number.set["VoiceUrl"] == "http://127.0.0.1:8000/voice"


@pytest.mark.usefixtures("live_line")
def test_in_practice_mode_it_says_that_there_is_no_account() -> None:
    result = provision()
    assert isinstance(result.exception, SettingsError)
    assert "TWILIO_ACCOUNT_SID" in str(result.exception)


def test_several_lines_are_led_here_together_and_one_by_its_name(api: RestApi, live_line: Path) -> None:
    flow = (live_line / "call_flows/rise.yaml").read_text()
    other = flow.replace("name: RISE", "name: Night\nrota: rise").replace("555 0100", "555 0200")
    (live_line / "call_flows/night.yaml").write_text(other)
    api.add_number(LINE)
    api.add_number("+14105550200")
    assert provision("Night", "--yes").exit_code == 0
    assert [one.set["VoiceUrl"] for one in api.numbers.values()] == ["", f"{PUBLIC}/voice"]
    assert "Change this number at the carrier?" in provision(answer="n\n").output
