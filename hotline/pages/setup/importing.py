"""Volunteers from a table: a file or pasted cells, whose columns people match by eye.

The table is kept in the form as text from the first step on, where its rows can be corrected. So nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.errors import FileChanged, FilesError
from hotline.files.edits.rewrite import content_of, rewritten
from hotline.files.edits.starter import FirstPerson, short_names
from hotline.files.edits.versions import digest
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.meant import is_language, languages_meant
from hotline.files.values.names import unspeakable
from hotline.files.values.phones import country_code, phone, without_trunk
from hotline.files.values.tables import TableFile, table_of_file, table_of_text, text_of_table
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.files.page import Review, review_bytes
from hotline.pages.frame.files_saved import FoundFile, found_file, one_file, save, saved_already, why_not_saved
from hotline.pages.frame.kept_form import chosen_file
from hotline.pages.frame.parts import PageParts
from hotline.pages.rota.page import is_stale, line_of, title_of
from hotline.pages.setup.editing import text_of
from hotline.pages.setup.fields import in_short, said
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import in_words, worded

COLUMNS = {
    "": later("Leave out"),
    "name": later("Name"),
    "first": later("First name"),
    "last": later("Last name"),
    "phone": later("Phone"),
    "languages": later("Languages"),
}
_GUESSES = {
    "first": r"first|given|nombre de pila|vorname|prénom",
    "last": r"last|sur ?name|family|apellido|nachname|nom de",
    "phone": r"phone|mobile|cell|tel|número|number|handy",
    "languages": r"lang|idioma|sprache|langue",
    "name": r"name|nombre|volunteer|voluntari",
}
_SHOWN = 5
_NATIONAL = 10
"""Digits of a number that, after those of the country code, is a whole one."""
_LANGUAGES_APART = re.compile(r"[\s,;/&+|]+(?:(?:and|y|und|et)\s+)?")
_NUMBER = re.compile(r"[+(]?\d[\d\s().\-/]{5,}")


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """The content of a table: new volunteers, and the rows that cannot be used, each with its number and why."""

    people: Mapping[str, dict[str, Plain]]
    bad: Sequence[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class ImportForm:
    """The form as it was sent. `uses` has what each column holds, `notes` what of the file was not read."""

    text: str
    rows: Sequence[Sequence[str]]
    uses: Sequence[str]
    headed: bool
    prefix: str
    notes: Sequence[str] = ()


def add_import(setup: Blueprint, parts: PageParts) -> None:
    """Add `/rota/<rota>/import` to the set-up pages."""

    @setup.get("/rota/<rota>/import")
    def table(rota: str) -> str:
        return _page(parts, one_file(parts, "rota", rota), None)

    @setup.post("/rota/<rota>/import")
    def take(rota: str) -> Response | str | tuple[str, int]:
        texts = parts.saved.texts()
        file = found_file(texts, "rota", rota)
        if request.form.get("step") == "write" and (kept := saved_already(parts, file.path, file.raw)):
            return redirect(url_for("setup.overview", rota=rota, saved=kept.number), 303)
        try:
            form = _form(parts, file)
            content = content_of(text_of(file))
        except Unreadable as problem:
            return _page(parts, file, None, words=in_short(problem)), 422
        except FilesError as error:
            return _page(parts, file, None, words=in_words(error)), 422
        if "use_0" not in request.form:
            return _page(parts, file, form)
        if unmatched := _unmatched(form):
            return _page(parts, file, form, words=unmatched), 422
        found = found_people(form, mapping(content.get("volunteers")))
        if not found.people:
            return _page(parts, file, form, found, words=_("No row can be used.") if found.bad else ""), 422
        people = {**mapping(content.get("volunteers")), **found.people}
        try:
            after = rewritten(text_of(file), {**content, "volunteers": people})
        except FilesError as error:
            return _page(parts, file, form, found, words=in_words(error)), 422
        review = review_bytes(parts, texts, file, after.encode())
        refused = "; ".join(dict.fromkeys(f"{worded(one.message)} {worded(one.help)}" for one in review.refusing))
        if refused or request.form.get("step") != "write":
            return _page(parts, file, form, found, review, refused), 422 if refused else 200
        return _written(parts, file, form, found, review)


def _written(
    parts: PageParts, file: FoundFile, form: ImportForm, found: ImportedTable, review: Review
) -> Response | str | tuple[str, int]:
    if found.bad and "sure" not in request.form:
        words = _("Correct the rows that cannot be used, or tick the box to leave them out.")
        return _page(parts, file, form, found, review, words), 422
    base = digest(file.raw)
    if request.form.get("base") != base or request.form.get("reviewed") != review.reviewed:
        words = _("The rota or the table has changed. Nothing was saved. Look again at what would be added.")
        return _page(parts, file, form, found, review, words), 409
    try:
        kept = save(parts, file.path, base, review.after, "import")
    except (FileChanged, FilesError) as error:
        return _page(parts, file, form, found, review, in_words(error)), 409
    return redirect(url_for("setup.overview", rota=file.id, saved=kept.number), 303)


def _form(parts: PageParts, file: FoundFile) -> ImportForm:
    """The table that was sent, with the columns as chosen or guessed. Raises Unreadable."""
    raw = chosen_file("file")
    table = table_of_file(raw) if raw else TableFile(table_of_text(request.form.get("text", "")))
    rows, notes = table.rows, [worded(one) for one in table.notes]
    wide = len(rows[0]) if rows else 0
    prefix = request.form.get("prefix", _prefix(parts, file)).strip()
    if "use_0" in request.form and not raw:
        uses = [one if (one := request.form.get(f"use_{at}", "")) in COLUMNS else "" for at in range(wide)]
        return ImportForm(text_of_table(rows), rows, uses, "headed" in request.form, prefix)
    uses = guessed(rows)
    headings = [re.search("|".join(_GUESSES.values()), one.casefold()) for one in rows[0]] if rows else []
    headed = any(headings) and not any(_NUMBER.fullmatch(one) for one in rows[0])
    return ImportForm(text_of_table(rows), rows, uses, headed, prefix, notes)


def _prefix(parts: PageParts, file: FoundFile) -> str:
    """The country code of numbers without one: that of the hotline."""
    number = next(iter(line_of(parts, file.id).flow.numbers), "")
    return f"+{country_code(number)}" if number else "+1"


def guessed(rows: Sequence[Sequence[str]]) -> list[str]:
    """Guess what each column holds, by its heading or by the numbers in it."""
    uses: list[str] = []
    for at in range(len(rows[0]) if rows else 0):
        heading = rows[0][at].casefold()
        use = next((use for use, words in _GUESSES.items() if re.search(words, heading)), "")
        cells = [row[at] for row in rows[1:] or rows if row[at]]
        if not use and cells and all(_NUMBER.fullmatch(one) for one in cells):
            use = "phone"
        uses.append("" if use in uses else use)
    if not {"name", "first"} & set(uses):
        free = [at for at, use in enumerate(uses) if not use]
        if free:
            uses[free[0]] = "name"
    return uses


def _unmatched(form: ImportForm) -> str:
    if not form.rows:
        return _("The table is empty. Choose a file, or paste cells.")
    if "phone" not in form.uses:
        return _("Say which column holds the phone numbers.")
    if not {"name", "first", "last"} & set(form.uses):
        return _("Say which column holds the names.")
    chosen = [use for use in form.uses if use]
    return _("Two columns are said to hold the same.") if len(set(chosen)) < len(chosen) else ""


def found_people(form: ImportForm, known: Mapping[str, Plain]) -> ImportedTable:
    """Return the new volunteers of a table, under new short names, and the rows that cannot be used."""
    phones = {
        _digits(said(mapping(one).get("phone"))): said(mapping(one).get("name")) or who for who, one in known.items()
    }
    people: dict[str, dict[str, Plain]] = {}
    bad: list[tuple[int, str, str]] = []
    for number, row in enumerate(form.rows, 1):
        if number == 1 and form.headed:
            continue
        entry, why = _entry(form, row)
        typed = _digits(said(entry.get("phone")))
        if not why and typed in phones:
            why = _("%(name)s has this phone already.", name=phones[typed])
        if why:
            bad.append((number, ", ".join(one for one in row if one), why))
            continue
        name = said(entry["name"])
        who = next(iter(short_names([FirstPerson(name, "")], [*known, *people])))
        people[who], phones[typed] = entry, name
    return ImportedTable(people, bad)


def _entry(form: ImportForm, row: Sequence[str]) -> tuple[dict[str, Plain], str]:
    """A volunteer from a row, and what is wrong with it."""
    cells = {use: cell for use, cell in zip(form.uses, row, strict=False) if use}
    name = cells.get("name") or " ".join(one for one in (cells.get("first"), cells.get("last")) if one)
    typed = cells.get("phone", "")
    if not name:
        return {}, _("There is no name.")
    if not typed:
        return {"name": name}, _("There is no phone number.")
    if invisible := unspeakable(name):
        return {}, worded(invisible)
    try:
        typed = _international(typed, form.prefix)
    except Unreadable as problem:
        return {"name": name}, in_short(problem)
    languages = [one for one in _LANGUAGES_APART.split(cells.get("languages", "").casefold()) if one]
    codes: list[Plain] = [languages_meant(one)[-1] for one in languages]
    if unknown := next((one for one, code in zip(languages, codes, strict=True) if not is_language(str(code))), ""):
        return {"name": name}, _(
            "“%(language)s” is no language known here. Write its name or its code.", language=unknown
        )
    codes = [*dict.fromkeys(codes)]
    return {"name": name, "phone": typed, **({"languages": codes} if codes else {})}, ""


def _international(typed: str, prefix: str) -> str:
    """A number with its country code, which Excel may have cut off or left without its +. Raises Unreadable."""
    typed = typed.lstrip("'")
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    digits, code = _digits(typed), _digits(prefix)
    if not typed.startswith("+"):
        typed = re.sub(r"(\d{7,})\.0+", r"\1", typed)
        whole = code and digits.startswith(code) and len(digits) - len(code) >= _NATIONAL
        typed = f"+{typed}" if whole else f"{prefix} {without_trunk(typed, prefix)}"
    phone(typed)
    return typed


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _page(
    parts: PageParts,
    file: FoundFile,
    form: ImportForm | None,
    found: ImportedTable | None = None,
    review: Review | None = None,
    words: str = "",
) -> str:
    hotline = line_of(parts, file.id)
    return render_template(
        "setup/import.html",
        line=hotline,
        title=title_of(parts, file.id),
        file=file,
        form=form,
        shown=form.rows[:_SHOWN] if form else (),
        columns=COLUMNS,
        found=found,
        review=review,
        base=digest(file.raw),
        words=words,
        typed=request.form.get("text", "") if form is None else form.text,
        why_not=why_not_saved(parts, file.path),
        stale=is_stale(parts, hotline),
    )
