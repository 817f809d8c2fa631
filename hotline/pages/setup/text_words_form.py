"""The form for a rota's own words of texts, where the usual ones do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hotline.core.texts.words import WORDS
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.setup.fields import About, EntryForm, Fields, Values, said
from hotline.pages.setup.words_form import areas
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later

_FOR_VOLUNTEERS = {
    "reminder": later("A reminder of a time on call"),
    "soon": later("A reminder shortly before"),
    "backup_reminder": later("A reminder of a turn as backup"),
    "changed": later("Times on call have changed"),
    "backup_changed": later("Turns as backup have changed"),
    "new_time": later("A new time"),
    "moved_time": later("A time that was moved"),
    "gone_time": later("A time that is gone"),
    "more_times": later("How many more times"),
    "missed_ring": later("They missed a ring"),
    "cover_ask": later("Somebody asks whether they can cover"),
    "cover_ask_mail": later("Somebody asks whether they can cover, by e-mail"),
    "swap_ask": later("Somebody offers a swap"),
    "swap_ask_mail": later("Somebody offers a swap, by e-mail"),
    "cover_found": later("Somebody covers for them"),
    "cover_coming": later("Somebody said yes, and a coordinator must approve"),
    "cover_yours": later("They cover for somebody"),
    "swap_found": later("A swap is in the rota"),
    "swap_refused": later("A swap was refused"),
    "cover_nobody": later("Nobody has said yes"),
    "cover_declined": later("A coordinator did not approve it"),
    "cover_over": later("It was not approved in time"),
}
_FOR_COORDINATORS = {
    "not_reached": later("A call reached nobody"),
    "more_not_reached": later("More calls reached nobody"),
    "not_placed": later("No volunteer can be rung"),
    "many_rings": later("Volunteers were rung very often within an hour"),
    "gap": later("A gap ahead"),
    "backup_only": later("A gap ahead with only the backup"),
    "nobody_left": later("A volunteer is off, and nobody is left"),
    "backup_left": later("A volunteer is off, and only the backup is left"),
    "edit_refused": later("A file with mistakes"),
    "ring_test": later("Who did not answer a test ring"),
    "cover_written": later("A cover is in the rota"),
    "swap_written": later("A swap between two volunteers is in the rota"),
    "cover_gap_nobody": later("Nobody said yes, and nobody is left"),
    "cover_gap_backup": later("Nobody said yes, and only the backup is left"),
    "cover_gap_others": later("Nobody said yes, and others are on call"),
    "cover_approve": later("A cover waits for a yes or no"),
    "swap_approve": later("A swap waits for a yes or no"),
    "cover_by_hand": later("A cover that must be written by hand"),
}
TEXTS: Mapping[str, str] = {**_FOR_VOLUNTEERS, **_FOR_COORDINATORS}
"""What each text is for."""


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
            *_folded(_FOR_VOLUNTEERS, values, about),
            Fields(_("To coordinators"), []),
            *_folded(_FOR_COORDINATORS, values, about),
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
    """What the texts are for that have words of the rota's own."""
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
