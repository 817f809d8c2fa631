"""Making the table: by several processes at once, and quickly once it is there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Integer, MetaData, String, inspect, text

from hotline.errors import DatabaseUnavailable
from hotline.store import migrations
from hotline.store.absences.in_database import absences
from hotline.store.database.call_log import CallLog
from hotline.store.database.call_tables import metadata
from hotline.store.database.cover_tables import cover_requests
from hotline.store.database.engine import engine_for
from hotline.store.database.migrate import alone, migrate, upgrade
from hotline.store.database.people_tables import people
from hotline.store.database.revision import REVISION, is_current
from hotline.store.database.ring_test_table import ring_tests
from hotline.store.database.text_tables import texts_sent
from tests.store.actors import elsewhere, migrate_when, whole_call


@pytest.fixture
def database_url(new_database_url: str) -> str:
    return new_database_url


def test_migrating_makes_the_tables_that_the_code_uses(database_url: str) -> None:
    migrate(database_url)
    engine = engine_for(database_url)
    with engine.connect() as connection:
        tables = (texts_sent, people, absences, ring_tests, cover_requests)
        assert all(table.metadata is metadata for table in tables)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_nothing_but_the_three_times_can_be_kept(database_url: str) -> None:
    migrate(database_url)
    engine = engine_for(database_url)
    columns = [column["name"] for column in inspect(engine).get_columns("calls")]
    assert columns == ["id", "hotline", "started_at", "answered_at", "ended_at", "rounded"]
    about_calls = {"alembic_version", "calls", "counted_months", "day_totals", "month_totals", "rounded_until"}
    about_volunteers = {"absences", "ring_tests", "text_optouts", "texts_sent", "texts_told", "texts_unreached"}
    about_volunteers |= {"cover_requests", "cover_asked", "volunteer_choices"}
    about_coordinators = {"audit", "people", "people_links", "people_removed", "people_signed_out"}
    assert set(inspect(engine).get_table_names()) == about_calls | about_volunteers | about_coordinators
    engine.dispose()


def test_several_processes_migrate_at_once(call_log: CallLog, database_url: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    processes = [elsewhere(migrate_when, go, database_url) for _ in range(4)]
    go.touch()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    call_log.write(whole_call(1))


def test_migrating_again_does_not_even_import_alembic(database_url: str) -> None:
    migrate(database_url)
    program = f"""if True:
        import sys
        from hotline.store.database.migrate import migrate
        migrate({database_url!r})
        assert "alembic" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_a_quick_look_tells_a_current_sqlite_file_from_all_else(tmp_path: Path) -> None:
    file = tmp_path / "all calls #1.db"
    url = f"sqlite:///{tmp_path}/%61ll calls #1.db"
    assert not is_current(url)
    assert not file.exists()
    migrate(url)
    assert is_current(url)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0009'")
    assert not is_current(url)
    file.write_bytes(b"no database" * 100)
    for other in (url, f"sqlite:///{tmp_path}", "sqlite://", "postgresql://hotline@127.0.0.1:1/calls"):
        assert not is_current(other), other


def test_rows_stay_when_migrating_again(call_log: CallLog, database_url: str) -> None:
    call_log.write(whole_call(1))
    migrate(database_url)
    assert call_log.call("call-1") is not None


def test_the_revision_in_the_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def revisions() -> list[str]:
    """Every state that a database of ours was ever in, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def a_row_in_each_table(connection: Connection) -> dict[str, tuple[object, ...]]:
    """Put a row into each table there is; the first values of each, by table."""
    found = MetaData()
    found.reflect(bind=connection)
    made = {}
    for table in found.sorted_tables:
        if table.name not in {"alembic_version", "counted_months"}:
            values = {column.name: 1 if isinstance(column.type, Integer) else True for column in table.columns}
            values |= {column.name: "2026-05-07" for column in table.columns if isinstance(column.type, String)}
            connection.execute(table.insert().values(values))
            made[table.name] = tuple(values.values())
    return made


@pytest.mark.parametrize("number", range(len(revisions())))
def test_every_state_since_the_first_can_be_brought_up_to_date_with_its_rows(database_url: str, number: int) -> None:
    engine = engine_for(database_url)
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir()
    with alone(engine) as connection:
        upgrade(connection, revisions()[number])
        made = a_row_in_each_table(connection)
    migrate(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        for name, values in made.items():
            [row] = connection.execute(text(f"SELECT * FROM {name}")).all()
            assert tuple(row)[: len(values)] == values, name
    engine.dispose()
    CallLog(database_url).close()


def test_a_database_of_a_newer_release_is_left_alone(database_url: str) -> None:
    migrate(database_url)
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseUnavailable, match="newer release"):
        migrate(database_url)


def test_a_missing_directory_is_made_for_sqlite(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/not/there/yet/calls.sqlite3")
    assert (tmp_path / "not/there/yet/calls.sqlite3").exists()


def test_only_the_database_is_left_behind(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/calls.sqlite3")
    assert [path.name for path in tmp_path.iterdir()] == ["calls.sqlite3"]


def test_reports_can_be_read_while_sqlite_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    CallLog(url).write(whole_call(1))
    engine = engine_for(url)
    with engine.connect() as writing:
        writing.execute(text("DELETE FROM calls"))
        assert CallLog(url).call("call-1") is not None
        writing.rollback()
    engine.dispose()
