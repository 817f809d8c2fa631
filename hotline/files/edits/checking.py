"""Checks of a file's edit before it is saved: its own problems, new problems elsewhere, and its changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.files.findings.finding import Finding, in_order
from hotline.files.loading.around import load_edit
from hotline.files.loading.gaps import check_coverage
from hotline.files.loading.holiday_notes import check_holidays
from hotline.files.loading.limits_exceeded import check_limits
from hotline.files.loading.load import Loaded
from hotline.files.loading.without_effect import check_effects


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of an edit: those in the edited file, and new ones in other files.

    The file is not saved because of the findings in `refusing`: a running hotline would not load it. `known` are those
    from before the edit. `before` and `loaded` have the hotlines of the file, and perhaps others.
    """

    findings: tuple[Finding, ...]
    refusing: tuple[Finding, ...]
    known: tuple[Finding, ...]
    before: Loaded
    loaded: Loaded


def check_edit(
    texts: Mapping[str, bytes], file: str, after: bytes, now: datetime, countries: Collection[str] = ()
) -> Checked:
    """Check the text `after` for one of the files in `texts`, together with the others as they are.

    Any error in the file itself refuses it, except an error about who is on call that was there before. A new error in
    another file refuses it too.
    """
    before, loaded = load_edit(texts, {file: after}, countries)
    found, known = ([*one.findings, *_about_time(one, now)] for one in (loaded, before))
    shown = [one for one in found if one.file == file] + _new(known, [one for one in found if one.file != file])
    late = {(one.code, one.message) for one in known if one.code == _COVERAGE}
    refusing = [one for one in shown if one.severity == "error" and (one.code, one.message) not in late]
    return Checked(in_order(shown), in_order(refusing), in_order(known), before, loaded)


_COVERAGE = "nobody-at-all"


def _about_time(loaded: Loaded, now: datetime) -> Iterable[Finding]:
    yield from check_coverage(loaded, now)
    yield from check_limits(loaded, now)
    yield from check_holidays(loaded, now)
    yield from check_effects(loaded, now)


def _new(known: Sequence[Finding], found: Sequence[Finding]) -> list[Finding]:
    told = {(one.code, one.file, one.message) for one in known}
    return [one for one in found if (one.code, one.file, one.message) not in told]
