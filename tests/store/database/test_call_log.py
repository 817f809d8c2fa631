"""Writing the call log: any order, any repetition, any number of writers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import LoggedCall
from hotline.errors import DatabaseUnavailable
from hotline.store.database.call_log import CallLog
from hotline.store.database.upsert import fold
from tests.servers import PostgreSQL
from tests.store.actors import (
    NOON,
    all_kept,
    answered,
    as_kept,
    elsewhere,
    ended,
    not_answered,
    started,
    whole_call,
    write_calls,
)


def test_a_call_is_kept_as_its_three_times(call_log: CallLog) -> None:
    call_log.write([started(NOON), answered(NOON + 20), ended(NOON + 80)])
    assert call_log.call("one") == LoggedCall("rise", NOON, NOON + 20, NOON + 80)


def test_a_call_nobody_answered_has_no_answer(call_log: CallLog) -> None:
    call_log.write([started(NOON), ended(NOON + 45)])
    assert call_log.call("one") == LoggedCall("rise", NOON, None, NOON + 45)


def test_an_unknown_call_is_none(call_log: CallLog) -> None:
    assert call_log.call("never rang") is None


def test_writing_nothing_is_fine(call_log: CallLog) -> None:
    call_log.write([])
    assert all_kept(call_log) == []


def test_a_duplicate_status_callback_does_not_make_two_log_rows(call_log: CallLog) -> None:
    """lessons.md: "A duplicate status callback makes two log rows"."""
    for late in (0, 0, 1, 15):
        call_log.write([ended(NOON + 80 + late)])
    call_log.write([started(NOON)])
    assert len(all_kept(call_log)) == 1


def test_the_first_end_stays(call_log: CallLog) -> None:
    call_log.write([started(NOON), ended(NOON + 80)])
    call_log.write([ended(NOON + 95)])
    assert call_log.call("one") == LoggedCall("rise", NOON, None, NOON + 80)


def test_an_earlier_end_that_comes_later_is_the_first_one(call_log: CallLog) -> None:
    call_log.write([started(NOON), ended(NOON + 95)])
    call_log.write([ended(NOON + 80)])
    assert call_log.call("one") == LoggedCall("rise", NOON, None, NOON + 80)


@pytest.mark.parametrize("at_once", [True, False])
def test_an_answer_can_be_taken_back(call_log: CallLog, at_once: bool) -> None:
    """The volunteer accepted, but the caller was gone."""
    _write(call_log, [started(NOON), answered(NOON + 20), not_answered(NOON + 5), ended(NOON + 21)], at_once)
    assert call_log.call("one") == LoggedCall("rise", NOON, None, NOON + 21)


@pytest.mark.parametrize("at_once", [True, False])
def test_taking_back_leaves_an_earlier_answer(call_log: CallLog, at_once: bool) -> None:
    _write(call_log, [started(NOON), answered(NOON + 20), answered(NOON + 60), not_answered(NOON + 50)], at_once)
    assert call_log.call("one") == LoggedCall("rise", NOON, NOON + 20, None)


@pytest.mark.parametrize("at_once", [True, False])
def test_after_an_answer_was_taken_back_the_next_one_counts(call_log: CallLog, at_once: bool) -> None:
    """The volunteer hung up at the moment of being connected; the next one took the call."""
    _write(call_log, [started(NOON), answered(NOON + 20), not_answered(NOON + 5), answered(NOON + 50)], at_once)
    assert call_log.call("one") == LoggedCall("rise", NOON, NOON + 50, None)


@pytest.mark.parametrize("first", ["answered", "ended", "not_answered"])
def test_a_call_is_there_before_its_start_was_reported(call_log: CallLog, first: str) -> None:
    call_log.write([LogEntry("one", "rise", CallMoment(first), NOON + 20)])
    [kept] = all_kept(call_log)
    assert kept.started_at == NOON + 20
    call_log.write([started(NOON)])
    [kept] = all_kept(call_log)
    assert kept.started_at == NOON


def test_thousands_of_calls_in_one_write(call_log: CallLog) -> None:
    call_log.write([entry for number in range(5_000) for entry in whole_call(number)])
    assert all_kept(call_log) == [as_kept(number) for number in range(5_000)]


_numbers = iter(range(10**9))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_repetition_and_grouping_gives_the_same_row(call_log: CallLog, data: st.DataObject) -> None:
    """A call's entries, each once or several times, shuffled, and written in any number of transactions."""
    call = f"call-{next(_numbers)}"
    wait, talk = data.draw(st.integers(1, 300)), data.draw(st.integers(1, 3600))
    expected = LoggedCall("rise", NOON, NOON + wait, NOON + wait + talk)
    entries = [started(NOON, call), answered(NOON + wait, call), ended(NOON + wait + talk, call)]
    again = data.draw(st.lists(st.sampled_from(entries), max_size=6))
    shuffled = data.draw(st.permutations(entries + again))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        call_log.write(shuffled[:size])
        shuffled = shuffled[size:]
    assert call_log.call(call) == expected


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_number_of_answers_and_ends_in_any_order_gives_the_earliest(call_log: CallLog, data: st.DataObject) -> None:
    call = f"call-{next(_numbers)}"
    answers = data.draw(st.lists(st.integers(1, 50), min_size=1, max_size=4))
    ends = data.draw(st.lists(st.integers(60, 90), min_size=1, max_size=4))
    call_log.write([started(NOON, call)])
    entries = [answered(NOON + at, call) for at in answers] + [ended(NOON + at, call) for at in ends]
    for entry in data.draw(st.permutations(entries)):
        call_log.write([entry])
    assert call_log.call(call) == LoggedCall("rise", NOON, NOON + min(answers), NOON + min(ends))


@given(data=st.data())
def test_folding_entries_is_the_same_as_writing_them_one_by_one(data: st.DataObject) -> None:
    """The plain rules, an entry at a time, against what one batch makes of them."""
    moments = st.sampled_from([CallMoment.STARTED, CallMoment.ANSWERED, CallMoment.NOT_ANSWERED])
    entries = data.draw(st.lists(st.builds(LogEntry, st.just("one"), st.just("rise"), moments, st.integers(1, 9))))
    before = data.draw(st.none() | st.integers(1, 9))
    now = before
    for entry in entries:
        if entry.moment is CallMoment.ANSWERED:
            now = entry.at if now is None else min(now, entry.at)
        elif entry.moment is CallMoment.NOT_ANSWERED and now is not None and now >= entry.at:
            now = None
    for folded in fold(entries):
        left = before if before is not None and before < folded["taken_back"] else None
        known = [at for at in (left, folded["answered_at"]) if at is not None]
        assert (min(known) if known else None) == now


def test_writers_in_several_processes_do_not_harm_each_other(call_log: CallLog, database_url: str) -> None:
    call_log.ping()
    numbers = list(range(20))
    writers = [elsewhere(write_calls, database_url, order) for order in (numbers, numbers[::-1], numbers)]
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert all_kept(call_log) == [as_kept(number) for number in numbers]


def test_a_call_whose_end_was_never_reported_is_closed(call_log: CallLog) -> None:
    call_log.write([started(NOON, "answered"), answered(NOON + 20, "answered"), started(NOON, "not answered")])
    call_log.write([started(NOON, "ended"), ended(NOON + 9, "ended"), started(NOON + 1, "recent")])
    assert call_log.close_unended(before=NOON + 1) == 2
    assert call_log.call("answered") == LoggedCall("rise", NOON, NOON + 20, NOON + 20)
    assert call_log.call("not answered") == LoggedCall("rise", NOON, None, NOON)
    assert call_log.call("ended") == LoggedCall("rise", NOON, None, NOON + 9)
    assert call_log.call("recent") == LoggedCall("rise", NOON + 1, None, None)


def test_closing_again_changes_nothing(call_log: CallLog) -> None:
    call_log.write([started(NOON)])
    assert call_log.close_unended(before=NOON + 1) == 1
    assert call_log.close_unended(before=NOON + 1) == 0


def test_a_closed_call_whose_end_is_reported_after_all_gets_it(call_log: CallLog) -> None:
    call_log.write([started(NOON), answered(NOON + 20)])
    call_log.close_unended(before=NOON + 1)
    call_log.write([ended(NOON + 4_000)])
    assert call_log.call("one") == LoggedCall("rise", NOON, NOON + 20, NOON + 4_000)


def test_a_closed_call_whose_answer_and_end_are_reported_after_all_gets_them(call_log: CallLog) -> None:
    call_log.write([started(NOON)])
    call_log.close_unended(before=NOON + 1)
    call_log.write([answered(NOON + 20)])
    call_log.write([ended(NOON + 4_000)])
    assert call_log.call("one") == LoggedCall("rise", NOON, NOON + 20, NOON + 4_000)


def test_a_call_log_is_usable_after_a_failure(tmp_path: Path) -> None:
    call_log = CallLog(f"sqlite:///{tmp_path}/in/the/way/calls.sqlite3")
    (tmp_path / "in").write_text("a file where a directory should be")
    with pytest.raises(DatabaseUnavailable):
        call_log.write(whole_call(1))
    (tmp_path / "in").unlink()
    call_log.write(whole_call(1))
    assert all_kept(call_log) == [as_kept(1)]


def test_a_database_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    call_log = CallLog(f"sqlite:///{tmp_path}/calls.sqlite3")
    call_log.write(whole_call(1))
    (tmp_path / "calls.sqlite3").unlink()
    with pytest.raises(DatabaseUnavailable):
        call_log.write(whole_call(2))
    call_log.write(whole_call(2))
    assert all_kept(call_log) == [as_kept(2)]


def test_connections_lost_with_a_restarted_server_are_replaced() -> None:
    server = PostgreSQL()
    try:
        call_log = CallLog(server.url())
        call_log.write(whole_call(1))
        server.stop()
        with pytest.raises(DatabaseUnavailable):
            call_log.write(whole_call(2))
        server.start()
        call_log.write(whole_call(2))
        assert all_kept(call_log) == [as_kept(1), as_kept(2)]
        call_log.close()
    finally:
        server.remove()


@pytest.mark.parametrize(
    "url", ["nonsense", "mongodb://somewhere/calls", "postgresql://hotline@127.0.0.1:1/calls", "sqlite:////proc/no/db"]
)
def test_a_database_that_cannot_be_used_is_said_to_be_unavailable(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        CallLog(url).ping()
    assert "DATABASE_URL" in raised.value.remedy


def test_an_error_does_not_quote_the_row(call_log: CallLog) -> None:
    with pytest.raises(DatabaseUnavailable) as raised:
        call_log.write([started(1 << 70, "a-secret-id")])
    assert "a-secret-id" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_addresses_of_every_kind_are_understood(postgresql: PostgreSQL, scheme: str) -> None:
    call_log = CallLog(postgresql.url().replace("postgresql", scheme, 1))
    call_log.ping()
    call_log.close()


def test_a_forked_child_makes_its_own_connections(database_url: str) -> None:
    program = f"""if True:
        import os
        from hotline.store.database.call_log import CallLog
        from tests.store.actors import all_kept, whole_call
        log = CallLog({database_url!r})
        log.write(whole_call(1))
        child = os.fork()
        log.write(whole_call(2 if child else 3))
        if not child:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert len(all_kept(log)) == 3
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_making_a_call_log_imports_no_database_library() -> None:
    program = """if True:
        import sys
        import hotline.store.disk.drainer, hotline.store.disk.spool, hotline.store.database.call_log
        hotline.store.database.call_log.CallLog("postgresql://nowhere/calls")
        assert not {"sqlalchemy", "alembic", "psycopg"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def _write(call_log: CallLog, entries: list[LogEntry], at_once: bool) -> None:
    for some in [entries] if at_once else [[entry] for entry in entries]:
        call_log.write(some)
