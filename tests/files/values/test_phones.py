"""Phone numbers: what is refused before the carrier refuses it, and what is only noted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.phones import PhoneNumber, dialled, phone


@pytest.mark.parametrize(
    ("written", "number", "valid"),
    [
        ("+1 410 555 0111", "+14105550111", True),
        ("+1 (410) 555-0111", "+14105550111", True),
        ("+14105550111", "+14105550111", True),
        ("+44 20 7946 0123", "+442079460123", True),
        ("+44 7700 900123", "+447700900123", False),
        ("+39 06 1234 5678", "+390612345678", True),
    ],
)
def test_what_is_a_phone(written: str, number: str, valid: bool) -> None:
    assert phone(written) == PhoneNumber(number, valid)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("911", "phone-emergency"),
        ("112", "phone-emergency"),
        ("999", "phone-emergency"),
        ("+1 911", "phone-emergency"),
        ("988", "phone-short"),
        ("+1 988", "phone-short"),
        ("+49 116117", "phone-short"),
        ("12345", "phone-short"),
        ("2", "phone-short"),
        ("410 555 0111", "phone-not-international"),
        ("00 1 410 555 0111", "phone-not-international"),
        ("+1 410 555 011", "phone-impossible"),
        ("+1 555 0111", "phone-impossible"),
        ("+1 410 555 01111", "phone-impossible"),
        ("+999 410 555 0111", "phone-impossible"),
        ("+1 410 555 O111", "phone-impossible"),
        ("+1 800 FLOWERS", "phone-impossible"),
        ("+1 410 555 0111 x5", "phone-impossible"),
        ("++14105550111", "phone-impossible"),
        ("+", "phone-impossible"),
        ("", "phone-impossible"),
        ("amy", "phone-impossible"),
    ],
)
def test_what_is_refused_for_a_volunteer(written: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        phone(written)
    assert refused.value.code == code


def test_a_national_number_is_put_right_like_the_others_of_the_file() -> None:
    with pytest.raises(Unreadable) as refused:
        phone("020 7946 0123", "+44 20 7946 0999")
    assert '"+44 20 7946 0123"' in refused.value.help


@pytest.mark.parametrize("like", ["+1 410 555 0111", "+44 20 7946 0999"])
def test_a_number_dialled_abroad_is_put_right_like_any_other(like: str) -> None:
    with pytest.raises(Unreadable) as refused:
        phone("0049 30 1234567", like)
    assert '"+49 30 1234567"' in refused.value.help


@given(st.text(alphabet="+0123456789 ()-.٣", max_size=16))
def test_whatever_is_written_is_a_phone_or_refused(written: str) -> None:
    for read in (phone, dialled):
        try:
            number = read(written).number
        except Unreadable:
            continue
        assert number.lstrip("+").isascii()
        assert number.lstrip("+").isdigit()
