"""The files behind the pages: listing and saving them, and undoing the last edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from flask import abort, g, request
from werkzeug.wrappers import Response

from hotline.core.calls.flow import Hotline
from hotline.core.people import Deed
from hotline.errors import DatabaseUnavailable, FilesError, TryAgain
from hotline.files.edits.versions import Version, digest
from hotline.files.loading.around import with_edit
from hotline.files.loading.load import ENDINGS, FOLDERS
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.edits import Meaning, in_short, meaning_of, waits_in_words
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import in_words

AREAS: Mapping[str, str] = {"rota": FOLDERS[1], "flow": FOLDERS[0]}
"""The folder of files for each area of the pages."""

HOW = {
    "edit": later("edited"),
    "away": later("entered an absence"),
    "cover": later("entered a cover"),
    "swap": later("entered a swap"),
    "new": later("made this hotline"),
    "import": later("imported volunteers"),
    "form-volunteer": later("changed a volunteer"),
    "form-shift": later("changed a shift"),
    "form-rotation": later("changed a rotation"),
    "form-backup": later("changed the backup"),
    "form-backup_shift": later("changed a shift of the backup"),
    "form-backup_rotation": later("changed a rotation of the backup"),
    "form-holidays": later("changed the holidays"),
    "form-ringing": later("changed how phones ring"),
    "form-limits": later("changed the limits"),
    "form-coordinator": later("changed a coordinator"),
    "form-screening": later("changed what volunteers hear first"),
    "form-texts": later("changed the rules of texts and e-mails"),
    "form-cover_requests": later("changed the rules of requests for cover"),
    "form-zone": later("changed the time zone or the calendar"),
    "form-handsets": later("changed how phones answer in the forecast"),
    "form-absence": later("changed a time away"),
    "form-covering": later("changed a cover"),
    "form-step": later("changed the words of a step"),
    "form-text_words": later("changed the words of texts"),
    "form-languages": later("changed the languages"),
    "form-keys": later("changed where a step leads"),
    "form-new_step": later("added a step"),
    "form-hours": later("changed the opening hours"),
    "form-line": later("changed the name or the numbers"),
    "form-apology": later("changed the apology"),
    "restore": later("brought back an older version"),
    "undo": later("undid the previous change"),
    "own-away": later("entered time away on their own page"),
    "own-undo": later("removed time away on their own page"),
    "own-cover": later("took a shift that somebody asked others to cover"),
    "own-swap": later("accepted a swap of shifts"),
    "outside": later("changed outside these pages"),
}
"""The words for each way to save a file."""

DEEDS = {f"file-{how}": said for how, said in HOW.items() if how != "outside"}
"""Words for how a file was saved, in the audit list."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its path below the configuration directory, its name there, and its text."""

    area: str
    id: str
    path: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class JustSaved:
    """The edit that the previous page saved. `undo`: whether it can be undone, since nothing was saved after it.

    `said` is the change, in short, and `gaps` are the times that it left without anyone on call.
    """

    version: Version
    undo: bool
    said: Sequence[str] = ()
    gaps: Sequence[str] = ()


def found_file(texts: Mapping[str, bytes], area: str, id: str) -> FoundFile:
    """The file of an existing rota or call flow. Aborts with 404 for any other."""
    path = next((path for path in _paths(area, id) if path in texts), None)
    if path is None:
        abort(404)
    return FoundFile(area, id, path, texts[path])


def one_file(parts: PageParts, area: str, id: str) -> FoundFile:
    """The file of a rota or call flow, read alone. Aborts with 404 if there is none. Raises FilesError."""
    found = ((path, parts.saved.text(path)) for path in _paths(area, id))
    path, raw = next(((path, raw) for path, raw in found if raw is not None), ("", b""))
    if not path:
        abort(404)
    return FoundFile(area, id, path, raw)


def path_of(parts: PageParts, area: str, id: str) -> str | None:
    """The path of a file, if it exists and can be read."""
    with suppress(FilesError):
        return next((path for path in _paths(area, id) if parts.saved.text(path) is not None), None)
    return None


def _paths(area: str, id: str) -> list[str]:
    return [f"{AREAS[area]}/{id}{ending}" for ending in ENDINGS]


def hotline_of(parts: PageParts, file: FoundFile) -> Hotline | None:
    """A hotline that uses a file; None if none does, or if it cannot be used."""
    return parts.directory.by_rota(file.id) if file.area == "rota" else parts.directory.state.hotlines.get(file.id)


def why_not_saved(parts: PageParts, path: str) -> str | None:
    """Return why the signed-in person cannot save a file here, as `why_not.html` words it; None if they can."""
    return parts.saved.why_not(path) if g.person.coordinator else "viewer"


def as_download(path: str, raw: bytes) -> Response:
    """A file to save and to put in the place of the one at this path."""
    response = Response(raw, mimetype="application/yaml")
    response.headers.set("Content-Disposition", "attachment", filename=path.rpartition("/")[2])
    return response


def save(parts: PageParts, path: str, base: str, after: bytes, how: str) -> Version:
    """Save a file over the text whose digest is `base`, in the signed-in person's name, and load it at once.

    Raises FileChanged if somebody else saved meanwhile, FilesError if it cannot be written.
    """
    before = _volunteers(parts, path)
    kept = parts.saved.save(path, base, after, g.person.name, how, parts.clock())
    parts.directory.refresh()
    _forget_choices(parts, path, before, _volunteers(parts, path))
    try:
        parts.audit.add(Deed(parts.now(), g.person.name, f"file-{how}", path))
    except DatabaseUnavailable:
        parts.notice("deed_not_written", what=f"file-{how}")  # the version that was kept says who, too
    return kept


def _volunteers(parts: PageParts, path: str) -> set[str]:
    """Return the ids of the volunteers of a rota's file; none for another file, or if no hotline uses it."""
    rota = PurePath(path).stem
    line = parts.directory.by_rota(rota) if path in _paths("rota", rota) else None
    return set(line.rota.volunteers) if line else set()


def _forget_choices(parts: PageParts, path: str, before: set[str], after: set[str]) -> None:
    """Forget what volunteers chose who left a rota, so that nobody who gets their id inherits it."""
    if before and after and before != after:
        with suppress(DatabaseUnavailable):  # the worker does the same each day
            parts.own_choices.keep_only(PurePath(path).stem, before & after)


def saved_already(parts: PageParts, path: str, raw: bytes) -> Version | None:
    """Return the version that this very form saved a moment ago: by the first of two clicks. None for none.

    The form sends the digest of what it saves as `reviewed`, and that of what it saves over as `base`.
    """
    sent = request.form.get("reviewed")
    if not sent or sent != digest(raw) or sent == request.form.get("base"):
        return None
    with suppress(FilesError):
        known = parts.saved.versions.of(path)
        if known and known[0].digest == sent and known[0].who == g.person.name:
            return known[0]
    return None


def what_was_done(version: Version) -> str:
    """Return how a version was made, in the reader's language."""
    if version.outside and version.number == 1:
        return _("first seen here")
    return _(HOW[version.how]) if version.how in HOW else version.how


def just_saved(parts: PageParts, path: str | None) -> JustSaved | None:
    """Return the edit that `saved` in the address names, while it is the newest version."""
    number = request.args.get("saved", type=int)
    if number is None or path is None:
        return None
    with suppress(FilesError, ValueError):
        known = parts.saved.versions.of(path)
        if known and known[0].number == number:
            meaning = _meaning(parts, path, known)
            said, gaps = (in_short(meaning), [*meaning.nobody, *meaning.gaps]) if meaning else ([], [])
            return JustSaved(known[0], len(known) > 1 and g.person.coordinator, said, gaps)
    return None


def _meaning(parts: PageParts, path: str, known: Sequence[Version]) -> Meaning | None:
    """Return the changes of the newest version. None if they cannot be found."""
    texts = [parts.saved.versions.text(path, one.number) for one in known[:2]]
    if len(texts) < 2 or texts[0] is None or texts[1] is None:
        return None
    folder, _, name = path.partition("/")
    area = next(area for area, found in AREAS.items() if found == folder)
    return meaning_of(area, name.rpartition(".")[0], path, texts[1], texts[0], parts.clock())


def shown_waits_of_edit(
    parts: PageParts, hotline: Hotline | None, texts: Mapping[str, bytes], path: str, after: bytes
) -> list[str]:
    """Return what replacing a file does to a hotline's waits, in sentences; none if it does nothing."""
    if hotline is None:
        return []
    try:
        waits = parts.edit_waits.of(hotline, texts, with_edit(texts, {path: after}), parts.clock())
    except TryAgain as error:
        return [in_words(error)]
    return waits_in_words(waits) if waits else []
