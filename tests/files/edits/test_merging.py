"""Two edits of one text: put together where they are apart, and never a line of either lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.files.edits.merging import merged

BASE = "a\nb\nc\nd\ne\n"
TEXTS = st.lists(st.sampled_from("abcd"), max_size=7).map("\n".join)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nb\nc\nd\ne\nf\n", "x\na\nb\nc\nd\ne\n", "x\na\nb\nc\nd\ne\nf\n"),
        ("a\nc\nd\ne\n", "a\nb\nc\nd\nnew\ne\n", "a\nc\nd\nnew\ne\n"),
        ("same\nb\nc\nd\ne\n", "same\nb\nc\nd\ne\n", "same\nb\nc\nd\ne\n"),
        ("A\nb\nc\nd\ne\n", "B\nb\nc\nd\ne\n", None),
        ("a\nb\nc\nd\ne\nmine\n", "a\nb\nc\nd\ne\ntheirs\n", None),
    ],
)
def test_edits_apart_are_both_kept_and_those_of_one_line_are_not_guessed_at(
    one: str, other: str, both: str | None
) -> None:
    assert merged(BASE, one, other) == both
    assert merged(BASE, other, one) == both


@given(TEXTS, TEXTS)
def test_with_nothing_on_the_other_side_an_edit_is_itself(base: str, edited: str) -> None:
    assert merged(base, edited, base) == edited
    assert merged(base, base, edited) == edited
    assert merged(base, edited, edited) == edited


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_either_added_is_in_it(base: str, one: str, other: str) -> None:
    both = merged(base, one + "\nmine", "theirs\n" + other)
    assert both is None or {"mine", "theirs"} <= set(both.split("\n"))
