"""Tasks of workers, by name. A task takes ids only; the worker's process gets its parts at its start.

A task may be done twice, if a worker dies between doing and recording it. The second time must change nothing. A task
raises TryAgain to be done later. Anything longer than a few lines is a service, in `hotline.services`.
"""

from __future__ import annotations

from typing import Protocol

from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Clock, NamedOptouts, TextLedger
from hotline.services.call_log_upkeep import CallLogUpkeep
from hotline.services.covers.rounds import CoverRounds
from hotline.services.deleting_records import Deletion
from hotline.services.forecasting import Forecasting
from hotline.services.heartbeat import Beating
from hotline.services.ring_tests import RingTesting
from hotline.services.texts.alerts import Alerts
from hotline.services.texts.digest import Digests
from hotline.services.texts.edit_notices import EditNotices
from hotline.services.texts.missed_rings import MissedRings
from hotline.services.texts.reminders import Reminders


class TaskParts(Protocol):
    """The services that tasks call. None: there is nothing to delete, or no carrier to ring a phone."""

    clock: Clock

    @property
    def upkeep(self) -> CallLogUpkeep: ...
    @property
    def deletion(self) -> Deletion | None: ...
    @property
    def beating(self) -> Beating: ...
    @property
    def ring_tests(self) -> RingTesting | None: ...
    @property
    def forecasting(self) -> Forecasting: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def edit_notices(self) -> EditNotices: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def missed_rings(self) -> MissedRings: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def cover_rounds(self) -> CoverRounds: ...
    @property
    def text_ledger(self) -> TextLedger: ...
    @property
    def optouts(self) -> NamedOptouts: ...


_bound: list[TaskParts] = []


def bind(parts: TaskParts) -> None:
    """Give the tasks of this process their parts."""
    _bound[:] = [parts]


def close_unended_calls() -> None:
    """Close the calls whose end the carrier never reported."""
    _parts().upkeep.close_unended()


def prune_call_log() -> None:
    """Keep calls for the configured time, and only totals of earlier ones."""
    _parts().upkeep.prune()


def count_months() -> None:
    """Count the months that are over, so that reports on them open at once."""
    _parts().upkeep.count_months()


def delete_records(call: str, ended: str) -> None:
    """Delete the carrier's records of a call that has ended."""
    if (deletion := _parts().deletion) is not None:
        deletion.delete_call(call, int(ended))


def delete_text(text: str, since: str) -> None:
    """Delete the carrier's record of a text."""
    if (deletion := _parts().deletion) is not None:
        deletion.delete_text(text, int(since))


def delete_queue(queue: str, since: str) -> None:
    """Delete the carrier's queue in which a caller waited."""
    if (deletion := _parts().deletion) is not None:
        deletion.delete_queue(queue, int(since))


def sweep_records() -> None:
    """Delete the carrier's remaining records of the last days."""
    if (deletion := _parts().deletion) is not None:
        deletion.sweep()


def heartbeat() -> None:
    """Place a test call to every hotline, through the public address."""
    _parts().beating.beat()


def send_texts() -> None:
    """Send the texts about tonight that are due: reminders, and alerts that were held back."""
    _parts().alerts.tell_unreached()
    _parts().reminders.send_due()


def send_notices() -> None:
    """Send the texts about edits that are due."""
    _parts().alerts.tell_refused()
    _parts().edit_notices.send_due()


def find_gaps() -> None:
    """Tell coordinators of gaps within 48 hours."""
    _parts().alerts.look_ahead()


def off_leaves_nobody(rota: str) -> None:
    """Tell coordinators that a volunteer's absence leaves nobody on call."""
    _parts().alerts.look_ahead(rota)


def opt_out(phone: str, since: str) -> None:
    """Record that a phone, by its name, sent STOP while the database was down."""
    _parts().optouts.put_out(phone, int(since))


def opt_in(phone: str) -> None:
    """Record that a phone sent START."""
    _parts().optouts.put_in(phone)


def missed_ring(rota: str, volunteer: str) -> None:
    """Send a kind note to a volunteer who missed a ring."""
    _parts().missed_rings.note(rota, volunteer)


def caller_not_reached(hotline: str, minute: str) -> None:
    """Tell coordinators that nobody could be reached for a call."""
    _parts().alerts.caller_not_reached(hotline, int(minute) * 60)


def line_trouble(hotline: str, trouble: str, hour: str) -> None:
    """Tell coordinators that the carrier places no calls, or that volunteers were rung very often."""
    _parts().alerts.line_trouble(hotline, trouble, int(hour))


def ring_test_result(rota: str, test: str, *volunteers: str) -> None:
    """Tell coordinators who did not answer their test ring."""
    _parts().alerts.rings_not_answered(rota, volunteers, test)


def cover_requests() -> None:
    """Go on with requests for cover: ask the next person, end what is over, and tell everybody concerned."""
    _parts().cover_rounds.go_on()


def send_digests() -> None:
    """Send coordinators the summary of the week, on Monday mornings."""
    _parts().digests.send_due()


def forget_texts() -> None:
    """Delete records of texts sent long ago, and of requests for cover whose shifts are over."""
    parts = _parts()
    parts.cover_rounds.forget()
    parts.text_ledger.prune(epoch_seconds(parts.clock()))


def ring_test(hotline: str, volunteer: str, id: str) -> None:
    """Ring a volunteer's phone, to see whether it rings."""
    if (ring_tests := _parts().ring_tests) is not None:
        ring_tests.place(hotline, volunteer, id)


def ring_test_over(id: str, outcome: str) -> None:
    """Record the result of a test ring: "1" if they were reached, "picked" if no key was pressed, else "0"."""
    if (ring_tests := _parts().ring_tests) is not None:
        ring_tests.over(id, outcome == "1", outcome == "picked")


def ring_tests_due() -> None:
    """Place this month's test rings, where they are due."""
    if (ring_tests := _parts().ring_tests) is not None:
        ring_tests.due()


def forecast_waits(rota: str, digest: str) -> None:
    """Make the forecast for a rota's page, if its files still have this digest."""
    _parts().forecasting.make(rota, digest)


def nothing() -> None:
    """Do nothing, for testing that jobs are done."""


def _parts() -> TaskParts:
    (parts,) = _bound
    return parts
