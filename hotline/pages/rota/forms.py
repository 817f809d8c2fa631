"""Forms for an absence, a cover and a swap. They show the effects first, and then write like the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.planning.effects import Effects
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import NOTHING, Wording, together
from hotline.errors import FileChanged, FilesError
from hotline.files.edits.entering import Entered, enter_away, enter_cover, enter_swap
from hotline.files.edits.in_words import (
    breach_in_words,
    effects_in_words,
    free_in_words,
    gap_in_words,
    left_alone_in_words,
    swap_in_words,
)
from hotline.files.edits.proposal import Proposal, with_entries
from hotline.files.edits.versions import digest
from hotline.files.findings.unreadable import Unreadable
from hotline.files.loading.around import load_around
from hotline.files.loading.load import ENDINGS
from hotline.pages.frame.files_saved import (
    as_download,
    one_file,
    save,
    saved_already,
    shown_waits_of_edit,
    why_not_saved,
)
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import in_words, worded

TITLES = {
    "away": later("Somebody is away"),
    "cover": later("Somebody covers"),
    "swap": later("Two people swap"),
}


@dataclass(frozen=True, slots=True)
class EntryFields:
    """The fields of a form. `other` is the volunteer to cover for, or to swap with."""

    who: str = ""
    other: str = ""
    from_date: str = ""
    from_time: str = ""
    to_date: str = ""
    to_time: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> EntryFields:
        return cls(**{name: values.get(name, "").strip()[:60] for name in cls.__slots__})

    @property
    def words(self) -> list[str]:
        """The time, in the form typed after a command."""
        return [one for one in (self.from_date, self.from_time, self.to_date, self.to_time) if one]


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """The effects of entries. With `alone` they are never written; with `gaps` only after confirmation."""

    proposal: Proposal
    changes: Effects
    sentences: Sequence[str]
    gaps: Sequence[str]
    alone: Sequence[str]
    warnings: Sequence[str]
    hotline: Hotline
    texts: Mapping[str, bytes]
    base: str
    first: date

    @property
    def reviewed(self) -> str:
        """The digest of what is saved."""
        return digest(self.proposal.after)


def add_forms(rota: Blueprint, parts: PageParts) -> None:
    """Add `/rota/<rota>/away`, `cover` and `swap` to the rota's pages."""

    @rota.get("/rota/<rota>/<any(away, cover, swap):change>")
    def form(rota: str, change: str) -> str:
        asked = EntryFields.read(request.args)
        if request.args.get("look") and g.person.coordinator:
            with suppress(Unreadable, FilesError):  # the form then says what is wrong, when it is sent
                return _page(parts, rota, change, asked, _preview(parts, rota, change, asked))
        return _page(parts, rota, change, asked)

    @rota.post("/rota/<rota>/<any(away, cover, swap):change>")
    def enter(rota: str, change: str) -> Response | str | tuple[str, int]:
        asked = EntryFields.read(request.form)
        file = one_file(parts, "rota", rota)
        if request.form.get("step") == "write" and (kept := saved_already(parts, file.path, file.raw)):
            return redirect(url_for("rota.calendar", rota=rota, date=asked.from_date or None, saved=kept.number), 303)
        try:
            preview = _preview(parts, rota, change, asked)
        except Unreadable as problem:
            words = worded(together(problem.message, problem.help))
            return _page(parts, rota, change, asked, problem=words), 422
        except FilesError as error:
            return _page(parts, rota, change, asked, problem=in_words(error)), 422
        step = request.form.get("step", "look")
        if step in ("look", "waits") or preview.alone:
            return _page(parts, rota, change, asked, preview)
        if step == "download":
            return as_download(preview.proposal.file, preview.proposal.after)
        if preview.gaps and "sure" not in request.form:
            words = _("Tick the box to confirm the gap.")
            return _page(parts, rota, change, asked, preview, words), 422
        if request.form.get("base") != preview.base:
            return _page(parts, rota, change, asked, preview, _changed()), 409
        shown = request.form.get("reviewed", preview.reviewed)
        if shown != preview.reviewed:  # "tomorrow" is another day after midnight
            words = _("This would save something other than what was shown. Look at it again.")
            return _page(parts, rota, change, asked, preview, words), 409
        try:
            kept = save(parts, preview.proposal.file, preview.base, preview.proposal.after, change)
        except FileChanged:
            return _page(parts, rota, change, asked, _preview(parts, rota, change, asked), _changed()), 409
        except FilesError as error:
            return _page(parts, rota, change, asked, preview, problem=in_words(error)), 422
        return redirect(url_for("rota.calendar", rota=rota, date=preview.first.isoformat(), saved=kept.number), 303)


def _changed() -> str:
    return _(
        "Somebody else changed the rota in the meantime. Nothing was saved. Below is what your entry would change now."
    )


def _page(
    parts: PageParts, rota: str, change: str, asked: EntryFields, preview: EntryPreview | None = None, problem: str = ""
) -> str:
    hotline = parts.directory.by_rota(rota)
    if hotline is None:
        abort(404)
    path = preview.proposal.file if preview else f"rota/{rota}.yaml"
    return render_template(
        "rota/form.html",
        line=hotline,
        title=hotline.flow.name,
        change=change,
        heading=TITLES[change],
        asked=asked,
        volunteers=hotline.rota.volunteers.values(),
        preview=preview,
        waits=_waits(parts, preview) if preview else (),
        problem=problem,
        why_not=why_not_saved(parts, path),
        today=parts.instant().astimezone(hotline.rota.zone).date(),
        stale=False,
    )


def _waits(parts: PageParts, preview: EntryPreview) -> Sequence[str] | None:
    """Return what entries do to waits, if that was asked for; else None."""
    if request.form.get("step") != "waits":
        return None
    proposal = preview.proposal
    return shown_waits_of_edit(parts, preview.hotline, preview.texts, proposal.file, proposal.after)


def _preview(parts: PageParts, rota: str, change: str, asked: EntryFields) -> EntryPreview:
    """Return the effects of an entry. Raises Unreadable and FilesError."""
    texts = parts.saved.texts()
    paths = [f"rota/{rota}{ending}" for ending in ENDINGS]
    line = by_rota(load_around(texts, paths, parts.saved.countries).hotlines.values()).get(rota)
    if line is None:
        raise FilesError(_("The rota's file has errors and cannot be used."), _("Fix it in the editor first."))
    today = parts.instant().astimezone(line.rota.zone).date()
    if not asked.who:
        raise Unreadable("missing-field", Wording("Choose a person."), NOTHING)
    if not asked.from_date:
        raise Unreadable("missing-field", Wording("Enter the first day."), NOTHING)
    entered = _entered(line, change, asked, today)
    proposal, changes = with_entries(texts, rota, entered.entries, parts.saved.countries)
    new = proposal.new
    said = swap_in_words(line, entered.exchange) if entered.exchange else effects_in_words(line, changes)
    last = max(proposal.new.schedule.clock.last(entry.end) for entry in entered.entries)
    warnings = [worded(breach_in_words(line.rota, breach)) for breach in changes.breaches]
    warnings += [
        worded(together(warning.message, warning.help))
        for warning in proposal.warnings
        if warning.severity == "warning"
    ]
    if last < parts.now():
        warnings.append(_("All of this is in the past."))
    return EntryPreview(
        proposal,
        changes,
        [worded(words) for words in said],
        [_with_who_is_free(new, gap_in_words(new, hole.time), hole.time) for hole in changes.gaps if not hole.nobody],
        [_with_who_is_free(new, left_alone_in_words(new, hole.time), hole.time) for hole in changes.left_alone],
        warnings,
        line,
        texts,
        digest(proposal.before),
        date.fromordinal(min(entry.start for entry in entered.entries) // DAY),
    )


def _entered(hotline: Hotline, change: str, asked: EntryFields, today: date) -> Entered:
    if change == "away":
        return enter_away(hotline, asked.who, asked.words, today)
    if change == "cover":
        return enter_cover(hotline, asked.who, asked.other or None, asked.words, today)
    if not asked.other:
        raise Unreadable("missing-field", Wording("Choose the second person."), NOTHING)
    return enter_swap(hotline, asked.who, asked.other, asked.words, today)


def _with_who_is_free(hotline: Hotline, said: Wording, time: Span) -> str:
    return worded(together(said, free_in_words(hotline, time)))
