"""Upkeep of the call log: old calls become totals, and months that are over are counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo

from hotline.core.calls.flow import Hotline
from hotline.core.reports.retention import kept_from
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Clock, StoredCalls

LONGEST_CALL = timedelta(hours=6)
"""A call whose end was not reported counts as ended after this time. A carrier ends a dialled leg after four hours."""
_SETTLED = timedelta(days=1)
"""A month is counted when it has been over for this time: by then calls have ended, and late entries have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLogUpkeep:
    """Keeps the call log as the settings say. Each method may raise DatabaseUnavailable.

    `prune_audit` deletes the lines of the audit list before an instant (epoch seconds). `forget_unreadable` deletes
    what waited on disk, could not be read, and was set aside before an instant. `round_after_days`: None for never.
    """

    call_log: StoredCalls
    prune_audit: Callable[[int], object]
    forget_unreadable: Callable[[int], object]
    hotlines: Callable[[], Iterable[Hotline]]
    keep_months: int
    round_after_days: int | None
    clock: Clock

    def close_unended(self) -> None:
        """Close the calls whose end the carrier never reported."""
        self.call_log.close_unended(epoch_seconds(self.clock() - LONGEST_CALL))

    def prune(self) -> None:
        """Replace calls that are older than the settings allow by totals, and delete such lines of the audit list.

        Before that, round the start of calls if the settings say so. Months that were changed are counted at once.
        """
        now = self.clock()
        if self.round_after_days is not None:
            self.forget_unreadable(epoch_seconds(now - timedelta(days=self.round_after_days)))
            self.call_log.round(now, self.round_after_days, self._zones())
        self.call_log.prune(now, self.keep_months, self._zones())
        self.prune_audit(kept_from(now, UTC, self.keep_months))
        self.count_months()

    def count_months(self) -> None:
        """Count the months that are over, so that reports on them open at once."""
        self.call_log.count_months(epoch_seconds(self.clock() - _SETTLED), self._zones())

    def _zones(self) -> dict[str, tzinfo]:
        return {hotline.id: hotline.rota.zone for hotline in self.hotlines()}
