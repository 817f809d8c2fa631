"""Retries: whether a failed job is done again, and when."""

from __future__ import annotations

from hotline.errors import (
    CarrierRefused,
    CarrierUnavailable,
    DatabaseUnavailable,
    FilesError,
    LiveStateUnavailable,
    QueueUnavailable,
    SettingsError,
    TryAgain,
)

_FIRST_WAIT, _LONGEST_WAIT = 10, 6 * 3600
_PATIENT_TRIES = 75
"""The number of tries if something else must come back first: more than two weeks, with the waits above."""
_TRIES = 6
"""The number of tries after a failure of its own: some ten minutes."""
_HOPELESS = (CarrierRefused, SettingsError, FilesError)
_PATIENT = (CarrierUnavailable, DatabaseUnavailable, LiveStateUnavailable, QueueUnavailable)


def wait_before_again(error: Exception, tries: int) -> int | None:
    """Seconds to wait before a failed job is tried again; None to give it up. `tries`: those before the failed one.

    A task that raises TryAgain decides for how long.
    """
    growing: int = min(_FIRST_WAIT * 2 ** min(tries, 20), _LONGEST_WAIT)
    if isinstance(error, TryAgain):
        return max(1, growing if error.after is None else error.after)
    if isinstance(error, _HOPELESS):
        return None
    if isinstance(error, _PATIENT):
        asked = error.after if isinstance(error, CarrierUnavailable) and error.after is not None else 0
        return max(growing, asked) if tries < _PATIENT_TRIES else None
    return growing if tries + 1 < _TRIES else None
