"""A call's position survives its journey through the carrier, and nobody else's does."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.calls.position import HuntPosition, Position, is_among, mark, seal, unseal

KEY = b"k" * 32
words = st.from_regex(r"\w[\w.-]{0,11}", fullmatch=True) | st.from_regex(r"\w[\w.-]{0,59}", fullmatch=True)
hunts = st.builds(
    HuntPosition,
    since=st.integers(0, 2**33),
    round=st.integers(1, 9),
    tried=st.lists(words, max_size=6).map(tuple),
    backup_tried=st.lists(words, max_size=6).map(tuple),
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
    begun=st.integers(0, 2**33),
    waits_since=st.integers(0, 2**33),
    doubtful=st.integers(0, 4),
)


def marked(position: Position) -> Position:
    """The same with marks for names, where only marks travel."""
    hunt = position.hunt
    if hunt is not None:
        tried, backup = tuple(map(mark, hunt.tried)), tuple(map(mark, hunt.backup_tried))
        hunt = replace(hunt, tried=tried, backup_tried=backup)
    return replace(position, hunt=hunt, visits=tuple((mark(name), count) for name, count in position.visits))


def names_in(position: Position) -> list[str]:
    return [position.step, *([position.hunt.ringing] if position.hunt and position.hunt.ringing else [])]


@given(positions)
def test_a_sealed_position_is_read_back_as_it_was(position: Position) -> None:
    text = seal(position, "CA1", KEY)
    assert unseal(text, "CA1", KEY, names_in(position)) == marked(position)
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
    assert unseal(altered, "CA1", KEY, names_in(position)) in (None, marked(position))


@given(st.text())
def test_any_other_text_is_no_position_and_no_error(text: str) -> None:
    assert unseal(text, "CA1", KEY) is None


def test_a_position_stays_small_however_many_volunteers_with_long_names_were_tried() -> None:
    """A web server takes an address of some 4,000 bytes, and a carrier perhaps less."""
    volunteers = [f"{place:03}-{'ø' * 56}" for place in range(600)]
    hunt = HuntPosition(2**33, 9, tuple(volunteers), tuple(volunteers), volunteers[0], 2**33)
    visits = tuple((f"{place}{'ß' * 58}", 9) for place in range(50))
    position = Position("t" * 12, "ÿ" * 60, "zh-Hant", visits, 999, hunt, 3, 2**33, 2**33)
    text = seal(position, "CA1", KEY)
    assert len(text) < 1_500
    back = unseal(text, "CA1", KEY, [position.step, *volunteers])
    assert back is not None
    assert back.hunt is not None
    assert (back.step, back.hunt.ringing) == (position.step, volunteers[0])
    assert all(is_among(one, back.hunt.tried) for one in volunteers[-200:]), "whoever was tried last is still known"


def test_three_hundred_who_were_tried_are_all_known() -> None:
    volunteers = [f"{'volunteer-with-a-very-long-name' * 2:.37}{place:03}" for place in range(300)]
    text = seal(Position("t" * 12, "reach", "en", hunt=HuntPosition(2**31, tried=tuple(volunteers))), "CA1", KEY)
    back = unseal(text, "CA1", KEY)
    assert back is not None
    assert back.hunt is not None
    assert [is_among(one, back.hunt.tried) for one in (*volunteers, "somebody else")] == [True] * 300 + [False]
    assert len(text) < 1_500


def test_a_position_that_says_nothing_of_doubt_is_of_a_caller_to_believe() -> None:
    fields = ["token", "reach", "en", [], 3, 0, None, 1_000, 1_010]
    body = json.dumps(fields, separators=(",", ":")).encode()
    sealed = hmac.digest(KEY, b"position\0CA1\0" + body, "sha256")[:12] + body
    back = unseal(urlsafe_b64encode(sealed).rstrip(b"=").decode(), "CA1", KEY)
    assert back == Position("token", "reach", "en", rings=3, begun=1_000, waits_since=1_010)
    assert seal(back, "CA1", KEY) == urlsafe_b64encode(sealed).rstrip(b"=").decode(), "and the other way round"


def test_a_position_of_the_release_before_is_understood() -> None:
    """Web processes of both run side by side while one takes the other's place."""
    fields = ["token", "reach", "en", [["welcome", 2]], 3, 0, [1_000, 2, ["amy", "ben"], False, "ben", 1_020]]
    body = json.dumps(fields, separators=(",", ":")).encode()
    sealed = hmac.digest(KEY, b"position\0CA1\0" + body, "sha256")[:12] + body
    back = unseal(urlsafe_b64encode(sealed).rstrip(b"=").decode(), "CA1", KEY)
    assert back is not None
    assert back.hunt == HuntPosition(1_000, 2, ("amy", "ben"), (), "ben", 1_020)
    assert back.visiting("welcome").visited("welcome") == 3
