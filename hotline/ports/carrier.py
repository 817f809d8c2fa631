"""The carrier and the mail server, as protocols."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from hotline.core.carrier_records.records import CarrierCall, CarrierQueue, CarrierText


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
