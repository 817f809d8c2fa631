"""A volunteer's time away, from a form into the rota file: read, checked, shown, and only then written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import Away
from hotline.core.wording import Wording, together
from hotline.errors import FilesError
from hotline.files.edits.in_words import breach_in_words, effects_in_words, free_in_words, gap_in_words
from hotline.files.edits.insert_entries import as_fields
from hotline.files.edits.proposal import Proposal, propose_entries
from hotline.files.edits.saving import SavedFiles
from hotline.files.edits.versions import Version, digest
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.loading.load import ENDINGS
from hotline.files.values.typed_times import period
from hotline.pages.words.wording import worded

FIELDS = ("from_day", "from_time", "to_day", "to_time")
_HOW, _UNDONE = "own-away", "own-undo"
MOST_A_DAY = 10
"""Saves from one volunteer's page in 24 hours. A person with their link may be somebody else."""
LONGEST, FURTHEST = timedelta(days=92), timedelta(days=366)
"""The longest time away that a volunteer may enter, and how far ahead it may end."""
_DAY, _TIME = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), re.compile(r"\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AwayAsked:
    """A valid time away: its effects, any objections, and the line of the file."""

    away: Away
    proposal: Proposal
    told: tuple[str, ...]
    warned: tuple[str, ...]

    @property
    def line(self) -> str:
        """The entry as a person would write it."""
        return "- {" + ", ".join(f"{name}: {value}" for name, value in as_fields(self.away).items()) + "}"


def ask(saved: SavedFiles, hotline: Hotline, who: str, sent: Mapping[str, str], now: datetime) -> AwayAsked:
    """Read a form. Raises FilesError, with the problem and the remedy."""
    words = [sent.get(name, "").strip() for name in FIELDS]
    if words[3] and not words[1]:
        words[1] = "00:00"
    today = now.astimezone(hotline.rota.zone).date()
    try:
        _plain(words, today)
        when = period([word for word in words if word], today)
    except Unreadable as problem:
        raise FilesError(problem.message, problem.help) from None
    if when.end <= (today.toordinal() * 24 * 60):
        raise FilesError(Wording("All of this is in the past."), Wording("Choose a day from today on."))
    if when.end - when.start > LONGEST.days * 24 * 60:
        raise FilesError(
            Wording("This is longer than %(days)d days.", days=LONGEST.days),
            Wording("Ask your coordinator to enter it."),
        )
    away = Away(who, when.start, when.end)
    proposal, changes = propose_entries(saved.texts(), hotline.rota.id, [away], saved.countries)
    warned = [
        together(gap_in_words(proposal.new, hole.time), free_in_words(proposal.new, hole.time)) for hole in changes.gaps
    ]
    warned += [breach_in_words(hotline.rota, breach) for breach in changes.breaches]
    effects = [worded(words) for words in effects_in_words(proposal.new, changes)]
    return AwayAsked(away, proposal, tuple(effects), tuple(worded(words) for words in warned))


def write(saved: SavedFiles, asked: AwayAsked, name: str, now: datetime) -> Version:
    """Write it, as a version of its own. Raises FilesError if somebody else saved first, or it cannot be written."""
    _not_too_often(saved, asked.proposal.file, name, now)
    base = digest(asked.proposal.before)
    return saved.save(asked.proposal.file, base, asked.proposal.after, name, _HOW, now)


def to_undo(saved: SavedFiles, rota: str, name: str, number: int | None) -> tuple[str, Version, Version] | None:
    """The file, the version a volunteer saved last and the one before it, until somebody else saves."""
    with suppress(FilesError):
        file = _file(saved, rota)
        known = saved.versions.of(file) if file else []
        if file and len(known) > 1 and (known[0].number, known[0].who, known[0].how) == (number, name, _HOW):
            return file, known[0], known[1]
    return None


def undo(saved: SavedFiles, found: tuple[str, Version, Version], name: str, now: datetime) -> None:
    """Restore the previous text of the file. Raises FilesError."""
    file, last, before = found
    text = saved.versions.text(file, before.number)
    if text is None:
        raise FilesError(Wording("The earlier version is no longer stored."), Wording("Tell your coordinator."))
    _not_too_often(saved, file, name, now)
    saved.save(file, last.digest, text, name, _UNDONE, now)


def writable(saved: SavedFiles, rota: str) -> bool:
    """Return whether the rota's file can be changed here. If it is deployed from elsewhere, it cannot."""
    with suppress(FilesError):
        file = _file(saved, rota)
        return file is not None and saved.why_not(file) is None
    return False


def _file(saved: SavedFiles, rota: str) -> str | None:
    texts = saved.texts()
    return next((path for path in (f"rota/{rota}{ending}" for ending in ENDINGS) if path in texts), None)


def _not_too_often(saved: SavedFiles, file: str, name: str, now: datetime) -> None:
    since = now - timedelta(days=1)
    own = [one for one in saved.versions.of(file) if one.at > since and (one.who, one.how[:4]) == (name, "own-")]
    if len(own) >= MOST_A_DAY:
        raise FilesError(
            Wording("You have changed your times away %(count)d times in a day.", count=len(own)),
            Wording("Try again tomorrow, or ask your coordinator."),
        )


def _plain(words: Sequence[str], today: date) -> None:
    """The form sends days and times as browsers write them; words such as "tomorrow" are for the command line."""
    for word in words[::2]:
        if _DAY.fullmatch(word) and word[:4] > str((today + FURTHEST).year):
            raise Unreadable(
                "bad-time",
                Wording("%(written)s is too far ahead.", written=clip(word)),
                Wording("Choose days within a year. Your coordinator can enter later ones."),
            )
    for place, word in enumerate(words):
        day = place % 2 == 0
        if word and not (_DAY if day else _TIME).fullmatch(word):
            message = (
                Wording("%(written)s is not a date.", written=clip(word))
                if day
                else Wording("%(written)s is not a time of day.", written=clip(word))
            )
            example = "2026-12-24" if day else "18:00"
            raise Unreadable("bad-time", message, Wording("Write it like %(example)s.", example=example))
