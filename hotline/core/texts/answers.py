"""Answers to volunteers' texts, in the languages we can write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import OnCall
from hotline.core.texts.off import AHEAD
from hotline.core.texts.words import as_sent, from_until, told_short
from hotline.core.times.spans import Span

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "who": {"en": "On call now: {names}. Backup: {backup}.", "es": "De guardia ahora: {names}. Respaldo: {backup}."},
    "nobody": {"en": "nobody", "es": "nadie"},
    "next": {"en": "You are on call: {times} ({zone}).", "es": "Su guardia: {times} ({zone})."},
    "next_always": {
        "en": "You are on call now, and all the time in the next 8 weeks.",
        "es": "Está de guardia ahora y todo el tiempo en las próximas 8 semanas.",
    },
    "next_none": {
        "en": "You are not on call in the next 8 weeks.",
        "es": "No tiene guardias en las próximas 8 semanas.",
    },
    "off": {
        "en": "You are off until {until} ({zone}) and will not be rung. To be rung again sooner, text ON.",
        "es": "Queda fuera hasta {until} ({zone}) y no se le llamará. Para volver antes, escriba DENTRO.",
    },
    "off_last": {
        "en": "You are off until {until} ({zone}). If nobody else is there for a caller, you are rung all the same."
        " To be rung again sooner, text ON.",
        "es": "Queda fuera hasta {until} ({zone}). Si no hay nadie más, se le llamará."
        " Para volver antes, escriba DENTRO.",
    },
    "away": {
        "en": "The rota has you away until {until} ({zone}), so you are not rung. Your coordinator can change that.",
        "es": "El rol le da por ausente hasta {until} ({zone}) y no se le llama. Su coordinación puede cambiarlo.",
    },
    "on_away": {
        "en": "Welcome back. But the rota has you away until {until} ({zone}), so you are not rung."
        " Your coordinator can change that.",
        "es": "De vuelta. Pero el rol le da por ausente hasta {until} ({zone}) y no se le llama."
        " Su coordinación puede cambiarlo.",
    },
    "told": {"en": "Your coordinator is told.", "es": "Se avisa a su coordinación."},
    "on": {
        "en": "Welcome back: you will be rung when you are on call.",
        "es": "De vuelta: se le llamará en su guardia.",
    },
    "on_already": {"en": "You are not off.", "es": "No estaba fuera."},
    "leaves_backup": {
        "en": "With you off, only the backup is there {times} ({zone}).",
        "es": "Sin usted solo queda el respaldo {times} ({zone}).",
    },
    "leaves_nobody": {
        "en": "With you off, NOBODY is there for callers {times} ({zone}).",
        "es": "Sin usted NADIE atiende {times} ({zone}).",
    },
    "leaves_one": {
        "en": "With you off, only one person is there {times} ({zone}).",
        "es": "Sin usted solo queda una persona {times} ({zone}).",
    },
    "confirm": {
        "en": "{still} To be off all the same, text this word within 10 minutes: {word}",
        "es": "{still} Para quedar fuera de todos modos, escriba esta palabra en 10 minutos: {word}",
    },
    "word_needed": {
        "en": "{still} To be off, text the word that we sent you.",
        "es": "{still} Para quedar fuera, escriba la palabra que le enviamos.",
    },
    "too_often": {
        "en": "{still} You asked to be off many times today. Please call your coordinator.",
        "es": "{still} Hoy lo pidió muchas veces. Llame a su coordinación.",
    },
    "still_rung": {"en": "You will still be rung.", "es": "Se le seguirá llamando."},
    "still_off": {
        "en": "You are still off until {until} ({zone}).",
        "es": "Sigue fuera hasta {until} ({zone}).",
    },
    "nothing_asked": {
        "en": "There is nothing to say yes to. HELP says what you can text.",
        "es": "No hay nada que confirmar. AYUDA dice lo que puede escribir.",
    },
    "unclear": {
        "en": "Off until when? Text it like OFF 2h, OFF until 22:00 or OFF until sat 08:00. {still}",
        "es": "¿Fuera hasta cuándo? Escriba FUERA 2h, FUERA hasta 22:00 o FUERA hasta sab 08:00. {still}",
    },
    "past": {
        "en": "That time is past. {still} Text it like OFF 2h or OFF until 22:00.",
        "es": "Esa hora ya pasó. {still} Escriba FUERA 2h o FUERA hasta 22:00.",
    },
    "too_long": {
        "en": "By text you can be off for 14 days at most. For longer, ask your coordinator. {still}",
        "es": "Por mensaje puede quedar fuera 14 días como máximo. Para más, hable con su coordinación. {still}",
    },
    "not_kept": {
        "en": "Something is wrong on our side, and this could not be kept: nothing has changed. Please try again in a"
        " few minutes, or call your coordinator.",
        "es": "Algo falla de nuestro lado y no se pudo guardar: nada ha cambiado. Intente de nuevo en unos minutos o"
        " llame a su coordinación.",
    },
    "failed": {
        "en": "Something is wrong on our side. Please text again in a few minutes, or call your coordinator.",
        "es": "Algo falla de nuestro lado. Escriba de nuevo en unos minutos o llame a su coordinación.",
    },
    "help": {
        "en": "Text WHO: who is on call. NEXT: your times. OFF 2h, OFF until 22:00: you are not rung. ON: you are rung"
        " again. CANT FRI: others are asked.",
        "es": "QUIEN: quién está de guardia. TURNOS: sus guardias. FUERA 2h, FUERA hasta 22:00: no se le llama. DENTRO:"
        " se le llama. NO PUEDO VIE.",
    },
    "cant_asked": {
        "en": "Others are asked about {times}. You are on call then until somebody says yes. To keep it, text CAN and"
        " the day.",
        "es": "Se pregunta a otras personas por {times}. La guardia es suya hasta que alguien acepte. Para quedársela:"
        " PUEDO y el día.",
    },
    "cant_already": {
        "en": "Others are being asked about {times}. You are on call then until somebody says yes.",
        "es": "Ya se pregunta a otras personas por {times}. La guardia es suya hasta que alguien acepte.",
    },
    "cant_which": {
        "en": "Which of your times? Text it like CANT FRI, CANT 24 DEC or CANT FRI 18:00. Yours: {times}",
        "es": "¿Cuál de sus guardias? Escriba NO PUEDO VIE, NO PUEDO 24 DIC o NO PUEDO VIE 18:00. Suyas: {times}",
    },
    "cant_none": {
        "en": "No time of yours begins then. NEXT shows them. If you are on call now, text OFF.",
        "es": "Ninguna guardia suya empieza entonces. TURNOS las muestra. Si está de guardia ahora, escriba FUERA.",
    },
    "cant_not_here": {
        "en": "This line does not ask others by text. Please talk to your coordinator. You are still on call.",
        "es": "Esta línea no pregunta a otras personas. Hable con su coordinación. La guardia sigue siendo suya.",
    },
    "cant_too_often": {
        "en": "You have asked many times today. Please talk to your coordinator. You are still on call.",
        "es": "Hoy preguntó muchas veces. Hable con su coordinación. La guardia sigue siendo suya.",
    },
    "can_kept": {
        "en": "You keep {times}. Nobody else is asked.",
        "es": "Se queda con {times}. Ya no se pregunta a nadie.",
    },
    "can_nothing": {
        "en": "You have not asked anybody about that.",
        "es": "No había preguntado por eso.",
    },
    "yes_yours": {
        "en": "Thank you! You are on call {times}.",
        "es": "¡Gracias! Su guardia: {times}.",
    },
    "yes_agreed": {
        "en": "Thank you! Your coordinator is asked about {times}. You are not on call then before they say yes.",
        "es": "¡Gracias! Se pregunta a su coordinación por {times}. Hasta su respuesta no es su guardia.",
    },
    "yes_by_hand": {
        "en": "Thank you! Your coordinator writes it into the rota: {times}.",
        "es": "¡Gracias! Su coordinación lo anota en el rol: {times}.",
    },
    "yes_taken": {
        "en": "Thank you! Somebody else has taken {times} already.",
        "es": "¡Gracias! Otra persona ya tomó {times}.",
    },
    "yes_gone": {
        "en": "Thank you! It is not needed any more: {times}.",
        "es": "¡Gracias! Ya no hace falta: {times}.",
    },
    "yes_cannot": {
        "en": "Thank you! But you are on call or away then, or it would be too much by the rota's limits: {times}.",
        "es": "¡Gracias! Pero entonces tiene guardia o ausencia, o pasa los límites del rol: {times}.",
    },
    "yes_which": {
        "en": "Which one? Text it like YES FRI or NO FRI. Open: {times}",
        "es": "¿Cuál? Escriba SI VIE o NO VIE. Pendientes: {times}",
    },
    "no_said": {"en": "All right. Thank you for answering.", "es": "De acuerdo. Gracias por responder."},
    "stopped": {
        "en": "No more texts from this line; START brings them back. To be rung no more, text OFF.",
        "es": "No recibirá más mensajes de esta línea; EMPEZAR los reanuda. Para no recibir llamadas, escriba FUERA.",
    },
    "started": {"en": "Texts from this line will reach you again.", "es": "Recibirá de nuevo los mensajes."},
    "calls_only": {
        "en": "This number is for calls; texts are not read. To talk with someone, please call it.",
        "es": "Este número es para llamadas; los mensajes no se leen. Para hablar con alguien, llame, por favor.",
    },
}
"""Each answer by its name, in each language, with its placeholders."""

_TIME_OF = {"en": "{place} time", "es": "hora de {place}"}
_MOST_TIMES = 3


def answer_language(languages: Iterable[str]) -> str:
    """The first of some languages that has answers, or English."""
    return next((code for code in languages if code in _TIME_OF), "en")


def answer(name: str, language: str, **filled: str) -> str:
    """One of our answers, by its name, as sent."""
    return as_sent(ANSWERS[name][language].format_map(filled))


def neutral_answer(hotline: Hotline) -> str:
    """Return the answer to an unknown sender, in the flow's languages. It does not reveal the number's purpose."""
    languages = [code for code in hotline.flow.languages if code in _TIME_OF] or ["en"]
    return " / ".join(answer("calls_only", code) for code in languages)


def who_answer(hotline: Hotline, who: OnCall, language: str) -> str:
    """Return who is on call, and the backup: names only."""
    return answer(
        "who", language, names=_names(hotline, who.on_call, language), backup=_names(hotline, who.backup, language)
    )


def next_answer(hotline: Hotline, times: Sequence[Span], language: str) -> str:
    """A volunteer's next times on call."""
    if not times:
        return answer("next_none", language)
    if times[0].end - times[0].start >= AHEAD:  # beyond which nobody searched for an end
        return answer("next_always", language)
    return answer("next", language, times=_listed(times, hotline.rota.zone, language), zone=_zone(hotline, language))


def off_answer(hotline: Hotline, start: datetime, end: datetime, language: str, name: str = "off") -> str:
    """Say that a volunteer is off; or, by another `name`, still off."""
    until = from_until(Span(start, end), hotline.rota.zone, language)["until"]
    return answer(name, language, until=until, zone=_zone(hotline, language))


def leaves_answer(hotline: Hotline, name: str, times: Sequence[Span], language: str) -> str:
    """Say that an absence leaves nobody, the backup alone, or one person."""
    return answer(name, language, times=_listed(times, hotline.rota.zone, language), zone=_zone(hotline, language))


def times_answer(hotline: Hotline, name: str, times: Sequence[Span], language: str) -> str:
    """An answer about some times."""
    return answer(name, language, times=_listed(times, hotline.rota.zone, language))


def _listed(times: Sequence[Span], zone: tzinfo, language: str) -> str:
    told = [told_short(time, zone, language) for time in times[:_MOST_TIMES]]
    return ", ".join(told) + (", ..." if len(times) > _MOST_TIMES else "")


def _names(hotline: Hotline, ids: Iterable[str], language: str) -> str:
    return ", ".join(hotline.rota.volunteers[id].name for id in ids) or ANSWERS["nobody"][language]


def _zone(hotline: Hotline, language: str) -> str:
    place = hotline.rota.zone_name.rpartition("/")[2].replace("_", " ")
    return as_sent(_TIME_OF[language].format(place=place))
