"""Answers received texts: volunteers ask who is on call and when they are, and say that they are off or back.

Anyone else gets one answer: that this number is for calls. No word of a text is stored or logged.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from hotline.core import jobs
from hotline.core.calls.flow import Hotline
from hotline.core.rota.on_call import Schedule
from hotline.core.texts.answers import (
    answer,
    answer_language,
    leaves_answer,
    neutral_answer,
    next_answer,
    off_answer,
    who_answer,
)
from hotline.core.texts.commands import Command, Word, read_command
from hotline.core.texts.off import (
    Left,
    OffSaid,
    Place,
    ends_of,
    marked_away,
    next_times,
    places_of,
    somebody_is_told,
    too_long,
)
from hotline.core.times.wall_clock import epoch_seconds, utc
from hotline.errors import AbsenceNotKept, DatabaseUnavailable, LiveStateUnavailable, describe
from hotline.ports import AbsenceKeeper, Clock, Jobs, Notices, Optouts, TextMemory
from hotline.services.setting_off import OffDesk
from hotline.services.texts.cover_texts import CoverTexts

Found = TypeVar("Found")
_MOST_TIMES = 3
_MOST_ALIKE, _ALIKE_SECONDS = 3, 600
"""Answers of one kind to a phone in so many seconds, except to commands: a machine may be texting us."""
_MOST_ABOUT_COVER = 12
_MOST_OFF, _DAY = 6, 86_400
_CONSONANTS, _VOWELS = "bdfgkmnprtvz", "aeiou"


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A received text, as the carrier sends it: its name, its two E.164 numbers, and its words.

    `handled` is how the carrier itself has read and answered it (OptOutType: STOP, START, HELP; "" for nothing).
    """

    name: str
    sender: str
    to: str
    body: str
    handled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingTexts:
    """Receives and answers texts.

    `lines` returns all hotlines, whose rotas identify volunteers. `covers` answers texts about cover; without it nobody
    can ask for one. `may_answer` decides whether an unknown sender gets
    an answer from the hotline's number: texts cost money.
    """

    by_number: Callable[[str], Hotline | None]
    lines: Callable[[], Iterable[Hotline]]
    absences: AbsenceKeeper
    memory: TextMemory
    optouts: Optouts
    jobs: Jobs
    clock: Clock
    notice: Notices
    may_answer: Callable[[str, Collection[str]], bool]
    covers: CoverTexts | None = None

    @property
    def _setting(self) -> OffDesk:
        return OffDesk(self.absences, self.jobs, self.notice)

    def answers(self, text: IncomingText) -> list[str]:
        """Return the replies, maybe none. The same text delivered again gets the same replies."""
        hotline = self.by_number(text.to)
        if hotline is None:
            self.notice("text_to_unknown_number", remedy="Add the number to a call flow's `numbers`.")
            return []
        places = places_of(hotline, text.sender, self.lines())
        if not places:
            return self._to_somebody_unknown(hotline, text)
        command = read_command(text.body)
        spoken = [code for place in places for code in place.line.rota.volunteers[place.who].languages]
        language = answer_language([*spoken, *hotline.flow.languages])
        if command.word is Word.STOP or text.handled == "STOP":
            return self._stop(text, command, language)
        if command.word is Word.START or text.handled == "START":
            return self._start(text, command, language)
        if text.handled:
            return []
        seen = epoch_seconds(self.clock())
        now = utc(self._try(lambda: self.memory.first_seen(text.name, seen), seen))
        try:
            said = self._answers(command, places, text, now, language)
            return [_together(said)] if said else []
        except Exception as error:  # noqa: BLE001 - silence would leave a volunteer to guess whether they are off
            self.notice("text_failed", error=describe(error))
            return [answer("failed", language)]

    def _answers(
        self, command: Command, places: Sequence[Place], text: IncomingText, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        """Answers, each about one of several hotlines, or about all of them."""
        if command.loose and self._too_many("loose", text):
            return []
        match command.word:
            case Word.WHO:
                return [
                    (place.line, who_answer(place.line, self._schedule(place).at(now), language)) for place in places
                ]
            case Word.NEXT:
                return [
                    (
                        place.line,
                        next_answer(
                            place.line, next_times(self._schedule(place), place.who, now, _MOST_TIMES), language
                        ),
                    )
                    for place in places
                ]
            case Word.ON:
                return self._on(places, text.sender, now, language)
            case Word.OFF:
                return self._off(command, places, text, now, language)
            case Word.CANT | Word.CAN | Word.NO:
                return self._about_cover(command, places, text, now, language)
            case Word.YES if not self._asked(places, text.sender, now)[1]:
                return self._about_cover(command, places, text, now, language)
            case Word.YES if command.day is None:
                return [] if self._too_many("yes", text) else self._yes(places, text.sender, now, language)
            case _:
                return self._other(places, text, now, language)

    def _about_cover(
        self, command: Command, places: Sequence[Place], text: IncomingText, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        """Answer CANT and CAN, and a YES or NO to somebody else's request."""
        found = self.covers.answers(command, places, now, language) if self.covers else None
        if found is not None:
            return [] if self._too_many("cover", text, _MOST_ABOUT_COVER) else found
        if command.word is Word.YES and command.day is None:
            return [] if self._too_many("yes", text) else self._yes(places, text.sender, now, language)
        return self._other(places, text, now, language)

    # Off and back

    def _off(
        self, command: Command, places: Sequence[Place], text: IncomingText, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        still = self._still(places, now, language)
        ends = {} if command.unclear else ends_of(command.until, places, now)
        wrong = ""
        if not ends:
            wrong = "past" if command.until and not command.unclear else "unclear"
        elif too_long(ends, now):
            wrong = "too_long"
        elif self._try(lambda: self.memory.count("off", text.sender, text.name, _DAY), 0) > _MOST_OFF:
            wrong = "too_often"
        if wrong:
            return [] if self._too_many(wrong, text) else [(None, answer(wrong, language, still=still))]
        said = self._setting.off(places, ends, now, sure=False, careful=True)
        if said.asked:
            new = "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3))
            word = self._try(lambda: self.memory.ask(text.sender, ends, new), "")
            if not word:
                return [(None, answer("not_kept", language))]
            return [*_leaves(places, said.left, language), (None, answer("confirm", language, still=still, word=word))]
        self._try(lambda: self.memory.forget(text.sender), None)
        return _told(said, places, ends, now, language)

    def _still(self, places: Sequence[Place], now: datetime, language: str) -> str:
        """Return whether a volunteer is rung now, and if not, until when they are off: in all rotas of theirs."""
        said = [(place.line, self._state(place, now, language)) for place in places]
        if len({words for _, words in said}) == 1:
            return said[0][1]
        return " ".join(f"{hotline.title}: {words}" for hotline, words in said)

    def _state(self, place: Place, now: datetime, language: str) -> str:
        """Describe a volunteer's state in one rota: their own word or the file's entry, whichever lasts longer."""
        absence, away = self._setting.absence(place), marked_away(place.line.schedule, place.who, now)
        if absence is not None and (away is None or utc(absence.end) >= away):
            return off_answer(place.line, now, utc(absence.end), language, "still_off")
        if away is not None:
            return off_answer(place.line, now, away, language, "away")
        return answer("still_rung", language)

    def _too_many(self, kind: str, text: IncomingText, most: int = _MOST_ALIKE) -> bool:
        """Return whether a phone has had enough answers for now: two machines must not talk forever."""
        count = self._try(lambda: self.memory.count(kind, text.sender, text.name, _ALIKE_SECONDS), 0)
        return count > most

    def _asked(self, places: Sequence[Place], sender: str, now: datetime) -> tuple[str, Mapping[str, int]]:
        nothing: tuple[str, Mapping[str, int]] = ("", {})
        word, asked = self._try(lambda: self.memory.asked(sender), nothing)
        rotas = {place.line.rota.id for place in places}
        return word, {rota: end for rota, end in asked.items() if end > epoch_seconds(now) and rota in rotas}

    def _yes(
        self, places: Sequence[Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        """A yes confirms nothing: a forger of the sender could send it too."""
        if not self._asked(places, sender, now)[1]:
            return [(None, answer("nothing_asked", language))]
        return [(None, answer("word_needed", language, still=self._still(places, now, language)))]

    def _other(
        self, places: Sequence[Place], text: IncomingText, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        """Handle the word that confirms, or else send help."""
        word, ends = self._asked(places, text.sender, now)
        if word and ends and text.body.strip(" .!\"'").casefold() == word:
            meant = [place for place in places if place.line.rota.id in ends]
            return _told(self._setting.off(meant, ends, now, sure=True), meant, ends, now, language)
        return [] if self._too_many("help", text) else [(None, answer("help", language))]

    def _on(
        self, places: Sequence[Place], sender: str, now: datetime, language: str
    ) -> list[tuple[Hotline | None, str]]:
        self._try(lambda: self.memory.forget(sender), None)
        try:
            back = self._setting.back(places, now)
        except AbsenceNotKept:
            return [(None, answer("not_kept", language))]
        said: list[tuple[Hotline | None, str]] = []
        for place in places:
            away = marked_away(place.line.schedule, place.who, now)
            if away is None:
                said.append((place.line, answer("on" if back else "on_already", language)))
            else:
                said.append((place.line, off_answer(place.line, now, away, language, "on_away" if back else "away")))
        return said if len({words for _, words in said}) > 1 else [(None, said[0][1])]

    # Opting out and in

    def _stop(self, text: IncomingText, command: Command, language: str) -> list[str]:
        """Send no more texts. The carrier answers its own STOP words itself, and blocks any answer of ours.

        If the database is down a job records it later: the carrier delivers nothing meanwhile.
        """
        now = epoch_seconds(self.clock())
        try:
            self.optouts.opt_out(text.sender, now)
        except DatabaseUnavailable:
            self.jobs.put(jobs.opt_out(self.optouts.name(text.sender), now))
        return [answer("stopped", language)] if command.ours and not text.handled else []

    def _start(self, text: IncomingText, command: Command, language: str) -> list[str]:
        try:
            self.optouts.opt_in(text.sender)
        except DatabaseUnavailable:
            self.jobs.put(jobs.opt_in(self.optouts.name(text.sender)))
        return [answer("started", language)] if command.ours and not text.handled else []

    def _to_somebody_unknown(self, hotline: Hotline, text: IncomingText) -> list[str]:
        """Answer once in a while, without a word about the line.

        Ignore texts that no person sends: machines might talk forever.
        """
        person = text.sender.startswith("+") and len(text.sender) > 8 and self.by_number(text.sender) is None
        quiet = text.handled or read_command(text.body).word in (Word.STOP, Word.START)
        if not person or quiet or not self.may_answer(text.sender, hotline.flow.numbers):
            return []
        if self._try(lambda: self.memory.spoken_to(text.sender), False):
            return []
        return [neutral_answer(hotline)]

    def _schedule(self, place: Place) -> Schedule:
        return place.line.schedule.with_absences(self.absences.look_again(place.line.rota.id).absences)

    def _try(self, ask: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return ask()
        except LiveStateUnavailable:
            return otherwise


def _told(
    said: OffSaid, places: Sequence[Place], ends: Mapping[str, int], now: datetime, language: str
) -> list[tuple[Hotline | None, str]]:
    """Say that a volunteer is off in these places, or that it could not be stored."""
    told: list[tuple[Hotline | None, str]] = []
    for place in places:
        line, rota = place.line, place.line.rota.id
        if rota in said.failed:
            told.append((line, answer("not_kept", language)))
            continue
        name = "off_last" if said.left[rota].nobody else "off"
        words = off_answer(line, now, utc(ends[rota]), language, name)
        if not said.left[rota].enough and somebody_is_told(line):
            words = f"{words} {answer('told', language)}"
        told.append((line, words))
    return told


def _leaves(places: Sequence[Place], left: Mapping[str, Left], language: str) -> list[tuple[Hotline | None, str]]:
    """Return what an absence would leave, for the places where that is too little."""
    said: list[tuple[Hotline | None, str]] = []
    for place in places:
        one = left[place.line.rota.id]
        for name, times in (("leaves_nobody", one.nobody), ("leaves_backup", one.backup), ("leaves_one", one.one)):
            if times:
                said.append((place.line, leaves_answer(place.line, name, times, language)))
                break
    return said


def _together(said: Sequence[tuple[Hotline | None, str]]) -> str:
    """Join several answers into one text, each with its hotline's name if they are about several."""
    several = len({hotline.ring_id for hotline, _ in said if hotline is not None}) > 1
    return "\n".join(
        f"{hotline.title}: {words}" if several and hotline is not None else words for hotline, words in said
    )
