"""The form for a rota's own words of texts, where the usual ones do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hotline.core.texts.words import WORDS
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.setup.fields import About, EntryForm, Fields, Values, said
from hotline.pages.setup.words_form import areas
from hotline.pages.words.language import gettext as _
from hotline.pages.words.texts import FOR_COORDINATORS, FOR_VOLUNTEERS, TEXTS


class TextWordsForm(EntryForm):
    """A rota's own words of texts, by text and language."""

    kind = "text_words"
    own = ((("words",), ("words_",)),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {
            f"words_{text}_{code}": said(words)
            for text, by_language in mapping(at.get("words")).items()
            for code, words in mapping(by_language).items()
        }

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        hint = _(
            "Left empty, the grey words are sent. What is in braces is filled in: leave it as it is. One message has"
            " 160 letters, or 70 with letters such as á."
        )
        return [
            Fields(_("To volunteers"), [], hint),
            *_folded(FOR_VOLUNTEERS, values, about),
            Fields(_("To coordinators"), []),
            *_folded(FOR_COORDINATORS, values, about),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The words as typed."""
        found: dict[str, Plain] = {}
        for text in TEXTS:
            codes = _codes(text, values, about)
            words = {code: one for code in codes if (one := " ".join(values.get(f"words_{text}_{code}", "").split()))}
            if words:
                found[text] = dict(words)
        return {"words": found} if found else {}


def texts_with_own_words(section: Plain) -> list[str]:
    """The purposes of the texts for which a rota has its own words."""
    return [_(TEXTS[text]) for text in mapping(mapping(section).get("words")) if text in TEXTS]


def _folded(names: Mapping[str, str], values: Values, about: About) -> Iterator[Fields]:
    for text, what in names.items():
        fields = areas(f"words_{text}_", _codes(text, values, about), WORDS[text])
        yield Fields(_(what), fields, folded=True)


def _codes(text: str, values: Values, about: About) -> list[str]:
    """The languages of the call flow, and those of words that are there already."""
    start = f"words_{text}_"
    there = (name.removeprefix(start) for name, one in values.items() if name.startswith(start) and one)
    return list(dict.fromkeys((*about.languages, *(code for code in there if "_" not in code))))
