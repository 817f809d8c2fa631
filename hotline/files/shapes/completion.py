"""Completion while typing: fields and values by the JSON Schema, and the names in the file itself.

`at` is the place in the file: names of fields, with `*` for any name or index, as in `shifts.*.on_call.*`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from hotline.files.shapes.schema import schema

Schema = Mapping[str, Any]

FORMATS = {"rota": "rota", "call_flows": "call-flow"}
"""The format of the files in each folder."""

NAMES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "rota": {
        "volunteers": (
            "shifts.*.on_call", "shifts.*.on_call.*", "rotations.*.turns", "rotations.*.turns.*", "away.*.who",
            "cover.*.who", "cover.*.for", "backup", "backup.*", "rotations.*.turns.*.*", "backup.*.on_call",
            "backup.*.on_call.*", "backup.*.turns", "backup.*.turns.*", "backup.*.turns.*.*",
        ),
    },
    "call-flow": {
        "steps": (
            "start", "steps.*.then", "steps.*.no_key", "steps.*.wrong_key", "steps.*.answered", "steps.*.not_answered",
            "steps.*.menu.*", "steps.*.menu.*.go", "steps.*.while_waiting.menu.*", "steps.*.while_waiting.menu.*.go",
            "closed",
        ),
        "languages": (
            "steps.*.menu.*.language", "steps.*.while_waiting.menu.*.language", "steps.*.say#", "steps.*.between#",
            "steps.*.hold#", "steps.*.while_waiting.say#", "apology#",
        ),
    },
}  # fmt: skip
"""The places where the names under a section of a file are used; with `#`, as fields."""

_MOST_VALUES = 700


def completions(format: str, rotas: Iterable[str] = ()) -> Mapping[str, Any]:
    """Return `fields` and `values` by the places that may have them, and `names` as above; for `json.dumps`.

    `rotas` are the names of rota files, which a call flow may ring.
    """
    found = _completions(format)
    if format != "call-flow":
        return found
    names = sorted(rotas)
    return {**found, "values": {**found["values"], "rota": names, "steps.*.ring": ["on_call", *names]}}


@cache
def _completions(format: str) -> Mapping[str, Any]:
    whole = schema(format)
    fields: dict[str, list[dict[str, str]]] = {}
    values: dict[str, list[str]] = {}
    named = {place for places in NAMES[format].values() for place in places}
    for at, part in _parts(whole, whole, ""):
        for name, about in part.get("properties", {}).items():
            known = fields.setdefault(at, [])
            if name not in {one["name"] for one in known}:
                known.append({"name": name, "about": _first_line(_resolved(whole, about).get("description", ""))})
        found = [str(one) for one in part.get("enum", ())] or _examples(part)
        if found and at not in named:
            values.setdefault(at, found[:_MOST_VALUES])
    return {"fields": fields, "values": values, "names": NAMES[format]}


def _parts(whole: Schema, part: Schema, at: str, deep: int = 0) -> Iterator[tuple[str, Schema]]:
    """Every part of a schema, by its place in a file."""
    part = _resolved(whole, part)
    if deep > 8:
        return
    yield at, part
    for name, about in part.get("properties", {}).items():
        yield from _parts(whole, about, f"{at}.{name}".lstrip("."), deep + 1)
    inner = (
        part.get("items"),
        part.get("additionalProperties"),
        *part.get("patternProperties", {}).values(),
    )
    for one in inner:
        if isinstance(one, Mapping):
            yield from _parts(whole, one, f"{at}.*".lstrip("."), deep + 1)
    for kind in ("anyOf", "oneOf", "allOf"):
        for one in part.get(kind, ()):
            yield from _parts(whole, one, at, deep + 1)


def _resolved(whole: Schema, part: Schema) -> Schema:
    reference = part.get("$ref")
    if reference is None:
        return part
    found = whole["$defs"][reference.rpartition("/")[2]]
    return {**found, **{name: value for name, value in part.items() if name != "$ref"}}


def _examples(part: Schema) -> list[str]:
    return [str(one) for one in part.get("examples", ()) if isinstance(one, str | int) and not isinstance(one, bool)]


def _first_line(words: str) -> str:
    return words.split("\n")[0]
