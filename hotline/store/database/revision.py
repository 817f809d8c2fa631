"""The schema that this release needs, and a quick look at whether a SQLite file has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

REVISION = "0010"

_SQLITE = "sqlite:///"


def is_current(database_url: str) -> bool:
    """Return whether a database certainly has this release's schema. False: only `migrate` can tell.

    It looks without SQLAlchemy, which takes longer to load than all else at most starts. So of databases other than a
    plain SQLite file it knows nothing.
    """
    if not database_url.startswith(_SQLITE) or "?" in database_url:
        return False
    try:
        file = Path(unquote(database_url.removeprefix(_SQLITE))).absolute()
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, OSError, ValueError):
        return False
    return bool(found == (REVISION,))
