"""Time zones, from the pinned `tzdata` package and never from the system's copy."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip

_MEANT = {
    **dict.fromkeys(("est", "edt", "et", "eastern", "eastern time"), "America/New_York"),
    **dict.fromkeys(("cdt", "ct", "central", "central time"), "America/Chicago"),
    **dict.fromkeys(("mdt", "mt", "mountain", "mountain time"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific", "pacific time"), "America/Los_Angeles"),
    **dict.fromkeys(("akst", "akdt"), "America/Anchorage"),
    **dict.fromkeys(("bst", "uk", "edinburgh", "manchester", "cardiff", "glasgow"), "Europe/London"),
    **dict.fromkeys(("aest", "aedt", "canberra"), "Australia/Sydney"),
    **dict.fromkeys(("nzst", "nzdt", "wellington"), "Pacific/Auckland"),
    **dict.fromkeys(("san_francisco", "seattle", "san_diego", "portland", "las_vegas", "sacramento", "oakland"),
                    "America/Los_Angeles"),
    **dict.fromkeys(("san_juan", "puerto_rico"), "America/Puerto_Rico"),
    **dict.fromkeys(("boston", "washington", "washington_dc", "philadelphia", "baltimore", "miami", "atlanta",
                     "pittsburgh", "cleveland"), "America/New_York"),
    **dict.fromkeys(("dallas", "houston", "austin", "san_antonio", "minneapolis", "milwaukee", "st_louis",
                     "new_orleans", "nashville", "memphis"), "America/Chicago"),
    **dict.fromkeys(("salt_lake_city", "albuquerque"), "America/Denver"),
    **dict.fromkeys(("montreal", "ottawa", "quebec"), "America/Toronto"),
    **dict.fromkeys(("munich", "hamburg", "frankfurt", "cologne", "stuttgart"), "Europe/Berlin"),
    **dict.fromkeys(("barcelona", "valencia", "seville"), "Europe/Madrid"),
    **dict.fromkeys(("milan", "naples", "turin"), "Europe/Rome"),
    **dict.fromkeys(("lyon", "marseille"), "Europe/Paris"),
    **dict.fromkeys(("geneva", "basel", "bern"), "Europe/Zurich"),
    **dict.fromkeys(("mumbai", "delhi", "new_delhi", "bangalore", "chennai"), "Asia/Kolkata"),
    **dict.fromkeys(("beijing", "shenzhen", "guangzhou"), "Asia/Shanghai"),
}  # fmt: skip
"""Zones by the abbreviations and cities that people write for them, if there is one likely meaning."""

_WITHOUT_A_CITY = frozenset(
    [
        "EST",
        "MST",
        "HST",
        "EST5EDT",
        "CST6CDT",
        "MST7MDT",
        "PST8PDT",
        "CET",
        "MET",
        "EET",
        "WET",
        "GMT",
        "GMT0",
        "GMT+0",
        "GMT-0",
        "Greenwich",
        "Factory",
    ]
)


def has_city(name: str) -> bool:
    """Return whether a known zone has the clocks of a place, or is plainly UTC."""
    return name not in _WITHOUT_A_CITY and (not name.startswith("Etc/") or name in ("Etc/UTC", "Etc/UCT"))


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


def zone_meant(name: str) -> str | None:
    """Return the zone that a name means: its own name, a city, or an abbreviation. None if there is no likely one."""
    wanted = re.sub(r"_(?:standard|daylight)_time$", "_time", name.strip().replace(" ", "_").casefold())
    by_city = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in sorted(zone_names()) if _of_a_city(zone)}
    whole = {zone.casefold(): zone for zone in zone_names()}
    city = wanted.rsplit("/", 1)[-1]
    near = whole.get(wanted) or _MEANT.get(city.replace("_time", " time")) or _MEANT.get(city) or by_city.get(city)
    if near is None and len(city) > 4:  # a few letters resemble too many others
        alike = get_close_matches(city, by_city, n=1, cutoff=0.85)
        near = by_city[alike[0]] if alike else None
    return near


def _of_a_city(zone: str) -> bool:
    """Return whether a city, or a country, can be meant by the last word of a zone. Etc/GMT+1 is an hour behind UTC."""
    return "/" in zone and not zone.startswith("Etc/")


def _help(name: str) -> Wording:
    near = zone_meant(name)
    if near:
        return Wording("Did you mean `%(right)s`?", right=near)
    return Wording("Write a region and city from the tz database, such as America/New_York or Europe/London")
