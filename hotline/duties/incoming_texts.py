"""Answers texts that come in: volunteers ask who is on call and when they are, and say that they are off or back.

Whoever is not a volunteer is told once that this number is for calls. No word of a text is kept or logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from hotline.core.absence import Absence
from hotline.core.flow import Hotline
from hotline.core.jobs import Job, Urgency
from hotline.core.off import LONGEST_OFF, Left, end_of_shift, left_by, next_times
from hotline.core.oncall import Schedule
from hotline.core.text_answers import (
    answer,
    answer_language,
    leaves_answer,
    neutral_answer,
    next_answer,
    off_answer,
    sure_command,
    up_to_the_minute,
    who_answer,
)
from hotline.core.text_commands import Command, Lasting, Word, end_of, read_command
from hotline.core.texts import Alert
from hotline.core.wall import epoch_seconds, utc
from hotline.errors import AbsenceNotKept, DatabaseUnavailable, LiveStateUnavailable, describe
from hotline.ports import AbsenceKeeper, Clock, Jobs, Notices, Optouts, TextMemory

Found = TypeVar("Found")
_MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text as the carrier hands it over: its name, between which E.164 numbers, and what it says.

    `handled` is what the carrier itself has made of it, and answered (OptOutType: STOP, START, HELP; "" for nothing).
    """

    name: str
    sender: str
    to: str
    body: str
    handled: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A volunteer in one rota."""

    line: Hotline
    who: str


class IncomingTexts:
    """`lines` gives all hotlines, by whose rotas volunteers are known."""

    def __init__(
        self,
        by_number: Callable[[str], Hotline | None],
        lines: Callable[[], Iterable[Hotline]],
        absences: AbsenceKeeper,
        memory: TextMemory,
        optouts: Optouts,
        jobs: Jobs,
        clock: Clock,
        notice: Notices,
    ) -> None:
        self._by_number = by_number
        self._lines = lines
        self._absences = absences
        self._memory = memory
        self._optouts = optouts
        self._jobs = jobs
        self._clock = clock
        self._notice = notice

    def answers(self, text: IncomingText) -> list[str]:
        """What to send back, which may be nothing. The same text delivered again is answered the same again."""
        line = self._by_number(text.to)
        if line is None:
            self._notice("text_to_unknown_number", remedy="Add the number to a call flow's `numbers`.")
            return []
        places = self._places(line, text.sender)
        if not places:
            return self._to_somebody_unknown(line, text)
        command = read_command(text.body)
        spoken = [code for place in places for code in place.line.rota.volunteers[place.who].languages]
        language = answer_language([*spoken, *line.flow.languages])
        if command.word is Word.STOP or text.handled == "STOP":
            return self._stop(text, command, language)
        if command.word is Word.START or text.handled == "START":
            return self._start(text, command, language)
        if text.handled:
            return []
        seen = epoch_seconds(self._clock())
        now = utc(self._try(lambda: self._memory.first_seen(text.name, seen), seen))
        try:
            return [_together(self._answers(command, places, text.sender, now, language))]
        except Exception as error:  # noqa: BLE001 - silence would leave a volunteer to guess whether they are off
            self._notice("text_failed", error=describe(error))
            return [answer("failed", language)]

    def _answers(
        self, command: Command, places: Sequence[_Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        """Answers, each about one of several hotlines, or about all of them."""
        match command.word:
            case Word.WHO:
                return [(one.line, who_answer(one.line, self._schedule(one).at(now), language)) for one in places]
            case Word.NEXT:
                return [
                    (
                        one.line,
                        next_answer(one.line, next_times(self._schedule(one), one.who, now, _MOST_TIMES), language),
                    )
                    for one in places
                ]
            case Word.ON:
                return self._on(places, sender, now, language)
            case Word.OFF:
                return self._off(command, places, sender, now, language)
            case Word.YES:
                return self._yes(places, sender, now, language)
            case _:
                return [(None, answer("help", language))]

    # Off and back

    def _off(
        self, command: Command, places: Sequence[_Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        if command.unclear:
            return [(None, answer("unclear", language))]
        ends = self._ends(command, places, now)
        if not ends:
            return [(None, answer("past" if command.until else "unclear", language))]
        if max(ends.values()) - epoch_seconds(now) > LONGEST_OFF + 60:
            return [(None, answer("too_long", language))]
        left = {one.line.rota.id: self._left(one, now, ends[one.line.rota.id]) for one in places}
        if command.sure or all(each.enough for each in left.values()):
            self._try(lambda: self._memory.forget(sender), None)
            return self._set_off(places, now, ends, left, language)
        remembered = self._try(lambda: self._remember(sender, ends), False)
        self._tell_coordinators(left)
        return self._ask(command, places, ends, left, remembered, language)

    def _remember(self, sender: str, ends: Mapping[str, int]) -> bool:
        """Raises LiveStateUnavailable."""
        self._memory.ask(sender, ends)
        return True

    def _ask(
        self,
        command: Command,
        places: Sequence[_Place],
        ends: Mapping[str, int],
        left: Mapping[str, Left],
        remembered: bool,
        language: str,
    ) -> list[tuple[Hotline | None, str]]:
        lasting = command.until if isinstance(command.until, Lasting) else None
        said: list[tuple[Hotline | None, str]] = []
        for place in places:
            line, leaves = place.line, left[place.line.rota.id]
            if not leaves.enough:
                name, times = ("leaves_nobody", leaves.nobody) if leaves.nobody else ("leaves_backup", leaves.backup)
                sure = sure_command(lasting, utc(ends[line.rota.id]), line.rota.zone, language)
                said.append((line, leaves_answer(line, name, times, sure, language)))
        return [*said, (None, answer("yes_too", language))] if remembered else said

    def _yes(
        self, places: Sequence[_Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        nothing: Mapping[str, int] = {}
        asked = self._try(lambda: self._memory.asked(sender), nothing)
        ends = {rota: end for rota, end in asked.items() if end > epoch_seconds(now)}
        meant = [one for one in places if one.line.rota.id in ends]
        if not meant:
            return [(None, answer("nothing_asked", language))]
        left = {one.line.rota.id: self._left(one, now, ends[one.line.rota.id]) for one in meant}
        return self._set_off(meant, now, ends, left, language)

    def _set_off(
        self,
        places: Sequence[_Place],
        now: datetime,
        ends: Mapping[str, int],
        left: Mapping[str, Left],
        language: str,
    ) -> list[tuple[Hotline | None, str]]:
        said: list[tuple[Hotline | None, str]] = []
        for place in places:
            line, end = place.line, ends[place.line.rota.id]
            try:
                self._keep(place, epoch_seconds(now), end)
            except AbsenceNotKept as error:
                self._notice("absence_not_kept", remedy=error.remedy)
                said.append((line, answer("not_kept", language)))
                continue
            words = off_answer(line, now, utc(end), language)
            if not left[line.rota.id].enough and _is_told(line):
                words = f"{words} {answer('told', language)}"
            said.append((line, words))
        self._tell_coordinators(left)
        return said

    def _on(
        self, places: Sequence[_Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        self._try(lambda: self._memory.forget(sender), None)
        off = [one for one in places if self._absence(one) is not None]
        if not off:
            return [(None, answer("on_already", language))]
        try:
            for place in off:
                self._keep(place, epoch_seconds(now), epoch_seconds(now))
        except AbsenceNotKept as error:
            self._notice("absence_not_kept", remedy=error.remedy)
            return [(None, answer("not_kept", language))]
        return [(None, answer("on", language))]

    def _keep(self, place: _Place, start: int, end: int) -> None:
        """Raises AbsenceNotKept."""
        known = self._absence(place)
        if known is None or (known.start, known.end) != (start, end):
            self._absences.keep(place.line.rota.id, place.who, start, end)

    def _ends(self, command: Command, places: Sequence[_Place], now: datetime) -> dict[str, int]:
        """Until when a volunteer wants to be off, by rota; nothing if that is past, or was not said."""
        ends: dict[str, int] = {}
        for one in places:
            zone = one.line.rota.zone
            if command.until is not None:
                end = end_of(command.until, epoch_seconds(now), zone)
            else:
                shift = end_of_shift(one.line.schedule, one.who, now)
                end = None if shift is None else epoch_seconds(shift)
            if end is not None:
                ends[one.line.rota.id] = epoch_seconds(up_to_the_minute(utc(end)))
        if command.until is None and ends:  # on call in one rota only, and off in all of them
            return {one.line.rota.id: ends.get(one.line.rota.id, max(ends.values())) for one in places}
        return ends if len(ends) == len(places) else {}

    def _left(self, place: _Place, now: datetime, end: int) -> Left:
        others = self._absences.look_again(place.line.rota.id).absences
        return left_by(place.line.schedule, others, Absence(place.who, epoch_seconds(now), end))

    def _absence(self, place: _Place) -> Absence | None:
        known = self._absences.look_again(place.line.rota.id).absences
        return next((one for one in known if one.who == place.who), None)

    def _tell_coordinators(self, left: Mapping[str, Left]) -> None:
        for rota, leaves in left.items():
            if not leaves.enough:
                name = f"off_leaves_nobody/{rota}"
                self._jobs.put(Job("off_leaves_nobody", (rota,), Urgency.TONIGHT, name=name))

    # Texts as such

    def _stop(self, text: IncomingText, command: Command, language: str) -> list[str]:
        """No more texts. What the carrier knows as STOP it answers itself, and blocks whatever we would.

        With the database away a job remembers it: the carrier delivers nothing meanwhile.
        """
        now = epoch_seconds(self._clock())
        try:
            self._optouts.opt_out(text.sender, now)
        except DatabaseUnavailable:
            self._jobs.put(Job("opt_out", (self._optouts.name(text.sender), str(now))))
        return [answer("stopped", language)] if command.ours and not text.handled else []

    def _start(self, text: IncomingText, command: Command, language: str) -> list[str]:
        try:
            self._optouts.opt_in(text.sender)
        except DatabaseUnavailable:
            self._jobs.put(Job("opt_in", (self._optouts.name(text.sender),)))
        return [answer("started", language)] if command.ours and not text.handled else []

    def _to_somebody_unknown(self, line: Hotline, text: IncomingText) -> list[str]:
        """One answer in a while, which says nothing of the line; none to what no person sends, lest machines talk."""
        person = text.sender.startswith("+") and len(text.sender) > 8 and self._by_number(text.sender) is None
        quiet = text.handled or read_command(text.body).word in (Word.STOP, Word.START)
        if not person or quiet or self._try(lambda: self._memory.spoken_to(text.sender), False):
            return []
        return [neutral_answer(line)]

    def _places(self, line: Hotline, phone: str) -> list[_Place]:
        """Where a volunteer of this line is one: here first, then in other rotas."""
        if not any(one.phone == phone for one in line.rota.volunteers.values()):
            return []
        by_rota = {each.rota.id: each for each in (*self._lines(), line)}
        lines = [line, *(each for rota, each in by_rota.items() if rota != line.rota.id)]
        return [_Place(each, who) for each in lines for who, one in each.rota.volunteers.items() if one.phone == phone]

    def _schedule(self, place: _Place) -> Schedule:
        return place.line.schedule.with_absences(self._absences.look_again(place.line.rota.id).absences)

    def _try(self, ask: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return ask()
        except LiveStateUnavailable:
            return otherwise


def _is_told(line: Hotline) -> bool:
    """Whether a coordinator wants to hear that nobody is left."""
    return any(Alert.NOBODY_LEFT in one.alerts for one in line.rota.coordinators.values())


def _together(said: Sequence[tuple[Hotline | None, str]]) -> str:
    """One text of several answers, each with its hotline's name where they are about more than one."""
    several = len({line.id for line, _ in said if line is not None}) > 1
    return "\n".join(f"{line.flow.name}: {words}" if several and line is not None else words for line, words in said)
