"""Rings volunteers' phones to see whether they ring, and stores the results for a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hotline.core import jobs
from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.calls.ring_test import (
    HOLDS_FOR,
    KEPT,
    RingTest,
    RingTestResult,
    apart,
    is_monthly,
    monthly,
    monthly_id,
)
from hotline.core.rota.rota import HowOften
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import CarrierRefused, CarrierUnavailable, LiveStateUnavailable, TryAgain
from hotline.ports import Absences, Carrier, Clock, Jobs, Notices, RingTests

_BUSY, _DOUBT = 600, 60
_EARLIER = 60
"""Seconds by which the carrier's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingTesting:
    """Test rings: places them, and stores their results.

    `lines` returns the hotlines as their files have them now. `is_taken` says whether a phone is in a call of ours at
    an instant (epoch seconds), or raises LiveStateUnavailable. `addresses` returns the addresses of a test's words and
    of the report of its end. `digest` returns a phone's digest for the results, since ids may be edited.
    """

    carrier: Carrier
    kept: RingTests
    jobs: Jobs
    lines: Callable[[], Iterable[Hotline]]
    absences: Absences
    is_taken: Callable[[str, int], bool]
    addresses: Callable[[RingTest], tuple[str, str]]
    clock: Clock
    notice: Notices
    digest: Callable[[str], str] = lambda _: ""

    def place(self, hotline: str, volunteer: str, id: str) -> None:
        """Ring a volunteer's phone once, for the test of this name.

        A second time only if the first call was never placed.

        `hotline` is the `ring_id` of a hotline with the volunteer's rota.

        A monthly test leaves out volunteers who are off by now; a requested test does not. Raises TryAgain while the
        phone is in a call, or the carrier is down; CarrierRefused; DatabaseUnavailable.
        """
        line = next((line for one in self.lines() for line in one.everyone() if line.ring_id == hotline), None)
        person = line.rota.volunteers.get(volunteer) if line else None
        if line is None or person is None:
            return
        now = self._now()
        if is_monthly(id) and volunteer in self.off(line):
            return
        self._leave_in_peace(person.phone, now)
        if not self.kept.begin(id, line.rota.id, f"{volunteer} {self.digest(person.phone)}".strip(), now):
            begun = self.kept.test(id)
            if begun is None or begun.reached is not None or now - begun.at > HOLDS_FOR:
                return
            if self._rang(person.phone, line.flow.number, begun.at):
                return
        heard, ended = self.addresses(RingTest(id, line.ring_id, volunteer, now))
        try:
            self.carrier.place_call(person.phone, line.flow.number, heard, ended, line.rota.ringing.ring_for)
        except CarrierUnavailable as error:
            after = max(_DOUBT, error.after or 0)
            if error.in_doubt:
                raise TryAgain("The carrier did not say whether it took the test ring.", after=after) from None
            self.kept.forget(id)
            raise TryAgain("The carrier did not take the test ring.", after=after) from None
        except CarrierRefused as error:
            self.kept.forget(id)
            self.notice("ring_test_refused", status=error.status, code=error.code, remedy=error.remedy)
            raise

    def off(self, hotline: Hotline) -> dict[str, int]:
        """Return which volunteers of a line have set themselves off just now, and until when (epoch seconds)."""
        now = self._now()
        return {one.who: one.end for one in self.absences.of(hotline.rota.id) if one.start <= now < one.end}

    def over(self, id: str, reached: bool, picked_up: bool = False) -> None:
        """Store the result of a test; `picked_up`: without the key. Raises DatabaseUnavailable."""
        self.kept.over(id, reached, picked_up)

    def due(self) -> None:
        """Have the due monthly tests placed, and coordinators notified of volunteers who did not answer.

        Run it every few minutes. It deletes results older than a month. Raises DatabaseUnavailable.
        """
        now = self._now()
        self.kept.prune(now - KEPT)
        for hotline in by_rota(self.lines()).values():
            found = monthly(self.clock(), hotline.rota.zone)
            if hotline.rota.ringing.test is not HowOften.MONTHLY or found is None:
                continue
            month, over = found
            tests = {volunteer: self._of_month(hotline, month, volunteer) for volunteer in hotline.rota.volunteers}
            if over:
                self._tell(hotline, month, tests)
            else:
                self._put(hotline, month, tuple(one for one, test in tests.items() if test is None))

    def _put(self, hotline: Hotline, month: str, volunteers: tuple[str, ...]) -> None:
        """Queue test rings. Volunteers who are off are left out until they are back, while the tests last."""
        off = self.off(hotline)
        who = hotline.schedule.at(self.clock())
        there = tuple(volunteer for volunteer in volunteers if volunteer not in off)
        for one, wait in apart(there, frozenset((*who.on_call, *who.backup))):
            id = monthly_id(hotline.rota.id, month, self.digest(hotline.rota.volunteers[one].phone) or one)
            self.jobs.put(jobs.ring_test(hotline.ring_id, one, id, at=self._now() + wait))

    def _of_month(self, hotline: Hotline, month: str, who: str) -> RingTestResult | None:
        """The month's test of a volunteer's phone, or the one that an earlier release stored by their id."""
        phone = self.digest(hotline.rota.volunteers[who].phone)
        ids = (monthly_id(hotline.rota.id, month, one) for one in (phone, who) if one)
        return next((test for id in ids if (test := self.kept.test(id)) is not None), None)

    def _tell(self, hotline: Hotline, month: str, tests: dict[str, RingTestResult | None]) -> None:
        missed = [one for one, test in tests.items() if test is not None and not test.reached]
        if missed:
            self.jobs.put(jobs.ring_test_result(hotline.rota.id, month, missed))

    def _leave_in_peace(self, phone: str, now: int) -> None:
        try:
            if self.is_taken(phone, now):
                raise TryAgain("This volunteer's phone is in a call.", "Try again later.", after=_BUSY)
        except LiveStateUnavailable as error:
            raise TryAgain("Whether this phone is in a call is not known.", error.remedy, after=_DOUBT) from None

    def _rang(self, phone: str, number: str, since: int) -> bool:
        """Return whether the carrier has a call of ours to the phone since an instant. Raises TryAgain."""
        try:
            return any(call.placed for call in self.carrier.calls_placed(phone, number, since - _EARLIER))
        except CarrierUnavailable as error:
            raise TryAgain("The carrier did not say whether it rang.", after=max(_DOUBT, error.after or 0)) from None

    def _now(self) -> int:
        return epoch_seconds(self.clock())
