"""What differs between two versions of a rota apart from who is on call when: how phones are rung, and who is who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.core.rota import Limits, Ringing, Rota


@dataclass(frozen=True, slots=True)
class Altered:
    """One setting, under the name it has in the file, before and after, as written there. Never a phone number."""

    what: str
    old: str
    new: str


def altered_settings(old: Rota, new: Rota) -> Iterator[Altered]:
    """Time zone, backup, ringing and limits."""
    pairs = [
        ("timezone", old.zone_name, new.zone_name),
        ("backup", listed(old.backup), listed(new.backup)),
        *_ringing(old.ringing, new.ringing),
        *_limits(old.limits, new.limits),
        ("calendar", str(old.calendar), str(new.calendar)),
    ]
    return (Altered(*one) for one in pairs if one[1] != one[2])


def altered_volunteers(old: Rota, new: Rota) -> Iterator[Altered]:
    """Names, languages and phones of those who are in both versions."""
    for id, now in new.volunteers.items():
        was = old.volunteers.get(id)
        if was is None:
            continue
        if was.name != now.name:
            yield Altered(f"{id}: name", was.name, now.name)
        if was.languages != now.languages:
            yield Altered(f"{id}: languages", listed(was.languages), listed(now.languages))
        if was.phone != now.phone:
            yield Altered(f"{id}: phone", "a number", "another number")
        if was.calendar != now.calendar:
            yield Altered(f"{id}: calendar", "an address", "another address")
    common = [id for id in old.volunteers if id in new.volunteers]
    if common != [id for id in new.volunteers if id in old.volunteers]:
        yield Altered("volunteers", "in one order", "in another, which is the order of the round robin")


def listed(ids: Sequence[str]) -> str:
    """`[amy, ben]`."""
    return f"[{', '.join(ids)}]"


def duration(seconds: int) -> str:
    """`1h30m`, as it is written in the files."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    written = "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if number)
    return written or "0s"


def _ringing(old: Ringing, new: Ringing) -> Iterator[tuple[str, str, str]]:
    for name in ("ring_for", "max_wait", "rest_after_call"):
        yield name, duration(getattr(old, name)), duration(getattr(new, name))
    yield "rounds", str(old.rounds), str(new.rounds)
    yield "accept_key", old.accept_key, new.accept_key
    yield "order", old.order.value, new.order.value
    for language in dict.fromkeys((*old.say, *new.say)):
        yield f"say: {language}", old.say.get(language, "(the usual words)"), new.say.get(language, "(the usual words)")


def _limits(old: Limits, new: Limits) -> Iterator[tuple[str, str, str]]:
    for name in ("nights_running", "most_nights_running"):
        yield f"limits: {name}", str(getattr(old, name)), str(getattr(new, name))
    yield "limits: rest_between", duration(old.rest_between), duration(new.rest_between)
    for who in dict.fromkeys((*old.silenced, *new.silenced)):
        yield f"limits: except: {who}", old.silenced.get(who, "(none)"), new.silenced.get(who, "(none)")
