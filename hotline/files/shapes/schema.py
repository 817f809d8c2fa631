"""JSON Schemas of both formats, for editors. They are made from the shapes, so they agree with `hotline check`.

An editor completes and checks with them while typing. No schema can check relations between two parts of a file, such
as whether a volunteer in a shift exists; only `hotline check` does. Every editor's YAML support knows this draft.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from hotline.files.shapes.base import Shape
from hotline.files.shapes.flow import FlowFile
from hotline.files.shapes.rota import RotaFile
from hotline.files.shapes.schema_rules import FIELD_RULES, RULES
from hotline.files.values import patterns
from hotline.files.values.public_holidays import countries
from hotline.files.values.zones import zone_names

FORMATS: Mapping[str, type[Shape]] = {"rota": RotaFile, "call-flow": FlowFile}
SHIPPED = Path(__file__).parents[1] / "schemas"
"""The folder of the schemas in the package."""

_DRAFT = "http://json-schema.org/draft-07/schema#"


def schema(name: str) -> patterns.Schema:
    """The JSON Schema of a format: `rota` or `call-flow`."""
    shape = FORMATS[name]
    made = shape.model_json_schema()
    groups = {shape.__name__: made, **made.get("$defs", {})}
    for group, inner in groups.items():
        for field, about in inner.get("properties", {}).items():
            _tidy(about)
            about.update(FIELD_RULES.get((group, field), {}))
        inner.pop("title", None)
        inner.update(RULES.get(group, {}))
    _list_what_there_is(groups)
    return {"$schema": _DRAFT, "title": {"rota": "A rota", "call-flow": "A call flow"}[name], **made}


def as_text(name: str) -> str:
    """The schema of a format as text, as in the package and in print."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write both schemas into a folder, and make it if necessary. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.json" for name in FORMATS]
    for name, path in zip(FORMATS, paths, strict=True):
        path.write_text(as_text(name), "utf-8")
    return paths


def _tidy(about: dict[str, Any]) -> None:
    """Remove parts for programs only, and make examples look as in a file."""
    for part in _parts(about):
        part.pop("title", None)
        part.pop("default", None)
        part.pop("discriminator", None)
    kinds = [one for one in about.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        about.pop("anyOf")
        about.update(kinds[0])
    elif kinds:
        about["anyOf"] = kinds
    examples = [yaml.load(one, _Core) for one in about.pop("examples", ()) if "…" not in one]  # noqa: S506 - a safe one
    if examples:
        about["examples"] = examples


def _parts(about: Any) -> Iterator[dict[str, Any]]:
    if isinstance(about, dict):
        yield about
        for value in about.values():
            yield from _parts(value)
    elif isinstance(about, list):
        for value in about:
            yield from _parts(value)


def _list_what_there_is(groups: Mapping[str, patterns.Schema]) -> None:
    """List time zones and countries by name, so that editors propose them."""
    listed: dict[tuple[str, str], Callable[[], list[str]]] = {
        ("RotaFile", "timezone"): lambda: sorted(zone_names()),
        ("HolidaysEntry", "country"): lambda: sorted(countries()),
    }
    for (group, field), known in listed.items():
        if group in groups:
            groups[group]["properties"][field]["enum"] = known()


class _Core(yaml.SafeLoader):
    """YAML as editors read it: all plain words are text, except `true`, `false`, `null` and numbers."""


_Core.yaml_implicit_resolvers = {}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)$"), list("tf"))
_Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?\d+$"), list("-+0123456789"))
