"""The webhook of texts: signed, strict in what it answers, and never in a caller's way."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from hotline.practice.rehearsal import PUBLIC_URL, Rehearsal
from hotline.simulator.line.numbers import Line
from tests.calls.conftest import Rehearse, rehearse, texts

__all__ = ["rehearse"]

LINE, AMY = "+14105550100", "+14105550111"


def post(rehearsal: Rehearsal, token: str, method: str = "POST", **params: str) -> TestResponse:
    client: FlaskClient = rehearsal.app.test_client()
    given = {"MessageSid": "SM1", "From": AMY, "To": LINE, "Body": "WHO", **params}
    signature = RequestValidator(token).compute_signature(f"{PUBLIC_URL}/sms", given)
    return client.open("/sms", method=method, data=given, headers={"X-Twilio-Signature": signature})


def test_an_unsigned_text_is_refused_and_touches_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    for body in ("OFF 2h", "STOP"):
        assert post(rehearsal, "another token", Body=body).status_code == 403
    assert rehearsal.app.test_client().get("/sms?From=%2B14105550111&Body=OFF").status_code == 403
    assert list(rehearsal.absences.of("rise")) == []
    assert rehearsal.stopped.phones == set()
    assert {event for event, _ in rehearsal.notices} == {"webhook_refused"}


def test_the_answer_is_twiml_whatever_is_in_names(rehearse: Rehearse) -> None:
    odd = texts()["rota/rise.yaml"].decode().replace("name: Amy", 'name: "Amy <b> & \\"co\\""')
    rehearsal = rehearse(files=texts(rota=odd))
    assert 'Amy <b> & "co"' in rehearsal.world.text("ben", LINE, "WHO").reply


def test_a_number_in_no_call_flow_is_answered_with_an_empty_document(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.world.number("+14105550150", voice_url="/voice", sms_url="/sms")
    rehearsal.world.text("amy", "+14105550150", "WHO").hears_nothing()
    assert {event for event, _ in rehearsal.notices} == {"text_to_unknown_number"}


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To", "Body"])
def test_whatever_is_missing_gets_a_document(rehearse: Rehearse, missing: str) -> None:
    rehearsal = rehearse()
    line = rehearsal.world.carrier.lines[LINE]
    told = rehearsal.world.text("amy", LINE, "WHO", **{missing: ""})
    assert told.status == 200
    assert line.sms_url == f"{PUBLIC_URL}/sms"


def test_texts_may_come_by_get(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.world.line(Line(LINE, "/voice", sms_url="/sms", sms_method="GET"))
    rehearsal.world.text("amy", LINE, "OFF 2h").hears("You are off")


def test_a_bug_of_ours_is_told_to_a_volunteer_and_named_without_the_text(rehearse: Rehearse) -> None:
    rehearsal = rehearse()

    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("canary")

    rehearsal.absences.known = Broken()  # type: ignore[method-assign,assignment]
    rehearsal.world.text("amy", LINE, "who").hears("Something is wrong on our side")
    assert "canary" not in repr(rehearsal.notices)
    assert "text_failed" in {event for event, _ in rehearsal.notices}
    call = rehearsal.world.call(LINE).presses("1")
    call.hears("something went wrong on our side").rings("chaplain").ignored()
    call.hangs_up().has_ended()
    rehearsal.notices.clear()


def test_the_document_is_what_the_carrier_takes(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    [root] = [
        ElementTree.fromstring(exchange.body)
        for _ in [rehearsal.world.text("amy", LINE, "WHO")]
        for exchange in rehearsal.world.exchanges
    ]
    assert [child.tag for child in root] == ["Message"]
