"""Instants as people type them."""

from __future__ import annotations

from datetime import datetime, tzinfo

import click


class Instant(click.ParamType[datetime]):
    """`2026-12-24 18:00`, with a zone such as `+01:00` or `Z`, or without one; a bare date is its first minute."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is not an instant. Write it like 2026-12-24 18:00.", param, ctx)


INSTANT = Instant()


def in_zone(instant: datetime, zone: tzinfo) -> datetime:
    """The instant with its zone; written without one, it is wall-clock time in `zone`."""
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
