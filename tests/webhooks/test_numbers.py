"""Which hotline a number belongs to, and which number volunteers see."""

from __future__ import annotations

from dataclasses import replace

from hotline.core.calls.flow import Hotline
from tests.lines import NUMBER, hotline, phone_of
from tests.webhooks.line import Line, leads, words

SECOND = "+14105550101"


def with_two_numbers() -> Hotline:
    line = hotline()
    return replace(line, flow=replace(line.flow, numbers=(NUMBER, SECOND)))


def test_whichever_number_is_dialled_volunteers_see_the_first() -> None:
    """Volunteers save the hotline as a contact that may ring through do-not-disturb (lessons): one number, always."""
    line = Line(with_two_numbers())
    for dialled in (NUMBER, SECOND):
        entry = line.caller("/voice", call=f"CA{dialled}", To=dialled)
        ring = line.caller(leads(entry, "Redirect"), call=f"CA{dialled}", To=dialled)
        assert leads(ring, "Dial", "callerId") == NUMBER


def test_one_phone_is_rung_at_a_time() -> None:
    """Parallel ringing with a screening URL: the first pick-up cancels the others, so a voicemail can win (lessons)."""
    line = Line(with_two_numbers())
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    assert len(ring.findall(".//Number")) == 1


def test_each_number_reaches_its_own_hotline() -> None:
    other = hotline(
        steps={**hotline().flow.steps, "welcome": replace(hotline().flow.steps["welcome"], say={"en": "Night."})}
    )
    night = replace(other, flow=replace(other.flow, id="night", numbers=(SECOND,)))
    line = Line(hotline(), night)
    assert words(line.caller("/voice", To=NUMBER)) == "Welcome."
    assert words(line.caller("/voice", call="CA2", To=SECOND)) == "Night."


def test_a_volunteers_leg_finds_its_hotline_by_the_number_it_was_shown() -> None:
    line = Line(with_two_numbers())
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    assert ring.findtext(".//Number") in {phone_of(place) for place in range(3)}
    assert "Press 1 to take it" in words(line.volunteer(leads(ring, "Number", "url"), From=NUMBER))
