"""Replies as TwiML: exactly these documents, whatever the words in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from hotline.carrier.twiml import render
from hotline.core.calls import transitions as rules
from hotline.core.calls.flow import Goodbye, Hotline, Language, Step
from hotline.core.calls.hunt import Turn
from hotline.core.calls.position import HuntPosition, Position, seal
from hotline.core.calls.reply import Accept, Connect, HangUp, Listen, Pause, Redirect, Reply, RingVolunteer, Say, Screen
from tests.lines import STEPS, hotline, phone_of

EN = Language("en", "en-US", "Polly.Joanna-Neural")
ES = Language("es", "es-US")
HERE = Position("token", "welcome", "en")
HELLO = Say("Hello.", EN)
MOST_BYTES = 64 * 1024
"""Of a document. Source: Twilio's error 11750 (carrier facts, 2)."""
ALLOWED_IN_SCREENING = {"Play", "Say", "Gather", "Hangup"}
"""Source: Twilio docs, voice/twiml/number, `url`."""


def address(name: str, position: Position) -> str:
    return f"/voice/{name}?at={position.token}&step={position.step}"


def verbs_of(reply: Reply) -> str:
    """The document without what every one begins and ends with, and with addresses as short as they go."""
    document = render(reply, lambda name, _: name.upper())
    head, tail = '<?xml version="1.0" encoding="UTF-8"?><Response>', "</Response>"
    assert document.startswith(head)
    assert document.endswith(tail)
    return document[len(head) : -len(tail)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ((HELLO,), '<Say language="en-US" voice="Polly.Joanna-Neural">Hello.</Say>'),
        ((Say("Hola.", ES),), '<Say language="es-US">Hola.</Say>'),
        ((Pause(8),), '<Pause length="8" />'),
        ((HangUp(),), "<Hangup />"),
        ((Redirect(HERE),), '<Redirect method="POST">NEXT</Redirect>'),
        (
            (Listen((Say("Hola.", ES), Pause(1)), 4, HERE),),
            '<Gather action="KEY" finishOnKey="" method="POST" numDigits="1" timeout="4">'
            '<Say language="es-US">Hola.</Say><Pause length="1" /></Gather><Redirect method="POST">NEXT</Redirect>',
        ),
        (
            (RingVolunteer("+14105550111", "+14105550100", 20, HERE),),
            '<Dial action="RUNG" answerOnBridge="true" callerId="+14105550100" method="POST" '
            'timeLimit="7200" timeout="15">'
            '<Number method="POST" statusCallback="LEG" statusCallbackEvent="completed" statusCallbackMethod="POST" '
            'url="SCREENING">+14105550111</Number></Dial>',
        ),
        (
            (Connect("988", "+14105550100", HERE),),
            '<Dial action="DIALLED" answerOnBridge="true" callerId="+14105550100" method="POST" '
            'timeLimit="7200" timeout="25">'
            "<Number>988</Number></Dial>",
        ),
        (
            (Screen((Say("Hola.", ES),), 5, HERE), HangUp()),
            '<Gather action="SCREENED" finishOnKey="" method="POST" numDigits="1" timeout="5">'
            '<Say language="es-US">Hola.</Say></Gather><Hangup />',
        ),
    ],
)
def test_each_verb_is_written_exactly_so(reply: Reply, expected: str) -> None:
    assert verbs_of(reply) == expected


@pytest.mark.parametrize("reply", [(), (Accept(),)])
def test_a_document_that_says_nothing_connects_and_is_not_empty(reply: Reply) -> None:
    """An empty 200 is logged by the carrier as an error (lessons); reaching the end of a screening connects."""
    assert render(reply, address) == '<?xml version="1.0" encoding="UTF-8"?><Response />'


def test_the_declaration_is_the_first_byte() -> None:
    """White space before it is a parse failure, 12100 (carrier facts, 2)."""
    assert render((HELLO,), address).startswith("<?xml")


@pytest.mark.parametrize(
    "words",
    [
        "You & I: <3 \"quotes\" 'apostrophes'",
        "]]> &amp; &#49; <!-- no comment --> <Hangup/>",
        "Usted ha llamado. ¿Está bien? ñ 你好 🕊",
        "{braces} %s {0} \\1 \\g<0>",
        "\ue0000\ue001 \ue000 0",
        "line one\nline two\ttab",
        " spaces  kept ",
        "\u2028 \u00a0 \u200b",
    ],
)
def test_awkward_words_are_spoken_as_they_are(words: str) -> None:
    document = ElementTree.fromstring(render((Listen((Say(words, EN),), 4, HERE),), address))
    assert document.findtext(".//Say") == words
    assert document.findtext("Redirect") == address("next", HERE)


def test_addresses_are_escaped_once() -> None:
    document = render((RingVolunteer("+1", "+2", 20, HERE),), lambda name, _: f'/voice/{name}?a=1&b="<2>"')
    assert "&amp;amp;" not in document
    dial = ElementTree.fromstring(document).find("Dial")
    assert dial is not None
    assert dial.attrib["action"] == '/voice/rung?a=1&b="<2>"'


def test_documents_kept_for_reuse_do_not_mix_the_positions_of_calls() -> None:
    def one(number: int) -> None:
        here = Position(f"call{number}", "reach", "en")
        reply = (HELLO, RingVolunteer("+14105550111", "+14105550100", 20, here))
        document = ElementTree.fromstring(render(reply, address))
        found = {value for verb in document.iter() for value in verb.attrib.values() if value.startswith("/voice")}
        assert found == {address(name, here) for name in ("rung", "screening", "leg")}

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(one, range(500)))) == 500


def test_two_verbs_of_one_document_each_lead_to_their_own_position() -> None:
    there = Position("token", "elsewhere", "en")
    document = render((Listen((HELLO,), 4, HERE), Redirect(there)), address)
    redirects = [redirect.text for redirect in ElementTree.fromstring(document).findall("Redirect")]
    assert redirects == [address("next", HERE), address("next", there)]


def everything_said() -> list[Reply]:
    """Replies of every kind that the rules of a call give."""
    line, position = hotline(), Position("t", "reach", "en", hunt=HuntPosition(0))
    seeking = rules.Seeking((HELLO,), (), position)
    outcomes = [
        rules.begin(line, "t", 0),
        *(rules.press(line, HERE, key, 0) for key in "1279*"),
        rules.give_up(line, seeking, 0),
        *(rules._visit(line, HERE, name, 0) for name in STEPS),
    ]
    return [
        *(outcome.reply for outcome in outcomes if isinstance(outcome, rules.Turned)),
        rules.ring(line, seeking, Turn("amy", 1, False), 0),
        rules.wait(line, seeking),
        *screenings(line),
    ]


def screenings(hotline: Hotline) -> list[Reply]:
    """Replies to a volunteer's leg."""
    position = Position("t", "reach", "en", hunt=HuntPosition(0, ringing="amy"))
    return [
        rules.screen(hotline, position, "amy"),
        rules.screen(hotline, None, None),
        *(rules.screened(hotline, position, "amy", key) for key in ("1", "2", "5", "")),
        rules.too_late(hotline, "amy"),
    ]


def test_something_always_follows_a_gather() -> None:
    """`<Gather>` with nothing after it drops a silent caller (lessons)."""
    seen = 0
    for reply in everything_said():
        verbs = [verb.tag for verb in ElementTree.fromstring(render(reply, address))]
        for place, verb in enumerate(verbs):
            if verb == "Gather":
                seen += 1
                assert verbs[place + 1] in {"Redirect", "Hangup"}
    assert seen >= 5


def test_a_screening_uses_only_the_verbs_that_may_run_on_a_volunteers_leg() -> None:
    for reply in screenings(hotline()):
        document = ElementTree.fromstring(render(reply, address))
        assert {verb.tag for verb in document} <= ALLOWED_IN_SCREENING
        for gather in document.findall("Gather"):
            assert {verb.tag for verb in gather} <= {"Say", "Play", "Pause"}


def test_every_dial_shows_the_hotlines_number_and_keeps_the_caller_ringing_until_the_bridge() -> None:
    """The volunteer sees the caller's number, since that is the carrier's default (lessons)."""
    dials = [
        dial for reply in everything_said() for dial in ElementTree.fromstring(render(reply, address)).iter("Dial")
    ]
    assert len(dials) >= 2
    for dial in dials:
        assert dial.attrib["callerId"] == "+14105550100"
        assert dial.attrib["answerOnBridge"] == "true"
        assert dial.attrib["action"]
        assert 5 <= int(dial.attrib["timeout"]) <= 600


def test_the_biggest_document_that_files_allow_is_smaller_than_the_carrier_takes() -> None:
    """The longest words of a step, before and between rings, and a position that has tried a hundred volunteers."""
    names = [f"volunteer_number_{place:03}" for place in range(100)]
    longest = {"en": "é" * 3000, "es": "é" * 3000}
    steps = {**STEPS, "reach": Step("reach", longest, STEPS["reach"].action), "bye": Step("bye", longest, Goodbye())}
    line = hotline(on_call=names, steps=steps)
    tried = HuntPosition(1_800_000_000, 20, tuple(names), ringing=names[0], ringing_since=1_800_000_000)
    visits = tuple((name, 20) for name in STEPS)
    position = Position("t" * 12, "reach", "es", visits, 99, tried, 3)
    said = (Say(longest["es"], EN),)
    reply = rules.ring(line, rules.Seeking(said, said, position), Turn(names[0], 20, False), 1_800_000_000)
    document = render(reply, lambda name, at: f"/voice/{name}?at={seal(at, 'CA' + '0' * 32, b'k' * 32)}")
    assert phone_of(0) in document
    assert len(document.encode()) < MOST_BYTES
