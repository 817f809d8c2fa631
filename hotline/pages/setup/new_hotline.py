"""The form for a new hotline. It writes the files that `hotline init` writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.people import Deed
from hotline.errors import DatabaseUnavailable, FilesError
from hotline.files.edits.rewrite import path_at
from hotline.files.edits.starter import OPENINGS, WORDS, Beginning, FirstPerson, short_names, starter_files
from hotline.files.loading.around import load_edit
from hotline.files.loading.load import ENDINGS, FOLDERS
from hotline.files.shapes.schema import write_schemas
from hotline.pages.frame.parts import PageParts
from hotline.pages.setup.fields import Field, Fields, Mistyped, Values, check_name, filled, listed, needed, places
from hotline.pages.setup.zone_form import cities, city_field, zone_of
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, later
from hotline.pages.words.wording import in_words, worded

_OPENINGS = {
    "short": later("Short: finds someone at once"),
    "warm": later("Warm: it's good that you called"),
    "danger": later("With the emergency number first"),
}
_MOST_TYPED = 500


def add_new_hotline(setup: Blueprint, parts: PageParts) -> None:
    """Add `/new` to the set-up pages."""

    @setup.get("/new")
    def new() -> str:
        return _page(parts, {"language_en": "yes", **request.args.to_dict()})

    @setup.post("/new")
    def create() -> Response | str | tuple[str, int]:
        values = {name: one.strip()[:_MOST_TYPED] for name, one in request.form.items() if name != "csrf_token"}
        if values.get("step") == "more":
            return _page(parts, {**values, "places": str(places(values, "name_") + 4)})
        try:
            texts = parts.saved.texts()
            beginning = _beginning(values)
            if _made_already(parts, beginning, texts):
                return _to_setup(beginning)
            _refuse_taken(beginning, texts)
            files = {path: text.encode() for path, text in starter_files(beginning).items()}
            _refuse_errors(parts, texts, files, values)
            parts.saved.create(files, g.person.name, "new", parts.clock())
        except Mistyped as problem:
            return _page(parts, values, {problem.name: problem.words}), 422
        except FilesError as error:
            return _page(parts, values, words=in_words(error)), 422
        _note(parts, beginning)
        return _to_setup(beginning)


def _to_setup(beginning: Beginning) -> Response:
    return redirect(url_for("setup.overview", rota=beginning.id, made="1"), 303)


def _made_already(parts: PageParts, beginning: Beginning, texts: Mapping[str, bytes]) -> bool:
    """Return whether this very hotline was made a moment ago: by the first of two clicks."""
    files = starter_files(beginning)
    if any(texts.get(path) != text.encode() for path, text in files.items()):
        return False
    known = [parts.saved.versions.of(path) for path in files]
    return all(versions and versions[0].who == g.person.name for versions in known)


def _note(parts: PageParts, beginning: Beginning) -> None:
    parts.directory.refresh()
    try:
        write_schemas(parts.saved.config_dir / "schemas")
    except OSError:
        parts.notice("schemas_not_written", folder=str(parts.saved.config_dir))  # only editors need them
    try:
        parts.audit.add(Deed(parts.now(), g.person.name, "file-new", f"{FOLDERS[1]}/{beginning.id}.yaml"))
    except DatabaseUnavailable:
        parts.notice("deed_not_written", what="file-new")


def _page(parts: PageParts, values: Values, problems: Mapping[str, str] | None = None, words: str = "") -> str:
    return render_template(
        "setup/new.html",
        groups=filled(_fields(values), values),
        cities=cities(),
        problems=problems or {},
        words=words,
        why_not=parts.saved.why_not_new(),
        first=not parts.directory.state.hotlines,
    )


def _fields(values: Values) -> Sequence[Fields]:
    people = [
        Fields(
            _("Volunteer %(number)s", number=at),
            [
                Field(f"name_{at}", _("Name"), more={"autocomplete": "off"}),
                Field(f"phone_{at}", _("Phone"), "tel", more={"autocomplete": "off"}),
            ],
            beside=True,
        )
        for at in range(1, places(values, "name_", 2) + 1)
    ]
    return [
        Fields(
            "",
            [
                Field("name", _("Name of the hotline"), required=True),
                Field(
                    "number",
                    _("Number that callers dial"),
                    "tel",
                    _("With + and the country code. In practice mode any number will do, such as +1 410 555 0100."),
                    required=True,
                ),
                city_field("city", _("The next big city is enough, such as Baltimore or Berlin.")),
            ],
        ),
        Fields(
            _("What callers hear"),
            [Field(f"language_{code}", language_name(code), "check") for code in WORDS],
            _("You can change every word later."),
            beside=True,
        ),
        Fields(
            "",
            [
                Field("first", _("Calls begin in"), "menu", choices=[(code, language_name(code)) for code in WORDS]),
                Field(
                    "opening",
                    _("First words"),
                    "menu",
                    choices=[(one, _(_OPENINGS[one])) for one in OPENINGS],
                ),
            ],
            beside=True,
        ),
        *people,
    ]


def _beginning(values: Values) -> Beginning:
    """The answers. Raises Mistyped."""
    name = needed(values, "name", _("Enter the name of the hotline."))
    check_name("name", name)
    number = needed(values, "number", _("Enter the number that callers dial."))
    zone = zone_of(values, "city")
    chosen = [code for code in WORDS if values.get(f"language_{code}")]
    if not chosen:
        raise Mistyped("language_en", _("Choose at least one language."))
    first = values.get("first", "")
    languages = sorted(chosen, key=lambda code: code != first)
    opening = values.get("opening", "")
    return Beginning(
        name, number, zone, _people(values), tuple(languages), opening if opening in OPENINGS else OPENINGS[0]
    )


def _people(values: Values) -> list[FirstPerson]:
    people = []
    for name_field, name in listed(values, "name_"):
        check_name(name_field, name)
        phone_field = f"phone_{name_field.removeprefix('name_')}"
        people.append(FirstPerson(name, needed(values, phone_field, _("Enter the phone number."))))
    for phone_field, _phone in listed(values, "phone_"):
        needed(values, f"name_{phone_field.removeprefix('phone_')}", _("Enter the name."))
    if not people:
        raise Mistyped("name_1", _("Enter at least one volunteer. You can add the others later."))
    return people


def _refuse_taken(beginning: Beginning, texts: Collection[str]) -> None:
    paths = (f"{folder}/{beginning.id}{ending}" for folder in FOLDERS for ending in ENDINGS)
    if any(path in texts for path in paths):
        raise Mistyped("name", _("There is a hotline by this name. Choose another name."))


def _refuse_errors(parts: PageParts, texts: Mapping[str, bytes], files: Mapping[str, bytes], values: Values) -> None:
    """Refuse answers with which the files would have errors, at the field that causes the first. Raises Mistyped."""
    before, after = load_edit(texts, files, parts.saved.countries)
    known = {(one.code, one.message) for one in before.findings} if texts else set()
    for one in after.findings:
        if one.severity == "error" and (one.file in files or (one.code, one.message) not in known):
            path = path_at(files[one.file].decode(), one.line, one.column) if one.file in files else ("numbers",)
            raise Mistyped(_field_of(path, values), f"{worded(one.message)} {worded(one.help)}".strip())


def _field_of(path: Sequence[str | int], values: Values) -> str:
    if path[:1] == ("volunteers",) and len(path) > 1:
        from_form = [name for name, _typed in listed(values, "name_")]
        place = _place_of(path[1], values)
        return from_form[place].replace("name_", "phone_") if place < len(from_form) else "name_1"
    return {"numbers": "number", "timezone": "city"}.get(str(path[0]) if path else "", "name")


def _place_of(who: str | int, values: Values) -> int:
    people = [FirstPerson(typed, "") for _name, typed in listed(values, "name_")]
    known = list(short_names(people))
    return known.index(str(who)) if who in known else len(known)
