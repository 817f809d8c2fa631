"""The parts of webhooks, for the real line or for a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.core.calls import sound
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.reports.metrics import RingOutcome
from hotline.ports import (
    CallLog,
    Clock,
    Directory,
    Jobs,
    Live,
    LiveAbsences,
    Meter,
    Notices,
    PhoneCalls,
    SharedHunts,
)
from hotline.services.texts.incoming import IncomingTexts


class Unmetered:
    """A meter that counts nothing: for rehearsals. Implements `hotline.ports.Meter`."""

    def webhook(self, route: str, seconds: float) -> None: ...

    def ring(self, hotline: str, outcome: RingOutcome) -> None: ...

    def refused(self) -> None: ...


UNMETERED = Unmetered()


@dataclass(frozen=True, slots=True, kw_only=True)
class RingParts:
    """State and carrier with which several phones ring at once.

    `soon` has something done once the request at hand is answered, `later` after so many seconds; a process that ends
    meanwhile leaves it undone. `ready`: whether the carrier can be asked, for the call at hand.
    """

    calls: PhoneCalls
    hunts: SharedHunts
    soon: Callable[[Callable[[], None]], None]
    later: Callable[[float, Callable[[], None]], None]
    ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerParts:
    """State, clock and keys for answering calls.

    `token` signs webhooks, `key` seals positions. `aftermath` decides which jobs follow from events, and `jobs` takes
    them. `texts` answers texts, if any.
    """

    public_url: str
    token: str
    key: bytes
    directory: Directory
    live: Live
    log: CallLog
    absences: LiveAbsences
    jobs: Jobs
    follow_up_jobs: FollowUpJobs
    clock: Clock
    notice: Notices
    meter: Meter = UNMETERED
    texts: IncomingTexts | None = None
    rings: RingParts | None = None

    @property
    def prefix(self) -> str:
        """The path of the public address, "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")

    def sound_address(self, file: str) -> str:
        """Return the path at which carriers fetch a sound, by its `Sound.file`."""
        return self.prefix + sound.address(file, self.key)
