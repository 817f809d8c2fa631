"""One day as a bar of letters: who is on call along its 24 hours, a stroke at each handover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

from rich.style import Style
from rich.text import Text

from hotline.core.rota.days import Day, handovers
from hotline.core.rota.rota import OnCall
from hotline.output.data.colours import TERMINAL

GAP = Style(color="white", bgcolor="color(160)", bold=True)
STROKE = "│"
_DAY = 24 * 60


def marks(volunteers: Iterable[str]) -> dict[str, str]:
    """The fewest first letters that tell each id from all the others, with a capital if possible."""
    ordered = sorted(volunteers)
    found: dict[str, str] = {}
    for place, id in enumerate(ordered):
        near = (*ordered[max(0, place - 1) : place], *ordered[place + 1 : place + 2])
        found[id] = id[: 1 + max((_shared(id, other) for other in near), default=0)]
    capitals = {id: mark.capitalize() for id, mark in found.items()}
    return capitals if len(set(capitals.values())) == len(found) else found


def style(colour: int) -> Style:
    """Return the style of white letters on a volunteer's colour."""
    return Style(color="color(231)", bgcolor=f"color({TERMINAL[colour]})")


def ink(colour: int) -> Style:
    """Letters in a volunteer's colour."""
    return Style(color=f"color({TERMINAL[colour]})")


def bar(day: Day, zone: tzinfo, width: int, marks: Mapping[str, str], colours: Mapping[str, int]) -> Text:
    """A day as `width` letters, the hours of the wall clock spread evenly. Every stretch gets at least one of them."""
    stretches = handovers(day.stretches)
    places = _places([_minute(one.start, day.date, zone) for one in stretches], width)
    text = Text(" " * (places[0] if places else width))
    for number, stretch in enumerate(stretches):
        end = places[number + 1] if number + 1 < len(places) else width
        handover = number > 0 or not day.carried_over
        text.append_text(_segment(stretch.who, end - places[number], handover, marks, colours))
    return text


def _segment(who: OnCall, width: int, handover: bool, marks: Mapping[str, str], colours: Mapping[str, int]) -> Text:
    text = Text()
    if handover and width > 1:
        text.append(STROKE)
        width -= 1
    people = who.on_call
    if who.closed:
        label = next((one for one in ("closed", "–") if len(one) <= width), "")
        return text.append(label.center(width)[:width], Style(dim=True))
    if not people:
        label = next((one for one in ("nobody at all", "NOBODY", "!!") if len(one) <= width), "!")
        if not who.nobody:
            label = next((one for one in ("gap: backup only", "backup", "GAP") if len(one) <= width), "!")
        return text.append(label.center(width)[:width], GAP)
    if sum(len(marks[person]) for person in people) > width:
        label = next((one for one in (f"×{len(people)}", f"{len(people)}") if len(one) <= width), "×")
        return text.append(label.ljust(width)[:width], Style(reverse=True))
    for one, room in zip(people, _shares([len(marks[who]) for who in people], width), strict=True):
        mark = marks[one]
        label = one if len(one) < room or len(one) == room == width else one[: room - 1]
        if len(label) <= len(mark):
            label = mark
        text.append(label.ljust(room)[:room], style(colours[one]))
    return text


def _shares(least: Sequence[int], width: int) -> list[int]:
    """Split a width as evenly as each part's minimum allows."""
    shares = list(least)
    for _ in range(width - sum(least)):
        shares[shares.index(min(shares))] += 1
    return shares


def _places(minutes: Sequence[int], width: int) -> list[int]:
    """Return the position on the bar at which each stretch starts, in order, with room for each as far as possible."""
    places: list[int] = []
    for number, minute in enumerate(minutes):
        least = places[-1] + 1 if places else 0
        latest = width - (len(minutes) - number)
        places.append(max(0, min(max(least, round(minute * width / _DAY)), max(latest, 0))))
    return places


def _minute(instant: datetime, day: date, zone: tzinfo) -> int:
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute if local.date() == day else 0 if local.date() < day else _DAY


def _shared(one: str, other: str) -> int:
    """Return how many first letters two ids share."""
    same = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        same += 1
    return min(same, len(one) - 1)
