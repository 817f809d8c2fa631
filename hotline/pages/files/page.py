"""The files themselves: an editor that checks while typing, and every version, to compare and restore.

Only existing files can be edited, named by their area and short name; a path is never taken from a request. An edit is
saved only if the running hotline would load it, and never over somebody else's newer version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import PurePosixPath
from threading import BoundedSemaphore

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from hotline.core.calls.flow import by_rota
from hotline.errors import FileChanged, FilesError
from hotline.files.edits.checking import Checked, check_edit
from hotline.files.edits.masking import masked
from hotline.files.edits.merging import merged
from hotline.files.edits.versions import Version, digest
from hotline.files.findings.finding import Finding
from hotline.files.shapes.completion import FORMATS, completions
from hotline.files.yaml.line_endings import as_before, shown_text
from hotline.pages.files.compared import ComparedRow, rows, side_by_side
from hotline.pages.frame.files_saved import (
    AREAS,
    FoundFile,
    as_download,
    found_file,
    hotline_of,
    just_saved,
    one_file,
    save,
    saved_already,
    shown_waits_of_edit,
    what_was_done,
    why_not_saved,
)
from hotline.pages.frame.parts import PageParts
from hotline.pages.words import rota as told
from hotline.pages.words.edits import Meaning, meaning_of, rota_meaning, with_opening_hours
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import ngettext
from hotline.pages.words.wording import as_worded_json, in_words, worded

AREA = f"<any({', '.join(AREAS)}):area>"
_NOT_TEXT = "\0"
CHECKS_AT_ONCE = 2
"""Checks during typing at a time in one process: one of a rota of a thousand volunteers takes about a second."""
_PATIENCE = 1.0
"""Seconds that a check waits for its turn. After that the editor asks again by itself."""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of an edit before it is saved. `reviewed` is the digest of the reviewed bytes.

    `known` are the findings from before the edit. `waits` is what it does to waits; None: not forecast.
    """

    findings: Sequence[Finding]
    refusing: Sequence[Finding]
    meaning: Meaning | None
    rows: Sequence[ComparedRow]
    reviewed: str
    after: bytes
    known: Sequence[Finding] = ()
    waits: Sequence[str] | None = None

    @property
    def changed(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A save that came second: the text of who saved first, the time, and whether both edits could be merged."""

    version: Version | None
    rows: Sequence[ComparedRow]
    together: bool


class FilesPages:
    """The pages at `/rota/<id>/file` and `/flow/<id>/file`, and the versions beside them."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._checking = BoundedSemaphore(CHECKS_AT_ONCE)

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        files = Blueprint("files", __name__)
        files.add_app_template_filter(marked)
        files.add_app_template_filter(what_was_done)
        files.get(f"/{AREA}/<id>/file")(self.edit)
        files.post(f"/{AREA}/<id>/file")(self.store)
        files.post(f"/{AREA}/<id>/file/check")(self.check)
        files.get(f"/{AREA}/<id>/file/words.json")(self.words)
        files.get(f"/{AREA}/<id>/versions")(self.versions)
        files.get(f"/{AREA}/<id>/versions/<int:number>")(self.version)
        files.post(f"/{AREA}/<id>/restore")(self.restore)
        files.post(f"/{AREA}/<id>/undo")(self.undo)
        return files

    def edit(self, area: str, id: str) -> str:
        file = one_file(self._parts, area, id)
        text = shown_text(file.raw)
        return _editor(self._parts, file, text if g.person.coordinator or text is None else masked(text))

    def store(self, area: str, id: str) -> Response | str | tuple[str, int]:
        texts = self._parts.saved.texts()
        file, text = found_file(texts, area, id), _sent_text()
        base = request.form.get("base", "")
        if request.form.get("step") == "save" and (kept := saved_already(self._parts, file.path, file.raw)):
            return redirect(url_for("files.edit", area=area, id=id, saved=kept.number), 303)
        if base != digest(file.raw):
            return _conflict(self._parts, texts, file, text, base), 409
        review = review_of(self._parts, texts, file, text)
        step = request.form.get("step", "look")
        if step in ("look", "waits"):
            shown = self._with_waits(texts, file, review) if step == "waits" else review
            return _editor(self._parts, file, text, shown)
        if review.refusing:
            return _editor(self._parts, file, text, review, _("Not saved. Fix the errors marked below first.")), 422
        if step == "download":
            return as_download(file.path, review.after)
        if request.form.get("reviewed") != review.reviewed:
            return _editor(self._parts, file, text, review, _("These are the changes. Check them, then save."))
        if not review.changed:
            return _editor(self._parts, file, text, review, _("There is nothing to save: you have made no changes."))
        if problem := gap_problem(review.meaning):
            return _editor(self._parts, file, text, review, problem), 422
        try:
            kept = save(self._parts, file.path, base, review.after, "edit")
        except FileChanged:
            texts = self._parts.saved.texts()
            return _conflict(self._parts, texts, found_file(texts, area, id), text, base), 409
        except FilesError as error:
            return _editor(self._parts, file, text, review, in_words(error)), 422
        return redirect(url_for("files.edit", area=area, id=id, saved=kept.number), 303)

    def _with_waits(self, texts: Mapping[str, bytes], file: FoundFile, review: Review) -> Review:
        if review.refusing or review.meaning is None:
            return review
        hotline = hotline_of(self._parts, file)
        return replace(review, waits=shown_waits_of_edit(self._parts, hotline, texts, file.path, review.after))

    def check(self, area: str, id: str) -> Response:
        texts = self._parts.saved.texts()
        file, text = found_file(texts, area, id), _sent_text()
        if not self._checking.acquire(timeout=_PATIENCE):
            abort(429)
        try:
            review = review_of(self._parts, texts, file, text)
        finally:
            self._checking.release()
        return jsonify(
            findings=[
                {**as_worded_json(finding), "length": finding.length}
                for finding in review.findings
                if finding.file == file.path
            ],
            reviewed=review.reviewed,
            summary=_summary(review),
            stale=request.form.get("base", "") != digest(file.raw),
            refused=bool(review.refusing),
            html=render_template("files/review.html", file=file, review=review, scripted=True),
        )

    def words(self, area: str, id: str) -> Response:
        texts = self._parts.saved.texts()
        file = found_file(texts, area, id)
        rotas = {PurePosixPath(path).stem for path in texts if path.startswith("rota/")}
        return jsonify(completions(FORMATS[file.path.partition("/")[0]], rotas))

    def versions(self, area: str, id: str) -> str:
        file = one_file(self._parts, area, id)
        problem, known = "", []
        try:
            known = self._parts.saved.history(file.path, self._parts.clock())
        except FilesError as error:
            problem = in_words(error)
        return render_template(
            "files/versions.html", known=known, problem=problem, gaps=(), saved=just_saved(self._parts, file.path),
            **_common(self._parts, file),
        )  # fmt: skip

    def version(self, area: str, id: str, number: int) -> str:
        file = one_file(self._parts, area, id)
        known = {one.number: one for one in self._parts.saved.history(file.path, self._parts.clock())}
        numbers = sorted(known)
        older = [one for one in numbers if one < number]
        against = request.args.get("with", older[-1] if older else number, type=int)
        if number not in known or against not in known:
            abort(404)
        first, second = sorted((against, number))
        before, after = (_text_of(self._parts, file, one) for one in (first, second))
        return render_template(
            "files/version.html",
            before=known[first],
            after=known[second],
            current=numbers[-1],
            known=list(known.values()),
            rows=rows(before, after) if g.person.coordinator else rows(masked(before), masked(after)),
            meaning=meaning_of(area, id, file.path, before.encode(), after.encode(), self._parts.clock()),
            **_common(self._parts, file),
        )

    def restore(self, area: str, id: str) -> Response | tuple[str, int]:
        return _bring_back(self._parts, one_file(self._parts, area, id), _number(), "restore")

    def undo(self, area: str, id: str) -> Response | tuple[str, int]:
        file, number = one_file(self._parts, area, id), _number()
        known = self._parts.saved.history(file.path, self._parts.clock())
        if len(known) < 2 or known[0].number != number:
            return _not_brought_back(self._parts, file, _("This cannot be undone: the file has changed since.")), 409
        return _bring_back(self._parts, file, known[1].number, "undo")


def marked(words: str) -> Markup:
    """A finding's words, with text between backticks marked as file content."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return escape(words)
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if place % 2 else one for place, one in enumerate(parts)
    )


# --------------------------------------------------------------------------------------------------------- reviewing


def review_of(parts: PageParts, texts: Mapping[str, bytes], file: FoundFile, text: str) -> Review:
    """Return the findings of a text that replaces a file, and its effects."""
    return review_bytes(parts, texts, file, as_before(file.raw, text))


def review_bytes(parts: PageParts, texts: Mapping[str, bytes], file: FoundFile, after: bytes) -> Review:
    """Return the findings of bytes that replace a file, and their effects."""
    checked = check_edit(texts, file.path, after, parts.clock(), parts.saved.countries)
    before = shown_text(file.raw) or ""
    return Review(
        checked.findings,
        checked.refusing,
        _meaning(parts, file, after, checked),
        rows(before, shown_text(after) or ""),
        digest(after),
        after,
        checked.known,
    )


def _meaning(parts: PageParts, file: FoundFile, after: bytes, checked: Checked) -> Meaning | None:
    """Return the effects of bytes that replace a file, with those of opening hours on gaps."""
    if file.area == "rota":
        was, becomes = (by_rota(one.hotlines.values()).get(file.id) for one in (checked.before, checked.loaded))
        if was and becomes:
            return rota_meaning(was.schedule, becomes.schedule, parts.clock())
    meaning = meaning_of(file.area, file.id, file.path, file.raw, after, parts.clock())
    old, new = hotline_of(parts, file), checked.loaded.hotlines.get(file.id)
    if file.area == "rota" or meaning is None or old is None or new is None:
        return meaning
    return with_opening_hours(meaning, old, new, parts.clock())


def _summary(review: Review) -> str:
    """Summarize the findings in a few words, during typing."""
    counts = {one: sum(found.severity == one for found in review.findings) for one in ("error", "warning", "note")}
    said = [
        ngettext("%(num)d error", "%(num)d errors", counts["error"]) if counts["error"] else "",
        ngettext("%(num)d warning", "%(num)d warnings", counts["warning"]) if counts["warning"] else "",
        ngettext("%(num)d note", "%(num)d notes", counts["note"]) if counts["note"] else "",
    ]
    return ", ".join(one for one in said if one) or _("No problems found.")


def gap_problem(meaning: Meaning | None) -> str:
    """Return why a change is not saved as sent: it leaves nobody, or a gap that was not confirmed.

    "" if it may be saved.
    """
    if meaning and meaning.nobody:
        return _("Not saved: callers would reach nobody %(time)s.", time=told.listed(meaning.nobody))
    if meaning and meaning.gaps and "sure" not in request.form:
        return _("Tick the box to confirm the gap.")
    return ""


def _sent_text() -> str:
    """The text in a form. Aborts with 400 if there is none, or if no file can hold it."""
    text = request.form.get("text")
    if text is None or _NOT_TEXT in text:
        abort(400)
    return text


def _number() -> int:
    number = request.form.get("number", type=int)
    if number is None:
        abort(400)
    return number


# ----------------------------------------------------------------------------------------------------------- editing


def _editor(
    parts: PageParts,
    file: FoundFile,
    text: str | None,
    review: Review | None = None,
    problem: str = "",
    conflict: Conflict | None = None,
) -> str:
    return render_template(
        "files/edit.html",
        text=text,
        base=digest(file.raw),
        review=review,
        problem=problem,
        conflict=conflict,
        pairs=list(side_by_side(conflict.rows)) if conflict else [],
        saved=just_saved(parts, file.path),
        **_common(parts, file),
    )


def _conflict(parts: PageParts, texts: Mapping[str, bytes], file: FoundFile, text: str, base: str) -> str:
    """The page for an edit of an outdated version: both side by side, and merged if they touch different lines."""
    known: Sequence[Version] = ()
    both = None
    try:
        known = parts.saved.history(file.path, parts.clock())
        start = next((one for one in known if one.digest == base), None)
        began = shown_text(parts.saved.versions.text(file.path, start.number) or b"") if start else None
        theirs = shown_text(file.raw)
        if began is not None and theirs is not None:
            both = merged(began, "\n".join(text.splitlines()) + ("\n" if text.endswith("\n") else ""), theirs)
    except FilesError:
        pass  # without the versions both are still shown beside each other
    conflict = Conflict(known[0] if known else None, rows(shown_text(file.raw) or "", _plain(text)), both is not None)
    edited = text if both is None else both
    return _editor(parts, file, edited, review_of(parts, texts, file, edited), conflict=conflict)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _bring_back(parts: PageParts, file: FoundFile, number: int, how: str) -> Response | tuple[str, int]:
    """Save an older version as the newest, if the hotline can run with it."""
    raw = parts.saved.versions.text(file.path, number)
    if raw is None:
        abort(404)
    base = request.form.get("base") or digest(file.raw)
    checked = check_edit(parts.saved.texts(), file.path, raw, parts.clock(), parts.saved.countries)
    if checked.refusing:
        one = checked.refusing[0]
        why = _(
            "This version can no longer be used. Line %(line)s: %(message)s",
            line=one.line,
            message=worded(one.message),
        )
        return _not_brought_back(parts, file, why), 422
    meaning = _meaning(parts, file, raw, checked)
    if problem := gap_problem(meaning):
        gaps = () if meaning is None or meaning.nobody else meaning.gaps
        return _not_brought_back(parts, file, problem, gaps), 422
    try:
        kept = save(parts, file.path, base, raw, how)
    except FileChanged:
        return _not_brought_back(
            parts, file, _("Somebody else changed the file in the meantime. Nothing was saved.")
        ), 409
    except FilesError as error:
        return _not_brought_back(parts, file, in_words(error)), 422
    return redirect(url_for("files.versions", area=file.area, id=file.id, saved=kept.number), 303)


def _not_brought_back(parts: PageParts, file: FoundFile, problem: str, gaps: Sequence[str] = ()) -> str:
    """The versions, the reason why none was restored, and, for `gaps` to be confirmed, the form to do it anyway."""
    known = parts.saved.history(file.path, parts.clock())
    return render_template(
        "files/versions.html", known=known, problem=problem, gaps=gaps, saved=None, sent=request.form,
        again=request.path, **_common(parts, file),
    )  # fmt: skip


def _text_of(parts: PageParts, file: FoundFile, number: int) -> str:
    raw = parts.saved.versions.text(file.path, number)
    if raw is None:
        abort(404)
    return shown_text(raw) or raw.decode("utf-8", "replace")


def _common(parts: PageParts, file: FoundFile) -> dict[str, object]:
    """Return the common content of all pages about a file."""
    hotline = hotline_of(parts, file)
    zone: tzinfo = hotline.rota.zone if hotline else UTC
    return {
        "file": file,
        "area": file.area,  # the highlighted link of the navigation
        "title": hotline.flow.name if hotline else file.id,
        "zone": zone,
        "zone_name": hotline.rota.zone_name if hotline else "UTC",
        "line": hotline,
        "why_not": why_not_saved(parts, file.path),
        "told": told,
    }
