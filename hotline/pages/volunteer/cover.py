"""Asking for cover on a volunteer's own page: their shifts, the requests of others to them, and swaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.planning.cover import CoverReply, CoverRequest, CoverSaid, CoverState, askable, still_on
from hotline.core.planning.swap import shifts_of
from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.spells import spells
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import DatabaseUnavailable
from hotline.pages.frame.parts import Covers, PageParts
from hotline.pages.words.language import later
from hotline.pages.words.rota import time_of

_REMEMBERED = 2 * 86_400
"""Seconds for which a request that is over is still shown."""
_OFFERED = timedelta(weeks=5)
"""How far ahead others' shifts are offered for a swap."""
_MOST_OFFERED = 60

REPLIES: Mapping[CoverReply, str] = {
    CoverReply.ASKED: later("Others are asked. You are on call until somebody says yes. We will tell you."),
    CoverReply.ALREADY: later("Others are being asked already. You are on call until somebody says yes."),
    CoverReply.KEPT: later("You keep this shift. Nobody else is asked."),
    CoverReply.YOURS: later("Thank you! It is in the rota: you are on call then."),
    CoverReply.AGREED: later("Thank you! Your coordinator has to approve it first. We will tell you."),
    CoverReply.BY_HAND: later("Thank you! Your coordinator has to write it into the rota."),
    CoverReply.NO_SAID: later("All right. Thank you for answering."),
}
"""The words for what went well."""
OFFERED = later("They are asked. Nothing changes until they say yes. We will tell you.")
"""The words for a swap that was offered."""
PROBLEMS: Mapping[CoverReply, str] = {
    CoverReply.TAKEN: later("Thank you! Somebody else was faster and has taken it."),
    CoverReply.GONE: later("Thank you! It is not needed any more."),
    CoverReply.CANNOT: later(
        "Thank you! But you are on call or away then, or it would be too much by the rota’s limits. "
        "Your coordinator can still enter it."
    ),
    CoverReply.NOT_YOURS: later("The rota has changed since. Choose again."),
    CoverReply.NOT_HERE: later("This rota does not ask others. Talk to your coordinator."),
    CoverReply.TOO_OFTEN: later("You have asked many times today. Try again tomorrow, or talk to your coordinator."),
    CoverReply.FAILED: later("It could not be written just now. Try again in a few minutes, or call your coordinator."),
}
"""The words for what did not happen."""


@dataclass(frozen=True, slots=True)
class OwnShift:
    """A shift to come, what the button for it sends, and the request about it, if there is one."""

    time: Span
    sent: int
    request: CoverRequest | None
    taker: str


@dataclass(frozen=True, slots=True)
class AskedOfMe:
    """A request of somebody else's. `again`: they have said no, and may still say yes."""

    request: CoverRequest
    name: str
    again: bool


@dataclass(frozen=True, slots=True)
class EndedRequest:
    """A volunteer's request that has ended: who covers, when, and what is taken in return, if anything."""

    request: CoverRequest
    name: str


@dataclass(frozen=True, slots=True)
class Offerable:
    """Somebody's shift that one could take in a swap: what the form sends, and its label."""

    sent: str
    words: str


@dataclass(frozen=True, slots=True)
class SwapChoice:
    """A shift to give in a swap, what the form sends for it, and the shifts of others to choose from."""

    time: Span
    sent: int
    offered: Sequence[Offerable]


@dataclass(frozen=True, slots=True)
class CoverView:
    """The facts about cover on a page. `allowed`: the rota's volunteers may ask. `broken`: the facts cannot be read."""

    allowed: bool
    broken: bool = False
    shifts: Sequence[OwnShift] = ()
    asked: Sequence[AskedOfMe] = ()
    found: Sequence[EndedRequest] = ()
    approve: bool = False


def cover_view(parts: PageParts, line: Hotline, who: str) -> CoverView:
    """Return what a volunteer's page shows about cover."""
    rules, now = line.rota.cover_rules, parts.now()
    try:
        known = parts.covers.book.of(line.rota.id, since=now - _REMEMBERED)
    except DatabaseUnavailable:
        return CoverView(rules.ask is not Asking.NONE, broken=True)
    active = [one for one in known if one.state.active and one.begins > now and still_on(line.schedule, one)]
    mine = {one.start: one for one in active if one.asker == who}
    shifts = askable(line.schedule, who, parts.instant())
    return CoverView(
        rules.ask is not Asking.NONE,
        shifts=[_own_shift(line, one, mine.get(epoch_seconds(one.start))) for one in shifts],
        asked=[
            AskedOfMe(one, _name(line, one.asker), not one.people[who].answer.waiting)
            for one in active
            if who in one.people and one.state is CoverState.OPEN
        ],
        found=[
            EndedRequest(one, _name(line, one.taker if one.asker == who else one.asker))
            for one in known
            if one.state in (CoverState.WRITTEN, CoverState.BY_HAND) and who in (one.asker, one.taker)
            if one.over_at > now
        ],
        approve=rules.approve,
    )


def act(covers: Covers, line: Hotline, who: str, sent: Mapping[str, str]) -> CoverSaid | None:
    """Do what a form asks. None if it asks for nothing there is. Raises DatabaseUnavailable."""
    rota, id = line.rota.id, sent.get("request", "")
    deeds: Mapping[str, Callable[[], CoverSaid | None]] = {
        "ask": lambda: covers.ask(rota, who, _number(sent.get("start", ""))),
        "keep": lambda: covers.withdraw(id, who),
        "yes": lambda: covers.yes(id, who),
        "no": lambda: covers.no(id, who),
        "offer": lambda: _offer(covers, line, who, sent),
    }
    deed = deeds.get(sent.get("do", ""))
    known = covers.book.get(id) if id else None
    if known is not None and known.rota != rota:  # of somebody with the same id in another rota
        return CoverSaid(CoverReply.GONE)
    return deed() if deed else None


def swaps_for(parts: PageParts, line: Hotline, who: str, start: str) -> SwapChoice | None:
    """Return the shifts of others that could be taken for one's own that begins at `start`. None if there is none."""
    now, schedule, rota = parts.instant(), line.schedule, line.rota
    own = next((one for one in askable(schedule, who, now) if epoch_seconds(one.start) == _number(start)), None)
    if own is None:
        return None
    times = spells(schedule.stretches(now, now + 2 * _OFFERED))
    found = [
        (one, other)
        for other in rota.volunteers
        if other != who and not _meets(times.get(other, ()), own)
        for one in shifts_of(schedule, other, now, now + _OFFERED)
        if one.start > now and not _meets(times.get(who, ()), one)
    ]
    offered = [
        Offerable(f"{other}@{epoch_seconds(one.start)}", f"{_name(line, other)}: {time_of(one, rota.zone)}")
        for one, other in sorted(found)[:_MOST_OFFERED]
    ]
    return SwapChoice(own, epoch_seconds(own.start), offered)


def _meets(times: Sequence[Span], one: Span) -> bool:
    return any(each.start < one.end and one.start < each.end for each in times)


def _offer(covers: Covers, line: Hotline, who: str, sent: Mapping[str, str]) -> CoverSaid:
    other, _, back = sent.get("theirs", "").rpartition("@")
    return covers.offer(line.rota.id, who, _number(sent.get("start", "")), other, _number(back))


def _own_shift(line: Hotline, time: Span, request: CoverRequest | None) -> OwnShift:
    return OwnShift(time, epoch_seconds(time.start), request, _name(line, request.taker) if request else "")


def _name(line: Hotline, who: str) -> str:
    return line.rota.volunteers[who].name if who in line.rota.volunteers else who


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else -1
