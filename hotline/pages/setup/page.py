"""Setting up a line: an overview of all that is in its rota, and a form for each part of the rota and the call flow.

Every form shows first what changes for whom, and then writes the file as an editor with care would. Its fields may come
from the address, so that other pages can open it filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.calls.flow import Hotline
from hotline.errors import FileChanged, FilesError
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.meant import WEEKDAYS
from hotline.files.values.times import moment
from hotline.files.yaml.document import mapping
from hotline.pages.files.page import gap_problem
from hotline.pages.frame.files_saved import (
    FoundFile,
    as_download,
    found_file,
    hotline_of,
    just_saved,
    one_file,
    path_of,
    save,
    saved_already,
    shown_waits_of_edit,
    why_not_saved,
)
from hotline.pages.frame.parts import PageParts
from hotline.pages.rota.page import is_stale, line_of, title_of
from hotline.pages.setup.contents import contents_of, opening_in_words
from hotline.pages.setup.editing import (
    KINDS,
    Edit,
    Outlook,
    changed_text,
    content_in,
    find_edit,
    outlook,
    text_without,
)
from hotline.pages.setup.fields import Mistyped, Values, place_number
from hotline.pages.setup.importing import add_import
from hotline.pages.setup.new_hotline import add_new_hotline
from hotline.pages.setup.zone_form import cities
from hotline.pages.words.language import gettext as _
from hotline.pages.words.wording import in_words

_OURS = {"csrf_token", "step", "base", "reviewed", "entry", "was", "sure", "remove"}
_MORE = 4
_MOST_FIELDS = 5_000


class SetupPages:
    """The pages at `/rota/<rota>/setup`, with the forms beside it and beside `/flow/<flow>`."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        setup = Blueprint("setup", __name__)
        setup.get("/rota/<rota>/setup")(self.overview)
        for area, kinds in KINDS.items():
            address = f"/{area}/<{area}>/<any({', '.join(kinds)}):kind>"
            setup.get(address)(self.form)
            setup.post(address)(self.enter)
        add_new_hotline(setup, self._parts)
        add_import(setup, self._parts)
        return setup

    def overview(self, rota: str) -> str:
        file = one_file(self._parts, "rota", rota)
        problem, contents = "", None
        try:
            contents = contents_of(content_in(file))
        except FilesError as error:
            problem = in_words(error)
        return render_template(
            "setup/overview.html",
            contents=contents,
            opening=_opening(self._parts, rota),
            problem=problem,
            saved=just_saved(self._parts, file.path),
            **_common(self._parts, file),
        )

    def form(self, kind: str, rota: str = "", flow: str = "") -> str | tuple[str, int]:
        file = one_file(self._parts, "rota" if rota else "flow", rota or flow)
        step = request.args.get("entry", "")
        try:
            edit = self._edit(file, kind, step)
        except FilesError as error:
            return self._broken(file, in_words(error))
        if edit is None or not (edit.step or edit.kind.adds):
            abort(404)
        form = edit.kind.form
        values = form.shown(edit.old) if edit.step else _from_address()
        return self._page(edit, values)

    def enter(self, kind: str, rota: str = "", flow: str = "") -> Response | str | tuple[str, int]:
        texts = self._parts.saved.texts()
        file, values = _file(texts, rota, flow), _typed()
        if request.form.get("step") == "write" and (kept := saved_already(self._parts, file.path, file.raw)):
            return redirect(_after(file, kept.number), 303)
        step = request.form.get("entry", "")
        try:
            edit = self._edit(file, kind, step, request.form.get("was", ""))
            if edit is None or not (edit.step or edit.kind.adds):
                by_name = step and not step.isdecimal()
                now = self._edit(file, kind, step) if by_name else None
                words = _changed_meanwhile() if now else _gone(KINDS[file.area][kind].adds)
                now = now or self._edit(file, kind, "")
                assert now is not None
                return self._page(now, values, words=words), 409
        except FilesError as error:
            return self._broken(file, in_words(error))
        return self._entered(texts, edit, values)

    def _edit(self, file: FoundFile, kind: str, step: str, was: str = "") -> Edit | None:
        """The form's part of the file; None if it is not there. Raises FilesError."""
        hotline = _line(self._parts, file)
        languages = list(hotline.flow.languages) if hotline else list(mapping(content_in(file).get("languages")))
        edit = find_edit(file, KINDS[file.area][kind], languages or ["en"], step, was)
        return replace(edit, mail=self._parts.mail, rotas=_rotas(self._parts)) if edit else None

    def _entered(self, texts: Mapping[str, bytes], edit: Edit, values: Values) -> Response | str | tuple[str, int]:
        step = request.form.get("step", "look")
        removing = step == "remove" or "remove" in request.form
        if removing and not (edit.step and edit.kind.listed and edit.kind.removes):
            abort(400)
        if step == "more":
            return self._page(edit, {**values, "places": str(_count(values) + _MORE)})
        try:
            after, placed = (text_without(edit), edit) if removing else changed_text(edit, values)
            seen = outlook(self._parts, texts, placed, after, None if removing else values)
        except Mistyped as problem:
            return self._page(edit, values, problems={problem.name: problem.words}), 422
        except FilesError as error:
            return self._page(edit, values, words=in_words(error)), 422
        if seen.refused:
            return self._page(edit, values, seen, problems=seen.problems, removing=removing), 422
        if step in ("look", "remove", "waits"):
            if seen.bears_on_waits:
                seen = replace(seen, waits=self._waits(texts, edit.file, seen) if step == "waits" else None)
            return self._page(edit, values, seen, removing=removing)
        if step == "download":
            return as_download(edit.file.path, seen.review.after)
        return self._written(edit, values, seen, removing)

    def _waits(self, texts: Mapping[str, bytes], file: FoundFile, seen: Outlook) -> Sequence[str]:
        hotline = _line(self._parts, file)
        return shown_waits_of_edit(self._parts, hotline, texts, file.path, seen.review.after)

    def _written(self, edit: Edit, values: Values, seen: Outlook, removing: bool) -> Response | str | tuple[str, int]:
        """Save what was shown before, unless the file has changed since or a gap is not confirmed."""
        if problem := gap_problem(seen.review.meaning):
            return self._page(edit, values, seen, words=problem, removing=removing), 422
        if request.form.get("base") != seen.base or request.form.get("reviewed") != seen.review.reviewed:
            return self._page(edit, values, seen, words=_changed(), removing=removing), 409
        how = f"form-{edit.kind.form.kind}"
        try:
            kept = save(self._parts, edit.file.path, seen.base, seen.review.after, how)
        except FileChanged:
            return self._page(edit, values, words=_changed(), removing=removing), 409
        except FilesError as error:
            return self._page(edit, values, seen, words=in_words(error), removing=removing), 422
        return redirect(_after(edit.file, kept.number), 303)

    def _page(
        self,
        edit: Edit,
        values: Values,
        seen: Outlook | None = None,
        *,
        problems: Mapping[str, str] | None = None,
        words: str = "",
        removing: bool = False,
    ) -> str:
        kind = edit.kind
        groups = kind.form.fields(values, edit.about)
        fields = [one for group in groups for one in group.fields]
        return render_template(
            "setup/form.html",
            kind=kind.form.kind,
            heading=_heading(edit, removing),
            more=_(kind.more) if kind.more and any(one.name[-1].isdecimal() for one in fields) else "",
            action=_action(edit),
            edit=edit,
            values=values,
            groups=groups,
            seen=seen,
            problems=problems or {},
            words=words,
            removing=removing,
            **_common(self._parts, edit.file),
        )

    def _broken(self, file: FoundFile, words: str) -> tuple[str, int]:
        common = _common(self._parts, file)
        page = render_template("setup/broken.html", problem=words, typed=list(_typed().items()), **common)
        return page, 409


def _file(texts: Mapping[str, bytes], rota: str, flow: str) -> FoundFile:
    """The file of a rota, or of a call flow. Aborts with 404 for none."""
    return found_file(texts, "rota", rota) if rota else found_file(texts, "flow", flow)


def _rotas(parts: PageParts) -> list[str]:
    """The names of all rota files."""
    with suppress(FilesError):
        return sorted(name.partition("/")[2].rpartition(".")[0] for name in parts.saved.names() if name[:5] == "rota/")
    return []


def _opening(parts: PageParts, rota: str) -> list[str] | None:
    """The opening hours of a rota's line in words; None if its file cannot be read."""
    line = parts.directory.by_rota(rota)
    if line is not None and path_of(parts, "flow", line.id):
        with suppress(FilesError):
            return opening_in_words(content_in(one_file(parts, "flow", line.id)))
    return None


def _line(parts: PageParts, file: FoundFile) -> Hotline | None:
    """The hotline that uses a file. Aborts with 404 for a rota that none uses; None for a flow that cannot be used."""
    return line_of(parts, file.id) if file.area == "rota" else hotline_of(parts, file)


def _common(parts: PageParts, file: FoundFile) -> dict[str, object]:
    """The content that these pages share."""
    hotline = _line(parts, file)
    title = title_of(parts, file.id) if file.area == "rota" else hotline.flow.name if hotline else file.id
    return {
        "line": hotline,
        "title": title,
        "file": file,
        "area": file.area,
        "back": _after(file),
        "why_not": why_not_saved(parts, file.path),
        "stale": hotline is not None and file.area == "rota" and is_stale(parts, hotline),
        "cities": cities(),
    }


def _after(file: FoundFile, saved: int | None = None) -> str:
    """The address of the page that lists the parts of a file."""
    if file.area == "flow":
        return url_for("flow.graph", id=file.id, saved=saved)
    return url_for("setup.overview", rota=file.id, saved=saved)


def _action(edit: Edit) -> str:
    kind, id = edit.kind.form.kind, edit.file.id
    if edit.file.area == "flow":
        return url_for("setup.enter", flow=id, kind=kind)
    return url_for("setup.enter", rota=id, kind=kind)


def _heading(edit: Edit, removing: bool) -> str:
    name = _(edit.kind.change if edit.step else edit.kind.new)
    if edit.kind.section == "steps" and edit.step:
        return _("Remove the step %(step)s", step=edit.step) if removing else f"{name}: {edit.step}"
    return f"{name} · {_('Remove')}" if removing else name


def _typed() -> dict[str, str]:
    """Return the typed fields, without our own. Aborts with 413 for far too many: nothing that is typed is cut."""
    if len(request.form) > _MOST_FIELDS:
        abort(413)
    return {name: one.strip() for name, one in request.form.items() if name not in _OURS}


def _count(values: Values) -> int:
    """Count the places that a form has now."""
    found = [name.rpartition("_")[2] for name in values]
    turns = [name.split("_")[1] for name in values if name.startswith("turn_")]
    return max(map(place_number, (*found, *turns)), default=0)


def _from_address() -> dict[str, str]:
    """Values from the address: fields by name, or a time from a calendar as `from`, `to` and `who`."""
    found = {name: one for name, one in request.args.items() if name not in ("from", "to", "who", "saved")}
    if who := request.args.get("who"):
        found |= {"on_call_1": who, "turn_1_1": who}
    with suppress(Unreadable, OverflowError):
        start, end = (moment(request.args.get(name, "").replace("T", " ")) for name in ("from", "to"))
        clocks = [f"{(one.minute or 0) // 60 % 24:02}:{(one.minute or 0) % 60:02}" for one in (start, end)]
        last = end.day + timedelta(days=1) if end.minute is None else end.day
        long = end.start - start.start > 24 * 60
        found |= {"start": clocks[0], "end": clocks[1], "starting": start.day.isoformat()}
        first, final = WEEKDAYS[start.day.weekday()], WEEKDAYS[last.weekday()]
        found |= {"pattern": "long", "from_day": first, "to_day": final} if long else {f"day_{first}": "yes"}
    return found


def _changed() -> str:
    return _(
        "Somebody else changed the file in the meantime. Nothing was saved. Below is what your entry would change now."
    )


def _changed_meanwhile() -> str:
    return _(
        "Somebody else changed this entry in the meantime. Nothing was saved. What you typed is below: look again."
    )


def _gone(adds: bool) -> str:
    if not adds:
        return _("Somebody else removed this step in the meantime. Nothing was saved. What you typed is still below.")
    return _(
        "Somebody else changed or removed this entry in the meantime. Nothing was saved."
        " You can add what you typed as a new entry."
    )
