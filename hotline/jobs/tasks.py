"""Tasks of workers, by name. A task takes ids only; what it works with is given to the worker's process at its start.

A task may be done twice, if a worker dies between doing it and saying so: each must come to the same then. To have
one done later, it raises TryAgain. What takes more than a few lines is a service, in `hotline.services`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LONGEST_CALL = timedelta(hours=6)
"""After which a call whose end was not reported is taken for ended; a carrier ends a dialled leg after four hours."""


class Sweepable(Protocol):
    """A call log that can close calls."""

    def close_unended(self, before: int) -> int:
        """Close calls that started before an instant (epoch seconds) and have no end; returns how many."""


class Deleting(Protocol):
    """Deletes what the carrier keeps; instants are in epoch seconds. Each method may raise TryAgain."""

    def delete_call(self, call: str, ended: int) -> None:
        """Delete the records of a call that ended at an instant."""

    def delete_text(self, text: str, since: int) -> None:
        """Delete the record of a text of an instant."""

    def sweep(self) -> None:
        """Delete what was missed."""


class Texting(Protocol):
    """Texts to volunteers and coordinators; see `hotline.services.texts.texting`."""

    def tonight(self) -> None: ...
    def later(self) -> None: ...
    def gaps(self, rota: str | None = None) -> None: ...
    def missed_ring(self, rota: str, volunteer: str) -> None: ...
    def caller_not_reached(self, hotline: str, minute: int) -> None: ...
    def line_trouble(self, hotline: str, trouble: str, hour: int) -> None: ...
    def rings_not_answered(self, rota: str, volunteers: Sequence[str], test: str) -> None: ...
    def forget(self) -> None: ...


class RingTesting(Protocol):
    """Test rings; see `hotline.services.ring_tests`."""

    def place(self, hotline: str, volunteer: str, id: str) -> None: ...
    def over(self, id: str, reached: bool) -> None: ...
    def due(self) -> None: ...


class OptingOut(Protocol):
    """Opting out of texts, by the names of phones."""

    def put_out(self, name: str, now: int) -> None: ...
    def put_in(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The tools that tasks work with; `hotline.wiring.tools` puts them together.

    `deletion`: None if nothing is to be deleted.
    """

    call_log: Sweepable
    clock: Callable[[], datetime]
    deletion: Deleting | None = None
    prune: Callable[[], object] | None = None
    count_months: Callable[[], object] | None = None
    heartbeat: Callable[[], object] | None = None
    texting: Texting | None = None
    ring_tests: RingTesting | None = None
    optouts: OptingOut | None = None


_bound: list[Tools] = []


def bind(tools: Tools) -> None:
    """Give the tasks of this process what they work with."""
    _bound[:] = [tools]


def close_unended_calls() -> None:
    """Close the calls whose end the carrier never reported."""
    tools = _tools()
    tools.call_log.close_unended(int((tools.clock() - LONGEST_CALL).timestamp()))


def prune_call_log() -> None:
    """Keep calls for as long as is set, and totals only of those before."""
    if (prune := _tools().prune) is not None:
        prune()


def count_months() -> None:
    """Count the months that are over, so that reports on them open at once."""
    if (count := _tools().count_months) is not None:
        count()


def delete_records(call: str, ended: str) -> None:
    """Delete the carrier's records of a call that has ended."""
    if (deletion := _tools().deletion) is not None:
        deletion.delete_call(call, int(ended))


def delete_text(text: str, since: str) -> None:
    """Delete the carrier's record of a text."""
    if (deletion := _tools().deletion) is not None:
        deletion.delete_text(text, int(since))


def sweep_records() -> None:
    """Delete what the carrier still has of the last days."""
    if (deletion := _tools().deletion) is not None:
        deletion.sweep()


def heartbeat() -> None:
    """Place a test call to every hotline, through the public address."""
    if (place := _tools().heartbeat) is not None:
        place()


def send_texts() -> None:
    """Send the texts about tonight that are due: reminders, and alerts that were held back."""
    _texting().tonight()


def send_notices() -> None:
    """Send the texts about edits that are due."""
    _texting().later()


def find_gaps() -> None:
    """Tell coordinators of gaps within 48 hours."""
    _texting().gaps()


def off_leaves_nobody(rota: str) -> None:
    """Tell coordinators that a volunteer's absence leaves nobody on call."""
    _texting().gaps(rota)


def opt_out(phone: str, since: str) -> None:
    """Remember that STOP came from a phone, by its name, while the database was away."""
    if (optouts := _tools().optouts) is not None:
        optouts.put_out(phone, int(since))


def opt_in(phone: str) -> None:
    """Remember that START came from it."""
    if (optouts := _tools().optouts) is not None:
        optouts.put_in(phone)


def missed_ring(rota: str, volunteer: str) -> None:
    """Send a volunteer whose phone rang in vain a kind note."""
    _texting().missed_ring(rota, volunteer)


def caller_not_reached(hotline: str, minute: str) -> None:
    """Tell coordinators that nobody could be reached for a call."""
    _texting().caller_not_reached(hotline, int(minute))


def line_trouble(hotline: str, trouble: str, hour: str) -> None:
    """Tell coordinators that the carrier places no calls, or that volunteers were rung very often."""
    _texting().line_trouble(hotline, trouble, int(hour))


def ring_test_result(rota: str, test: str, *volunteers: str) -> None:
    """Tell coordinators who did not answer their test ring."""
    _texting().rings_not_answered(rota, volunteers, test)


def forget_texts() -> None:
    """Forget which texts were sent long ago."""
    _texting().forget()


def ring_test(hotline: str, volunteer: str, id: str) -> None:
    """Ring a volunteer's phone, to see whether it rings."""
    if (ring_tests := _tools().ring_tests) is not None:
        ring_tests.place(hotline, volunteer, id)


def ring_test_over(id: str, outcome: str) -> None:
    """Keep what came of a test ring: "1" if the volunteer was reached, else "0"."""
    if (ring_tests := _tools().ring_tests) is not None:
        ring_tests.over(id, outcome == "1")


def ring_tests_due() -> None:
    """Have the test rings of this month placed, where they are due."""
    if (ring_tests := _tools().ring_tests) is not None:
        ring_tests.due()


def nothing() -> None:
    """Do nothing: for tests of whether jobs are done."""


def _tools() -> Tools:
    (tools,) = _bound
    return tools


def _texting() -> Texting:
    texting = _tools().texting
    assert texting is not None
    return texting
