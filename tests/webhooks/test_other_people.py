"""A step that rings another rota, webhook by webhook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.carrier.twiml import dial_timeout
from hotline.core.calls.flow import Hotline, Hunt, Menu, OtherRota, Step, Target
from hotline.core.calls.position import HuntPosition, Position, seal
from hotline.core.jobs import Job
from hotline.core.rota.rota import Ringing
from hotline.store.redis.live import RedisLive
from tests.lines import STEPS, hotline
from tests.webhooks.line import KEY, Line, leads, verbs, words


def line_with_leaders() -> Hotline:
    """A line whose key 3 rings leaders, who take calls with key 5."""
    welcome = STEPS["welcome"]
    assert isinstance(welcome.action, Menu)
    steps = {
        **STEPS,
        "welcome": replace(welcome, action=replace(welcome.action, keys={**welcome.action.keys, "3": Target("group")})),
        "group": Step("group", {"en": "Finding a leader."}, Hunt({}, "bye", "nobody", people="leaders")),
    }
    own = hotline(steps=steps)
    rules = Ringing(accept_key="5", ring_for=12)
    other = hotline(("lea", "mia"), ("zoe",), volunteers=("x", "y", "z"), ringing=rules)
    rota = replace(other.rota, id="leaders")
    return replace(own, others={"leaders": OtherRota(rota, other.schedule)})


@pytest.fixture
def line(redis_url: str) -> Line:
    return Line(line_with_leaders(), live=RedisLive(redis_url, KEY))


def rung_leader(line: Line) -> str:
    """Press 3, and return where the ring's end is reported."""
    welcome = line.caller("/voice")
    ringing = line.caller(leads(welcome, "Gather"), Digits="3")
    assert words(ringing).startswith("Finding a leader.")
    dial = ringing.find("Dial")
    assert dial is not None
    assert dial.attrib["timeout"] == str(dial_timeout(12))
    number = dial.find("Number")
    assert number is not None
    heard = line.volunteer(number.attrib["url"])
    assert "Press 5" in words(heard)
    return leads(ringing, "Dial")


def jobs(line: Line, name: str) -> list[Job]:
    return [job for job in line.put.jobs if job.task == name]


def test_notes_about_rings_are_those_of_the_rota_rung(line: Line) -> None:
    ended = rung_leader(line)
    line.caller(ended, DialCallStatus="no-answer")
    assert [job.ids[0] for job in jobs(line, "missed_ring")] == ["leaders"]


def test_a_caller_not_reached_is_told_to_the_coordinators_of_the_rota_rung(line: Line) -> None:
    ended = rung_leader(line)
    for _ in range(8):
        answer = line.caller(ended, DialCallStatus="no-answer")
        if "Dial" not in verbs(answer):
            break
        ended = leads(answer, "Dial")
    assert words(answer) == "Nobody is free."
    assert [job.ids[0] for job in jobs(line, "caller_not_reached")] == ["line/leaders"]


def test_whose_turn_it_is_counts_for_each_rota_apart(line: Line) -> None:
    rung_leader(line)
    keys = set(line.live.server.client.scan_iter("hotline:last:*"))  # type: ignore[attr-defined]
    assert "hotline:last:line/leaders" in keys


def test_a_position_from_before_goes_on_with_the_own_rota(line: Line) -> None:
    """An older release sealed it, and knew of no other rota."""
    hunt = HuntPosition(int(line.now.timestamp()), ringing="amy", ringing_since=int(line.now.timestamp()))
    before = Position("token", "reach", "en", rings=1, hunt=hunt, begun=int(line.now.timestamp()))
    answer = line.caller(f"/voice/rung?at={seal(before, 'CA1', KEY)}", DialCallStatus="no-answer")
    dial = answer.find("Dial")
    assert dial is not None
    assert dial.attrib["timeout"] == str(dial_timeout(20))


def test_without_live_state_leaders_are_rung_all_the_same() -> None:
    rung_leader(Line(line_with_leaders()))
