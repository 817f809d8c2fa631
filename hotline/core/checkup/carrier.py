"""Judgements of our settings at the carrier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hotline.core.carrier_records.records import Account, OwnNumber
from hotline.core.checkup.numbers import OVERRIDES, NumbersPlan, Repointing, leads_there
from hotline.core.checkup.result import CheckResult, failed, listed, passed, warned

SKEW_SEEN, SKEW_BAD = 5, 60
"""Seconds by which clocks may differ. The Date header has whole seconds only."""
_PROVISION = "`hotline provision` shows the changes and makes them."


def judge_account(account: Account) -> CheckResult:
    """Judge whether the account can take calls."""
    if account.status != "active":
        return failed(
            f"The carrier account is {account.status or 'in an unknown state'}. No calls can come in.",
            "Check the carrier's console, or ask its support.",
        )
    if account.trial:
        return warned(
            "The account is a trial. It calls and texts only verified numbers, and speaks before each call.",
            "Upgrade it in the carrier's console.",
        )
    return passed("The account is active.")


def judge_numbers(plan: NumbersPlan) -> Iterator[CheckResult]:
    """Judge whether each number of a call flow leads here."""
    for number in plan.missing:
        yield failed(
            f"{number} is in a call flow, but the account does not have it.",
            "Buy it in the carrier's console, or correct `numbers` in the call flow.",
        )
    for one in plan.numbers:
        yield from _judge_number(one)
    if not plan.numbers and not plan.missing:
        yield failed("No call flow has a number.", "Run `hotline check`.")


def judge_fallbacks(numbers: Iterable[OwnNumber], alongside: Iterable[str]) -> Iterator[CheckResult]:
    """Judge whether callers reach somebody when everything here is down.

    `alongside`: fallbacks that would be down with us.
    """
    found = list(numbers)
    without = [one.number for one in found if not one.pointing.fallback_url]
    if without:
        yield warned(
            f"There is no fallback for {listed(without)}. If this server is down, callers hear an error message.",
            "Put the document that `hotline fallback` writes on another host, "
            "then run `hotline provision --fallback URL`.",
        )
    if list(alongside):
        yield warned(
            "The fallback is on the same host as this server and would be down with it.",
            "Put the document that `hotline fallback` writes on another host.",
        )
    if found and not without and not list(alongside):
        yield passed("Every number has a fallback on another host.")


def judge_names(numbers: Iterable[OwnNumber]) -> CheckResult:
    """Judge whether the carrier looks up the names of callers."""
    looked_up = [number.number for number in numbers if number.looks_up_names]
    if looked_up:
        return failed(
            f"The carrier looks up the names of people who call {listed(looked_up)}, and charges for it.",
            "Turn off Caller Name Lookup for the number in the carrier's console. Nobody should learn who called.",
        )
    return passed("The carrier does not look up callers' names.")


def judge_texting(numbers: Sequence[OwnNumber], wanted: bool) -> CheckResult:
    """Judge whether texts can be sent from the hotlines' numbers. `wanted`: a rota asks for texts."""
    unable = [number.number for number in numbers if not number.texts]
    if not unable:
        return passed("The numbers can send and receive texts.")
    told = f"{listed(unable)} cannot send or receive texts"
    if wanted:
        return failed(f"{told}, but a rota uses texts.", "Choose a number with SMS, or delete `texts` from the rota.")
    return warned(f"{told}: volunteers cannot ask who is on call, or say that they are off.", "Choose one with SMS.")


def judge_recordings(count: int | None, days: int) -> CheckResult:
    """Judge whether calls are recorded. None: the carrier does not say. Other services may have recordings too."""
    if count is None:
        return warned(
            "Hotline cannot see whether the account records calls.", "See Recordings in the carrier's console."
        )
    if count:
        return failed(
            f"The account has {count} recording{'s' if count > 1 else ''} of calls of the last {days} days. "
            "Hotline records nothing.",
            "Find the cause: a trunk's or a conference's recording, or another program on the same account. "
            "Give the hotline its own account or subaccount, and delete the recordings.",
        )
    return passed(f"The account has no recording of the last {days} days.")


def judge_countries(allowed: Mapping[str, bool | None], where: Mapping[str, Sequence[str]]) -> Iterator[CheckResult]:
    """Judge whether the carrier may dial volunteers' countries.

    None: it does not say. `where`: who has phones there.
    """
    barred = [country for country, may in allowed.items() if may is False]
    unknown = [country for country, may in allowed.items() if may is None]
    for country in barred:
        yield failed(
            f"The carrier is not allowed to dial numbers in {country}. {listed(where[country])} cannot be rung.",
            "Allow the country under Voice, Settings, Geo permissions, in the carrier's console.",
        )
    if unknown:
        yield warned(
            f"Hotline cannot see whether the carrier may dial numbers in {listed(unknown)}.",
            "Check Voice, Settings, Geo permissions, in the carrier's console. `hotline call` cannot show this.",
        )
    if allowed and not barred and not unknown:
        yield passed(f"The carrier may dial the countries of all volunteers ({listed(sorted(allowed))}).")
    if not allowed:
        yield warned("No rota has a volunteer.", "Run `hotline check`.")


def judge_clock(whose: str, skew: float) -> CheckResult:
    """Judge whether this machine's clock agrees with another. `skew`: ours less theirs, in seconds."""
    ahead = f"{abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'}"
    remedy = "Turn on NTP (`timedatectl set-ntp true`). Shifts begin and end by this clock."
    if abs(skew) >= SKEW_BAD:
        return failed(f"This machine's clock is {ahead} that of {whose}.", remedy)
    if abs(skew) >= SKEW_SEEN:
        return warned(f"This machine's clock is {ahead} that of {whose}.", remedy)
    return passed(f"This machine's clock agrees with that of {whose}.")


def _judge_number(one: Repointing) -> Iterator[CheckResult]:
    number, wrong = one.number.number, {change.field: change for change in one.changes}
    overrides = sorted(wrong[field].name.lower() for field in wrong.keys() & OVERRIDES)
    if overrides:
        yield failed(
            f"{number} has a {' and a '.join(overrides)}: the carrier calls that and ignores all addresses.",
            _PROVISION,
        )
    if "voice_url" in wrong:
        leads, here = _shown(wrong["voice_url"].now), _shown(one.then.voice_url)
        if leads_there(wrong["voice_url"].now, one.then.voice_url, "/voice"):
            yield warned(f"{number} leads here, but its address is misspelt. Calls go {leads}, not {here}.", _PROVISION)
        else:
            yield failed(f"{number} does not lead here. Calls go {leads} instead of {here}.", _PROVISION)
    elif "voice_method" in wrong:
        yield warned(
            f"{number} asks with {wrong['voice_method'].now}, which writes callers' numbers into address logs.",
            _PROVISION,
        )
    if "status_callback" in wrong:
        if leads_there(wrong["status_callback"].now, one.then.status_callback, "/voice/ended"):
            yield warned(f"Ends of calls to {number} are reported here, at a misspelt address.", _PROVISION)
        elif wrong["status_callback"].now:
            yield failed(
                f"Ends of calls to {number} go {_shown(wrong['status_callback'].now)}. Reports lack durations.",
                _PROVISION,
            )
        else:
            yield failed(
                f"A status callback is not configured for {number}: reports will be empty of durations, and volunteers "
                "held as talking for longer than they are.",
                _PROVISION,
            )
    elif "status_callback_method" in wrong:
        yield warned(f"Ends of calls to {number} are reported with {wrong['status_callback_method'].now}.", _PROVISION)
    if wrong.keys() & {"sms_url", "sms_method"}:
        leads = _shown(wrong["sms_url"].now) if "sms_url" in wrong else "here by GET"
        yield warned(f"Texts to {number} go {leads}. Volunteers' WHO and OFF get no answer.", _PROVISION)
    if not wrong:
        yield passed(f"{number} leads here: calls, ends of calls, and texts.")


def _shown(address: str) -> str:
    """Return an address without its password and query."""
    scheme, _, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    return f"to {scheme}://{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}" if rest else "nowhere"
