"""The languages of a call flow, and their voices."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hotline.core.calls.flow import Language
from hotline.core.wording import NOTHING, Wording
from hotline.files.checks.speech import PLAIN_VOICES
from hotline.files.findings.suggest import did_you_mean, nearest
from hotline.files.findings.unreadable import clip
from hotline.files.shapes.flow import LanguageEntry
from hotline.files.values.meant import languages_meant
from hotline.files.yaml.document import Document, mapping

DEFAULT = {"en": Language("en", "en-US", "Polly.Joanna-Neural")}

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})+")
_POLLY_KINDS = ("", "Neural", "Generative", "Long-Form")
_A_SLIP = 0.85
"""The similarity to a known voice's name from which a name is a likely slip. New voices come, and Alba is no Hala."""

_VOICE = re.compile(r"(Polly|Google)\.[A-Za-z0-9-]+")
_POLLY = {
    name: locale
    for locale, names in {
        "en-US": "Joanna Matthew Ivy Kendra Kimberly Salli Joey Justin Kevin Ruth Stephen Gregory Danielle Patrick"
        " Tiffany",
        "en-GB": "Amy Emma Brian Arthur", "en-AU": "Nicole Olivia Russell", "en-IN": "Aditi Raveena Kajal",
        "en-SG": "Jasmine", "en-NZ": "Aria", "en-ZA": "Ayanda", "en-IE": "Niamh", "en-GB-WLS": "Geraint",
        "cy-GB": "Gwyneth", "es-US": "Lupe Penelope Miguel Pedro", "es-MX": "Mia Andres",
        "es-ES": "Conchita Lucia Enrique Sergio", "fr-FR": "Celine Lea Mathieu Remi Ambre Florian",
        "fr-CA": "Chantal Gabrielle Liam", "fr-BE": "Isabelle", "de-DE": "Marlene Vicki Hans Daniel Lennart",
        "de-AT": "Hannah", "de-CH": "Sabrina", "it-IT": "Carla Bianca Giorgio Adriano Beatrice Lorenzo",
        "pt-BR": "Camila Vitoria Ricardo Thiago", "pt-PT": "Ines Cristiano", "nl-NL": "Lotte Ruben Laura",
        "nl-BE": "Lisa", "pl-PL": "Ewa Maja Jacek Jan Ola", "sv-SE": "Astrid Elin", "da-DK": "Naja Mads Sofie",
        "nb-NO": "Liv Ida", "fi-FI": "Suvi", "is-IS": "Dora Karl", "ro-RO": "Carmen", "ru-RU": "Tatyana Maxim",
        "tr-TR": "Filiz Burcu", "ja-JP": "Mizuki Takumi Kazuha Tomoko", "ko-KR": "Seoyeon Jihye Hyunduk",
        "cmn-CN": "Zhiyu", "yue-CN": "Hiujin", "arb": "Zeina", "ar-AE": "Hala Zayd", "ca-ES": "Arlet",
        "cs-CZ": "Jitka", "": "Arjun Carlos Carolina Curtis Kenneth Kiara Leo Nate Tina",
    }.items()
    for name in names.split()
}  # fmt: skip
"""Voices of Amazon Polly by name (the VoiceId of its API, botocore 1.44.8), each with its language, or "" if unknown.
The carrier may have newer ones. Aditi and Kajal speak Hindi too."""
USUAL_LOCALES = {
    "ar": "arb", "ca": "ca-ES", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US",
    "es": "es-US", "fi": "fi-FI", "fr": "fr-FR", "he": "he-IL", "hi": "hi-IN", "it": "it-IT", "ja": "ja-JP",
    "ko": "ko-KR", "nb": "nb-NO", "nl": "nl-NL", "no": "nb-NO", "pl": "pl-PL", "pt": "pt-BR", "ro": "ro-RO",
    "ru": "ru-RU", "sv": "sv-SE", "tr": "tr-TR", "uk": "uk-UA", "vi": "vi-VN", "zh": "cmn-CN",
}  # fmt: skip
"""The language and country that the code of a language alone stands for."""


def read_languages(document: Document, entries: Mapping[str, LanguageEntry]) -> dict[str, Language]:
    """The declared languages by code, English if there are none. Guesses replace misfits."""
    declared = mapping(document.get("languages"))
    languages: dict[str, Language] = {}
    for written in declared:
        code = written
        if not _CODE.fullmatch(written):
            meant = languages_meant(written.strip().lower())[-1]
            code = meant if _CODE.fullmatch(meant) and meant not in declared else written
            document.report(
                "bad-language",
                ("languages", written),
                Wording("`%(language)s` is not the code of a language.", language=clip(written)),
                Wording("Use its two-letter code: en, es, fr, de …")
                if code == written
                else Wording("Write %(right)s.", right=code),
                part="key",
            )
        languages[code] = _language(document, written, entries.get(written, LanguageEntry.model_construct()))
    return languages or dict(DEFAULT)


def _voice_problem(document: Document, code: str, voice: str, locale: str) -> bool:
    """Return whether the carrier cannot have this voice.

    A possibly new voice, or one of another language, gets a note.
    """
    found = _VOICE.fullmatch(voice)
    if not found:
        return voice not in PLAIN_VOICES
    path = ("languages", code, "voice")
    own = re.match(r"Google\.([a-z]{2,3}-[A-Z]{2})-", voice)
    if found[1] == "Google":
        speaks = own[1] if own else None
    else:
        name, _, kind = voice.removeprefix("Polly.").partition("-")
        speaks = _POLLY.get(name)
        if speaks is None or kind not in _POLLY_KINDS:
            if _voice_meant(voice):
                return True
            message = Wording("Hotline does not know the voice `%(voice)s`.", voice=clip(voice))
            document.report("voice-not-known", path, message, Wording("Check the carrier's list of voices."), "note")
    if speaks == "en-IN" and _base(locale) == "hi":
        return False
    if speaks and _base(speaks) != _base(locale):
        message = Wording(
            "The voice %(voice)s speaks %(speaks)s, not %(locale)s.", voice=voice, speaks=speaks, locale=locale
        )
        document.report("voice-of-another-language", path, message, Wording("Choose a voice of this language."), "note")
    return False


def _base(locale: str) -> str:
    base = locale.split("-")[0]
    return {"arb": "ar", "cmn": "zh", "no": "nb"}.get(base, base)


def _voice_meant(voice: str) -> Wording:
    if voice.startswith("Polly."):
        name, _, kind = voice.removeprefix("Polly.").partition("-")
        near = name if name in _POLLY else nearest(name, tuple(_POLLY), alike=_A_SLIP)
        of_kind = kind if kind in _POLLY_KINDS else nearest(kind, _POLLY_KINDS)
        if near is None or of_kind is None:
            return NOTHING
        return Wording("Did you mean `%(right)s`?", right=f"Polly.{near}" + (f"-{of_kind}" if of_kind else ""))
    return did_you_mean(voice, PLAIN_VOICES)


def _is_locale(locale: str) -> bool:
    """Return whether a locale is a language with a country that exist, as the carrier writes them."""
    if locale in USUAL_LOCALES.values() or locale in _POLLY.values():
        return True
    if not _LOCALE.fullmatch(locale):
        return False
    from babel import Locale  # only for a locale without a known voice

    language, country = locale.split("-")[:2]
    known = Locale("en")
    return language in known.languages and country in known.territories


def _locale_meant(written: str) -> str | None:
    """The locale of a known voice that differs in case, in a hyphen, or by a common name of the country or language."""
    language, _, country = written.replace("_", "-").lower().partition("-")
    language = {"sp": "es", "jp": "ja", "cn": "cmn", "ch": "cmn"}.get(language, language)
    country = {"uk": "gb", "en": "gb", "sp": "es"}.get(country, country)
    known = {one.lower(): one for one in (*_POLLY.values(), *USUAL_LOCALES.values()) if one}
    return known.get(f"{language}-{country}")


def _language(document: Document, code: str, entry: LanguageEntry) -> Language:
    locale, voice = entry.locale, entry.voice
    if locale is None:
        locale = USUAL_LOCALES.get(code, code)
        if code not in USUAL_LOCALES and "-" not in code and isinstance(document.get("languages", code), dict):
            document.report(
                "missing-field",
                ("languages", code),
                Wording("`locale` is missing from the language `%(language)s`.", language=clip(code)),
                Wording("Add the language and country as the carrier writes them, for example locale: en-US"),
                part="key",
            )
    elif not _is_locale(locale):
        meant = _locale_meant(locale) or USUAL_LOCALES.get(code)
        document.report(
            "bad-locale",
            ("languages", code, "locale"),
            Wording("`%(locale)s` is not a language with its country.", locale=clip(locale)),
            Wording("Write %(right)s: small letters, a hyphen, capitals.", right=meant)
            if meant
            else Wording("Write it like en-US: small letters, a hyphen, capitals."),
        )
    problem = _voice_problem(document, code, voice, locale) if voice is not None else False
    if problem:
        document.report(
            "bad-voice",
            ("languages", code, "voice"),
            Wording("The carrier has no voice `%(voice)s`.", voice=clip(voice or "")),
            _voice_meant(voice or "")
            or Wording(
                "Write one of its voices, such as Polly.Joanna-Neural or Google.en-US-Neural2-C, or leave it out."
            ),
        )
    return Language(code, locale, voice)
