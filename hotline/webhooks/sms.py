"""The webhook of received texts (SMS): checks and reads each, passes it on, and answers with TwiML.

After Twilio docs: messaging/guides/webhook-request. No call depends on it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from hotline.carrier import twiml
from hotline.carrier.signature import SignatureCheck
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import describe
from hotline.services.parts import AnswerParts
from hotline.services.texts.incoming import IncomingText, IncomingTexts
from hotline.webhooks.signed import refuse_unsigned
from hotline.webhooks.webhook import as_twiml


def make_sms(parts: AnswerParts, texts: IncomingTexts, signature: SignatureCheck) -> Blueprint:
    """Return the blueprint of `/sms`. The carrier is to forget each text."""
    sms = Blueprint("sms", __name__)
    refuse_unsigned(sms, signature, parts.meter, parts.notice)

    def came() -> Response:
        sent = request.form if request.method == "POST" else request.args
        text = IncomingText(
            name=sent.get("MessageSid", ""),
            sender=_number(sent.get("From", "")),
            to=_number(sent.get("To", "")),
            body=sent.get("Body", ""),
            handled=sent.get("OptOutType", "").upper(),
        )
        try:
            answers = texts.answers(text)
            for job in parts.follow_up_jobs.text_came(text.name, epoch_seconds(parts.clock())):
                parts.jobs.put(job)
            return as_twiml(twiml.render_texts(answers))
        except Exception as error:  # noqa: BLE001 - whoever is not known is not told either that something is wrong
            parts.notice("webhook_failed", route=request.path, error=describe(error))
            return as_twiml(twiml.render_texts([]))

    sms.add_url_rule("/sms", "came", came, methods=["GET", "POST"])
    return sms


def _number(sent: str) -> str:
    """Read a number. In a GET its plus may arrive as a space."""
    bare = sent.strip()
    return f"+{bare}" if sent.startswith(" ") and bare.isdigit() else bare
