"""Two workers that are killed at random moments, a carrier in trouble, real HTTP: each reminder arrives once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from hotline.errors import DatabaseUnavailable
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.texts_sent import TextsSent
from hotline.store.redis.embedded import die_with_parent
from tests.faults.processes import wait_until
from tests.files.good import FLOW, rota_with
from tests.services.texts.killed_workers import clock
from tests.services.texts.texting import KEY

ROOT = Path(__file__).parents[3]
PEOPLE = [f"v{number:02}" for number in range(24)]
KILLS = 14


def test_each_reminder_arrives_once_though_workers_are_killed_and_the_carrier_is_in_trouble(tmp_path: Path) -> None:
    rota = rota_with(
        f"shifts: [{{hours: 09:00-17:00, on_call: [{', '.join(PEOPLE)}]}}]",
        "backup: [v00]",
        volunteers=" ".join(PEOPLE),
    ).replace('"}', '", texts: yes}')
    for path, text in (("call_flows/rise.yaml", FLOW), ("rota/rise.yaml", rota)):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    (tmp_path / "began").write_text(str(time.monotonic()))
    with RestApi(now=clock(tmp_path)) as api:
        api.add_number("+14105550100")
        for trouble in ("drops after", "fails", "slow down", "drops", "drops after", "garbles"):
            api.fault(trouble, times=2, method="POST", path="Messages")  # type: ignore[arg-type]
        where = (str(tmp_path), f"sqlite:///{tmp_path}/hotline.db", api.url, api.account, api.token)
        program = [sys.executable, "-m", "tests.services.texts.killed_workers", *where]
        workers = [
            subprocess.Popen([*program, str(seed), str(KILLS)], cwd=ROOT, preexec_fn=die_with_parent) for seed in (1, 2)
        ]
        ledger = TextsSent(Database(where[1]), KEY)
        wait_until(lambda: settled(ledger) == len(PEOPLE), 300, "each reminder was sent, or found at the carrier")
        (tmp_path / "enough").touch()
        assert [worker.wait(120) for worker in workers] == [0, 0]
        got = Counter(text.to for text in api.texts.values())
        assert len(api.asked("GET", "Messages")) >= 5, "some were in doubt"
    assert len({text.body for text in api.texts.values()}) == 1
    assert got == Counter(f"+14105550{number}" for number in range(111, 111 + len(PEOPLE)))


def settled(ledger: TextsSent) -> int:
    """The number of texts of which a worker knows that they were sent."""
    try:
        return sum(text.sent_at is not None for text in ledger.since(0))
    except DatabaseUnavailable:  # both workers write
        return 0
