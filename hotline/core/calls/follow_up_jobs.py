"""Jobs that follow from something that happened in a call, done once nobody is waiting any more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from hotline.core import jobs
from hotline.core.jobs import Job

_SID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Trouble(Enum):
    """Troubles that coordinators are told of at once, beside calls that reached nobody.

    The values are names of texts, too.
    """

    NOT_PLACED = "not_placed"
    MANY_RINGS = "many_rings"


@dataclass(frozen=True, slots=True)
class FollowUpJobs:
    """The jobs that follow from events in calls. `carrier`: whether there is a carrier account, which keeps records of
    calls; `records`: whether they are to be deleted. Texts are sent without one too: in practice mode they go to a
    file.

    None of them ties a volunteer to a call: a missed ring is told with neither call nor time, and a caller who was not
    reached with the minute only.
    """

    carrier: bool = False
    records: bool = True

    def call_ended(self, call: str, now: int) -> tuple[Job, ...]:
        """A call is over. The one job that names a call, for as long as the carrier takes to forget it.

        `now` in epoch seconds, here and below.
        """
        if not (self.carrier and self.records) or _SID.fullmatch(call) is None:
            return ()
        return (jobs.delete_records(call, now),)

    def text_came(self, text: str, now: int) -> tuple[Job, ...]:
        """A text came in. Whoever sent it, the carrier is to forget it; until then the job names it."""
        if not (self.carrier and self.records) or _SID.fullmatch(text) is None:
            return ()
        return (jobs.delete_text(text, now),)

    def ring_missed(self, rota: str, volunteer: str) -> tuple[Job, ...]:
        """A volunteer was rung and did not take the call, while the caller was still there."""
        return (jobs.missed_ring(rota, volunteer),)

    def trouble(self, hotline: str, trouble: Trouble, now: int) -> tuple[Job, ...]:
        """The line is in trouble. The job has the hour, counted from 1970, and nothing of a call."""
        return (jobs.line_trouble(hotline, trouble.value, now // 3600),)

    def caller_not_reached(self, hotline: str, now: int) -> tuple[Job, ...]:
        """Return the jobs for a caller for whom nobody could be reached. The job has the minute, counted from 1970."""
        return (jobs.caller_not_reached(hotline, now // 60),)
