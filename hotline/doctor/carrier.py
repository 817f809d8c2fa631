"""Checks of the settings at the carrier. Skipped in practice mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from hotline.carrier.addresses import same_host
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import FixedDial, Hotline, with_every_rota
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
from hotline.core.checkup.lately import judge_call_rate, judge_queues, judge_registration, judge_signing
from hotline.core.checkup.result import CheckResult, passed, skipped, warned
from hotline.doctor.site import Site
from hotline.errors import LiveStateUnavailable
from hotline.files.checks.dialling import country

RECORDINGS_OF = 30
"""Days for which recordings are looked for."""
TEXTS_OF = 7
"""Days for which texts that were not delivered are looked for."""


def account(site: Site) -> Iterable[CheckResult]:
    """Check that the account exists and is active."""
    yield judge_account(site.account()[0])


def numbers(site: Site) -> Iterable[CheckResult]:
    """Check that each number leads here, with every notice about its calls."""
    return judge_numbers(site.plan())


def fallbacks(site: Site) -> Iterable[CheckResult]:
    """Check that callers reach somebody when everything here is down."""
    found = site.own_numbers()
    addresses = {one.pointing.fallback_url for one in found if one.pointing.fallback_url}
    return judge_fallbacks(found, [address for address in addresses if same_host(site.settings.public_url, address)])


def texting(site: Site) -> Iterable[CheckResult]:
    """Check that texts can be sent from the numbers."""
    if not (found := site.own_numbers()):
        return [skipped("No number of a call flow is in the account.")]
    return [judge_texting(found, _texts_wanted(site))]


def registration(site: Site) -> Iterable[CheckResult]:
    """Check that texts are delivered, and not blocked because their number is not registered."""
    since = int((site.clock() - timedelta(days=TEXTS_OF)).timestamp())
    errors: Counter[int] = Counter()
    for own in site.own_numbers():
        errors += site.carrier.text_errors(own.number, since)
    return judge_registration(errors, _texts_wanted(site), TEXTS_OF)


def call_rate(site: Site) -> Iterable[CheckResult]:
    """Check that the account may place several calls at once, where a rota rings several phones."""
    several = [hotline.id for hotline in site.hotlines if hotline.rota.ringing.several]
    if not several:
        return judge_call_rate(several, False, None, ())
    limited: Sequence[str] = ()
    with suppress(LiveStateUnavailable):  # which is told of elsewhere
        limited = site.signs().get(Sign.LIMITED, ())
    return judge_call_rate(several, site.account()[0].trial, site.carrier.has_approved_profile(), limited)


def shaken(site: Site) -> Iterable[CheckResult]:
    """Check that calls to volunteers are signed, for phones that screen or label calls."""
    numbers = [own for own in site.own_numbers() if country(own.number) == "US"]
    yield judge_signing(numbers, site.carrier.signed_numbers() if numbers else None)


def queues(site: Site) -> Iterable[CheckResult]:
    """Check that no queues of ended calls are left at the carrier."""
    now = int(site.clock().timestamp())
    yield judge_queues(sum(queue.left_behind(now) for queue in site.carrier.queues()))


def countries(site: Site) -> Iterable[CheckResult]:
    """Check that the carrier may dial the countries of volunteers' phones."""
    where: dict[str, list[str]] = {}
    for line in with_every_rota(site.hotlines):
        for whose, phone in _phones(line):
            if whose not in where.setdefault(country(phone), []):
                where[country(phone)].append(whose)
    carrier = site.carrier
    return judge_countries({country: carrier.may_dial(country) for country in sorted(where)}, where)


def recordings(site: Site) -> Iterable[CheckResult]:
    """Check that nothing records calls."""
    since = site.clock() - timedelta(days=RECORDINGS_OF)
    yield judge_recordings(site.carrier.recordings(int(since.timestamp())), RECORDINGS_OF)


def names(site: Site) -> Iterable[CheckResult]:
    """Check that the carrier does not look up who calls."""
    if not (found := site.own_numbers()):
        return [skipped("No number of a call flow is in the account.")]
    return [judge_names(found)]


def records(site: Site) -> Iterable[CheckResult]:
    """Check that the carrier's own records of calls are deleted."""
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
    """Check that this machine's clock agrees with the carrier's."""
    found, asked_at = site.account()
    if found.clock is None:
        yield skipped("The carrier did not send its time.")
    else:
        yield judge_clock("the carrier", asked_at - found.clock)


def _texts_wanted(site: Site) -> bool:
    rotas = [hotline.rota for hotline in with_every_rota(site.hotlines)]
    coordinators = any(one.phone for rota in rotas for one in rota.coordinators.values())
    return coordinators or any(one.texts for rota in rotas for one in rota.volunteers.values())


def _phones(hotline: Hotline) -> Iterable[tuple[str, str]]:
    """Return the numbers to dial, with their owners: E.164 only, without numbers inside one country, such as 988."""
    for volunteer in hotline.rota.volunteers.values():
        yield volunteer.id, volunteer.phone
    for step in hotline.flow.steps.values():
        if isinstance(step.action, FixedDial) and step.action.number.startswith("+"):
            yield f"step {step.name}", step.action.number
