"""Times on call and gaps in words, in the reader's language; `hotline.core.times.in_words` does it for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup

from hotline.core.planning.gaps import Lack
from hotline.core.rota.rota import Rota
from hotline.core.times.recurring import alike, days_later, named_days, on_the_wall
from hotline.core.times.spans import Span, seconds
from hotline.pages.words.language import clock_time, day_name, locale, ngettext, weekday_of
from hotline.pages.words.language import gettext as _

_MOST_TIMES = 6
_MOST_NAMED = 3
_NORTH_AMERICAN = len("+14105550100")
_SAME_WEEK = 6
"""Days within which a weekday is enough."""


def time_of(span: Span, zone: tzinfo) -> str:
    """A time in words: `Thu 24 Dec 18:00–22:00`, `Fri 4 Dec 18:00 – Sat 06:00`; midnight at its end is `24:00`."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    last, minute = end.date(), clock_time(span.end, zone)
    if minute == "00:00" and last > start.date():
        last, minute = last - timedelta(days=1), "24:00"
    if start.date() == last:
        return f"{day_name(start.date())} {clock_time(span.start, zone)}–{minute}"
    until = weekday_of(last) if (last - start.date()).days < _SAME_WEEK else day_name(last)
    return f"{day_name(start.date())} {clock_time(span.start, zone)} – {until} {minute}"


def timed(words: str, zone: tzinfo, start: datetime, end: datetime | None = None) -> Markup:
    """Mark words as a time: a script can then add the reader's own time, where it differs."""
    until = Markup(' data-until="{}"').format(end.astimezone(zone).isoformat()) if end else ""
    return Markup('<time datetime="{}"{} data-own>{}</time>').format(start.astimezone(zone).isoformat(), until, words)


def dialled(number: str) -> str:
    """A phone number with the spaces of its country: `+1 410 555 0100`."""
    if number.startswith("+1") and len(number) == _NORTH_AMERICAN:
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    import phonenumbers  # takes a while to load

    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def times_of(spans: Sequence[Span], zone: tzinfo, most: int = _MOST_TIMES) -> str:
    """Write some times in words, and how many more there are."""
    words = [time_of(span, zone) for span in spans[:most]]
    if len(spans) > most:
        more = len(spans) - most
        words.append(ngettext("%(num)d more time", "%(num)d more times", more))
    return listed(words)


def hours(count: int) -> str:
    """Hours in the reader's language, of seconds: `36 h`, `7.5 h`."""
    return f"{format_decimal(round(count / 3600, 2), locale=locale())} h"


def signed_hours(count: int) -> str:
    """Hours more or less, of seconds: `+14 h`, `−2.5 h`."""
    return f"{'+' if count > 0 else '−' if count < 0 else '±'}{hours(abs(count))}"


def listed(words: Sequence[str]) -> str:
    """Names in a row, in the reader's language: `amy, ben and cho`."""
    return format_list(list(words), locale=locale())


def names(rota: Rota, ids: Iterable[str]) -> str:
    """Full names, with commas."""
    return ", ".join(rota.volunteers[id].name for id in ids)


def backups(rota: Rota) -> str:
    """Full names of the backup: permanent backups, then those by turns; "" if there is none."""
    always, by_turns = rota.backup_by_turns
    told = [names(rota, always), _("%(names)s by turns", names=names(rota, by_turns)) if by_turns else ""]
    return "; ".join(part for part in told if part)


# ---------------------------------------------------------------------------------------------- times that come round


def recurring(spans: Sequence[Span], start: datetime, end: datetime, zone: tzinfo, most: int = 5) -> list[str]:
    """Times in words, alike ones once, within a period of some weeks.

    Beyond the first few, only the number of hours.
    """
    groups = alike(on_the_wall(spans, zone), start, end)
    words = [_group(group, start, end, zone) for group in groups[:most]]
    left = seconds([span for group in groups[most:] for span in group])
    if left:
        words.append(_("and %(hours)s more at other times", hours=hours(left)))
    return words


def lack_in_words(lack: Lack, start: datetime, end: datetime, zone: tzinfo | None = None) -> str:
    """Return when a gap or a thin stretch is; without a zone, in the zone of its times."""
    zone = zone or lack.times[0].start.tzinfo or UTC
    return _group(list(on_the_wall(lack.times, zone)), start, end, zone)


def _group(spans: Sequence[Span], start: datetime, end: datetime, zone: tzinfo) -> str:
    first = spans[0]
    if first.start <= start and first.end >= end:
        return _("the whole period")
    if first.start <= start and len(spans) > 1:
        return _(
            "%(now)s, and %(later)s",
            now=_group(spans[:1], start, end, zone),
            later=_group(spans[1:], start, end, zone),
        )
    if first.start <= start:
        return _("now, until %(time)s", time=_moment(first.end, zone))
    if len(spans) == 1 and first.end == end:
        return _("from %(time)s on", time=_moment(first.start, zone))
    if len(spans) == 1:
        return time_of(first, zone)
    days = named_days(spans)
    if len(days) == 7:
        when = _("every day")
    elif days == [0, 1, 2, 3, 4]:
        when = _("on weekdays")
    else:
        named = get_day_names("wide", locale=locale())
        when = _("on %(days)s", days=listed([named[day] for day in days]))
    begins, ends = clock_time(first.start, zone), clock_time(first.end, zone)
    if days_later(first) > 1:
        ends = f" {weekday_of(first.end.astimezone(zone).date())} {ends}"  # else it is plain which day is meant
    return _(
        "%(when)s %(time)s, %(count)s times from %(first)s",
        when=when,
        time=f"{begins}–{ends}".replace("– ", " – "),
        count=len(spans),
        first=day_name(first.start.astimezone(zone).date()),
    )


def _moment(when: datetime, zone: tzinfo) -> str:
    return f"{day_name(when.astimezone(zone).date())} {clock_time(when, zone)}"


def month_name(day: date) -> str:
    """A date's month in the reader's language: `December 2026`."""
    words = format_date(day, "LLLL y", locale=locale())
    return words[:1].upper() + words[1:]
