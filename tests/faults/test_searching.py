"""The search for numbers and names finds every spelling of them, wherever it stands."""

from __future__ import annotations

import pytest

from tests.faults.canaries import found, spellings

SECRETS = ("+14437731861", "CA" + "5ec2e7" * 5 + "ab")


@pytest.mark.parametrize("secret", SECRETS)
def test_every_spelling_is_found_at_the_beginning_in_the_middle_and_at_the_end(secret: str) -> None:
    for spelling in spellings(secret):
        for text in (spelling, b"x" * 50 + spelling, spelling + b"x" * 50, b"\0" + spelling + b"\n" + spelling):
            told = found([secret], {"a file": text})
            assert any(repr(spelling) in one for one in told), (spelling, text)


def test_letters_are_found_large_and_small() -> None:
    assert found([SECRETS[1]], {"a log": b"call " + SECRETS[1].lower().encode()})
    assert found([SECRETS[1]], {"a log": b"call " + SECRETS[1].upper().encode()})


def test_seven_digits_within_a_digest_are_none_of_a_number() -> None:
    assert found([SECRETS[0]], {"a table": b"('ab7731861c', 0.77318610001)"}) == []
    assert found([SECRETS[0]], {"a table": b"('ab7731861c', 'call 7731861')"}) != []


def test_what_is_not_there_is_not_found() -> None:
    others = {"a log": b"+14437731862 CA" + b"5ec2e7" * 5 + b"ac", "nothing": b""}
    assert found(SECRETS, others) == []
