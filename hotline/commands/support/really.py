"""The call log's figures for the year so far, to print beside a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hotline.clock import now
from hotline.core.calls.flow import Hotline
from hotline.core.reports.calls_a_month import YEAR_OF_CALLS, calls_a_month
from hotline.core.reports.report import Report, times_of_many
from hotline.core.times.periods import period
from hotline.errors import HotlineError
from hotline.settings import Settings
from hotline.store.database.call_log import CallLog

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Really:
    """A hotline's year in the call log, with the times of many calls only, and how many calls come in a month."""

    report: Report
    calls_a_month: float


def really(settings: Settings, hotline: Hotline) -> Really | None:
    """Return what the log has of a hotline's last 365 days; None: too few calls, or no log that can be read."""
    url = settings.database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        return None
    zone = hotline.rota.zone
    today = now().astimezone(zone).date()
    log = CallLog(url)
    try:
        report = log.report(period(today - YEAR_OF_CALLS, today, zone), [hotline.id], {hotline.id: zone})
    except HotlineError:
        return None
    finally:
        log.close()
    a_month = calls_a_month(report, today)
    return None if a_month is None else Really(times_of_many(report), a_month)
