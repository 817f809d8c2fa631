"""What our webhooks are measured against: a bare Flask view that checks the signature and returns constant TwiML."""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="/key" numDigits="1" timeout="4">'
    "<Say>To be connected, press 1, or just stay on the line.</Say></Gather></Response>"
)

app = Flask(__name__)
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
public_url = os.environ["HOTLINE_PUBLIC_URL"]


@app.route("/voice", methods=["GET", "POST"])
def voice() -> Response:
    """Check, and answer."""
    if not validator.validate(
        public_url + request.full_path.rstrip("?"), request.form, request.headers["X-Twilio-Signature"]
    ):
        abort(403)
    return Response(TWIML, content_type="text/xml")
