"""Absences that volunteers have set themselves, besides their rota's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GRACE = 24 * 3600
"""Seconds for which a word is kept after its use. Longer than any machine is without both Redis and the database."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time from `start` until before `end` (epoch seconds) in which a volunteer is not rung, regardless of the rota.

    Unlike an `away` entry of the rota, it applies to covers too: a volunteer who texts "off" is off.
    """

    who: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """The known absences of a rota, and the name of this version of them.

    Two of the same version are equal. "" is the version with no absences that others might not know better.
    """

    rota: str
    absences: tuple[Absence, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True, order=True)
class LastWord:
    """The last word of a volunteer: off from `start` until before `end` (epoch seconds), or here, if both are equal.

    `said_at` (epoch milliseconds) comes first, since it alone decides: the later of two words applies, wherever it was
    stored. So copies may be merged in any order and any number of times. `kept_until` (epoch seconds) reaches as far as
    any earlier word of theirs, so that an earlier word that arrives late is not believed. `phone` is a keyed digest of
    the volunteer's phone, which a new id in the rota file does not change; "" if not known.
    """

    said_at: int
    start: int
    end: int
    kept_until: int
    phone: str = ""


Words = Mapping[str, LastWord]
"""The last word of each volunteer of a rota who sent one, by id."""


def next_word(before: LastWord | None, start: int, end: int, now_ms: int, phone: str = "") -> LastWord:
    """A volunteer's word that replaces their previous one, even if the clocks of two machines differ."""
    if before is None:
        return LastWord(now_ms, start, end, end, phone)
    return LastWord(max(now_ms, before.said_at + 1), start, end, max(end, before.kept_until), phone)


def by_volunteer(words: Words, phones: Mapping[str, str]) -> dict[str, LastWord]:
    """The last word of each volunteer as the rota names them now. `phones`: the digest of each volunteer's phone.

    A word follows its phone. If it has no phone, or nobody has that phone now, it belongs to the volunteer of its name.
    """
    named: dict[str, list[str]] = {}
    for who, phone in phones.items():
        named.setdefault(phone, []).append(who)
    found: dict[str, LastWord] = {}
    for name, word in words.items():
        for who in named.get(word.phone, (name,)):
            if who not in found or found[who] < word:
                found[who] = word
    return found


def name_for(who: str, phone: str, words: Words) -> str:
    """The name to keep a volunteer's word under: their id, unless that has the word of another phone."""
    kept = words.get(who)
    return f"{who}@{phone}" if kept is not None and phone and kept.phone not in ("", phone) else who


def laid_together(one: Words, other: Words) -> dict[str, LastWord]:
    """Merge two sets of words: the later word of each volunteer."""
    both = dict(one)
    for who, word in other.items():
        known = both.get(who)
        if known is None or known < word:
            both[who] = word
    return both


def worth_keeping(words: Words, now: int) -> dict[str, LastWord]:
    """The words that still have an effect at `now`, or that an earlier word of theirs could have."""
    return {who: word for who, word in words.items() if word.kept_until + GRACE > now}


def absences_in(words: Words, now: int) -> tuple[Absence, ...]:
    """The absences that are not over, the first to end first."""
    found = [Absence(who, word.start, word.end) for who, word in words.items() if max(word.start, now) < word.end]
    return tuple(sorted(found, key=lambda one: (one.end, one.who)))
