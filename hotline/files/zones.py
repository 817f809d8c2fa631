"""Time zones, from the pinned `tzdata` package and never from the system's copy."""

from __future__ import annotations

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from hotline.files.suggest import did_you_mean
from hotline.files.unreadable import Unreadable, clip
from hotline.files.wording import Wording


@cache
def zone_names() -> frozenset[str]:
    """Every name that tzdata knows, such as `America/New_York`."""
    return frozenset((resources.files("tzdata") / "zones").read_text("utf-8").split())


@cache
def load_zone(name: str) -> ZoneInfo:
    """The rules of a time zone. Raises `Unreadable` for a name that tzdata does not know."""
    if name not in zone_names():
        raise Unreadable("bad-time-zone", Wording("There is no time zone `%(name)s`.", name=clip(name)), _help(name))
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _help(name: str) -> Wording:
    wanted = name.strip().replace(" ", "_")
    by_city = {zone.rsplit("/", 1)[-1]: zone for zone in sorted(zone_names())}
    if wanted.title() in by_city:
        return Wording("Did you mean `%(near)s`?", near=by_city[wanted.title()])
    return did_you_mean(wanted, sorted(zone_names())) or Wording(
        "Name a city of the zone, by the tz database's names: America/New_York, Europe/London"
    )
