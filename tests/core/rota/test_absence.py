"""Last words of volunteers: of two the later holds, in whatever order copies are laid together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.rota.absence import (
    GRACE,
    Absence,
    LastWord,
    Words,
    absences_in,
    laid_together,
    next_word,
    worth_keeping,
)

NOON = 1_750_000_000
words = st.dictionaries(
    st.sampled_from(("amy", "ben", "cho")),
    st.builds(LastWord, *(st.integers(0, 5) for _ in range(4))),
)


@given(words, words, words)
def test_copies_may_be_laid_together_in_any_order_and_often(one: Words, two: Words, three: Words) -> None:
    together = laid_together(laid_together(one, two), three)
    assert together == laid_together(three, laid_together(two, one)) == laid_together(together, two)
    for who, word in together.items():
        assert word == max(each[who] for each in (one, two, three) if who in each)


def test_off_and_back_again_is_no_absence() -> None:
    off = next_word(None, NOON, NOON + 7200, NOON * 1000)
    assert absences_in({"amy": off}, NOON) == (Absence("amy", NOON, NOON + 7200),)
    back = next_word(off, NOON + 60, NOON + 60, (NOON + 60) * 1000)
    assert absences_in({"amy": back}, NOON + 60) == ()


def test_a_word_is_later_than_the_one_it_follows_whatever_the_clocks_say() -> None:
    ahead = next_word(None, NOON, NOON + 60, (NOON + 3600) * 1000)
    assert next_word(ahead, NOON, NOON, NOON * 1000) > ahead


def test_a_word_is_kept_for_as_long_as_one_before_it_could_turn_up() -> None:
    week = next_word(None, NOON, NOON + 7 * 86_400, NOON * 1000)
    back = next_word(week, NOON + 60, NOON + 60, (NOON + 60) * 1000)
    almost, then = NOON + 7 * 86_400 + GRACE - 1, NOON + 7 * 86_400 + GRACE
    assert worth_keeping({"amy": back}, almost) == {"amy": back}
    assert worth_keeping({"amy": back}, then) == {}


def test_an_absence_that_is_over_is_none_and_one_to_come_is_one() -> None:
    said = {
        "amy": LastWord(0, NOON - 60, NOON, NOON),
        "ben": LastWord(0, NOON + 60, NOON + 120, NOON + 120),
        "cho": LastWord(0, NOON - 60, NOON + 1, NOON + 1),
    }
    assert absences_in(said, NOON) == (Absence("cho", NOON - 60, NOON + 1), Absence("ben", NOON + 60, NOON + 120))
