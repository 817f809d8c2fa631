"""A webhook of the carrier's, as far as we need it. The caller's number is never read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Request, Response, request

from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import FIELD
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Twilio docs: voice/twiml, CallStatus and DialCallStatus; "answered" is a Dial's after a conference.
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

_CALL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,127}", re.ASCII)
"""Carriers name calls in their own ways: "CA" and 32 digits, UUIDs, and what SIP calls a Call-ID."""
_DURATION = re.compile(r"([0-9]{1,8})(?:\.([0-9]{0,9}))?")
_GOING = frozenset({"queued", "initiated", "ringing", "in-progress"})
_SAID = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Webhook:
    """A parsed webhook. `call` is the CallSid of the caller's leg, for webhooks about any leg; "" without a valid one.

    - `line` is the hotline's number: dialled by the caller, or shown to the volunteer.
    - `over`: that leg is over. `going`: the carrier says that it is not. `failed`: the carrier could not place it.
    - `dialled`: the result of the ring that ended, in the carrier's word. `talked`: for how many seconds the phone was
      off the hook.
    - `bridged`: whether the carrier says that the two were connected. None if it says nothing.
    - `mark` identifies a heartbeat.
    - `doubtful`: the carrier found that the number shown is not the caller's own (Twilio docs:
      trusted-calling-with-shakenstir). The number itself is not read.
    - `leg`: the CallSid of the leg this webhook is about, and `status` its state in the carrier's word.
    - `left`: how the caller left the queue, in the carrier's word. `queue`: the SID of the queue.
    """

    call: str
    line: str
    at: str
    key: str
    bridged: bool | None
    over: bool
    going: bool = False
    failed: bool = False
    dialled: str = ""
    talked: int = 0
    mark: str = ""
    doubtful: bool = False
    leg: str = ""
    status: str = ""
    left: str = ""
    queue: str = ""

    @property
    def rings_on(self) -> bool:
        """Return whether the ring continues, according to the webhook."""
        return self.dialled in _GOING

    @property
    def rang(self) -> bool:
        """Return whether the phone rang. False if the carrier could not place the call, or the line was busy."""
        return self.dialled in {"", "no-answer", "completed", "answered"}

    @property
    def placed(self) -> bool | None:
        """Return whether the carrier could place the call to the phone. None if it does not say."""
        if self.dialled == "failed":
            return False
        return True if self.dialled in {"no-answer", "completed", "answered", "busy"} else None

    @classmethod
    def of(cls, request: Request, *, volunteers_leg: bool = False) -> Webhook:
        sent = (request.form if request.method == "POST" else request.args).to_dict()
        status = _state(sent.get("CallStatus", ""))
        return cls(
            call=_id(sent.get("ParentCallSid" if volunteers_leg else "CallSid", "")),
            line=number_of(sent.get("From" if volunteers_leg else "To", "")),
            at=request.args.get("at", "") if request.query_string else "",
            key=sent.get("Digits", "")[:1],
            bridged=_SAID.get(sent.get("DialBridged", "").strip().lower()),
            over=status in _OVER,
            going=bool(status) and status not in _OVER,
            failed=status == "failed",
            dialled=_state(sent.get("DialCallStatus", "")),
            talked=_whole_seconds(sent.get("DialCallDuration", "")),
            mark=sent.get(FIELD, ""),
            doubtful=sent.get("StirVerstat", "").strip().lower().startswith("tn-validation-failed"),
            leg=_id(sent.get("CallSid", "")),
            status=status,
            left=sent.get("QueueResult", "").strip().lower(),
            queue=_id(sent.get("QueueSid", "")),
        )


Handler = Callable[[Hotline, Webhook, Position | None], Reply]
"""Answers a webhook about a hotline; the position is None where there is none, or one that is not ours."""


@lru_cache(64)
def _state(said: str) -> str:
    """A state of a call in the words of Twilio: other carriers write `no_answer`, `Cancelled` or `in progress`."""
    plain = re.sub(r"[\s_]+", "-", said.strip().lower())
    return {"cancelled": "canceled", "noanswer": "no-answer", "inprogress": "in-progress"}.get(plain, plain)


def _whole_seconds(said: str) -> int:
    """Begun seconds of a duration, which some carriers give with a fraction. 0 of what is none."""
    found = _DURATION.fullmatch(said.strip())
    return int(found[1]) + bool((found[2] or "").strip("0")) if found else 0


def number_of(text: str) -> str:
    """A number as files have it, E.164, of what a carrier sends: without its plus, with spaces, or as a SIP address."""
    if text.startswith("+") and text[1:].isascii() and text[1:].isdigit():
        return text
    plain = text.strip().lower().removeprefix("sip:").removeprefix("tel:").partition("@")[0].partition(";")[0]
    digits = re.sub(r"[\s().-]", "", plain).removeprefix("+")
    return f"+{digits}" if digits.isascii() and digits.isdigit() else text


def _id(text: str) -> str:
    return text if _CALL.fullmatch(text) else ""


def this_request() -> Request:
    """Return the request itself: through Flask's `request`, each look at it takes a microsecond."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def as_twiml(document: str) -> Response:
    """The HTTP answer that carries TwiML."""
    return _Whole(document, content_type="text/xml; charset=utf-8")


class _Whole(Response):
    """An answer that is there as a whole, with all its headers. Flask would go through them again."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self.get_data(),)
