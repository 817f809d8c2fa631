"""When the server errs: fallback, apology, and what the call is told off for."""

import pytest

from hotline.simulator import CarrierQuirks, Violations, World
from hotline.simulator.twiml.interpreter import APOLOGY
from tests.simulator.site import AMY, BEN, LINE, Page, Site, dial, world_of


def with_fallback(site: Site, **options: object) -> World:
    world = world_of(site, **options)
    world.number(LINE, voice_url="/voice", status_callback="/ended", fallback_url="/fallback")
    return world


ERRORS = {
    "a 500": (Page(status="500 Oops"), "11217"),
    "a 404": (Page(status="404 No"), "11217"),
    "an exception": (lambda hit: 1 / 0, "11217"),
    "an empty 200": (Page(b""), "12100"),
    "whitespace before <?xml": (Page(b'\n<?xml version="1.0"?><Response/>'), "12100"),
    "no TwiML": (Page(b"<html/>"), "12100"),
    "JSON": (Page(b"{}", headers=(("Content-Type", "application/json"),)), "12300"),
    "no content type": (Page(headers=()), "12300"),
    "too long": (Page(b"<Response>" + b" " * 65_536 + b"</Response>"), "11750"),
}


@pytest.mark.parametrize(("page", "code"), ERRORS.values(), ids=ERRORS)
def test_a_document_that_cannot_be_used_sends_the_call_to_the_fallback(page: Page, code: str) -> None:
    site = Site(voice=page, fallback="<Say>One moment</Say>")
    world = with_fallback(site)
    world.tolerate(code)
    world.call(LINE).hears("One moment").has_ended("finished")
    assert [violation.code for violation in world.violations] == [code]
    assert site.form("/fallback")["ErrorCode"] == code
    assert site.form("/fallback")["ErrorUrl"] == "https://hotline.example/voice"


def test_the_fallback_serves_at_any_point_of_the_call() -> None:
    site = Site(voice=dial(AMY, dial='action="/next"'), next=Page(status="500"), fallback=dial(BEN))
    world = with_fallback(site)
    world.tolerate("11217")
    call = world.call(LINE)
    call.rings("amy").ignored()
    call.rings("ben").picks_up()
    call.talks_with("ben").hangs_up().has_ended()
    assert site.form("/fallback")["ErrorUrl"] == "https://hotline.example/next"


def test_without_a_fallback_the_carrier_apologises_and_hangs_up() -> None:
    site = Site(voice=Page(status="503 Busy"))
    world = world_of(site)
    world.tolerate("11217")
    world.call(LINE).hears(APOLOGY).has_ended("error")
    assert site.form("/ended")["CallStatus"] == "completed"


def test_a_fallback_that_fails_too_is_the_end() -> None:
    world = with_fallback(Site(voice=Page(status="500"), fallback=Page(status="500")))
    world.tolerate("11217")
    world.call(LINE).hears(APOLOGY).has_ended("error")


def test_a_violation_fails_the_step_that_meets_it_with_the_call_so_far() -> None:
    world = world_of(Site(voice="<Speak>Hi</Speak>"))
    with pytest.raises(Violations, match=r"12200: <Speak>[\s\S]*Call from"):
        world.call(LINE).has_ended()


def test_a_schema_warning_leaves_the_bad_part_out_or_ends_it_all_as_the_carrier_pleases() -> None:
    site = Site(voice="<Speak>Hi</Speak><Say>Hello</Say>")
    for goes_on, heard in ((True, "Hello"), (False, APOLOGY)):
        world = world_of(site, CarrierQuirks(continue_after_schema_warning=goes_on))
        world.tolerate("12200")
        call = world.call(LINE).has_ended()
        assert [each.text for each in call.leg.heard] == [heard]


def test_plain_text_is_read_aloud_and_told_off() -> None:
    world = world_of(Site(voice=Page(b"Hello there", headers=(("Content-Type", "text/plain"),))))
    world.tolerate("12300")
    world.call(LINE).hears("Hello there").has_ended("hung up")


def test_a_dialled_number_nobody_declared_is_never_rung() -> None:
    world = world_of(Site(voice=dial("+14105550177") + "<Say>Sorry</Say>"))
    world.tolerate("undeclared-number")
    call = world.call(LINE).hears("Sorry").has_ended()
    assert not call.rung
    assert world.violations[0].code == "undeclared-number"


def test_a_declared_number_may_be_dialled_short_ones_too() -> None:
    with world_of(Site(voice=dial("988") + "<Say>Sorry</Say>")) as world:
        world.allow_numbers("988")
        world.call(LINE).hears("Sorry").has_ended()


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        (f"<Dial><Number>{AMY}</Number></Dial>", "caller-id"),
        (f'<Dial callerId="+14105550999">{AMY}</Dial>', "13214"),
        (f'<Dial callerId="{LINE}" record="record-from-answer">{AMY}</Dial>', "recording"),
        (f'<Dial callerId="{LINE}"></Dial>', "13224"),
        (dial(*[AMY] * 11), "13200"),
    ],
    ids=["the caller's own number is shown", "a number not ours is shown", "recorded", "nobody", "too many"],
)
def test_a_dial_that_endangers_the_caller_is_a_violation(verbs: str, code: str) -> None:
    world = world_of(Site(voice=verbs))
    world.tolerate(code)
    world.call(LINE).has_ended(within=60)
    assert world.violations[0].code == code
