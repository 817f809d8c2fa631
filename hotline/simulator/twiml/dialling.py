"""Dial: rings phones for a caller, screens the person who picks up, and connects the two (voice/twiml/dial)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urljoin

from hotline.simulator.line.legs import SIP_CODES, HungUp, Key, Leg, PickUp, Redirected, Refuse
from hotline.simulator.line.phones import plain_number
from hotline.simulator.line.tasks import Steps, Task, receive, sleep
from hotline.simulator.twiml.interpreter import Ask, Outcome, Scene, interpret, tell_once_gone, tell_once_redirected
from hotline.simulator.twiml.queueing import dial_queue
from hotline.simulator.twiml.reading import Element
from hotline.simulator.twiml.verbs import SCREENING_VERBS

MOST_NUMBERS = 10
E164_OR_SHORT = re.compile(r"\+[1-9]\d{6,14}|\d{3,6}")


@dataclass(frozen=True, slots=True)
class News:
    """Tells the caller's leg that a child was connected, or has ended."""

    child: Leg


@dataclass(slots=True)
class Dialling:
    """A Dial under way: its children in the order dialled, and the one that picked up first."""

    leg: Leg
    element: Element
    scene: Scene
    children: list[Leg] = field(default_factory=list)
    winner: Leg | None = None

    def flag(self, name: str) -> bool:
        """Return whether the attribute `name` is true."""
        return self.element.attributes.get(name) == "true"

    def action(self) -> Ask | None:
        """The request for the Dial's action, if it has one, with the outcome."""
        url = self.element.attributes.get("action")
        if url is None:
            return None
        told = self.winner or (self.children[-1] if self.children else None)
        extra = {"DialCallStatus": self.status(), "DialBridged": "false"}
        if told is not None:
            extra["DialCallSid"] = told.sid
            extra["DialBridged"] = "true" if told.bridged is not None else "false"
            if told.answered is not None:
                extra["DialCallDuration"] = str(told.duration())
        return self.scene.ask(url, self.element.attributes.get("method"), extra)

    def status(self) -> str:
        """DialCallStatus. `completed` is no more than: something picked up; a voicemail does too."""
        if self.winner is not None:
            return "completed"
        if not self.leg.live:
            return self.leg.carrier.quirks.caller_gone_dial_status
        seen = {child.status for child in self.children}
        known = ("no-answer", "busy", "canceled", "failed")
        return next((status for status in known if status in seen), "canceled" if seen else "failed")


def dial(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Ring the Numbers, at once or in sequence, and answer with the action to ask, or go on to the next verb.

    A Queue in their place has a caller taken out of it.
    """
    queue = _queue(leg, element, scene)
    if queue is not None:
        return (yield from dial_queue(leg, element, queue, scene))
    dialling = Dialling(leg, element, scene)
    numbers = _numbers(dialling)
    if not (dialling.flag("answerOnBridge") and leg.answered is None):
        leg.answer()
    try:
        batches = [[number] for number in numbers] if dialling.flag("sequential") else [numbers]
        for batch in batches:
            yield from _ring(dialling, batch)
            if dialling.winner is not None:
                break
    except HungUp:
        yield from _caller_gone(dialling)
        raise
    except Redirected:
        _caller_redirected(dialling)
        raise
    leg.part()
    leg.ringback = False
    return dialling.action()


def _queue(leg: Leg, element: Element, scene: Scene) -> Element | None:
    queue = next((child for child in element.children if child.name == "Queue"), None)
    if queue is not None and len(element.children) > 1:
        leg.carrier.violate(leg, "13215", "Dial: a Queue goes with nothing else", scene.url)
    return queue


def _numbers(dialling: Dialling) -> list[Element]:
    element, carrier, leg = dialling.element, dialling.leg.carrier, dialling.leg
    numbers = [child for child in element.children if child.name == "Number"]
    if not numbers and element.own.strip():
        numbers = [Element("Number", {}, element.line, element.own, element.own)]
    if len(numbers) > MOST_NUMBERS:
        what = f"Dial: {len(numbers)} Numbers, and {MOST_NUMBERS} are allowed"
        carrier.violate(leg, "13200", what, dialling.scene.url)
    if not numbers:
        carrier.violate(leg, "13224", "Dial: there is nobody to dial", dialling.scene.url)
    record = element.attributes.get("record", "do-not-record")
    if record not in ("do-not-record", "false"):
        carrier.violate(leg, "recording", f"Dial: record is {record}", dialling.scene.url)
    _judge_caller_id(dialling)
    return numbers[:MOST_NUMBERS]


def _judge_caller_id(dialling: Dialling) -> None:
    carrier, given = dialling.leg.carrier, dialling.element.attributes.get("callerId")
    if given is None:
        what = "Dial: no usable callerId, so the phone that rings shows the caller's own number"
        carrier.violate(dialling.leg, "caller-id", what, dialling.scene.url)
    elif given not in carrier.caller_ids:
        what = f"Dial: callerId {given} is not a number of the account"
        carrier.violate(dialling.leg, "13214", what, dialling.scene.url)


def _ring(dialling: Dialling, numbers: list[Element]) -> Steps[None]:
    """Ring `numbers` together, until the one that picked up has left, or all have ended."""
    leg, clock = dialling.leg, dialling.leg.carrier.clock
    leg.ringback = True
    waiting = [_start(dialling, number) for number in numbers]
    limit = float(dialling.element.attributes.get("timeLimit", "14400"))
    while any(child.live for child in waiting) and (dialling.winner is None or dialling.winner.live):
        talking = leg.bridged if leg.peer is not None else None
        left = None if talking is None else talking + limit - clock.elapsed
        message = yield from receive(clock, left, News, Key)
        star = isinstance(message, Key) and message.digit == "*" and dialling.flag("hangupOnStar")
        if message is None or star:
            break
    for child in waiting:
        child.hang_up("carrier")
    while any(child.live for child in waiting):
        yield from receive(clock, None, News)


def _caller_gone(dialling: Dialling) -> Steps[None]:
    """Silence the phones of a caller who has hung up, and tell the action."""
    leg, carrier = dialling.leg, dialling.leg.carrier
    leg.finish()
    for child in dialling.children:
        wait = 0.0 if child.answered is not None else carrier.quirks.cancel_seconds
        carrier.clock.after(wait, partial(child.hang_up, "carrier"))
    yield from tell_once_gone(leg, dialling.action, "the Dial action", carrier.quirks.action_after_caller_gone)


def _caller_redirected(dialling: Dialling) -> None:
    """Silence the phones of a caller whom the REST API gave another document, and tell the action."""
    leg = dialling.leg
    leg.part()
    leg.ringback = False
    for child in dialling.children:
        child.hang_up("carrier")
    tell_once_redirected(leg, dialling.action(), "the Dial action")


def _start(dialling: Dialling, number: Element) -> Leg:
    """Begin to ring one Number."""
    parent, carrier = dialling.leg, dialling.leg.carrier
    called = plain_number(number.text)
    caller_id = dialling.element.attributes.get("callerId", parent.caller)
    child = Leg(carrier, caller_id, called, parent.line, parent)
    carrier.legs.append(child)
    parent.children.append(child)
    dialling.children.append(child)

    child.task = Task(carrier.clock, _child(dialling, child, number), partial(_tell_parent, child))
    return child


def _tell_parent(child: Leg) -> None:
    if child.call.task is not None:
        child.call.task.post(News(child))


def _child(dialling: Dialling, child: Leg, number: Element) -> Steps[None]:
    """A dialled leg, from the first signal to its end."""
    progress = _Progress(child, number, dialling.scene)
    try:
        yield from _reach(dialling, child, progress)
        if child.answered is None:
            return
        accepted = yield from _screen(child, number, dialling.scene)
        parent = dialling.leg
        if accepted and parent.live:
            parent.answer()
            parent.connect(child)
            _tell_parent(child)
            yield from receive(child.carrier.clock, None)
        child.ending = "carrier"
    except HungUp as hung_up:
        child.ending = hung_up.by
        if child.answered is None:
            child.status = "busy" if hung_up.by == "phone" else "canceled"
            child.carrier.note(child, "stops ringing")
        else:
            child.carrier.note(child, "hangs up" if hung_up.by == "phone" else "is hung up on")
    else:
        child.carrier.note(child, "is hung up on")
    finally:
        child.finish()
        progress.report("completed")


def _reach(dialling: Dialling, child: Leg, progress: _Progress) -> Steps[None]:
    """Ring the phone until it is answered, refuses, or `timeout` is over."""
    carrier = child.carrier
    child.status = "initiated"
    progress.report("initiated")
    yield from sleep(carrier.clock, carrier.quirks.setup_seconds)
    phone = carrier.phones.get(child.called)
    if phone is None or not E164_OR_SHORT.fullmatch(child.called):
        child.status = "failed"
        what = f"Dial: {child.called} is not a number that may be dialled here"
        carrier.violate(child, "undeclared-number", what, dialling.scene.url)
        return
    child.status = "ringing"
    progress.report("ringing")
    phone.ring(child)
    timeout = float(dialling.element.attributes.get("timeout", "30")) + carrier.quirks.dial_timeout_buffer
    answer = yield from receive(carrier.clock, timeout, PickUp, Refuse)
    if isinstance(answer, Refuse):
        child.status = answer.status
        carrier.note(child, "is busy" if answer.status == "busy" else "cannot be reached")
    elif answer is None:
        child.status = "no-answer"
        carrier.note(child, "stops ringing")
    else:
        child.answer()
        carrier.note(child, "picks up")
        progress.report("answered")
        _settle(dialling, child)


def _settle(dialling: Dialling, child: Leg) -> None:
    """The first to pick up wins; the others stop ringing, a little later if the winner is screened first."""
    if dialling.winner is not None:
        child.hang_up("carrier")
        return
    dialling.winner = child
    screened = any("url" in number.attributes for number in dialling.element.children)
    quirks = child.carrier.quirks
    if quirks.ringback_during_screening == "if answerOnBridge":
        dialling.leg.ringback = dialling.flag("answerOnBridge")
    wait = quirks.cancel_others_after if screened else 0.0
    for other in dialling.children:
        if other is not child:
            child.carrier.clock.after(wait, partial(_cancel, other))


def _cancel(child: Leg) -> None:
    if child.answered is None:
        child.hang_up("carrier")


def _screen(child: Leg, number: Element, scene: Scene) -> Steps[bool]:
    """Return whether the callee may be connected: if a Number's url document runs to its end, they may."""
    if "url" not in number.attributes:
        return True
    ask = scene.ask(number.attributes["url"], number.attributes.get("method"))
    ending = yield from interpret(child, ask, SCREENING_VERBS)
    if ending == "error":
        return child.carrier.quirks.screening_failure == "connect"
    return ending in ("finished", "dropped")


@dataclass(frozen=True, slots=True)
class _Progress:
    """Tells a Number's statusCallback how far its leg has got."""

    child: Leg
    number: Element
    scene: Scene

    def report(self, event: str) -> None:
        url = self.number.attributes.get("statusCallback")
        if url is None or event not in self.number.attributes.get("statusCallbackEvent", "completed").split():
            return
        extra = {}
        if event == "completed":
            code = SIP_CODES.get(self.child.status, "487")
            extra = {"CallDuration": str(self.child.duration()), "SipResponseCode": code}
        method = self.number.attributes.get("statusCallbackMethod", "POST")
        later = 1.0 if event == "completed" and self.child.carrier.quirks.callback_order == "ended first" else 0.0
        self.child.carrier.call_back(self.child, urljoin(self.scene.url, url), method, extra, later)
