"""Sends coordinators who want it a summary by e-mail on Monday mornings, once a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.planning.fairness import fairness
from hotline.core.planning.gaps import lacks
from hotline.core.reports.report import Report
from hotline.core.rota.days import full_hour_after
from hotline.core.texts.digest import (
    AHEAD,
    Digest,
    DigestLoad,
    digest_body,
    digest_language,
    digest_subject,
    digest_week,
)
from hotline.core.texts.readers import Reader, addressed, to_requests
from hotline.core.texts.sending import OutgoingText
from hotline.core.times.periods import last_quarter, period
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import DatabaseUnavailable
from hotline.ports import Absences, CallReports, Clock, CoverBook, Lines
from hotline.services.texts.readers import Readers
from hotline.services.texts.reminders import each_rota
from hotline.services.texts.sending import Sender

_NEWS_FOR = 12 * 3600
_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The summaries of all rotas."""

    lines: Lines
    absences: Absences
    calls: CallReports
    covers: CoverBook
    sender: Sender
    clock: Clock
    readers: Readers

    def send_due(self) -> None:
        """Send the summaries due now. Raises DatabaseUnavailable."""
        now, lines_of = self.clock(), dict[str, list[str]]()
        for hotline in each_rota(self.lines):
            monday = digest_week(now, hotline)
            wanting = [
                (one.id, reader)
                for one in hotline.rota.coordinators.values()
                if monday and one.digest
                for reader in self.readers.coordinator(hotline, one)
                if reader.email
            ]
            if monday and wanting:
                lines_of = lines_of or self._lines_of()
                digest = self._digest(hotline, now, monday, lines_of[hotline.rota.id])
                self.sender.send_all([_mail(hotline, digest, now, monday, who, reader) for who, reader in wanting])

    def _digest(self, hotline: Hotline, now: datetime, monday: date, lines: Sequence[str]) -> Digest:
        schedule = hotline.schedule.with_absences(self.absences.of(hotline.rota.id))
        end = full_hour_after(hotline.schedule, now, _WEEKS)
        found = [(time, one.nobody) for one in lacks(schedule, now, end) for time in one.times]
        loads = fairness(schedule, now, now + AHEAD).loads
        return Digest(
            sorted(found),
            [DigestLoad(one.volunteer, one.on_call, one.nights, one.weekends, one.backup > 0) for one in loads],
            len(self.covers.of(hotline.rota.id)),
            self._report(lines, hotline, monday - timedelta(days=7), monday - timedelta(days=1)),
            self._report(lines, hotline, *last_quarter(monday)),
        )

    def _lines_of(self) -> dict[str, list[str]]:
        """Return the lines that have each rota as their own, by rota."""
        found: dict[str, list[str]] = {}
        for line in self.lines.lines():
            found.setdefault(line.rota.id, []).append(line.id)
            for rota in line.others:
                found.setdefault(rota, [])
        return found

    def _report(self, lines: Sequence[str], hotline: Hotline, first: date, last: date) -> Report | None:
        """The calls to the lines that have this rota as their own."""
        try:
            return self.calls.report(period(first, last, hotline.rota.zone), lines)
        except DatabaseUnavailable:
            return None


def _mail(hotline: Hotline, digest: Digest, now: datetime, monday: date, who: str, reader: Reader) -> OutgoingText:
    language = digest_language((*reader.languages, *hotline.flow.languages))
    name = "\0".join(("digest", hotline.rota.id, who, monday.isoformat()))
    about = OutgoingText(name, "digest", "", "", "", epoch_seconds(now) + _NEWS_FOR)
    made = addressed(about, hotline, to_requests(reader), language, digest_body(hotline, digest, now, language))
    return replace(made, subject=digest_subject(hotline, monday, language))
