"""A document that any plain file host can serve when everything here is down (Twilio docs: voice/twiml/dial).

No program runs while it is used. The document continues after a Dial both when nobody picked up and when a conversation
is over, so the words at the end must fit both. A caller's language is unknown: everything is said in each language.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from twilio.twiml.voice_response import VoiceResponse

from hotline.carrier.twiml import dial_timeout
from hotline.core.calls import spoken
from hotline.core.calls.flow import Hotline
from hotline.core.calls.transitions import LONGEST_TALK

SCREENING, ACCEPTED = "screening.xml", "accepted.xml"
"""Names of the documents for screening, beside the first."""
_LISTEN_FOR = 6


def fallback_document(hotline: Hotline, *, screened: bool = False) -> str:
    """Build an apology, then a Dial for each phone of the backup, one after another, then a farewell.

    `screened`: a person who picks up must press a key first, so that no voicemail takes the call. Their documents come
    from the same host.
    """
    response, flow = VoiceResponse(), hotline.flow
    _say(response, hotline, flow.apology, spoken.APOLOGY)
    for id in hotline.rota.backup:
        dial = response.dial(
            caller_id=flow.number,
            timeout=dial_timeout(hotline.rota.ringing.ring_for),
            time_limit=LONGEST_TALK,
            answer_on_bridge=True,
        )
        if screened:
            dial.number(hotline.rota.volunteers[id].phone, url=SCREENING, method="GET")
        else:
            dial.number(hotline.rota.volunteers[id].phone)
    _say(response, hotline, {}, spoken.FAREWELL)
    response.hangup()
    return _written(response)


def screening_documents(hotline: Hotline) -> dict[str, str]:
    """Return the documents for a person who picks up, and after a key, by name.

    Any key takes the call: a file cannot decide.
    """
    asked, ringing = VoiceResponse(), hotline.rota.ringing
    for _ in range(2):
        gather = asked.gather(action=ACCEPTED, method="GET", num_digits=1, finish_on_key="", timeout=_LISTEN_FOR)
        names = {"name": hotline.flow.name, "accept": ringing.accept_key, "pass_on": ringing.pass_key}
        _say(gather, hotline, {}, spoken.FALLBACK_SCREENING, **names)
    asked.hangup()
    return {SCREENING: _written(asked), ACCEPTED: _written(VoiceResponse())}  # reaching the end connects


def _say(to: VoiceResponse, hotline: Hotline, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> None:
    """Say words in each language of the flow that has them, or at least in English."""
    flow = hotline.flow
    found = [spoken.spoken(flow, code, own, default, **names) for code in flow.languages]
    said = [one for one in found if one is not None] or [spoken.surely_spoken(flow, "en", own, default, **names)]
    for one in said:
        to.say(one.text, language=one.language.locale, voice=one.language.voice)


def _written(response: VoiceResponse) -> str:
    """Format the document with one verb a line, for human readers."""
    root = response.xml()
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'
