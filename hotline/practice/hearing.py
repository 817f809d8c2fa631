"""Hearing: whether words were spoken in a call, in order; if not, which words were spoken instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Protocol

from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding
from hotline.files.findings.unreadable import clip
from hotline.files.loading.call_tests import CallTest
from hotline.files.shapes.call_tests import Words
from hotline.simulator.line.events import clock_face

_LONGEST_QUOTE = 100
_LIKE = 0.5


class Spoken(Protocol):
    """A spoken text. `at` in seconds since the call began, `language` as the carrier names it."""

    @property
    def at(self) -> float: ...

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


def heard(
    test: CallTest, field: str, who: Wording, spoken: Sequence[Spoken], wanted: Sequence[Words]
) -> Iterator[Finding]:
    """The first words that were not heard after those before them; what follows cannot be judged."""
    piece, offset = 0, 0
    for place, words in enumerate(wanted):
        found = _find(test, spoken, words, piece, offset)
        if found is None:
            before = clip(wanted[place - 1].text) if place else ""
            yield test.finding(_did_not_hear(who, words, before), _instead(test, spoken, words, before), field, place)
            return
        piece, offset = found


def _did_not_hear(who: Wording, words: Words, before: str) -> Wording:
    quote = Wording("“%(text)s”", text=clip(words.text, _LONGEST_QUOTE))
    if words.language:
        quote = Wording("%(quote)s in `%(language)s`", quote=quote, language=words.language)
    if before:
        quote = Wording("%(quote)s after “%(before)s”", quote=quote, before=before)
    return Wording("Expected %(who)s to hear %(quote)s, but they did not.", who=who, quote=quote)


def _find(
    test: CallTest, spoken: Sequence[Spoken], words: Words, piece: int = 0, offset: int = 0
) -> tuple[int, int] | None:
    """Return where the words end: the piece of speech, and the index in it. The search begins at such a spot."""
    wanted = _plain(words.text)
    locale = test.hotline.flow.languages[words.language].locale if words.language else None
    for number in range(piece, len(spoken)):
        if locale is None or spoken[number].language == locale:
            at = _plain(spoken[number].text).find(wanted, offset if number == piece else 0)
            if at >= 0:
                return number, at + len(wanted)
    return None


def _instead(test: CallTest, spoken: Sequence[Spoken], words: Words, before: str) -> Wording:
    """Return the words spoken instead: the same elsewhere or in another language, or the most similar."""
    if not spoken:
        return Wording("They heard nothing.")
    anywhere = _find(test, spoken, Words(words.text))
    if anywhere is not None:
        said = spoken[anywhere[0]]
        if words.language and _find(test, spoken, words) is None:
            return Wording(
                "It was said in %(language)s, at %(time)s.", language=said.language, time=clock_face(said.at)
            )
        if _plain(words.text) == _plain(before):
            return Wording("It was said fewer times than that.")
        return Wording(
            "It was said at %(time)s, before “%(before)s”. Put the two in the order of the call.",
            time=clock_face(said.at),
            before=before,
        )
    wanted = _plain(words.text)
    like = max(spoken, key=lambda one: _likeness(wanted, _plain(one.text)))
    if _likeness(wanted, _plain(like.text)) >= _LIKE:
        return Wording(
            "The most similar words, at %(time)s: “%(text)s”",
            time=clock_face(like.at),
            text=clip(like.text, _LONGEST_QUOTE),
        )
    return Wording("The last words they heard: “%(text)s”", text=clip(spoken[-1].text, _LONGEST_QUOTE))


def _likeness(wanted: str, said: str) -> float:
    blocks = SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 2) / len(wanted)


def not_heard(test: CallTest, spoken: Sequence[Spoken], unwanted: Sequence[Words]) -> Iterator[Finding]:
    """Return words that the caller should not have heard, but did."""
    for place, words in enumerate(unwanted):
        found = _find(test, spoken, words)
        if found is not None:
            said = spoken[found[0]]
            message = Wording(
                "Expected the caller not to hear “%(text)s”, but they did.", text=clip(words.text, _LONGEST_QUOTE)
            )
            help = Wording(
                "It was said at %(time)s: “%(text)s”", time=clock_face(said.at), text=clip(said.text, _LONGEST_QUOTE)
            )
            yield test.finding(message, help, "does_not_hear", place)


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).casefold()
