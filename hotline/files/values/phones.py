"""Phone numbers: made E.164, and refused before the carrier refuses them in the middle of a call.

`phonenumbers` is imported when the first number is read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from hotline.core.wording import NOTHING, Wording, together
from hotline.files.findings.unreadable import Unreadable, clip

Whose = Literal["volunteer", "hotline"]

_FEWEST_SHORT_DIGITS = 2
_MOST_SHORT_DIGITS = 6
_MOST_REGIONS = 8
_PUNCTUATION = re.compile(r"[\s().\-/]+")
_LOOKS = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), "＋": "+", "／": "/"})


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in E.164, and whether the numbering plan uses it (numbers reserved for fiction are not in use)."""

    number: str
    valid: bool


@lru_cache(maxsize=20_000)
def phone(written: str, like: str = "+1", whose: Whose = "volunteer") -> PhoneNumber:
    """Read the number of one person's phone. Raises `Unreadable`.

    `like` is a number of the same files. Its country is used to propose the international form of a national number.
    """
    import phonenumbers as library

    written = _visible(written)
    _refuse_letters(written)
    digits = _PUNCTUATION.sub("", written)
    if not digits.startswith("+"):
        raise _without_country(written, digits, like, whose)
    try:
        parsed = parsed_number(digits)
    except library.NumberParseException as error:
        raise _impossible(written, _NO_COUNTRY if error.error_type == 0 else NOTHING) from None
    national = library.national_significant_number(parsed)
    if len(national) <= _MOST_SHORT_DIGITS and digits[1:].startswith(str(parsed.country_code)):
        _refuse_short(written, national, library.region_codes_for_country_code(parsed.country_code or 0), whose)
    if library.is_possible_number_with_reason(parsed) != library.ValidationResult.IS_POSSIBLE:
        raise _impossible(written, _reason(library.is_possible_number_with_reason(parsed)))
    number = library.format_number(parsed, library.PhoneNumberFormat.E164)
    return PhoneNumber(number, number_type(number) != library.PhoneNumberType.UNKNOWN)


@lru_cache(maxsize=2_000)
def parsed_number(number: str) -> Any:
    """A number with its country as the library has it. Raises its error. Several questions are asked about each."""
    import phonenumbers as library

    return library.parse(number)


@lru_cache(maxsize=20_000)
def number_type(number: str) -> int:
    """The library's type of an E.164 number: UNKNOWN if the numbering plan does not use it."""
    import phonenumbers as library

    found: int = library.number_type(parsed_number(number))
    return found


def dialled(written: str, like: str = "+1") -> PhoneNumber:
    """Read the number of a `dial`: any phone, or a short or emergency number as dialled. Raises `Unreadable`."""
    written = _visible(written)
    _refuse_letters(written)
    digits = _PUNCTUATION.sub("", written)
    if digits.isascii() and digits.isdigit() and _FEWEST_SHORT_DIGITS <= len(digits) <= _MOST_SHORT_DIGITS:
        return PhoneNumber(digits, True)
    return phone(written, like)


def _visible(written: str) -> str:
    """Return the number without invisible marks, with plain hyphens and digits. Address books copy such marks."""
    plain = unicodedata.normalize("NFKC", written.translate(_LOOKS)).translate(_LOOKS)
    return "".join(one for one in plain if unicodedata.category(one) != "Cf").strip("“”„‘’«» ")


def _refuse_letters(written: str) -> None:
    letter = re.search(r"[^\d\s+().\-/]", written)
    if not written.strip() or not re.search(r"\d", written):
        message = Wording("`%(written)s` is not a phone number.", written=clip(written))
        raise Unreadable("phone-impossible", message, _WHOLE_NUMBER)
    if letter is None and "+" in written.strip()[1:]:
        raise _impossible(written, Wording("A + can only stand at its start."))
    if letter:
        raise Unreadable(
            "phone-impossible",
            Wording(
                "`%(written)s` has `%(letter)s`, which no phone can dial.",
                written=clip(written),
                letter=letter.group(),
            ),
            Wording("Write digits only, and no extension: a volunteer needs a number that rings their own phone."),
        )


def _without_country(written: str, digits: str, like: str, whose: Whose) -> Unreadable:
    import phonenumbers as library

    number = clip(written)
    if len(digits) <= _MOST_SHORT_DIGITS:
        try:
            _refuse_short(written, digits, ("US", "GB", "AU", "DE", "IN", "JP", *_regions_like(like)), whose)
        except Unreadable as problem:
            return problem
        return Unreadable(
            "phone-short", Wording("`%(written)s` is too short for a person's phone.", written=number), _WHOLE_NUMBER
        )
    whole = [("+" + digits[2:], None)] if digits.startswith("00") else []
    for typed, region in (*whole, *((digits, region) for region in _regions_like(like))):
        try:
            parsed = library.parse(typed, region)
        except library.NumberParseException:
            continue
        if library.is_possible_number_with_reason(parsed) == library.ValidationResult.IS_POSSIBLE:
            meant = library.format_number(parsed, library.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
            return Unreadable(
                "phone-not-international",
                Wording("`%(written)s` has no country code.", written=number),
                Wording('Begin with + and the country\'s code: "%(right)s"', right=meant),
            )
    help = together(Wording("Begin with + and the country's code."), _WHOLE_NUMBER)
    return Unreadable("phone-not-international", Wording("`%(written)s` has no country code.", written=number), help)


_WHOLE_NUMBER = Wording('Write the whole number with its country, like "+1 410 555 0111".')
_NO_COUNTRY = Wording("No country begins with these digits.")


def _regions_like(like: str) -> tuple[str, ...]:
    import phonenumbers as library

    try:
        code = library.parse(like).country_code
    except library.NumberParseException:
        return ("US",)
    return tuple(library.region_codes_for_country_code(code or 0)[:1])


def _refuse_short(written: str, digits: str, regions: tuple[str, ...], whose: Whose) -> None:
    """Raise `Unreadable` if the digits are an emergency or service number in one of the regions."""
    import phonenumbers as library

    if len(digits) < _FEWEST_SHORT_DIGITS:
        return
    own = {
        "volunteer": Wording("A volunteer's own number goes here."),
        "hotline": Wording("A hotline's own number goes here."),
    }
    help = together(own[whose], Wording('A step of the call flow can dial it: dial: "%(number)s"', number=digits))
    if any(library.is_emergency_number(digits, region) for region in regions[:_MOST_REGIONS]):
        raise Unreadable(
            "phone-emergency", Wording("`%(written)s` is an emergency number.", written=clip(written)), help
        )
    for region in regions[:_MOST_REGIONS]:
        number = library.PhoneNumber(library.country_code_for_region(region), int(digits))
        if library.is_valid_short_number_for_region(number, region):
            raise Unreadable(
                "phone-short", Wording("`%(written)s` is a short number of a service.", written=clip(written)), help
            )


def _impossible(written: str, reason: Wording) -> Unreadable:
    return Unreadable(
        "phone-impossible",
        together(Wording("`%(written)s` cannot be a phone number.", written=clip(written)), reason),
        Wording("Check it digit by digit: + and the country's code, the area, the number."),
    )


def _reason(reason: int) -> Wording:
    import phonenumbers as library

    return {
        library.ValidationResult.TOO_SHORT: Wording("It has too few digits."),
        library.ValidationResult.TOO_LONG: Wording("It has too many digits."),
        library.ValidationResult.INVALID_LENGTH: Wording("It has the wrong number of digits."),
        library.ValidationResult.INVALID_COUNTRY_CODE: _NO_COUNTRY,
        library.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Wording("The area's code is missing."),
    }.get(reason, NOTHING)


def country_code(number: str) -> int:
    """The country code of a number in E.164."""
    import phonenumbers as library

    return library.parse(number).country_code or 1


def without_trunk(written: str, prefix: str) -> str:
    """A national number without what is dialled before it at home only: a 0 in most countries, none in Italy."""
    import phonenumbers as library

    digits = _PUNCTUATION.sub("", written)
    try:
        region = library.region_code_for_country_code(int(prefix.removeprefix("+")))
        national = library.national_significant_number(library.parse(digits, region))
    except (ValueError, library.NumberParseException):
        return written
    if digits == f"0{national}":
        return written.lstrip("( ").removeprefix("0") if written.startswith("0") else national
    return written if digits == national or not digits.isdecimal() else national
