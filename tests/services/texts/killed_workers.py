"""A worker that sends texts and is killed with SIGKILL again and again, at random moments; at last one is left alone.

It ends once there is a file FOLDER/enough.

    python -m tests.services.texts.killed_workers FOLDER DATABASE_URL API_URL ACCOUNT TOKEN SEED KILLS

Time runs ten times as fast, from a moment all processes on this machine agree on, in the file FOLDER/began.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hotline.carrier.rest import RestCarrier
from hotline.errors import DatabaseUnavailable
from hotline.files.loading.watch import WatchedDirectory
from hotline.services.texts.reminders import Reminders
from hotline.services.texts.sending import Sender
from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.database.texts_sent import TextsSent
from tests.services.texts.texting import KEY

FROM = datetime(2026, 1, 6, 22, 59, 40, tzinfo=UTC)
FASTER = 10


def clock(folder: Path) -> Callable[[], datetime]:
    """The time it is in a folder."""
    began = float((folder / "began").read_text())
    return lambda: FROM + timedelta(seconds=(time.monotonic() - began) * FASTER)


def reminders(folder: Path, database_url: str, carrier: RestCarrier) -> Reminders:
    now, database = clock(folder), Database(database_url)
    lines = WatchedDirectory(folder, None, now, lambda *_, **__: None)
    sender = Sender(carrier, TextsSent(database, KEY), TextOptouts(database, KEY), now, lambda *_, **__: None)
    return Reminders(lines, _Nobody(), sender, now)


class _Nobody:
    def of(self, rota: str) -> tuple[()]:
        return ()


def work(make: Callable[[], Reminders], enough: Callable[[], bool], pause: float) -> None:
    """Send what is due, again and again: once more, too, after it is enough."""
    worker, last = make(), False
    while not last:
        last = enough()
        try:
            worker.send_due()
        except DatabaseUnavailable:
            last = False
            continue
        time.sleep(pause)


def main(folder: Path, database_url: str, api: str, account: str, token: str, seed: int, kills: int) -> None:
    chance = random.Random(seed)

    def make() -> Reminders:
        return reminders(folder, database_url, RestCarrier(account, token, api))

    for _ in range(kills):
        child = os.fork()
        if child == 0:
            work(make, lambda: False, 0.02)
            os._exit(0)
        time.sleep(chance.uniform(0.05, 0.8))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    work(make, (folder / "enough").exists, 0.5)


if __name__ == "__main__":
    _, there, database, base, sid, secret, number, times = sys.argv
    main(Path(there), database, base, sid, secret, int(number), int(times))
