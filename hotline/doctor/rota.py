"""Checks of call flows and rotas: can they be used, and is somebody on call in the weeks ahead?"""

from __future__ import annotations

from collections.abc import Iterable

from hotline.core.calls.flow import with_every_rota
from hotline.core.checkup.result import CheckResult, failed, listed, passed, warned
from hotline.core.planning.gaps import lacks
from hotline.core.rota.days import full_hour_after
from hotline.doctor.site import Site

WEEKS = 8
_CLOSE = "`hotline gaps` suggests cover."


def files(site: Site) -> Iterable[CheckResult]:
    """Check that every call flow and rota can be used."""
    loaded = site.loaded()
    errors = [finding for finding in loaded.findings if finding.severity == "error"]
    warnings = [finding for finding in loaded.findings if finding.severity == "warning"]
    if errors:
        yield failed(
            f"{_counted(len(errors), 'error')} in the files: {errors[0].message}",
            "`hotline check` shows where. The running hotline continues with the last good files.",
        )
    if warnings:
        yield warned(f"{_counted(len(warnings), 'warning')} in the files.", "`hotline check` shows where.")
    if not loaded.hotlines:
        yield failed(f"No call flow in {site.settings.config_dir} can be used.", "`hotline init` writes one.")
    elif not errors and not warnings:
        yield passed(f"The files of {listed(loaded.hotlines)} can be used.")


def coverage(site: Site) -> Iterable[CheckResult]:
    """Check that somebody is on call all the time, in the weeks ahead."""
    start = site.clock().replace(second=0, microsecond=0)
    for hotline in with_every_rota(site.hotlines):
        found = lacks(hotline.schedule, start, full_hour_after(hotline.schedule, start, WEEKS))
        nobody, gaps = [one for one in found if one.nobody], [one for one in found if not one.nobody]
        if nobody:
            yield failed(f"{hotline.ring_id}: nobody is on call, not even a backup, {nobody[0].said}.", _CLOSE)
        elif gaps:
            yield warned(f"{hotline.ring_id}: only the backup is on call {gaps[0].said}.", _CLOSE)
        else:
            when = "all the time" if not hotline.schedule.opening else "whenever the line is open"
            shut = "" if hotline.is_open(start) else " It is closed now."
            yield passed(f"{hotline.ring_id}: somebody is on call {when} in the next {WEEKS} weeks.{shut}")


def _counted(count: int, what: str) -> str:
    return f"There {'is' if count == 1 else 'are'} {count} {what}{'' if count == 1 else 's'}"
