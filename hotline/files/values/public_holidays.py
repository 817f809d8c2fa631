"""Public holidays, from the `holidays` library. It is big, and imported only when a rota names a country."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import date
from functools import lru_cache

from hotline.core.wording import Wording
from hotline.files.findings.suggest import slip_of, without_accents
from hotline.files.findings.unreadable import Unreadable, clip


class PublicHolidays(Mapping[date, str]):
    """The names of public holidays by date. A year is worked out when one of its dates is requested.

    Holidays moved to another day are on both days. Names are in the country's own language. Iterating covers only the
    years requested so far.
    """

    def __init__(self, country: str, region: str | None) -> None:
        self.country, self.region = country, region
        self._years: dict[int, dict[date, str]] = {}

    def __getitem__(self, day: date) -> str:
        return self._year(day.year)[day]

    def __iter__(self) -> Iterator[date]:
        return (day for year in list(self._years) for day in self._years[year])

    def __len__(self) -> int:
        return sum(map(len, list(self._years.values())))

    def _year(self, year: int) -> dict[date, str]:
        if year not in self._years:
            from holidays import country_holidays

            language = country_holidays(self.country).default_language
            found = country_holidays(self.country, self.region, years=year, language=language)
            self._years[year] = {day: str(name) for day, name in found.items() if day.year == year}
        return self._years[year]


class OwnHolidays(Mapping[date, str]):
    """Public holidays with a rota's own: dates that count `also`, named by their date, less those `left_out`."""

    def __init__(self, public: Mapping[date, str], also: Set[date], left_out: Set[date]) -> None:
        self._public, self._also, self._left_out = public, also, left_out

    @property
    def parts(self) -> tuple[Mapping[date, str], Set[date], Set[date]]:
        """The parts that these holidays were made of."""
        return self._public, self._also, self._left_out

    def __getitem__(self, day: date) -> str:
        if day in self._left_out:
            raise KeyError(day)
        name = self._public.get(day)
        if name is None and day in self._also:
            return day.isoformat()
        return self._public[day] if name is None else name

    def __iter__(self) -> Iterator[date]:
        return (day for day in dict.fromkeys((*self._public, *sorted(self._also))) if day not in self._left_out)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str | None = None) -> PublicHolidays:
    """The holidays of a country (two letters), or of a region of it. Raises `Unreadable`."""
    if country not in countries():
        meant = _country_meant(country)
        help = (
            Wording("Did you mean `%(right)s`?", right=meant)
            if meant
            else Wording("Write the two letters of the country: US, GB, CA, DE …")
        )
        raise Unreadable(
            "unknown-country",
            Wording("Hotline knows no holidays for the country `%(country)s`.", country=clip(country)),
            help,
        )
    known, names = _regions(country)
    if region is not None and region not in known:
        raise Unreadable(
            "unknown-region",
            Wording(
                "Hotline knows no holidays for the region `%(region)s` of %(country)s (%(name)s).",
                region=clip(region),
                country=country,
                name=countries()[country],
            ),
            _region_help(region, known, names),
        )
    return PublicHolidays(country, region)


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Return each country's two letters, with its name."""
    from holidays.registry import COUNTRIES

    return {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}


def _country_meant(written: str) -> str | None:
    from holidays.registry import COUNTRIES

    plain = _plain(written)
    codes = {code.casefold(): codes[1] for codes in COUNTRIES.values() for code in codes[1:]} | {"uk": "GB"}
    if len(plain) <= 3:  # such a short code resembles those of other countries
        return codes.get(plain)
    names = {_plain(name): code for code, name in countries().items()} | _countries_elsewhere()
    names |= dict.fromkeys(("england", "scotland", "wales", "northern ireland", "britain", "great britain"), "GB")
    names |= {"america": "US", "united states of america": "US", "holland": "NL"}
    near = slip_of(plain, names)
    return names[near] if near else None


def _countries_elsewhere() -> dict[str, str]:
    """The codes of countries by their names in other languages."""
    from babel import Locale

    spoken = (Locale(language).territories for language in ("nl", "pt", "it", "de", "fr", "es", "en"))
    return {_plain(name): code for names in spoken for code, name in names.items() if code in countries()}


def _plain(written: str) -> str:
    """A name in small letters, without accents or points."""
    return without_accents(" ".join(written.replace("-", " ").replace(".", "").split())).casefold()


def _regions(country: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The codes of a country's regions, and the codes by other names of theirs."""
    from holidays import country_holidays

    found = country_holidays(country)
    return tuple(found.subdivisions), dict(getattr(found, "subdivisions_aliases", {}))


def _region_help(written: str, known: tuple[str, ...], names: Mapping[str, str]) -> Wording:
    if not known:
        return Wording("This country's holidays are the same everywhere: delete `region`.")
    by_name = {_plain(code): code for code in known} | {_plain(name): code for name, code in names.items()}
    by_name |= {"washington dc": "DC"} if "DC" in known else {}
    plain = _plain(written.partition(",")[0])
    found = plain if plain in by_name else slip_of(plain, by_name) if len(plain) > 3 else None
    if found:
        return Wording("Did you mean `%(right)s`?", right=by_name[found])
    return Wording("Its regions are %(names)s.", names=", ".join(known[:15]) + (" …" if len(known) > 15 else ""))


def regions(country: str) -> tuple[str, ...]:
    """The codes of a known country's regions."""
    return _regions(country)[0]
