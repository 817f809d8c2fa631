"""A forecast of waits, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.core.forecast.improve import gain
from hotline.core.forecast.policies import DEPTHS, Policy
from hotline.core.forecast.waits import together
from hotline.core.reports.report import Report
from hotline.output.data.forecast import WEEKDAYS, Forecasted, change_words, headline, percent, seconds
from hotline.output.data.words import full_day

_BAR, _PART = 30, 3
_HELPS = 0.002
"""An improvement below this share of callers is none: chance alone could be the reason."""
_FAST, _SLOW = 20, 45


def print_forecast(console: Console, found: Forecasted) -> None:
    """Print the forecast of one line, with its policies and improvements if there are any."""
    zone = found.line.hotline.rota.zone_name
    console.print(
        Text.assemble((found.title, "bold"), f"  a year of calls from {full_day(found.start.date())} ({zone})\n")
    )
    console.print(Text(headline(found.forecast.waits), style="bold"), soft_wrap=True)
    console.print(_within(found))
    for line in _sentences(found):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(_week(found))
    console.print()
    console.print(_volunteers(found))
    if found.policies:
        console.print()
        console.print(_policies(found))
        console.print()
        console.print(_depths(found))
    if found.improvements is not None:
        console.print()
        for line in _improvements(found):
            console.print(line, soft_wrap=True)
    console.print()
    console.print(Text(_assumptions(found), style="dim"), soft_wrap=True)


def _within(found: Forecasted) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for limit, share in found.forecast.waits.shares.items():
        table.add_row(f"  within {limit} s", Text(percent(share), justify="right"), "━" * round(_BAR * share))
    return table


def _sentences(found: Forecasted) -> Iterator[Text]:
    now = found.forecast
    nobody = percent(now.waits.nobody) if now.waits.nobody else "None"
    yield Text(f"{nobody} of callers reach nobody. A call rings {now.rings_a_call:.1f} phones.")
    if found.really is not None:
        yield Text(really_words(found.really, found))


def really_words(report: Report, found: Forecasted) -> str:
    """Say what the call log has of the year before."""
    parts = []
    if report.waits is not None:
        parts.append(f"half of those answered within {seconds(report.waits.median)}")
    share = report.share_within(30)
    if share is not None:
        parts.append(f"{percent(share)} of all within 30 s (forecast {percent(found.forecast.waits.within(30))})")
    said = ", ".join(parts) or "too few to tell how long they waited"
    return f"Really, {report.period.first} to {report.period.last}: {report.calls} calls, {said}."


def _week(found: Forecasted) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title="90 % within …", title_justify="left")
    table.add_column("")
    parts = range(0, 24, _PART)
    for hour in parts:
        table.add_column(f"{hour:02}–{hour + _PART:02}", justify="right", no_wrap=True)
    for day, name in enumerate(WEEKDAYS):
        cells = []
        for hour in parts:
            first = day * 24 + hour
            waits = together(found.forecast.hours[first : first + _PART])
            cells.append(_cell(waits.percentile(90)) if waits.calls else Text(""))
        table.add_row(name, *cells)
    return table


def _cell(time: float | None) -> Text:
    look = "bold red" if time is None or time > _SLOW else "green" if time <= _FAST else "yellow"
    return Text(seconds(time), style=look)


def _volunteers(found: Forecasted) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Phone", max_width=24, no_wrap=True)
    table.add_column("Rings a year", justify="right", no_wrap=True)
    table.add_column("At night", justify="right", no_wrap=True)
    now = found.forecast
    for who, rings in sorted(now.rings.items(), key=lambda one: -one[1]):
        table.add_row(found.name(who), f"{rings:.0f}", f"{now.night_rings[who]:.0f}")
    return table


def _policies(found: Forecasted) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Ringing", no_wrap=True)
    for heading in ("15 s", "20 s", "30 s", "60 s", "90 %", "Phones", "At night"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in found.policies:
        waits = one.forecast.waits
        table.add_row(
            one.policy.name,
            *(percent(share) for share in waits.shares.values()),
            seconds(waits.percentile(90)),
            f"{one.forecast.rings_a_call:.1f}",
            f"{one.forecast.all_night_rings:.0f}",
            style="bold" if _is_own(found, one.policy) else None,
        )
    return table


def _depths(found: Forecasted) -> Table:
    title = "Within 20 s of the first ring, by people on call"
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    table.add_column("Ringing", no_wrap=True)
    for depth in DEPTHS:
        table.add_column(f"{depth}", justify="right", no_wrap=True)
    for one in found.policies:
        shares = (percent(share) for share in one.depths)
        table.add_row(one.policy.name, *shares, style="bold" if _is_own(found, one.policy) else None)
    return table


def _is_own(found: Forecasted, policy: Policy) -> bool:
    """Return whether a policy is how the line rings now."""
    rules = found.line.hotline.rota.ringing
    return (policy.at_once, policy.stagger) == (rules.at_once, rules.stagger)


def _improvements(found: Forecasted) -> Iterator[Text]:
    now = found.forecast
    helping = [one for one in found.improvements or () if gain(one.forecast, now) > _HELPS]
    if not helping:
        yield Text("No single change that was tried shortens waits.")
        return
    yield Text("What would help, most first:", style="bold")
    for number, one in enumerate(helping):
        ninety = seconds(one.forecast.waits.percentile(90))
        shares = f"{percent(now.waits.within(30))} → {percent(one.forecast.waits.within(30))} within 30 s"
        more = round(one.forecast.all_night_rings - now.all_night_rings)
        price = (
            f"{abs(more)} {'more' if more > 0 else 'fewer'} rings at night a year" if more else "at no price at night"
        )
        yield Text(f"  {change_words(one.change)}", style="bold green" if number == 0 else "")
        yield Text(f"      {shares}; 90 % within {ninety}; {price}", style="dim")


def _assumptions(found: Forecasted) -> str:
    assumed, handset = found.line.assumed, found.line.assumed.handset
    own = "".join(f"; {who} has {one.name}" for who, one in assumed.own.items())
    begins = assumed.first_ring if assumed.early is None else assumed.early
    return (
        f"Assumed: {found.year.calls_a_month:.0f} calls a month, at any hour alike, from callers who press nothing and "
        f"do not hang up; the first ring {begins:.0f} s after the start; handsets {handset.name}, of which "
        f"{percent(handset.picks_up)} pick up{own}; talks of 20 minutes. "
        f"Simulated: {found.forecast.waits.calls} calls, seed {found.seed}."
    )
