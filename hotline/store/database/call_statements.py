"""The statements of the call log, on an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from itertools import islice

from sqlalchemy import ColumnElement, func, select, true, update

from hotline.core.calls.log_entry import LogEntry
from hotline.core.reports.report import CountedSpan, Counts, LoggedCall, Tally, together
from hotline.core.reports.retention import Totals, kept_from
from hotline.core.reports.rounding import rounded_up_to
from hotline.core.times.periods import Period, months_over
from hotline.core.times.periods import period as of_days
from hotline.store.database.call_tables import calls, day_totals
from hotline.store.database.counted_months import SumsOfMonths, forget, hold_calls, keep, months_known
from hotline.store.database.counting import count, count_once, first_start, first_starts, known_hotlines, tally
from hotline.store.database.lazy import Database
from hotline.store.database.pruning import kept_totals, prune_some
from hotline.store.database.rounding import is_clean, last_rounded, overdue, remove_old_bytes, round_hotline
from hotline.store.database.upsert import fold, statement

_FETCHED_AT_ONCE = 10_000
_DAY = 86_400


class Tables:
    """The statements behind `CallLog`. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._transaction = database.transaction
        self._sums = SumsOfMonths()

    def write(self, entries: Sequence[LogEntry]) -> None:
        folded = fold(entries)
        if folded:
            with self._transaction() as connection:
                connection.execute(statement(connection.dialect.name), folded)

    def close_unended(self, before: int) -> int:
        forgotten = calls.c.ended_at.is_(None) & (calls.c.started_at < before)
        end = func.coalesce(calls.c.answered_at, calls.c.started_at)
        with self._transaction() as connection:
            return connection.execute(update(calls).where(forgotten).values(ended_at=end)).rowcount

    def call(self, call_id: str) -> LoggedCall | None:
        c = calls.c
        with self._transaction() as connection:
            row = connection.execute(
                select(c.hotline, c.started_at, c.answered_at, c.ended_at).where(c.id == call_id)
            ).one_or_none()
        return None if row is None else LoggedCall(*row)

    def calls_between(self, start: int, end: int, hotlines: Sequence[str] | None) -> Iterator[LoggedCall]:
        c = calls.c
        wanted: ColumnElement[bool] = true() if hotlines is None else c.hotline.in_(hotlines)
        query = (
            select(c.hotline, c.started_at, c.answered_at, c.ended_at)
            .where(wanted, c.started_at >= start, c.started_at < end)
            .order_by(c.started_at, c.id)
        )
        with self._transaction() as connection:
            rows = iter(connection.execution_options(yield_per=_FETCHED_AT_ONCE).execute(query))
            while some := list(islice(rows, _FETCHED_AT_ONCE)):
                yield from (LoggedCall(*row) for row in some)

    def tally(self, start: int, end: int, hotlines: Sequence[str] | None) -> Tally:
        with self._transaction() as connection:
            return tally(connection, start, end, known_hotlines(connection) if hotlines is None else hotlines)

    def tallies(self, spans: Sequence[CountedSpan]) -> list[Tally]:
        with self._transaction() as connection:
            return [tally(connection, one.start, one.end, one.hotlines or known_hotlines(connection)) for one in spans]

    def first_start(self, hotline: str) -> int | None:
        with self._transaction() as connection:
            return first_start(connection, hotline)

    def count(
        self, period: Period, hotlines: Sequence[str] | None, zones: Mapping[str, tzinfo]
    ) -> tuple[Counts, Totals, date | None]:
        with self._transaction() as connection:
            named: dict[str, dict[str, int]] = {period.zone: {}}
            for name, start in first_starts(connection, hotlines).items():
                if start < period.end + _DAY:  # the period may end up to a day later in another zone
                    named.setdefault(str(zones.get(name, period.zone)), {})[name] = start
            days = {str(zone): zone for zone in zones.values()}
            counts = [
                count(
                    connection,
                    period if zone == period.zone else of_days(period.first, period.last, days[zone]),
                    some,
                    self._sums,
                )
                for zone, some in named.items()
            ]
            last = last_rounded(connection, hotlines)
            return together(period, counts), kept_totals(connection, period, hotlines), last

    def count_months(self, until: int, zones: Mapping[str, tzinfo]) -> int:
        with self._transaction() as connection:
            oldest = first_starts(connection, None)
        counted = 0
        for hotline, since in oldest.items():
            if hotline not in zones:
                continue
            over = {(month.days[0].start, month.end): month for month in months_over(since, until, zones[hotline])}
            with self._transaction() as connection:
                known = months_known(connection, hotline)
                forget(connection, hotline, known - set(over))
            for name, month in reversed(over.items()):  # reports are of the last months
                if name not in known:
                    with self._transaction() as connection:
                        hold_calls(connection)
                        keep(connection, hotline, month, count_once(connection, month, hotline))
                    counted += 1
        return counted

    def prune(self, now: datetime, months: int, zones: Mapping[str, tzinfo]) -> int:
        with self._transaction() as connection:
            hotlines = known_hotlines(connection)
        pruned = 0
        for hotline in hotlines:
            zone = zones.get(hotline, UTC)
            before = kept_from(now, zone, months)
            while True:
                with self._transaction() as connection:
                    some = prune_some(connection, hotline, zone, before)
                pruned += some
                if not some:
                    break
        return pruned

    def round(self, now: datetime, days: int, zones: Mapping[str, tzinfo]) -> int:
        with self._transaction() as connection:
            of_totals = connection.scalars(select(day_totals.c.hotline).distinct()).all()
            hotlines = sorted({*known_hotlines(connection), *of_totals})
        rounded = 0
        for hotline in hotlines:
            zone = zones.get(hotline, UTC)
            rounded += round_hotline(self._database, hotline, zone, rounded_up_to(now, zone, days))
        with self._transaction() as connection:
            clean = is_clean(connection)
        if not clean:
            remove_old_bytes(self._database)
        return rounded

    def overdue(self, day: date) -> list[str]:
        with self._transaction() as connection:
            return overdue(connection, known_hotlines(connection), day)

    def ping(self) -> None:
        with self._transaction() as connection:
            connection.execute(select(1))
