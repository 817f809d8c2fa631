"""What an edit of a rota says about how phones are rung."""

from __future__ import annotations

from dataclasses import replace

from hotline.core.planning.settings_diff import Altered, altered_settings
from hotline.core.rota.rota import Ringing, Rota
from hotline.files.values.zones import load_zone

ROTA = Rota("r", load_zone("America/New_York"), "America/New_York", {})


def altered(old: Ringing, new: Ringing) -> list[Altered]:
    return list(altered_settings(replace(ROTA, ringing=old), replace(ROTA, ringing=new)))


def test_several_phones_at_once_are_told_of() -> None:
    assert altered(Ringing(), Ringing(at_once=2, stagger=4)) == [
        Altered("at_once", "1", "2"),
        Altered("stagger", "none", "4s"),
    ]


def test_a_stagger_that_is_gone_is_none() -> None:
    assert altered(Ringing(stagger=90), Ringing()) == [Altered("stagger", "1m30s", "none")]


def test_the_same_rules_say_nothing() -> None:
    assert altered(Ringing(at_once=3), Ringing(at_once=3)) == []
