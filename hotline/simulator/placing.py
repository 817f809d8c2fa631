"""Calls that the server asks for, as POST Calls of the REST API does (Twilio docs: voice/api/call-resource)."""

from __future__ import annotations

from hotline.simulator.line.legs import HungUp, Leg, PickUp, Refuse
from hotline.simulator.line.tasks import Steps, receive, sleep
from hotline.simulator.twiml.interpreter import Ask, Perform, apologise, interpret


def placed(leg: Leg, timeout: float, verbs: dict[str, Perform]) -> Steps[None]:
    """A placed leg from first to last. Its document is fetched when the phone is answered."""
    carrier = leg.carrier
    try:
        leg.status = "initiated"
        yield from sleep(carrier.clock, carrier.quirks.setup_seconds)
        phone = carrier.phones.get(leg.called)
        if phone is None:
            leg.status = "failed"
            carrier.violate(leg, "undeclared-number", f"POST Calls: {leg.called} may not be called here")
            return
        leg.status = "ringing"
        phone.ring(leg)
        answer = yield from receive(carrier.clock, timeout + carrier.quirks.dial_timeout_buffer, PickUp, Refuse)
        if isinstance(answer, Refuse):
            leg.status = answer.status
            carrier.note(leg, "is busy" if answer.status == "busy" else "cannot be reached")
        elif answer is None:
            carrier.note(leg, "stops ringing")
        else:
            leg.answer()
            carrier.note(leg, "picks up")
            ending = yield from interpret(leg, Ask(leg.line.voice_url, leg.line.voice_method), verbs)
            if ending == "error":
                yield from apologise(leg)
            carrier.note(leg, "is hung up on")
    except HungUp as hung_up:
        leg.ending = hung_up.by
        if leg.answered is None:
            leg.status = "canceled" if hung_up.by == "carrier" else "busy"
        carrier.note(leg, "hangs up" if hung_up.by == "phone" else "is hung up on")
    finally:
        leg.finish()
        leg.report_end()
