"""Webhooks come from the carrier or are refused."""

from __future__ import annotations

import re

from flask import Blueprint, Request, abort
from werkzeug.exceptions import RequestEntityTooLarge

from hotline.carrier.signature import SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, SignatureCheck
from hotline.core.calls.heartbeat import FIELD
from hotline.ports import Meter, Notices
from hotline.webhooks.webhook import this_request

SENT_PATH = "hotline.sent_path"
"""A key of a request's environment: the original path, if another is meant."""
_REMEDY = "Does HOTLINE_PUBLIC_URL match the carrier's address, and is TWILIO_AUTH_TOKEN current? See `hotline doctor`."
_NAME = re.compile(r"[A-Za-z][\w.-]{0,99}", re.ASCII)
_FIRST = (
    "AccountSid",
    "AddOns",
    "AnsweredBy",
    "ApiVersion",
    "Body",
    "CallSid",
    "CallStatus",
    "Called",
    "Caller",
    "From",
)
"""Names of parameters of which one comes first in each request of a carrier, by the alphabet."""


def refuse_unsigned(webhooks: Blueprint, signature: SignatureCheck, meter: Meter, notice: Notices) -> None:
    """Check the signature of every request to a blueprint first. An unsigned request reaches nothing else.

    `meter` counts each refused request, and notes which secret the carrier signs with while one is being changed.
    """

    @webhooks.before_request
    def check() -> None:
        request = this_request()
        if not request.headers.get(SIGNATURE_HEADER) or not _readable(request) or not _well_formed(request):
            meter.refused(signed=False)
            notice("webhook_refused", route=request.path, remedy="It is unsigned or broken: no carrier sent it.")
            abort(403)
        query = request.query_string.decode("latin-1")
        form = request.form if request.method == "POST" else None
        try:
            path = request.environ.get(SENT_PATH, request.path)
            sent, settings = (request.headers.get(name, "") for name in (SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER))
            secret = signature.signed_with(path, query, form, sent, settings)
        except Exception:  # noqa: BLE001 - what cannot even be checked is not the carrier's
            secret = None
        if secret is None:
            meter.refused(signed=True)
            notice("webhook_refused", route=request.path, remedy=_REMEDY)
            abort(403)
        if signature.changing(secret) and FIELD not in request.values:
            meter.signed(secret)  # our own test calls say nothing of what the carrier signs with


def _well_formed(request: Request) -> bool:
    """Return whether the names of parameters look like a carrier's.

    A signature covers address, names and values in one row, without separators. If the first name could begin with the
    rest of an address, one address's signature would be valid for another.
    """
    sent = request.form if request.method == "POST" else request.args
    first = min(sent, default="")
    return all(map(_NAME.fullmatch, sent)) and (first in _FIRST or not first.endswith(_FIRST))


def _readable(request: Request) -> bool:
    """Return whether the body can be read. A client that breaks HTTP gets no TwiML."""
    try:
        return request.form is not None
    except RequestEntityTooLarge:
        raise
    except Exception:  # noqa: BLE001 - each server has errors of its own for this
        return False
