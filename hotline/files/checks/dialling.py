"""Numbers that a rota or a call flow may contain: ordinary phones of a few countries, never premium or satellite ones.

Otherwise any editor of a file could make the hotline dial numbers that pay them. `phonenumbers` is imported with the
first number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from hotline.core.wording import Wording, in_a_row, together
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.values.phones import number_type, parsed_number

Never = Literal["premium", "special", "worldwide"]

_WORLDWIDE = "001"
"""The region code in `phonenumbers` for satellite phones and for numbers without a country."""
_INFORMATION = "976"
"""The exchange code of paid information lines, in every area of the North American plan."""
_FILLERS = ("234567890123", "000000000000", "222222222222", "555555555555", "999999999999")


def refusal(
    number: str, own: Collection[str], countries: Collection[str], written: str | None = None
) -> Unreadable | None:
    """Return why a hotline must not dial a number, or None if it may.

    `number` is E.164, or a short number as dialled, which passes. `own` are the hotline's numbers. `countries` are ISO
    3166 codes; without any, the number must be of a country of one of `own`.
    """
    if not number.startswith("+"):
        return None
    shown = clip(written or number)
    never, dialled = _traits(number)
    if never is not None:
        return _never(never, shown)
    allowed = set(countries) or {country(one) for one in own} - {_WORLDWIDE}
    if (not countries and not own) or allowed & dialled:
        return None
    wanted = country(number)
    message = Wording("`%(written)s` is a number of another country: %(country)s.", written=shown, country=wanted)
    if allowed:
        message = together(message, Wording("This hotline dials: %(countries)s.", countries=in_a_row(sorted(allowed))))
    return Unreadable(
        "phone-other-country",
        message,
        Wording(
            "Correct the number. If it is right, set HOTLINE_COUNTRIES=%(countries)s on the server.",
            countries=",".join(sorted({*allowed, wanted})),
        ),
    )


def may_answer(sender: str, own: Collection[str], countries: Collection[str]) -> bool:
    """Return whether a sender who is in no file may get a text: only at a number that the hotline might dial."""
    return is_number(sender) and refusal(sender, own, countries) is None


def is_number(text: str) -> bool:
    """Return whether a text is a number with the code of a country."""
    import phonenumbers as library

    try:
        library.parse(text)
    except library.NumberParseException:
        return False
    return True


@lru_cache(maxsize=20_000)
def country(number: str) -> str:
    """The ISO 3166 code of the country of an E.164 number; in the North American plan, of the country itself."""
    import phonenumbers as library

    parsed = parsed_number(number)
    found = library.region_code_for_number(parsed)
    if found is None:
        # Numbers for fiction, and unassigned ones, count as those of the country with similar numbers.
        found = next((one for one in map(library.region_code_for_number, _alike(parsed, (3,), (0,))) if one), None)
    return str(found or library.region_code_for_country_code(parsed.country_code or 0))


def _never(why: Never, written: str) -> Unreadable:
    messages = {
        "premium": Wording("`%(written)s` is a premium-rate number: its owner earns from each call.", written=written),
        "special": Wording(
            "`%(written)s` is a number at a special rate: shared-cost, personal or pager.", written=written
        ),
        "worldwide": Wording("`%(written)s` is a satellite or worldwide number.", written=written),
    }
    return Unreadable(
        "phone-never-dialled",
        messages[why],
        Wording("Write the number of an ordinary phone. No setting allows this number."),
    )


@lru_cache(maxsize=20_000)
def _traits(number: str) -> tuple[Never | None, frozenset[str]]:
    """Return why a number may never be dialled, if so, and the countries in which it is a valid number."""
    import phonenumbers as library

    parsed, kinds = parsed_number(number), library.PhoneNumberType
    regions, kind = library.region_codes_for_country_code(parsed.country_code or 0), number_type(number)
    if _WORLDWIDE in regions:
        return "premium" if kind == kinds.PREMIUM_RATE else "worldwide", frozenset()
    # A number that is not known to be assigned is treated like similar numbers.
    found = {kind} if kind != kinds.UNKNOWN else set(map(library.number_type, _alike(parsed, (3, 4), range(-2, 3))))
    if kinds.PREMIUM_RATE in found or _is_information(parsed):
        return "premium", frozenset()
    if found & {kinds.SHARED_COST, kinds.PERSONAL_NUMBER, kinds.PAGER}:
        return "special", frozenset()
    if kind in {kinds.TOLL_FREE, kinds.UAN}:  # a number may belong to several countries
        return None, frozenset(region for region in regions if library.is_valid_number_for_region(parsed, region))
    return None, frozenset({country(number)})


def _is_information(parsed: Any) -> bool:
    return parsed.country_code == 1 and str(parsed.national_number)[3:6] == _INFORMATION


def _alike(parsed: Any, kept: Iterable[int], longer: Iterable[int]) -> Iterator[Any]:
    """Similar numbers: with so many of the same first digits, and so much longer."""
    import phonenumbers as library

    national = library.national_significant_number(parsed)
    for first in kept:
        for more in longer:
            for filler in _FILLERS:
                digits = (national[:first] + filler)[: len(national) + more]
                zeros = len(digits) - len(digits.lstrip("0"))
                yield library.PhoneNumber(
                    parsed.country_code,
                    int(digits or 0),
                    italian_leading_zero=zeros > 0 or None,
                    number_of_leading_zeros=zeros or None,
                )
