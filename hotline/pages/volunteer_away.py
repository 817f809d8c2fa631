"""A volunteer's time away, from a form into the rota file: read, tried, shown, and written only then."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline.core.flow import Hotline
from hotline.core.rota import Away
from hotline.errors import FilesError
from hotline.files.edit import as_fields
from hotline.files.edit_told import sentences, warnings
from hotline.files.loading import read_files
from hotline.files.proposal import Proposal, propose_entries
from hotline.files.typed_times import period
from hotline.files.unreadable import Unreadable, clip
from hotline.files.writing import replace_file

FIELDS = ("from_day", "from_time", "to_day", "to_time")
_DAY, _TIME = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), re.compile(r"\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A time away that could be written: what it means, what speaks against it, and the line of the file."""

    away: Away
    proposal: Proposal
    told: tuple[str, ...]
    warned: tuple[str, ...]

    @property
    def line(self) -> str:
        """The entry as somebody would write it by hand."""
        return "- {" + ", ".join(f"{name}: {value}" for name, value in as_fields(self.away).items()) + "}"


def ask(config_dir: Path, line: Hotline, who: str, sent: Mapping[str, str], now: datetime) -> Asked:
    """What a form asks for. Raises FilesError, with what is wrong and what to do."""
    words = [sent.get(name, "").strip() for name in FIELDS]
    if words[3] and not words[1]:
        words[1] = "00:00"
    today = now.astimezone(line.rota.zone).date()
    try:
        _plain(words)
        when = period([word for word in words if word], today)
    except Unreadable as problem:
        raise FilesError(problem.message, problem.help) from None
    if when.end <= (today.toordinal() * 24 * 60):
        raise FilesError("All of this is in the past.", "Choose a day from today on.")
    away = Away(who, when.start, when.end)
    try:
        texts = read_files(config_dir)
    except OSError:
        raise FilesError("The rota's files cannot be read just now.", "Tell your coordinator.") from None
    proposal, changes = propose_entries(texts, line.rota.id, [away])
    told = tuple(sentences(proposal.new, changes))
    return Asked(away, proposal, told, tuple(warnings(proposal, changes, now)))


def write(config_dir: Path, asked: Asked) -> None:
    """Write it. Raises FilesError where somebody else has changed the file meanwhile, or it cannot be written."""
    replace_file(config_dir / asked.proposal.file, asked.proposal.before, asked.proposal.after)


def writable(config_dir: Path, rota: str) -> bool:
    """Whether the rota's file can be changed here; where it is deployed from elsewhere, it cannot."""
    folder = config_dir / "rota"
    found = [path for path in (folder / f"{rota}.yaml", folder / f"{rota}.yml") if path.exists()]
    return bool(found) and all(os.access(path, os.W_OK) for path in (folder, *found))


def _plain(words: Sequence[str]) -> None:
    """The form sends days and times as browsers write them; words such as "tomorrow" are for the command line."""
    for place, word in enumerate(words):
        pattern, kind, example = (_DAY, "date", "2026-12-24") if place % 2 == 0 else (_TIME, "time of day", "18:00")
        if word and not pattern.fullmatch(word):
            raise Unreadable("bad-time", f"{clip(word)} is not a {kind}.", f"Write it like {example}.")
