"""Judgements of what the carrier did lately: limits, texts that were not delivered, signatures, queues left behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from hotline.core.calls.carrier_signs import Sign
from hotline.core.carrier_records.records import OwnNumber
from hotline.core.checkup.result import CheckResult, failed, listed, passed, skipped, warned

UNREGISTERED = {
    30034: (
        "US phone companies blocked %s: the number is not registered (error 30034).",
        "Register it for A2P 10DLC in the carrier's console, under Messaging: a brand, then a campaign.",
    ),
    30032: (
        "The carrier blocked %s: the toll-free number is not verified (error 30032).",
        "Have it verified in the carrier's console, under Phone numbers, Regulatory compliance.",
    ),
}
"""Errors of texts from a number that is not registered, in words, with remedies (Twilio docs: api/errors)."""


def judge_call_rate(
    several: Sequence[str], trial: bool, approved: bool | None, limited: Sequence[str]
) -> Iterator[CheckResult]:
    """Judge whether the account can ring several phones at once.

    `several`: hotlines that do. `approved`: whether the account has an approved business profile; None: the carrier
    does not say. `limited`: hotlines for which a limit was reached lately.
    """
    if limited:
        yield warned(Sign.LIMITED.problem(limited), Sign.LIMITED.remedy)
    late = f"phones of {listed(several)} that should ring at once ring a second apart."
    if not several:
        yield passed("No rota rings several phones at once, so the carrier's limits on new calls do not matter.")
    elif trial:
        yield warned(
            f"A trial account places one call a second, and few at once: {late}",
            "Upgrade it, have a business profile approved (Trust Hub), and raise its calls per second.",
        )
    elif approved is None:
        yield warned(
            "Whether the account has an approved business profile cannot be known from here. Without one it places one "
            f"call a second: {late}",
            "See Trust Hub, and Voice, Settings, in the carrier's console.",
        )
    elif not approved:
        yield warned(
            f"The account has no approved business profile of its own. It places one call a second: {late}",
            Sign.LIMITED.remedy,
        )
    elif not limited:
        yield passed(
            "The account has an approved business profile. It places one call a second unless you raised that."
        )


def judge_signing(numbers: Sequence[OwnNumber], signed: Collection[str] | None) -> CheckResult:
    """Judge whether calls to volunteers are signed, so that their phones trust the number shown (SHAKEN/STIR).

    `numbers`: the American ones of call flows. `signed`: the SIDs of signed ones; None: the carrier does not say.
    """
    if not numbers:
        return skipped("No number of a call flow is American; only calls from those are signed.")
    if signed is None:
        return skipped("The carrier does not say whether it signs calls.")
    unsigned = [number.number for number in numbers if number.sid not in signed]
    if not unsigned:
        return passed("Calls to volunteers are signed as yours (SHAKEN/STIR, attestation A).")
    return warned(
        f"Calls from {listed(unsigned)} to volunteers are not signed as yours (SHAKEN/STIR). Phones may label them as "
        "spam, or screen them.",
        "In the carrier's console, under Trust Hub, assign the numbers to your business profile, then to an approved "
        "SHAKEN/STIR product. If this is a subaccount, look in the main account.",
    )


def judge_registration(undelivered: Mapping[int, int], wanted: bool, days: int) -> Iterator[CheckResult]:
    """Judge texts that did not arrive because their number is not registered.

    `undelivered`: how many, by the carrier's error. `wanted`: a rota asks for texts.
    """
    judge = failed if wanted else warned
    for code, (told, remedy) in UNREGISTERED.items():
        if count := undelivered.get(code, 0):
            yield judge(told % ("a text" if count == 1 else f"{count} texts"), remedy)
    if not any(undelivered.get(code) for code in UNREGISTERED):
        yield passed(f"No text of the last {days} days was blocked because its number is not registered.")


def judge_signatures(misfits: int) -> CheckResult:
    """Judge how many signatures of webhooks did not fit today and yesterday."""
    if not misfits:
        return passed("The signature of every webhook since yesterday fits.")
    webhooks = "1 webhook was" if misfits == 1 else f"{misfits} webhooks were"
    return warned(
        f"{webhooks} refused since yesterday: the signature did not fit.",
        "If you are changing the auth token, set the old one as TWILIO_AUTH_TOKEN_PREVIOUS. If the account signs with "
        "a shared key, set TWILIO_SHARED_KEY, and the key before it as TWILIO_SHARED_KEY_PREVIOUS. Otherwise compare "
        "HOTLINE_PUBLIC_URL with the carrier's address.",
    )


def judge_previous(current: str, previous: str, signed: Collection[str]) -> CheckResult:
    """Judge a secret that is being changed: whether the one before is still needed.

    `current` and `previous`: the settings that hold them. `signed`: the settings whose secrets the carrier signed with
    today or yesterday.
    """
    if previous in signed:
        return warned(
            f"The carrier has signed with {previous} since yesterday.",
            "Keep it set. At the carrier, have the new one sign: docs/operators.md, Changing a secret.",
        )
    if current in signed:
        return warned(
            f"{previous} is set and not needed: since yesterday the carrier has signed with {current} only.",
            f"Remove {previous}, and restart everything.",
        )
    return warned(
        f"{previous} is set. No call since yesterday shows which secret the carrier signs with.",
        "Call the hotline, and run `hotline doctor` two minutes later.",
    )


def judge_queues(left_behind: int) -> CheckResult:
    """Judge queues of calls that are over."""
    if not left_behind:
        return passed("No queue of a call that is over is left at the carrier.")
    many = f"{left_behind} empty queues of calls that are over"
    queues = "an empty queue of a call that is over" if left_behind == 1 else many
    return warned(f"The account has {queues}.", "`hotline privacy --sweep` deletes them.")
