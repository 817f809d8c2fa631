"""Parts of answering: all that webhooks work with, for the line itself or for a rehearsal of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.reports.metrics import RingOutcome
from hotline.ports import CallLog, Clock, Directory, Jobs, Live, LiveAbsences, Meter, Notices
from hotline.services.texts.incoming import IncomingTexts


class Unmetered:
    """A meter that counts nothing: for rehearsals. Fits `hotline.ports.Meter`."""

    def webhook(self, route: str, seconds: float) -> None: ...

    def ring(self, hotline: str, outcome: RingOutcome) -> None: ...

    def refused(self) -> None: ...


UNMETERED = Unmetered()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerParts:
    """State, clock and keys that calls are answered with.

    `token` signs webhooks, `key` seals positions. `aftermath` says which jobs follow from what happens, and `jobs`
    takes them. `texts` answers texts, if any are to be answered.
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

    @property
    def prefix(self) -> str:
        """The path of the public address, "" for none."""
        return urlsplit(self.public_url).path.rstrip("/")
