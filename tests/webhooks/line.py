"""A line's webhooks in this process, driven one signed request at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from hotline.core.calls.flow import Hotline, sound_in
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.calls.log_entry import LogEntry
from hotline.core.calls.sound import Sound
from hotline.core.jobs import Job
from hotline.errors import CallLogUnavailable, LiveStateUnavailable
from hotline.ports import Live, Meter
from hotline.services.call_notes import CallNotes
from hotline.services.legs import Legs
from hotline.services.parts import UNMETERED, AnswerParts, RingParts
from hotline.store.absences.book import AbsenceBook
from hotline.webhooks.answering import answering_app
from tests.lines import NOON, NUMBER

TOKEN, KEY = "a-token-for-tests", b"k" * 32
PREVIOUS = "the-token-before-it"
_KEPT_AT_CARRIER = FollowUpJobs(carrier=True)
PUBLIC = "https://hotline.example.org"
CALLER = "+14105550999"


@dataclass
class Shelf:
    """The hotlines there are."""

    hotlines: Sequence[Hotline]

    def by_number(self, number: str) -> Hotline | None:
        return next((hotline for hotline in self.hotlines if number in hotline.flow.numbers), None)

    def any(self) -> Hotline | None:
        return self.hotlines[0] if len(self.hotlines) == 1 else None

    def stranded(self, number: str) -> Sequence[str]:
        return ()

    def sound(self, file: str) -> Sound | None:
        return sound_in(self.hotlines, file)


class NoLive:
    """Live state that cannot be had, as when Redis is gone."""

    def _fail(self, *_: object) -> None:
        raise LiveStateUnavailable("gone")

    choose = accept = pass_on = is_over = release = call_over = sign = _fail


@dataclass
class Kept:
    """What the call log was told. With `full`, the disk is full."""

    entries: list[LogEntry] = field(default_factory=list)
    full: bool = False

    def append(self, entry: LogEntry) -> None:
        if self.full:
            raise CallLogUnavailable("the disk is full")
        self.entries.append(entry)


@dataclass
class Put:
    """What is to be done."""

    jobs: list[Job] = field(default_factory=list)

    def put(self, job: Job) -> None:
        self.jobs.append(job)


class Line:
    """Webhooks of one deployment. `clock` moves only when told."""

    def __init__(
        self,
        *hotlines: Hotline,
        live: Live | None = None,
        public_url: str = PUBLIC,
        shelf: Shelf | None = None,
        meter: Meter = UNMETERED,
        rings: RingParts | None = None,
        follow_up_jobs: FollowUpJobs = _KEPT_AT_CARRIER,
    ) -> None:
        self.public_url, self.now, self.notices = public_url, NOON, list[tuple[str, dict[str, object]]]()
        self.kept, self.put, self.shelf = Kept(), Put(), shelf or Shelf(hotlines)
        self.live = live or NoLive()
        self.absences = AbsenceBook(clock=lambda: self.now.timestamp())
        parts = AnswerParts(
            public_url=public_url,
            token=TOKEN,
            key=KEY,
            directory=self.shelf,
            live=self.live,
            log=self.kept,
            absences=self.absences,
            jobs=self.put,
            follow_up_jobs=follow_up_jobs,
            clock=lambda: self.now,
            notice=lambda event, /, **facts: self.notices.append((event, facts)),
            meter=meter,
            rings=rings,
            previous_token=PREVIOUS,
        )
        self.app = answering_app(parts)
        self.legs = Legs(parts, rings, CallNotes(parts)) if rings else None
        self.client: FlaskClient = self.app.test_client()

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def send(
        self, url: str, method: str = "POST", signature: str | None = None, token: str = TOKEN, **params: str
    ) -> TestResponse:
        """One webhook, signed unless a signature is given. `url` is a path with its query."""
        validator = RequestValidator(token)
        if method == "GET":
            from urllib.parse import urlencode

            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
            params = {}
        signed = validator.compute_signature(self.public_url + url, params) if signature is None else signature
        return self.client.open(url, method=method, data=params or None, headers={"X-Twilio-Signature": signed})

    def caller(self, url: str, call: str = "CA1", **params: str) -> ElementTree.Element:
        """A webhook about the caller's leg, and the document it was answered with."""
        given = {"CallSid": call, "To": NUMBER, "From": CALLER, "CallStatus": "in-progress", **params}
        return document(self.send(url, **given))

    def volunteer(self, url: str, call: str = "CA1", **params: str) -> ElementTree.Element:
        """A webhook about a volunteer's leg, and the document it was answered with."""
        given = {"CallSid": "CAchild", "ParentCallSid": call, "From": NUMBER, "To": "+14105550111", **params}
        return document(self.send(url, **given))


def document(response: TestResponse) -> ElementTree.Element:
    """The TwiML of an answer, which must be a good one."""
    assert response.status_code == 200, response.data
    assert response.mimetype == "text/xml"
    assert response.data.startswith(b"<?xml"), "nothing may stand before the declaration"
    return ElementTree.fromstring(response.data)


def verbs(twiml: ElementTree.Element) -> list[str]:
    return [verb.tag for verb in twiml]


def words(twiml: ElementTree.Element) -> str:
    return " / ".join(say.text or "" for say in twiml.iter("Say"))


def leads(twiml: ElementTree.Element, verb: str, attribute: str = "action") -> str:
    """Where a verb leads the carrier."""
    found = twiml.find(f".//{verb}")
    assert found is not None, ElementTree.tostring(twiml)
    return (found.text or "") if verb == "Redirect" else found.attrib[attribute]
