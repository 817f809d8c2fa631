"""Parts of a system that wait seconds where others wait minutes: for tests, each in a process of its own.

python -m tests.faults.hurried worker | clock | up [--logs]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from hotline.carrier import sdk
from hotline.commands import up
from hotline.core.carrier_records import deletion
from hotline.jobs import keeping
from hotline.processes import clock, worker
from hotline.processes.supervisor import Supervisor
from hotline.services import deleting_records as records
from hotline.services.texts import sending
from hotline.settings import read_settings
from hotline.wiring.parts import Parts

IN_DOUBT_FOR = 8


class Hurried(Supervisor):
    """Keeps a hurried worker and a hurried clock."""

    def add(self, name: str, command: Sequence[str], *inherits: int) -> None:
        """Start a command, or what takes its place here."""
        ours = [sys.executable, "-m", __spec__.name, name]
        super().add(name, ours if name in ("worker", "clock") else command, *inherits)


def hurry() -> None:
    """Have what this process does wait no longer than it must to come to the same."""
    records.LEAST_WAIT = records.LOOK_AGAIN_AFTER = records._AFTER_TROUBLE = sdk.NOT_YET = 1
    deletion.LONGEST_WAIT = 1
    keeping.TAKE_UP_EVERY = 2.0
    sending.IN_DOUBT_FOR, sending._AT_ONCE = IN_DOUBT_FOR, IN_DOUBT_FOR // 2
    clock.SCHEDULE = tuple(replace(one, seconds=2) if one.task == "send_texts" else one for one in clock.SCHEDULE)
    up.Supervisor = Hurried  # type: ignore[misc]


if __name__ == "__main__":
    hurry()
    match sys.argv[1]:
        case "worker":
            worker.run_worker(Parts(read_settings()))
        case "clock":
            clock.run_clock(read_settings())
        case "up":
            up.command(sys.argv[2:])
