"""The carrier's REST API, over real HTTP against a stand-in: what is asked, and what each trouble is called here."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from hotline.carrier import sdk
from hotline.carrier.rest import RestCarrier
from hotline.core.carrier_records.records import Pointing
from hotline.errors import CarrierError, CarrierLimit, CarrierNotYet, CarrierRefused, CarrierUnavailable
from hotline.simulator.rest_api.faults import Trouble
from hotline.simulator.rest_api.server import RestApi
from tests.faults.processes import free_port

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
LINE, AMY, CALLER = "+14105550100", "+14105550111", "+14105550999"
SECRETS = (AMY, CALLER, "4105550111", "4105550999", "CA", "SM", "shift")


@pytest.fixture
def api() -> Iterator[RestApi]:
    with RestApi(now=lambda: NOW) as api:
        api.add_number(LINE)
        yield api


@pytest.fixture
def carrier(api: RestApi) -> RestCarrier:
    return RestCarrier(api.account, api.token, api.url)


def text(carrier: RestCarrier) -> str:
    return carrier.send_text(AMY, LINE, "Your shift begins at 18:00.")


# --------------------------------------------------------------------------------------------- what is asked, and how


def test_a_text_is_one_signed_in_form_to_the_documented_address(api: RestApi, carrier: RestCarrier) -> None:
    sid = text(carrier)
    (asked,) = api.requests
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{api.account}/Messages.json")
    assert asked.params == {"To": AMY, "From": LINE, "Body": "Your shift begins at 18:00."}
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert api.texts[sid].body == "Your shift begins at 18:00."


def test_a_call_is_asked_for_with_where_to_fetch_what_is_heard_and_whom_to_tell_of_its_end(
    api: RestApi, carrier: RestCarrier
) -> None:
    sid = carrier.place_call(AMY, LINE, "https://hotline.example/voice/x", "https://hotline.example/voice/y", 25)
    assert api.calls[sid].asked == {
        "To": AMY,
        "From": LINE,
        "Url": "https://hotline.example/voice/x",
        "Method": "POST",
        "StatusCallback": "https://hotline.example/voice/y",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "completed",
        "Timeout": "25",
    }


def test_legs_are_those_of_their_call(api: RestApi, carrier: RestCarrier) -> None:
    call = api.add_call(LINE, CALLER, legs=[AMY, "+14105550112"])
    api.add_call(LINE, CALLER, legs=[AMY])
    found = carrier.legs(call)
    assert [leg.parent for leg in found] == [call, call]
    assert {leg.sid for leg in found} == {sid for sid, one in api.calls.items() if one.parent == call}
    assert all(leg.over and leg.since == SECONDS for leg in found)


def test_every_page_of_a_list_is_read(api: RestApi, carrier: RestCarrier) -> None:
    api.most_a_page = 3
    sids = {api.add_call(LINE, CALLER) for _ in range(8)}
    assert {call.sid for call in carrier.calls(LINE)} == sids
    assert len(api.asked("GET", "/Calls.json")) == 4, "three pages to the number, one from it"


def test_calls_are_those_to_and_from_a_number_since_an_instant(api: RestApi, carrier: RestCarrier) -> None:
    api.now = lambda: NOW - timedelta(days=3)
    old = api.add_call(LINE, CALLER)
    api.now = lambda: NOW - timedelta(hours=13)
    before_noon = api.add_call(LINE, CALLER)
    api.now = lambda: NOW
    call = api.add_call(LINE, CALLER, legs=[AMY])
    api.add_call("+14105550200", CALLER)
    recent = {found.sid for found in carrier.calls(LINE, SECONDS - 3600)}
    assert recent == {sid for sid, one in api.calls.items() if call in (sid, one.parent)}
    assert {found.sid for found in carrier.calls(LINE)} == recent | {old, before_noon}
    assert [one.params.get("StartTime>") for one in api.asked("GET")] == ["2026-03-04"] * 2 + [None] * 2


def test_a_lookup_after_a_doubt_finds_what_is_not_even_dialled_or_sent_yet(api: RestApi, carrier: RestCarrier) -> None:
    call = carrier.place_call(AMY, LINE, "https://hotline.example/voice/x", "https://hotline.example/voice/y", 25)
    sent = text(carrier)
    api.texts[sent].status = "queued"
    assert [found.sid for found in carrier.calls_placed(AMY, LINE, SECONDS - 60)] == [call]
    assert [(found.sid, found.body) for found in carrier.texts_sent(AMY, LINE, SECONDS - 60)] == [
        (sent, "Your shift begins at 18:00.")
    ]
    assert carrier.calls_placed(AMY, LINE, SECONDS + 60) == []
    assert carrier.texts_sent(AMY, LINE, SECONDS + 60) == []


def test_a_deleted_record_is_gone_and_one_that_is_not_there_is_as_good(api: RestApi, carrier: RestCarrier) -> None:
    call, sent = api.add_call(LINE, CALLER), api.add_text(LINE, CALLER, "hello?")
    for there in (True, False):
        assert carrier.delete_call(call) is there
        assert carrier.delete_text(sent) is there
    assert (api.calls, api.texts) == ({}, {})
    assert [one.status for one in api.asked("DELETE")] == [204, 204, 404, 404]


def test_a_record_that_the_carrier_cannot_delete_and_still_has_is_not_deleted(
    api: RestApi, carrier: RestCarrier
) -> None:
    call, sent = api.add_call(LINE, CALLER), api.add_text(LINE, CALLER, "hello?")
    api.fault("not found", times=None, method="DELETE")
    for delete in (lambda: carrier.delete_call(call), lambda: carrier.delete_text(sent)):
        error = refused(delete)
        assert error.status == 404
        assert "still has" in error.message
        assert not any(secret in f"{error} {error.remedy}" for secret in (call, sent, CALLER))


def test_texts_name_the_number_that_is_not_ours(api: RestApi, carrier: RestCarrier) -> None:
    api.add_text(LINE, CALLER, "hello?")
    text(carrier)
    found = {one.number: one.sent for one in carrier.texts(LINE)}
    assert found == {CALLER: False, AMY: True}


def test_only_what_differs_of_a_number_is_sent(api: RestApi, carrier: RestCarrier) -> None:
    (number,) = carrier.numbers()
    assert (number.number, number.pointing.voice_url, number.pointing.voice_method) == (LINE, "", "POST")
    carrier.point(number, number.pointing)
    assert api.asked("POST") == []
    carrier.point(number, replace(number.pointing, voice_url="https://hotline.example/voice", voice_application=""))
    (asked,) = api.asked("POST")
    assert asked.params == {"VoiceUrl": "https://hotline.example/voice"}
    (number,) = carrier.numbers()
    assert number.pointing == replace(Pointing(), voice_url="https://hotline.example/voice", **METHODS)


METHODS = dict.fromkeys(("voice_method", "fallback_method", "status_callback_method", "sms_method"), "POST")


def test_an_application_is_cleared_by_naming_none(api: RestApi, carrier: RestCarrier) -> None:
    record = next(iter(api.numbers.values()))
    record.set["VoiceApplicationSid"] = "AP" + "1" * 32
    (number,) = carrier.numbers()
    assert number.pointing.voice_application == "AP" + "1" * 32
    carrier.point(number, replace(number.pointing, voice_application=""))
    assert record.set["VoiceApplicationSid"] == ""


def test_the_account_tells_whether_it_is_active_and_what_time_it_is(carrier: RestCarrier) -> None:
    account = carrier.account()
    assert (account.status, account.trial, account.clock) == ("active", False, SECONDS)


# ------------------------------------------------------------------------------------ carriers that are nearly the same


@contextmanager
def answering(status: int, body: str) -> Iterator[RestCarrier]:
    """A carrier that answers everything in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", free_port()), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield RestCarrier("AC1", "t", f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join(5)


def test_a_page_may_have_fields_that_nobody_has_heard_of() -> None:
    body = '{"calls": [{"sid": "CA1", "status": "completed", "mood": 1}], "next_page_uri": null, "hint": [1], "n": 1}'
    with answering(200, body) as carrier:
        assert [call.sid for call in carrier.legs("CA0")] == ["CA1"]


@pytest.mark.parametrize("body", ["{}", "[]", '{"sid": 5}', '{"calls": null}', '{"calls": [null]}', '{"texts": []}'])
def test_a_page_that_cannot_be_read_is_unavailable(body: str) -> None:
    with answering(200, body) as carrier:
        error = refused(lambda: carrier.legs("CA0"))
    assert isinstance(error, CarrierUnavailable)


def test_a_record_without_a_date_is_taken_for_a_recent_one() -> None:
    """It would be left at the carrier for ever, and a text in doubt be sent twice."""
    with answering(200, '{"calls": [{"sid": "CA1", "status": "busy", "start_time": null}]}') as carrier:
        assert {call.sid for call in carrier.calls(LINE, SECONDS)} == {"CA1"}
        assert [call.sid for call in carrier.calls_placed(AMY, LINE, SECONDS)] == ["CA1"]
    with answering(200, '{"messages": [{"sid": "SM1", "status": "sent", "body": "x"}]}') as carrier:
        assert {text.sid for text in carrier.texts(LINE, SECONDS)} == {"SM1"}
        assert [text.sid for text in carrier.texts_sent(AMY, LINE, SECONDS)] == ["SM1"]


def test_a_carrier_without_a_list_of_recordings_does_not_say_how_many_there_are() -> None:
    with answering(404, '{"code": 20404, "status": 404}') as carrier:
        assert carrier.recordings() is None
    with answering(401, '{"code": 20003, "status": 401}') as carrier:
        assert isinstance(refused(carrier.recordings), CarrierRefused)


# ------------------------------------------------------------------------------------------------ where it is asked


@pytest.mark.parametrize("path", ["", "/", "/2010-04-01", "/api/laml", "/api/laml/2010-04-01/"])
def test_another_address_takes_the_place_of_the_carriers_with_its_path(path: str) -> None:
    http = sdk.Http(f"http://127.0.0.1:9/{path}".replace("9//", "9/"))
    base = path.rstrip("/").removesuffix("/2010-04-01")
    first = http._placed("https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json?Page=1")
    assert first == f"http://127.0.0.1:9{base}/2010-04-01/Accounts/AC1/Calls.json?Page=1"
    if base:  # as `next_page_uri` has it
        assert http._placed(f"https://api.twilio.com{urlsplit(first).path}") == first.partition("?")[0]


def test_without_one_the_carriers_own_is_asked() -> None:
    url = "https://api.dublin.ie1.twilio.com/2010-04-01/Accounts.json"
    assert sdk.Http(None)._placed(url) == url


def test_making_a_carrier_imports_no_sdk() -> None:
    code = (
        "import sys; from hotline.carrier.rest import RestCarrier; RestCarrier('AC', 't', 'http://127.0.0.1:9');"
        "print([name for name in sys.modules if name.startswith(('twilio', 'requests'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---------------------------------------------------------------------------------------------------------- troubles


@pytest.fixture
def hurried() -> Iterator[None]:
    """Little patience, so that a stall takes no ten seconds."""
    usual, sdk.ANSWER_WITHIN = sdk.ANSWER_WITHIN, 0.3
    yield
    sdk.ANSWER_WITHIN = usual


def refused(ask: Callable[[], object]) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        ask()
    told = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert not [secret for secret in SECRETS if secret in told], told
    assert caught.value.remedy
    assert caught.value.__context__ is None or caught.value.__suppress_context__, (
        "what lies behind it names numbers and records"
    )
    return caught.value


@pytest.mark.parametrize(
    ("trouble", "how", "after", "in_doubt"),
    [
        ("not yet", {}, 60, False),
        ("slow down", {"retry_after": 7}, 7, False),
        ("slow down", {"retry_after": None}, None, False),
        ("slow down", {"retry_after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90, False),
        ("slow down", {"retry_after": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0, False),
        ("slow down", {"retry_after": format_datetime(NOW + timedelta(days=9), usegmt=True)}, 86_400, False),
        ("slow down", {"retry_after": "soon"}, None, False),
        ("slow down", {"retry_after": "Wed, 99 Xyz 2026 12:00:00 GMT"}, None, False),
        ("too many calls", {}, None, False),
        ("fails", {}, None, True),
        ("drops", {}, None, True),
        ("drops after", {}, None, True),
        ("garbles", {}, None, True),
        ("stalls", {}, None, True),
    ],
)
@pytest.mark.usefixtures("hurried")
def test_what_may_pass_is_unavailable_and_a_text_that_may_have_gone_out_is_in_doubt(
    api: RestApi, carrier: RestCarrier, trouble: str, how: dict[str, int | str], after: int | None, in_doubt: bool
) -> None:
    api.fault(trouble, **how)  # type: ignore[arg-type]
    error = refused(lambda: text(carrier))
    assert isinstance(error, CarrierUnavailable)
    assert isinstance(error, CarrierNotYet) == (trouble == "not yet")
    assert isinstance(error, CarrierLimit) == (trouble in ("slow down", "too many calls"))
    assert (error.after, error.in_doubt) == (after, in_doubt)
    assert len(api.asked("POST")) <= 1, "nothing is tried twice"
    if trouble == "drops after":
        assert len(carrier.texts_sent(AMY, LINE, SECONDS - 60)) == 1
    elif trouble != "stalls":
        assert carrier.texts_sent(AMY, LINE, SECONDS - 60) == []


def test_where_nobody_listens_a_text_surely_did_not_go_out() -> None:
    error = refused(lambda: text(RestCarrier("AC1", "t", f"http://127.0.0.1:{free_port()}")))
    assert isinstance(error, CarrierUnavailable)
    assert not error.in_doubt


def test_a_name_that_no_host_has_is_unavailable_and_not_in_doubt() -> None:
    error = refused(lambda: text(RestCarrier("AC1", "t", "http://carrier.invalid")))
    assert isinstance(error, CarrierUnavailable)
    assert not error.in_doubt


def test_looking_is_never_in_doubt(api: RestApi, carrier: RestCarrier) -> None:
    api.fault("drops", None)
    for ask in (lambda: carrier.legs("CA1"), lambda: carrier.delete_call("CA1"), carrier.numbers, carrier.account):
        error = refused(ask)
        assert isinstance(error, CarrierUnavailable)
        assert not error.in_doubt


@pytest.mark.parametrize(
    ("to", "body", "code", "remedy"),
    [
        ("nonsense", "x", 21211, "errors/21211"),
        (AMY, "", 21602, "errors/21602"),
    ],
)
def test_what_is_refused_for_good_has_the_carriers_code_and_a_remedy(
    carrier: RestCarrier, to: str, body: str, code: int, remedy: str
) -> None:
    error = refused(lambda: carrier.send_text(to, LINE, body))
    assert isinstance(error, CarrierRefused)
    assert (error.status, error.code) == (400, code)
    assert remedy in error.remedy


def test_a_wrong_token_is_refused_with_the_settings_to_check(api: RestApi) -> None:
    error = refused(RestCarrier(api.account, "wrong", api.url).numbers)
    assert isinstance(error, CarrierRefused)
    assert (error.status, error.code) == (401, 20003)
    assert "TWILIO_AUTH_TOKEN" in error.remedy


def test_an_address_that_leads_elsewhere_is_not_followed_with_the_token() -> None:
    """A redirect would take the token to wherever it leads."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def redirect() -> None:
            connection, _ = server.accept()
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
            connection.close()

        thread = threading.Thread(target=redirect)
        thread.start()
        error = refused(RestCarrier("AC1", "t", f"http://127.0.0.1:{server.getsockname()[1]}").numbers)
        thread.join(5)
    assert isinstance(error, CarrierRefused)
    assert "TWILIO_API_BASE_URL" in error.remedy


def test_a_call_in_progress_cannot_be_deleted_yet(api: RestApi, carrier: RestCarrier) -> None:
    call = api.add_call(LINE, CALLER, status="in-progress")
    error = refused(lambda: carrier.delete_call(call))
    assert isinstance(error, CarrierNotYet)
    assert error.after == 60


def test_records_show_no_number_and_no_words_by_chance(api: RestApi, carrier: RestCarrier) -> None:
    api.add_text(LINE, CALLER, "hello?")
    (record,) = carrier.texts(LINE)
    assert CALLER not in repr(record)
    assert "hello" not in repr(record)


def test_queues_are_listed_and_deleted_once(api: RestApi, carrier: RestCarrier) -> None:
    sid = api.add_queue("Xk3-_9aBcDeF.0", size=2)
    (queue,) = carrier.queues()
    assert (queue.sid, queue.name, queue.size, queue.since) == (sid, "Xk3-_9aBcDeF.0", 2, SECONDS)
    assert isinstance(refused(lambda: carrier.delete_queue(sid)), CarrierRefused)
    api.queues[sid].waits = ()
    assert [carrier.delete_queue(sid), carrier.delete_queue(sid)] == [True, False]
    assert carrier.queues() == []


@pytest.mark.parametrize(
    ("profile", "approved"), [("twilio-approved", True), ("draft", False), ("", False), (None, None)]
)
def test_an_approved_business_profile(
    api: RestApi, carrier: RestCarrier, profile: str | None, approved: bool | None
) -> None:
    api.trust_hub.profile = profile
    assert carrier.has_approved_profile() is approved


def test_the_numbers_whose_calls_are_signed(api: RestApi, carrier: RestCarrier) -> None:
    assert carrier.signed_numbers() == set()
    api.trust_hub.signed += [f"PN{number:032x}" for number in range(120)]
    assert carrier.signed_numbers() == set(api.trust_hub.signed), "all pages"
    (products, *_) = api.asked("GET", "/v1/TrustProducts")
    assert products.params["PolicySid"] == "RN7a97559effdf62d00f4298208492a5ea"


@pytest.mark.parametrize(("product", "signed"), [("in-review", set()), ("draft", set()), ("", set()), (None, None)])
def test_numbers_are_signed_by_an_approved_product_only(
    api: RestApi, carrier: RestCarrier, product: str | None, signed: set[str] | None
) -> None:
    api.trust_hub.shaken, api.trust_hub.signed = product, [f"PN{'1' * 32}"]
    assert carrier.signed_numbers() == signed


@pytest.mark.parametrize(
    ("trouble", "error"),
    [("fails", CarrierUnavailable), ("slow down", CarrierLimit), ("drops", CarrierUnavailable)],
)
def test_a_trust_hub_that_fails_is_no_answer(
    api: RestApi, carrier: RestCarrier, trouble: Trouble, error: type[CarrierError]
) -> None:
    api.fault(trouble, path="ChannelEndpointAssignments")
    assert isinstance(refused(carrier.signed_numbers), error)
