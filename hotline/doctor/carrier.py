"""Checks of what is set at the carrier. Skipped in practice mode."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from hotline.carrier.addresses import same_host
from hotline.core.calls.flow import FixedDial, Hotline
from hotline.core.checkup.carrier import (
    judge_account,
    judge_clock,
    judge_countries,
    judge_fallbacks,
    judge_names,
    judge_numbers,
    judge_recordings,
    judge_texting,
)
from hotline.core.checkup.result import CheckResult, passed, skipped, warned
from hotline.doctor.site import Site
from hotline.files.checks.dialling import country

RECORDINGS_OF = 30
"""Days for which recordings are looked for."""


def account(site: Site) -> Iterable[CheckResult]:
    """Is the account there, and active?"""
    yield judge_account(site.account()[0])


def numbers(site: Site) -> Iterable[CheckResult]:
    """Does each number lead here, with all that is told of its calls?"""
    return judge_numbers(site.plan())


def fallbacks(site: Site) -> Iterable[CheckResult]:
    """Do callers reach somebody when all of this is down?"""
    found = site.own_numbers()
    addresses = {one.pointing.fallback_url for one in found if one.pointing.fallback_url}
    return judge_fallbacks(found, [address for address in addresses if same_host(site.settings.public_url, address)])


def texting(site: Site) -> Iterable[CheckResult]:
    """Can texts be sent from the numbers?"""
    if not (found := site.own_numbers()):
        return [skipped("No number of a call flow is in the account.")]
    rotas = [hotline.rota for hotline in site.hotlines]
    wanted = any(rota.coordinators or any(volunteer.texts for volunteer in rota.volunteers.values()) for rota in rotas)
    return [judge_texting(found, wanted)]


def countries(site: Site) -> Iterable[CheckResult]:
    """May the carrier dial where volunteers' phones are?"""
    where: dict[str, list[str]] = {}
    for line in site.hotlines:
        for whose, phone in _phones(line):
            if whose not in where.setdefault(country(phone), []):
                where[country(phone)].append(whose)
    carrier = site.carrier
    return judge_countries({country: carrier.may_dial(country) for country in sorted(where)}, where)


def recordings(site: Site) -> Iterable[CheckResult]:
    """Does anything record calls?"""
    since = site.clock() - timedelta(days=RECORDINGS_OF)
    yield judge_recordings(site.carrier.recordings(int(since.timestamp())), RECORDINGS_OF)


def names(site: Site) -> Iterable[CheckResult]:
    """Does the carrier look up who calls?"""
    if not (found := site.own_numbers()):
        return [skipped("No number of a call flow is in the account.")]
    return [judge_names(found)]


def records(site: Site) -> Iterable[CheckResult]:
    """Are the carrier's own records of calls deleted?"""
    if site.settings.delete_records:
        yield passed(
            "The carrier's records of calls are deleted after each call. `hotline privacy` shows what is left."
        )
    else:
        yield warned(
            "The carrier keeps records of calls for 13 months: who called, and which volunteer was rung.",
            "Set HOTLINE_DELETE_RECORDS=on, unless something else needs them.",
        )


def clock(site: Site) -> Iterable[CheckResult]:
    """Does this machine's clock agree with the carrier's?"""
    found, asked_at = site.account()
    if found.clock is None:
        yield skipped("The carrier did not send its time.")
    else:
        yield judge_clock("the carrier", asked_at - found.clock)


def _phones(hotline: Hotline) -> Iterable[tuple[str, str]]:
    """Return who is dialled, and their E.164 number; numbers that are dialled inside a country only, such as 988, left
    out."""
    for volunteer in hotline.rota.volunteers.values():
        yield volunteer.id, volunteer.phone
    for step in hotline.flow.steps.values():
        if isinstance(step.action, FixedDial) and step.action.number.startswith("+"):
            yield f"step {step.name}", step.action.number
