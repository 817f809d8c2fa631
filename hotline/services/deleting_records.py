"""Deletes the carrier's records of calls: who called, and which volunteer's phone was rung for them.

A call's record and those of its legs are deleted as soon as the carrier allows: minutes after its end, rarely days. A
sweep finds missed records, for example when Redis lost a job. It never slows down a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from hotline.core import jobs
from hotline.core.carrier_records.deletion import (
    GIVE_UP_AFTER,
    LEAST_WAIT,
    LOOK_AGAIN_AFTER,
    SWEPT,
    TEXTS_KEPT,
    TEXTS_SWEPT,
    overdue,
    wait,
)
from hotline.core.carrier_records.records import CarrierCall
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import CarrierNotYet, CarrierRefused, CarrierUnavailable, TryAgain
from hotline.ports import Clock, Jobs, Notices, Records

_AFTER_TROUBLE = 10
_AFTER_REFUSAL = 300
_SWEPT_AGAIN = 300
_AT_A_TIME = 200
"""Seconds after which a sweep lets other jobs have their turn."""
_TROUBLES_IN_A_ROW = 3
"""The number of failures after which the carrier counts as down, not just one record as undeletable."""


class Deletion:
    """Deletes records. `numbers` returns the numbers of all hotlines, as their files have them now."""

    def __init__(
        self, records: Records, numbers: Callable[[], Iterable[str]], jobs: Jobs, clock: Clock, notice: Notices
    ) -> None:
        self._records = records
        self._numbers = numbers
        self._jobs = jobs
        self._clock = clock
        self._notice = notice

    def delete_call(self, call: str, ended: int) -> None:
        """Delete the records of a call that ended at an instant (epoch seconds), and of its legs. Or of one leg.

        Raises TryAgain until all are gone. After 15 days it reports that and gives up. The job that names the call is
        then no longer needed: `hotline privacy` asks the carrier itself for the rest.
        """
        age = max(self._now() - ended, 0)
        again = self._again(call, ended, age)
        if again is None:
            return
        if age >= GIVE_UP_AFTER:
            self._notice("record_left_at_carrier", remedy="See `hotline privacy`, and ask the carrier to delete it.")
            return
        raise TryAgain("The carrier still has records of this call.", after=again)

    def sweep(self, everything: bool = False) -> None:
        """Delete the records of all calls of the last two days that are over, and of texts except those just sent.

        Queues of calls long over go too. With `everything`, records of any age. Raises TryAgain to continue later.
        Records the carrier still works on are left for the next sweep.
        """
        started, trouble = self._now(), None
        since, texts_since = (None, None) if everything else (started - SWEPT, started - TEXTS_SWEPT)
        try:
            for number in sorted(set(self._numbers())):
                # Read to the end before deleting: each deletion would move the pages that follow.
                calls = {call.sid: call for call in self._records.calls(number, since) if call.over}
                legs_first = sorted(calls.values(), key=lambda call: not call.parent)
                trouble = (
                    self._delete_all(self._records.delete_call, [one.sid for one in legs_first], started) or trouble
                )
                texts = {text.sid: text for text in self._records.texts(number, texts_since)}
                due = [sid for sid, text in texts.items() if overdue(text, started)]
                trouble = self._delete_all(self._records.delete_text, due, started) or trouble
            queues = [queue.sid for queue in self._records.queues() if queue.left_behind(started)]
            trouble = self._delete_all(self._records.delete_queue, queues, started) or trouble
            if trouble is not None:
                raise trouble
        except CarrierUnavailable as error:
            raise TryAgain(error.message, error.remedy, error.after or _SWEPT_AGAIN) from None
        except CarrierRefused as error:
            self._refused(error)
            raise TryAgain(error.message, error.remedy, _AFTER_REFUSAL) from None

    def delete_text(self, text: str, since: int) -> None:
        """Delete the record of a text, at once. Raises TryAgain. After a day, the rest is left to the sweep."""
        self._soon(self._records.delete_text, text, since)

    def delete_queue(self, queue: str, since: int) -> None:
        """Delete the queue of a call that has left it. Raises TryAgain. After a day, it is left to the sweep."""
        self._soon(self._records.delete_queue, queue, since)

    def _soon(self, delete: Callable[[str], bool], sid: str, since: int) -> None:
        """Delete a record that the sweep also finds."""
        try:
            delete(sid)
        except CarrierRefused as error:
            self._refused(error)
        except CarrierUnavailable as error:
            age = max(self._now() - since, 0)
            if age < TEXTS_KEPT:
                least = LEAST_WAIT if isinstance(error, CarrierNotYet) else _AFTER_TROUBLE
                raise TryAgain("The carrier still has this record.", after=wait(age, least, error.after)) from None

    def _again(self, call: str, ended: int, age: int) -> int | None:
        """Delete what can be deleted of a call. Returns the seconds until the next try, None if nothing is left.

        Legs are listed by their call, whose record may be deleted first. Then each leg is its own job.
        """
        try:
            legs = self._records.legs(call)
            left = self._legs_left(legs)
            found = self._records.delete_call(call)
        except CarrierNotYet as error:
            return wait(age, LEAST_WAIT, error.after)
        except CarrierUnavailable as error:
            return wait(age, _AFTER_TROUBLE, error.after)
        except CarrierRefused as error:
            self._refused(error)
            return wait(age, _AFTER_REFUSAL)
        at = ended + age + wait(age, LEAST_WAIT)
        for leg in left:
            self._jobs.put(jobs.delete_records(leg.sid, ended, at))
        unlisted = found and not legs and age < LOOK_AGAIN_AFTER
        return LOOK_AGAIN_AFTER if unlisted else None

    def _legs_left(self, legs: Sequence[CarrierCall]) -> list[CarrierCall]:
        """Delete the records of legs. Returns those that remain, which do not block the caller's own record."""
        left, trouble = [], False
        for leg in legs:
            try:
                gone = leg.over and not trouble and not self._left(self._records.delete_call, leg.sid)
            except CarrierUnavailable:
                gone, trouble = False, True
            if not gone:
                left.append(leg)
        return left

    def _left(self, delete: Callable[[str], bool], sid: str) -> bool:
        """Return whether one record still exists.

        A record that the carrier refuses to delete does not block the others.
        """
        try:
            delete(sid)
        except CarrierNotYet:
            return True
        except CarrierRefused as error:
            self._refused(error)
            return True
        return False

    def _delete_all(
        self, delete: Callable[[str], bool], sids: Iterable[str], started: int
    ) -> CarrierUnavailable | None:
        """Delete records. Returns the error of one of them, if any. Raises it if the carrier is down."""
        trouble, in_a_row = None, 0
        for sid in sids:
            if self._now() - started > _AT_A_TIME:
                raise TryAgain("There is more to sweep.", after=1)
            try:
                self._left(delete, sid)
                in_a_row = 0
            except CarrierUnavailable as error:
                trouble, in_a_row = error, in_a_row + 1
                if error.after is not None or in_a_row == _TROUBLES_IN_A_ROW:
                    raise
        return trouble

    def _refused(self, error: CarrierRefused) -> None:
        self._notice("record_deletion_refused", status=error.status, code=error.code, remedy=error.remedy)

    def _now(self) -> int:
        return epoch_seconds(self._clock())
