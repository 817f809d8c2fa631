"""What a webhook of the carrier's says, as far as we want to know. The caller's number is never read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Request, Response

from hotline.core.heartbeat import FIELD

# Twilio docs: voice/twiml, CallStatus.
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_GOES_ON = frozenset({"queued", "initiated", "ringing", "in-progress"})
_YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
LONGEST_SCREENING = 60
"""Seconds after which a phone that was picked up is talked on, whatever else we know."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """`call` is the CallSid of the caller's leg, whichever leg this webhook is about; "" if the carrier names none.

    `line` is the hotline's number: dialled by the caller, or shown to the volunteer. `over`: that leg is over.
    `dialled`: how the ring that ended came out, in the carrier's word, and `dialled_for` how many seconds it was picked
    up. `bridged`: whether the carrier says that the two were connected, or None where it does not say. `goes_on`: the
    leg, by its own status, has not ended. `mark` is what a heartbeat says it is by.
    """

    call: str
    line: str
    at: str
    key: str
    bridged: bool | None
    over: bool
    goes_on: bool = False
    dialled: str = ""
    dialled_for: int = 0
    mark: str = ""

    @classmethod
    def of(cls, request: Request, *, volunteers_leg: bool = False) -> Webhook:
        sent = request.form if request.method == "POST" else request.args
        status, seconds = _word(sent, "CallStatus"), sent.get("DialCallDuration", "")
        return cls(
            call=sent.get("ParentCallSid" if volunteers_leg else "CallSid", ""),
            line=sent.get("From" if volunteers_leg else "To", ""),
            at=request.args.get("at", "") if request.query_string else "",
            key=sent.get("Digits", "")[:1],
            bridged=_YES_OR_NO.get(_word(sent, "DialBridged")),
            over=status in _OVER,
            goes_on=bool(status) and status not in _OVER,
            dialled=_word(sent, "DialCallStatus"),
            dialled_for=int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 8 else 0,
            mark=sent.get(FIELD, ""),
        )

    @property
    def still_rings(self) -> bool:
        """Whether a Dial is reported that has not ended."""
        return self.dialled in _GOES_ON

    def talked(self, accepted: bool | None) -> bool:
        """Whether caller and volunteer were connected by the Dial that ended.

        `accepted`: whether somebody pressed our accept key, or None where we do not know. Without the key a Dial that
        was picked up is no conversation, unless it lasted longer than any screening.
        """
        if self.bridged is not None:
            return self.bridged
        if accepted is False or self.dialled not in ("completed", "answered"):
            return False
        return self.dialled_for > (0 if accepted else LONGEST_SCREENING)


def _word(sent: Mapping[str, str], name: str) -> str:
    """One of the carrier's words, in small letters."""
    return sent.get(name, "").strip().lower()


def as_twiml(document: str) -> Response:
    """A TwiML answer."""
    return Response(document, content_type="text/xml; charset=utf-8")
