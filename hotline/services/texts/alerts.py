"""Notifies coordinators when a rota needs them: with times, and never with anything about who called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from hotline.core.calls.flow import Hotline
from hotline.core.calls.follow_up_jobs import Trouble
from hotline.core.planning.gaps import near_gaps
from hotline.core.rota.quiet_hours import TONIGHT, QuietHours
from hotline.core.rota.text_rules import Alert, Coordinator
from hotline.core.texts.readers import Reader, message
from hotline.core.texts.sending import OutgoingText, TextBatch
from hotline.core.texts.words import clock_time, from_until, language_for
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds, utc
from hotline.errors import DatabaseUnavailable, TryAgain
from hotline.ports import Absences, Clock, Lines, Unreached
from hotline.services.texts.readers import Readers
from hotline.services.texts.reminders import each_rota
from hotline.services.texts.sending import Sender

BETWEEN = 900
"""Seconds between texts about calls that reached nobody. Calls in between are reported as a sum."""
_NEWS_FOR = 12 * 3600
_REFUSED_FOR = 120
"""Seconds for which files must be unchanged before an error in them is reported: somebody may still be editing."""
_REFUSED_NEWS_FOR = 7 * 86_400
_MOST_NAMES = 3
_Asking = tuple[Coordinator, Reader]
"""A coordinator, and one way to reach them."""
_WITH_A_BACKUP = {Alert.GAP: "backup_only", Alert.NOBODY_LEFT: "backup_left"}
"""The words for a gap with a backup."""


@dataclass(frozen=True, slots=True)
class _News:
    """News for coordinators: `what` of the rota it is about, and until when it is of use (epoch seconds).

    `span`: the time that it names. `words`: the name of its words, if it is not that of its kind.
    """

    kind: str
    what: str
    until: int
    span: Span | None = None
    words: str = ""


class Alerts:
    """Alerts to coordinators."""

    def __init__(
        self,
        lines: Lines,
        absences: Absences,
        unreached: Unreached,
        sender: Sender,
        clock: Clock,
        readers: Readers | None = None,
    ) -> None:
        self._lines = lines
        self._readers = readers or Readers()
        self._absences = absences
        self._unreached = unreached
        self._sender = sender
        self._clock = clock
        self._refused: dict[str, tuple[str, int]] = {}

    def caller_not_reached(self, hotline: str, at: int) -> None:
        """Alert coordinators that nobody could be reached for a call, in the minute of `at` (epoch seconds).

        `hotline` is the `ring_id` of those who were rung.
        """
        self._unreached.note(hotline, at)
        with suppress(DatabaseUnavailable):  # it is recorded, and must not be recorded again
            self.tell_unreached()

    def tell_unreached(self) -> None:
        """Report calls that reached nobody: the first at once, and then all together every so often."""
        now = self._now()
        for line in self._every():
            batch = self._unreached.batch(line.ring_id, now)
            if batch is None:
                continue
            texts = (
                _unreached_texts(line, batch, self._asking(line, Alert.NOT_REACHED))
                if now < batch.last_at + _NEWS_FOR
                else []
            )
            if self._told(texts):
                self._unreached.told(line.ring_id, batch, now + BETWEEN)

    def look_ahead(self, rota: str | None = None) -> None:
        """Report gaps within 48 hours, of one rota or of all: each once, and again if it changed."""
        now = self._now()
        for hotline in each_rota(self._lines):
            if rota in (None, hotline.rota.id) and hotline.rota.coordinators:
                self._sender.send_all(self._gap_texts(hotline, now))

    def tell_refused(self) -> None:
        """Report files that cannot be used: each state of them once."""
        now, refused = self._now(), self._lines.refused()
        for line in each_rota(self._lines):
            state = refused.get(line.id)
            if state is None:
                self._refused.pop(line.ring_id, None)
                continue
            seen, since = self._refused.setdefault(line.ring_id, (state, now))
            if seen != state:
                self._refused[line.ring_id] = state, now
            elif now - since >= _REFUSED_FOR and not _quiet(line, now):
                texts = [
                    _text(line, one, _News("edit_refused", state, now + _REFUSED_NEWS_FOR))
                    for one in self._asking(line, Alert.EDIT_REFUSED)
                ]
                self._sender.send_all(texts)

    def line_trouble(self, hotline: str, trouble: str, hour: int) -> None:
        """Report a hotline's trouble at once, at any hour: each trouble once an hour. Raises TryAgain."""
        until = hour * 3600 + _NEWS_FOR
        if trouble not in {one.value for one in Trouble} or self._now() >= until:
            return
        texts = [
            _text(line, one, _News(trouble, f"{line.ring_id}/{hour}", until))
            for line in self._every()
            if line.ring_id == hotline
            for one in self._asking(line, Alert.NOT_REACHED)
        ]
        if not self._told(texts):
            raise TryAgain("Some coordinators could not be told.")

    def _every(self) -> Iterator[Hotline]:
        """Return every hotline with each rota that it rings, one after another."""
        return (one for line in self._lines.lines() for one in line.everyone())

    def rings_not_answered(self, rota: str, volunteers: Sequence[str], test: str) -> None:
        """Report who did not answer their test ring. `test` names the test. Raises TryAgain in quiet hours."""
        now = self._now()
        for hotline in each_rota(self._lines):
            known = [
                hotline.rota.volunteers[volunteer].name
                for volunteer in volunteers
                if volunteer in hotline.rota.volunteers
            ]
            if hotline.rota.id != rota or not known:
                continue
            until = _quiet(hotline, now)
            if until:
                raise TryAgain("This can wait until the quiet hours are over.", after=until - now)
            more = len(known) - _MOST_NAMES
            names = ", ".join((*known[:_MOST_NAMES], *([f"+{more}"] if more > 0 else [])))
            texts = [
                _text(hotline, one, _News("ring_test", test, now + _NEWS_FOR), names=names)
                for one in self._asking(hotline, Alert.RING_TEST)
            ]
            if not self._told(texts):
                raise TryAgain("Some coordinators could not be told.")

    def _gap_texts(self, hotline: Hotline, now: int) -> list[OutgoingText]:
        schedule = hotline.schedule.with_absences(self._absences.of(hotline.rota.id))
        ours = set(near_gaps(hotline.schedule, utc(now)))
        morning = _quiet(hotline, now)
        texts = []
        for gap in near_gaps(schedule, utc(now)):
            if morning and epoch_seconds(gap.start) > morning + TONIGHT:
                continue  # the morning is early enough to report it
            alert = Alert.GAP if gap in ours else Alert.NOBODY_LEFT
            left = Span(max(gap.start, utc(now)), gap.end)
            alone = any(stretch.who.nobody for stretch in schedule.stretches(left.start, left.end))
            words_of = alert.value if alone else _WITH_A_BACKUP[alert]
            what = f"{epoch_seconds(gap.start)}-{epoch_seconds(gap.end)}"
            news = _News(alert.value, what, epoch_seconds(gap.end), left, words_of)
            texts += [_text(hotline, one, news) for one in self._asking(hotline, alert)]
        return texts

    def _told(self, texts: Sequence[OutgoingText]) -> bool:
        """Send texts. Returns whether all are settled."""
        outcomes = self._sender.send_all(texts)
        return all(text.name in outcomes and outcomes[text.name].settled for text in texts)

    def _asking(self, hotline: Hotline, alert: Alert) -> list[_Asking]:
        return self._readers.coordinators(hotline, alert)

    def _now(self) -> int:
        return epoch_seconds(self._clock())


def _quiet(hotline: Hotline, now: int) -> int | None:
    """Return when the current quiet hours end. None outside them."""
    return QuietHours(hotline.rota.texts.quiet, hotline.schedule.clock).until(now)


def _unreached_texts(hotline: Hotline, batch: TextBatch, asking: Sequence[_Asking]) -> list[OutgoingText]:
    when = {"time": clock_time(utc(batch.last_at), hotline.rota.zone), "count": str(batch.calls)}
    words_of = "not_reached" if batch.calls == 1 else "more_not_reached"
    what = f"{hotline.ring_id}/{batch.number}"
    news = _News("not_reached", what, batch.last_at + _NEWS_FOR, words=words_of)
    return [_text(hotline, one, news, **when) for one in asking]


def _text(hotline: Hotline, to: _Asking, news: _News, **filled: str) -> OutgoingText:
    """A message with news of a rota to one of its coordinators."""
    coordinator, reader = to
    words_of = news.words or news.kind
    language = language_for(hotline, reader.languages, words_of)
    told = from_until(news.span, hotline.rota.zone, language) if news.span else {}
    # A gap is the same regardless of whose absence caused it.
    about = "gap" if news.kind == "nobody_left" else news.kind
    name = "\0".join((about, hotline.rota.id, coordinator.id, news.what, *(("email",) if reader.email else ())))
    text = OutgoingText(name, news.kind, "", "", "", news.until)
    return message(hotline, reader, text, words_of, {language: {**told, **filled}})
