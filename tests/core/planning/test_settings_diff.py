"""`hotline diff` shows the change of every setting: a field that is added and not compared here fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any

import pytest

from hotline.core.planning.settings_diff import Altered, altered_settings
from hotline.core.rota.rota import Limits, Ringing, Rota
from hotline.files import load_texts
from tests.files.good import texts

GROUPS = {"ringing": Ringing, "limits": Limits}


@pytest.mark.parametrize(
    ("group", "field"), [(group, field.name) for group, kind in GROUPS.items() for field in fields(kind)]
)
def test_a_change_of_any_setting_is_shown(group: str, field: str) -> None:
    rota = _rota()
    old = getattr(rota, group)
    new = replace(rota, **{group: replace(old, **{field: _another(getattr(old, field))})})
    assert len(list(altered_settings(rota, new))) == 1


def test_no_change_is_shown_as_none() -> None:
    rota = _rota()
    assert not list(altered_settings(rota, rota))


def _rota() -> Rota:
    return load_texts(texts()).hotlines["rise"].rota


def _another(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, Enum):
        return next(one for one in type(value) if one is not value)
    if value is None:
        return "another"
    if isinstance(value, Mapping):
        return {**value, "fr": "Autre chose."}
    return str(int(value) + 1) if isinstance(value, str) else value + 1


def altered(old: Ringing, new: Ringing) -> list[Altered]:
    return list(altered_settings(replace(_rota(), ringing=old), replace(_rota(), ringing=new)))


def test_several_phones_at_once_are_told_of() -> None:
    assert altered(Ringing(), Ringing(at_once=2, stagger=4)) == [
        Altered("at_once", "1", "2"),
        Altered("stagger", "none", "4s"),
    ]


def test_a_stagger_that_is_gone_is_none() -> None:
    assert altered(Ringing(stagger=90), Ringing()) == [Altered("stagger", "1m30s", "none")]


def test_the_same_rules_say_nothing() -> None:
    assert altered(Ringing(at_once=3), Ringing(at_once=3)) == []
