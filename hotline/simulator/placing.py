"""Calls that the server asks for, ends and redirects by the REST API (Twilio docs: voice/api/call-resource)."""

from __future__ import annotations

from hotline.simulator.line.legs import HungUp, Leg, PickUp, Refuse
from hotline.simulator.line.tasks import Steps, receive, sleep
from hotline.simulator.line.violations import RestError
from hotline.simulator.twiml.interpreter import Ask, Perform, follow


def placed(leg: Leg, queued: float, timeout: float, verbs: dict[str, Perform]) -> Steps[None]:
    """Lead a leg that was asked for from first to last: what is heard is fetched when the phone is answered.

    `queued`: seconds until its turn comes.
    """
    limit = leg.carrier.clock.after(leg.carrier.quirks.max_call_seconds, lambda: leg.hang_up("carrier"))
    try:
        yield from sleep(leg.carrier.clock, queued)
        yield from _reach(leg, timeout)
        if leg.answered is not None:
            yield from follow(leg, Ask(leg.line.voice_url, leg.line.voice_method), verbs)
            leg.carrier.note(leg, "is hung up on")
    except HungUp as hung_up:
        _note_end(leg, hung_up)
    finally:
        limit.cancel()
        leg.finish()
        leg.report_end()


def _reach(leg: Leg, timeout: float) -> Steps[None]:
    """Ring the phone until it is answered, refuses, or `timeout` is over."""
    carrier = leg.carrier
    leg.status = "initiated"
    leg.report("initiated")
    yield from sleep(carrier.clock, carrier.quirks.setup_seconds)
    phone = carrier.phones.get(leg.called)
    if phone is None:
        leg.status = "failed"
        carrier.violate(leg, "undeclared-number", f"POST Calls: {leg.called} may not be called here")
        return
    leg.status = "ringing"
    leg.report("ringing")
    phone.ring(leg)
    answer = yield from receive(carrier.clock, timeout, PickUp, Refuse)
    if isinstance(answer, Refuse):
        leg.status = answer.status
        carrier.note(leg, "is busy" if answer.status == "busy" else "cannot be reached")
    elif answer is None:
        carrier.note(leg, "stops ringing")
    else:
        leg.answer()
        carrier.note(leg, "picks up")
        leg.report("answered")


def _note_end(leg: Leg, hung_up: HungUp) -> None:
    leg.ending = hung_up.by
    if leg.answered is not None:
        leg.carrier.note(leg, "hangs up" if hung_up.by == "phone" else "is hung up on")
        return
    if leg.status == "queued":
        leg.end_reported = True  # Twilio docs: voice/twiml. Nothing is reported of a call canceled while queued.
    leg.status = "busy" if hung_up.by == "phone" else "canceled"
    if leg.rung is not None:
        leg.carrier.note(leg, "stops ringing")


def end(leg: Leg, status: str) -> None:
    """End a leg as an update of its Status does: "completed" any live one, "canceled" one that nobody has answered."""
    _must_be_live(leg)
    if status not in ("completed", "canceled"):
        raise RestError(21218, f"Status cannot be {status!r}.")
    if status == "completed" or leg.answered is None:
        leg.hang_up("server")


def redirect(leg: Leg, url: str, method: str) -> None:
    """Have a leg leave what it does, and go on with the document at `url`."""
    _must_be_live(leg)
    if leg.placed and leg.answered is None:
        raise RestError(21220, "Call is not in-progress. Cannot redirect.")
    if leg.parent is not None:
        raise RestError(20501, "This simulator does not redirect a leg that a Dial led to.", 501)
    leg.redirect(url, method)


def _must_be_live(leg: Leg) -> None:
    if not leg.live or leg.leaving:
        raise RestError(21220, "Call is not in-progress. Cannot redirect.")
