"""The simulated world: a carrier account, its numbers, the phones of everyone in it, and one clock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urljoin

from hotline.simulator.api_of_world import ApiOfWorld
from hotline.simulator.call import PATIENCE, Call, Placed, Ring, ring_of
from hotline.simulator.line.behaviour import Behaviour, Player, named
from hotline.simulator.line.clock import Clock
from hotline.simulator.line.events import Event, Exchange, Recording
from hotline.simulator.line.legs import By, HungUp, Leg
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.phones import Phone, plain_number
from hotline.simulator.line.quirks import CarrierQuirks
from hotline.simulator.line.switchboard import CarrierState
from hotline.simulator.line.tasks import Steps, Task
from hotline.simulator.line.transport import Transport
from hotline.simulator.line.violations import CallFailed, RestError, SimulatorError, Violation, Violations
from hotline.simulator.line.webhooks import Webhooks
from hotline.simulator.placing import end, placed, redirect
from hotline.simulator.rest_api.server import RestApi
from hotline.simulator.texting import Text, Texting
from hotline.simulator.twiml.dialling import dial
from hotline.simulator.twiml.interpreter import Ask, follow
from hotline.simulator.twiml.queueing import enqueue
from hotline.simulator.twiml.verbs import CALL_VERBS

VERBS = {**CALL_VERBS, "Dial": dial, "Enqueue": enqueue}
ENDED_BY: dict[By, str] = {"phone": "caller", "carrier": "too long", "server": "hung up"}
DRAIN = 60.0
"""Seconds given to status callbacks after the last call."""


class World:
    """A carrier with phones, for calls. As a context manager it checks at its end that no rule was broken.

    `token` and `account_sid` are the account's; `start` an aware datetime, now by default. `seed` makes identifiers and
    shuffled callbacks the same each time. A violation fails the call as soon as it is seen, unless `strict` is set to
    False. Time does not wait, unless `clock.pace` is set.
    """

    strict = True

    def __init__(
        self,
        transport: Transport,
        *,
        token: str,
        account_sid: str = "AC" + "0" * 32,
        start: datetime | None = None,
        quirks: CarrierQuirks | None = None,
        seed: int | None = None,
    ) -> None:
        rng = random.Random(seed)
        quirks = quirks or CarrierQuirks()
        self.clock = Clock(start or datetime.now(UTC))
        self.token = token
        self.calls: list[Call] = []
        self.placed: list[Placed] = []
        self._next_placed = 0.0
        self._tolerated: set[str] = set()
        self._public_url = transport.public_url + "/"
        webhooks = Webhooks(transport, token, rng, quirks.idempotency_token, self.clock.turn)
        self.carrier = CarrierState(transport, self.clock, quirks, account_sid, webhooks, rng)
        self._texting = Texting(self.carrier)

    # The participants

    def number(
        self,
        number: str,
        *,
        voice_url: str,
        status_callback: str | None = None,
        fallback_url: str | None = None,
        sms_url: str | None = None,
    ) -> None:
        """Add a number of the account, with the URLs set for it, by POST; a path is taken from the public URL."""
        self.line(Line(number, voice_url, status_callback=status_callback, fallback_url=fallback_url, sms_url=sms_url))

    def line(self, line: Line) -> None:
        """Add a number of the account, as all is set for it; a path is taken from the public URL."""
        line = replace(line, number=plain_number(line.number))
        self.carrier.lines[line.number] = line.at(self._public_url)
        self.carrier.caller_ids.add(line.number)

    def phone(self, number: str, *, name: str | None = None, behaviour: Behaviour | str | None = None) -> Phone:
        """Add a phone that may be dialled. Without a behaviour it just rings, and a test decides."""
        if isinstance(behaviour, str):
            behaviour = named(behaviour)
        number = plain_number(number)
        phone = Phone(number, name or number, behaviour)
        self.carrier.phones[number] = phone
        return phone

    def allow_numbers(self, *numbers: str) -> None:
        """Add numbers that may also be dialled, where nobody answers."""
        for number in numbers:
            if plain_number(number) not in self.carrier.phones:
                self.phone(number, behaviour="no-answer")

    def recording(self, part: str, end: str, text: str, language: str, seconds: float) -> None:
        """Set the words of a sound file of the server with `part` in its address: phones hear these when it is played.

        `end` is the end of the address. `language` as the carrier names it.
        """
        self.carrier.recordings[part, end] = Recording(" ".join(text.split()), language, seconds)

    def verify_caller_id(self, number: str) -> None:
        """Allow a number to be shown as callerId although the account does not own it."""
        self.carrier.caller_ids.add(plain_number(number))

    def named(self, name: str) -> Phone:
        """The phone of that name; raises SimulatorError."""
        found = next((phone for phone in self.carrier.phones.values() if phone.name == name), None)
        if found is None:
            raise SimulatorError(f"There is no phone named {name!r} in this world.")
        return found

    # Events

    def call(self, to: str, caller: str = "+14105550999", *, behaviour: Behaviour | None = None) -> Call:
        """Make a call to `to`. It rings at once, and continues as the clock advances.

        `caller` is the From: a number, or what is sent in its place when it is withheld ("anonymous", "266696687").
        """
        to = plain_number(to)
        line = self.carrier.lines.get(to)
        if line is None:
            raise SimulatorError(f"{to} is not a number of this world; world.number({to!r}, …) makes it one.")
        leg = Leg(self.carrier, caller, to, line)
        self.carrier.legs.append(leg)
        self.carrier.note(leg, "dials", to)
        if behaviour is not None:
            Player(leg, behaviour).grow_impatient()
        leg.task = Task(self.clock, self._life(leg))
        call = Call(self, leg)
        self.calls.append(call)
        return call

    def place(
        self,
        to: str,
        caller_id: str,
        *,
        url: str,
        status_callback: str | None = None,
        status_events: Iterable[str] = ("completed",),
        timeout: float = 60.0,
    ) -> Placed:
        """Place a call to `to`, as the server asks the carrier to by the REST API: with a POST of Calls.

        `timeout`: seconds of ringing. `status_events`: initiated, ringing, answered, completed. Placed while the server
        is asked about a caller, it counts as one of the rings of that caller's call.
        """
        line = Line(caller_id, url, status_callback=status_callback, status_events=frozenset(status_events))
        return self.place_from(line, to, timeout)

    def place_from(self, line: Line, to: str, timeout: float, sid: str = "") -> Placed:
        """Place a call from a line: its number is shown, and its URLs are requested."""
        with self.clock.interruption():
            return self._placed(plain_number(to), line.at(self._public_url), timeout, sid)

    def _placed(self, to: str, line: Line, timeout: float, sid: str) -> Placed:
        leg = Leg(self.carrier, line.number, to, line, placed=True)
        leg.sid = sid or leg.sid
        self.carrier.legs.append(leg)
        caller = self._caller_asked_about()
        if caller is not None:
            leg.placed_for(caller)
        leg.task = Task(self.clock, placed(leg, self._turn(), timeout, VERBS))
        self.placed.append(Placed(self, leg))
        return self.placed[-1]

    def rings(self, name: str | None = None, *, within: float = PATIENCE) -> Ring:
        """Wait until a phone rings that no step has expected yet, whatever it rings for; `name` says whose."""
        self.run_until(lambda: self._unexpected(name) is not None, within)
        leg = self._unexpected(name)
        if leg is None:
            raise CallFailed(f"{name}'s phone did not ring." if name else "No phone rang.")
        leg.expected = True
        return ring_of(self, leg)

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something so many seconds from now. Calls placed then count as rings of the call the server is asked about
        now.
        """
        asking = self.carrier.asking

        def then() -> None:
            before, self.carrier.asking = self.carrier.asking, asking
            try:
                work()
            finally:
                self.carrier.asking = before

        self.clock.after(seconds, then)

    def _caller_asked_about(self) -> Leg | None:
        """Return the caller whom the request at hand is about, or for whom the phone rings that it is about.

        Between requests it can only be the one caller there is.
        """
        asking = self.carrier.asking
        if asking is None:
            callers = [call.leg for call in self.calls if call.leg.live]
            return callers[0] if len(callers) == 1 else None
        return asking.call.rung_for if asking.call.placed else asking.call

    def _unexpected(self, name: str | None) -> Leg | None:
        rung = (leg for leg in self.carrier.legs if leg.rung is not None and not leg.expected)
        return next((leg for leg in rung if name in (None, leg.name)), None)

    def _turn(self) -> float:
        """Return how many seconds a call placed now stays queued."""
        rate = self.carrier.quirks.calls_per_second
        if not rate:
            return 0.0
        turn = max(self.clock.elapsed, self._next_placed)
        self._next_placed = turn + 1 / rate
        return turn - self.clock.elapsed

    def end_call(self, sid: str, status: str = "completed") -> None:
        """End a live call, as an update of its Status by the REST API does; "canceled" only before it is answered.

        Raises RestError: 21220 if it is over, 20404 if there is none.
        """
        with self.clock.interruption():
            end(self._leg(sid), status)

    def redirect_call(self, sid: str, url: str, method: str = "POST") -> None:
        """Have a live call go on with the document at `url`, as an update of its Url by the REST API does.

        Raises RestError: 21220 if it is over or was never answered, 20404 if there is none.
        """
        with self.clock.interruption():
            redirect(self._leg(sid), urljoin(self._public_url, url), method)

    def rest_api(self, port: int = 0) -> RestApi:
        """Return the carrier's REST API over real HTTP, for this world; it listens during a `with`."""
        return RestApi(port=port, world=ApiOfWorld(self))

    def stand_still_until(self, met: Callable[[], bool], within: float = 10.0) -> bool:
        """Let real time go by and the clock stand still until `met()`, for at most `within` real seconds.

        For what reaches the REST API from other processes, unless the world's pace is RealTime: then any step waits.
        """
        end = time.monotonic() + within
        while not met() and time.monotonic() < end:
            time.sleep(0.005)
        return met()

    def _leg(self, sid: str) -> Leg:
        leg = next((leg for leg in self.carrier.legs if leg.sid == sid), None)
        if leg is None:
            raise RestError(20404, f"There is no call {sid}.", 404)
        return leg

    def text(self, sender: str, to: str, body: str, **extra: str) -> Text:
        """Send a text to `to`, now: a phone's name, or a number. `extra` are more parameters, such as OptOutType."""
        phone = next((phone.number for phone in self.carrier.phones.values() if phone.name == sender), sender)
        text = self._texting.deliver(self._texted(to), phone, body, extra)
        self.check()
        return text

    def text_again(self, text: Text) -> Text:
        """Post a text once more."""
        again = self._texting.deliver_again(self._texted(text.to), text)
        self.check()
        return again

    def _texted(self, to: str) -> Line:
        line = self.carrier.lines.get(plain_number(to))
        if line is None:
            raise SimulatorError(f"{to} is not a number of this world; world.number({to!r}, …) makes it one.")
        return line

    def _life(self, leg: Leg) -> Steps[None]:
        """A caller's leg, from the first webhook to the last."""
        line = leg.line
        limit = self.clock.after(self.carrier.quirks.max_call_seconds, lambda: leg.hang_up("carrier"))
        try:
            ending = yield from follow(leg, Ask(line.voice_url, line.voice_method), VERBS)
            self.carrier.note(leg, "is hung up on", "" if ending == "hung up" else ending)
        except HungUp as hung_up:
            leg.ending = leg.ending or ENDED_BY[hung_up.by]
            if hung_up.by != "phone":
                self.carrier.note(leg, "is hung up on", "" if hung_up.by == "server" else leg.ending)
        finally:
            limit.cancel()
        leg.finish()
        leg.report_end()

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by, for every call."""
        self.clock.advance_to(self.clock.elapsed + seconds)
        self.check()

    def run_until(self, met: Callable[[], bool], within: float = 600.0) -> bool:
        """Let time go by until `met()`, for at most `within` seconds; answers whether it was."""
        found = self.clock.run_until(met, within)
        self.check()
        return found

    def run_to_end(self, within: float = 86_400.0) -> None:
        """Let every call end by itself, with all status callbacks."""
        self.run_until(lambda: all(call.is_over for call in self.calls), within)

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher` with everything that happens from now on."""
        self.carrier.watchers.append(watcher)

    # Results

    def tolerate(self, *codes: str) -> None:
        """Tolerate violations with these codes: they are recorded, and do not fail anything."""
        self._tolerated |= set(codes)

    @property
    def violations(self) -> list[Violation]:
        """Every rule broken so far, tolerated or not."""
        return self.carrier.violations

    @property
    def exchanges(self) -> list[Exchange]:
        """Every webhook sent so far, with its parameters and its answer."""
        return self.carrier.exchanges

    def check(self) -> None:
        """Raise Violations if a rule was broken that is not tolerated."""
        if self.strict:
            found = self._untolerated()
            if found:
                raise Violations(found, self._transcripts(violation.call for violation in found))

    def close(self) -> None:
        """Raise if a rule was broken (Violations), a call is not over or a phone rang unexpectedly (CallFailed)."""
        self.clock.run_until(lambda: not sum(self.carrier.callbacks_due.values()), DRAIN)
        found = self._untolerated()
        if found:
            raise Violations(found, self._transcripts(violation.call for violation in found))
        for one in (*self.calls, *self.placed):
            if one.leg.live:
                one.fail("the call was never ended")
        for call in self.calls:
            unexpected = call.unexpected_ring()
            if unexpected is not None:
                call.fail(f"{unexpected}'s phone rang, and nothing expected it")

    def _untolerated(self) -> list[Violation]:
        return [violation for violation in self.violations if violation.code not in self._tolerated]

    def _transcripts(self, sids: Iterable[str]) -> str:
        wanted = set(sids)
        return "\n\n".join(call.transcript() for call in self.calls if call.leg.sid in wanted)

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
