"""Answers the texts about cover: CANT, CAN, YES and NO, each with a day if need be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.core.calls.flow import Hotline
from hotline.core.planning.cover import CoverReply, CoverRequest, CoverSaid, CoverState, askable
from hotline.core.rota.cover_rules import Asking
from hotline.core.texts.answers import answer, times_answer
from hotline.core.texts.commands import Command, Word
from hotline.core.texts.off import Place
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds
from hotline.services.covers.desk import CoverDesk

Answers = list[tuple[Hotline | None, str]]
_MOST_LISTED = 3
_ANSWERS = {
    CoverReply.ASKED: "cant_asked",
    CoverReply.ALREADY: "cant_already",
    CoverReply.NOT_HERE: "cant_not_here",
    CoverReply.TOO_OFTEN: "cant_too_often",
    CoverReply.NOT_YOURS: "cant_none",
    CoverReply.KEPT: "can_kept",
    CoverReply.YOURS: "yes_yours",
    CoverReply.AGREED: "yes_agreed",
    CoverReply.BY_HAND: "yes_by_hand",
    CoverReply.TAKEN: "yes_taken",
    CoverReply.GONE: "yes_gone",
    CoverReply.CANNOT: "yes_cannot",
    CoverReply.NO_SAID: "no_said",
    CoverReply.FAILED: "failed",
}


@dataclass(frozen=True, slots=True)
class _Meant:
    """A time that a text may mean: of whom, in which rota, and the request about it, if any."""

    place: Place
    time: Span
    request: CoverRequest | None = None


class CoverTexts:
    """Answers texts of volunteers about cover. Each method may raise DatabaseUnavailable."""

    def __init__(self, desk: Callable[[], CoverDesk]) -> None:
        """`desk` makes the desk at the first text: most processes never need it."""
        self._desk = desk

    def answers(self, command: Command, places: Sequence[Place], now: datetime, language: str) -> Answers | None:
        """Return the answers to CANT, CAN, YES or NO. None if a YES or NO is about nothing here."""
        if command.word is Word.CANT:
            return self._cant(command, places, now, language)
        if command.word is Word.CAN:
            return self._can(command, places, now, language)
        return self._yes_or_no(command, places, now, language)

    def _cant(self, command: Command, places: Sequence[Place], now: datetime, language: str) -> Answers:
        if all(place.line.rota.cover_rules.ask is Asking.NONE for place in places):
            return [(None, answer("cant_not_here", language))]
        every = [_Meant(place, one) for place in places for one in askable(place.line.schedule, place.who, now)]
        every.sort(key=lambda one: one.time.start)
        if not every:
            return [(None, answer("cant_none", language))]
        found = _on_day(command, every, now)
        if command.unclear or command.day is None or len(found) > 1:
            return [_listing("cant_which", found if len(found) > 1 else every, language)]
        if not found:
            return [(None, answer("cant_none", language))]
        meant = found[0]
        rota = meant.place.line.rota.id
        said = self._desk().ask(rota, meant.place.who, epoch_seconds(meant.time.start))
        return [_said(meant, said, language)]

    def _can(self, command: Command, places: Sequence[Place], now: datetime, language: str) -> Answers:
        mine = [
            _Meant(place, one.time, one)
            for place in places
            for one in self._desk().book.of(place.line.rota.id)
            if one.asker == place.who and one.state is CoverState.OPEN
        ]
        found = _on_day(command, mine, now) if command.day else mine
        if len(found) != 1:
            return [_listing("cant_which", found, language) if found else (None, answer("can_nothing", language))]
        request = found[0].request
        assert request is not None
        return [_said(found[0], self._desk().withdraw(request.id, found[0].place.who), language)]

    def _yes_or_no(self, command: Command, places: Sequence[Place], now: datetime, language: str) -> Answers | None:
        asked = [
            _Meant(place, one.time, one)
            for place in places
            for one in self._desk().book.of(place.line.rota.id, since=epoch_seconds(now) - _REMEMBERED)
            if place.who in one.people and one.begins > epoch_seconds(now)
        ]
        found = _on_day(command, asked, now) if command.day else asked
        still = [one for one in found if one.request and one.request.state is CoverState.OPEN]
        waiting = [one for one in still if one.request and one.request.people[one.place.who].answer.waiting]
        meant = waiting or still or found[-1:]
        if not meant:
            return None
        if len(meant) > 1:
            return [_listing("yes_which", meant, language)]
        one = meant[0]
        assert one.request is not None
        desk = self._desk()
        if command.word is Word.NO:
            return [_said(one, desk.no(one.request.id, one.place.who), language)]
        return [_said(one, desk.yes(one.request.id, one.place.who, texted=True), language)]


_REMEMBERED = 2 * 86_400
"""Seconds for which a late yes is told that somebody else was first."""


def _on_day(command: Command, every: Sequence[_Meant], now: datetime) -> list[_Meant]:
    """Return the times that begin on the day of a command."""
    day = command.day
    if day is None:
        return []

    def fits(one: _Meant) -> bool:
        zone = one.place.line.rota.zone
        return day.fits(one.time.start.astimezone(zone), now.astimezone(zone).date())

    return [one for one in every if fits(one)]


def _listing(name: str, found: Sequence[_Meant], language: str) -> tuple[Hotline | None, str]:
    line = found[0].place.line
    return None, times_answer(line, name, [one.time for one in found[:_MOST_LISTED]], language)


def _said(meant: _Meant, said: CoverSaid, language: str) -> tuple[Hotline | None, str]:
    time = said.request.time if said.request else meant.time
    return meant.place.line, times_answer(meant.place.line, _ANSWERS[said.reply], [time], language)
