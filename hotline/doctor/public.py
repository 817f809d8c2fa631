"""Checks through the public address, as a caller reaches it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz

from hotline.carrier.addresses import objections
from hotline.carrier.signature import SHARED_KEYS, TOKENS
from hotline.core.calls.heartbeat import CALL_PREFIX, pulse
from hotline.core.checkup.carrier import judge_clock
from hotline.core.checkup.lately import judge_previous, judge_signatures
from hotline.core.checkup.result import CheckResult, failed, passed, skipped, warned
from hotline.doctor.site import Site
from hotline.errors import LineUnreachable, LiveStateUnavailable
from hotline.store.redis.tallies import Tallies


def address(site: Site) -> Iterable[CheckResult]:
    """Check that the carrier can call the public address."""
    url = site.settings.public_url
    against = objections(url)
    if not against:
        yield passed("The carrier can call the address in HOTLINE_PUBLIC_URL.")
    elif site.settings.practice:
        yield skipped("It is an address of this machine, which is fine for practice mode.")
    for reason in () if site.settings.practice else against:
        yield failed(
            f"The carrier cannot use HOTLINE_PUBLIC_URL: {reason}.",
            "Forward a public https address here with a TLS proxy or a tunnel, and set HOTLINE_PUBLIC_URL to it.",
        )


def test_calls(site: Site) -> Iterable[CheckResult]:
    """Check that each hotline answers a signed call in its own words, and continues when nobody presses a key."""
    if not site.hotlines:
        yield failed("There is no hotline to call.", "Run `hotline check`.")
        return
    for beat in site.beats():
        if beat.problem:
            yield failed(f"A test call to {beat.hotline} failed. {beat.problem}", beat.remedy)
        else:
            yield passed(f"{beat.hotline} answered a signed test call within {beat.took:.2f} s, with the right words.")
    # Test calls do not pass through the carrier. Signs of its faults come from real calls.
    with suppress(LiveStateUnavailable):
        for sign, hotlines in site.signs().items():
            if sign.is_fault:
                yield failed(sign.problem(hotlines), sign.remedy)


def unsigned_call(site: Site) -> Iterable[CheckResult]:
    """Check that an unsigned call is refused."""
    calls = site.synthetic_calls
    number = next((hotline.flow.number for hotline in site.hotlines), "")
    try:
        answer = calls.ask("/voice", number, CALL_PREFIX + secrets.token_hex(12), signed=False)
    except LineUnreachable as error:
        yield skipped(f"The public address could not be reached. {error.message}")
        return
    if answer.status == 403:
        yield passed("An unsigned call is refused (HTTP 403).")
    elif answer.status == 200:
        yield failed(
            "An unsigned call was answered. Anyone who finds the address could pretend to be the carrier.",
            "The answer does not come from an unchanged Hotline. Check where the proxy forwards to.",
        )
    else:
        yield warned(
            f"An unsigned call got HTTP {answer.status} instead of 403.",
            "Something answers in front of Hotline. Check where the proxy forwards to.",
        )


def signatures(site: Site) -> Iterable[CheckResult]:
    """Check that the signature of every webhook that had one fits, and that no secret of before is left."""
    tallies, settings = Tallies(site.parts.redis_url), site.settings
    yield judge_signatures(tallies.misfits(site.clock()))
    changing = [(TOKENS, settings.previous_auth_token is not None), (SHARED_KEYS, len(settings.shared_keys) > 1)]
    for (current, previous), two in changing:
        if two:
            yield judge_previous(current, previous, tallies.signed_lately(site.clock()))


def clock(site: Site) -> Iterable[CheckResult]:
    """Check that this machine's clock agrees with that of the machine that answers calls."""
    try:
        answer = site.public_line.get("/health/live")
    except LineUnreachable as error:
        yield skipped(f"The public address could not be reached. {error.message}")
        return
    date = parsedate_tz(answer.date)
    if date is None:
        yield skipped("The public address did not send its time.")
    else:
        yield judge_clock("the public address", site.clock().timestamp() - mktime_tz(date))


def heartbeat(site: Site) -> Iterable[CheckResult]:
    """Check that the clock's own test call succeeds."""
    last = site.parts.heartbeats.last()
    every = site.settings.heartbeat_seconds
    if last is None:
        yield warned(
            "No heartbeat has been placed in the last days.",
            f"Start a worker and a clock. They place one every {every} seconds.",
        )
        return
    how = pulse(last, site.clock().timestamp(), every, 0)
    if how.problem:
        yield failed(how.problem, how.remedy)
    else:
        yield passed(f"The last heartbeat was OK, {site.clock().timestamp() - last.at:.0f} s ago.")
    if last.ping_problem:
        yield warned(
            f"The outside watcher could not be reached. {last.ping_problem}", "See HOTLINE_HEARTBEAT_PING_URL."
        )
    elif site.settings.heartbeat_ping_url is None and not site.settings.practice:
        yield warned(
            "Nobody outside notices if this whole server goes silent.",
            "Set HOTLINE_HEARTBEAT_PING_URL to the address of an outside watchdog.",
        )
