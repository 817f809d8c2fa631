"""Jobs that follow from events in a call. They run after the call, when nobody is waiting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from hotline.core import jobs
from hotline.core.jobs import Job

_SID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Trouble(Enum):
    """Troubles that coordinators hear about at once, besides calls that reached nobody.

    The values are also names of texts.
    """

    NOT_PLACED = "not_placed"
    MANY_RINGS = "many_rings"


@dataclass(frozen=True, slots=True)
class FollowUpJobs:
    """The jobs that follow from events in calls.

    `carrier`: whether there is a carrier account, which keeps records of calls. `records`: whether to delete them.
    Texts are sent without an account too: in practice mode they go to a file.

    No job ties a volunteer to a call. A missed ring has neither call nor time; a caller not reached has the minute
    only.
    """

    carrier: bool = False
    records: bool = True

    def call_ended(self, call: str, now: int) -> tuple[Job, ...]:
        """Return the jobs after a call. The job names the call until the carrier has deleted its record.

        `now` is in epoch seconds, here and below.
        """
        if not (self.carrier and self.records) or _SID.fullmatch(call) is None:
            return ()
        return (jobs.delete_records(call, now),)

    def queue_left(self, queue: str, now: int) -> tuple[Job, ...]:
        """Return the jobs after a caller has left a queue of the carrier's, by its SID."""
        if not (self.carrier and self.records) or _SID.fullmatch(queue) is None:
            return ()
        return (jobs.delete_queue(queue, now),)

    def text_came(self, text: str, now: int) -> tuple[Job, ...]:
        """Return the jobs after a text came in. The job names the text until the carrier has deleted its record."""
        if not (self.carrier and self.records) or _SID.fullmatch(text) is None:
            return ()
        return (jobs.delete_text(text, now),)

    def ring_missed(self, rota: str, volunteer: str) -> tuple[Job, ...]:
        """Return the jobs after a missed ring, while the caller was still there."""
        return (jobs.missed_ring(rota, volunteer),)

    def trouble(self, hotline: str, trouble: Trouble, now: int) -> tuple[Job, ...]:
        """Return the jobs for trouble with the line. The job has the hour, counted from 1970, and no call."""
        return (jobs.line_trouble(hotline, trouble.value, now // 3600),)

    def caller_not_reached(self, hotline: str, now: int) -> tuple[Job, ...]:
        """Return the jobs for a caller for whom nobody could be reached. The job has the minute, counted from 1970."""
        return (jobs.caller_not_reached(hotline, now // 60),)
