"""Ports: the services' needs from outside, as protocols. Adapters in `store` and `files` implement these."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Heartbeat
from hotline.core.calls.hunt import Choice, Chosen, EndedRing, RingEnd, RingName, Turn
from hotline.core.calls.log_entry import LogEntry
from hotline.core.calls.ring_test import RingTestResult
from hotline.core.calls.several import SharedHunt
from hotline.core.calls.sound import Sound
from hotline.core.carrier_records.records import CarrierCall, CarrierQueue, CarrierText
from hotline.core.forecast.summary import ForecastSummary
from hotline.core.jobs import Job
from hotline.core.planning.cover import CoverAnswer, CoverRequest, CoverState, EditOutcome
from hotline.core.reports.metrics import RingOutcome
from hotline.core.reports.report import Report
from hotline.core.rota.absence import Absence, Known
from hotline.core.rota.rota import Cover
from hotline.core.texts.edit_notices import Told
from hotline.core.texts.readers import OwnChoices
from hotline.core.texts.sending import Claim, TextBatch
from hotline.core.times.periods import Period

Clock = Callable[[], datetime]
"""The present instant, as an aware datetime."""


class Directory(Protocol):
    """The hotlines as their files have them now."""

    def by_number(self, number: str) -> Hotline | None:
        """The hotline that people dial with this number."""

    def any(self) -> Hotline | None:
        """The hotline for a dialled number that is in no file: the only one there is, or none."""

    def stranded(self, number: str) -> Sequence[str]:
        """The phones to ring for a number whose files were never usable: its own backup's, or none."""

    def sound(self, file: str) -> Sound | None:
        """The sound with this `Sound.file`, if a hotline has it, or had it before the last edit."""


class Lines(Protocol):
    """The hotlines as their files have them now, for work around calls."""

    def lines(self) -> Sequence[Hotline]:
        """Every usable hotline, by name. Changed files are read again."""

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline with the rota of this name."""

    def refused(self) -> Mapping[str, str]:
        """The hotlines whose files are broken, each with a digest of those files."""


class Live(Protocol):
    """Live state: shared and short-lived. Each method raises LiveStateUnavailable if it does not answer in time.

    Times are epoch seconds and whole seconds; phones are E.164.
    """

    def choose(self, choice: Choice, now: int) -> Chosen:
        """Choose the candidate whose turn it is, and hold their phone, in one atomic step.

        The round robin of the hotline goes on to them. The same ring asked for again gets the same turn. The order is
        that of `core.calls.hunt.choose`, from the place of `start_after`. If Redis has other absences than `known` by
        now, nothing is done, and the answer is stale. Volunteers rung in vain `MOST_RINGS` times within the hour are
        rung only by a `first` ring, and if everyone else was, too.
        """

    def call_over(self, call: str, now: int, rest: int, remember: int) -> None:
        """Record that a call is over, and its ring with it. The volunteer rests as after `release`.

        For `remember` seconds nobody is chosen for it.
        """

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        """Record that the volunteer takes the call: they are talking. False if the ring is over."""

    def pass_on(self, ring: RingName, phone: str) -> None:
        """Record that the volunteer passes the call on. `release` returns it at the end of the ring."""

    def is_over(self, ring: RingName, phone: str | None = None, now: int = 0) -> bool:
        """Return whether the ring has ended. If not, remember that its `phone` was picked up and is screened."""

    def sign(self, hotline: str, sign: Sign, seen: bool) -> bool:
        """Remember that a ring showed a sign, or the opposite. True if the sign applies from this ring on."""

    def release(self, ended: EndedRing, now: int) -> RingEnd:
        """End a ring. Returns what its volunteer had answered."""


class CallLog(Protocol):
    """Takes facts for the call log, without ever making a caller wait for a database."""

    def append(self, entry: LogEntry) -> None:
        """Store the fact. Raises CallLogUnavailable if it is in memory only."""


class StoredCalls(Protocol):
    """The call log in the database. Each method may raise DatabaseUnavailable."""

    def close_unended(self, before: int) -> int:
        """Close calls that started before an instant (epoch seconds) and have no end; returns how many."""

    def prune(self, now: datetime, months: int, zones: Mapping[str, tzinfo]) -> int:
        """Replace calls that are older than so many months by totals; returns how many."""

    def round(self, now: datetime, days: int, zones: Mapping[str, tzinfo]) -> int:
        """Round the start of calls that are so many days old to week and part of the day; returns how many."""

    def count_months(self, until: int, zones: Mapping[str, tzinfo]) -> int:
        """Count each month that was over at an instant (epoch seconds); returns how many were not yet counted."""


class Jobs(Protocol):
    """Takes jobs to do soon, without ever making a caller wait."""

    def put(self, job: Job) -> None:
        """Have the job done, once. Never raises if Redis is down: the job then waits on disk."""


class Absences(Protocol):
    """The absences that volunteers have set themselves."""

    def of(self, rota: str) -> Sequence[Absence]:
        """Return the absences of one rota that are not over, as far as known now.

        Never raises, and never waits long.
        """


class LiveAbsences(Absences, Protocol):
    """Absences for ringing phones, where a change must apply at the very next ring."""

    def known(self, rota: str) -> Known:
        """Return the absences of one rota, and their version, from memory. Takes microseconds. Never raises."""

    def look_again(self, rota: str) -> Known:
        """Return the absences of one rota and their version, after asking Redis if possible. Never raises."""


class AbsenceKeeper(LiveAbsences, Protocol):
    """The keeper of absences, where volunteers set them."""

    def keep(self, rota: str, who: str, start: int, end: int) -> None:
        """Record that a volunteer is off from `start` to `end`, or here if they are equal.

        Replaces any earlier word of theirs. Raises AbsenceNotKept.
        """


class Carrier(Protocol):
    """The carrier's REST API, as far as we use it to reach a volunteer. Each method raises CarrierError.

    Numbers are E.164, times epoch seconds. Nothing is tried twice here. After CarrierUnavailable with `in_doubt`, check
    with `texts_sent` or `calls_placed` before asking again. Their lists may lag behind for some seconds.
    """

    def send_text(self, to: str, sender: str, body: str) -> str:
        """Send a text (SMS) from a number of ours. Returns its SID."""

    def texts_sent(self, to: str, sender: str, since: int) -> Sequence[CarrierText]:
        """The texts from a number of ours to another since an instant, as far as the carrier lists them."""

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        """Call a number.

        The carrier fetches its document from `url`, and reports the end to `ended_url`. Returns the SID.
        """

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        """The calls from a number of ours to another since an instant, as far as the carrier lists them."""


class Mail(Protocol):
    """A mail server."""

    def send(self, to: str, subject: str, body: str, name: str) -> None:
        """Send an e-mail. `name` is its permanent name, in letters and digits. Raises CarrierError as `Carrier`."""


class PhoneCalls(Protocol):
    """Calls that are made and changed while a caller waits. Each method may raise CarrierError, within seconds."""

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        """Ring a phone for some seconds; return the CallSid. `url` says what is heard, `ended_url` is told the end."""

    def end_call(self, sid: str) -> None:
        """End a call, whether it rings or is answered. One that is over already is no error."""

    def redirect_call(self, sid: str, url: str) -> None:
        """Have a live call ask for another document."""

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        """Return the calls from a number of ours to another since an instant, as far as the carrier lists them."""


class SharedHunts(Protocol):
    """Hunts in which several phones ring at once, shared by all web processes. Each method raises LiveStateUnavailable.

    `hunt` is a hunt's name, `number` that of a ring in it, from 1; times are epoch seconds.
    """

    def open(self, hunt: str, call: str, caller: str, people: str | None = None) -> None:
        """Begin a hunt, or find it begun. `call` is the call's name in live state, `caller` the caller's CallSid.

        `people`: the rota that is rung; None for the flow's own.
        """

    def read(self, hunt: str) -> SharedHunt:
        """Return a hunt as it is now."""

    def look(self, rota: str, hunt: str, since: int, now: int) -> tuple[SharedHunt, bool]:
        """Return a hunt as it is now, and whether phones may ring for it.

        They may not while none of its phones rings and somebody who has waited for longer still waits for this rota's
        volunteers. Then the hunt lines up, as in `line_up`. Those who wait since the same second have an order, too.
        """

    def line_up(self, rota: str, hunt: str, since: int, now: int) -> None:
        """Remember that everyone is busy for a caller who has waited since an instant."""

    def claim(self, hunt: str, number: int, turn: Turn, now: int) -> bool:
        """Claim the right to place a ring. False if it is another process's, or the hunt is won or over."""

    def placed(self, hunt: str, number: int, leg: str) -> bool:
        """Remember a ring's CallSid. False if the ring is not wanted any more."""

    def pick_up(self, hunt: str, number: int) -> None:
        """Remember that a ring's phone was picked up."""

    def over(self, hunt: str, number: int) -> bool:
        """Remember that a ring is over. False if that was known."""

    def let_go(self, hunt: str, number: int) -> None:
        """Remember that a ring's phone is silent."""

    def fail(self, hunt: str) -> None:
        """Remember that the carrier did not place a ring."""

    def win(self, hunt: str, number: int) -> bool:
        """Give the caller to this ring's volunteer. False if another has them, or the hunt is over."""

    def give_back(self, hunt: str, number: int) -> None:
        """Take the caller back from this ring's volunteer, who was never connected."""

    def queue(self, hunt: str, language: str) -> None:
        """Remember that the caller was sent to the queue, and which language they speak by now."""

    def bridge(self, hunt: str) -> None:
        """Remember that caller and volunteer talk."""

    def close(self, hunt: str, why: str) -> None:
        """End a hunt. The first reason stays."""

    def settled(self) -> Sequence[str]:
        """Return the hunts that were won or closed within the last minutes, and whose phones may still ring."""

    def silent(self, hunt: str) -> None:
        """Leave a hunt out of `settled`: no phone rings for it."""

    def of_call(self, call: str) -> Sequence[str]:
        """Return the names of a call's hunts."""


class Records(Protocol):
    """The carrier's records, for reading and deleting. Each method raises CarrierError."""

    def legs(self, call: str) -> Sequence[CarrierCall]:
        """The legs that a call led to, by its SID."""

    def calls(self, number: str, since: int | None = None) -> Iterator[CarrierCall]:
        """Return all calls to and from a number of ours, legs too, since an instant or ever."""

    def texts(self, number: str, since: int | None = None) -> Iterator[CarrierText]:
        """Return all texts to and from a number of ours, since an instant or ever."""

    def recordings(self, since: int | None = None) -> int | None:
        """Return how many recordings of calls the account has; None if the carrier has no such list."""

    def delete_call(self, sid: str) -> bool:
        """Delete the record of a call or a leg.

        False if there is none. CarrierNotYet while it cannot be deleted yet.
        """

    def delete_text(self, sid: str) -> bool:
        """Delete the record of a text, as `delete_call`."""

    def queues(self) -> Sequence[CarrierQueue]:
        """Return all queues of the account, of every program; none if the carrier has no such list."""

    def delete_queue(self, sid: str) -> bool:
        """Delete an empty queue, as `delete_call`."""


class TextMemory(Protocol):
    """Memory of received texts, for minutes. Phones are E.164. Each method raises LiveStateUnavailable."""

    def first_seen(self, text: str, now: int) -> int:
        """Return when the text of this name (the carrier's) first came: it may be delivered again."""

    def ask(self, phone: str, ends: Mapping[str, int], word: str) -> str:
        """Record that a volunteer must confirm an absence until these ends (epoch seconds), by rota, with a word.

        Returns the valid word: the earlier one if the same was asked just before.
        """

    def asked(self, phone: str) -> tuple[str, Mapping[str, int]]:
        """The word and ends of a question in the last few minutes; "" and nothing if there was none."""

    def count(self, kind: str, phone: str, text: str, seconds: int) -> int:
        """Return how many texts of a kind came from a phone in so many seconds, this one included.

        A text delivered twice counts once.
        """

    def forget(self, phone: str) -> None:
        """Forget that somebody was asked."""

    def spoken_to(self, phone: str) -> bool:
        """Return whether an unknown sender was answered in the last minutes, and record an answer now."""


class Optouts(Protocol):
    """Phones that sent STOP and want no texts. Phones are E.164. Raises DatabaseUnavailable."""

    def is_out(self, phone: str) -> bool:
        """Return whether a phone must get no texts. Call it before every text."""

    def opt_out(self, phone: str, now: int) -> None:
        """Send no more texts to a phone, from `now` (epoch seconds) on. A second call changes nothing."""

    def opt_in(self, phone: str) -> None:
        """Allow texts to a phone again."""

    def name(self, phone: str) -> str:
        """Return a phone's name in a job: a keyed digest. Needs no database."""


class NamedOptouts(Protocol):
    """Phones that texted STOP, by their names in the database. Raises DatabaseUnavailable."""

    def put_out(self, name: str, now: int) -> None:
        """Remember STOP from a phone."""

    def put_in(self, name: str) -> None:
        """Remember START from a phone."""


class Meter(Protocol):
    """Counts the results of webhooks. It never raises, or makes a caller wait."""

    def webhook(self, route: str, seconds: float) -> None:
        """Count an answered webhook, and its duration."""

    def ring(self, hotline: str, outcome: RingOutcome) -> None:
        """Count a ring's outcome, for a hotline and never for a volunteer."""

    def refused(self, signed: bool) -> None:
        """Count a webhook refused for its signature. `signed`: it had one, which did not fit."""

    def signed(self, setting: str) -> None:
        """Note that the carrier signed with the secret in a setting. Only asked while that secret is being changed."""


class Heartbeats(Protocol):
    """The last heartbeat. Each method raises LiveStateUnavailable if it does not answer in time."""

    def keep(self, heartbeat: Heartbeat) -> None:
        """Keep what a volunteer knows now."""

    def last(self) -> Heartbeat | None:
        """The last heartbeat, if there was one in the last days."""


class CallReports(Protocol):
    """Reports on the calls in the log."""

    def report(
        self, period: Period, hotlines: Sequence[str] | None = None, zones: Mapping[str, tzinfo] | None = None
    ) -> Report:
        """The report on a period, of some hotlines or of all. Raises DatabaseUnavailable."""


class KeptForecasts(Protocol):
    """Forecasts of waits, kept for a day by rota and digest of the files. Each method raises LiveStateUnavailable."""

    def keep(self, rota: str, digest: str, summary: ForecastSummary) -> None:
        """Keep a forecast."""

    def find(self, rota: str, digest: str) -> ForecastSummary | None:
        """The forecast, if there is one that this release can read."""

    def asked(self, rota: str, digest: str, now: int) -> int | None:
        """Note that a forecast is asked for. None: nobody did before; else since when (epoch seconds)."""


class TextLedger(Protocol):
    """The ledger of sent texts, by name. Each method raises DatabaseUnavailable. Times are epoch seconds."""

    def claim(self, name: str, kind: str, body: str, now: int, keep_until: int) -> Claim:
        """Claim a text before it is sent. Of several at once, only one succeeds."""

    def claim_again(self, name: str, body: str, claimed_at: int, now: int) -> bool:
        """Claim a text in doubt that the carrier does not have. False if somebody else just did."""

    def give_back(self, name: str, claimed_at: int) -> None:
        """Withdraw the claim of a text that was certainly not sent."""

    def settle(self, name: str, kind: str, now: int, refused: int | None = None) -> None:
        """Record that the text was sent, or permanently refused with the carrier's code."""

    def settled(self, names: Collection[str]) -> set[str]:
        """Return those of some texts that were sent or refused, and need nothing more."""

    def words(self, body: str) -> str:
        """Return the digest of a text's words in a claim."""

    def prune(self, now: int) -> int:
        """Forget the texts that no longer matter. Returns how many."""


class ToldTimes(Protocol):
    """The times on call that volunteers know of. Each method raises DatabaseUnavailable."""

    def told(self, rota: str) -> Mapping[str, Told]:
        """Return the times that the volunteers of one rota were told of, by volunteer."""

    def keep(self, rota: str, who: str, told: Told) -> None:
        """Keep what a volunteer knows now."""

    def forget(self, rota: str, who: str) -> None:
        """Forget that somebody was asked."""


class CoverBook(Protocol):
    """Requests for cover. Each method raises DatabaseUnavailable. Times are epoch seconds."""

    def open(self, request: CoverRequest) -> CoverRequest:
        """Keep a new request. Returns the earlier one if there is an active one for the same shift."""

    def get(self, id: str) -> CoverRequest | None:
        """Return one request, if stored."""

    def of(self, rota: str | None = None, since: int | None = None) -> Sequence[CoverRequest]:
        """Return the active requests of a rota or of all, by start, and with `since` those that changed since then."""

    def asked_since(self, rota: str, asker: str, since: int) -> int:
        """Return how many requests a volunteer has made since an instant."""

    def ask(self, id: str, people: Mapping[str, bool], now: int) -> None:
        """Remember who is asked, each with whether they are sent a message."""

    def answer(self, id: str, who: str, answer: CoverAnswer) -> None:
        """Remember somebody's answer."""

    def move(self, id: str, before: CoverState, after: CoverState, now: int, taker: str | None = None) -> bool:
        """Change the state of a request. False if it was not `before` any more: of several at once, one succeeds."""

    def nobody(self, id: str, now: int) -> None:
        """Remember since when nobody has said yes in time."""

    def prune(self, now: int) -> int:
        """Forget the requests whose shifts are long over. Returns how many."""


class OwnChoicesBook(Protocol):
    """The choices of volunteers on their own pages. Each method raises DatabaseUnavailable."""

    def of(self, rota: str) -> Mapping[str, OwnChoices]:
        """Return the choices of one rota's volunteers, by volunteer."""

    def keep(self, rota: str, who: str, choices: OwnChoices) -> None:
        """Keep what a volunteer chose, in place of what they chose before."""

    def keep_only(self, rota: str, people: Collection[str]) -> None:
        """Forget the choices of everybody else in a rota."""


class RotaEdits(Protocol):
    """Writes covers into the rotas' files, as the pages do."""

    def write(self, rota: str, entries: Sequence[Cover], by: str, how: str, breaking_limits: bool) -> EditOutcome:
        """Write entries in somebody's name, as a version of its own. Never raises.

        Unless `breaking_limits`, nothing is written that makes somebody exceed a limit.
        """


class Unreached(Protocol):
    """Calls that reached nobody, by hotline, until coordinators are notified. Each method raises DatabaseUnavailable.

    Times are epoch seconds.
    """

    def note(self, hotline: str, at: int) -> None:
        """Count one more call."""

    def batch(self, hotline: str, now: int) -> TextBatch | None:
        """Return the batch to report now, if any. It stays the same until `told`, even if more calls come."""

    def told(self, hotline: str, batch: TextBatch, quiet_until: int) -> None:
        """Return the times that the volunteers of one rota were told of, by volunteer."""


class RingTests(Protocol):
    """The results of test rings, by their names. Each method raises DatabaseUnavailable. Times are epoch seconds."""

    def begin(self, id: str, rota: str, volunteer: str, at: int) -> bool:
        """Record that a test is about to be placed.

        False if it was begun before: only one of several at once begins it.
        """

    def forget(self, id: str) -> None:
        """Forget that somebody was asked."""

    def over(self, id: str, reached: bool, picked_up: bool = False) -> None:
        """Store the result of a test; `picked_up`: without the key.

        Once reached, always reached, in any order of reports.
        """

    def test(self, id: str) -> RingTestResult | None:
        """Return one test, if stored."""

    def since(self, instant: int) -> Sequence[RingTestResult]:
        """The tests since an instant, the earliest first."""

    def prune(self, before: int) -> int:
        """Forget the tests before an instant. Returns how many."""


class Notices(Protocol):
    """Notices that something went wrong, without saying in whose call."""

    def __call__(self, event: str, /, **facts: str | int | float) -> None: ...
