"""Writing entries: the facts about each call, merged in any order and any number of times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, case, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.store.database.call_tables import calls

_NEVER = 1 << 40


def fold(entries: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """Merge the entries of each call into parameters of `statement`, in the order of the ids.

    Every entry shows that the call existed, so the earliest is its start. Answers from `taken_back` on are void, unless
    reported after the cancellation. The order of the ids keeps two writers from waiting for each other's rows.
    """
    folded: dict[str, dict[str, Any]] = {}
    for entry in entries:
        call = folded.get(entry.id)
        if call is None:
            call = folded[entry.id] = {
                "id": entry.id,
                "hotline": entry.hotline,
                "started_at": entry.at,
                "answered_at": None,
                "ended_at": None,
                "taken_back": _NEVER,
            }
        call["started_at"] = min(call["started_at"], entry.at)
        if entry.moment is CallMoment.ANSWERED:
            call["answered_at"] = _earlier(call["answered_at"], entry.at)
        elif entry.moment is CallMoment.ENDED:
            call["ended_at"] = _earlier(call["ended_at"], entry.at)
        elif entry.moment is CallMoment.NOT_ANSWERED:
            call["taken_back"] = min(call["taken_back"], entry.at)
            if call["answered_at"] is not None and call["answered_at"] >= entry.at:
                call["answered_at"] = None
    return [folded[name] for name in sorted(folded)]


def insert_into(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do on a conflict, for "sqlite" or "postgresql"."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def statement(dialect: str) -> Insert:
    """The upsert for one merged call, for "sqlite" or "postgresql".

    The first reported end stays, unless it is no later than the answer, or else the start. The sweep closes calls that
    way (see `CallLog.close_unended`), and a later, reported end replaces it. A rounded call stays as it is.
    """
    insert = insert_into(calls, dialect)
    old, new = calls.c, insert.excluded
    # Bound, and compared only with the old row's answer, so it is no column.
    taken_back = bindparam("taken_back", type_=BigInteger)
    started = _earlier_of(old.started_at, new.started_at)
    still_answered = case((old.answered_at < taken_back, old.answered_at))
    shortest = func.coalesce(old.answered_at, started)
    ended = case(
        (new.ended_at.is_(None), old.ended_at),
        (old.ended_at.is_(None), new.ended_at),
        (old.ended_at <= shortest, case((new.ended_at > old.ended_at, new.ended_at), else_=old.ended_at)),
        (new.ended_at <= shortest, old.ended_at),
        else_=_earlier_of(old.ended_at, new.ended_at),
    )
    return insert.on_conflict_do_update(
        index_elements=[old.id],
        set_={
            "started_at": started,
            "answered_at": case(
                (still_answered.is_(None), new.answered_at),
                (new.answered_at.is_(None), still_answered),
                else_=_earlier_of(still_answered, new.answered_at),
            ),
            "ended_at": ended,
        },
        where=old.rounded == 0,
    )


def _earlier(known: int | None, at: int) -> int:
    return at if known is None else min(known, at)


def _earlier_of(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((other < one, other), else_=one)
