"""Run the suite on other days: `make test-any-day`, or `python -m tests.any_day --only leap-day -- tests/core`.

Each run moves the clock of pytest and of all that it starts, servers and browser included, by a number of seconds. The
clock goes on from there at its usual speed. Only the time of day moves: what waits for seconds to pass is not affected.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
SOURCE = Path(__file__).with_suffix(".c")
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")


def days(now: datetime) -> dict[str, datetime]:
    """The instants to begin at, by name. The dates are fixed, so each run tries the same days."""
    return {
        "tomorrow": now + timedelta(days=1),
        "in-106-days": now + timedelta(days=106),
        "in-a-year": now + timedelta(days=365),
        "clocks-go-forward": datetime(2027, 3, 14, 1, 57, tzinfo=NEW_YORK),
        "clocks-go-back": datetime(2027, 11, 7, 0, 57, tzinfo=NEW_YORK),
        "clocks-go-back-in-europe": datetime(2028, 10, 29, 1, 57, tzinfo=BERLIN),
        "new-years-eve": datetime(2027, 12, 31, 23, 57, tzinfo=UTC),
        "leap-day": datetime(2028, 2, 29, 12, 0, tzinfo=NEW_YORK),
        "before-midnight": datetime(2027, 5, 12, 23, 50, tzinfo=NEW_YORK),
        "after-midnight": datetime(2027, 5, 13, 0, 10, tzinfo=NEW_YORK),
    }


def moved(library: Path, by: timedelta) -> dict[str, str]:
    """The environment in which every process believes that it is so much later, or earlier."""
    return {"LD_PRELOAD": str(library), "MOVED_CLOCK": f"{by.total_seconds():.0f}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run pytest once a day. Exits 1 if any run failed, and 2 if the clock cannot be moved on this machine."""
    parser = argparse.ArgumentParser(prog="python -m tests.any_day", description=__doc__)
    parser.add_argument("--only", action="append", metavar="DAY", help="a day by its name; may be repeated")
    parser.add_argument("pytest", nargs="*", help="more words for pytest, after --")
    asked = parser.parse_args(arguments)
    known = days(datetime.now(UTC))
    if unknown := [name for name in asked.only or () if name not in known]:
        parser.error(f"there is no day {unknown[0]!r}; the days are: {', '.join(known)}")
    with tempfile.TemporaryDirectory() as folder:
        library = built(Path(folder))
        if library is None:
            return 2
        passed = {name: _passes(name, known[name], library, asked.pytest) for name in asked.only or known}
    failed = [name for name in passed if not passed[name]]
    print(f"\n{len(passed) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _passes(name: str, start: datetime, library: Path, words: Sequence[str]) -> bool:
    print(f"\n== {name}: from {start:%a %d %b %Y %H:%M %Z}", flush=True)
    began = time.monotonic()
    environment = {**os.environ, **moved(library, start - datetime.now(UTC))}
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words], cwd=ROOT, env=environment, check=False
    ).returncode
    result = "passed" if code == 0 else f"FAILED (pytest exit {code})"
    print(f"== {name}: {result} after {time.monotonic() - began:.0f} s", flush=True)
    return code == 0


def built(folder: Path) -> Path | None:
    """The library that moves the clock, compiled here; None, with a reason on stderr, where it cannot be."""
    compiler, library = shutil.which("cc"), folder / "any_day.so"
    if compiler is None or sys.platform != "linux":
        print(
            "The clock is moved on Linux, with a C compiler. On Debian: apt-get install gcc libc6-dev", file=sys.stderr
        )
        return None
    words = [compiler, "-shared", "-fPIC", "-O2", "-Wno-attribute-alias", "-o", library, SOURCE]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{SOURCE.name} could not be compiled:\n{done.stderr}", file=sys.stderr)
        return None
    return library


if __name__ == "__main__":
    sys.exit(main())
