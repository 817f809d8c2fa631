"""The effect of an edit on waits, for the pages: computed by a process of its own, at low priority.

It takes a second or two of computing, and a web process answers callers within milliseconds. The edit is not saved yet,
so no worker can read it; it goes to the process through a pipe, and is stored nowhere.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.forecast.compare import EditedWaits, waits_of_edit
from hotline.core.forecast.lines import rings_somebody
from hotline.core.wording import Wording
from hotline.errors import TryAgain
from hotline.files.loading.load import load_texts
from hotline.ports import Notices

_AT_ONCE = 1
"""Forecasts at a time in a web process."""
_WEEKS = timedelta(weeks=8)
_SEED = 1
_LATER = ("nice", "-n", "10")
"""Calls come first. The priority is set by a command: between fork and exec another thread's lock could block."""


class EditWaitsProcess:
    """Implements the pages' `EditWaits`. `countries` as for `load`.

    `patience`: seconds that a forecast may take. `calls`: how many are simulated.
    """

    def __init__(self, countries: tuple[str, ...], notice: Notices, patience: float, calls: int) -> None:
        self._countries = countries
        self._notice = notice
        self._patience = patience
        self._calls = calls
        self._turns = BoundedSemaphore(_AT_ONCE)

    def of(
        self, hotline: Hotline, before: Mapping[str, bytes], after: Mapping[str, bytes], now: datetime
    ) -> EditedWaits | None:
        """Return what an edit of files does to a hotline's waits. None: nothing. Raises TryAgain."""
        sent = {
            "rota": hotline.rota.id,
            "now": now.isoformat(),
            "countries": self._countries,
            "calls": self._calls,
            "before": _sent(hotline, before),
            "after": _sent(hotline, after),
        }
        if sent["before"] == sent["after"]:
            return None
        if not self._turns.acquire(timeout=self._patience):
            raise _too_slow()
        try:
            done = subprocess.run(
                [*_LATER, sys.executable, "-m", __name__],
                input=json.dumps(sent).encode(),
                capture_output=True,
                timeout=self._patience,
                check=True,
            )
            return EditedWaits.of_data(found) if (found := json.loads(done.stdout)) else None
        except (OSError, subprocess.SubprocessError, ValueError, TypeError, KeyError) as error:
            self._notice("edit_not_forecast", error=type(error).__name__)
            raise _too_slow() from None
        finally:
            self._turns.release()


def _too_slow() -> TryAgain:
    return TryAgain(
        Wording("The forecast of waits is not ready: the server is busy."), Wording("Look at the changes again.")
    )


def _sent(hotline: Hotline, texts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files that a hotline is made of, without its sounds, so that no other file is read again."""
    wanted = {f"rota/{id}" for id in (hotline.rota.id, *hotline.others)} | {f"call_flows/{hotline.id}"}
    return {file: b64encode(texts[file]).decode() for file in texts if file.rpartition(".")[0] in wanted}


def main() -> None:
    """Read an edit from the standard input, and print what it does to waits."""
    asked = json.load(sys.stdin)
    before, after = (
        by_rota(
            load_texts(
                {file: b64decode(raw) for file, raw in asked[name].items()}, asked["countries"]
            ).hotlines.values()
        ).get(asked["rota"])
        for name in ("before", "after")
    )
    found = None
    if before and after and rings_somebody(before) and rings_somebody(after):
        start = datetime.fromisoformat(asked["now"]).replace(microsecond=0)
        found = waits_of_edit(before, after, start, _WEEKS, asked["calls"], lambda: random.Random(_SEED))
    json.dump(found and asdict(found), sys.stdout)


if __name__ == "__main__":
    main()
