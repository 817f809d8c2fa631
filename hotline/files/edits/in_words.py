"""Puts into words what an edit of a rota means: for the terminal, and for pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.core.calls.flow import Hotline
from hotline.core.planning.effects import Effects, could_step_in
from hotline.core.planning.fairness import Breach
from hotline.core.planning.swap import Swap
from hotline.core.rota.rota import Away, Cover, Rota
from hotline.core.times.spans import Span
from hotline.core.wording import Wording
from hotline.files.edits.proposal import Proposal
from hotline.files.findings.wording import During, HoursSaid, Listed, NameWithHours, TimesSaid

_MOST_NAMED = 3
_MOST_WARNINGS = 8


def effects_in_words(hotline: Hotline, changes: Effects) -> list[Wording]:
    """Return a sentence for each volunteer who is on call more or less, or one sentence if nobody is."""
    people, zone = hotline.rota.volunteers, hotline.rota.zone

    def times(spans: Sequence[Span]) -> TimesSaid:
        return TimesSaid(tuple(spans), zone)

    said = [
        *(
            Wording("%(name)s is on call %(times)s.", name=people[who].name, times=times(spans))
            for who, spans in changes.gained.items()
        ),
        *(
            Wording("%(name)s is off %(times)s.", name=people[who].name, times=times(spans))
            for who, spans in changes.lost.items()
        ),
        *(
            Wording("%(name)s is not rung as backup %(times)s.", name=people[who].name, times=times(spans))
            for who, spans in changes.backup_lost.items()
        ),
    ]
    return said or [Wording("This changes nobody's time on call.")]


def swap_in_words(hotline: Hotline, found: Swap) -> list[Wording]:
    """Return what a swap means, a sentence for each time that changes hands."""
    people, zone = hotline.rota.volunteers, hotline.rota.zone
    handed = [(span, found.other, found.one) for span in found.from_one]
    handed += [(span, found.one, found.other) for span in found.from_other]
    nothing = [who for spans, who in ((found.from_one, found.one), (found.from_other, found.other)) if not spans]
    return [
        *(
            Wording(
                "%(taker)s takes %(time)s from %(giver)s.",
                taker=people[taker].name,
                giver=people[giver].name,
                time=During(span, zone),
            )
            for span, taker, giver in sorted(handed)
        ),
        *(
            Wording(
                "%(name)s is not on call without the other then, so they give nothing in return.", name=people[who].name
            )
            for who in nothing
        ),
    ]


def gap_in_words(hotline: Hotline, time: Span) -> Wording:
    """Return a sentence on a gap that an edit makes."""
    return Wording("Nobody is on call %(time)s. Only the backup is rung then.", time=During(time, hotline.rota.zone))


def left_alone_in_words(hotline: Hotline, time: Span) -> Wording:
    """Return a sentence on a time at which a caller would find nobody at all."""
    return Wording(
        "A caller would reach nobody %(time)s, because there is no backup then either.",
        time=During(time, hotline.rota.zone),
    )


def free_in_words(hotline: Hotline, time: Span) -> Wording:
    """Return a sentence on who could step in for a time, the least loaded first."""
    free = could_step_in(hotline.schedule, time)[:_MOST_NAMED]
    if not free:
        return Wording("Nobody else is free for the whole time.")
    named = tuple(NameWithHours(hotline.rota.volunteers[who].name, load) for who, load in free)
    return Wording("Free then, with their hours in the surrounding four weeks: %(names)s.", names=Listed(named))


def breach_in_words(rota: Rota, breach: Breach) -> Wording:
    """Return a sentence on a limit that is exceeded."""
    name, time = rota.volunteers[breach.volunteer].name, During(breach.span, rota.zone)
    if breach.kind == "short-rest":
        return Wording(
            "%(name)s has only %(hours)s off, %(time)s; the limit is %(limit)s.",
            name=name,
            hours=HoursSaid(breach.size),
            time=time,
            limit=HoursSaid(rota.limits.rest_between),
        )
    return Wording(
        "%(name)s is on call %(nights)s nights running, %(time)s; the limit is %(limit)s.",
        name=name,
        nights=f"{breach.size}+" if breach.at_least else breach.size,
        time=time,
        limit=rota.limits.nights_running,
    )


def warnings(proposal: Proposal, changes: Effects, now: datetime) -> list[str]:
    """Return warnings to show before the edit is written: gaps and broken limits, each with possible stand-ins.

    For a terminal: a warning may have several lines.
    """
    found = [_gap(proposal.new, hole.time) for hole in changes.gaps]
    found += [_breach(proposal.new, breach, changes.gained[breach.volunteer]) for breach in changes.breaches]
    found += [f"{warning.message} {warning.help}" for warning in proposal.warnings if warning.severity == "warning"]
    if _last(proposal) < now.timestamp():
        found.append("All of this is in the past.")
    if len(found) > _MOST_WARNINGS:
        more = len(found) - _MOST_WARNINGS
        found[_MOST_WARNINGS:] = [f"and {more} more like these. `hotline gaps` and `hotline fairness` list them."]
    return found


def _last(proposal: Proposal) -> int:
    """The instant, in epoch seconds, at which the last of the entries ends."""
    old, new = proposal.old.rota, proposal.new.rota
    added: list[Away | Cover] = [*new.away[len(old.away) :], *new.cover[len(old.cover) :]]
    return max(proposal.new.schedule.clock.last(one.end) for one in added)


def _gap(hotline: Hotline, time: Span) -> str:
    said = f"{gap_in_words(hotline, time)}\n  {free_in_words(hotline, time)}"
    free = could_step_in(hotline.schedule, time)
    if not free:
        return said
    start, end = (f"{one.astimezone(hotline.rota.zone):%Y-%m-%d %H:%M}" for one in (time.start, time.end))
    return f"{said}\n  For example: hotline cover {free[0][0]} {start} {end}"


def _breach(hotline: Hotline, breach: Breach, gained: Sequence[Span]) -> str:
    said = breach_in_words(hotline.rota, breach)
    near = [one for one in gained if one.start <= breach.span.end and breach.span.start <= one.end]
    if not near or not could_step_in(hotline.schedule, near[0]):
        return said
    return f"{said}\n  {free_in_words(hotline, near[0])}"
