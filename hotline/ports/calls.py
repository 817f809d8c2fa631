"""Hotlines, their calls, and what is counted of them, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Heartbeat
from hotline.core.calls.hunt import Choice, Chosen, EndedRing, RingEnd, RingName, Turn
from hotline.core.calls.log_entry import LogEntry
from hotline.core.calls.several import SharedHunt
from hotline.core.calls.sound import Sound
from hotline.core.forecast.summary import ForecastSummary
from hotline.core.jobs import Job
from hotline.core.reports.metrics import RingOutcome
from hotline.core.reports.report import Report
from hotline.core.times.periods import Period

Clock = Callable[[], datetime]
"""The present instant, as an aware datetime."""


class Directory(Protocol):
    """The hotlines as their files have them now."""

    def by_number(self, number: str) -> Hotline | None:
        """The hotline that people dial with this number."""

    def any(self) -> Hotline | None:
        """The hotline for a dialled number that is in no file: the only one there is, or none."""

    def stranded(self, number: str) -> Sequence[str]:
        """The phones to ring for a number whose files were never usable: its own backup's, or none."""

    def sound(self, file: str) -> Sound | None:
        """The sound with this `Sound.file`, if a hotline has it, or had it before the last edit."""


class Lines(Protocol):
    """The hotlines as their files have them now, for work around calls."""

    def lines(self) -> Sequence[Hotline]:
        """Every usable hotline, by name. Changed files are read again."""

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline with the rota of this name."""

    def refused(self) -> Mapping[str, str]:
        """The hotlines whose files are broken, each with a digest of those files."""


class Live(Protocol):
    """Live state: shared and short-lived. Each method raises LiveStateUnavailable if it does not answer in time.

    Times are epoch seconds and whole seconds; phones are E.164.
    """

    def choose(self, choice: Choice, now: int) -> Chosen:
        """Choose the candidate whose turn it is, and hold their phone, in one atomic step.

        The round robin of the hotline goes on to them. The same ring asked for again gets the same turn. The order is
        that of `core.calls.hunt.choose`, from the place of `start_after`. If Redis has other absences than `known` by
        now, nothing is done, and the answer is stale. Volunteers rung in vain `MOST_RINGS` times within the hour are
        rung only by a `first` ring, and if everyone else was, too.
        """

    def call_over(self, call: str, now: int, rest: int, remember: int) -> None:
        """Record that a call is over, and its ring with it. The volunteer rests as after `release`.

        For `remember` seconds nobody is chosen for it.
        """

    def accept(self, ring: RingName, phone: str, now: int, hold: int) -> bool:
        """Record that the volunteer takes the call: they are talking. False if the ring is over."""

    def pass_on(self, ring: RingName, phone: str) -> None:
        """Record that the volunteer passes the call on. `release` returns it at the end of the ring."""

    def is_over(self, ring: RingName, phone: str | None = None, now: int = 0) -> bool:
        """Return whether the ring has ended. If not, remember that its `phone` was picked up and is screened."""

    def sign(self, hotline: str, sign: Sign, seen: bool) -> bool:
        """Remember that a ring showed a sign, or the opposite. True if the sign applies from this ring on."""

    def release(self, ended: EndedRing, now: int) -> RingEnd:
        """End a ring. Returns what its volunteer had answered."""


class CallFacts(Protocol):
    """Takes facts for the call log, without ever making a caller wait for a database."""

    def append(self, entry: LogEntry) -> None:
        """Store the fact. Raises CallLogUnavailable if it is in memory only."""


class StoredCalls(Protocol):
    """The call log in the database. Each method may raise DatabaseUnavailable."""

    def close_unended(self, before: int) -> int:
        """Close calls that started before an instant (epoch seconds) and have no end; returns how many."""

    def prune(self, now: datetime, months: int, zones: Mapping[str, tzinfo]) -> int:
        """Replace calls that are older than so many months by totals; returns how many."""

    def round(self, now: datetime, days: int, zones: Mapping[str, tzinfo]) -> int:
        """Round the start of calls that are so many days old to week and part of the day; returns how many."""

    def count_months(self, until: int, zones: Mapping[str, tzinfo]) -> int:
        """Count each month that was over at an instant (epoch seconds); returns how many were not yet counted."""


class Jobs(Protocol):
    """Takes jobs to do soon, without ever making a caller wait."""

    def put(self, job: Job) -> None:
        """Have the job done, once. Never raises if Redis is down: the job then waits on disk."""


class SharedHunts(Protocol):
    """Hunts in which several phones ring at once, shared by all web processes. Each method raises LiveStateUnavailable.

    `hunt` is a hunt's name, `number` that of a ring in it, from 1; times are epoch seconds.
    """

    def open(self, hunt: str, call: str, caller: str, people: str | None = None) -> None:
        """Begin a hunt, or find it begun. `call` is the call's name in live state, `caller` the caller's CallSid.

        `people`: the rota that is rung; None for the flow's own.
        """

    def read(self, hunt: str) -> SharedHunt:
        """Return a hunt as it is now."""

    def look(self, rota: str, hunt: str, since: int, now: int) -> tuple[SharedHunt, bool]:
        """Return a hunt as it is now, and whether phones may ring for it.

        They may not while none of its phones rings and somebody who has waited for longer still waits for this rota's
        volunteers. Then the hunt lines up, as in `line_up`. Those who wait since the same second have an order, too.
        """

    def line_up(self, rota: str, hunt: str, since: int, now: int) -> None:
        """Remember that everyone is busy for a caller who has waited since an instant."""

    def claim(self, hunt: str, number: int, turn: Turn, now: int) -> bool:
        """Claim the right to place a ring. False if it is another process's, or the hunt is won or over."""

    def placed(self, hunt: str, number: int, leg: str) -> bool:
        """Remember a ring's CallSid. False if the ring is not wanted any more."""

    def pick_up(self, hunt: str, number: int) -> None:
        """Remember that a ring's phone was picked up."""

    def over(self, hunt: str, number: int) -> bool:
        """Remember that a ring is over. False if that was known."""

    def let_go(self, hunt: str, number: int) -> None:
        """Remember that a ring's phone is silent."""

    def fail(self, hunt: str) -> None:
        """Remember that the carrier did not place a ring."""

    def win(self, hunt: str, number: int) -> bool:
        """Give the caller to this ring's volunteer. False if another has them, or the hunt is over."""

    def give_back(self, hunt: str, number: int) -> None:
        """Take the caller back from this ring's volunteer, who was never connected."""

    def queue(self, hunt: str, language: str) -> None:
        """Remember that the caller was sent to the queue, and which language they speak by now."""

    def bridge(self, hunt: str) -> None:
        """Remember that caller and volunteer talk."""

    def close(self, hunt: str, why: str) -> None:
        """End a hunt. The first reason stays."""

    def settled(self) -> Sequence[str]:
        """Return the hunts that were won or closed within the last minutes, and whose phones may still ring."""

    def silent(self, hunt: str) -> None:
        """Leave a hunt out of `settled`: no phone rings for it."""

    def of_call(self, call: str) -> Sequence[str]:
        """Return the names of a call's hunts."""


class Meter(Protocol):
    """Counts the results of webhooks. It never raises, or makes a caller wait."""

    def webhook(self, route: str, seconds: float) -> None:
        """Count an answered webhook, and its duration."""

    def ring(self, hotline: str, outcome: RingOutcome) -> None:
        """Count a ring's outcome, for a hotline and never for a volunteer."""

    def refused(self, signed: bool) -> None:
        """Count a webhook refused for its signature. `signed`: it had one, which did not fit."""

    def signed(self, setting: str) -> None:
        """Note that the carrier signed with the secret in a setting. Only asked while that secret is being changed."""


class Heartbeats(Protocol):
    """The last heartbeat. Each method raises LiveStateUnavailable if it does not answer in time."""

    def keep(self, heartbeat: Heartbeat) -> None:
        """Keep what a volunteer knows now."""

    def last(self) -> Heartbeat | None:
        """The last heartbeat, if there was one in the last days."""


class CallReports(Protocol):
    """Reports on the calls in the log."""

    def report(
        self, period: Period, hotlines: Sequence[str] | None = None, zones: Mapping[str, tzinfo] | None = None
    ) -> Report:
        """The report on a period, of some hotlines or of all. Raises DatabaseUnavailable."""


class KeptForecasts(Protocol):
    """Forecasts of waits, kept for a day by rota and digest of the files. Each method raises LiveStateUnavailable."""

    def keep(self, rota: str, digest: str, summary: ForecastSummary) -> None:
        """Keep a forecast."""

    def find(self, rota: str, digest: str) -> ForecastSummary | None:
        """The forecast, if there is one that this release can read."""

    def asked(self, rota: str, digest: str, now: int) -> int | None:
        """Note that a forecast is asked for. None: nobody did before; else since when (epoch seconds)."""


class Notices(Protocol):
    """Notices that something went wrong, without saying in whose call."""

    def __call__(self, event: str, /, **facts: str | int | float) -> None: ...
