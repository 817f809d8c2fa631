"""An edit of a rota in words: for the terminal, and for pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.core.calls.flow import Hotline
from hotline.core.planning.effects import Effects, could_step_in
from hotline.core.planning.fairness import Breach
from hotline.core.rota.rota import Away, Cover
from hotline.core.times.in_words import hours, told, told_all
from hotline.core.times.recurring import listed
from hotline.core.times.spans import Span
from hotline.files.edits.proposal import Proposal

_MOST_ASKED = 3
_MOST_WARNINGS = 8


def sentences(line: Hotline, changes: Effects) -> list[str]:
    """Return who is on call more and who less, a sentence for each; one that says so where nobody is."""
    zone = line.rota.zone
    sentences = [
        f"{line.rota.volunteers[who].name} is on call {told_all(spans, zone)}." for who, spans in changes.gained.items()
    ]
    sentences += [
        f"{line.rota.volunteers[who].name} is off {told_all(spans, zone)}." for who, spans in changes.lost.items()
    ]
    for who, spans in changes.backup_lost.items():
        sentences.append(f"{line.rota.volunteers[who].name} is not rung as backup {told_all(spans, zone)}.")
    return sentences or ["This changes nobody's time on call, as the rota stands."]


def warnings(proposal: Proposal, changes: Effects, now: datetime) -> list[str]:
    """Return what somebody should know before the edit is written: gaps and limits broken, each with who could step in.

    A warning may have several lines.
    """
    found = [_gap(proposal.new, hole.time) for hole in changes.gaps]
    found += [_breach(proposal.new, one, changes.gained[one.volunteer]) for one in changes.breaches]
    found += [f"{one.message} {one.help}" for one in proposal.warnings if one.severity == "warning"]
    if _last(proposal) < now.timestamp():
        found.append("all of this is in the past.")
    if len(found) > _MOST_WARNINGS:
        more = len(found) - _MOST_WARNINGS
        found[_MOST_WARNINGS:] = [f"and {more} more like these. `hotline gaps` and `hotline fairness` list them."]
    return found


def _last(proposal: Proposal) -> int:
    """The instant, in epoch seconds, at which the last of the entries ends."""
    old, new = proposal.old.rota, proposal.new.rota
    added: list[Away | Cover] = [*new.away[len(old.away) :], *new.cover[len(old.cover) :]]
    return max(proposal.new.schedule.clock.last(one.end) for one in added)


def _gap(line: Hotline, time: Span) -> str:
    zone = line.rota.zone
    said = f"nobody is on call {told(time, zone)}; only the backup is rung then."
    free = could_step_in(line.schedule, time)
    if not free:
        return f"{said}\n  Nobody else is free for all of it."
    start, end = (f"{one.astimezone(zone):%Y-%m-%d %H:%M}" for one in (time.start, time.end))
    return f"{said}\n  {_free(line, free)}\n  For example: hotline cover {free[0][0]} {start} {end}"


def _breach(line: Hotline, breach: Breach, gained: Sequence[Span]) -> str:
    zone, name = line.rota.zone, line.rota.volunteers[breach.volunteer].name
    if breach.kind == "short-rest":
        least = hours(line.rota.limits.rest_between)
        said = f"{name} would have only {hours(breach.size)} off, {told(breach.span, zone)}; the limit is {least}."
    else:
        said = f"{name} would be on call {breach.size} nights running, {told(breach.span, zone)};"
        said += f" the limit is {line.rota.limits.nights_running}."
    near = [one for one in gained if one.start <= breach.span.end and breach.span.start <= one.end]
    free = could_step_in(line.schedule, near[0]) if near else []
    return f"{said}\n  {_free(line, free)}" if free else said


def _free(line: Hotline, free: Sequence[tuple[str, int]]) -> str:
    names = [f"{line.rota.volunteers[who].name} ({hours(load)})" for who, load in free[:_MOST_ASKED]]
    return f"Free then, with their hours in the four weeks around it: {listed(names)}."
