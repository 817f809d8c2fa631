"""Runs all checks at once. A check that fails, or never ends, does not affect the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotline.core.checkup.result import CheckResult, failed, skipped, warned
from hotline.doctor.checks import Check
from hotline.doctor.site import Site
from hotline.errors import CarrierError, HotlineError, LiveStateUnavailable

WITHIN = 25.0
"""Seconds that a check may take."""
_PRACTICE = "Practice mode: there is no carrier account."
_LATER = "Try again later. Check the carrier's status page and the logs."
_GO_LIVE = "To go live, set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. See Going live in docs/operators.md."


@dataclass(frozen=True, slots=True)
class Answered:
    """A check, its results, and how many seconds it took."""

    check: Check
    results: tuple[CheckResult, ...]
    took: float


def run(
    checks: Sequence[Check], site: Site, within: float = WITHIN, done: Callable[[], None] = lambda: None
) -> list[Answered]:
    """The answers, in the order of the checks. `done` is called for each, from any thread."""
    began = time.monotonic()
    answers: dict[str, Answered] = {}

    def work(check: Check) -> None:
        results = tuple(_asked(check, site))
        answers.setdefault(check.name, Answered(check, results, time.monotonic() - began))
        done()

    threads = [threading.Thread(target=work, args=(check,), name=check.name, daemon=True) for check in checks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, began + within - time.monotonic()))
    late = failed(
        f"This check did not finish within {within:.0f} seconds.",
        "The system it asks is too slow or does not answer. See the other checks.",
    )
    return [answers.get(check.name) or Answered(check, (late,), within) for check in checks]


def _asked(check: Check, site: Site) -> Sequence[CheckResult]:
    if check.at_carrier and site.settings.practice:
        return [skipped(_PRACTICE, _GO_LIVE)]
    try:
        return list(check.ask(site))
    except (CarrierError, LiveStateUnavailable) as error:
        if check.told_by and (isinstance(error, LiveStateUnavailable) or site.account.failed):
            return [skipped(f"It could not be checked. See {check.told_by}.")]
        if check.told_by:  # the account answers, but this request failed
            return [warned(f"The carrier could not be reached. {error.message}", error.remedy or _LATER)]
        return [failed(error.message, error.remedy or _LATER)]
    except HotlineError as error:
        if check.told_by:
            return [skipped(f"It could not be checked. See {check.told_by}.")]
        return [failed(error.message, error.remedy or "See the logs.")]
    except Exception as error:  # noqa: BLE001 - one that is broken must not hide the others
        return [
            failed(
                f"This check is broken ({type(error).__name__} in {_place(error)}).",
                "Please report it. The other checks do not depend on it.",
            )
        ]


def _place(error: BaseException) -> str:
    """Return where an error happened. Never its message, which may be confidential."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "no place known" if trace is None else f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
