"""Volunteers who ask each other for cover, in the world of texts, with the pages' edits of files."""

from __future__ import annotations

from datetime import datetime

from hotline.core.jobs import Job
from hotline.core.planning.cover import CoverReply, CoverRequest, CoverState
from hotline.files.edits.saving import SavedFiles
from hotline.files.edits.versions import Versions
from hotline.files.loading.watch import WatchedDirectory
from hotline.files.values.zones import load_zone
from hotline.services.covers.desk import CoverDesk
from hotline.store.database.cover_book import CoverTables
from hotline.store.database.times_told import ToldTimesTable
from hotline.wiring.rota_edits import FileEdits
from tests.services.texts.texting import PHONES, World

ROTA = """\
timezone: America/New_York   # the hospital's
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111", texts: yes}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112", texts: yes}
  cho: {name: Cho Park, phone: "+1 410 555 0113", texts: yes}
  dee: {name: Dee Lane, phone: "+1 410 555 0114"}
shifts:
  - {name: Fridays, days: fri, hours: 18:00-22:00, on_call: [amy]}
  - {name: Mondays, days: mon, hours: 18:00-22:00, on_call: [ben]}
  - {name: Sundays, days: sun, hours: 08:00-22:00, on_call: [cho]}
  - {name: Saturdays, days: sat, hours: 12:00-14:00, on_call: [dee]}
backup: [dee]                # always answers
coordinators:
  nora: {name: Nora Diaz, phone: "+1 410 555 0130"}
"""
PHONES["dee"] = "+14105550114"
FRIDAY = "2026-01-09 18:00"


def epoch(wall: str) -> int:
    """An instant on New York's clock."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=load_zone("America/New_York")).timestamp())


class Asking(World):
    """One hotline, its requests for cover, and the time it is."""

    def __init__(self, *args: object) -> None:
        self.jobs: list[Job] = []
        super().__init__(*args)  # type: ignore[arg-type]
        self.desk = self.another_desk()

    def another_desk(self) -> CoverDesk:
        """The desk of another process."""
        lines = WatchedDirectory(self.folder, self.folder / "last-good", lambda: self.now, self.notice)

        def latest() -> WatchedDirectory:
            lines.refresh()
            return lines

        saved = SavedFiles(self.folder, Versions(self.folder / "versions"), "on")
        return CoverDesk(
            book=CoverTables(self.database),
            edits=FileEdits(saved, latest, lambda: self.now),
            line=lambda rota: latest().by_rota(rota),
            absences=self,
            told=ToldTimesTable(self.database),
            jobs=self,
            clock=lambda: self.now,
        )

    def put(self, job: Job) -> None:
        """Take a job."""
        self.jobs.append(job)

    def ask(self, who: str = "amy", wall: str = FRIDAY) -> CoverRequest:
        """A volunteer asks for cover, and a worker does what follows."""
        said = self.desk.ask("rise", who, epoch(wall))
        assert said.reply is CoverReply.ASKED
        assert said.request is not None
        self.works()
        return said.request

    def works(self) -> None:
        """A worker does what is due."""
        self.does.cover_requests()

    def state(self, request: CoverRequest) -> CoverState:
        """What a request is now."""
        found = self.desk.book.get(request.id)
        assert found is not None
        return found.state

    @property
    def file(self) -> str:
        return (self.folder / "rota" / "rise.yaml").read_text()
