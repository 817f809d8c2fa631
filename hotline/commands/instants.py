"""Instants as people type them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import click

from hotline.core.rota import wall_minute
from hotline.core.wall import WallClock, utc

_YEARS = range(1970, 3000)


class Instant(click.ParamType[datetime]):
    """`2026-12-24 18:00`, with a zone such as `+01:00` or `Z`, or without one; a bare date is its first minute."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is not an instant. Write it like 2026-12-24 18:00.", param, ctx)
        if instant.year not in _YEARS:
            self.fail(f"{value!r} is too far away.", param, ctx)
        return instant


INSTANT = Instant()


def in_zone(instant: datetime, zone: tzinfo) -> datetime:
    """The instant with its zone; written without one, it is wall-clock time in `zone`.

    As in a rota, a time that occurs twice is its first occurrence, and one that does not occur is the clock's jump.
    """
    if instant.tzinfo:
        return instant
    start = WallClock(zone).first(wall_minute(instant.date(), instant.hour * 60 + instant.minute))
    return (utc(start) + timedelta(seconds=instant.second, microseconds=instant.microsecond)).astimezone(zone)
