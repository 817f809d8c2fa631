"""Rounding the times of old calls, and removing what the database's files still have of the exact ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from sqlalchemy import BigInteger, Connection, Select, bindparam, func, select, true, update

from hotline.core.reports.rounding import counted_on, monday, rounded_start, rounded_starts
from hotline.core.times.wall_clock import WallClock, wall_minute
from hotline.core.wording import Wording
from hotline.errors import DatabaseUnavailable
from hotline.store.database.call_tables import calls, day_totals, rounded_until
from hotline.store.database.counting import first_start
from hotline.store.database.lazy import Database
from hotline.store.database.pruning import adding
from hotline.store.database.text_tables import texts_unreached
from hotline.store.database.upsert import insert_into

_AT_ONCE = 500
"""Calls rounded in one transaction, so that writers of the log wait for some milliseconds at most."""
_WEEK = timedelta(days=7)
_c, _r = calls.c, rounded_until.c
_BY = bindparam("by", type_=BigInteger)
_MOVE = (
    update(calls)
    .where(_c.id == bindparam("name"), _c.started_at == bindparam("start", type_=BigInteger), _c.rounded == 0)
    .values(started_at=_c.started_at - _BY, answered_at=_c.answered_at - _BY, ended_at=_c.ended_at - _BY, rounded=1)
)
"""Moves all times of a call together, if it is still as it was found."""


def round_hotline(database: Database, hotline: str, zone: tzinfo, last: date) -> int:
    """Round the calls of a hotline that started up to the date `last` of its zone. Returns how many.

    Each batch is rounded in one transaction, together with the note that old bytes have to be removed.
    """
    until = WallClock(zone).first(wall_minute(last + timedelta(days=1)))
    with database.transaction() as connection:
        first = first_start(connection, hotline)
        _note(connection, hotline, last, _round_totals(connection, hotline, last))
        _forget_alert(connection, hotline, until)
    rounded = 0
    week = None if first is None else monday(datetime.fromtimestamp(first, zone).date())
    while week is not None and week <= last:
        wanted = _unrounded(hotline, week, min(until, _start(week + _WEEK, zone)), zone)
        while some := _round_some(database, hotline, last, wanted, zone):
            rounded += some
        week += _WEEK
    return rounded


def is_clean(connection: Connection) -> bool:
    """Return whether nothing was rounded since old bytes were last removed."""
    return connection.scalar(select(func.count()).where(_r.cleaned == 0)) == 0


def overdue(connection: Connection, hotlines: Sequence[str], day: date) -> list[str]:
    """Return the hotlines, of these, whose calls are not rounded up to a date (UTC), or are still exact in a file."""
    done = {row.hotline: row.day for row in connection.execute(rounded_until.select().where(_r.cleaned == 1))}
    end = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return [
        name
        for name in hotlines
        if (first_start(connection, name) or end) < end and done.get(name, "") < day.isoformat()
    ]


def remove_old_bytes(database: Database) -> None:
    """Write the tables anew, so that no exact time is left in freed parts of the database's files.

    Raises DatabaseUnavailable, also if another program prevents it just now: do it again later.
    """
    with database.statements() as connection:
        if connection.dialect.name == "postgresql":
            for table in ("calls", "counted_months", "day_totals", "texts_unreached"):
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
        else:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA busy_timeout = 1000")  # no longer: writers wait meanwhile
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise DatabaseUnavailable(
                    Wording("The database's write-ahead file still has old times, as another program reads it."),
                    Wording("Close programs that hold the database open for long."),
                )
    with database.transaction() as connection:
        connection.execute(update(rounded_until).values(cleaned=1))


def last_rounded(connection: Connection, hotlines: Sequence[str] | None) -> date | None:
    """The last date up to which calls of any of some hotlines, or of all, are rounded. None: none are."""
    wanted = true() if hotlines is None else _r.hotline.in_(hotlines)
    day: str | None = connection.scalar(select(func.max(_r.day)).where(wanted))
    return None if day is None else date.fromisoformat(day)


def _start(day: date, zone: tzinfo) -> int:
    return WallClock(zone).first(wall_minute(day))


def _unrounded(hotline: str, week: date, until: int, zone: tzinfo) -> Select[str, int]:
    """Select calls of a week with exact starts, from the index alone where a week is rounded already."""
    within = _c.started_at >= _start(week, zone), _c.started_at < until
    exact = _c.started_at.not_in(rounded_starts(week, zone))
    return select(_c.id, _c.started_at).where(_c.hotline == hotline, *within, exact, _c.rounded == 0).limit(_AT_ONCE)


def _round_some(database: Database, hotline: str, last: date, wanted: Select[str, int], zone: tzinfo) -> int:
    with database.transaction() as connection:
        found = connection.execute(wanted).all()
        if found:
            moves = [{"name": name, "start": start, "by": start - rounded_start(start, zone)} for name, start in found]
            connection.execute(_MOVE, moves)
        _note(connection, hotline, last, bool(found))
    return len(found)


def _note(connection: Connection, hotline: str, last: date, changed: bool) -> None:
    """Remember up to which date the calls of a hotline are rounded, and whether old bytes have to be removed."""
    insert = insert_into(rounded_until, connection.dialect.name)
    insert = insert.values(hotline=hotline, day=last.isoformat(), cleaned=0 if changed else 1)
    new = insert.excluded
    later = func.max if connection.dialect.name == "sqlite" else func.greatest
    values = {"day": later(_r.day, new.day), "cleaned": _r.cleaned * new.cleaned}
    connection.execute(insert.on_conflict_do_update(index_elements=[_r.hotline], set_=values))


def _round_totals(connection: Connection, hotline: str, last: date) -> bool:
    """Move the totals of days to the days on which their weeks count. Returns whether there were any to move."""
    t = day_totals.c
    moved = False
    for row in connection.execute(day_totals.select().where(t.hotline == hotline, t.date <= last.isoformat())).all():
        day = date.fromisoformat(row.date)
        if day == counted_on(day):
            continue
        moved = True
        connection.execute(day_totals.delete().where(t.hotline == hotline, t.date == row.date))
        values = {**row._asdict(), "date": counted_on(day).isoformat()}
        connection.execute(adding(connection, day_totals, values.pop("hotline"), values))
    return moved


def _forget_alert(connection: Connection, hotline: str, until: int) -> None:
    """Forget when the last call that reached nobody was, once coordinators were told."""
    u = texts_unreached.c
    over = (u.hotline == hotline) & (u.waiting == 0) & (u.sending == 0) & (u.last_at > 0) & (u.last_at < until)
    forgotten = connection.execute(update(texts_unreached).where(over).values(last_at=0, sending_last=0, next_at=0))
    if forgotten.rowcount:
        connection.execute(update(rounded_until).where(_r.hotline == hotline).values(cleaned=0))
