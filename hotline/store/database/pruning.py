"""Deleting old calls, and adding them to the totals that replace them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from hotline.core.reports.report import LoggedCall
from hotline.core.reports.retention import DayTotal, MonthTotal, Totals, months_of, totals_of
from hotline.core.times.periods import Period
from hotline.store.database.call_tables import calls, day_totals, month_totals
from hotline.store.database.upsert import insert_into

_AT_ONCE = 500
"""Calls deleted in one transaction, so that writers of the log wait for some milliseconds at most."""


def prune_some(connection: Connection, hotline: str, zone: tzinfo, before: int) -> int:
    """Replace some calls of a hotline that started before an instant (epoch seconds) by totals. Returns how many.

    The process that deletes a call counts it. So each call counts once, even if two processes run at the same time.
    """
    c = calls.c
    oldest = select(c.id).where(c.hotline == hotline, c.started_at < before).order_by(c.started_at).limit(_AT_ONCE)
    gone = delete(calls).where(c.id.in_(oldest.scalar_subquery()))
    rows = connection.execute(gone.returning(c.hotline, c.started_at, c.answered_at, c.ended_at)).all()
    if rows:
        totals = totals_of((LoggedCall(*row) for row in rows), zone)
        for day in totals.days:
            connection.execute(adding(connection, day_totals, hotline, {**asdict(day), "date": day.date.isoformat()}))
        for month in totals.months:
            values = {**asdict(month), "month": month.month.isoformat()}
            connection.execute(adding(connection, month_totals, hotline, values))
    return len(rows)


def kept_totals(connection: Connection, period: Period, hotlines: Sequence[str] | None) -> Totals:
    """The totals of the days and months of a period, of some hotlines together or of all."""
    days = _summed(connection, day_totals, "date", [day.date for day in period.days], hotlines)
    if not days:
        return Totals()
    months = _summed(connection, month_totals, "month", months_of(period), hotlines)
    return Totals(
        tuple(DayTotal(date.fromisoformat(day), *map(int, sums)) for day, *sums in days),
        tuple(MonthTotal(date.fromisoformat(month), *map(int, sums)) for month, *sums in months),
    )


def _summed(
    connection: Connection, table: Table, when: str, dates: Sequence[date], hotlines: Sequence[str] | None
) -> Sequence[Sequence[Any]]:
    if not dates:
        return []
    column = table.c[when]
    sums = [func.sum(each) for each in table.c if not each.primary_key]
    wanted = true() if hotlines is None else table.c.hotline.in_(hotlines)
    within = column.between(min(dates).isoformat(), max(dates).isoformat())
    return connection.execute(select(column, *sums).where(wanted, within).group_by(column).order_by(column)).all()


def adding(
    connection: Connection, table: Table, hotline: str, values: dict[str, Any]
) -> postgresql.Insert | sqlite.Insert:
    """Add values to a row, which may not exist yet."""
    insert = insert_into(table, connection.dialect.name).values(hotline=hotline, **values)
    keys = [column.name for column in table.primary_key]
    added = {column.name: column + insert.excluded[column.name] for column in table.c if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=keys, set_=added)
