"""Call tests run for a page: in their own process with a time limit, so that calls continue beside them."""

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

_STEP_BACK = ("nice", "-n", "10", "env")
"""Calls come first: tests run at low priority, with this process's variables except for the folder.

The priority is set by commands, not between fork and exec. There a lock of another thread would block the child, and
its parent, forever (Python docs: subprocess, preexec_fn).
"""
_running = Lock()


@dataclass(frozen=True, slots=True)
class CallTestProcess:
    """Implements `CallTests` of the pages: runs `hotline test --json` on the files of a configuration directory.

    A run may take `longest` seconds.
    """

    config_dir: Path
    longest: float

    def run(self) -> Mapping[str, Any]:
        """Return the output of `hotline test --json`, with messages and helps that can be translated.

        One run at a time in each process of the server. Raises TryAgain during another run, and if a run did not finish
        in time.
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
