"""The fields of forms that change a rota: how they are shown, and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hotline.core.rota.rota import Rota, Volunteer
from hotline.core.wording import together
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.names import unspeakable
from hotline.files.values.which_volunteer import find_volunteer
from hotline.files.values.zones import load_zone
from hotline.files.yaml.document import Path, Plain, mapping
from hotline.pages.words.language import gettext as _
from hotline.pages.words.wording import worded

Values = Mapping[str, str]
"""What is typed into a form, by the names of its fields."""
MOST_IN_MENUS = 400
"""People in all menus of a form together. With more, names are typed, and completed from one list."""
_SPARE, _LEAST, _MOST_ASKED = 2, 3, 60
_MOST_DIGITS = 4
"""Digits of a field's number. Nobody has more places than these can count."""


class Mistyped(Exception):
    """A field holds what cannot be used: its name, and what is wrong, in the reader's language."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name
        self.words = words


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is shown.

    `kind` is `text`, `tel`, `email`, `date`, `time`, `number`, `area`, `check`, `radio` or `menu`.

    `choices` are values and labels. `people`: names of volunteers are typed, and completed. A field without a `value`
    gets what is typed: see `filled`.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    required: bool = False
    people: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    value: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields that belong together. `beside`: they stand beside each other. `folded`: shown once somebody asks.

    `wide`: so many fields are a row, and rows below the first do not repeat the same labels where they are wide enough.
    """

    legend: str
    fields: Sequence[Field]
    hint: str = ""
    beside: bool = False
    folded: bool = False
    wide: int = 0

    @property
    def rows(self) -> Sequence[Sequence[Field]]:
        wide = self.wide or max(1, len(self.fields))
        return [self.fields[at : at + wide] for at in range(0, len(self.fields), wide)]

    def repeats(self, row: Sequence[Field]) -> bool:
        """Return whether a row has the labels of the first one again."""
        first = self.rows[0]
        return row != first and [one.label for one in row] == [one.label for one in first]


@dataclass(frozen=True, slots=True)
class About:
    """The file that a form changes: its plain content, and the languages of the call flow.

    `old` is the part that the form changes, as the file has it. `mail`: e-mails can be sent. `rotas`: all there are.
    """

    content: Mapping[str, Plain]
    languages: Sequence[str] = ("en",)
    old: Plain = None
    mail: bool = True
    rotas: Sequence[str] = ()

    @property
    def nameless(self) -> bool:
        """Return whether the file has the part without a name. It may stay so."""
        return self.old is not None and not mapping(self.old).get("name")

    @property
    def names(self) -> Mapping[str, str]:
        """The volunteers' names by their short names."""
        people = mapping(self.content.get("volunteers")).items()
        return {who: str(mapping(entry).get("name") or who) for who, entry in people}

    def who(self, name: str, typed: str) -> str:
        """Return the short name of a volunteer who was chosen, or typed by name. Raises Mistyped."""
        people = {who: Volunteer(who, said, "") for who, said in self.names.items()}
        try:
            return find_volunteer(Rota("", load_zone("UTC"), "UTC", people), typed.strip())
        except Unreadable as problem:
            raise Mistyped(name, in_short(problem)) from None


def in_short(problem: Unreadable) -> str:
    """Return what is wrong with a value, and what to do, in the reader's language."""
    return worded(together(problem.message, problem.help))


Parts = Sequence[tuple[Sequence[str], Sequence[str]]]
"""Keys of an entry that belong together, and the beginnings of the names of their fields."""


class EntryForm:
    """A form for one entry of a file, or for one section of it.

    Each of the keys in `plain` has one field of the same name, with its text. `own` are the other keys.
    """

    kind = ""
    plain: Sequence[str] = ()
    own: Parts = ()

    @property
    def parts(self) -> Parts:
        """All keys of the form."""
        return (*(((name,), (name,)) for name in self.plain), *self.own)

    def shown(self, entry: Plain) -> dict[str, str]:
        """Return the text of each field, by name, for an entry that is in the file."""
        at = mapping(entry)
        return {**{name: said(at.get(name)) for name in self.plain}, **self._shown(at)}

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        """Return the text of each field of the keys in `own`."""
        return {}

    def fields(self, values: Values, about: About) -> Sequence[Fields]:
        """The fields with these values."""
        return filled(self._asked(values, about), values)

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        """The fields that are needed for these values."""
        raise NotImplementedError

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The entry as typed. Raises Mistyped."""
        return typed(values, self.plain)

    def field_of(self, path: Path, values: Values) -> str:
        """Return the name of the field for a part of an entry, "" to find it by `parts`."""
        return ""


def filled(groups: Iterable[Fields], values: Values) -> list[Fields]:
    """Return the fields with what is typed into each. A value that a field has already stays."""
    return [
        replace(
            group, fields=[one if one.value else replace(one, value=values.get(one.name, "")) for one in group.fields]
        )
        for group in groups
    ]


def typed(values: Values, names: Iterable[str]) -> dict[str, Plain]:
    """Return what is typed into fields by these names, without the empty ones."""
    return {name: one for name in names if (one := values.get(name, "").strip())}


def entry_from(form: EntryForm, values: Values, about: About, old: Plain) -> dict[str, Plain]:
    """Return the entry as typed. What the form left as it was stays written as it was. Raises Mistyped."""
    new = form.read(values, about)
    if not isinstance(old, dict):
        return new
    before = form.shown(old)
    kept = {name: value for name, value in old.items() if name in new or not _of_form(form, name)}
    found = {**kept, **new}
    for keys, starts in form.parts:
        if _of(before, starts) == _of(values, starts):
            for key in keys:
                if key in old:
                    found[key] = old[key]
                else:
                    found.pop(key, None)
    return {name: found[name] for name in (*old, *found) if name in found}


def field_at(form: EntryForm, path: Path, values: Values) -> str:
    """Return the name of the field for a part of an entry, "" if it has none."""
    if own := form.field_of(path, values):
        return own
    key = next((step for step in path if isinstance(step, str)), "")
    for keys, starts in form.parts:
        if key in keys:
            found = [name for start in starts for name in values if _begins(name, start)]
            inner = path[path.index(key) + 1 :]
            exact = (_inner_field(start, inner, values) for start in starts if start.endswith("_"))
            return next((name for name in exact if name), found[0] if found else starts[0])
    return ""


def _inner_field(start: str, path: Path, values: Values) -> str:
    """The field of a part within a part: `say_es` for the Spanish words, `on_call_3` for the second of the people."""
    name = start.removesuffix("_")
    for step in path:
        if isinstance(step, int):
            filled = listed(values, f"{name}_")
            return filled[step][0] if step < len(filled) else ""
        if f"{name}_{step}" in values:
            return f"{name}_{step}"
        name = f"{name}_{step}"
    return ""


def _of_form(form: EntryForm, key: str) -> bool:
    return any(key in keys for keys, _ in form.parts)


def _of(values: Values, starts: Sequence[str]) -> dict[str, str]:
    return {name: one for name, one in values.items() if one and any(_begins(name, start) for start in starts)}


def _begins(name: str, start: str) -> bool:
    return name == start or (start.endswith("_") and name.startswith(start))


# ------------------------------------------------------------------------------------------------------------- people


def person(values: Values, name: str, label: str, about: About, menus: int) -> Field:
    """A field for one volunteer. `menus`: how many such fields the form has."""
    names, value = about.names, values.get(name, "")
    if len(names) * menus <= MOST_IN_MENUS:
        known = [(value, value)] if value and value not in names else []
        return Field(name, label, "menu", choices=[("", _("Nobody")), *names.items(), *known])
    return Field(name, label, people=True, value=names.get(value, value))


def menu(name: str, label: str, values: Values, choices: Sequence[tuple[str, str]], hint: str = "") -> Field:
    """A menu that also has what a file says instead of these choices."""
    value = values.get(name, "")
    return Field(name, label, "menu", hint, choices if value in dict(choices) else [*choices, (value, value)])


def listed(values: Values, start: str) -> list[tuple[str, str]]:
    """The fields `start_1`, `start_2`, … that hold something, in order."""
    named = ((name, one.strip()) for name, one in values.items() if name.startswith(start))
    found = [(number, name, one) for name, one in named if one and (number := place_number(name.removeprefix(start)))]
    return [(name, one) for _, name, one in sorted(found)]


def place_number(text: str) -> int:
    """The number of a place in a form, or another that is typed; 0 if a text is none, or has more than four digits."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def places(values: Values, start: str, least: int = _LEAST, spare: int = _SPARE) -> int:
    """Count the fields `start_1`, … of a form: those that hold something, and spare ones; more of them if asked for.

    A field far beyond all others is none of the form's.
    """
    used = max((place_number(name.removeprefix(start)) for name, _ in listed(values, start)), default=0)
    more = min(place_number(values.get("places", "")), _MOST_ASKED)
    return max(least, min(used + spare, len(values) + _MOST_ASKED), more)


def numbered(start: str, some: Iterable[str]) -> dict[str, str]:
    """Return values for the fields `start_1`, `start_2`, …"""
    return {f"{start}{place}": one for place, one in enumerate(some, 1)}


def texts(value: Plain) -> list[str]:
    """The texts of a list, or one text alone."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def said(value: Plain) -> str:
    """A value of a file as text: "" for none."""
    return value if isinstance(value, str) else ""


def name_typed(values: Values, about: About, words: str) -> dict[str, Plain]:
    """Return the name as typed. Raises Mistyped with `words` if there is none, or for one that cannot be spoken."""
    if about.nameless and not values.get("name", "").strip():
        return {}
    name = needed(values, "name", words)
    check_name("name", name)
    return {"name": name}


def check_name(field: str, name: str) -> None:
    """Raise Mistyped if a full name has a character that cannot be seen or spoken."""
    if problem := unspeakable(name):
        raise Mistyped(field, worded(problem))


def next_calendar(about: About) -> dict[str, Plain]:
    """Return the number that gives a calendar another address than it has."""
    before = said(mapping(about.old).get("calendar"))
    return {"calendar": str(int(before) + 1 if before.isdecimal() else 2)}


def needed(values: Values, name: str, words: str) -> str:
    """Return the text of a field. Raises Mistyped with `words` if it is empty."""
    found = values.get(name, "").strip()
    if not found:
        raise Mistyped(name, words)
    return found
