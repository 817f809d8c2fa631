"""A document is read as strictly as the carrier reads it."""

import pytest

from hotline.simulator.twiml.reading import UnreadableTwiml, clean, parse

VERBS = frozenset(["Say", "Play", "Pause", "Gather", "Redirect", "Dial", "Hangup", "Reject", "Enqueue"])


def oddities(verbs: str) -> list[str]:
    return [oddity.code for oddity in clean(parse(f"<Response>{verbs}</Response>".encode()), VERBS)[1]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "12100"),
        (b"   ", "12100"),
        (b' <?xml version="1.0"?><Response/>', "12100"),
        (b'\n<?xml version="1.0"?><Response/>', "12100"),
        (b"<Response><Say>Hi</Response>", "12100"),
        (b"<response/>", "12100"),
        (b"<Say>Hi</Say>", "12100"),
        (b"Hello", "12100"),
        (b"<!DOCTYPE x><Response/>", "12100"),
        (b"<Response><Say>" + b"a" * 65_536 + b"</Say></Response>", "11750"),
    ],
)
def test_what_is_no_document_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableTwiml) as refused:
        parse(body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        ("<Speak>Hi</Speak>", "12200"),
        ("<say>Hi</say>", "12200"),
        ("Hello", "12200"),
        ('<Say colour="red">Hi</Say>', "12200"),
        ('<Say language="English">Hi</Say>', "12200"),
        ('<Say voice="Joanna">Hi</Say>', "13511"),
        ('<Say loop="often">Hi</Say>', "13510"),
        ("<Say></Say>", "13520"),
        ("<Say>" + "a" * 4097 + "</Say>", "13521"),
        ('<Say voice="Polly.Joanna">' + "a" * 3001 + "</Say>", "13521"),
        ("<Say><break/>Hi</Say>", "12200"),
        ("<Play></Play>", "13420"),
        ('<Pause length="0"/>', "13910"),
        ('<Gather timeout="soon"/>', "13313"),
        ('<Gather numDigits="0"/>', "13314"),
        ('<Gather finishOnKey="##"/>', "13310"),
        ('<Gather method="PUT"/>', "13312"),
        ('<Gather actionOnEmptyResult="yes"/>', "13338"),
        ("<Gather><Redirect>/x</Redirect></Gather>", "13320"),
        ("<Gather><Hangup/></Gather>", "13320"),
        ("<Redirect></Redirect>", "13710"),
        ('<Redirect method="get">/x</Redirect>', "13710"),
        ('<Dial timeout="3">+14105550111</Dial>', "13212"),
        ('<Dial timeLimit="0">+14105550111</Dial>', "13216"),
        ('<Dial callerId="anonymous">+14105550111</Dial>', "13214"),
        ('<Dial hangupOnStar="1">+14105550111</Dial>', "13213"),
        ("<Dial><Say>Hi</Say></Dial>", "13215"),
        ("<Dial><Number></Number></Dial>", "13223"),
        ('<Dial><Number statusCallbackEvent="done">+14105550111</Number></Dial>', "12200"),
        ('<Hangup reason="x"/>', "12200"),
        ('<Reject reason="tired"/>', "12200"),
        ("<Dial><Conference>room</Conference></Dial>", "not-simulated"),
        ("<Enqueue/>", "14204"),
        (f"<Enqueue>{'x' * 65}</Enqueue>", "14205"),
        ('<Enqueue waitUrl="a b">line</Enqueue>', "14202"),
        ('<Enqueue waitUrlMethod="PUT">line</Enqueue>', "14206"),
        ('<Enqueue maxSize="5">line</Enqueue>', "12200"),
        ("<Dial><Queue/></Dial>", "14212"),
        (f"<Dial><Queue>{'x' * 65}</Queue></Dial>", "14213"),
        ('<Dial><Queue statusCallback="/x">line</Queue></Dial>', "12200"),
        ("<Leave/>", "12200"),
    ],
)
def test_what_is_odd_is_named(verbs: str, code: str) -> None:
    assert oddities(verbs) == [code]


def test_what_is_right_is_left_alone() -> None:
    assert not oddities(
        '<Gather action="/a?b=1&amp;c=2" numDigits="1" timeout="4" finishOnKey="" actionOnEmptyResult="true">'
        '<Say voice="Polly.Joanna-Neural" language="en-US">Hi<break time="1s"/> there</Say><Pause length="1"/></Gather>'
        '<Dial callerId="+14105550100" timeout="20" answerOnBridge="true" action="/n" method="POST">'
        '<Number url="/s" statusCallback="/c" statusCallbackEvent="initiated ringing">+14105550111</Number></Dial>'
        '<Redirect method="POST">/voice</Redirect><!-- comments are ignored -->'
    )


def test_the_odd_part_is_left_out_and_the_rest_stays() -> None:
    verbs, _ = clean(parse(b'<Response><Speak>a</Speak><Say loop="x">b</Say><Hangup/></Response>'), VERBS)
    assert [(verb.name, verb.attributes) for verb in verbs] == [("Say", {}), ("Hangup", {})]


def test_the_words_inside_markup_are_spoken_in_order() -> None:
    (say,) = parse(b'<Response><Say voice="Polly.Amy">One <emphasis>two</emphasis> three</Say></Response>').children
    assert say.text == "One two three"
