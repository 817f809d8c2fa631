"""Volunteers, as protocols: their absences, texts, requests for cover and test rings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from hotline.core.calls.ring_test import RingTestResult
from hotline.core.planning.cover import CoverAnswer, CoverRequest, CoverState, EditOutcome
from hotline.core.rota.absence import Absence, Known
from hotline.core.rota.rota import Cover
from hotline.core.texts.edit_notices import Told
from hotline.core.texts.readers import OwnChoices
from hotline.core.texts.sending import Claim, TextBatch


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
