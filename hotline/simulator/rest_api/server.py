"""The simulated REST API of the carrier: real HTTP on this machine, for any client.

    with RestApi() as api:
        line = api.add_number("+14105550100")
        call = api.add_call("+14105550100", "+14105550999", legs=["+14105550111"])
        api.fault("not yet", times=2, method="DELETE", each=True)
        ...  # TWILIO_API_BASE_URL=api.url TWILIO_ACCOUNT_SID=api.account TWILIO_AUTH_TOKEN=api.token
        assert call not in api.calls
        assert [(one.method, one.path) for one in api.requests] == ...

`status` and `type` are the account's; `trust_hub`: its business profile, and which numbers' calls are signed; `barred`:
the countries it may not dial. None there: an API that does not say.
It keeps `calls`, `texts` and `numbers` by SID, and every request in `requests`. `list_lag`: seconds for which a new
record is missing from lists, as the carrier's are eventually consistent. A call that is asked for stays `queued`
until `on_call` or a test says otherwise: `api.calls[sid].status = "completed"`. Texts are delivered at once.
Without a world it plays the documented API and nothing of what is behind it: no phone rings.

    with world.rest_api() as api:
        ...  # POST Calls.json rings the world's phones

With a world, `calls` and `queues` are what its carrier knows; requests arrive in threads of the server, and what they
ask for happens at the world's present moment, when its own thread goes on.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from hotline.simulator.rest_api.faults import Fault, Trouble
from hotline.simulator.rest_api.records import (
    POINTING,
    VERSION,
    ApiCall,
    ApiQueue,
    ApiText,
    Json,
    NumberRecord,
    Record,
    matching,
    new_sid,
)
from hotline.simulator.rest_api.running import ApiError, RunningWorld
from hotline.simulator.rest_api.trust_hub import TrustHub

_LISTS = {
    "Calls": "calls",
    "Messages": "messages",
    "IncomingPhoneNumbers": "incoming_phone_numbers",
    "Queues": "queues",
}
_DATES = {"StartTime", "EndTime", "DateSent", "DateCreated"}
_COUNTRIES = "/v1/DialingPermissions/Countries/"
_NUMBER = re.compile(r"\+[1-9][0-9]{1,14}")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A received request. `at` is by the monotonic clock; `params` are those of the query and of the form.

    `status`: that of the answer; 0 for no answer.
    """

    method: str
    path: str
    params: Mapping[str, str]
    at: float
    status: int
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def _refusal(error: ApiError) -> _Answer:
    info = f"https://www.twilio.com/docs/errors/{error.code}"
    body = {"code": error.code, "message": str(error), "more_info": info, "status": error.status}
    return _Answer(error.status, body, error.headers)


class RestApi:
    """A REST API for one account. Listens from `start` (or the beginning of a `with`) to `stop`, on 127.0.0.1."""

    def __init__(
        self,
        account: str = "AC" + "0" * 32,
        token: str = "",
        *,
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        world: RunningWorld | None = None,
    ) -> None:
        self.account, self.token = account, token or secrets.token_hex(16)
        self.now, self.list_lag, self.most_a_page = now, 0.0, 1000
        self.world = world
        self.calls: MutableMapping[str, ApiCall] = {}
        self.queues: MutableMapping[str, ApiQueue] = {}
        self.texts: dict[str, ApiText] = {}
        self.numbers: dict[str, NumberRecord] = {}
        self.recordings = 0
        self.status, self.type = "active", "Full"
        self.trust_hub = TrustHub()
        self.barred: set[str] | None = set()
        self.requests: list[ApiRequest] = []
        self.faults: list[Fault] = []
        self.on_call: Callable[[ApiCall], None] = lambda _: None
        self._port = port
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._ended = threading.Event()
        if world is not None:
            self._play(world)

    def _play(self, world: RunningWorld) -> None:
        """Take a running world for what is behind the API."""
        self.account, self.token, self.now = world.account, world.token, world.now
        self.calls, self.queues = world.calls, world.queues
        for number, pointing in world.numbers.items():
            self.add_number(number, **pointing)

    # What a test sets

    @property
    def url(self) -> str:
        """The address to point TWILIO_API_BASE_URL at."""
        return f"http://127.0.0.1:{self._port}"

    def add_number(self, number: str, **pointing: str) -> NumberRecord:
        """Add a number of the account. `pointing` by the API's own names, such as VoiceUrl."""
        record = NumberRecord(new_sid("PN"), number, self.now())
        record.set |= pointing
        self.numbers[record.sid] = record
        return record

    def add_call(
        self, to: str, sender: str, *, legs: Sequence[str] = (), status: str = "completed", sid: str = ""
    ) -> str:
        """Add the record of a call that came in, and of the legs it led to; return its SID."""
        call = ApiCall(sid or new_sid("CA"), to, sender, self.now(), status)
        self._keep(call)
        for leg in legs:
            self.add_leg(call.sid, leg, status)
        return call.sid

    def add_leg(self, call: str, to: str, status: str = "completed", sid: str = "") -> str:
        """Add the record of a leg that a call led to, from the number that was called; return its SID."""
        record = ApiCall(
            sid or new_sid("CA"), to, self.calls[call].to, self.now(), status, direction="outbound-dial", parent=call
        )
        self._keep(record)
        return record.sid

    def add_queue(self, name: str, size: int = 0) -> str:
        """Add the record of a queue in which so many callers have waited for a minute; return its SID."""
        queue = ApiQueue(new_sid("QU"), name, self.now(), (60.0,) * size)
        self.queues[queue.sid] = queue
        return queue.sid

    def add_text(
        self,
        to: str,
        sender: str,
        body: str,
        direction: str = "inbound",
        status: str = "received",
        error: int | None = None,
    ) -> str:
        """Add the record of a text; return its SID."""
        record = ApiText(new_sid("SM"), to, sender, body, self.now(), status, direction, error)
        self._keep(record)
        return record.sid

    def fault(self, trouble: Trouble, times: int | None = 1, method: str = "", path: str = "", **how: Any) -> Fault:
        """Make requests fail, `times` times; see `rest_faults.Fault`."""
        fault = Fault(trouble, times, method, path, **how)
        with self._lock:
            self.faults.append(fault)
        return fault

    def asked(self, method: str = "", path: str = "") -> list[ApiRequest]:
        """The requests so far, of a method and with this in their path."""
        with self._lock:
            return [request for request in self.requests if method in ("", request.method) and path in request.path]

    # Running

    def start(self) -> None:
        """Start to listen for requests."""
        self._server = _Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening, and end stalled requests."""
        if self._server is not None:
            self._ended.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> RestApi:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Answering

    def answer(self, method: str, target: str, body: str, headers: Mapping[str, str]) -> _Answer | None:
        """Return the answer to a request, or None to cut the connection. Each request is stored."""
        parts = urlsplit(target)
        params = _params(parts.query) | _params(body)
        at = time.monotonic()
        answer = self._faulty(method, parts.path, params, headers)
        with self._lock:
            status = 0 if answer is None else answer.status
            self.requests.append(ApiRequest(method, parts.path, params, at, status, dict(headers)))
        return answer

    def _faulty(self, method: str, path: str, params: Mapping[str, str], headers: Mapping[str, str]) -> _Answer | None:
        with self._lock:
            fault = next((one for one in self.faults if one.strikes(method, path)), None)
        if fault is not None:
            match fault.trouble:
                case "drops":
                    return None
                case "drops after":
                    self._proper(method, path, params, headers)
                    return None
                case "stalls":
                    self._ended.wait(fault.seconds)
                case "garbles":
                    return _Answer(200, None)
                case "not yet":
                    return _refusal(ApiError(400, 20009, "Cannot delete this resource before it is complete"))
                case "slow down":
                    wait = {} if fault.retry_after is None else {"Retry_After": str(fault.retry_after)}
                    return _refusal(ApiError(429, 20429, "Too Many Requests", **wait))
                case "too many calls":
                    return _refusal(ApiError(429, 10004, "Call concurrency limit exceeded"))
                case "fails":
                    return _refusal(ApiError(500, 20500, "Internal Server Error"))
                case "not found":
                    return _refusal(ApiError(404, 20404, "The requested resource was not found"))
                case "unknown account":
                    return _refusal(ApiError(401, 20003, "Authenticate"))
        return self._proper(method, path, params, headers)

    def _proper(self, method: str, path: str, params: Mapping[str, str], headers: Mapping[str, str]) -> _Answer:
        try:
            self._authenticate(headers)
            with self._lock, self._present():
                return self._route(method, path, params)
        except ApiError as error:
            return _refusal(error)

    def _present(self) -> AbstractContextManager[None]:
        """Have the turn in the world, if there is one."""
        return nullcontext() if self.world is None else self.world.present()

    def _authenticate(self, headers: Mapping[str, str]) -> None:
        kind, _, encoded = headers.get("Authorization", "").partition(" ")
        try:
            sent = base64.b64decode(encoded, validate=True) if kind == "Basic" else b""
        except ValueError:
            sent = b""
        if not hmac.compare_digest(sent, f"{self.account}:{self.token}".encode()):
            raise ApiError(401, 20003, "Authenticate")

    def _route(self, method: str, path: str, params: Mapping[str, str]) -> _Answer:
        base = f"/{VERSION}/Accounts/{self.account}"
        if path == f"{base}.json" and method == "GET":
            return _Answer(200, self._account())
        if path.startswith(_COUNTRIES) and method == "GET":
            return self._country(path)
        if self.trust_hub.has(path) and method == "GET":
            return _Answer(200, self.trust_hub.answer(path, params, self.account))
        names = path.removeprefix(f"{base}/").removesuffix(".json").split("/")
        if not path.startswith(f"{base}/") or not path.endswith(".json"):
            raise _not_found(path)
        match method, names:
            case "GET", ["Recordings"]:
                return _Answer(200, self._recordings(path))
            case "GET", [kind] if kind in _LISTS:
                return _Answer(200, self._list(kind, path, params))
            case "POST", ["Calls"]:
                return _Answer(201, self._create_call(params).json(self.account))
            case "POST", ["Messages"]:
                return _Answer(201, self._create_text(params).json(self.account))
            case "GET", [kind, sid] if sid in self._records(kind):
                return _Answer(200, self._records(kind)[sid].json(self.account))
            case "DELETE", [kind, sid] if sid in self._records(kind):
                return self._delete(kind, sid)
            case "POST", ["Calls", sid] if sid in self.calls:
                return self._update_call(self.calls[sid], params)
            case "POST", ["Queues", sid, "Members", member] if self.world is not None and sid in self.queues:
                return self._dequeue(self.world, sid, member, params)
            case "POST", ["IncomingPhoneNumbers", sid] if sid in self.numbers:
                return self._point(self.numbers[sid], params)
        raise _not_found(path)

    def _account(self) -> Json:
        return {"sid": self.account, "status": self.status, "type": self.type, "friendly_name": "Practice"}

    def _country(self, path: str) -> _Answer:
        """Return whether a country may be dialled. Twilio docs: voice/api/dialingpermissions-country-resource."""
        country = path.removeprefix(_COUNTRIES)
        if self.barred is None or not re.fullmatch("[A-Z]{2}", country):
            raise _not_found(path)
        allowed = country not in self.barred
        names = ("low_risk_numbers", "high_risk_special_numbers", "high_risk_tollfraud_numbers")
        return _Answer(200, {"iso_code": country, "name": country} | {f"{name}_enabled": allowed for name in names})

    def _records(self, kind: str) -> Mapping[str, Record]:
        kept: dict[str, Mapping[str, Record]] = {
            "Calls": self.calls,
            "Messages": self.texts,
            "IncomingPhoneNumbers": self.numbers,
            "Queues": self.queues,
        }
        return kept.get(kind, {})

    def _list(self, kind: str, path: str, params: Mapping[str, str]) -> Json:
        filters = {
            name: value
            for name, value in params.items()
            if name in ("To", "From", "Status", "ParentCallSid", "PhoneNumber") or name.rstrip("<>") in _DATES
        }
        seen = (record for record in self._records(kind).values() if record.listed_from <= time.monotonic())
        newest_first = sorted(
            matching(iter(seen), filters, lambda one: one.created), key=lambda one: one.created, reverse=True
        )
        return self._page(_LISTS[kind], newest_first, path, params, filters)

    def _page(
        self, name: str, found: Sequence[Any], path: str, params: Mapping[str, str], filters: Mapping[str, str]
    ) -> Json:
        size = min(max(int(params.get("PageSize", "50")), 1), self.most_a_page)
        page = int(params.get("Page", "0"))
        start = page * size
        shown = found[start : start + size]

        def uri(number: int) -> str:
            more = {} if number == 0 else {"PageToken": f"PA{number}"}
            return f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': number, **more})}"

        return {
            name: [one.json(self.account) for one in shown],
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if start + size < len(found) else None,
            "previous_page_uri": uri(page - 1) if page else None,
            "uri": uri(page),
            "page": page,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
        }

    def _recordings(self, path: str) -> Json:
        shown = [{"sid": new_sid("RE"), "account_sid": self.account} for _ in range(self.recordings)]
        return {
            "recordings": shown,
            "next_page_uri": None,
            "previous_page_uri": None,
            "first_page_uri": path,
            "uri": path,
            "page": 0,
            "page_size": 50,
            "start": 0,
            "end": len(shown),
        }

    def _create_call(self, params: Mapping[str, str]) -> ApiCall:
        to, sender = self._numbers_of(params)
        if not any(params.get(name) for name in ("Url", "Twiml", "ApplicationSid")):
            raise ApiError(400, 21205, "Url parameter is required.")
        if self.world is not None:
            call = self.world.ring(params)
            self.on_call(call)
            return call
        call = ApiCall(new_sid("CA"), to, sender, self.now(), "queued", "outbound-api", None, dict(params))
        self._keep(call)
        self.on_call(call)
        return call

    def _create_text(self, params: Mapping[str, str]) -> ApiText:
        to, sender = self._numbers_of(params)
        body = params.get("Body", "")
        if not body:
            raise ApiError(400, 21602, "Message body is required.")
        if len(body) > 1600:
            raise ApiError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        text = ApiText(new_sid("SM"), to, sender, body, self.now())
        self._keep(text)
        return text

    def _numbers_of(self, params: Mapping[str, str]) -> tuple[str, str]:
        to, sender = params.get("To", ""), params.get("From", "")
        if not _NUMBER.fullmatch(to):
            raise ApiError(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        owned = {number.number for number in self.numbers.values()}
        if sender not in owned and not (self.world is not None and self.world.may_be_shown(sender)):
            raise ApiError(400, 21210, f"{sender} is not a number of this account.")
        return to, sender

    def _delete(self, kind: str, sid: str) -> _Answer:
        if kind == "IncomingPhoneNumbers":
            raise ApiError(405, 20004, "Numbers are not released here.")
        if kind == "Calls" and not self.calls[sid].over:
            raise ApiError(400, 20009, "Cannot delete a call that is in progress.")
        if kind == "Queues":
            self._delete_queue(sid)
        elif kind == "Calls":
            del self.calls[sid]
        else:
            del self.texts[sid]
        return _Answer(204)

    def _delete_queue(self, sid: str) -> None:
        if self.queues[sid].waits:
            raise ApiError(400, 20001, "The queue is not empty.")
        del self.queues[sid]

    def _update_call(self, call: ApiCall, params: Mapping[str, str]) -> _Answer:
        if call.over:
            raise ApiError(400, 21220, "Call is not in-progress. Cannot redirect.")
        if self.world is None or not self.world.update(call.sid, params):
            call.status = params.get("Status", call.status)
        return _Answer(200, call.json(self.account))

    def _dequeue(self, world: RunningWorld, queue: str, member: str, params: Mapping[str, str]) -> _Answer:
        """Take a caller out of a queue. Twilio docs: voice/api/member-resource."""
        sid = world.dequeue(queue, member, params)
        return _Answer(200, {"call_sid": sid, "queue_sid": queue, "account_sid": self.account, "position": 0})

    def _point(self, number: NumberRecord, params: Mapping[str, str]) -> _Answer:
        number.set |= {name: value for name, value in params.items() if name in POINTING}
        return _Answer(200, number.json(self.account))

    def _keep(self, record: ApiCall | ApiText) -> None:
        record.listed_from = time.monotonic() + self.list_lag if self.list_lag else 0.0
        with self._lock:
            if isinstance(record, ApiCall):
                self.calls[record.sid] = record
            else:
                self.texts[record.sid] = record


def _params(encoded: str) -> dict[str, str]:
    """Read parameters; several events in one StatusCallbackEvent are kept, of anything else the last value is."""
    pairs = parse_qsl(encoded, keep_blank_values=True)
    events = " ".join(value for name, value in pairs if name == "StatusCallbackEvent")
    return dict(pairs) | ({"StatusCallbackEvent": events} if events else {})


def _not_found(path: str) -> ApiError:
    return ApiError(404, 20404, f"The requested resource {path} was not found")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: RestApi) -> None:
        super().__init__(address, _Handler)
        self.api = api

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has given up waiting is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _numbered = itertools.count(1)

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        answer = self.server.api.answer(self.command, self.path, body, dict(self.headers.items()))
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        sent, kind = b"<!DOCTYPE html><title>Sign in</title>", "text/html"
        if answer.body is not None:
            sent, kind = json.dumps(answer.body).encode(), "application/json; charset=utf-8"
        about = {"Content-Type": kind, "Content-Length": str(len(sent))}
        if answer.status == 204:
            sent, about = b"", {}
        self.send_response_only(answer.status)
        self.send_header("Date", format_datetime(self.server.api.now().astimezone(UTC), usegmt=True))
        self.send_header("Twilio-Request-Id", f"RQ{next(self._numbered):032x}")
        for name, value in {**about, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""
