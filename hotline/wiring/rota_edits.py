"""Writes covers into rota files, by the same safe edits as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotline.core.planning.cover import EditOutcome
from hotline.core.rota.rota import Cover
from hotline.errors import FileChanged, FilesError
from hotline.files.edits.proposal import with_entries
from hotline.files.edits.saving import SavedFiles
from hotline.files.edits.versions import digest
from hotline.files.loading.watch import WatchedDirectory
from hotline.ports import Clock

_TRIES = 3


class FileEdits:
    """Implements `hotline.ports.RotaEdits`. `latest` reads the files again, so that calls use them at once."""

    def __init__(self, saved: SavedFiles, latest: Callable[[], WatchedDirectory], clock: Clock) -> None:
        self._saved = saved
        self._latest = latest
        self._clock = clock

    def write(self, rota: str, entries: Sequence[Cover], by: str, how: str, breaking_limits: bool) -> EditOutcome:
        for _ in range(_TRIES):
            try:
                return self._write(rota, entries, by, how, breaking_limits)
            except FileChanged:
                continue  # somebody else has just saved it: what it would change is worked out again
            except FilesError:
                return EditOutcome.LATER
        return EditOutcome.LATER

    def _write(self, rota: str, entries: Sequence[Cover], by: str, how: str, breaking_limits: bool) -> EditOutcome:
        proposal, changes = with_entries(self._saved.texts(), rota, entries, self._saved.countries)
        if changes.left_alone:
            return EditOutcome.LEAVES_NOBODY
        if changes.breaches and not breaking_limits:
            return EditOutcome.BREAKS_LIMIT
        if self._saved.why_not(proposal.file) is not None:
            return EditOutcome.NOT_HERE
        self._saved.save(proposal.file, digest(proposal.before), proposal.after, by, how, self._clock())
        self._latest()
        return EditOutcome.WRITTEN
