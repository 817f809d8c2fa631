"""Volunteers who say that they cannot be rung for a while, or that they are back: by text, or on their own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.core import jobs
from hotline.core.rota.absence import Absence
from hotline.core.texts.off import Left, OffSaid, Place, left_by, long_off
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import AbsenceNotKept
from hotline.ports import AbsenceKeeper, Jobs, Notices


class OffDesk:
    """Sets one volunteer off, in all rotas that have their phone: the phone must not ring."""

    def __init__(self, absences: AbsenceKeeper, jobs: Jobs, notice: Notices) -> None:
        self._absences = absences
        self._jobs = jobs
        self._notice = notice

    def absence(self, place: Place) -> Absence | None:
        """The absence they have set, if one is not over."""
        known = self._absences.look_again(place.line.rota.id).absences
        return next((one for one in known if one.who == place.who), None)

    def off(
        self, places: Sequence[Place], ends: Mapping[str, int], now: datetime, sure: bool, careful: bool = False
    ) -> OffSaid:
        """Set a volunteer off until these instants (epoch seconds, by rota), unless they must confirm first.

        They must if it leaves too few, unless they are `sure`. With `careful` they must also confirm a long absence, or
        one that leaves fewer than two people: it may come from somebody else. Coordinators are notified either way.
        """
        left = {place.line.rota.id: self._left(place, now, ends[place.line.rota.id]) for place in places}
        asked = not sure and not all(each.enough for each in left.values())
        asked = asked or (careful and (long_off(places, ends, now) or any(each.one for each in left.values())))
        failed = frozenset[str]() if asked else self._set(places, ends, now)
        for rota, leaves in left.items():
            if not leaves.enough:
                self._jobs.put(jobs.off_leaves_nobody(rota))
        return OffSaid(left, asked, failed)

    def back(self, places: Sequence[Place], now: datetime) -> bool:
        """Set a volunteer back; False if they were not off. Raises AbsenceNotKept."""
        off = [one for one in places if self.absence(one) is not None]
        for place in off:
            self._keep(place, epoch_seconds(now), epoch_seconds(now))
        return bool(off)

    def rung_all_the_same(self, places: Sequence[Place], now: datetime) -> frozenset[str]:
        """The rotas in which an absence of theirs leaves nobody at some time. They are rung then."""
        off = {place.line.rota.id: (place, self.absence(place)) for place in places}
        return frozenset(
            rota for rota, (one, absence) in off.items() if absence and self._left(one, now, absence.end).nobody
        )

    def _set(self, places: Sequence[Place], ends: Mapping[str, int], now: datetime) -> frozenset[str]:
        """The rotas for which it could not be stored."""
        failed = set()
        for place in places:
            try:
                self._keep(place, epoch_seconds(now), ends[place.line.rota.id])
            except AbsenceNotKept:
                failed.add(place.line.rota.id)
        return frozenset(failed)

    def _keep(self, place: Place, start: int, end: int) -> None:
        known = self.absence(place)
        if known is not None and (known.start, known.end) == (start, end):
            return
        try:
            self._absences.keep(place.line.rota.id, place.who, start, end)
        except AbsenceNotKept as error:
            self._notice("absence_not_kept", remedy=error.remedy)
            raise

    def _left(self, place: Place, now: datetime, end: int) -> Left:
        others = self._absences.look_again(place.line.rota.id).absences
        return left_by(place.line.schedule, others, Absence(place.who, epoch_seconds(now), end))
