"""A hotline whose texts can be looked at: real files, a real database, a carrier to try failures on, a moved clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from hotline.core.carrier_records.records import CarrierCall, CarrierText
from hotline.core.rota.absence import Absence
from hotline.files.loading.watch import WatchedDirectory
from hotline.files.values.zones import load_zone
from hotline.jobs import tasks
from hotline.ports import Carrier, Mail
from hotline.services.covers.rounds import CoverRounds
from hotline.services.texts.alerts import Alerts
from hotline.services.texts.digest import Digests
from hotline.services.texts.edit_notices import EditNotices
from hotline.services.texts.missed_rings import MissedRings
from hotline.services.texts.readers import Readers
from hotline.services.texts.reminders import Reminders
from hotline.services.texts.sending import Sender
from hotline.store.database.call_log import CallLog
from hotline.store.database.cover_book import CoverTables
from hotline.store.database.lazy import Database
from hotline.store.database.own_choices import OwnChoicesTable
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.database.texts_sent import TextsSent
from hotline.store.database.times_told import ToldTimesTable
from hotline.store.database.unreached import UnreachedTable
from tests.files.good import FLOW

KEY = b"k" * 32
HOTLINE = "+14105550100"
PHONES = {"amy": "+14105550111", "ben": "+14105550112", "cho": "+14105550113", "nora": "+14105550130"}
ALSO = ("+14105550131", "omar")

ROTA = """\
timezone: America/New_York
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111", texts: yes}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112", texts: yes, languages: [es, en]}
  cho: {name: Cho Park, phone: "+1 410 555 0113"}
shifts:
  - {name: Days, hours: 09:00-17:00, on_call: [amy]}
  - {name: Nights, hours: 17:00-09:00, on_call: [ben, cho]}
backup: [cho]
"""


class Killed(BaseException):
    """A worker was killed."""


@dataclass
class PretendCarrier(Carrier):
    """Sends texts to a list. `before`, `after` and `asked` may raise, as a carrier does, or to kill the worker.

    They are called before and after it takes a text, and before it lists some.
    """

    clock: Callable[[], datetime]
    sent: list[CarrierText] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    asked: Callable[[], None] = lambda: None

    def send_text(self, to: str, sender: str, body: str) -> str:
        assert sender == HOTLINE
        self.before()
        sid = f"SM{len(self.sent)}"
        self.sent.append(CarrierText(sid, "queued", int(self.clock().timestamp()), True, to, body))
        self.after()
        return sid

    def texts_sent(self, to: str, sender: str, since: int) -> Sequence[CarrierText]:
        self.asked()
        return [one for one in self.sent if one.number == to and one.since >= since]

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        raise AssertionError("no call was to be placed")

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        raise AssertionError("no call was to be placed")


class Worker(SimpleNamespace):
    """The parts of a worker that send texts, and its tasks by name."""

    def __getattr__(self, task: str) -> Callable[..., None]:
        def do(*ids: object) -> None:
            tasks.bind(cast(tasks.TaskParts, self))
            getattr(tasks, task)(*map(str, ids))

        return do


class World:
    """One hotline, its texts, and the time it is."""

    def __init__(self, folder: Path, database_url: str, rota: str = ROTA, start: str = "2026-01-06 12:00") -> None:
        self.folder = folder
        self.database_url = database_url
        self.absences: list[Absence] = []
        self.told_of: list[tuple[str, dict[str, object]]] = []
        self.mail: Mail | None = None
        self.edit(rota)
        (folder / "call_flows").mkdir(exist_ok=True)
        (folder / "call_flows" / "rise.yaml").write_text(FLOW)
        self.set(start)
        self.carrier = PretendCarrier(lambda: self.now)
        self.database = Database(database_url)
        self.optouts = TextOptouts(self.database, KEY)
        self.ledger = TextsSent(self.database, KEY)
        self.does = self.worker()

    def worker(self) -> Worker:
        """A worker process, as it is after its start."""
        database = Database(self.database_url)
        lines = WatchedDirectory(self.folder, self.folder / "last-good", lambda: self.now, self.notice)
        ledger = TextsSent(database, KEY)
        sender = Sender(self.carrier, ledger, TextOptouts(database, KEY), lambda: self.now, self.notice, self.mail)
        readers = Readers(
            OwnChoicesTable(database), self.mail is not None, lambda _, who: f"https://x.example/mine?{who}"
        )
        return Worker(
            reminders=Reminders(lines, self, sender, lambda: self.now, readers),
            edit_notices=EditNotices(lines, ToldTimesTable(database), sender, lambda: self.now, readers),
            alerts=Alerts(lines, self, UnreachedTable(database), sender, lambda: self.now, readers),
            missed_rings=MissedRings(lines, self, sender, lambda: self.now, readers),
            cover_rounds=CoverRounds(CoverTables(database), lines, self, readers, sender, lambda: self.now),
            digests=Digests(
                lines=lines,
                absences=self,
                calls=CallLog(self.database_url),
                covers=CoverTables(database),
                sender=sender,
                clock=lambda: self.now,
                readers=readers,
            ),
            text_ledger=ledger,
            clock=lambda: self.now,
        )

    def of(self, rota: str) -> Sequence[Absence]:
        """The absences of the one rota."""
        return self.absences

    def set(self, wall: str, zone: str = "America/New_York") -> None:
        """Now it is so late on the clock of a zone."""
        self.now = datetime.fromisoformat(wall).replace(tzinfo=load_zone(zone))

    def edit(self, rota: str) -> None:
        path = self.folder / "rota" / "rise.yaml"
        path.parent.mkdir(exist_ok=True)
        scratch = path.with_suffix(".new")
        scratch.write_text(rota)
        scratch.replace(path)

    def replace(self, old: str, new: str) -> None:
        """Edit the rota: one part of its text."""
        text = (self.folder / "rota" / "rise.yaml").read_text()
        assert old in text
        self.edit(text.replace(old, new))

    def run(self, until: str, *tasks: str, step: int = 30, zone: str = "America/New_York") -> None:
        """Let time go by in steps of so many minutes; at each, the worker does its tasks."""
        end = datetime.fromisoformat(until).replace(tzinfo=load_zone(zone)).timestamp()
        while self.now.timestamp() <= end:
            for task in tasks:
                getattr(self.does, task)()
            self.now = datetime.fromtimestamp(self.now.timestamp(), self.now.tzinfo)
            self.now = datetime.fromtimestamp(self.now.timestamp() + step * 60, self.now.tzinfo)

    def later(self, **time: float) -> None:
        """So much later."""
        then = self.now.timestamp() + timedelta(**time).total_seconds()
        self.now = datetime.fromtimestamp(then, self.now.tzinfo)

    def got(self, who: str) -> list[str]:
        """The texts that somebody got."""
        return [one.body for one in self.carrier.sent if one.number == PHONES[who]]

    def got_at(self, who: str, zone: str = "America/New_York") -> list[str]:
        """When they got them, on the wall."""
        there = load_zone(zone)
        return [
            f"{datetime.fromtimestamp(one.since, there):%a %d %H:%M}"
            for one in self.carrier.sent
            if one.number == PHONES[who]
        ]

    def notice(self, event: str, /, **facts: object) -> None:
        self.told_of.append((event, facts))
