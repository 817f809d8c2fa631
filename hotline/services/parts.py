"""The parts of webhooks, for the real line or for a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hotline.core.calls import sound
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.reports.metrics import RingOutcome
from hotline.ports import (
    CallFacts,
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

    def refused(self, signed: bool) -> None: ...

    def signed(self, setting: str) -> None: ...


UNMETERED = Unmetered()


class OnlySignatures(Unmetered):
    """A meter that passes on what concerns signatures, for `hotline doctor`: where no metrics are served."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def refused(self, signed: bool) -> None:
        self._meter.refused(signed)

    def signed(self, setting: str) -> None:
        self._meter.signed(setting)


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

    `token` signs webhooks; those signed with `previous_token` or one of `shared_keys` (the current one first) are
    accepted too. `key` seals positions.
    `follow_up_jobs` decides which jobs follow from events, and `jobs` takes them. `texts` answers texts, if any.
    """

    public_url: str
    token: str = field(repr=False)
    key: bytes = field(repr=False)
    directory: Directory
    live: Live
    log: CallFacts
    absences: LiveAbsences
    jobs: Jobs
    follow_up_jobs: FollowUpJobs
    clock: Clock
    notice: Notices
    meter: Meter = UNMETERED
    texts: IncomingTexts | None = None
    rings: RingParts | None = None
    previous_token: str | None = field(default=None, repr=False)
    shared_keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens that may have signed a webhook, the current one first."""
        return (self.token, self.previous_token) if self.previous_token else (self.token,)

    @property
    def prefix(self) -> str:
        """The path of the public address, "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")

    def sound_address(self, file: str) -> str:
        """Return the path at which carriers fetch a sound, by its `Sound.file`."""
        return self.prefix + sound.address(file, self.key)
