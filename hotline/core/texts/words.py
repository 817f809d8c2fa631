"""The words of texts (SMS): ours in the languages we can write, a rota's own where it has some.

One text is 160 characters of an alphabet that has é and ñ but not á, í, ó or ú (GSM 7-bit, 3GPP TS 23.038, section
6.2.1). With one letter outside it, only 70 fit. So we write in that alphabet where possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from string import Formatter

from hotline.core.calls.flow import Hotline
from hotline.core.times.spans import Span

LONGEST = 160
LONGEST_OTHERWISE = 70

WORDS: Mapping[str, Mapping[str, str]] = {
    "reminder": {
        "en": "{hotline}: you are on call from {from} to {until}. Thank you for being there.",
        "es": "{hotline}: su guardia es de {from} a {until}. Gracias por estar.",
    },
    "soon": {
        "en": "{hotline}: you are on call from {from} to {until}. Please keep your phone near, with its sound on.",
        "es": "{hotline}: su guardia es de {from} a {until}. Por favor tenga su celular cerca y con sonido.",
    },
    "backup_reminder": {
        "en": "{hotline}: you are the backup from {from} to {until}. Please keep your phone near, with its sound on.",
        "es": "{hotline}: su turno de respaldo es de {from} a {until}. Por favor tenga su celular cerca y con sonido.",
    },
    "changed": {
        "en": "{hotline}: your times on call have changed. {times}",
        "es": "{hotline}: sus guardias cambiaron. {times}",
    },
    "backup_changed": {
        "en": "{hotline}: your turns as backup have changed. {times}",
        "es": "{hotline}: sus turnos de respaldo cambiaron. {times}",
    },
    "new_time": {"en": "New: {time}.", "es": "Nueva: {time}."},
    "moved_time": {"en": "Now: {time}.", "es": "Ahora: {time}."},
    "gone_time": {"en": "No longer: {time}.", "es": "Ya no: {time}."},
    "more_times": {"en": "And {count} more.", "es": "Y {count} más."},
    "missed_ring": {  # also fits if they passed the call on: without Redis nobody knows
        "en": "{hotline}: we rang you. If you could not take it, that is all right. If you did not hear it, please"
        " check that your phone's sound is on. Thank you.",
        "es": "{hotline}: le llamamos. Si no pudo contestar, no pasa nada. Si no lo oyó, por favor revise que su"
        " celular tenga sonido. Gracias por estar.",
    },
    "not_reached": {
        "en": "{hotline}: a call at {time} reached nobody. Please see to it that somebody can pick up now.",
        "es": "{hotline}: nadie pudo atender una llamada a las {time}. Por favor vea que alguien pueda contestar"
        " ahora.",
    },
    "more_not_reached": {
        "en": "{hotline}: {count} more calls reached nobody, the last at {time}. Please see to it that somebody can"
        " pick up now.",
        "es": "{hotline}: nadie pudo atender otras {count} llamadas, la última a las {time}. Por favor vea que"
        " alguien pueda contestar ahora.",
    },
    "not_placed": {
        "en": "{hotline}: the last rings failed before a phone rang, so nobody is reached. Please have somebody look at"
        " the account and at the rota now.",
        "es": "{hotline}: las últimas llamadas al equipo fallaron y nadie atiende. Por favor vea que alguien revise la"
        " cuenta y el rol de guardias ahora.",
    },
    "many_rings": {
        "en": "{hotline}: very many calls this hour. Each now rings one volunteer and the backup. Please see what is"
        " going on.",
        "es": "{hotline}: hay muchas llamadas esta hora. Cada una suena solo a una persona y al respaldo. Por favor"
        " revise.",
    },
    "gap": {
        "en": "{hotline}: nobody is on call from {from} to {until}. Please find somebody.",
        "es": "{hotline}: no hay nadie de guardia de {from} a {until}. Por favor busque a alguien.",
    },
    "nobody_left": {
        "en": "{hotline}: a volunteer is off, so nobody is on call from {from} to {until}. Please find somebody.",
        "es": "{hotline}: alguien se ausentó y no queda nadie de guardia de {from} a {until}. Por favor busque a"
        " alguien.",
    },
    "backup_only": {
        "en": "{hotline}: only the backup is on call from {from} to {until}. Please find somebody.",
        "es": "{hotline}: de {from} a {until} solo queda el respaldo. Por favor busque a alguien.",
    },
    "backup_left": {
        "en": "{hotline}: a volunteer is off, so only the backup is on call from {from} to {until}. Please find"
        " somebody.",
        "es": "{hotline}: alguien se ausentó y de {from} a {until} solo queda el respaldo. Por favor busque a alguien.",
    },
    "edit_refused": {
        "en": "{hotline}: the last change to its files has a mistake. The version before it goes on serving. To see"
        " what is wrong: hotline check",
        "es": "{hotline}: el último cambio a sus archivos tiene un error. Sigue en uso la versión anterior. Para ver"
        " el error: hotline check",
    },
    "ring_test": {
        "en": "{hotline}: the test ring of {names} did not get through. Please ask them to check that their phone can"
        " ring.",
        "es": "{hotline}: la llamada de prueba de {names} no llegó. Por favor pida que revisen si su celular suena.",
    },
    "cover_ask": {
        "en": "{hotline}: {name} cannot be on call from {from} to {until}. Can you? Please text YES or NO.",
        "es": "{hotline}: {name} no puede hacer la guardia de {from} a {until}. ¿Puede usted? Responda SI o NO.",
    },
    "cover_ask_mail": {
        "en": "{hotline}: {name} cannot be on call from {from} to {until}. Can you? Please answer on your page.",
        "es": "{hotline}: {name} no puede hacer la guardia de {from} a {until}. ¿Puede usted? Responda en su página.",
    },
    "swap_ask": {
        "en": "{hotline}: {name} offers a swap: you take {time}, they take {back}. Please text YES or NO.",
        "es": "{hotline}: {name} propone un cambio: usted {time}, a cambio de {back}. Responda SI o NO.",
    },
    "swap_ask_mail": {
        "en": "{hotline}: {name} offers a swap: you take {time}, they take {back}. Please answer on your page.",
        "es": "{hotline}: {name} propone un cambio: usted {time}, a cambio de {back}. Responda en su página.",
    },
    "cover_found": {
        "en": "{hotline}: {name} covers for you from {from} to {until}. You are not on call then.",
        "es": "{hotline}: {name} hace su guardia de {from} a {until}. Usted queda libre.",
    },
    "cover_coming": {
        "en": "{hotline}: {name} said yes for {from} to {until}. Your coordinator still has to write it into the rota.",
        "es": "{hotline}: {name} aceptó su guardia de {from} a {until}. Falta que su coordinación lo anote.",
    },
    "cover_yours": {
        "en": "{hotline}: you are on call from {from} to {until}, in place of {name}. Thank you!",
        "es": "{hotline}: su guardia es de {from} a {until}, en lugar de {name}. ¡Gracias!",
    },
    "swap_found": {
        "en": "{hotline}: the swap with {name} is in the rota. Yours: {time}. Theirs: {back}.",
        "es": "{hotline}: el cambio con {name} ya vale. Usted: {time}. La otra persona: {back}.",
    },
    "swap_refused": {
        "en": "{hotline}: {name} cannot swap. You are still on call {time}.",
        "es": "{hotline}: {name} no puede cambiar. Su guardia sigue siendo {time}.",
    },
    "cover_nobody": {
        "en": "{hotline}: nobody has said yes for {from} to {until} yet. You are still on call then. Please talk to"
        " your coordinator.",
        "es": "{hotline}: nadie ha aceptado aún su guardia de {from} a {until}. Sigue siendo suya. Hable con su"
        " coordinación.",
    },
    "cover_declined": {
        "en": "{hotline}: your coordinator did not approve the cover for {time}. Nothing has changed. Thank you all the"
        " same.",
        "es": "{hotline}: su coordinación no aprobó el cambio de {time}. Nada ha cambiado. Gracias de todos modos.",
    },
    "cover_over": {
        "en": "{hotline}: your cover for {time} was not approved in time. You are on call then.",
        "es": "{hotline}: el cambio de {time} no se aprobó a tiempo. La guardia sigue siendo suya.",
    },
    "cover_written": {
        "en": "{hotline}: {taker} covers for {name} from {from} to {until}. It is in the rota.",
        "es": "{hotline}: {taker} cubre a {name} de {from} a {until}. Ya está en el rol.",
    },
    "swap_written": {
        "en": "{hotline}: {name} and {taker} have swapped {time} and {back}.",
        "es": "{hotline}: {name} y {taker} cambiaron {time} y {back}.",
    },
    "cover_gap_nobody": {
        "en": "{hotline}: {name} cannot be on call from {from} to {until}. Nobody has said yes. Without them NOBODY"
        " answers then.",
        "es": "{hotline}: {name} no puede de {from} a {until} y nadie ha aceptado. Sin esa persona NADIE atiende.",
    },
    "cover_gap_backup": {
        "en": "{hotline}: {name} cannot be on call from {from} to {until}. Nobody has said yes. Without them only the"
        " backup is there.",
        "es": "{hotline}: {name} no puede de {from} a {until} y nadie ha aceptado. Sin esa persona queda el respaldo.",
    },
    "cover_gap_others": {
        "en": "{hotline}: {name} cannot be on call from {from} to {until}. Nobody has said yes. Others on call then:"
        " {count}.",
        "es": "{hotline}: {name} no puede de {from} a {until} y nadie ha aceptado. Otras personas de guardia: {count}.",
    },
    "cover_approve": {
        "en": "{hotline}: {taker} would cover for {name} from {from} to {until}. Yes or no? See the rota's page.",
        "es": "{hotline}: {taker} cubriría a {name} de {from} a {until}. ¿Sí o no? Vea la página del rol.",
    },
    "swap_approve": {
        "en": "{hotline}: {name} and {taker} would swap {time} and {back}. Yes or no? See the rota's page.",
        "es": "{hotline}: {name} y {taker} cambiarían {time} y {back}. ¿Sí o no? Vea la página.",
    },
    "cover_by_hand": {
        "en": "{hotline}: {taker} covers for {name}: {time}. Please write it into the rota: it cannot be changed here.",
        "es": "{hotline}: {taker} cubre a {name}: {time}. Por favor anótelo en el rol: aquí no se puede cambiar.",
    },
}
"""Each text by its name, in each language, with its placeholders."""

FILLED_IN: Mapping[str, frozenset[str]] = {
    name: frozenset(field for _, field, _, _ in Formatter().parse(by_language["en"]) if field)
    for name, by_language in WORDS.items()
}
"""The placeholders of each text."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")
_NEAREST = str.maketrans("áíóúÁÍÓÚâêîôûãõëïÀÈÌÒÙç‘’“”–—‑\u00a0\u202f", "aiouAIOUaeiouaoeiAEIOUc''\"\"---  ") | {
    ord("…"): "..."
}

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}


def gsm_length(text: str) -> int | None:
    """Return how many of a text's 160 characters it takes. None if a letter is not in the alphabet."""
    if not set(text) <= _GSM | _GSM_TWICE:
        return None
    return len(text) + sum(letter in _GSM_TWICE for letter in text)


def as_sent(text: str) -> str:
    """The text without accents and dashes if only those keep it out of the alphabet of texts; otherwise unchanged."""
    near = text.translate(_NEAREST)
    return text if gsm_length(near) is None else near


def texts_needed(text: str) -> int:
    """Return how many texts the words need (and cost). In a series, each has a few characters less."""
    length = gsm_length(text)
    one, several = (LONGEST, 153) if length is not None else (LONGEST_OTHERWISE, 67)
    length = len(text.encode("utf-16-le")) // 2 if length is None else length
    return 1 if length <= one else -(-length // several)


def language_for(hotline: Hotline, languages: Iterable[str], text: str) -> str:
    """The first language that has words for a text: the reader's own, the flow's, or English."""
    known = {**WORDS[text], **hotline.rota.texts.words.get(text, {})}
    return next((code for code in (*languages, *hotline.flow.languages) if code in known), "en")


def words(hotline: Hotline, text: str, language: str, **filled: str) -> str:
    """The words of a text, as sent."""
    return as_sent(written_words(hotline, text, language, **filled))


def written_words(hotline: Hotline, text: str, language: str, **filled: str) -> str:
    """The words of a message in any alphabet, as for an e-mail."""
    own = hotline.rota.texts.words.get(text, {})
    written = own.get(language) or WORDS[text].get(language) or WORDS[text]["en"]
    return written.format_map({"hotline": hotline.flow.name, **filled})


def from_until(span: Span, zone: tzinfo, language: str) -> dict[str, str]:
    """A time on call for {from} and {until}: `Thu 24 Dec 18:00`, and `23:00`, or `Fri 08:00` of a later day."""
    start, end, midnight = _wall(span, zone)
    until = "24:00" if midnight else f"{end:%H:%M}"
    if (end.date() - start.date()).days >= 7:
        until = f"{day_words(end, language)} {until}"
    elif end.date() != start.date():
        until = f"{_weekday(end, language)} {until}"
    return {"from": f"{day_words(start, language)} {start:%H:%M}", "until": until}


def told_short(span: Span, zone: tzinfo, language: str) -> str:
    """Format a time on call on one line: `Thu 24 Dec 18:00-23:00`, `Thu 24 Dec 18:00 - Fri 08:00`."""
    told = from_until(span, zone, language)
    return f"{told['from']}-{told['until']}" if len(told["until"]) == 5 else f"{told['from']} - {told['until']}"


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """An instant's time on a zone's clock: `03:12`."""
    return f"{instant.astimezone(zone):%H:%M}"


def _wall(span: Span, zone: tzinfo) -> tuple[datetime, datetime, bool]:
    """Start and end on the wall clock. An end at midnight counts as the last minute of the day before."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    midnight = f"{end:%H:%M}" == "00:00" and end.date() > start.date()
    return start, end - timedelta(minutes=1) if midnight else end, midnight


def _weekday(when: date, language: str) -> str:
    return _WEEKDAYS[language][when.weekday()] if language in _WEEKDAYS else f"{when:%m-%d}"


def day_words(when: date, language: str) -> str:
    """A date in words: `Thu 24 Dec`."""
    if language not in _WEEKDAYS:
        return f"{when:%Y-%m-%d}"
    return f"{_weekday(when, language)} {when.day} {_MONTHS[language][when.month - 1]}"
