"""Queues: Enqueue, Leave, and Dial of a Queue (Twilio docs: voice/twiml/enqueue, voice/twiml/queue)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.simulator.line.legs import HungUp, Key, Leg, Redirected
from hotline.simulator.line.queues import MOST_MEMBERS, CallerCame, CallQueue, Member
from hotline.simulator.line.tasks import Steps, receive
from hotline.simulator.twiml.interpreter import (
    Ask,
    Outcome,
    Perform,
    Scene,
    interpret,
    tell_once_gone,
    tell_once_redirected,
)
from hotline.simulator.twiml.reading import Element
from hotline.simulator.twiml.verbs import CALL_VERBS, redirect

HOLD_MUSIC = "[sound] the carrier's hold music"


class Dequeued(Exception):
    """Raised in the task of a caller in a queue whom another leg takes out of it."""

    def __init__(self, dial: QueueDial) -> None:
        super().__init__(dial.leg.name)
        self.dial = dial


@dataclass(frozen=True, slots=True)
class Joined:
    """Tells the leg that took a caller that the two can talk."""

    caller: Leg


@dataclass(frozen=True, slots=True)
class Gone:
    """Tells the leg that took a caller that the caller is gone before the two could talk."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Tells a leg that the other one has left their conversation; `redirected`: by the REST API."""

    redirected: bool = False


# The caller's side


@dataclass(slots=True)
class Stay:
    """An Enqueue under way. Fits `Waiting`. `wait`: the address of the waiting document, None for silence or music."""

    leg: Leg
    element: Element
    scene: Scene
    queue: CallQueue
    member: Member
    wait: Ask | None = None
    left: float | None = None
    result: str = ""

    @property
    def again(self) -> Ask:
        """The request for the next waiting document."""
        assert self.wait is not None
        return self.wait

    def parameters(self) -> Mapping[str, str]:
        """Return the parameters of requests for waiting documents."""
        return {
            "QueueSid": self.queue.sid,
            "QueueTime": self.seconds(),
            "QueuePosition": str(self.queue.position(self.member)),
            "AvgQueueTime": str(self.queue.average_wait(self.leg.carrier.clock.elapsed)),
            "CurrentQueueSize": str(len(self.queue.members)),
            "MaxQueueSize": str(MOST_MEMBERS),
        }

    def seconds(self) -> str:
        """Return how long the caller has been in the queue, in whole seconds."""
        end = self.leg.carrier.clock.elapsed if self.left is None else self.left
        return str(round(end - self.member.joined))

    def leave(self, result: str) -> None:
        """Take the caller out, and note QueueResult; the first time counts for how long the caller waited."""
        self.queue.leave(self.member)
        if self.left is None:
            self.left = self.leg.carrier.clock.elapsed
            self.leg.carrier.note(self.leg, "leaves queue", result)
        self.result = result

    def action(self) -> Ask | None:
        """The request for the Enqueue's action, if it has one."""
        url = self.element.attributes.get("action")
        if url is None:
            return None
        extra = {"QueueResult": self.result}
        if self.result != "queue-full":
            extra |= {"QueueSid": self.queue.sid, "QueueTime": self.seconds()}
        return self.scene.ask(url, self.element.attributes.get("method"), extra)


def enqueue(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Wait in a queue until taken out of it, and talk; then ask the action, or go on to the next verb."""
    leg.answer()
    queue = _queue(leg, element.text.strip())
    stay = Stay(leg, element, scene, queue, Member(leg, leg.carrier.clock.elapsed))
    if queue.full:
        stay.result = "queue-full"
        return stay.action()
    leg.carrier.note(leg, "waits in queue", queue.name)
    queue.join(stay.member)
    try:
        yield from _wait_and_talk(stay)
    except HungUp:
        stay.leave(stay.result or "hangup")
        _part(leg)
        yield from tell_once_gone(leg, stay.action, "the Enqueue action")
        raise
    except Redirected:
        stay.leave("redirected-from-bridged" if leg.peer is not None else stay.result or "redirected")
        _part(leg, redirected=True)
        tell_once_redirected(leg, stay.action(), "the Enqueue action")
        raise
    return stay.action()


def _queue(leg: Leg, name: str) -> CallQueue:
    """Return the queue of that name; it is made if there is none."""
    carrier = leg.carrier
    if name not in carrier.queues:
        carrier.queues[name] = CallQueue(name, carrier.new_sid("QU"), carrier.clock.now())
    return carrier.queues[name]


def _wait_and_talk(stay: Stay) -> Steps[None]:
    try:
        yield from _wait(stay)
    except Dequeued as dequeued:
        yield from _be_taken(stay, dequeued.dial)


def _wait(stay: Stay) -> Steps[None]:
    """Hear waiting documents, one after the other, until one of them ends the wait."""
    url = stay.element.attributes.get("waitUrl")
    if not url:
        if url is None:
            stay.leg.hear(HOLD_MUSIC)
        yield from receive(stay.leg.carrier.clock, None)
        return
    stay.wait = stay.scene.ask(url, stay.element.attributes.get("waitUrlMethod"))
    verbs: dict[str, Perform] = {**WAITING_VERBS, "Redirect": _Redirect(stay)}
    ending = yield from interpret(stay.leg, stay.wait, verbs, stay)
    if ending == "hung up":
        raise HungUp("server")
    stay.leave("leave" if ending == "left" else "error")


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Redirect in a waiting document: its address is asked again when what it gave has run out."""

    stay: Stay

    def __call__(self, leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
        outcome = yield from redirect(leg, element, scene)
        if isinstance(outcome, Ask) and leg.carrier.quirks.waiting_goes_on_at == "last redirect":
            self.stay.wait = outcome
        return outcome


def _be_taken(stay: Stay, dial: QueueDial) -> Steps[None]:
    """Hear what is said before the conversation, if anything is, and talk until one of the two has had enough."""
    leg = stay.leg
    stay.leave("bridged")
    try:
        yield from _announce(stay, dial)
    except (HungUp, Redirected) as error:
        stay.result = "hangup" if isinstance(error, HungUp) else "redirected"
        dial.leg.post(Gone())
        raise
    if not dial.under_way:
        stay.result = "bridging-in-process"
        return
    leg.connect(dial.leg)
    dial.leg.post(Joined(leg))
    yield from receive(leg.carrier.clock, None, Parted)


def _announce(stay: Stay, dial: QueueDial) -> Steps[None]:
    url = dial.noun.attributes.get("url")
    if url is not None:
        extra = {"QueueSid": stay.queue.sid, "QueueTime": stay.seconds(), "DequeingCallSid": dial.leg.sid}
        ask = dial.scene.ask(url, dial.noun.attributes.get("method"), extra)
        yield from interpret(stay.leg, ask, ANNOUNCING_VERBS)


def _part(leg: Leg, redirected: bool = False) -> None:
    """End a conversation from this side, and let the other side know."""
    peer = leg.peer
    leg.part()
    if peer is not None:
        peer.post(Parted(redirected))


def _leave(leg: Leg, element: Element, scene: Scene) -> Steps[Outcome]:
    """Leave the queue; the call goes on after Enqueue."""
    yield from ()
    return "left"


# The side that takes a caller


@dataclass(slots=True)
class QueueDial:
    """A Dial of a Queue under way.

    `began`: when it was connected with `caller`. `redirected`: the caller was, out of the conversation.
    """

    leg: Leg
    element: Element
    noun: Element
    scene: Scene
    under_way: bool = True
    exists: bool = True
    caller: Leg | None = None
    began: float = 0.0
    redirected: bool = False

    def action(self) -> Ask | None:
        """The request for the Dial's action, if it has one, with what became of it."""
        url = self.element.attributes.get("action")
        if url is None:
            return None
        extra = {"DialCallStatus": self._status(), "DialBridged": "false"}
        if self.caller is not None:
            parted = self.leg.carrier.clock.elapsed if self.leg.parted is None else self.leg.parted
            extra |= {"DialBridged": "true", "DialCallSid": self.caller.sid}
            if not self.redirected:
                extra["DialCallDuration"] = str(round(parted - self.began))
        return self.scene.ask(url, self.element.attributes.get("method"), extra)

    def _status(self) -> str:
        if not self.exists:
            return self.leg.carrier.quirks.missing_queue_status
        if self.caller is not None:
            return "completed"
        return "no-answer" if self.leg.live else self.leg.carrier.quirks.caller_gone_dial_status


def dial_queue(leg: Leg, element: Element, noun: Element, scene: Scene) -> Steps[Outcome]:
    """Take the front caller out of a queue, or the next who comes in time, and talk; then ask the action."""
    leg.answer()
    dial = QueueDial(leg, element, noun, scene)
    queue = leg.carrier.queues.get(noun.text.strip())
    if queue is None:
        dial.exists = False
        return dial.action()
    try:
        yield from _take_and_talk(dial, queue)
    except HungUp:
        _stop(dial)
        wanted = leg.carrier.quirks.action_after_caller_gone
        yield from tell_once_gone(leg, dial.action, "the Dial action", wanted)
        raise
    except Redirected:
        _stop(dial)
        tell_once_redirected(leg, dial.action(), "the Dial action")
        raise
    _stop(dial)
    return dial.action()


def _stop(dial: QueueDial) -> None:
    dial.under_way = False
    _part(dial.leg)


def _take_and_talk(dial: QueueDial, queue: CallQueue) -> Steps[None]:
    caller = yield from _take(dial, queue)
    if caller is None:
        return
    clock = dial.leg.carrier.clock
    dial.caller, dial.began = caller, clock.elapsed
    _belongs_to(dial.leg, caller)
    end = clock.elapsed + float(dial.element.attributes.get("timeLimit", "14400"))
    while dial.leg.peer is caller:
        message = yield from receive(clock, end - clock.elapsed, Parted, Key)
        dial.redirected = isinstance(message, Parted) and message.redirected
        star = isinstance(message, Key) and message.digit == "*"
        if message is None or (star and dial.element.attributes.get("hangupOnStar") == "true"):
            return


def _take(dial: QueueDial, queue: CallQueue) -> Steps[Leg | None]:
    """Take a caller, who may come as long as Dial's timeout lasts; None: none came."""
    leg, clock = dial.leg, dial.leg.carrier.clock
    end = clock.elapsed + float(dial.element.attributes.get("timeout", "30"))
    queue.dialers.append(leg)
    try:
        while True:
            member = queue.take_front(leg)
            if member is not None:
                member.party.interrupt(Dequeued(dial))
                answer = yield from receive(clock, None, Joined, Gone)
                if isinstance(answer, Joined):
                    return answer.caller
                queue.dialers.insert(0, leg)
            elif (yield from receive(clock, end - clock.elapsed, CallerCame)) is None:
                return None
    finally:
        if leg in queue.dialers:
            queue.dialers.remove(leg)


def _belongs_to(leg: Leg, caller: Leg) -> None:
    """Count a leg that was placed among those of the call it talks with."""
    if leg.placed and leg is not caller and leg.rung_for is not caller.call:
        leg.placed_for(caller.call)


WAITING_VERBS: Mapping[str, Perform] = {
    name: CALL_VERBS[name] for name in ("Say", "Play", "Pause", "Gather", "Redirect", "Hangup")
} | {"Leave": _leave}
"""The verbs that a waiting document may hold, at its top."""

ANNOUNCING_VERBS: Mapping[str, Perform] = {name: CALL_VERBS[name] for name in ("Say", "Play", "Pause", "Redirect")}
"""The verbs that a Queue's url document may hold, at its top."""
