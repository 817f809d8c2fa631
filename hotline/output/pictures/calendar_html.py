"""A rota as one self-contained web page: no script, no other file, no other host, no phone number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from hotline.core.rota.days import Day, handovers
from hotline.core.rota.rota import OnCall, Rota, Stretch
from hotline.core.times.in_words import day, hours
from hotline.output.data.colours import HUES, colours
from hotline.output.data.preview import Preview
from hotline.output.data.words import backups, clock_change, full_day, names
from hotline.output.pictures.web_page import css, web_page

_FRIDAY = 4
_VOLUNTEERS = "\n".join(f".c{number} {{ --hue: {hue}; }}" for number, hue in enumerate(HUES))


def calendar_page(previews: Sequence[Preview]) -> str:
    """A rota's calendar as a web page. Every figure is text too: a day is a list of stretches for screen readers."""
    title = f"{', '.join(preview.title for preview in previews)}: who is on call"
    body = "\n".join(part for preview in previews for part in _rota(preview))
    return web_page(title, css("calendar") + _VOLUNTEERS, body)


def _rota(preview: Preview) -> Iterator[str]:
    rota, days = preview.rota, preview.days
    colour = colours(rota.volunteers)
    yield f"<h1>{escape(preview.title)}: who is on call</h1>"
    yield f'<p class="soft">{full_day(days[0].date)} to {full_day(days[-1].date)}. Times are as a clock in '
    yield f"{escape(rota.zone_name)} shows them.</p>"
    if preview.gaps:
        yield "<h2>Gaps</h2>\n" + '<ul class="gaps">'
        for gap in preview.gaps:
            yield f"<li>{'Nobody at all' if gap.nobody else 'Only the backup'} {escape(gap.said)}.</li>"
        yield "</ul>"
    yield '<table class="days">\n<caption>A row a day, from midnight to midnight; the names are in the order they are '
    yield "rung. A line before a name is a handover.</caption>"
    yield '<thead><tr><th scope="col">Day</th><th scope="col">On call</th></tr></thead>\n<tbody>'
    for one in days:
        yield from _day(one, rota, colour)
    yield "</tbody>\n</table>"
    yield from _hours(preview, colour)


def _day(one: Day, rota: Rota, colour: Mapping[str, int]) -> Iterator[str]:
    classes = [
        name for name, so in (("weekend", one.date.weekday() > _FRIDAY), ("monday", one.date.weekday() == 0)) if so
    ]
    remarks = (one.holiday, clock_change(one), "" if one.seconds else "This date does not exist here.")
    yield f'<tr class="{" ".join(classes)}"><th scope="row"><time datetime="{one.date}">{day(one.date)}</time>'
    yield "".join(f'<span class="remark">{escape(remark)}</span>' for remark in remarks if remark)
    yield '</th><td><ol class="bar">'
    for number, stretch in enumerate(handovers(one.stretches)):
        carried = number == 0 and one.carried_over
        share = (stretch.end - stretch.start).total_seconds() / 3600
        yield f'<li style="flex-grow: {share:g}"{" class=on" if carried else ""}>{_at(stretch, rota)}'
        yield _people(stretch.who, rota, colour) + "</li>"
    yield "</ol></td></tr>"


def _at(stretch: Stretch, rota: Rota) -> str:
    start, end = stretch.start.astimezone(rota.zone), stretch.end.astimezone(rota.zone)
    to = "24:00" if end.date() > start.date() else f"{end:%H:%M}"
    return f'<span class="at">{start:%H:%M}<span class="hidden">–{to}</span></span>'


def _people(who: OnCall, rota: Rota, colour: Mapping[str, int]) -> str:
    if who.closed:
        return '<span class="closed">Closed</span>'
    if who.nobody:
        return '<strong class="gap">Nobody at all</strong>'
    if not who.on_call:
        backup = f'<span class="hidden">({escape(names(rota, who.backup))})</span>'
        return f'<strong class="gap">Gap: backup only {backup}</strong>'
    shown, last = [], 1
    for tier, one in who.in_tiers():
        if tier != last:
            shown.append("<span>then:</span> ")
            last = tier
        shown.append(
            f'<span class="who c{colour[one]}" title="{escape(rota.volunteers[one].name)}">'
            f"{escape(rota.volunteers[one].name)}</span>"
        )
    return "".join(shown)


def _hours(preview: Preview, colour: Mapping[str, int]) -> Iterator[str]:
    rota, most = preview.rota, max(preview.load.values(), default=1)
    yield '<h2>Hours on call</h2>\n<table><caption class="hidden">Hours on call in this time, most first</caption>'
    yield '<thead><tr><th scope="col">Volunteer</th><th scope="col" class="number">Hours</th>'
    yield '<th scope="col"><span class="hidden">Share of the most</span></th></tr></thead>\n<tbody>'
    for who, seconds in preview.load.items():
        yield f'<tr><th scope="row">{escape(rota.volunteers[who].name)} <small>({escape(who)})</small></th>'
        yield f'<td class="number">{hours(seconds)}</td>'
        yield f'<td class="load c{colour[who]}" aria-hidden="true">'
        yield f'<span style="width: {100 * seconds / most:.1f}%"></span></td></tr>'
    yield f"</tbody></table>\n<p>Backup: {escape(backups(rota))}.</p>"
