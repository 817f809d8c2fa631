"""The choices of volunteers on their own pages, in the database."""

from __future__ import annotations

import json
from collections.abc import Collection

from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.texts.readers import Channel, OwnChoices
from hotline.store.database.lazy import Database

_NONE = "none"


class OwnChoicesTable:
    """Implements `hotline.ports.OwnChoicesBook`. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, rota: str) -> dict[str, OwnChoices]:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.cover_tables import volunteer_choices

        with self._database.transaction() as connection:
            rows = connection.execute(volunteer_choices.select().where(volunteer_choices.c.rota == rota)).all()
        return {
            row.who: OwnChoices(
                Channel(row.channel) if row.channel else None,
                Quiet(*json.loads(row.quiet)) if row.quiet not in ("", _NONE) else None,
                row.quiet == _NONE,
                tuple(Reminder(*one) for one in json.loads(row.reminders)) if row.reminders else None,
                row.language,
            )
            for row in rows
        }

    def keep(self, rota: str, who: str, choices: OwnChoices) -> None:
        from hotline.store.database.cover_tables import volunteer_choices
        from hotline.store.database.text_tables import insert_new

        quiet = json.dumps([choices.quiet.start, choices.quiet.length]) if choices.quiet else ""
        reminders = choices.reminders
        row = {
            "channel": choices.channel.value if choices.channel else "",
            "quiet": _NONE if choices.no_quiet else quiet,
            "reminders": ""
            if reminders is None
            else json.dumps([[one.before, one.days, one.minute] for one in reminders]),
            "language": choices.language,
        }
        with self._database.transaction() as connection:
            if not insert_new(connection, volunteer_choices, {"rota": rota, "who": who, **row}):
                t = volunteer_choices.c
                connection.execute(volunteer_choices.update().where((t.rota == rota) & (t.who == who)).values(row))

    def keep_only(self, rota: str, people: Collection[str]) -> None:
        from hotline.store.database.cover_tables import volunteer_choices

        t = volunteer_choices.c
        with self._database.transaction() as connection:
            found = connection.execute(volunteer_choices.select().where(t.rota == rota)).all()
            for who in {row.who for row in found} - set(people):
                connection.execute(volunteer_choices.delete().where((t.rota == rota) & (t.who == who)))
