"""Rules between the fields of one group, as JSON Schema, by the name of the group's shape."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.core.texts.words import WORDS
from hotline.files.values.patterns import DAYS_OF_ROTATIONS, LANGUAGE, MENU_KEY, NAME, WEEK_START, Schema


def _without(*fields: str) -> Schema:
    return {"not": {"anyOf": [{"required": [field]} for field in fields]}}


def _at_least_one_of(*fields: str) -> list[Schema]:
    return [{"required": [field]} for field in fields]


_ONCE_A_WEEK = {"required": ["to"], **_without("days", "hours")}
_STRETCHES: Schema = {
    "dependencies": {"from": _ONCE_A_WEEK, "to": ["from"]},
    "anyOf": _at_least_one_of("hours", "from"),
}
_SHIFTS, _ROTATIONS = ("ShiftEntry", "BackupShiftEntry"), ("RotationEntry", "BackupRotationEntry")
_ACTIONS = ("menu", "ring", "dial", "hang_up")
_ACTION_RULES = {
    one: {"required": needed, **_without(*(other for other in _ACTIONS if other != one))}
    for one, needed in {"menu": ["say"], "ring": ["not_answered"], "dial": [], "hang_up": []}.items()
}

RULES: Mapping[str, Schema] = {
    "ShiftEntry": {**_STRETCHES, "dependencies": {**_STRETCHES["dependencies"], "every": ["starting"]}},
    "RotationEntry": _STRETCHES,
    "CoordinatorEntry": {"anyOf": _at_least_one_of("phone", "email"), "dependencies": {"digest": ["email"]}},
    "BackupShiftEntry": {"dependencies": {**_STRETCHES["dependencies"], "every": ["starting"]}},
    "BackupRotationEntry": {"dependencies": _STRETCHES["dependencies"]},
    "StepEntry": {
        "anyOf": _at_least_one_of(*_ACTIONS, "then"),
        "dependencies": {
            **_ACTION_RULES,
            **{field: ["menu"] for field in ("wait", "no_key", "wrong_key")},
            **{field: ["ring"] for field in ("between", "hold", "while_waiting", "answered", "not_answered")},
            "at_most": ["then"],
        },
    },
}
FIELD_RULES: Mapping[tuple[str, str], Schema] = {
    ("RotaFile", "volunteers"): {"minProperties": 1, "propertyNames": {"pattern": NAME}},
    **{("RotaFile", name): {"type": ["array", "null"]} for name in ("shifts", "rotations", "away", "cover", "backup")},
    **{(shape, "from"): WEEK_START for shape in (*_SHIFTS, *_ROTATIONS)},
    **{(shape, "on_call"): {"minItems": 1} for shape in _SHIFTS},
    **{(shape, "days"): DAYS_OF_ROTATIONS for shape in _ROTATIONS},
    **{(shape, "turns"): {"minItems": 1} for shape in _ROTATIONS},
    ("LimitsEntry", "except"): {"additionalProperties": {"type": "string", "pattern": r"\S"}},
    ("RingingEntry", "say"): {"propertyNames": {"pattern": LANGUAGE}},
    ("RotaFile", "coordinators"): {"propertyNames": {"pattern": NAME}},
    **{("TextWordsEntry", text): {"propertyNames": {"pattern": LANGUAGE}} for text in WORDS},
    ("FlowFile", "numbers"): {"minItems": 1},
    ("FlowFile", "steps"): {"minProperties": 1, "propertyNames": {"pattern": NAME}},
    ("FlowFile", "languages"): {"propertyNames": {"pattern": LANGUAGE}},
    ("FlowFile", "apology"): {"propertyNames": {"pattern": LANGUAGE}},
    ("StepEntry", "say"): {"propertyNames": {"pattern": LANGUAGE}},
    ("StepEntry", "between"): {"propertyNames": {"pattern": LANGUAGE}},
    ("StepEntry", "hold"): {"propertyNames": {"pattern": LANGUAGE}},
    ("StepEntry", "ring"): {"pattern": NAME},
    ("WaitingEntry", "say"): {"propertyNames": {"pattern": LANGUAGE}},
    ("WaitingEntry", "menu"): {"minProperties": 1, "propertyNames": {"pattern": MENU_KEY}},
    ("StepEntry", "menu"): {"minProperties": 1, "propertyNames": {"pattern": MENU_KEY}},
}
"""A field's rules besides its type. A rota's lists may be empty, as after deleting their last entry."""
