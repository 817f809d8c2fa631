"""Fit a document to its shape: every misfit becomes a finding, and what fits is kept for further checks."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hotline.files.document import Document, Path, Plain, child, mapping
from hotline.files.shapes import GONE, Shape, field_names
from hotline.files.suggest import nearest
from hotline.files.unreadable import clip, kind
from hotline.files.wording import Wording

File = TypeVar("File", bound=Shape)

_MOST_PASSES = 8
_MOST_WORDED = 300
_GROUP = Wording("a group of fields")
_KINDS = {"string_type": Wording("a text"), "list_type": Wording("a list"), "dict_type": _GROUP}
_ALSO_CALLED = {
    "number": "phone", "tel": "phone", "mobile": "phone", "time": "hours", "times": "hours", "day": "days",
    "volunteers": "on_call", "people": "on_call", "who": "on_call", "goto": "go", "next": "then",
    "text": "say", "message": "say", "hangup": "hang_up", "call": "dial", "end": "until", "start": "starting",
    "tz": "timezone", "time_zone": "timezone", "number_of_rounds": "rounds", "phone": "numbers",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitted(Generic[File]):
    """What of a file fits its shape, and the paths of what did not and was left out."""

    value: File
    left_out: frozenset[Path]

    def whole(self, *path: str | int) -> bool:
        """Whether nothing was left out at or below a path."""
        return not any(one[: len(path)] == path or path[: len(one)] == one for one in self.left_out)


def fit(document: Document, shape: type[File], stand_ins: Mapping[str, Any]) -> Fitted[File] | None:
    """The document as `shape`, less what does not fit; None where that is all of it.

    `stand_ins` are values for fields that must be there, to go on with where they are missing or do not fit.
    """
    if not isinstance(document.plain, dict):
        document.report(
            "wrong-type",
            (),
            Wording("This file should be a group of fields, and is %(found)s.", found=kind(document.plain)),
            Wording("Begin with one of its fields, like `%(field)s: …`", field=field_names(shape)[0]),
        )
        return None
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
    """What does not fit: the value at `path`, or that it lacks the field `missing`."""

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
        context = error.get("ctx", {})
        document.report(context["code"], path, context["message"], context["help"])
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
            Wording("`%(field)s` should be %(wanted)s, and is %(found)s.", field=path[-1], wanted=wanted, found=found)
            if isinstance(path[-1], str)
            else Wording("This entry should be %(wanted)s, and is %(found)s.", wanted=wanted, found=found)
        )
        document.report(
            "wrong-type",
            path,
            message,
            _example(shape, path, document.get(*path)),
        )


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
    after_comma = document.get(*path) is None and document.in_flow_mapping(outer)
    before = _field_before(document, outer, name) if after_comma else ""
    if before:
        run = _blank_run(document, outer, before)
        value = ", ".join((str(document.get(*outer, before)), *run))
        code = "bad-days" if before == "days" else "unknown-field"
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
            )
        return
    meant = _meant(shape, path)
    homes = [label for label, inner in _groups(root) if inner is not shape and name in field_names(inner)]
    if name in ("timezone", "zone", "tz") and outer and "timezone" in field_names(root):
        help = Wording(
            "A rota has one time zone, at its top. Write these hours in that zone, or make a rota of their own."
        )
    elif name == "<<":
        help = Wording("Merging with `<<` is not supported: write the fields out.")
    elif meant:
        help = Wording("Did you mean `%(near)s`?", near=meant)
    elif homes:
        help = Wording("`%(name)s` belongs in %(place)s.", name=name, place=homes[0])
    else:
        help = Wording("The fields here are %(names)s.", names=", ".join(known))
    document.report(
        "unknown-field", path, Wording("There is no field `%(name)s` here.", name=clip(name)), help, part="key"
    )


def _meant(shape: type[Shape], path: Path) -> str:
    """The known field of a group that an unknown one is probably meant to be, or nothing."""
    known = field_names(shape)
    also = _ALSO_CALLED.get(str(path[-1]).casefold(), "")
    return nearest(str(path[-1]), known) or (also if also in known else "")


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


def _example(root: type[Shape], path: Path, found: Plain) -> Wording:
    names = [one for one in path if isinstance(one, str)]
    shape = _shape_at(root, path[:-1])
    if not names:
        return Wording("Compare it with the example files.")
    field = names[-1]
    if field in field_names(shape):
        example = _examples(shape, field)
        if isinstance(found, str) and example.startswith("["):
            example = f"[{clip(found)}]"
        if isinstance(found, str) and example.startswith("{en:"):
            example = f"{{en: {clip(found)}}}"
        return Wording("Write it like this: %(field)s: %(example)s", field=field, example=example)
    holder = next((one for one in reversed(names[:-1]) if one in field_names(_shape_at(root, path[:-2]))), "")
    if holder:
        example = _examples(_shape_at(root, path[:-2]), holder)
        return Wording("Write it like this: %(field)s: %(example)s", field=holder, example=example)
    if field in field_names(root) or path[0] in field_names(root):
        example = _examples(root, str(path[0]))
        return Wording("Write it like this: %(field)s: %(example)s", field=path[0], example=example)
    return Wording("Compare it with the example files.")


def _examples(shape: type[Shape], name: str) -> str:
    for attribute, field in shape.model_fields.items():
        if (field.alias or attribute) == name and field.examples:
            return str(field.examples[0])
    return "…"


def _shape_at(root: type[Shape], path: Path, present: Collection[str] = ()) -> type[Shape]:
    """The shape of the group at a path. Of several it may have, the one with most of the fields that are there."""
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
    """The groups of fields that a file is made of, with what to call them."""
    yield Wording("the top of the file"), root
    for name, field in root.model_fields.items():
        for inner in _shapes_in(field.annotation):
            yield Wording("`%(name)s:`", name=name), inner
