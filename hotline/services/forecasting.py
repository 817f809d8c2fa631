"""Forecasts of waits for the pages: asked for by a web process, made by a worker.

A forecast takes seconds of computing, and a web process answers callers within milliseconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.forecast.forecast import USUAL_CALLS_A_MONTH, YEAR, Year, forecast
from hotline.core.forecast.lines import line_of, rings_somebody
from hotline.core.forecast.summary import ForecastSummary, files_digest, summary_of
from hotline.core.jobs import forecast_waits
from hotline.core.reports.calls_a_month import YEAR_OF_CALLS, calls_a_month
from hotline.core.times.periods import period
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import CallReports, Clock, Jobs, KeptForecasts

_SEED = 1
_WEEK = timedelta(weeks=1)


class AskedForecasts:
    """Finds the forecast of a hotline as its files are now, or has it made. Implements the pages' `Forecasts`."""

    def __init__(self, kept: KeptForecasts, jobs: Jobs, key: bytes) -> None:
        self._kept = kept
        self._jobs = jobs
        self._key = key

    def find(self, hotline: Hotline) -> ForecastSummary | None:
        return self._kept.find(hotline.rota.id, files_digest(hotline, self._key))

    def ask(self, hotline: Hotline, now: int) -> int:
        rota, digest = hotline.rota.id, files_digest(hotline, self._key)
        since = self._kept.asked(rota, digest, now)
        if since is None:
            self._jobs.put(forecast_waits(rota, digest))
            return now
        return since


class Forecasting:
    """Makes the forecasts that were asked for. `line`: a hotline that uses a rota, as its files are now.

    Each forecast simulates so many `calls`.
    """

    def __init__(
        self,
        *,
        line: Callable[[str], Hotline | None],
        reports: CallReports,
        kept: KeptForecasts,
        clock: Clock,
        key: bytes,
        calls: int,
    ) -> None:
        self._line = line
        self._reports = reports
        self._kept = kept
        self._clock = clock
        self._key = key
        self._calls = calls

    def make(self, rota: str, digest: str) -> None:
        """Make a forecast and keep it, unless there is one or the files say something else by now.

        Raises LiveStateUnavailable or DatabaseUnavailable.
        """
        hotline = self._line(rota)
        if hotline is None or files_digest(hotline, self._key) != digest or not rings_somebody(hotline):
            return
        if self._kept.find(rota, digest) is None:
            self._kept.keep(rota, digest, self._made(hotline))

    def _made(self, hotline: Hotline) -> ForecastSummary:
        start, line = self._clock().replace(microsecond=0), line_of(hotline)
        logged = self._calls_a_month(hotline)
        a_month = USUAL_CALLS_A_MONTH if logged is None else logged
        year = Year(start, a_month, self._calls)
        weeks = max(1, min(YEAR // _WEEK, int(YEAR / _WEEK * self._calls / year.calls)))
        found = forecast(line, Year(start, a_month, self._calls, weeks * _WEEK), random.Random(_SEED))
        return summary_of(
            found,
            made_at=epoch_seconds(start),
            handsets=line.assumed.handset.name,
            calls_a_month=a_month,
            from_log=logged is not None,
        )

    def _calls_a_month(self, hotline: Hotline) -> float | None:
        """Return what the log has of a hotline. It does not say which rota was rung, so None where it rings several."""
        if hotline.others:
            return None
        zone = hotline.rota.zone
        today = self._clock().astimezone(zone).date()
        report = self._reports.report(period(today - YEAR_OF_CALLS, today, zone), [hotline.id], {hotline.id: zone})
        return calls_a_month(report, today)
