"""Both sides of a carrier at once: it sends webhooks, keeps records of what they are about, and counts its waits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from hotline.simulator import HttpTransport
from hotline.simulator.line.transport import Answer, Request
from hotline.simulator.rest_api.server import RestApi
from tests.faults import line


@dataclass(frozen=True, slots=True)
class Waited:
    """For how many seconds the carrier waited for the answer to one webhook. `phase`: what was going on."""

    path: str
    phase: str
    seconds: float


class Recorder:
    """What the carrier knows of the calls to one system. `phase` is given to each webhook from now on."""

    def __init__(self, api: RestApi) -> None:
        self.api = api
        self.phase = ""
        self.waited: list[Waited] = []
        self.records: dict[str, set[str]] = {}
        """By call, the SIDs of its record and of those of its legs."""

    def transport(self, base_url: str, public_url: str | None = None) -> HttpTransport:
        """What sends the webhooks."""
        return _Recording(self, base_url, public_url)

    def note(self, params: dict[str, str]) -> None:
        """Keep a record of the call, and of each leg, that a webhook is about."""
        call = params.get("ParentCallSid") or params["CallSid"]
        if call not in self.records:
            self.records[call] = {call}
            self.api.add_call(line.NUMBER, params.get("From", ""), status="in-progress", sid=call)
        for leg in (params.get("ParentCallSid") and params["CallSid"], params.get("DialCallSid")):
            if leg and leg not in self.records[call]:
                self.records[call].add(leg)
                self.api.add_leg(call, line.PHONES[0], "in-progress", leg)

    def over(self, call: str) -> None:
        """A call is over, and each of its legs. Told again, some records may be gone already."""
        for sid in self.records[call] & self.api.calls.keys():
            self.api.calls[sid].status = "completed"


class _Recording(HttpTransport):
    def __init__(self, recorder: Recorder, base_url: str, public_url: str | None) -> None:
        super().__init__(base_url, public_url)
        self._recorder = recorder

    def send(self, request: Request) -> Answer:
        """Deliver once. Records are there before the system hears of what they are about."""
        params, path = dict(parse_qsl(request.body.decode(), keep_blank_values=True)), urlsplit(request.url).path
        if "CallSid" in params:  # not so with a text
            self._recorder.note(params)
        if path == "/voice/ended":
            self._recorder.over(params["CallSid"])
        began = time.perf_counter()
        answer = super().send(request)
        self._recorder.waited.append(Waited(path, self._recorder.phase, time.perf_counter() - began))
        return answer
