"""The summary for coordinators on Monday mornings: gaps ahead, hours of each volunteer, calls, and test rings due.

An e-mail stays in a mailbox, so it says of calls what a viewer may see: counts of more than 10, and the waits of the
last quarter of a year where more than 10 calls share a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.calls.ring_test import next_monthly
from hotline.core.reports.report import Report, times_of_many
from hotline.core.reports.small_cells import SMALL
from hotline.core.rota.rota import HowOften
from hotline.core.texts.words import day_words, told_short
from hotline.core.times.spans import Span

WEEKDAY, HOURS = 0, (7, 12)
"""The day of the week, and the hours of the rota's zone in which the summary goes out."""
AHEAD = timedelta(weeks=4)
_MOST_GAPS = 12

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "{hotline}: the week of {day}",
        "gaps": "GAPS IN THE NEXT FOUR WEEKS",
        "no_gaps": "None. Somebody is on call whenever the line is open.",
        "nobody": "{time}: NOBODY answers",
        "backup": "{time}: only the backup",
        "more": "and {count} more",
        "load": "HOURS ON CALL IN THE NEXT FOUR WEEKS",
        "one": "{name}: {hours} h, {nights} nights, {weekends} weekends",
        "idle": "Not on call: {names}",
        "requests": "REQUESTS FOR COVER",
        "open": "{count} open. They are on the page below.",
        "none_open": "None.",
        "calls": "CALLS",
        "few": "Last week: {few} calls or fewer.",
        "week": "Last week: {calls} calls, {answered} answered.",
        "at_least": "Last week: {calls} calls, at least {answered} answered.",
        "at_most": "Last week: {calls} calls, {answered} or fewer answered.",
        "waits": "Last quarter: half of the callers waited {median} s or less, nine of ten {p90} s or less.",
        "no_waits": "Last quarter: too few calls to say how long callers waited.",
        "no_log": "The call log could not be read.",
        "rings": "TEST RINGS",
        "due": "The next monthly test is on {day}.",
        "off": "This rota has no monthly test rings. `test: monthly` under `ringing` turns them on.",
        "zone": "Times are in {zone}.",
    },
    "es": {
        "subject": "{hotline}: la semana del {day}",
        "gaps": "HUECOS EN LAS PRÓXIMAS CUATRO SEMANAS",
        "no_gaps": "Ninguno. Siempre hay alguien de guardia cuando la línea está abierta.",
        "nobody": "{time}: NADIE atiende",
        "backup": "{time}: solo el respaldo",
        "more": "y {count} más",
        "load": "HORAS DE GUARDIA EN LAS PRÓXIMAS CUATRO SEMANAS",
        "one": "{name}: {hours} h, {nights} noches, {weekends} fines de semana",
        "idle": "Sin guardias: {names}",
        "requests": "PETICIONES DE REEMPLAZO",
        "open": "{count} pendientes. Están en la página de abajo.",
        "none_open": "Ninguna.",
        "calls": "LLAMADAS",
        "few": "La semana pasada: {few} llamadas o menos.",
        "week": "La semana pasada: {calls} llamadas, {answered} atendidas.",
        "at_least": "La semana pasada: {calls} llamadas, al menos {answered} atendidas.",
        "at_most": "La semana pasada: {calls} llamadas, {answered} o menos atendidas.",
        "waits": "El último trimestre: la mitad esperó {median} s o menos, nueve de diez {p90} s o menos.",
        "no_waits": "El último trimestre: muy pocas llamadas para decir cuánto se esperó.",
        "no_log": "No se pudo leer el registro de llamadas.",
        "rings": "LLAMADAS DE PRUEBA",
        "due": "La próxima prueba mensual es el {day}.",
        "off": "Este rol no tiene llamadas de prueba mensuales. Se activan con `test: monthly` en `ringing`.",
        "zone": "Las horas son de {zone}.",
    },
}


@dataclass(frozen=True, slots=True)
class DigestLoad:
    """The load ahead of one volunteer: seconds on call, nights, weekends. `backup`: they are backup at times."""

    volunteer: str
    on_call: int
    nights: int
    weekends: int
    backup: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """The facts of a summary. `gaps`: each with whether nobody at all is there. `week`, `quarter`: None: not known."""

    gaps: Sequence[tuple[Span, bool]]
    loads: Sequence[DigestLoad]
    requests: int
    week: Report | None
    quarter: Report | None


def digest_week(now: datetime, hotline: Hotline) -> date | None:
    """Return the Monday whose summary is due now, on the wall clock of the rota's zone. None at other times."""
    local = now.astimezone(hotline.rota.zone)
    return local.date() if local.weekday() == WEEKDAY and HOURS[0] <= local.hour < HOURS[1] else None


def digest_language(languages: Sequence[str]) -> str:
    """The first of some languages that the summary is written in, or English."""
    return next((code for code in languages if code in _WORDS), "en")


def digest_subject(hotline: Hotline, monday: date, language: str) -> str:
    """Return the subject of the summary."""
    return _WORDS[language]["subject"].format(hotline=hotline.flow.name, day=day_words(monday, language))


def digest_body(hotline: Hotline, digest: Digest, now: datetime, language: str) -> str:
    """Return the summary in plain text."""
    said = _WORDS[language]
    parts = [
        (said["gaps"], _gaps(hotline, digest.gaps, language)),
        (said["load"], _loads(hotline, digest.loads, said)),
        (
            said["requests"],
            [said["open"].format(count=digest.requests) if digest.requests else said["none_open"]],
        ),
        (said["calls"], _calls(digest, said)),
        (said["rings"], [_rings(hotline, now, language)]),
    ]
    blocks = ["\n".join((title, *(f"- {line}" for line in lines))) for title, lines in parts]
    return "\n\n".join((*blocks, said["zone"].format(zone=hotline.rota.zone_name.replace("_", " "))))


def _gaps(hotline: Hotline, gaps: Sequence[tuple[Span, bool]], language: str) -> list[str]:
    said = _WORDS[language]
    if not gaps:
        return [said["no_gaps"]]
    lines = [
        said["nobody" if nobody else "backup"].format(time=told_short(time, hotline.rota.zone, language))
        for time, nobody in gaps[:_MOST_GAPS]
    ]
    return [*lines, said["more"].format(count=len(gaps) - _MOST_GAPS)] if len(gaps) > _MOST_GAPS else lines


def _loads(hotline: Hotline, loads: Sequence[DigestLoad], said: Mapping[str, str]) -> list[str]:
    people = hotline.rota.volunteers
    lines = [
        said["one"].format(
            name=people[one.volunteer].name,
            hours=round(one.on_call / 3600),
            nights=one.nights,
            weekends=one.weekends,
        )
        for one in loads
        if one.on_call
    ]
    idle = [people[one.volunteer].name for one in loads if not one.on_call and not one.backup]
    return [*lines, said["idle"].format(names=", ".join(idle))] if idle else lines


def _calls(digest: Digest, said: Mapping[str, str]) -> list[str]:
    week, quarter = digest.week, digest.quarter
    if week is None or quarter is None:
        return [said["no_log"]]
    waits = times_of_many(quarter).waits
    return [
        _week(week, said),
        said["waits"].format(median=waits.median, p90=waits.p90) if waits else said["no_waits"],
    ]


def _week(week: Report, said: Mapping[str, str]) -> str:
    """Say how many calls there were. Figures of 10 and fewer are hidden, and so is what they could be worked out of."""
    if week.calls <= SMALL:
        return said["few"].format(few=SMALL)
    if week.calls - week.answered <= SMALL:
        return said["at_least"].format(calls=week.calls, answered=week.calls - SMALL)
    if week.answered <= SMALL:
        return said["at_most"].format(calls=week.calls, answered=SMALL)
    return said["week"].format(calls=week.calls, answered=week.answered)


def _rings(hotline: Hotline, now: datetime, language: str) -> str:
    said = _WORDS[language]
    if hotline.rota.ringing.test is HowOften.NEVER:
        return said["off"]
    return said["due"].format(day=day_words(next_monthly(now, hotline.rota.zone).date(), language))
