"""What is said where a file does not say it, in the languages we can say it in."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.core.flow import Flow, Language
from hotline.core.reply import Say

BETWEEN = {
    "en": "Still trying to reach someone for you.",
    "es": "Seguimos buscando a alguien para usted.",
}
SCREENING = {
    "en": "{name} call. Press {accept} to take it.",
    "es": "Llamada de {name}. Oprima {accept}.",
}
SCREENING_IN_LANGUAGE = {
    "en": "{name} call, in {spoken}. Press {accept} to take it.",
    "es": "{name}, en {spoken}. Oprima {accept} para tomarla.",
}
IN_LANGUAGE = {
    "en": "In {spoken}.",
    "es": "En {spoken}.",
}
"""What comes before a file's own screening words."""
LANGUAGES = {
    "en": {
        "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
        "ht": "Haitian Creole", "it": "Italian", "ja": "Japanese", "ko": "Korean", "pl": "Polish", "pt": "Portuguese",
        "ru": "Russian", "tl": "Tagalog", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
    },
    "es": {
        "ar": "árabe", "de": "alemán", "en": "inglés", "es": "español", "fr": "francés", "hi": "hindi",
        "ht": "criollo haitiano", "it": "italiano", "ja": "japonés", "ko": "coreano", "pl": "polaco",
        "pt": "portugués", "ru": "ruso", "tl": "tagalo", "uk": "ucraniano", "vi": "vietnamita", "zh": "chino",
    },
}  # fmt: skip
"""Names of languages, by the language they are spoken in."""
CALLER_GONE = {
    "en": "The caller is no longer waiting. Thank you for picking up.",
    "es": "La persona que llamó ya no espera. Gracias por contestar.",
}
APOLOGY = {
    "en": "I'm sorry, something went wrong on our side. Please stay on the line, we are connecting you with someone.",
    "es": "Lo sentimos, algo falló de nuestro lado. No cuelgue, por favor: le comunicamos con alguien.",
}
GOODBYE = {
    "en": "I'm sorry, nobody could be reached just now. Please call again in a few minutes.",
    "es": "Lo sentimos, no pudimos comunicarnos con nadie. Llame de nuevo en unos minutos, por favor.",
}
FAREWELL = {
    "en": "Thank you for calling. If you still need someone, please call again in a few minutes.",
    "es": "Gracias por llamar. Si todavía necesita hablar con alguien, llame de nuevo en unos minutos, por favor.",
}
FALLBACK_SCREENING = {
    "en": "Call from {name}. Someone is waiting. To take the call, press {accept}. To pass it on, hang up.",
    "es": "Llamada de {name}. Alguien espera. Para tomarla, oprima {accept}. Para pasarla, cuelgue.",
}
RING_TEST = {
    "en": "This is a test call from {name}. Nobody is waiting. If your phone rang as it should, press {accept}.",
    "es": "Esta es una llamada de prueba de {name}. Nadie espera. Si su teléfono sonó como debe, oprima {accept}.",
}
RING_TEST_REACHED = {
    "en": "Thank you. Calls from {name} reach you. Goodbye.",
    "es": "Gracias. Las llamadas de {name} le llegan. Adiós.",
}
RING_TEST_UNANSWERED = {
    "en": "That was only a test call from {name}. There is nothing you need to do. Goodbye.",
    "es": "Esto fue solo una llamada de prueba de {name}. No tiene que hacer nada. Adiós.",
}


def language_name(code: str, language: str) -> str:
    """What a language is called in another one, or "" where we have no word for it."""
    return LANGUAGES.get(language, {}).get(code, "")


def spoken(flow: Flow, language: str, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> Say | None:
    """The file's own words in a language, or else ours with `names` filled in, or else None."""
    if language in own:
        return Say(own[language], flow.languages.get(language) or flow.languages[flow.first_language])
    if language in default and language in flow.languages:
        return Say(default[language].format(**names), flow.languages[language])
    return None


def surely_spoken(flow: Flow, language: str, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> Say:
    """As `spoken`, but never silent: failing the language, the flow's first one, and failing that, English."""
    for code in (language, flow.first_language, *flow.languages):
        words = spoken(flow, code, own, default, **names)
        if words is not None:
            return words
    return Say(default["en"].format(**names), Language("en", "en-US"))
