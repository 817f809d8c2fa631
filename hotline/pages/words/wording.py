"""Wordings in the reader's language.

The parts of the product word what they say in English, as `hotline.core.wording`. Here its sentences are translated
like those of the pages, from `translations/<language>/`.
"""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal

from hotline.core.wording import Count, InARow, Wording
from hotline.errors import HotlineError
from hotline.files.findings.finding import Finding
from hotline.files.findings.printed import as_json
from hotline.files.findings.wording import During, HoursSaid, Lacking, Listed, NameWithHours, OnTheWall, TimesSaid
from hotline.pages.words import rota as told
from hotline.pages.words.language import FIRST, current, gettext, locale, weekday_of


def worded(words: str) -> str:
    """Return words in the language of this request. A text that is no wording is what somebody wrote: it stays."""
    if current() == FIRST or not isinstance(words, Wording) or not words:
        return str(words)
    return gettext(words.template, **{name: _said(value) for name, value in words.values.items()})


def in_words(error: HotlineError) -> str:
    """Return what is wrong, and what to do, in the language of this request."""
    return f"{worded(error.message)} {worded(error.remedy)}".strip()


def as_worded_json(finding: Finding) -> dict[str, Any]:
    """A finding as `hotline check --json` prints it, worded in the language of this request."""
    (printed,) = as_json([finding])
    return {**printed, "message": worded(finding.message), "help": worded(finding.help)}


def _said(value: object) -> str:
    match value:
        case Wording():
            return worded(value)
        case Listed(words=words):
            return told.listed([_said(word) for word in words])
        case InARow(words=words):
            return ", ".join(_said(one) for one in words)
        case HoursSaid(seconds=seconds):
            return told.hours(seconds)
        case NameWithHours(name=name, seconds=seconds):
            return f"{name} ({told.hours(seconds)})"
        case TimesSaid(spans=spans, zone=zone):
            return told.times_of(spans, zone)
        case Count(number=number):
            return format_decimal(number, locale=locale())
        case OnTheWall(when=when):
            # the weekday first, and then as in the files
            return f"{weekday_of(when)} {str(value).partition(' ')[2]}"
        case Lacking(lack=lack, start=start, end=end):
            return told.lack_in_words(lack, start, end)
        case During(span=span, zone=zone):
            return told.time_of(span, zone)
        case _:
            return str(value)
