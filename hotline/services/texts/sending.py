"""Sends a text once, even if processes are killed, and with any number of workers.

A worker claims a row with the text's name, gives the text to the carrier, and marks the row. A worker killed in between
leaves it in doubt. Two minutes later we ask the carrier for the texts to that phone since then. If the same words are
there, it was sent. If not, it is sent again. If the carrier cannot be asked at all, it is not: better never than twice.
So a text is sent exactly once if the carrier's list can be trusted after two minutes, and at most once without a list.
"""

from __future__ import annotations

from collections.abc import Iterable

from hotline.core.texts.readers import Reader
from hotline.core.texts.sending import NOT_SENT_AGAIN, OutgoingText, TextOutcome
from hotline.core.times.wall_clock import epoch_seconds
from hotline.core.wording import Wording
from hotline.errors import CarrierRefused, CarrierUnavailable
from hotline.ports import Carrier, Clock, Mail, Notices, Optouts, TextLedger

IN_DOUBT_FOR = 120
"""Seconds after a claim in which its text may still be on its way, or not yet in the carrier's list."""
LISTED_FOR = 20 * 3600
"""Seconds after which the carrier's list is unreliable: texts are deleted there after a day."""
_AT_ONCE = 30
"""Seconds after a claim within which its text must go to the carrier, or not at all: others may ask after it."""
_EARLIER = 60
"""Seconds by which the carrier's clock may be behind ours."""
_ABOUT_THIS_TEXT = 400
"""The HTTP status with which the carrier refuses one text: its number is not mobile (21614), or sent STOP (21610).

Other errors concern the account, such as a wrong token. The text is sent once that is fixed, if still useful.
"""
_UNREACHED_IN_A_ROW = 2
"""The number of failures after which the rest waits for another time."""


class Sender:
    """Sends texts. Any of its methods may raise DatabaseUnavailable: without a row nothing is sent."""

    def __init__(
        self,
        carrier: Carrier,
        ledger: TextLedger,
        optouts: Optouts,
        clock: Clock,
        notice: Notices,
        mail: Mail | None = None,
    ) -> None:
        self._carrier = carrier
        self._mail = mail
        self._ledger = ledger
        self._optouts = optouts
        self._clock = clock
        self._notice = notice

    def send(self, text: OutgoingText) -> TextOutcome:
        """Send a text or an e-mail, unless one of its name was sent, or its phone wants none."""
        if not text.subject and self._optouts.is_out(text.to):
            return TextOutcome.UNWANTED
        now = self._now()
        claim = self._ledger.claim(text.name, text.kind, text.body, now, text.keep_until)
        if claim.settled:
            return TextOutcome.SENT_BEFORE
        if not claim.ours:
            if now - claim.claimed_at < IN_DOUBT_FOR:
                return TextOutcome.LATER
            found = self._look_up(text, claim.claimed_at, claim.words)
            if found is not None:
                return found
            if not self._ledger.claim_again(text.name, text.body, claim.claimed_at, now):
                return TextOutcome.LATER
        return self._post(text, now)

    def reaches(self, reader: Reader) -> bool:
        """Return whether somebody's messages are sent: their phone has not sent STOP."""
        return reader.email or not self._optouts.is_out(reader.to)

    def send_all(self, texts: Iterable[OutgoingText]) -> dict[str, TextOutcome]:
        """Send texts and e-mails, each kind until its carrier cannot be reached. Returns each outcome, by name."""
        by_name = {text.name: text for text in texts}
        former = {text.formerly: text.name for text in by_name.values() if text.formerly}
        settled = self._ledger.settled({*by_name, *former}) if by_name else set()
        outcomes = {former.get(name, name): TextOutcome.SENT_BEFORE for name in settled}
        unreached = {False: 0, True: 0}  # of texts, and of e-mails: one way may be down alone
        for text in by_name.values():
            if text.name in outcomes:
                continue
            if unreached[bool(text.subject)] >= _UNREACHED_IN_A_ROW:
                continue
            outcomes[text.name] = outcome = self.send(text)
            failed = outcome is TextOutcome.UNREACHED
            unreached[bool(text.subject)] = unreached[bool(text.subject)] + 1 if failed else 0
        return outcomes

    def _look_up(self, text: OutgoingText, claimed_at: int, words: str) -> TextOutcome | None:
        """Return the outcome of a text in doubt; None if the carrier does not have it."""
        if text.subject or self._now() - claimed_at > LISTED_FOR:  # mail servers have no list
            self._ledger.settle(text.name, text.kind, claimed_at, NOT_SENT_AGAIN)
            return TextOutcome.REFUSED
        try:
            listed = self._carrier.texts_sent(text.to, text.sender, claimed_at - _EARLIER)
        except CarrierUnavailable:
            return TextOutcome.UNREACHED
        except CarrierRefused as error:
            self._ledger.settle(text.name, text.kind, self._now(), NOT_SENT_AGAIN)
            self._notice("text_left_in_doubt", status=error.status, code=error.code, remedy=error.remedy)
            return TextOutcome.REFUSED
        if any(self._ledger.words(one.body) == words for one in listed):
            self._ledger.settle(text.name, text.kind, claimed_at)
            return TextOutcome.SENT_BEFORE
        return None

    def _post(self, text: OutgoingText, claimed_at: int) -> TextOutcome:
        if self._now() - claimed_at > _AT_ONCE:
            return TextOutcome.LATER
        try:
            self._hand_over(text)
        except CarrierRefused as error:
            self._notice("text_refused", kind=text.kind, status=error.status, code=error.code, remedy=error.remedy)
            if error.status != _ABOUT_THIS_TEXT:
                self._ledger.give_back(text.name, claimed_at)
                return TextOutcome.UNREACHED
            self._ledger.settle(text.name, text.kind, self._now(), error.code or error.status)
            return TextOutcome.REFUSED
        except CarrierUnavailable as error:
            if not error.in_doubt:
                self._ledger.give_back(text.name, claimed_at)
            return TextOutcome.UNREACHED
        self._ledger.settle(text.name, text.kind, self._now())
        return TextOutcome.SENT

    def _hand_over(self, text: OutgoingText) -> None:
        if not text.subject:
            self._carrier.send_text(text.to, text.sender, text.body)
        elif self._mail is None:
            raise CarrierUnavailable(Wording("No mail server is set."), Wording("Set HOTLINE_SMTP_URL."))
        else:
            self._mail.send(text.to, text.subject, text.body, self._ledger.words(text.name))

    def _now(self) -> int:
        return epoch_seconds(self._clock())
