"""Checks of speech: every language has its words, and the carrier will speak them all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from hotline.core.calls import spoken
from hotline.core.calls.flow import Language
from hotline.core.wording import Count, Wording
from hotline.files.findings.unreadable import clip
from hotline.files.values.names import Reference, check_references
from hotline.files.yaml.document import Document, Path, Plain, mapping, texts_at

PLAIN_VOICES = frozenset({"man", "woman", "alice"})
MOST_CHARACTERS = {"Polly": 3000, "Google": 5000}
MOST_CHARACTERS_PLAIN = 4096


def check_speech(document: Document, languages: Mapping[str, Language]) -> None:
    """Report missing words, words of no declared language, and too many, in every step and the apology."""
    for path in _spoken(document):
        said = mapping(document.get(*path))
        unknown = [code for code, words in said.items() if words is not None and code not in languages]
        check_references(document, (Reference((*path, code), code, "key") for code in unknown), languages, "language")
        for code, language in languages.items():
            _check_words(document, path, said, code, language)
    _check_words_of_our_own(document, languages)


def most_characters(voice: str | None) -> int:
    """Return how many characters the carrier speaks at once with a voice. Source: Twilio's error 13521."""
    return MOST_CHARACTERS.get((voice or "").split(".")[0], MOST_CHARACTERS_PLAIN)


def check_length(document: Document, path: Path, said: str, voice: str | None) -> None:
    """Report words that are too long for the carrier to speak at once."""
    most = most_characters(voice)
    if len(said) > most:
        document.report(
            "too-many-words",
            path,
            Wording(
                "This text has %(count)s characters. The carrier speaks at most %(most)s with the voice %(voice)s.",
                count=Count(len(said)),
                most=Count(most),
                voice=voice,
            )
            if voice
            else Wording(
                "This text has %(count)s characters. The carrier speaks at most %(most)s with its plain voice.",
                count=Count(len(said)),
                most=Count(most),
            ),
            Wording("Shorten the words, or split them into two steps joined by `then`."),
        )


_NOT_SAID: tuple[tuple[re.Pattern[str], Callable[[str], Wording], Wording], ...] = (
    (
        re.compile(r"</?[A-Za-z][^<>]*>"),
        lambda found: Wording("`%(found)s` is read aloud as it is. Tags do not work here.", found=found),
        Wording("Delete it. A comma or a full stop makes a pause."),
    ),
    (
        re.compile(r"(?<!\d)\d{5,}(?!\d)"),
        lambda found: Wording("`%(found)s` is read as one large number.", found=found),
        Wording("Write its digits apart, with commas for pauses: 9 8 8, or 4 1 0, 5 5 5, 0 1 0 0."),
    ),
    (
        re.compile(r"https?://\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w+"),
        lambda found: Wording("`%(found)s` is read aloud letter by letter, or not at all.", found=found),
        Wording("Write it as you would say it on the phone."),
    ),
)


def check_sayable(document: Document, path: Path, said: str) -> None:
    """Note text that a voice does not speak as intended: tags, long numbers, addresses, pictures."""
    for pattern, message, help in _NOT_SAID:
        if found := pattern.search(said):
            document.report("hard-to-say", path, message(clip(found[0])), help, "note")
    picture = next((one for one in said if unicodedata.category(one) == "So" or "\ue000" <= one <= "\uf8ff"), None)
    if picture:
        message_of = Wording("`%(found)s` is an emoji. A voice skips it or says its name.", found=picture)
        document.report("hard-to-say", path, message_of, Wording("Delete it."), "note")


def _spoken(document: Document) -> Iterator[Path]:
    for name in mapping(document.get("steps")):
        for field in (("say",), ("between",), ("hold",), ("while_waiting", "say")):
            if isinstance(document.get("steps", name, *field), dict):
                yield ("steps", name, *field)
    if isinstance(document.get("apology"), dict):
        yield ("apology",)


def _check_words(document: Document, path: Path, said: Mapping[str, Plain], code: str, language: Language) -> None:
    written = said.get(code)
    texts = list(texts_at((*path, code), written))
    if written is None or (texts and not any(map(_has_words, (text for _, text in texts)))) or written == []:
        where = (*path, code) if code in said else path
        document.report(
            "missing-words",
            where,
            Wording(
                "`%(field)s` of step `%(step)s` has no words for the language `%(language)s`.",
                field=path[-1],
                step=clip(str(path[1])),
                language=clip(code),
            )
            if len(path) > 1
            else Wording(
                "`%(field)s` of this file has no words for the language `%(language)s`.",
                field=path[-1],
                language=clip(code),
            ),
            Wording(
                "Add a line `%(language)s: …` under `%(field)s`, or delete the language from `languages`.",
                language=clip(code),
                field=path[-1],
            ),
            part="key",
        )
        return
    for where, text in texts:
        check_length(document, where, text.strip(), language.voice)
        check_sayable(document, where, text)
        if not _has_words(text):
            document.report(
                "missing-words",
                where,
                Wording("There are no words here."),
                Wording("Write what the caller hears, or delete this entry."),
            )


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _check_words_of_our_own(document: Document, languages: Mapping[str, Language]) -> None:
    """Check the languages of a `ring` step without `between`, which says our own words. Few languages have them."""
    for name, step in mapping(document.get("steps")).items():
        fields = mapping(step)
        if "ring" in fields and fields.get("between") is None:
            for code in languages:
                if code not in spoken.BETWEEN:
                    document.report(
                        "missing-words",
                        ("steps", name, "ring"),
                        Wording(
                            "The words between two rings are missing for the language `%(language)s`.",
                            language=clip(code),
                        ),
                        Wording(
                            "Add `between:` to this step, with a line for each language (%(names)s).",
                            names=", ".join(languages),
                        ),
                    )
