"""Calls that the server asks for by the REST API."""

from __future__ import annotations

import pytest

from hotline.simulator import CallFailed
from hotline.simulator.world import World
from tests.simulator.site import AMY, LINE, Page, Site, world_of


def a_call(world: World):  # type: ignore[no-untyped-def]
    return world.place(AMY, LINE, url="https://hotline.example/test", status_callback="https://hotline.example/ended")


def test_what_is_heard_is_fetched_once_the_phone_is_answered() -> None:
    site = Site(test="<Say>This is a test.</Say>", ended=Page(b"<Response/>"))
    world = world_of(site)
    call = a_call(world)
    world.advance(5)
    assert not [exchange for exchange in world.exchanges if exchange.url.endswith("/test")]
    call.picks_up().hears("This is a test.").has_ended()
    form = site.form("/test")
    assert (form["Direction"], form["From"], form["To"], form["CallSid"]) == ("outbound-api", LINE, AMY, call.sid)
    assert "ParentCallSid" not in form
    assert site.form("/ended")["CallStatus"] == "completed"
    world.close()


@pytest.mark.parametrize(
    ("what", "status"),
    [("ignored", "no-answer"), ("declines", "busy"), ("cannot_be_reached", "failed")],
)
def test_the_end_of_one_that_nobody_answered_is_reported_too(what: str, status: str) -> None:
    site = Site(test="<Say>This is a test.</Say>", ended=Page(b"<Response/>"))
    world = world_of(site)
    call = a_call(world)
    world.advance(5)
    getattr(call, what)()
    call.has_ended()
    assert site.form("/ended")["CallStatus"] == status
    world.close()


def test_one_that_is_never_ended_fails_the_test() -> None:
    world = world_of(Site(test="<Pause length='60'/>"))
    a_call(world)
    world.advance(5)
    with pytest.raises(CallFailed, match="never ended"):
        world.close()
