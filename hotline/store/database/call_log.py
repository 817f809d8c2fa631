"""The call log in the database: writing, reading and counting calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from hotline.core.calls.log_entry import LogEntry
from hotline.core.reports.report import CountedSpan, LoggedCall, Report, Tally, report_of
from hotline.core.reports.retention import reported
from hotline.core.reports.rounding import by_weeks
from hotline.core.times.periods import Period
from hotline.store.database.lazy import Database

if TYPE_CHECKING:
    from hotline.store.database.call_statements import Tables


class CallLog:
    """The call log at a database URL. Connects to nothing, and imports no database library, before its first use.

    The first use makes the table, or brings it up to date. Any method may raise DatabaseUnavailable, and may be called
    again after it. Safe for any number of threads and processes at once, and usable after a fork. `pause` and
    `patience` as in `Database`.
    """

    def __init__(self, database_url: str, pause: float = 0.0, patience: float | None = None) -> None:
        self._database = Database(database_url, pause, patience)
        self._opened: Tables | None = None

    def write(self, entries: Sequence[LogEntry]) -> None:
        """Write entries in one transaction: all of them or none. Writing them again changes nothing.

        Entries of a call may come in any order and in any number of writes, with one exception: "not answered" cancels
        the answers written before it, but not those still to come.
        """
        self._tables().write(entries)

    def close_unended(self, before: int) -> int:
        """Close calls that started before an instant (epoch seconds) and whose end was never reported.

        Returns how many.

        They end when they were answered, or else when they started: a length of zero marks an unknown end. An end
        reported later still replaces it.
        """
        return self._tables().close_unended(before)

    def call(self, call_id: str) -> LoggedCall | None:
        """Return one call from the log, if it exists."""
        return self._tables().call(call_id)

    def calls_between(self, start: int, end: int, hotlines: Sequence[str] | None = None) -> Iterator[LoggedCall]:
        """The calls that started from `start` until before `end` (epoch seconds), of some hotlines or all, by start."""
        return self._tables().calls_between(start, end, hotlines)

    def tally(self, start: int, end: int, hotlines: Sequence[str] | None = None) -> Tally:
        """Count calls in the database."""
        return self._tables().tally(start, end, hotlines)

    def tallies(self, spans: Sequence[CountedSpan]) -> list[Tally]:
        """Count the calls of several times at once. Opening the database for each would take longer than counting."""
        return self._tables().tallies(spans)

    def first_start(self, hotline: str) -> int | None:
        """Return when the oldest call of a hotline started, in epoch seconds; None if the log has none."""
        return self._tables().first_start(hotline)

    def report(
        self, period: Period, hotlines: Sequence[str] | None = None, zones: Mapping[str, tzinfo] | None = None
    ) -> Report:
        """The report on a period, of some hotlines or of all.

        Each call is on the day of its own hotline's zone, of those in `zones`; of others, on the period's. Where starts
        are rounded, it has weeks in place of days.
        """
        counts, totals, last = self._tables().count(period, hotlines, zones or {})
        found = reported(report_of(period, counts, None if hotlines is None else tuple(hotlines)), totals)
        found = by_weeks(found, last)
        used = {str(zone) for name, zone in (zones or {}).items() if hotlines is None or name in hotlines}
        return replace(found, zones=max(1, len(used)))

    def prune(self, now: datetime, months: int, zones: Mapping[str, tzinfo]) -> int:
        """Replace calls that started more than so many whole months ago by totals. Returns how many.

        Days and months are those of the hotline's zone, or of UTC. Each batch of calls goes in the transaction that
        adds its totals, so a process that dies in between has changed nothing.
        """
        return self._tables().prune(now, months, zones)

    def round(self, now: datetime, days: int, zones: Mapping[str, tzinfo]) -> int:
        """Round the start of calls that are so many days old to ISO week and part of the day. Returns how many.

        All times of a call move together. What the database's files still have of the exact times is removed, as far as
        the database allows (see docs/adr/0029). Raises DatabaseUnavailable if that has to wait: call it again.
        """
        return self._tables().round(now, days, zones)

    def not_rounded(self, day: date) -> list[str]:
        """The hotlines with calls before a date (UTC) whose starts are not rounded, or are still in a file."""
        return self._tables().overdue(day)

    def count_months(self, until: int, zones: Mapping[str, tzinfo]) -> int:
        """Count each month that was over at an instant (epoch seconds) once. Returns how many were not counted yet.

        Reports use these counts until one of the calls changes. Only for hotlines with a zone; months are those of the
        zone, as in reports.
        """
        return self._tables().count_months(until, zones)

    def ping(self) -> None:
        """Raise DatabaseUnavailable unless the database answers."""
        self._tables().ping()

    def close(self) -> None:
        """Close all connections. The next use opens new ones."""
        self._database.close()

    def _tables(self) -> Tables:
        if self._opened is None:
            # Imported here, so that a process that only passes a CallLog on never pays for the database libraries.
            from hotline.store.database.call_statements import Tables

            self._opened = Tables(self._database)
        return self._opened
