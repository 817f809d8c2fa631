"""What comes back from an editor is the file it was, but for what was edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.files.yaml.line_endings import as_before, shown_text

LINES = st.lists(
    st.text(st.characters(exclude_characters="\r\n\ufeff", exclude_categories=("Cs",)), max_size=5), max_size=8
)


@given(LINES, st.sampled_from(("\n", "\r\n", "\r")), st.booleans())
def test_an_unedited_text_comes_back_byte_for_byte(lines: list[str], ending: str, marked: bool) -> None:
    raw = (("\ufeff" if marked else "") + ending.join(lines)).encode()
    shown = shown_text(raw)
    assert shown is not None
    assert as_before(raw, shown) == raw
    assert as_before(raw, shown.replace("\n", "\r\n")) == raw, "as forms send it"


@given(st.text(st.sampled_from("ab\r\n"), max_size=30))
def test_so_it_does_with_endings_of_several_kinds(text: str) -> None:
    shown = shown_text(text.encode())
    assert shown is not None
    assert as_before(text.encode(), shown) == text.encode()


@pytest.mark.parametrize(
    ("before", "edited", "after"),
    [
        (b"a\r\nb\r\n", "a\nc\nb\n", b"a\r\nc\r\nb\r\n"),
        (b"\xef\xbb\xbfa\n", "b\n", b"\xef\xbb\xbfb\n"),
        (b"a\r\nb\nc\r\n", "a\nb\nnew\nc\n", b"a\r\nb\nnew\r\nc\r\n"),
        (b"", "a\nb\n", b"a\nb\n"),
        (b"a", "\ufeffa\r\n", b"a\n"),
    ],
)
def test_new_lines_end_as_the_others_do(before: bytes, edited: str, after: bytes) -> None:
    assert as_before(before, edited) == after


def test_a_file_that_is_no_utf8_is_not_shown() -> None:
    assert shown_text(b"caf\xe9") is None
