"""Several phones ring at once: webhook by webhook, with a real Redis and a carrier whose REST API is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline, Hunt, RingEarly, Target
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.calls.log_entry import CallMoment
from hotline.core.carrier_records.records import CarrierCall
from hotline.core.jobs import delete_queue
from hotline.core.rota.rota import Ringing
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import CarrierLimit, CarrierUnavailable
from hotline.services.parts import RingParts
from hotline.store.redis.hunts import RedisHunts
from hotline.store.redis.live import RedisLive
from tests.lines import NUMBER, STEPS, hotline, phone_of
from tests.webhooks.line import KEY, PUBLIC, Line, leads, verbs, words
from tests.webhooks.test_webhooks import WEBHOOKS as ONE_BY_ONE

TWO = Ringing(at_once=2, stagger=4, rounds=1, backup_after=60)
KEPT = FollowUpJobs(carrier=True)
FOUR = ("amy", "ben", "cho", "dee")
WEBHOOKS = [
    "/voice/waiting",
    "/voice/out",
    "/voice/left",
    "/voice/now",
    "/voice/bridged",
    "/voice/phone",
    "/voice/phone/pressed",
    "/voice/phone/taken",
    "/voice/phone/ended",
    "/voice/talked",
]
"""What a call asks for only where several phones ring."""
NAMES = {phone_of(place): name for place, name in enumerate((*FOUR, "chaplain"))}


@dataclass
class Leg:
    """A call that was asked for."""

    who: str
    sid: str
    url: str
    ended_url: str


@dataclass
class Carrier:
    """A carrier's REST API that does nothing but write down what it was asked. `down`: it does not answer."""

    legs: list[Leg] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    listed: list[CarrierCall] = field(default_factory=list)
    down: bool = False
    limited: bool = False
    cut: bool = False
    refused_ends: int = 0

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        if self.down:
            raise CarrierUnavailable("It does not answer.")
        if self.limited:
            raise CarrierLimit("Slow down.")
        assert (caller_id, ring_for) == (NUMBER, 20)
        self.legs.append(Leg(NAMES[to], f"CAleg{len(self.legs)}", _path(url), _path(ended_url)))
        if self.cut:
            raise CarrierUnavailable("Its answer was lost.", in_doubt=True)
        return self.legs[-1].sid

    def end_call(self, sid: str) -> None:
        if self.refused_ends:
            self.refused_ends -= 1
            raise CarrierUnavailable("It does not answer.")
        self.ended.append(next(leg.who for leg in self.legs if leg.sid == sid))

    def redirect_call(self, sid: str, url: str) -> None:
        self.moved.append((sid, _path(url)))

    def calls_placed(self, to: str, caller_id: str, since: int) -> list[CarrierCall]:
        return self.listed

    @property
    def rung(self) -> list[str]:
        return [leg.who for leg in self.legs]


def _path(url: str) -> str:
    assert url.startswith(PUBLIC)
    return url.removeprefix(PUBLIC)


class World:
    """A line of which several phones ring, its carrier, and what is to be done later."""

    def __init__(self, live: RedisLive, line: Hotline, follow_up_jobs: FollowUpJobs = KEPT) -> None:
        self.carrier = Carrier()
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.left: dict[str, str] = {}
        self.hunts = RedisHunts(live.server, KEY, live.prefix)
        rings = RingParts(
            calls=self.carrier,
            hunts=self.hunts,
            soon=lambda work: work(),
            later=lambda seconds, work: self.later.append((seconds, work)),
        )
        self.line = Line(line, live=live, rings=rings, follow_up_jobs=follow_up_jobs)

    def waits(self, call: str = "CA1") -> str:
        """A caller presses nothing, and comes to the queue. The address of its first document."""
        first = self.line.caller("/voice", call)
        queue = self.line.caller(leads(first, "Redirect"), call)
        assert verbs(queue)[-1] == "Enqueue", verbs(queue)
        (enqueue,) = queue.iter("Enqueue")
        self.queue, self.left[call] = enqueue.text, enqueue.attrib["action"]
        return enqueue.attrib["waitUrl"]

    def looks(self, url: str, seconds: float = 3, call: str = "CA1") -> str:
        """So much later the carrier asks for the next document. The address of the one after it."""
        self.line.pass_time(seconds)
        self.document = self.line.caller(url, call, QueueSid="QU1", QueueTime="3")
        return leads(self.document, "Redirect") if self.document.find("Redirect") is not None else ""

    def phone(self, who: str, place: int = -1) -> Leg:
        return [leg for leg in self.carrier.legs if leg.who == who][place]

    def picks_up(self, who: str) -> ElementTree.Element:
        leg = self.phone(who)
        return self._leg(leg, leg.url)

    def presses(self, who: str, key: str) -> ElementTree.Element:
        """They pick up and press a key."""
        asked = self.picks_up(who)
        return self._leg(self.phone(who), leads(asked, "Gather"), Digits=key)

    def takes(self, who: str) -> None:
        """They press the accept key, and the carrier connects the two."""
        document = self.presses(who, "1")
        (queue,) = document.iter("Queue")
        assert queue.text == self.queue
        self.line.caller(queue.attrib["url"])

    def ends(self, who: str, status: str) -> None:
        """The carrier says that a volunteer's leg is over."""
        leg = self.phone(who)
        self._leg(leg, leg.ended_url, CallStatus=status)

    def leaves(self, result: str = "leave", call: str = "CA1") -> ElementTree.Element:
        return self.line.caller(self.left[call], call, QueueResult=result, QueueSid="QU1")

    def _leg(self, leg: Leg, url: str, **params: str) -> ElementTree.Element:
        given = {"CallSid": leg.sid, "ParentCallSid": "", "CallStatus": "in-progress", **params}
        return self.line.volunteer(url, **given)

    def moments(self) -> list[CallMoment]:
        return [entry.moment for entry in self.line.kept.entries]


@pytest.fixture
def live(redis_url: str, request: pytest.FixtureRequest, tmp_path: object) -> RedisLive:
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{request.node.name}:{id(tmp_path)}:")


@pytest.fixture
def world(live: RedisLive) -> World:
    return World(live, hotline(FOUR, ringing=TWO))


def test_two_phones_ring_as_soon_as_the_caller_waits(world: World) -> None:
    world.waits()
    assert world.carrier.rung == ["amy", "ben"]


def test_one_more_rings_each_four_seconds_while_the_others_ring_on(world: World) -> None:
    url = world.looks(world.waits(), 3)
    assert world.carrier.rung == ["amy", "ben"]
    url = world.looks(url, 1)
    assert world.carrier.rung == ["amy", "ben", "cho"]
    world.looks(url, 4)
    assert world.carrier.rung == ["amy", "ben", "cho", "dee"]


def test_a_document_asks_redis_once_while_phones_ring_or_others_wait_for_longer(live: RedisLive) -> None:
    world = World(live, hotline(FOUR, ringing=replace(TWO, at_once=4, stagger=0)))
    first = world.waits()
    world.line.pass_time(1)
    world.looks(world.waits("CA2"), 1, "CA2")
    world.line.pass_time(1)
    third = world.waits("CA3")
    answered = live.server.client.info("commandstats")
    world.looks(first)
    world.looks(third, 1, "CA3")
    now = live.server.client.info("commandstats")
    asked = [{name: stats["calls"] for name, stats in one.items()} for one in (answered, now)]
    questions = {name: calls - asked[0].get(name, 0) for name, calls in asked[1].items()}
    assert questions["cmdstat_evalsha"] == questions["cmdstat_hgetall"] == 2, questions


def test_whoever_declines_is_replaced_at_once_by_their_own_leg(world: World) -> None:
    world.waits()
    assert verbs(world.presses("amy", "2")) == ["Hangup"]
    assert world.carrier.rung == ["amy", "ben", "cho"]
    world.ends("amy", "completed")
    assert world.carrier.rung == ["amy", "ben", "cho"], "the end of their leg is no news"
    world.ends("ben", "busy")
    assert world.carrier.rung == ["amy", "ben", "cho", "dee"]


def test_the_first_to_accept_takes_the_caller_and_the_other_phones_are_let_go(world: World) -> None:
    world.waits()
    world.takes("ben")
    assert world.carrier.ended == ["amy"]
    assert world.moments() == [CallMoment.STARTED, CallMoment.ANSWERED]
    world.ends("amy", "canceled")
    goodbye = world.leaves("bridged")
    assert (words(goodbye), verbs(goodbye)) == ("Goodbye.", ["Say", "Hangup"])
    world.ends("ben", "completed")
    assert world.carrier.rung == ["amy", "ben"], "nobody is rung after a conversation"


def test_whoever_accepts_second_hears_a_thank_you_and_is_free(world: World) -> None:
    world.waits()
    asked = world.picks_up("amy")
    world.takes("ben")
    late = world._leg(world.phone("amy"), leads(asked, "Gather"), Digits="1")
    assert "Thank you" in words(late)
    assert verbs(late) == ["Say", "Hangup"]
    world.looks(world.waits("CA2"), 4, "CA2")
    assert world.carrier.rung[2:] == ["cho", "dee", "amy"], "she can be rung for the next caller"


def test_a_volunteer_who_accepted_and_was_not_connected_gives_the_caller_back(world: World) -> None:
    url = world.waits()
    world.presses("ben", "1")
    world.ends("ben", "completed")
    assert world.moments() == [CallMoment.STARTED]
    world.looks(url)
    assert "cho" in world.carrier.rung


def test_two_callers_never_ring_the_same_phone(world: World) -> None:
    world.waits()
    world.waits("CA2")
    assert world.carrier.rung == ["amy", "ben", "cho", "dee"]


def test_the_same_document_asked_for_twice_rings_nobody_twice(world: World) -> None:
    url = world.waits()
    world.looks(url, 4)
    world.looks(url, 0)
    assert world.carrier.rung == ["amy", "ben", "cho"]


def test_when_nobody_is_left_the_caller_goes_on_to_where_the_flow_leads(world: World) -> None:
    url = world.waits()
    for who in (*FOUR, "chaplain"):
        if who not in world.carrier.rung:
            url = world.looks(url, 4)
        world.ends(who, "no-answer")
    world.looks(url)
    assert verbs(world.document) == ["Leave"]
    assert words(world.leaves()) == "Nobody is free."
    assert [job.task for job in world.line.put.jobs if job.task == "caller_not_reached"] == ["caller_not_reached"]


def test_a_carrier_whose_rest_api_is_down_has_one_phone_ring_after_another(world: World) -> None:
    world.carrier.down = True
    url = world.waits()
    world.looks(url, 3)
    assert verbs(world.document) == ["Leave"]
    ringing = world.leaves()
    (number,) = ringing.iter("Number")
    assert NAMES[number.text or ""] == "cho", "those whom it could not ring are not tried first"
    after = world.line.caller(leads(ringing, "Dial"), DialCallStatus="no-answer", DialBridged="false")
    assert verbs(after) == ["Say", "Dial"]


def test_a_limit_of_the_accounts_is_remembered(world: World, live: RedisLive) -> None:
    world.waits()
    assert live.signs(["line"]) == {}
    world.carrier.limited = True
    world.looks(world.waits("CA2"), 3, "CA2")
    assert live.signs(["line"]) == {Sign.LIMITED: ["line"]}
    assert [event for event, _ in world.line.notices if event == "carrier_limited"] == ["carrier_limited"]


def test_without_redis_one_phone_rings_after_another_from_the_start() -> None:
    line = hotline(FOUR, ringing=TWO)
    live = RedisLive("redis://127.0.0.1:9", KEY)
    world = World(live, line)
    first = world.line.caller("/voice")
    assert "Dial" in verbs(world.line.caller(leads(first, "Redirect")))


def test_a_process_that_dies_before_the_carrier_answers_costs_one_ring(live: RedisLive) -> None:
    world = World(live, hotline(FOUR, ringing=replace(TWO, stagger=0)))
    world.line.app.extensions.clear()
    lost: list[Callable[[], None]] = []
    rings = RingParts(calls=world.carrier, hunts=world.hunts, soon=lost.append, later=lambda seconds, work: None)
    dying = Line(hotline(FOUR, ringing=replace(TWO, stagger=0)), live=live, rings=rings)
    world.line, alive = dying, world.line
    url = world.waits()
    assert world.carrier.rung == []
    world.line = alive
    url = world.looks(url, 3)
    assert world.carrier.rung == []
    world.looks(url, 3)
    assert world.carrier.rung == ["cho", "dee"]


def listed(world: World, leg: Leg, later: int = 0, status: str = "ringing") -> CarrierCall:
    return CarrierCall(leg.sid, "", status, epoch_seconds(world.line.now) + later, placed=True)


def test_a_phone_that_rings_though_the_carriers_answer_was_lost_is_found_and_let_go(world: World) -> None:
    world.carrier.cut = True
    world.waits()
    assert world.carrier.ended == [], "the carrier's list does not show them yet"
    amy, ben = world.carrier.legs[:2]
    world.carrier.listed = [listed(world, amy), listed(world, ben, status="completed"), listed(world, ben, later=60)]
    seconds, again = world.later[0]
    assert seconds <= 1
    again()
    assert world.carrier.ended == ["amy"], "neither a call that is over, nor one of a later ring"


def test_a_phone_that_a_dead_process_had_rung_is_found_and_let_go(live: RedisLive) -> None:
    world = World(live, hotline(FOUR, ringing=replace(TWO, stagger=0)))
    rings = RingParts(calls=world.carrier, hunts=world.hunts, soon=lambda work: None, later=lambda *_: None)
    alive, world.line = world.line, Line(hotline(FOUR, ringing=replace(TWO, stagger=0)), live=live, rings=rings)
    url = world.waits()
    world.carrier.legs.append(Leg("amy", "CAleg0", "", ""))
    world.carrier.listed = [listed(world, world.carrier.legs[0], later=1)]
    world.line = alive
    world.looks(world.looks(url, 3), 3)
    assert world.carrier.ended[0] == "amy"


def test_a_phone_is_let_go_by_another_process_where_the_first_died(live: RedisLive) -> None:
    world = World(live, hotline(FOUR, ringing=TWO))
    world.waits()
    rings = RingParts(calls=world.carrier, hunts=world.hunts, soon=lambda work: None, later=lambda *_: None)
    alive, world.line = world.line, Line(hotline(FOUR, ringing=TWO), live=live, rings=rings)
    world.presses("ben", "1")
    assert world.carrier.ended == []
    assert alive.legs is not None
    seen = alive.legs.sweep(frozenset())
    assert world.carrier.ended == [], "the process that settled it is still at it"
    alive.legs.sweep(seen)
    assert world.carrier.ended == ["amy"], "the volunteer who takes the call keeps them"
    alive.legs.sweep(seen)
    assert alive.legs.sweep(seen) == frozenset()


def test_a_phone_that_the_carrier_does_not_let_go_at_first_is_let_go_within_two_seconds(world: World) -> None:
    world.carrier.refused_ends = 5
    world.waits()
    world.presses("ben", "1")
    waited = 0.0
    while not world.carrier.ended:
        seconds, again = world.later.pop()
        waited += seconds
        again()
    assert (world.carrier.ended, waited) == (["amy"], 2.0)


def test_a_caller_who_hangs_up_stops_every_phone(world: World) -> None:
    world.waits()
    world.leaves("hangup")
    assert world.carrier.ended == ["amy", "ben"]
    assert world.moments() == [CallMoment.STARTED, CallMoment.ENDED]
    assert "no longer waiting" in words(world.picks_up("amy"))


@pytest.mark.parametrize("result", ["leave", "bridged", "hangup", "redirected", "error"])
@pytest.mark.parametrize("jobs", [KEPT, FollowUpJobs(carrier=True, records=False), FollowUpJobs()])
def test_the_queue_is_deleted_once_its_caller_has_left_it(live: RedisLive, result: str, jobs: FollowUpJobs) -> None:
    world = World(live, hotline(FOUR, ringing=TWO), jobs)
    world.looks(world.waits())
    world.leaves(result)
    now = int(world.line.now.timestamp())
    deleted = [job for job in world.line.put.jobs if job.task == "delete_queue"]
    assert deleted == ([delete_queue("QU1", now)] if jobs.carrier and jobs.records else [])


def test_a_queue_without_a_good_name_is_not_deleted(world: World) -> None:
    world.waits()
    world.line.caller(world.left["CA1"], QueueResult="leave", QueueSid="QU1/../x")
    assert not [job for job in world.line.put.jobs if job.task == "delete_queue"]


def test_the_caller_hears_words_in_turn_and_never_the_same_twice_in_a_row(world: World) -> None:
    url, heard = world.waits(), []
    for _ in range(12):
        url = world.looks(url, 3)
        heard.append(words(world.document))
    said = [text for text in heard if text]
    assert len(said) >= 6
    assert all(one != other for one, other in pairwise(said))


def test_after_a_minute_the_way_out_is_offered_and_taken(live: RedisLive) -> None:
    reach = replace(STEPS["reach"], action=replace(STEPS["reach"].action, way_out={"2": Target("lifeline")}))
    assert isinstance(reach.action, Hunt)
    world = World(live, hotline(FOUR, ringing=TWO, steps={**STEPS, "reach": reach}))
    url = world.waits()
    while world.line.now.timestamp() % 120 < 66:
        url = world.looks(url, 3)
    while "Gather" not in verbs(world.document):
        url = world.looks(url, 3)
    left = world.line.caller(leads(world.document, "Gather"), Digits="2")
    assert verbs(left) == ["Leave"]
    assert words(world.leaves()) == "Lifeline."
    assert set(world.carrier.ended) >= {"amy", "ben"}


class TestRingingWhileTheGreetingSpeaks:
    @pytest.fixture
    def early(self, live: RedisLive) -> World:
        line = hotline(FOUR, ringing=TWO)
        return World(live, replace(line, flow=replace(line.flow, ring_early=RingEarly(5))))

    def test_phones_ring_before_the_caller_has_heard_the_menu_out(self, early: World) -> None:
        early.line.caller("/voice")
        ((seconds, start),) = early.later
        start()
        assert (seconds, early.carrier.rung) == (5, ["amy", "ben"])

    def test_the_same_rings_go_on_once_the_caller_waits(self, early: World) -> None:
        first = early.line.caller("/voice")
        early.later[0][1]()
        early.line.pass_time(4)
        queue = early.line.caller(leads(first, "Redirect"))
        assert verbs(queue)[-1] == "Enqueue"
        assert early.carrier.rung == ["amy", "ben", "cho"]

    def test_a_key_that_leads_elsewhere_stops_them(self, early: World) -> None:
        first = early.line.caller("/voice")
        early.later[0][1]()
        early.line.caller(leads(first, "Gather"), Digits="9")
        assert early.carrier.ended == [], "a key that only changes the language does not"
        menu = early.line.caller("/voice/key?" + leads(first, "Gather").partition("?")[2], Digits="2")
        assert early.carrier.ended == ["amy", "ben"]
        assert verbs(menu)[0] == "Gather"

    def test_whoever_accepts_before_the_caller_waits_has_them_taken_out_of_the_words(self, early: World) -> None:
        early.line.caller("/voice")
        early.later[0][1]()
        document = early.presses("amy", "1")
        ((caller, url),) = early.carrier.moved
        queue = early.line.caller(url)
        assert (caller, verbs(queue)) == ("CA1", ["Enqueue"])
        assert [one.text for one in queue.iter("Enqueue")] == [one.text for one in document.iter("Queue")]

    def test_a_doubtful_caller_rings_nobody_early(self, early: World) -> None:
        early.line.caller("/voice", StirVerstat="TN-Validation-Failed-A")
        assert early.later == []


def test_no_call_is_named_in_redis(world: World, live: RedisLive) -> None:
    world.waits()
    dump = [(key, live.server.client.hgetall(key)) for key in live.server.client.scan_iter(f"{live.prefix}hunt:*")]
    assert dump
    assert "CA1" not in str(dump)
    assert "CAleg" not in str(dump)


def test_every_route_of_several_phones_is_known_to_these_tests(world: World) -> None:
    rules = {rule.rule for rule in world.line.app.url_map.iter_rules()}
    assert {*WEBHOOKS, *ONE_BY_ONE} == {rule for rule in rules if rule.startswith("/voice")}


@pytest.mark.parametrize("url", WEBHOOKS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signature", ["", "bm90IG91cnM="])
def test_an_unsigned_webhook_of_several_phones_is_refused_and_asks_the_carrier_for_nothing(
    world: World, url: str, method: str, signature: str
) -> None:
    assert world.line.send(url, method, signature, CallSid="CA1", To=NUMBER).status_code == 403
    assert (world.line.kept.entries, world.carrier.legs, world.carrier.moved, world.carrier.ended) == ([], [], [], [])


@pytest.mark.parametrize("url", WEBHOOKS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_webhook_of_several_phones_with_a_position_that_is_not_ours_asks_the_carrier_for_nothing(
    world: World, url: str, method: str
) -> None:
    for params in ({}, {"CallSid": "CA1", "To": NUMBER}, {"Digits": "1"}, {"To": "+1", "From": "anonymous"}):
        for query in ("", "?at=", "?at=nonsense", "?at=%ff%fe", "?n=99999", "?n=-1&at=x"):
            answer = world.line.send(url + query, method, **params)
            assert answer.status_code == 204 or ElementTree.fromstring(answer.data).tag == "Response"
    assert (world.carrier.legs, world.carrier.moved, world.carrier.ended) == ([], [], [])
