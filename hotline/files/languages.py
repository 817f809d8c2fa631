"""The languages a call flow declares, and how each is spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hotline.core.flow import Language
from hotline.files.document import Document, mapping
from hotline.files.shape_flow import LanguageEntry
from hotline.files.speech import PLAIN_VOICES
from hotline.files.suggest import did_you_mean
from hotline.files.unreadable import clip
from hotline.files.wording import Wording

DEFAULT = {"en": Language("en", "en-US", "Polly.Joanna-Neural")}

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})+")
_VOICE = re.compile(r"(Polly|Google)\.[A-Za-z0-9-]+")
_USUAL_LOCALES = {
    "ar": "arb", "ca": "ca-ES", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US",
    "es": "es-US", "fi": "fi-FI", "fr": "fr-FR", "he": "he-IL", "hi": "hi-IN", "it": "it-IT", "ja": "ja-JP",
    "ko": "ko-KR", "nb": "nb-NO", "nl": "nl-NL", "no": "nb-NO", "pl": "pl-PL", "pt": "pt-BR", "ro": "ro-RO",
    "ru": "ru-RU", "sv": "sv-SE", "tr": "tr-TR", "uk": "uk-UA", "vi": "vi-VN", "zh": "cmn-CN",
}  # fmt: skip


def read_languages(document: Document, entries: Mapping[str, LanguageEntry]) -> dict[str, Language]:
    """The declared languages by code, English where none is; with a guess for what did not fit its shape."""
    declared = mapping(document.get("languages"))
    languages: dict[str, Language] = {}
    for code in declared:
        if not _CODE.fullmatch(code):
            document.report(
                "bad-language",
                ("languages", code),
                Wording("`%(language)s` is not the code of a language.", language=clip(code)),
                Wording("Use the two small letters of its code: en, es, fr, de …"),
                part="key",
            )
        languages[code] = _language(document, code, entries.get(code, LanguageEntry.model_construct()))
    return languages or dict(DEFAULT)


def _language(document: Document, code: str, entry: LanguageEntry) -> Language:
    locale, voice = entry.locale, entry.voice
    if locale is None:
        locale = _USUAL_LOCALES.get(code, code)
        if code not in _USUAL_LOCALES and "-" not in code and isinstance(document.get("languages", code), dict):
            document.report(
                "missing-field",
                ("languages", code),
                Wording("`locale` is missing from the language `%(language)s`.", language=clip(code)),
                Wording("Add the language and country as the carrier names them, for example locale: en-US"),
                part="key",
            )
    elif not _LOCALE.fullmatch(locale) and locale not in _USUAL_LOCALES.values():
        document.report(
            "bad-locale",
            ("languages", code, "locale"),
            Wording("`%(locale)s` is not a language with its country.", locale=clip(locale)),
            Wording(
                "Write it as %(right)s: small letters, a hyphen, capitals.", right=_USUAL_LOCALES.get(code, "en-US")
            ),
        )
    if voice is not None and not _VOICE.fullmatch(voice) and voice not in PLAIN_VOICES:
        document.report(
            "bad-voice",
            ("languages", code, "voice"),
            Wording("The carrier has no voice `%(voice)s`.", voice=clip(voice)),
            did_you_mean(voice, PLAIN_VOICES)
            or Wording("Write one of its voices, as Polly.Joanna-Neural or Google.en-US-Neural2-C, or leave it out."),
        )
    return Language(code, locale, voice)
