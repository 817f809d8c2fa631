"""The workers' part in requests for cover: ask the next person, end what is over, and tell everybody concerned.

All of it is worked out from the requests as they are stored, each time again. A message has a permanent name, so it is
sent once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hotline.core.calls.flow import Hotline
from hotline.core.planning.cover import (
    STUCK_AFTER,
    CoverAnswer,
    CoverRequest,
    CoverState,
    candidates,
    is_written,
    next_round,
    pieces_without,
    still_on,
)
from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.rota.text_rules import Alert
from hotline.core.texts.readers import Reader, Wishes, message, to_requests
from hotline.core.texts.sending import OutgoingText
from hotline.core.texts.words import WORDS, from_until, told_short
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Absences, Clock, CoverBook, Lines
from hotline.services.texts.readers import Readers
from hotline.services.texts.reminders import each_rota
from hotline.services.texts.sending import Sender

_TOLD_FOR = 2 * 86_400
"""Seconds after its last change for which a request still has messages to send."""
KIND = "cover"
_DONE = (CoverAnswer.YES, CoverAnswer.TEXTED)


class CoverRounds:
    """Asks the next people for every open request. Its methods may raise DatabaseUnavailable."""

    def __init__(
        self, book: CoverBook, lines: Lines, absences: Absences, readers: Readers, sender: Sender, clock: Clock
    ) -> None:
        self._book = book
        self._lines = lines
        self._absences = absences
        self._readers = readers
        self._sender = sender
        self._clock = clock

    def go_on(self) -> None:
        """Do what is due about each request, and send the messages."""
        now = self._now()
        requests = self._book.of(since=now - _TOLD_FOR)
        if not requests:
            return
        wanted = {request.rota for request in requests}
        lines = {one.rota.id: one for one in each_rota(self._lines) if one.rota.id in wanted}
        for request in requests:
            line = lines.get(request.rota)
            if line is None or not self._known(line, request):
                if request.state.active:
                    self._book.move(request.id, request.state, CoverState.OVER, now)
                continue
            self._go_on(line, request, now)
            current = self._book.get(request.id)
            if current is not None:
                self._sender.send_all(self._messages(line, current, now))

    def forget(self) -> None:
        """Delete the requests whose shifts are long over, and the choices of those who have left their rota."""
        self._book.prune(self._now())
        for line in each_rota(self._lines):
            self._readers.choices.keep_only(line.rota.id, line.rota.volunteers.keys())

    def _go_on(self, line: Hotline, request: CoverRequest, now: int) -> None:
        if request.state is CoverState.BY_HAND and is_written(line.schedule, request):
            self._book.move(request.id, CoverState.BY_HAND, CoverState.WRITTEN, now)
        if not request.state.active:
            return
        if request.state is CoverState.TAKING:
            if now - request.changed_at >= STUCK_AFTER:
                done = is_written(line.schedule, request)
                self._book.move(request.id, CoverState.TAKING, CoverState.WRITTEN if done else CoverState.OPEN, now)
            return
        if request.state is CoverState.AGREED and is_written(line.schedule, request):
            self._book.move(request.id, CoverState.AGREED, CoverState.WRITTEN, now)
        elif now >= request.begins or not still_on(line.schedule, request):
            self._book.move(request.id, request.state, CoverState.OVER, now)
        elif request.state is CoverState.OPEN:
            self._ask(line, request, now)

    def _ask(self, line: Hotline, request: CoverRequest, now: int) -> None:
        wishes = self._readers.wishes(line)
        schedule = line.schedule.with_absences(self._absences.of(line.rota.id))
        free = candidates(schedule, request)
        readers = {who: self._readers.volunteer(line, wishes, who) for who in free if who not in request.people}
        reachable = {who for who, reader in readers.items() if reader and self._sender.reaches(reader)}
        quiet = QuietHours(line.rota.texts.quiet, line.schedule.clock)
        found = next_round(request, free, reachable, line.rota.cover_rules, quiet, now)
        if found.ask:
            self._book.ask(request.id, {who: who in reachable for who in found.ask}, now)
        if found.nobody:
            self._book.nobody(request.id, now)

    def _messages(self, line: Hotline, request: CoverRequest, now: int) -> Iterator[OutgoingText]:
        """The messages that follow from a request as it is now, sent before or not."""
        wishes = self._readers.wishes(line)
        for who, words_of, name in _to_volunteers(request):
            reader = self._readers.volunteer(line, wishes, who)
            if reader is not None and not _waits(line, wishes, who, request, now):
                yield _made(line, request, reader, words_of, (words_of, who, name), _other(request, who))
        words_of = _to_coordinators(line, request)
        if words_of and not _quiet_for_all(line, request, now):
            for coordinator, reader in self._readers.coordinators(line, Alert.COVER):
                said = "cover_gap" if words_of.startswith("cover_gap") else words_of  # it is told once, whoever is left
                about = (said, coordinator.id, request.taker, *(("email",) if reader.email else ()))
                yield _made(line, request, to_requests(reader), words_of, about, request.asker)

    def _known(self, line: Hotline, request: CoverRequest) -> bool:
        """Return whether the rota still has everybody it is about. Somebody may have been renamed."""
        people = line.rota.volunteers
        return request.asker in people and (not request.taker or request.taker in people)

    def _now(self) -> int:
        return epoch_seconds(self._clock())


def _to_volunteers(request: CoverRequest) -> Iterator[tuple[str, str, str]]:
    """Return each volunteer to tell something, the words for it, and what else is in the message's name."""
    swap, state = request.swap, request.state
    if state is CoverState.OPEN:
        for who, one in request.people.items():
            if one.reached and one.answer.waiting:
                yield who, "swap_ask" if swap else "cover_ask", ""
        if request.nobody_at:
            yield request.asker, "swap_refused" if swap else "cover_nobody", ""
    elif state is CoverState.WRITTEN:
        yield request.asker, "swap_found" if swap else "cover_found", request.taker
        answered = request.people.get(request.taker)
        if answered is None or answered.answer is not CoverAnswer.TEXTED:
            yield request.taker, "swap_found" if swap else "cover_yours", request.taker
    elif state is CoverState.BY_HAND:
        yield request.asker, "cover_coming", request.taker
    elif state is CoverState.OVER and any(one.answer in _DONE for one in request.people.values()):
        yield request.asker, "cover_over", ""
    for who, one in request.people.items():
        if one.answer is CoverAnswer.DECLINED:
            yield who, "cover_declined", ""
            if swap:
                yield request.asker, "cover_declined", ""


def _to_coordinators(line: Hotline, request: CoverRequest) -> str:
    """Return the words for coordinators; "" for none."""
    if request.state is CoverState.AGREED:
        return "swap_approve" if request.swap else "cover_approve"
    if request.state is CoverState.WRITTEN:
        return "swap_written" if request.swap else "cover_written"
    if request.state is CoverState.BY_HAND:
        return "cover_by_hand"
    if request.state is CoverState.OPEN and request.nobody_at and not request.swap:
        others, backup = pieces_without(line.schedule, request)
        return "cover_gap_others" if others else "cover_gap_backup" if backup else "cover_gap_nobody"
    return ""


def _other(request: CoverRequest, who: str) -> str:
    """The volunteer whom a message to `who` is about."""
    return request.taker if who == request.asker else request.asker


def _waits(line: Hotline, wishes: Wishes, who: str, request: CoverRequest, now: int) -> bool:
    """Return whether a message waits until somebody's quiet hours are over."""
    morning = QuietHours(wishes.quiet(who), line.schedule.clock).until(now)
    return morning is not None and request.begins > morning + TONIGHT


def _quiet_for_all(line: Hotline, request: CoverRequest, now: int) -> bool:
    morning = QuietHours(line.rota.texts.quiet, line.schedule.clock).until(now)
    return morning is not None and request.begins > morning + TONIGHT


def _made(
    line: Hotline, request: CoverRequest, reader: Reader, words_of: str, about: tuple[str, ...], other: str
) -> OutgoingText:
    until = request.over_at if request.state in (CoverState.WRITTEN, CoverState.OVER) else request.begins
    name = "\0".join((KIND, request.rota, request.id, *about))
    text = OutgoingText(name, KIND, "", "", "", until)
    return message(line, reader, text, words_of, _filled(line, request, words_of, about[1], other))


def _filled(
    line: Hotline, request: CoverRequest, words_of: str, who: str, other: str
) -> Mapping[str, Mapping[str, str]]:
    """The values of a message's placeholders, in each language it may be in. `who` is its reader, if a volunteer."""
    people, zone = line.rota.volunteers, line.rota.zone
    mine, theirs = request.time, request.back
    if words_of == "swap_found" and who == request.asker:
        mine, theirs = theirs, mine
    known = {"en": {}, **line.rota.texts.words.get(words_of, {}), **WORDS[words_of]}
    others, _ = pieces_without(line.schedule, request)
    return {
        language: {
            **from_until(request.time, zone, language),
            "time": told_short(mine, zone, language),
            "back": told_short(theirs, zone, language) if request.swap else "",
            "name": people[other].name if other in people else "",
            "taker": people[request.taker].name if request.taker in people else "",
            "count": str(others),
        }
        for language in known
    }
