"""Texts: posted as the carrier posts them, and answers that it would refuse are found out."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.simulator import Violations, World
from hotline.simulator.line.signature import sign
from hotline.simulator.line.transport import Answer, Request
from hotline.simulator.texting import Text

NUMBER, SENDER = "+14105550100", "+14105550111"
XML = "text/xml"


class Replies:
    """A server that always answers the same, and remembers what it was asked."""

    public_url = "https://line.example"

    def __init__(self, body: str, kind: str = XML, status: int = 200) -> None:
        self._answer = Answer(status, (("content-type", kind),), body.encode())
        self.asked: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        return self._answer


def world(body: str, strict: bool = True, **more: Any) -> tuple[World, Replies]:
    server = Replies(body, **more)
    made = World(server, token="token", seed=1)
    made.strict = strict
    made.number(NUMBER, voice_url="/voice", sms_url="/sms")
    made.phone(SENDER, name="amy")
    return made, server


def send(body: str, said: str = "hello", **more: Any) -> Text:
    return world(body, **more)[0].text("amy", NUMBER, said)


def test_a_text_is_posted_signed_with_what_the_carrier_sends() -> None:
    made, server = world("<Response/>")
    text = made.text("amy", NUMBER, "hello & good bye", OptOutType="HELP")
    [request] = server.asked
    assert request.url == "https://line.example/sms"
    assert request.headers["X-Twilio-Signature"] == sign("token", request.url, text.params.items())
    assert text.params["From"] == SENDER
    assert text.params["MessageSid"] == text.params["SmsSid"] == text.sid
    assert text.sid.startswith("SM")
    assert (text.params["Body"], text.params["OptOutType"]) == ("hello & good bye", "HELP")
    made.text_again(text)
    assert server.asked[1].body == request.body


@pytest.mark.parametrize(
    ("body", "replies"),
    [
        ("<Response/>", []),
        ("<Response><Message>Hi</Message></Response>", ["Hi"]),
        ('<?xml version="1.0"?><Response><Message><Body>A &amp; B</Body></Message></Response>', ["A & B"]),
        ("<Response><Message>One</Message><Message>Two</Message></Response>", ["One", "Two"]),
    ],
)
def test_the_replies_are_read(body: str, replies: list[str]) -> None:
    assert send(body).replies == replies


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "12100"),
        ("Hi", "12100"),
        ("<Response><Message>Hi</Response>", "12100"),
        ("<Reply/>", "12100"),
        ("<Response><Say>Hi</Say></Response>", "12200"),
        ("<Response>Hi</Response>", "12200"),
        ("<Response><message>Hi</message></Response>", "12200"),
        ('<Response><Message voice="alice">Hi</Message></Response>', "12200"),
        ("<Response><Message>Hi<Body>Hi</Body></Message></Response>", "12200"),
        ("<Response><Message><Say>Hi</Say></Message></Response>", "12200"),
        ("<Response><Message> </Message></Response>", "14103"),
        (f"<Response><Message>{'x' * 1601}</Message></Response>", "21617"),
    ],
)
def test_what_the_carrier_would_not_take_is_a_violation(body: str, code: str) -> None:
    with pytest.raises(Violations, match=code):
        send(body)


@pytest.mark.parametrize(("more", "code"), [({"status": 500}, "11200"), ({"kind": "text/plain"}, "12300")])
def test_so_is_an_answer_of_the_wrong_kind(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Violations, match=code):
        send("<Response/>", **more)


def test_after_stop_nothing_is_delivered_until_start() -> None:
    made, _ = world("<Response><Message>Hi</Message></Response>", strict=False)
    assert made.text("amy", NUMBER, "hello").replies == ["Hi"]
    stop = made.text("amy", NUMBER, " Stop ")
    assert (stop.replies, len(stop.carrier)) == ([], 1)
    assert [violation.code for violation in made.violations] == ["21610"]
    assert made.text("amy", NUMBER, "please stop").replies == []
    assert made.text("+14105550112", NUMBER, "hello").replies == ["Hi"]
    again = made.text("amy", NUMBER, "YES")
    assert (again.replies, len(again.carrier)) == (["Hi"], 1)
    assert made.text("amy", NUMBER, "yes").carrier == []
