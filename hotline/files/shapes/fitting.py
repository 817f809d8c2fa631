"""Fit a document to its shape. Every misfit becomes a finding; the rest remains for further checks."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hotline.core.wording import Wording
from hotline.files.findings.suggest import nearest
from hotline.files.findings.unreadable import Unreadable, clip, kind
from hotline.files.shapes.base import GONE, Shape, field_names
from hotline.files.values.meant import clock_meant, days_meant, languages_meant, names_meant
from hotline.files.values.names import volunteer_named
from hotline.files.values.times import only_one
from hotline.files.yaml.document import Document, Path, Plain, child, mapping, names, quoted

File = TypeVar("File", bound=Shape)

_MOST_PASSES = 8
_MOST_WORDED = 300
_MOST_COPIED = 200
_GROUP = Wording("a group of fields")
_KINDS = {"string_type": Wording("a text"), "list_type": Wording("a list"), "dict_type": _GROUP}
_ALSO_CALLED = {
    "number": "phone", "tel": "phone", "mobile": "phone", "cell": "phone", "telephone": "phone", "time": "hours",
    "times": "hours", "day": "days from", "days": "from", "volunteers": "on_call", "people": "on_call",
    "who": "on_call", "goto": "go", "next": "then", "text": "say", "message": "say", "hangup": "hang_up",
    "call": "dial", "end": "until to", "ends": "until to", "start": "starting from", "starts": "starting from",
    "since": "from starting", "begin": "from starting", "until": "to", "till": "to until", "through": "to until",
    "starting": "from", "volunteer": "who", "every": "change", "date": "from", "dates": "from", "when": "days from",
    "on": "days from", "person": "who", "by": "who", "instead_of": "for", "tz": "timezone", "time_zone": "timezone",
    "number_of_rounds": "rounds", "phone": "numbers", "language": "languages", "full_name": "name",
    "simultaneous": "at_once", "parallel": "at_once", "together": "at_once", "interval": "stagger",
    "delay": "stagger after", "on_hold": "hold", "waiting": "while_waiting", "early": "ring_early",
    "frequency": "every change", "repeat": "every", "rotation": "turns",
}  # fmt: skip
"""Fields by other names that people give them, the likeliest first."""
_MAKING_VALIDATORS = Lock()
_UNSPACED = re.compile(r"(\w+)\s*:\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fitted(Generic[File]):
    """The part of a file that fits its shape, and the paths of the parts left out."""

    value: File
    left_out: frozenset[Path]

    def whole(self, *path: str | int) -> bool:
        """Return whether nothing was left out at or below a path."""
        return not any(one[: len(path)] == path or path[: len(one)] == one for one in self.left_out)


def fit(document: Document, shape: type[File], stand_ins: Mapping[str, Any]) -> Fitted[File] | None:
    """Return the document as `shape`, without misfits. None if nothing is left.

    `stand_ins` are replacements for required fields that are missing or do not fit.
    """
    if not isinstance(document.plain, dict):
        document.report(
            "wrong-type",
            (),
            Wording("This file should be a group of fields, not %(found)s.", found=kind(document.plain)),
            Wording("Begin with one of its fields, like `%(field)s: …`", field=field_names(shape)[0]),
        )
        return None
    with _MAKING_VALIDATORS:
        shape.model_rebuild()  # does nothing but the first time
    plain: dict[str, Plain] = document.plain
    left_out: set[Path] = set()
    for _ in range(_MOST_PASSES):
        try:
            return Fitted(shape.model_validate(plain), frozenset(left_out))
        except ValidationError as misfits:
            if not left_out:
                plain = copy.deepcopy(plain)
            found = [_misfit(plain, error) for error in misfits.errors(include_url=False)]
            unknown = [one.path for one in found if one.unknown][:_MOST_WORDED]
            mistyped = {
                (*path[:-1], _meant(_shape_at(shape, path[:-1], mapping(document.get(*path[:-1]))), path))
                for path in unknown
            } | {
                (*path[:-1], run_on[1])
                for path in unknown
                if (run_on := _UNSPACED.fullmatch(str(path[-1]))) and document.get(*path) is None
            }
            for one in found[:_MOST_WORDED]:
                whole = (*one.path, one.missing) if one.missing else one.path
                if not _covered(whole, left_out) and not (one.missing and whole in mistyped):
                    _report(document, shape, one)
            for one in found:
                _leave_out(plain, one, stand_ins, left_out)
    return None


@dataclass(frozen=True, slots=True)
class _Misfit:
    """A misfit: the value at `path`, or its missing field `missing`."""

    path: Path
    missing: str
    error: ErrorDetails

    @property
    def unknown(self) -> bool:
        return self.error["type"] == "extra_forbidden"


def _covered(path: Path, by: Collection[Path]) -> bool:
    return any(path[:length] in by for length in range(len(path) + 1))


def _misfit(plain: Plain, error: ErrorDetails) -> _Misfit:
    location = error["loc"]
    missing = str(location[-1]) if error["type"] == "missing" else ""
    path: list[str | int] = []
    value = plain
    for step in location[:-1] if missing else location:
        inner = child(value, step)
        if inner is not None:
            value = inner.value
            path.append(step)
    return _Misfit(tuple(path), missing, error)


def _leave_out(plain: dict[str, Plain], misfit: _Misfit, stand_ins: Mapping[str, Any], left_out: set[Path]) -> None:
    path = misfit.path
    if not path:
        plain[misfit.missing] = copy.deepcopy(stand_ins[misfit.missing])
        left_out.add((misfit.missing,))
        return
    left_out.add(path)
    parent: Any = plain
    for step in path[:-1]:
        inner = child(parent, step)
        parent = inner.value if inner else None
    last: Any = path[-1]
    if isinstance(parent, list):
        parent[last] = GONE  # the places of what follows must not move
    elif isinstance(parent, dict):
        parent.pop(last, None)


def _report(document: Document, shape: type[Shape], misfit: _Misfit) -> None:
    path, error = misfit.path, misfit.error
    if misfit.missing:
        _report_missing(document, _shape_at(shape, path, mapping(document.get(*path))), path, misfit.missing)
    elif misfit.unknown:
        _report_unknown(document, shape, path)
    elif error["type"] == "unreadable":
        problem: Unreadable = error.get("ctx", {})["problem"]
        for place, one in problem.entries.items():
            document.report(one.code, (*path, place), one.message, one.help)
        if not problem.entries:
            document.report(problem.code, path, problem.message, problem.help)
    elif document.get(*path) is None and _report_cut_words(document, shape, path):
        return
    elif document.get(*path) is None:
        message = (
            Wording("There is nothing under `%(field)s`.", field=path[-1])
            if isinstance(path[-1], str)
            else Wording("This entry is empty.")
        )
        document.report("wrong-type", path, message, Wording("Write its fields below it, indented, or delete it."))
    else:
        wanted = _KINDS.get(error["type"], _GROUP)
        found = kind(document.get(*path))
        message = (
            Wording("`%(field)s` should be %(wanted)s, not %(found)s.", field=path[-1], wanted=wanted, found=found)
            if isinstance(path[-1], str)
            else Wording("This entry should be %(wanted)s, not %(found)s.", wanted=wanted, found=found)
        )
        help, right = _example(shape, path, document)
        fix = document.value_as(path, right) if right else None
        in_braces = right.startswith("[") and document.in_flow_mapping(path[:-1])
        run = _blank_run(document, path[:-1], str(path[-1])) if in_braces else []
        if run:  # `{on_call: amy, ben}`: the rest of the list is read as fields
            right = f"[{', '.join([right[1:-1], *map(quoted, run)])}]"
            help = Wording("Write it like this: %(field)s: %(example)s", field=path[-1], example=right)
            fix = document.span(path, (*path[:-1], run[-1]), right)
        document.report("wrong-type", path, message, help, fix=fix)


def _report_missing(document: Document, shape: type[Shape], path: Path, missing: str) -> None:
    example = f"{missing}: {_examples(shape, missing)}"
    if missing in mapping(document.get(*path)):
        message = Wording("There is nothing after `%(field)s:`.", field=missing)
        document.report(
            "missing-field", (*path, missing), message, Wording("For example: %(example)s", example=example)
        )
        return
    if path and isinstance(path[-1], str):
        message = Wording("`%(field)s` is missing from `%(place)s`.", field=missing, place=path[-1])
    elif path:
        message = Wording("`%(field)s` is missing from this entry.", field=missing)
    else:
        message = Wording("`%(field)s` is missing from this file.", field=missing)
    document.report(
        "missing-field", path, message, Wording("Add it, for example: %(example)s", example=example), part="key"
    )


def _report_unknown(document: Document, root: type[Shape], path: Path) -> None:
    shape, name = _shape_at(root, path[:-1], mapping(document.get(*path[:-1]))), str(path[-1])
    known = field_names(shape)
    outer = path[:-1]
    if _report_unspaced(document, path, known):
        return
    after_comma = document.get(*path) is None and document.in_flow_mapping(outer)
    before = _field_before(document, outer, name) if after_comma else ""
    if before:
        _report_after_comma(document, shape, path, before)
        return
    meant = _meant(shape, path)
    homes = [label for label, inner in _groups(root) if inner is not shape and name in field_names(inner)]
    if name in ("timezone", "zone", "tz") and outer and "timezone" in field_names(root):
        help = Wording(
            "A rota has one time zone, at the top. Write these hours in that zone, or give them their own rota."
        )
    elif name == "<<":
        help = Wording("Merging with `<<` is not supported. Write the fields out.")
    elif meant in ("starting", "until", "from", "to") and (hours := _hours_of(document, outer, name, known)):
        help = hours
    elif (
        homes
        and not (meant and (name.startswith(meant) or meant.startswith(name)))
        and meant not in _ALSO_CALLED.get(name.casefold(), "").split()
    ):  # no reason to guess by its spelling
        help = Wording("`%(name)s` belongs in %(place)s.", name=name, place=homes[0])
    elif meant:
        value = document.get(*path)
        whole = _as_wanted(meant, value, _examples(shape, meant), document) if isinstance(value, str) else ""
        help = (
            Wording("Write %(whole)s", whole=f"{meant}: {whole}")
            if document.get(*outer, meant) is None and whole
            else Wording("Did you mean `%(right)s`?", right=meant)
            if document.get(*outer, meant) is None
            else Wording("`%(field)s` is already there. Delete one of the two.", field=meant)
        )
    else:
        help = Wording("The fields here are %(names)s.", names=", ".join(known))
    document.report(
        "unknown-field", path, Wording("There is no field `%(name)s` here.", name=clip(name)), help, part="key"
    )


def _hours_of(document: Document, outer: Path, name: str, known: Collection[str]) -> Wording | None:
    """Tell how to write an entry whose start and end are times of day in fields of their own.

    None if the field is no time of day, or if the entry has no hours.
    """
    group = mapping(document.get(*outer))
    mine = clock_meant(str(group.get(name)))
    if mine is None or "hours" not in known:
        return None
    others = (clock_meant(str(value)) for field, value in group.items() if field in _ALSO_CALLED and field != name)
    other = next((one for one in others if one), None)
    is_end = "until" in _ALSO_CALLED.get(name.casefold(), "")
    if other is None:
        return Wording("Write when it starts and when it ends in one field, such as hours: 18:00-08:00")
    start, end = (other, mine) if is_end else (mine, other)
    return Wording("Write both times in one field: hours: %(hours)s", hours=f"{start}-{end}")


def _report_after_comma(document: Document, shape: type[Shape], path: Path, before: str) -> None:
    """Report the rest of a value that a comma cut off, as in `{days: mon, tue}`. `before`: the field of that value."""
    outer, name = path[:-1], str(path[-1])
    run = _blank_run(document, outer, before)
    value = ", ".join((str(document.get(*outer, before)), *run))
    if _examples(shape, before).startswith("["):
        return  # reported at the value
    code = "bad-days" if before == "days" else "unknown-field"
    value = days_meant(value) or value if before == "days" else value
    known = field_names(shape)
    if name == next(one for one in run if one not in known):
        document.report(
            code,
            path,
            Wording(
                "Inside {…} a comma ends the value of `%(before)s`, so `%(name)s` is read as a field.",
                before=before,
                name=clip(name),
            ),
            Wording('Put the value in quotes: %(before)s: "%(value)s"', before=before, value=clip(value)),
            part="key",
            fix=document.span((*outer, before), (*outer, run[-1]), f'"{value}"') if '"' not in value else None,
        )


def _report_cut_words(document: Document, root: type[Shape], path: Path) -> bool:
    """Report the rest of words that a comma cut off, as in `say: {en: Hello, welcome}`. Return whether it is one."""
    outer, name = path[:-1], str(path[-1])
    example = _examples(_shape_at(root, outer[:-1]), str(outer[-1])) if outer else ""
    if not example.startswith("{en: ") or example.startswith("{en: {") or name in mapping(document.get("languages")):
        return False
    before = _field_before(document, outer, name) if document.in_flow_mapping(outer) else ""
    run = _blank_run(document, outer, before) if before else []
    if name not in run:
        return False
    words = ", ".join((str(document.get(*outer, before)), *run))
    short = len(words) < _MOST_COPIED and not set(words) & set('"\\\n')
    message = Wording(
        "Inside {…} a comma ends the words of `%(before)s`, so `%(name)s` is read as a language.",
        before=before,
        name=clip(name),
    )
    help = (
        Wording('Put the words in quotes: %(before)s: "%(words)s"', before=before, words=words)
        if short
        else Wording("Put all of the words in quotes.")
    )
    if name == run[0]:
        fix = document.span((*outer, before), (*outer, run[-1]), f'"{words}"') if short else None
        document.report("unknown-language", path, message, help, part="key", fix=fix)
    return True


def _report_unspaced(document: Document, path: Path, known: Collection[str]) -> bool:
    """Report a field and its value run together, as in `{phone:"+1 410 555 0112"}`. Returns whether it is one."""
    found = _UNSPACED.fullmatch(str(path[-1]))
    if not found or found[1] not in known or document.get(*path) is not None:
        return False
    right = f"{found[1]}: {found[2]}"
    document.report(
        "unknown-field",
        path,
        Wording("A space is missing after the colon of `%(field)s`.", field=found[1]),
        Wording("Write %(whole)s", whole=right),
        part="key",
        fix=document.key_as(path, right),
    )
    return True


def _meant(shape: type[Shape], path: Path) -> str:
    """The known field of a group that an unknown one probably means, or nothing."""
    known = field_names(shape)
    name = str(path[-1]).strip()
    also = next((one for one in _ALSO_CALLED.get(name.casefold(), "").split() if one in known), "")
    return also or nearest(name, known) or ""


def _field_before(document: Document, outer: Path, name: str) -> str:
    """The nearest field before `name` in its group that has a text after it."""
    group = mapping(document.get(*outer))
    before = ""
    for field, value in group.items():
        if field == name:
            return before
        before = field if isinstance(value, str) else before if value is None else ""
    return ""


def _blank_run(document: Document, outer: Path, before: str) -> list[str]:
    """The names with nothing after them that directly follow a field."""
    fields = list(mapping(document.get(*outer)).items())
    start = [name for name, _ in fields].index(before) + 1
    run: list[str] = []
    for name, value in fields[start:]:
        if value is not None:
            break
        run.append(name)
    return run


def _example(root: type[Shape], path: Path, document: Document) -> tuple[Wording, str]:
    """Return what to write at a path, as words, and as the value alone if it is certain."""
    found = document.get(*path)
    names = [one for one in path if isinstance(one, str)]
    if not names:
        return Wording("Compare it with the example files."), ""
    shape = _shape_at(root, path[:-1])
    field = names[-1]
    example = right = ""
    if field in field_names(shape) and path[-1] == field:
        example = _examples(shape, field)
        right = _as_wanted(field, found, example, document)
        known = list(mapping(document.get("volunteers")))[:2]
        if field in ("on_call", "turns", "backup") and known:
            example = f"[{', '.join(map(quoted, known))}]"
        if isinstance(found, list) and len(found) > 1 and not right and not example.startswith("{"):
            return only_one(field, _plain_of(found[0]) or example), ""
        if isinstance(found, dict) and example.startswith("["):
            return Wording("Put `- ` before the entry, or square brackets around it."), ""
    elif isinstance(path[-1], int) and isinstance(found, list):
        return Wording("Delete the inner brackets."), ""
    if not example:
        outer = next((name for name in reversed(names[:-1]) if name in field_names(_shape_at(root, path[:-2]))), "")
        if outer:
            field, example = outer, _examples(_shape_at(root, path[:-2]), outer)
        elif field in field_names(root) or path[0] in field_names(root):
            field, example = str(path[0]), _examples(root, str(path[0]))
        else:
            return Wording("Compare it with the example files."), ""
    return Wording("Write it like this: %(field)s: %(example)s", field=field, example=right or example), right


def _as_wanted(field: str, found: Plain, example: str, document: Document) -> str:
    """Return the written value, in the form of the example. Empty if that is uncertain."""
    if isinstance(found, str) and example.startswith("[") and not example.startswith(("[{", "[…")):
        if field in ("on_call", "turns", "backup"):
            return _volunteers_of(document, found)
        parts = names_meant(found) if not found.lstrip().startswith("+") else [one.strip() for one in found.split(",")]
        return f"[{', '.join(map(quoted, parts))}]" if parts else ""
    if field == "languages" and example.startswith("{en: {locale"):
        written = names_meant(found) if isinstance(found, str) else [text for _, text in names(found)]
        codes = [next((one for one in languages_meant(text) if re.fullmatch("[a-z]{2}", one)), "") for text in written]
        return f"{{{', '.join(f'{code}: {{}}' for code in codes)}}}" if codes and all(codes) else ""
    if isinstance(found, str) and example.startswith("{country:"):
        return f"{{country: {found}}}" if re.fullmatch("[A-Z]{2}", found) else ""
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], str) and example.startswith("{en: "):
        found = found[0] if not example.startswith(("{en: [", "{en: {")) else found
    if isinstance(found, str) and example.startswith("{en:"):
        language = next(iter(mapping(document.get("languages"))), "en")
        return f"{{{language}: {quoted(found)}}}" if len(found) < _MOST_COPIED and "\n" not in found else ""
    if isinstance(found, list) and example.startswith("{en: ["):
        language, texts = next(iter(mapping(document.get("languages"))), "en"), [text for _, text in names(found)]
        short = len(texts) == len(found) and all(len(text) < _MOST_COPIED and "\n" not in text for text in texts)
        return f"{{{language}: [{', '.join(map(quoted, texts))}]}}" if short and texts else ""
    if isinstance(found, list) and not example.startswith(("[", "{")):
        texts = [one for one in found if isinstance(one, str)]
        if len(texts) == 1 == len(found):
            if field == "ring" and texts[0] != example:
                return ""  # a person: a step rings all who are on call
            return quoted(texts[0])
        if field == "name" and len(texts) == len(found):
            return quoted(" ".join(texts))
    return ""


def _volunteers_of(document: Document, written: str) -> str:
    """The list of the volunteers that a text names, by short or full names. Empty if it names anybody else."""
    parts = names_meant(written)
    named = [volunteer_named(document, part) for part in parts]
    if None in named:  # no comma between them, perhaps
        parts = " ".join(parts).split()
        named = [volunteer_named(document, part) for part in parts]
    return f"[{', '.join(quoted(one) for one in named if one)}]" if named and None not in named else ""


def _plain_of(value: Plain) -> str:
    return quoted(value) if isinstance(value, str) else ""


def _examples(shape: type[Shape], name: str) -> str:
    for attribute, field in shape.model_fields.items():
        if (field.alias or attribute) == name and field.examples:
            return str(field.examples[0])
    return "…"


def _shape_at(root: type[Shape], path: Path, present: Collection[str] = ()) -> type[Shape]:
    """The shape of the group at a path. Of several possible shapes, the one with most of the existing fields."""
    shape = root
    for step in path:
        for attribute, field in shape.model_fields.items():
            if (field.alias or attribute) == step:
                inner = list(_shapes_in(field.annotation))
                shape = max(inner, key=lambda one: len({*field_names(one)} & {*present}), default=shape)
                break
    return shape


def _shapes_in(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for part in get_args(annotation):
        yield from _shapes_in(part)


def _groups(root: type[Shape]) -> Iterator[tuple[Wording, type[Shape]]]:
    """A file's groups of fields, with their names in messages."""
    yield Wording("the top of the file"), root
    for name, field in root.model_fields.items():
        for inner in _shapes_in(field.annotation):
            yield Wording("`%(name)s:`", name=name), inner
