"""Requests for cover, as volunteers and coordinators act on them: on pages, and by text.

Nothing is sent here. A job has a worker send what follows from the request, so nobody is told twice or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from hotline.core import jobs
from hotline.core.calls.flow import Hotline
from hotline.core.planning.cover import (
    MOST_A_DAY,
    CoverAnswer,
    CoverReply,
    CoverRequest,
    CoverSaid,
    CoverState,
    EditOutcome,
    askable,
    entries,
    may_take,
    still_on,
)
from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.on_call import Schedule
from hotline.core.texts.edit_notices import Time, after_cover
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import DatabaseUnavailable
from hotline.ports import Absences, Clock, CoverBook, Jobs, RotaEdits, ToldTimes

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverDesk:
    """Takes requests and answers. Each method raises DatabaseUnavailable.

    `line` returns a hotline with a rota, as its files are now.
    """

    book: CoverBook
    edits: RotaEdits
    line: Callable[[str], Hotline | None]
    absences: Absences
    told: ToldTimes
    jobs: Jobs
    clock: Clock

    def ask(self, rota: str, who: str, start: int) -> CoverSaid:
        """Ask others to take the shift of a volunteer that begins at an instant (epoch seconds)."""
        found = self._shift(rota, who, start)
        return self._open(rota, who, found) if isinstance(found, Span) else CoverSaid(found)

    def offer(self, rota: str, who: str, start: int, other: str, back: int) -> CoverSaid:
        """Offer another volunteer a swap: one's own shift that begins at `start` for theirs that begins at `back`."""
        own, theirs = self._shift(rota, who, start), self._shift(rota, other, back)
        if not isinstance(own, Span) or not isinstance(theirs, Span) or who == other:
            return CoverSaid(
                theirs if isinstance(own, Span) and isinstance(theirs, CoverReply) else CoverReply.NOT_YOURS
            )
        return self._open(rota, who, own, other, theirs)

    def yes(self, id: str, who: str, texted: bool = False) -> CoverSaid:
        """Take a shift, or accept a swap. The first yes counts; it is checked again before it is written."""
        request = self.book.get(id)
        if request is None or who not in request.people:
            return CoverSaid(CoverReply.GONE, request)
        if request.state is not CoverState.OPEN:
            return self._late(request, who)
        line, now = self.line(request.rota), self._now()
        if line is None or now >= request.begins or not still_on(line.schedule, request):
            return CoverSaid(CoverReply.GONE, request)
        if not may_take(self._present(line), request, who):
            return CoverSaid(CoverReply.CANNOT, request)
        after = CoverState.AGREED if line.rota.cover_rules.approve else CoverState.TAKING
        if not self.book.move(id, CoverState.OPEN, after, now, who):
            return self._late(self.book.get(id) or request, who)
        self.book.answer(id, who, CoverAnswer.TEXTED if texted else CoverAnswer.YES)
        if after is CoverState.AGREED:
            self._soon()
            return CoverSaid(CoverReply.AGREED, request)
        return self._write(line, request, who, CoverState.OPEN)

    def no(self, id: str, who: str) -> CoverSaid:
        """Say no, so that the next is asked."""
        request = self.book.get(id)
        if request is None or who not in request.people:
            return CoverSaid(CoverReply.GONE, request)
        if request.people[who].answer.waiting:
            self.book.answer(id, who, CoverAnswer.NO)
            self._soon()
        return CoverSaid(CoverReply.NO_SAID, request)

    def withdraw(self, id: str, who: str | None = None) -> CoverSaid:
        """Take a request back: by its asker, or with None by a coordinator."""
        request = self.book.get(id)
        if request is None or who not in (None, request.asker):
            return CoverSaid(CoverReply.GONE)
        if not self.book.move(id, CoverState.OPEN, CoverState.WITHDRAWN, self._now()):
            request = self.book.get(id) or request
            kept = request.state is CoverState.WITHDRAWN
            return CoverSaid(CoverReply.KEPT if kept else CoverReply.GONE, request)
        return CoverSaid(CoverReply.KEPT, request)

    def approve(self, id: str, by: str) -> CoverSaid:
        """Write what was agreed, in a coordinator's name. They have seen which limits it breaks."""
        request = self.book.get(id)
        if request is None:
            return CoverSaid(CoverReply.GONE)
        if request.state is not CoverState.AGREED:
            return self._late(request, request.taker)
        line = self.line(request.rota)
        if line is None or not still_on(line.schedule, request) or self._now() >= request.begins:
            return CoverSaid(CoverReply.GONE, request)
        if not self.book.move(id, CoverState.AGREED, CoverState.TAKING, self._now()):
            return self._late(self.book.get(id) or request, request.taker)
        return self._write(line, request, request.taker, CoverState.AGREED, by)

    def decline(self, id: str) -> CoverSaid:
        """Do not approve it. For a cover the next person is asked."""
        request = self.book.get(id)
        if request is None:
            return CoverSaid(CoverReply.GONE)
        after = CoverState.WITHDRAWN if request.swap else CoverState.OPEN
        if not self.book.move(id, CoverState.AGREED, after, self._now(), request.taker if request.swap else ""):
            return self._late(self.book.get(id) or request, request.taker)
        self.book.answer(id, request.taker, CoverAnswer.DECLINED)
        self._soon()
        return CoverSaid(CoverReply.DECLINED, request)

    def _shift(self, rota: str, who: str, start: int) -> Span | CoverReply:
        line = self.line(rota)
        if line is None or who not in line.rota.volunteers:
            return CoverReply.NOT_YOURS
        if line.rota.cover_rules.ask is Asking.NONE:
            return CoverReply.NOT_HERE
        shifts = askable(line.schedule, who, self.clock())
        return next((one for one in shifts if epoch_seconds(one.start) == start), CoverReply.NOT_YOURS)

    def _open(self, rota: str, who: str, own: Span, other: str = "", theirs: Span | None = None) -> CoverSaid:
        now = self._now()
        request = CoverRequest(
            secrets.token_hex(8),
            rota,
            who,
            epoch_seconds(own.start),
            epoch_seconds(own.end),
            now,
            taker=other,
            back_start=epoch_seconds(theirs.start) if theirs else 0,
            back_end=epoch_seconds(theirs.end) if theirs else 0,
        )
        if self.book.asked_since(rota, who, now - _DAY) >= MOST_A_DAY:
            return CoverSaid(CoverReply.TOO_OFTEN, request)
        kept = self.book.open(request)
        if kept.id == request.id:
            self._soon()
        return CoverSaid(CoverReply.ASKED if kept.id == request.id else CoverReply.ALREADY, kept)

    def _write(
        self, line: Hotline, request: CoverRequest, taker: str, before: CoverState, by: str | None = None
    ) -> CoverSaid:
        """Write what was agreed. `before` is the state to go back to if that fails; `by` the coordinator, if any."""
        how = "own-swap" if request.swap else "own-cover"
        written = entries(line.schedule, request, taker)
        name = by or line.rota.volunteers[taker].name
        outcome = self.edits.write(request.rota, written, name, how, by is not None)
        now = self._now()
        if outcome in (EditOutcome.WRITTEN, EditOutcome.NOT_HERE):
            done = outcome is EditOutcome.WRITTEN
            self.book.move(
                request.id, CoverState.TAKING, CoverState.WRITTEN if done else CoverState.BY_HAND, now, taker
            )
            if done:
                self._know(request, taker)
            self._soon()
            return CoverSaid(CoverReply.YOURS if done else CoverReply.BY_HAND, request)
        later = outcome is EditOutcome.LATER
        keeps = taker if request.swap or before is CoverState.AGREED else ""
        if before is CoverState.OPEN:
            self.book.answer(request.id, taker, CoverAnswer.NONE if later else CoverAnswer.NO)
        self.book.move(request.id, CoverState.TAKING, before, now, keeps)
        self._soon()
        return CoverSaid(CoverReply.FAILED if later else CoverReply.CANNOT, request)

    def _late(self, request: CoverRequest, who: str) -> CoverSaid:
        """Return what to say to a yes that finds a request not open any more."""
        mine = request.taker == who
        if request.state in (CoverState.WRITTEN, CoverState.TAKING):
            return CoverSaid(CoverReply.YOURS if mine else CoverReply.TAKEN, request)
        if request.state is CoverState.AGREED:
            return CoverSaid(CoverReply.AGREED if mine else CoverReply.TAKEN, request)
        if request.state is CoverState.BY_HAND:
            return CoverSaid(CoverReply.BY_HAND if mine else CoverReply.TAKEN, request)
        return CoverSaid(CoverReply.GONE, request)

    def _know(self, request: CoverRequest, taker: str) -> None:
        """Leave a cover out of both volunteers' notice of the edit, since its own message tells them."""
        own: list[Time] = [(request.start, request.end)]
        back: list[Time] = [(request.back_start, request.back_end)] if request.swap else []
        try:
            known = self.told.told(request.rota)
            for who, gone, new in ((request.asker, own, back), (taker, back, own)):
                if who in known:
                    self.told.keep(request.rota, who, after_cover(known[who], gone, new))
        except DatabaseUnavailable:
            return  # then they hear it twice

    def _present(self, line: Hotline) -> Schedule:
        return line.schedule.with_absences(self.absences.of(line.rota.id))

    def _soon(self) -> None:
        self.jobs.put(jobs.go_on_with_cover())

    def _now(self) -> int:
        return epoch_seconds(self.clock())
