"""An edit of a rota, in words: the common parts for the terminal and pull requests; and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.core.forecast.compare import WaitsCompared
from hotline.core.planning.rota_diff import RotaDiff, balance
from hotline.core.rota.rota import Rota
from hotline.core.times.in_words import hours, told_alike
from hotline.core.times.recurring import alike, on_the_wall
from hotline.core.times.spans import Span, seconds
from hotline.output.data.forecast import waits_json

_MOST_TIMES = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """A rota in both versions (None where it is not there), and the difference; `waits` where that bears on them."""

    id: str
    old: Rota | None
    new: Rota | None
    diff: RotaDiff
    waits: WaitsCompared | None = None

    @property
    def rota(self) -> Rota:
        """The new version, or else the old one."""
        found = self.new or self.old
        assert found
        return found

    @property
    def changed(self) -> bool:
        return (self.old is None) != (self.new is None) or not self.diff.empty

    def name(self, who: str) -> str:
        """A volunteer's name in either version."""
        for rota in (self.new, self.old):
            if rota and who in rota.volunteers:
                return rota.volunteers[who].name
        return who


@dataclass(frozen=True, slots=True)
class Share:
    """One volunteer's part of a change: `hours` like `+14 h`, and the times in words."""

    name: str
    hours: str
    gained: Sequence[str]
    lost: Sequence[str]


def shares(one: Compared) -> list[Share]:
    """Everyone whose hours differ, from the largest gain to the largest loss."""
    return [
        Share(
            one.name(who), signed(net), said(one, one.diff.gained.get(who, ())), said(one, one.diff.lost.get(who, ()))
        )
        for who, net in balance(one.diff)
    ]


def said(one: Compared, times: Sequence[Span], most: int = _MOST_TIMES) -> list[str]:
    """Times in words, recurring ones once. Beyond the first few, only the number of hours."""
    diff, zone = one.diff, one.rota.zone
    groups = alike(on_the_wall(times, zone), diff.start, diff.end)
    words = [told_alike(group, diff.start, diff.end) for group in groups[:most]]
    left = seconds([span for group in groups[most:] for span in group])
    return [*words, f"and {hours(left)} more at {len(groups) - most} other times"] if left else words


def headline(one: Compared) -> str:
    """Summarize the whole difference in a line."""
    if one.old is None:
        return "a new rota"
    if one.new is None:
        return "this rota is removed"
    if not one.changed:
        return "no change"
    diff = one.diff
    parts = [
        (len(diff.gained), "{} with more time on call"),
        (len(diff.lost), "{} with less"),
        (len(diff.new_gaps), "{} new gap(s)"),
        (len(diff.closed_gaps), "{} gap(s) closed"),
        (len(diff.altered), "{} setting(s) changed"),
        (len(diff.added), "{} volunteer(s) added"),
        (len(diff.removed), "{} removed"),
    ]
    return ", ".join(_counted(number, words) for number, words in parts if number) or "the same people in another order"


def _counted(number: int, words: str) -> str:
    """`2 new gaps` of `{} new gap(s)`."""
    return words.format(number).replace("(s)", "" if number == 1 else "s")


def signed(seconds: int) -> str:
    """Hours with their sign: `+14 h`, `−2.5 h`, `±0 h`."""
    return f"{'+' if seconds > 0 else '−' if seconds < 0 else '±'}{hours(abs(seconds))}"


def diff_json(one: Compared) -> dict[str, Any]:
    """A difference as data for `json.dumps`: instants in the rota's zone, lengths in seconds."""
    diff, zone = one.diff, one.rota.zone

    def times(spans: Sequence[Span]) -> list[dict[str, str]]:
        return [{"start": each.start.isoformat(), "end": each.end.isoformat()} for each in on_the_wall(spans, zone)]

    return {
        "rota": one.id,
        "change": "added"
        if one.old is None
        else "removed"
        if one.new is None
        else "changed"
        if one.changed
        else "none",
        "from": diff.start.astimezone(zone).isoformat(),
        "to": diff.end.astimezone(zone).isoformat(),
        "volunteers": [
            {
                "id": who,
                "name": one.name(who),
                "seconds": net,
                "gained": times(diff.gained.get(who, ())),
                "lost": times(diff.lost.get(who, ())),
            }
            for who, net in balance(diff)
        ],
        "nobody_at_all": times(diff.left_alone),
        "new_gaps": times(diff.new_gaps),
        "closed_gaps": times(diff.closed_gaps),
        "another_order": times(diff.reordered),
        "added": dict(diff.added),
        "removed": dict(diff.removed),
        "settings": [{"what": each.what, "old": each.old, "new": each.new} for each in diff.altered],
        "waits": one.waits and waits_json(one.waits),
    }
