"""What the service needs from outside, as it sees it. Adapters in `store` and `files` fit these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from hotline.core.flow import Hotline
from hotline.core.hunt import LiveView, RingName, Turn
from hotline.core.log import LogEntry

Clock = Callable[[], datetime]
"""The instant it is now, as an aware datetime."""


class Directory(Protocol):
    """The hotlines as their files have them now."""

    def by_number(self, number: str) -> Hotline | None:
        """The hotline that people dial with this number."""

    def any(self) -> Hotline | None:
        """A hotline to answer with when the number dialled is in no file."""


class Live(Protocol):
    """What is shared and short-lived. Each method raises LiveStateUnavailable when it cannot be had in time.

    Times are epoch seconds and whole seconds; phones are E.164.
    """

    def look(self, hotline: str, ring: RingName, phones: Mapping[str, str], now: int) -> LiveView:
        """What is known of these volunteers (id to phone), and whether this very ring was given out already."""

    def claim(
        self, hotline: str, ring: RingName, turn: Turn, phone: str, after: str | None, now: int, hold: int
    ) -> Turn | None:
        """In one atomic step: the volunteer is being rung for `hold` seconds, and the round robin stands at them.

        Returns the turn this ring has: this one, or the one an earlier request for the same ring got; or None if
        the phone is busy or the round robin no longer stands at `after`: look again.
        """

    def claim_anyhow(self, hotline: str, ring: RingName, turn: Turn, phone: str, now: int, hold: int) -> Turn | None:
        """As `claim`, wherever the round robin stands by now."""

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        """The volunteer takes the call: they are talking. False if the ring is over."""

    def is_over(self, ring: RingName) -> bool:
        """Whether the ring has ended."""

    def release(self, ring: RingName, phone: str, now: int, rest: int) -> bool:
        """The ring is over. True if the volunteer had accepted; they rest for `rest` seconds then."""


class CallLog(Protocol):
    """Takes facts for the call log, without ever making a caller wait for a database."""

    def append(self, entry: LogEntry) -> None:
        """Keep the fact. Raises CallLogUnavailable if it could be kept in memory only."""


class Notices(Protocol):
    """Where the service says that something went wrong, without saying in whose call."""

    def __call__(self, event: str, /, **facts: str | int | float) -> None: ...


