"""A call's position survives its journey through the carrier, and nobody else's does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.position import HuntPosition, Position, seal, unseal

KEY = b"k" * 32
words = st.text(max_size=12)
hunts = st.builds(
    HuntPosition,
    since=st.integers(0, 2**33),
    round=st.integers(1, 9),
    tried=st.lists(words, max_size=6).map(tuple),
    backup_tried=st.lists(words, max_size=3).map(tuple),
    ringing=st.none() | words,
    ringing_since=st.integers(0, 2**33),
)
positions = st.builds(
    Position,
    token=words,
    step=words,
    language=words,
    visits=st.lists(st.tuples(words, st.integers(1, 9)), max_size=4).map(tuple),
    rings=st.integers(0, 99),
    hunt=st.none() | hunts,
    prompts=st.integers(0, 3),
    waiting_since=st.none() | st.integers(0, 2**33),
)


@given(positions)
def test_a_sealed_position_is_read_back_as_it_was(position: Position) -> None:
    text = seal(position, "CA1", KEY)
    assert unseal(text, "CA1", KEY) == position
    assert text.replace("-", "a").replace("_", "a").isalnum(), "safe in a URL as it is"


@given(positions)
def test_a_position_belongs_to_one_call_and_one_key(position: Position) -> None:
    text = seal(position, "CA1", KEY)
    assert unseal(text, "CA2", KEY) is None
    assert unseal(text, "CA1", b"x" * 32) is None


@given(positions, st.integers(0), st.characters(codec="ascii"))
def test_an_altered_position_is_none_of_ours(position: Position, where: int, other: str) -> None:
    text = seal(position, "CA1", KEY)
    where %= len(text)
    altered = text[:where] + other + text[where + 1 :]
    assert unseal(altered, "CA1", KEY) in (None, position)


@given(st.text())
def test_any_other_text_is_no_position_and_no_error(text: str) -> None:
    assert unseal(text, "CA1", KEY) is None
