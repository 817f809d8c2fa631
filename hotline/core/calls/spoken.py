"""Words to speak where a call flow or a rota has none, in each language that Hotline knows."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.core.calls.flow import Flow, Hotline, Hunt, Language
from hotline.core.calls.reply import Say

BETWEEN = {
    "en": "Still trying to reach someone for you.",
    "es": "Seguimos buscando a alguien para usted.",
}
HOLD = {
    "en": ("I'm still ringing people for you.", "Please stay on the line. Somebody will be with you soon."),
    "es": ("Sigo llamando a alguien para usted.", "No cuelgue, por favor. Enseguida le atiende alguien."),
}
ANY_KEY = {
    "en": "Please press any key, and we will ring someone for you.",
    "es": "Oprima cualquier tecla, por favor, y llamaremos a alguien para usted.",
}
SCREENING = {
    "en": "{name} call. Press {accept} to take it.",
    "es": "Llamada {name}. Oprima {accept}.",
}
SCREENING_IN = {
    "en": "{name} call, in {language}. Press {accept} to take it.",
    "es": "Llamada {name}, en {language}. Oprima {accept}.",
}
CALL_IN = {
    "en": "Call in {language}.",
    "es": "Llamada en {language}.",
}
LANGUAGES = {
    "en": {
        "am": "Amharic", "ar": "Arabic", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish",
        "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish",
        "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hmn": "Hmong", "ht": "Haitian Creole",
        "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "km": "Khmer", "ko": "Korean",
        "nb": "Norwegian", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish",
        "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "so": "Somali", "sv": "Swedish", "sw": "Swahili",
        "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
        "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
    },
    "es": {
        "ar": "árabe", "de": "alemán", "el": "griego", "en": "inglés", "es": "español", "fa": "persa", "fr": "francés",
        "he": "hebreo", "hi": "hindi", "ht": "criollo haitiano", "it": "italiano", "ja": "japonés", "ko": "coreano",
        "nl": "neerlandés", "pl": "polaco", "pt": "portugués", "ro": "rumano", "ru": "ruso", "so": "somalí",
        "sv": "sueco", "sw": "suajili", "tl": "tagalo", "tr": "turco", "uk": "ucraniano", "ur": "urdu",
        "vi": "vietnamita", "yue": "cantonés", "zh": "chino",
    },
}  # fmt: skip
"""The name of each language in each language we have words for, by code."""
CALLER_GONE = {
    "en": "The caller is no longer waiting. Thank you for picking up.",
    "es": "La persona que llamó ya no espera. Gracias por contestar.",
}
TAKEN = {
    "en": "A colleague has just taken this call. Thank you for picking up.",
    "es": "Alguien más acaba de tomar esta llamada. Gracias por contestar.",
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
    "en": "Call from the {name} line. Someone is waiting. To take the call, press {accept}. To pass it on, hang up.",
    "es": "Llamada de la línea {name}. Alguien espera. Para tomarla, oprima {accept}. Para pasarla, cuelgue.",
}
RING_TEST = {
    "en": "This is a test of the {name} line. Nobody is waiting. If your phone rang as it should, press {accept}.",
    "es": "Esta es una prueba de la línea {name}. Nadie espera. Si su teléfono sonó como debe, oprima {accept}.",
}
RING_TEST_REACHED = {
    "en": "Thank you. Calls of the {name} line reach you. Goodbye.",
    "es": "Gracias. Las llamadas de la línea {name} le llegan. Adiós.",
}
RING_TEST_UNANSWERED = {
    "en": "That was only a test of the {name} line. There is nothing you need to do. Goodbye.",
    "es": "Esto fue solo una prueba de la línea {name}. No tiene que hacer nada. Adiós.",
}


def language_name(code: str, told_in: str) -> str | None:
    """Return the name of the language `code` in the language `told_in`, or None if unknown."""
    return LANGUAGES.get(told_in, {}).get(code.replace("_", "-").partition("-")[0].lower())


def spoken(flow: Flow, language: str, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> Say | None:
    """The file's own words in a language, else ours with `names` filled in, else None."""
    if language in own:
        return Say(own[language], flow.languages.get(language) or flow.languages[flow.first_language])
    if language in default and language in flow.languages:
        return Say(_filled(default, language, names), flow.languages[language])
    return None


def hold(hotline: Hotline, language: str, hunt: Hunt | None, place: int) -> Say | None:
    """Return what a caller hears while they wait, in turn: the flow's own words, or else ours. None: silence."""
    own, played = (hunt.hold.get(language), hunt.hold_play.get(language)) if hunt else (None, None)
    texts = own or HOLD.get(language, ())
    if not texts or language not in hotline.flow.languages:
        return None
    place %= len(texts)
    sound = hotline.sound(played[place], language) if own and played else ""
    return Say(texts[place], hotline.flow.languages[language], sound)


def surely_spoken(flow: Flow, language: str, own: Mapping[str, str], default: Mapping[str, str], **names: str) -> Say:
    """Return words that are never silent: from `spoken`, else in the flow's first language, else in English."""
    for code in (language, flow.first_language, *flow.languages):
        words = spoken(flow, code, own, default, **names)
        if words is not None:
            return words
    return Say(_filled(default, "en", names), Language("en", "en-US"))


def _filled(default: Mapping[str, str], language: str, names: Mapping[str, str]) -> str:
    """Fill names into our words. No "line" follows a name that already contains it: "the Care Line"."""
    said = default[language].replace("the {name} line", "{line}").replace("la línea {name}", "{line}")
    return said.format(**names, line=the_line(names.get("name", ""), language))


def the_line(name: str, language: str) -> str:
    """A hotline by its name, within a sentence: `the RISE line`, `the Care Line`, `la línea RISE`."""
    name = " ".join(name.split())
    first, _, rest = name.partition(" ")
    if first.casefold() in ("the", "la") and rest:
        name = rest
    said = name.casefold().split()
    has_one = bool(said) and (said[-1].endswith("line") or bool({"line", "línea", "linea"} & set(said)))
    if language == "es":
        return f"la {name}" if has_one else f"la línea {name}"
    return f"the {name}" if has_one else f"the {name} line"
