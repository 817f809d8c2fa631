"""What a webhook of the carrier's says, as far as we want to know. The caller's number is never read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request, Response

from hotline.core.heartbeat import FIELD

# Twilio docs: voice/twiml, CallStatus.
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """`call` is the CallSid of the caller's leg, whichever leg this webhook is about; "" if the carrier names none.

    `line` is the hotline's number: dialled by the caller, or shown to the volunteer. `over`: that leg is over.
    `dialled`: how the ring that ended came out, in the carrier's word. `mark` is what a heartbeat says it is by.
    """

    call: str
    line: str
    at: str
    key: str
    bridged: bool
    over: bool
    dialled: str = ""
    mark: str = ""

    @classmethod
    def of(cls, request: Request, *, volunteers_leg: bool = False) -> Webhook:
        sent = request.form if request.method == "POST" else request.args
        return cls(
            call=sent.get("ParentCallSid" if volunteers_leg else "CallSid", ""),
            line=sent.get("From" if volunteers_leg else "To", ""),
            at=request.args.get("at", "") if request.query_string else "",
            key=sent.get("Digits", "")[:1],
            bridged=sent.get("DialBridged", "") == "true",
            over=sent.get("CallStatus", "") in _OVER,
            dialled=sent.get("DialCallStatus", ""),
            mark=sent.get(FIELD, ""),
        )


def as_twiml(document: str) -> Response:
    """A TwiML answer."""
    return Response(document, content_type="text/xml; charset=utf-8")
