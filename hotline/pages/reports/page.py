"""Reports: a period's calls, compared with the period before, for people to read, print and download."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode

from babel.dates import format_date, format_skeleton
from flask import Blueprint, Response, abort, g, render_template, request, url_for

from hotline.core.calls.flow import Hotline
from hotline.core.people import Deed
from hotline.core.reports.breakdown import PARTS, Breakdown, CallCount, Withheld
from hotline.core.reports.report import Report, WeekCount, counts_alone, share, times_of_many
from hotline.core.reports.rounding import WeekBreakdown, breakdown_for, counted_on
from hotline.core.times.periods import Period, before, last_month, last_quarter, month_start, period, this_year
from hotline.output.data.report import report_rows, report_values
from hotline.pages.frame.parts import PageParts
from hotline.pages.reports.charts import charts
from hotline.pages.tonight.page import LONGEST_CALL
from hotline.pages.words import language
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later

LONGEST = 3 * 366
"""Days in the longest report."""
PRESETS = {
    "last-quarter": later("Last quarter"),
    "last-month": later("Last month"),
    "this-year": later("This year"),
    "days": later("Custom dates"),
}
DEED = "full-figures"
"""The audit list's name for requesting figures that are otherwise hidden."""
_KINDS = {"csv": "text/csv", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """The requested report: which hotline (None: all together) in which period."""

    preset: str
    first: date
    last: date
    line: Hotline | None
    alone: bool

    @property
    def query(self) -> dict[str, str]:
        """The query of the same report."""
        days = {"first": f"{self.first}", "last": f"{self.last}"} if self.preset == "days" else {}
        hotline = {"hotline": self.line.id} if self.line else {}
        return {"period": self.preset, **days, **hotline}


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A report with the parts shown beside it."""

    report: Report
    before: Report
    breakdown: Breakdown | WeekBreakdown | Withheld

    @property
    def shown(self) -> Breakdown | None:
        return self.breakdown if isinstance(self.breakdown, Breakdown) else None

    @property
    def by_week(self) -> WeekBreakdown | None:
        """The breakdown of a report whose calls are rounded."""
        return self.breakdown if isinstance(self.breakdown, WeekBreakdown) else None


def make_reports(parts: PageParts) -> Blueprint:
    """The blueprint of `/reports`, the same as CSV and JSON, and all of them with full figures on request."""
    reports = Blueprint("reports", __name__, url_prefix="/reports")

    @reports.get("")
    def page() -> str:
        asked = _asked(parts, request.args)
        return _page(parts, asked, _found(parts, asked, full=False))

    @reports.get("/<any(csv, json):kind>")
    def download(kind: str) -> Response:
        asked = _asked(parts, request.args)
        return _file(asked, _found(parts, asked, full=False), kind)

    @reports.post("/full")
    def full() -> str | Response:
        asked = _asked(parts, request.form)
        kind = request.form.get("as", "page")
        if kind not in {"page", *_KINDS} or request.form.get("sure") != "yes":
            abort(400)
        parts.audit.add(Deed(parts.now(), g.person.name, DEED, f"{asked.first} – {asked.last}"))
        found = _found(parts, asked, full=True)
        return _page(parts, asked, found) if kind == "page" else _file(asked, found, kind)

    return reports


# The request


def _asked(parts: PageParts, values: Mapping[str, str]) -> ReportAsked:
    lines = parts.directory.state.hotlines
    wanted = values.get("hotline", "")
    if wanted and wanted not in lines:
        abort(404)
    hotline = lines[wanted] if wanted else None
    if hotline is None and len(lines) == 1:
        hotline = next(iter(lines.values()))
    zone_of = hotline or next(iter(lines.values()), None)
    if zone_of is None:
        abort(404)
    zones = [hotline.rota.zone for hotline in lines.values()] if not g.person.coordinator else [zone_of.rota.zone]
    # For viewers a day is over once all its calls have ended: else they would see when a call was answered, or ended.
    at = parts.clock() if g.person.coordinator else parts.clock() - LONGEST_CALL
    today = min(at.astimezone(zone).date() for zone in zones)
    preset = values.get("period", "last-quarter")
    known = {"last-quarter": last_quarter, "last-month": last_month, "this-year": this_year}
    if preset in known:
        first, last = known[preset](today)
    elif preset == "days":
        first, last = _day(values.get("first"), today - timedelta(days=29)), _day(values.get("last"), today)
    else:
        abort(400)
    if not g.person.coordinator and last >= today:  # a day that is not over shows calls as they happen
        last = today - timedelta(days=1)
        first = min(first, last)
    if not date(2000, 1, 1) <= first <= last <= date(2100, 1, 1) or (last - first).days > LONGEST:
        abort(400)
    return ReportAsked(preset, first, last, hotline, hotline is not None)


def _day(text: str | None, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400)


def _found(parts: PageParts, asked: ReportAsked, *, full: bool) -> FoundReport:
    zone = (asked.line or next(iter(parts.directory.state.hotlines.values()))).rota.zone
    hotlines = [asked.line.id] if asked.line else None
    now = period(asked.first, asked.last, zone)
    then = period(*before(asked.first, asked.last), zone)
    zones = {hotline.id: hotline.rota.zone for hotline in parts.directory.state.hotlines.values()}
    report, old = (parts.calls.report(one, hotlines, zones) for one in (now, then))
    breakdown = breakdown_for(report, now, asked.alone, parts.now(), full=full)
    if g.person.coordinator:
        return FoundReport(report, old, breakdown)
    return _for_viewers(report, old, breakdown)


def _for_viewers(report: Report, old: Report, breakdown: Breakdown | WeekBreakdown | Withheld) -> FoundReport:
    """Return what a viewer may see: counts, and times only of many calls in a period that overlaps no other."""
    seen = counts_alone(report) if isinstance(breakdown, Withheld) else times_of_many(report)
    return FoundReport(seen, counts_alone(old), breakdown)


# The page


def _page(parts: PageParts, asked: ReportAsked, found: FoundReport) -> str:
    lines = parts.directory.state.hotlines
    rota = (asked.line or next(iter(lines.values()))).rota
    return render_template(
        "reports/page.html",
        asked=asked,
        lines=lines,
        presets=PRESETS,
        now=parts.instant(),
        clock=rota.zone,
        links={kind: _link(asked, kind) for kind in _KINDS},
        **body(found, asked.line.flow.name if asked.line else _("All hotlines"), rota.zone, parts.clock()),
    )


def _link(asked: ReportAsked, kind: str) -> str:
    return f"{url_for('reports.download', kind=kind)}?{urlencode(asked.query)}"


def body(found: FoundReport, title: str, zone: tzinfo, made: datetime) -> dict[str, object]:
    """Return the body of the report, which `hotline report --html` shows too."""
    parts = {"night": _("night"), "morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}
    return {
        "title": title,
        "made": language.long_day(made.astimezone(zone).date()),
        "zone": _("each hotline's own time")
        if found.report.zones > 1
        else language.zone_words(zone, found.report.period.zone),
        "percent": percent,
        "report": found.report,
        "old": found.before,
        "breakdown": found.shown,
        "withheld": found.breakdown.why if isinstance(found.breakdown, Withheld) else "",
        "charts": charts(found.report, found.shown, language.day_name, _short_day),
        "weekdays": [_weekday(number) for number in range(7)],
        "parts": [parts[part] for part in PARTS],
        "days": period_words,
        "figures": _figures(found),
        "months": _months(found.report),
        "by_week": found.by_week,
        "weeks": _weeks(found),
    }


def _figures(found: FoundReport) -> list[tuple[str, str, str]]:
    """The figures at the top: each with its name, its value, and its value in the period before."""
    now, then = found.report, found.before
    pairs = [
        (_("calls"), f"{now.calls}", f"{then.calls}"),
        (_("answered"), percent(now.share_answered), percent(then.share_answered)),
        (_("answered within 30 s"), percent(now.share_within(30)), percent(then.share_within(30))),
        (_("median wait"), _median(now), _median(then)),
        (_("abandoned"), f"{now.not_answered}", f"{then.not_answered}"),
    ]
    return [(what, value, old if then.calls else "") for what, value, old in pairs]


def _median(report: Report) -> str:
    return language.duration(report.waits.median) if report.waits else "–"


def percent(share: float | None) -> str:
    """A share in words: `93%`. Never 100% unless it is all."""
    if share is None:
        return "–"
    rounded = round(share * 100)
    return f"{99 if rounded == 100 and share < 1 else rounded}%"


def period_words(days: Period) -> str:
    """A period in the reader's words: `1 July to 30 September 2026`."""
    locale = language.locale()
    first, last = (format_date(one, "long", locale=locale) for one in (days.first, days.last))
    return first if days.first == days.last else _("%(first)s to %(last)s", first=first, last=last)


def _short_day(day: date) -> str:
    return format_skeleton("MMMd", datetime.combine(day, time()), locale=language.locale())


def _months(report: Report) -> list[tuple[str, int, str]]:
    """List each month's name, calls and share answered, if there are several. Totals are always whole."""
    calls: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for week in report.weeks:
        calls[month_start(counted_on(week.monday))] += week.calls
        answered[month_start(counted_on(week.monday))] += week.answered
    for day in report.days:
        calls[month_start(day.date)] += day.calls
        answered[month_start(day.date)] += day.answered
    if len(calls) == 1 or not report.period.months:
        return []
    names = {call: format_skeleton("yMMMM", datetime.combine(call, time()), locale=language.locale()) for call in calls}
    return [(names[call], calls[call], percent(share(answered[call], calls[call]))) for call in calls]


def _weeks(found: FoundReport) -> list[tuple[str, WeekCount, tuple[CallCount, ...]]]:
    """List each week of rounded calls: its first and last day, its counts, and its parts of the day, if shown."""
    parts = found.by_week.weeks if found.by_week else {}
    return [
        (f"{_short_day(week.monday)} – {_short_day(week.monday + timedelta(days=6))}", week, parts.get(week.monday, ()))
        for week in found.report.weeks
    ]


def _weekday(number: int) -> str:
    return format_date(date(2024, 1, 1 + number), "EEE", locale=language.locale())


def _file(asked: ReportAsked, found: FoundReport, kind: str) -> Response:
    if kind == "csv":
        text = report_rows(found.report, found.before, found.breakdown)
    else:
        text = json.dumps(report_values(found.report, found.before, found.breakdown), indent=2) + "\n"
    response = Response(text, mimetype=_KINDS[kind])
    name = f"hotline-{asked.line.id if asked.line else 'all'}-{asked.first}-{asked.last}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
