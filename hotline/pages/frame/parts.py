"""The parts that pages use, as interfaces. Wiring provides them. Each may be down for a while, and raises that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from hotline.core.calls.flow import Hotline
from hotline.core.calls.rehearsed import NOBODY_OFF, Off, Played, RehearsalPlan, Script
from hotline.core.forecast.compare import EditedWaits
from hotline.core.forecast.summary import ForecastSummary
from hotline.core.people import Deed, Link, ListedPerson, Person, Role
from hotline.core.planning.cover import CoverSaid
from hotline.core.reports.report import CountedSpan, Report, Tally
from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.texts.off import OffSaid, Place
from hotline.core.texts.overview import SeenReminder
from hotline.core.times.periods import Period
from hotline.files.edits.milestones import Milestones
from hotline.files.edits.saving import SavedFiles
from hotline.ports import Absences, Clock, CoverBook, Notices, OwnChoicesBook
from hotline.settings import Oidc


class FilesState(Protocol):
    """The hotlines as their files have them now, by id, and those in use from an older, good file."""

    @property
    def hotlines(self) -> Mapping[str, Hotline]: ...
    @property
    def kept(self) -> frozenset[str]: ...
    @property
    def missing(self) -> frozenset[str]: ...
    @property
    def uncovered(self) -> frozenset[str]: ...


class HotlineFiles(Protocol):
    """Reads the files again when they change."""

    @property
    def state(self) -> FilesState: ...

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline that uses this rota."""

    def refresh(self) -> None:
        """Read the files again now, if they changed."""

    def complete(self) -> None:
        """Wait until all files are read."""

    def watch(self) -> None:
        """Check the files from time to time."""


class People(Protocol):
    """The people who may sign in. Each method may raise DatabaseUnavailable."""

    def signed_in(self, person: str, session: str) -> Person | None:
        """The person of a session, unless they were removed or signed out of it."""

    def by_password(self, name: str, password: str) -> Person | None:
        """The person of that name and password."""

    def by_subject(self, subject: str, email: str) -> Person | None:
        """The person an identity provider means: by its name for them or, the first time, by their e-mail address."""

    def was_removed(self, subject: str, email: str) -> bool:
        """Return whether an identity provider's person was removed here, and not added again since."""

    def add(self, name: str, role: Role, now: int, email: str = "", password: str = "") -> Person:
        """Add someone. Raises PeopleError if the name, or the e-mail address, is somebody's."""

    def all(self) -> Sequence[ListedPerson]:
        """Everyone, by name."""

    def named(self, name: str) -> Person | None:
        """The person of that name, in any spelling of its letters."""

    def set_role(self, person: str, role: Role) -> None:
        """Set what a person may do from now on. Raises PeopleError if no coordinator would be left."""

    def remove(self, person: str) -> None:
        """Remove someone, and with them every session and link. Raises PeopleError as `set_role`."""

    def make_link(self, person: str | None, role: Role, expires_at: int) -> str:
        """Return the key of a new one-time link, which replaces an earlier link for the same person."""

    def by_link(self, key: str, now: int) -> Link | None:
        """Return the purpose of a one-time link, while it can be used."""

    def use_link(self, key: str, now: int, name: str, password: str) -> Person | None:
        """Use a one-time link up. Returns its person, new or with a new password. None if it is too late."""

    def sign_out(self, session: str, until: int) -> None:
        """End a session, which would otherwise be over at `until` (epoch seconds)."""

    def forget_ended(self, now: int) -> None:
        """Forget sessions and links that have expired anyway."""

    def set_language(self, person: str, language: str) -> None:
        """Remember the language a person chose."""


class Audit(Protocol):
    """The list of who did what. Each method raises DatabaseUnavailable."""

    def add(self, deed: Deed) -> None:
        """Write a line."""

    def add_once(self, deed: Deed, within: int) -> None:
        """Write a line, unless the same was written in the last so many seconds."""

    def latest(self, count: int, skip: int = 0) -> Sequence[Deed]:
        """The last lines after `skip` of them, the newest first."""


class Calls(Protocol):
    """The call log, counted. Each method raises DatabaseUnavailable."""

    def tallies(self, spans: Sequence[CountedSpan]) -> Sequence[Tally]:
        """The counts of the calls of some times, one for each."""

    def first_start(self, hotline: str) -> int | None:
        """The start of a hotline's oldest call (epoch seconds); None if there is none."""

    def report(
        self, period: Period, hotlines: Sequence[str] | None = None, zones: Mapping[str, tzinfo] | None = None
    ) -> Report:
        """The report on a period, of some hotlines or of all. Each call counts on the day of its own hotline's zone."""


class CallTests(Protocol):
    """The call tests in the files."""

    def run(self) -> Mapping[str, Any]:
        """Run all tests.

        Returns `findings` and `tests` as in `hotline test --json`, with each message and help as a `Wording`.

        Raises TryAgain.
        """


class HealthState(Protocol):
    """The state of a part. `problem` is "" if there is none. `needed`: without the part no call can be answered."""

    @property
    def problem(self) -> str: ...
    @property
    def remedy(self) -> str: ...
    @property
    def needed(self) -> bool: ...


class AbsencesOfMany(Absences, Protocol):
    """The absences that volunteers have set themselves, for pages that show many rotas."""

    def of_each(self, rotas: Iterable[str]) -> Mapping[str, Sequence[Absence]]:
        """The absences of each of these rotas that are not over."""


class SettingOff(Protocol):
    """Sets volunteers off for a while, as if they had texted it."""

    def absence(self, place: Place) -> Absence | None:
        """The absence they have set, if one is not over."""

    def off(self, places: Sequence[Place], ends: Mapping[str, int], now: datetime, sure: bool) -> OffSaid:
        """Set a volunteer off until these instants (epoch seconds, by rota), unless they must confirm first."""

    def back(self, places: Sequence[Place], now: datetime) -> bool:
        """Set a volunteer back; False if they were not off. Raises AbsenceNotKept."""

    def rung_all_the_same(self, places: Sequence[Place], now: datetime) -> frozenset[str]:
        """The rotas in which an absence of theirs leaves nobody at some time. They are rung then."""


class Covers(Protocol):
    """Requests for cover. Each method raises DatabaseUnavailable. Instants are epoch seconds."""

    @property
    def book(self) -> CoverBook:
        """The requests as they are stored."""

    def ask(self, rota: str, who: str, start: int) -> CoverSaid:
        """Ask others to take the shift of a volunteer that begins at an instant."""

    def offer(self, rota: str, who: str, start: int, other: str, back: int) -> CoverSaid:
        """Offer another volunteer a swap: one's own shift that begins at `start` for theirs that begins at `back`."""

    def yes(self, id: str, who: str) -> CoverSaid:
        """Take a shift, or accept a swap."""

    def no(self, id: str, who: str) -> CoverSaid:
        """Say no, so that the next is asked."""

    def withdraw(self, id: str, who: str | None = None) -> CoverSaid:
        """Take a request back: by its asker, or with None by a coordinator."""

    def approve(self, id: str, by: str) -> CoverSaid:
        """Write what was agreed, in a coordinator's name."""

    def decline(self, id: str) -> CoverSaid:
        """Do not approve it."""


class Forecasts(Protocol):
    """Forecasts of waits, which workers make. Each method raises LiveStateUnavailable."""

    def find(self, hotline: Hotline) -> ForecastSummary | None:
        """The forecast of a hotline as its files are now, if there is one."""

    def ask(self, hotline: Hotline, now: int) -> int:
        """Have a worker make a forecast, unless one was asked. Returns since when one is (epoch seconds)."""


class EditWaits(Protocol):
    """The effects of edits on waits."""

    def of(
        self, hotline: Hotline, before: Mapping[str, bytes], after: Mapping[str, bytes], now: datetime
    ) -> EditedWaits | None:
        """Return what an edit of files does to a hotline's waits. None: nothing. Raises TryAgain."""


class BrowserPhone(Protocol):
    """Plays rehearsed calls. They are not stored, and ring nobody's phone."""

    def play(self, hotline: Hotline, script: Script, off: Off = NOBODY_OFF) -> Played:
        """Return everything that has happened, and that will without further action.

        `off`: who has set themselves off, by rota.
        """

    def play_through(self, hotline: Hotline, plan: RehearsalPlan, off: Off = NOBODY_OFF) -> Played:
        """A whole call that plays by itself."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """The parts for all pages. `limits_pool`: connections to a Redis.

    `key` is a secret for sessions only; `secret` is that of volunteers' own addresses. `link_address` is the page for
    the key of a one-time link. `calendar_address` and `page_address` are a volunteer's own. `reminders` are the texts
    to a volunteer of the last days and the next; it raises DatabaseUnavailable. `ring_test` makes a volunteer's phone
    ring, if possible.
    """

    public_url: str
    practice: bool
    key: bytes
    config_dir: Path
    clock: Clock
    notice: Notices
    directory: HotlineFiles
    people: People
    audit: Audit
    calls: Calls
    absences: AbsencesOfMany
    setting_off: SettingOff
    covers: Covers
    own_choices: OwnChoicesBook
    forecasts: Forecasts
    edit_waits: EditWaits
    phone: BrowserPhone
    checks: Mapping[str, Callable[[], HealthState]]
    limits_pool: object
    secret: bytes
    link_address: Callable[[str], str]
    calendar_address: Callable[[Rota, str], str]
    page_address: Callable[[Rota, str], str]
    reminders: Callable[[Schedule, str, datetime], Sequence[SeenReminder]]
    saved: SavedFiles
    milestones: Milestones
    call_tests: CallTests
    mail: bool = False
    oidc: Oidc | None = None
    ring_test: Callable[[str, str], None] | None = None

    def schedule(self, hotline: Hotline) -> Schedule:
        """Return who is on call for a caller: by the rota, without volunteers who set themselves off."""
        return hotline.schedule.with_absences(self.absences.of(hotline.rota.id))

    def schedules(self, hotlines: Iterable[Hotline]) -> list[tuple[Hotline, Schedule]]:
        """Return many hotlines, each with its `schedule`."""
        each = list(hotlines)
        absences = self.absences.of_each({one.rota.id for one in each})
        return [(one, one.schedule.with_absences(absences[one.rota.id])) for one in each]

    def now(self) -> int:
        """Epoch seconds."""
        return int(self.clock().timestamp())

    def instant(self) -> datetime:
        """The present instant, to the second."""
        return self.clock().replace(microsecond=0)
