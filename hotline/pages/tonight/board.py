"""The board of a hotline on Tonight: who is on call, and how many are in the hours and days ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from markupsafe import Markup, escape

from hotline.core.calls.flow import Hotline
from hotline.core.rota.absence import Absence
from hotline.core.rota.days import start_of_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall, Stretch
from hotline.core.rota.spells import spells
from hotline.core.times.wall_clock import utc
from hotline.output.data.colours import colours

HOURS, DAYS = 24, 7
_LEAST_LEVELS = 3
"""The least number of levels, so that one person of one does not look like plenty."""
_TICK_HOURS = 3
_GROUND, _SCALE = 68, 0.64
"""The base of the bars, and the pixels for a per cent of their height."""
_LEAST_EDGED = 2.0
"""The least width, in per cent, from which a bar is set off from the one before it."""
_LANE, _MOST_LANES, _APART = 26, 8, 0.3
"""The pixels of a name's lane, the most lanes, and the per cent between two names: no name is narrower, either."""
_LABELLED_FROM = 4.0
"""The least width, in per cent, at which a bar has room for its number."""


@dataclass(frozen=True, slots=True)
class NamedVolunteer:
    """A volunteer as the pages show them: by name, in the colour they have everywhere."""

    name: str
    colour: int
    tier: int = 1


@dataclass(frozen=True, slots=True)
class StripBar:
    """A stretch as a bar: its position and its height, in per cent of the picture."""

    left: float
    width: float
    height: float
    people: int
    labelled: bool
    start: datetime
    end: datetime
    who: tuple[NamedVolunteer, ...]
    closed: bool = False
    backed: bool = False
    """Return whether a backup is rung."""


@dataclass(frozen=True, slots=True)
class NameBar:
    """A time on call of one volunteer, in a lane of its own: its place and width in per cent of the picture."""

    left: float
    width: float
    lane: int
    who: NamedVolunteer


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis. `minor` marks may be left out if there is little room."""

    left: float
    at: datetime
    minor: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A picture of how many people are on call from an instant on."""

    start: datetime
    end: datetime
    bars: tuple[StripBar, ...]
    ticks: tuple[Tick, ...]
    names: tuple[NameBar, ...] = ()
    """Drawn in place of the bars, if there are any."""

    @property
    def base(self) -> int:
        """The height of the axis in pixels."""
        return max(_GROUND, 4 + _LANE * (1 + max(one.lane for one in self.names))) if self.names else _GROUND

    @property
    def shapes(self) -> Markup:
        """The bars, and a hole where there is nobody, as SVG. Made here, since a template would be slower."""
        drawn = [self._name(one) for one in self.names]
        for bar in self.bars:
            place = f'x="{bar.left}%" width="{bar.width}%"'
            if self.names:
                if not bar.people and not bar.closed:
                    drawn.append(f'<rect class="{_hole(bar)}" {place} y="4" height="{self.base - 4}"/>')
                continue
            if bar.people:
                top, height = _GROUND - bar.height * _SCALE, bar.height * _SCALE
                drawn.append(f'<rect class="mark-soft" {place} y="{top:.1f}" height="{height:.1f}"/>')
                drawn.append(f'<rect class="mark" {place} y="{top:.1f}" height="3"/>')
                if bar.labelled:
                    middle = bar.left + bar.width / 2
                    drawn.append(
                        f'<text class="count" x="{middle:.2f}%" y="62" text-anchor="middle">{bar.people}</text>'
                    )
            elif not bar.closed:
                drawn.append(f'<rect class="{_hole(bar)}" {place} y="4" height="64"/>')
            if bar.left and bar.width > _LEAST_EDGED:
                drawn.append(f'<line class="edge" x1="{bar.left}%" x2="{bar.left}%" y1="4" y2="{_GROUND}"/>')
        return Markup("".join(drawn))  # noqa: S704 - numbers, and names escaped

    @staticmethod
    def _name(one: NameBar) -> str:
        """A volunteer's time, with as much of the name as fits."""
        place = f'x="{one.left}%" width="{one.width}%" y="{4 + _LANE * one.lane}" height="{_LANE - 3}"'
        words = f'<text x="8" y="{_LANE - 9}">{escape(one.who.name)}</text>'
        return f'<svg class="name c{one.who.colour}" {place}><rect width="100%" height="100%" rx="4"/>{words}</svg>'

    @property
    def gaps(self) -> list[StripBar]:
        """The times with nobody on call, with neighbours merged."""
        found: list[StripBar] = []
        for bar in self.bars:
            if not bar.people and not bar.closed:
                if found and found[-1].end == bar.start:
                    last = found[-1]
                    found[-1] = replace(last, end=bar.end, backed=last.backed and bar.backed)
                else:
                    found.append(bar)
        return found

    @property
    def least(self) -> int:
        return min((bar.people for bar in self.bars if not bar.closed), default=0)


@dataclass(frozen=True, slots=True)
class Board:
    """A hotline on Tonight. `until` None: no end within sight. `off`: who set themselves off, and until when."""

    line: Hotline
    on_call: tuple[NamedVolunteer, ...]
    until: datetime | None
    following: tuple[NamedVolunteer, ...]
    backup: tuple[NamedVolunteer, ...]
    off: tuple[tuple[NamedVolunteer, datetime], ...]
    hours: Strip
    days: Strip

    @property
    def alone(self) -> bool:
        """Return whether callers would reach nobody at all at some time of the week."""
        return any(not gap.backed for gap in self.days.gaps)

    @property
    def urgency(self) -> tuple[object, ...]:
        """A key to sort hotlines by, the worst first: those whose callers reach nobody, then by the first gap."""
        first = min((gap.start for gap in self.days.gaps), default=datetime.max.replace(tzinfo=UTC))
        return not self.alone, first, self.line.title


def board(hotline: Hotline, schedule: Schedule, absences: Sequence[Absence], now: datetime) -> Board:
    """A hotline at an instant. `schedule` is its own less the absences."""
    who, change = schedule.at(now), schedule.next_handover(now)
    following = schedule.at(change).in_tiers() if change else ()
    numbers, at = colours(hotline.rota.volunteers), now.timestamp()

    def named(ids: Sequence[str]) -> tuple[NamedVolunteer, ...]:
        return tuple(NamedVolunteer(hotline.rota.volunteers[id].name, numbers[id]) for id in ids)

    def in_tiers(members: Sequence[tuple[int, str]]) -> tuple[NamedVolunteer, ...]:
        return tuple(
            replace(one, tier=tier) for (tier, _), one in zip(members, named([id for _, id in members]), strict=True)
        )

    stretches = schedule.stretches_when_open(now, now + timedelta(days=DAYS))
    end = now + timedelta(hours=HOURS)
    near = [Stretch(stretch.start, min(stretch.end, end), stretch.who) for stretch in stretches if stretch.start < end]
    shown = {one for stretch in stretches for one in stretch.who.on_call} | {absence.who for absence in absences}
    names = {
        volunteer: NamedVolunteer(hotline.rota.volunteers[volunteer].name, numbers[volunteer])
        for volunteer in shown & hotline.rota.volunteers.keys()
    }
    return Board(
        hotline,
        in_tiers(who.in_tiers()),
        change,
        in_tiers(following),
        named(who.backup),
        tuple(
            (names[absence.who], utc(absence.end))
            for absence in absences
            if absence.who in names and absence.start <= at < absence.end
        ),
        Strip(now, end, _bars(near, now, end, names), _hours(schedule, now, end), _names(near, now, end, names)),
        Strip(
            now,
            now + timedelta(days=DAYS),
            _bars(stretches, now, now + timedelta(days=DAYS), names),
            _days(schedule, now, now + timedelta(days=DAYS)),
        ),
    )


def _bars(
    stretches: Sequence[Stretch], start: datetime, end: datetime, names: Mapping[str, NamedVolunteer]
) -> tuple[StripBar, ...]:
    """Turn stretches into bars. Neighbours that differ only in their backup are merged."""
    levels = max(_LEAST_LEVELS, *(len(stretch.who.on_call) for stretch in stretches))
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and _alike(joined[-1].who, stretch.who):
            joined[-1] = Stretch(joined[-1].start, stretch.end, stretch.who)
        else:
            joined.append(stretch)
    found = []
    for one in joined:
        left, right = _share(one.start, start, end), _share(one.end, start, end)
        people = len(one.who.on_call)
        found.append(
            StripBar(
                left,
                round(right - left, 3),
                round(100 * people / levels, 2),
                people,
                right - left >= _LABELLED_FROM,
                one.start,
                one.end,
                tuple(replace(names[who], tier=tier) for tier, who in one.who.in_tiers()),
                one.who.closed,
                bool(one.who.backup),
            )
        )
    return tuple(found)


def _alike(who: OnCall, then: OnCall) -> bool:
    return (who.in_tiers(), who.closed, who.nobody) == (then.in_tiers(), then.closed, then.nobody)


def _names(
    stretches: Sequence[Stretch], start: datetime, end: datetime, names: Mapping[str, NamedVolunteer]
) -> tuple[NameBar, ...]:
    """Put each time on call in the first lane that is free. None if there are too many lanes to read."""
    times = sorted((time, who) for who, held in spells(stretches).items() for time in held)
    free: list[datetime] = []
    found = []
    for time, who in times:
        lane = next((lane for lane, until in enumerate(free) if until <= time.start), len(free))
        free[lane : lane + 1] = [time.end]
        left, right = _share(time.start, start, end), _share(time.end, start, end)
        found.append(NameBar(left, round(max(right - left - _APART, _APART), 3), lane, names[who]))
    return tuple(found) if len(free) <= _MOST_LANES else ()


def _hole(bar: StripBar) -> str:
    return "hole backed" if bar.backed else "hole"


def _hours(schedule: Schedule, start: datetime, end: datetime) -> tuple[Tick, ...]:
    """List every third hour of the wall clock."""
    found = []
    local = start.astimezone(schedule.rota.zone)
    at = start + (timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second))
    while at < end:
        hour = at.astimezone(schedule.rota.zone).hour
        if hour % _TICK_HOURS == 0:
            found.append(Tick(_share(at, start, end), at, hour % (2 * _TICK_HOURS) != 0))
        at += timedelta(hours=1)
    return tuple(found)


def _days(schedule: Schedule, start: datetime, end: datetime) -> tuple[Tick, ...]:
    """List every midnight."""
    found = []
    day = start.astimezone(schedule.rota.zone).date()
    for _ in range(DAYS):
        day += timedelta(days=1)
        at = start_of_day(schedule, day)
        if start < at < end:
            found.append(Tick(_share(at, start, end), at, False))
    return tuple(found)


def _share(at: datetime, start: datetime, end: datetime) -> float:
    return round(100 * (at - start) / (end - start), 3)
