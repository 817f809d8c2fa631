"""Call tests run for a page: in a process of their own, so that calls go on beside them, and not for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from hotline.core.wording import Wording
from hotline.errors import TryAgain

LONGEST = 60.0
"""Seconds: a hundred tests take about ten."""

_STEP_BACK = ("nice", "-n", "10", "env")
"""Calls come first: tests take what time the machine has left, with this process's variables but for the folder.

By commands, and not between fork and exec: there a lock that another thread holds would keep the child, and with it
whoever waits here, for good (Python docs: subprocess, preexec_fn).
"""
_running = Lock()


@dataclass(frozen=True, slots=True)
class CallTestProcess:
    """Fits `CallTests` of the pages: runs `hotline test --json` on the files of a configuration directory."""

    config_dir: Path
    longest: float = LONGEST

    def run(self) -> Mapping[str, Any]:
        """Return what `hotline test --json` prints, with messages and helps that can be said in another language.

        One run at a time in each process of the server.

        Raises TryAgain while another run is going on, and where one did not finish in time.
        """
        if not _running.acquire(blocking=False):
            raise TryAgain(Wording("The call tests are already running."), Wording("Try again in a moment."))
        try:
            done = subprocess.run(
                [
                    *_STEP_BACK,
                    f"HOTLINE_CONFIG_DIR={self.config_dir}",
                    sys.executable,
                    "-m",
                    "hotline",
                    "test",
                    "--json",
                    "--wordings",
                ],
                capture_output=True,
                timeout=self.longest,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise TryAgain(
                Wording("The call tests were stopped after %(seconds)s seconds.", seconds=f"{self.longest:.0f}"),
                Wording("Run them with `hotline test`."),
            ) from None
        finally:
            _running.release()
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise TryAgain(Wording("The call tests could not be run."), said[-1][:200] if said else "") from None
        for printed in (*found["findings"], *(one for test in found["tests"] for one in test["failures"])):
            printed |= {name: Wording.of_data(one) for name, one in printed.pop("wordings").items()}
        return found
