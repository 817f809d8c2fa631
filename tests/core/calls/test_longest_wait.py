"""The longest wait for a last resort: never shorter than a call can take, whatever rings early or at once."""

from __future__ import annotations

from dataclasses import replace

from hotline.core.calls.flow import Hotline
from hotline.core.calls.longest_wait import longest_wait
from hotline.files import load_texts
from tests.files.good import FLOW, texts

PLAIN = load_texts(texts()).hotlines["rise"]


def with_ringing(hotline: Hotline, **rules: int) -> Hotline:
    rota = replace(hotline.rota, ringing=replace(hotline.rota.ringing, **rules))
    return replace(hotline, rota=rota)


def test_several_phones_at_once_make_it_no_longer() -> None:
    assert longest_wait(with_ringing(PLAIN, at_once=2, stagger=4)) == longest_wait(PLAIN)


def test_long_words_for_callers_who_wait_count_where_they_are_spoken() -> None:
    hold = f"    hold: {{en: [{'word ' * 60}., Thank you.]}}\n    not_answered: goodbye"
    hotline = load_texts(texts(flow=FLOW.replace("    not_answered: goodbye", hold))).hotlines["rise"]
    plain, _ = longest_wait(PLAIN)
    assert plain is not None
    assert longest_wait(hotline)[0] == plain
    assert (longest_wait(with_ringing(hotline, at_once=2))[0] or 0) > plain + 10
