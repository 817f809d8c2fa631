"""A forecast of waits as one web page that needs nothing else: no script, no other file, no other host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from hotline.core.forecast.improve import gain
from hotline.output.data.forecast import WEEKDAYS, Forecasted, change_words, headline, percent, seconds
from hotline.output.data.words import full_day
from hotline.output.pictures.charts import Column, distribution
from hotline.output.pictures.waits import MOST_SHADES, reached_within, week_of_waits
from hotline.output.pictures.web_page import css, web_page

_SHADES = "".join(
    f".h{shade} {{ background: color-mix(in srgb, var(--slow) {shade * 7}%, var(--paper)); }}\n"
    for shade in range(1, MOST_SHADES + 1)
)


def forecast_page(forecasts: Sequence[Forecasted]) -> str:
    """Return the page. All that its pictures show is in its tables too."""
    title = f"{', '.join(found.title for found in forecasts)}: how long callers will wait"
    body = "\n".join(part for found in forecasts for part in _line(found))
    return web_page(title, css("forecast") + _SHADES, body) + "\n"


def _line(found: Forecasted) -> Iterator[str]:
    now, assumed = found.forecast, found.line.assumed
    yield f"<h1>{escape(found.title)}: how long callers will wait</h1>"
    yield f'<p class="soft">A year of calls from {full_day(found.start.date())}, by simulation: '
    yield f"{found.year.calls_a_month:.0f} a month, handsets {escape(assumed.handset.name)}, "
    yield f"{now.waits.calls} calls. Times are as a clock in {escape(found.line.hotline.rota.zone_name)} shows them."
    yield "</p>"
    yield f'<p class="big">{headline(now.waits)}</p>'
    yield f"<p>{percent(now.waits.nobody)} reach nobody. A call rings {now.rings_a_call:.1f} phones.</p>"
    yield "<h2>Of 100 callers, who talk to somebody within …</h2>\n"
    yield reached_within(now.waits.shares, "Callers reached in time", percent)
    yield from _heat(found)
    yield from _volunteers(found)
    yield from _policies(found)
    yield from _improvements(found)


def _heat(found: Forecasted) -> Iterator[str]:
    yield "<h2>By hour of the week</h2>"
    yield '<div class="wide"><table class="heat"><caption>Seconds within which 90 % of callers talk to somebody; a '
    yield "dash where fewer do. Darker is slower.</caption><thead><tr><td></td>"
    yield "".join(f'<th scope="col">{hour:02}</th>' for hour in range(24)) + "</tr></thead><tbody>"
    for name, row in zip(WEEKDAYS, week_of_waits(found.forecast.week), strict=True):
        cells = "".join(f'<td class="h{cell.shade or 0}">{cell.text}</td>' for cell in row)
        yield f'<tr><th scope="row">{name}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _volunteers(found: Forecasted) -> Iterator[str]:
    now = found.forecast
    yield '<h2>Rings a year</h2>\n<table><thead><tr><th scope="col">Phone</th><th scope="col">Rings</th>'
    yield '<th scope="col">At night</th></tr></thead><tbody>'
    for who, rings in sorted(now.rings.items(), key=lambda one: -one[1]):
        yield f'<tr><th scope="row">{escape(found.name(who))}</th><td>{rings:.0f}</td>'
        yield f"<td>{now.night_rings[who]:.0f}</td></tr>"
    yield "</tbody></table>"


def _policies(found: Forecasted) -> Iterator[str]:
    if not found.policies:
        return
    bars = [
        Column(one.policy.name, round(100 * one.forecast.waits.within(30)), one.policy.name) for one in found.policies
    ]
    yield "<h2>Other ways of ringing</h2>\n<p>Of 100 callers, who talk to somebody within 30 s:</p>"
    yield distribution(bars, "Callers reached within 30 seconds, by way of ringing")
    yield '<div class="wide"><table><thead><tr><th scope="col">Ringing</th>'
    heads = ("15 s", "20 s", "30 s", "60 s", "90 % within", "Phones a call", "Rings at night a year")
    yield "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead><tbody>"
    for one in found.policies:
        waits = one.forecast.waits
        cells = [
            *(percent(share) for share in waits.shares.values()),
            seconds(waits.percentile(90)),
            f"{one.forecast.rings_a_call:.1f}",
            f"{one.forecast.all_night_rings:.0f}",
        ]
        yield f'<tr><th scope="row">{escape(one.policy.name)}</th>'
        yield "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div>"


def _improvements(found: Forecasted) -> Iterator[str]:
    now = found.forecast
    helping = [one for one in found.improvements or () if gain(one.forecast, now) > 0]
    if not helping:
        return
    yield "<h2>What would help, most first</h2>\n<ol>"
    for one in helping:
        more = one.forecast.all_night_rings - now.all_night_rings
        share = percent(one.forecast.waits.within(30))
        yield f"<li>{escape(change_words(one.change))}: {share} within 30 s, {more:+.0f} rings at night a year.</li>"
    yield "</ol>"
