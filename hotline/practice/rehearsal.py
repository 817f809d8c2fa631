"""A whole line in this process, at any hour, without effects outside.

It has the files' own flow and rota, our own webhooks, a simulated carrier, and real live state under its own name. It
reaches no log, queue or phone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask

from hotline.core.calls.absent_phones import phones_of
from hotline.core.calls.flow import FixedDial, Hotline, by_rota, sound_in
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.calls.log_entry import LogEntry
from hotline.core.calls.recorded import recorded_words
from hotline.core.calls.rung_phones import rung_phones
from hotline.core.calls.sound import LANGUAGE, Sound
from hotline.core.jobs import Job
from hotline.files import load_texts
from hotline.files.checks.dialling import may_answer
from hotline.ports import AbsenceKeeper, Live
from hotline.practice.played_calls import PlayedCalls
from hotline.services.call_notes import CallNotes
from hotline.services.legs import Legs
from hotline.services.parts import AnswerParts, RingParts
from hotline.services.texts.incoming import IncomingTexts
from hotline.settings import PRACTICE_ACCOUNT
from hotline.simulator import CarrierQuirks, World, WsgiTransport
from hotline.simulator.line.transport import Transport
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.hunts import RedisHunts
from hotline.store.redis.live import RedisLive
from hotline.store.redis.text_memory import RedisTextMemory
from hotline.webhooks.answering import answering_app

PUBLIC_URL = "https://rehearsal.invalid"

PATIENCE = 10.0
"""Seconds. In a rehearsal nobody waits on the line, and a slow machine should not change whom it rings."""

Wrap = Callable[[Transport], Transport]


@dataclass(frozen=True, slots=True)
class RehearsalCarrier:
    """The simulated carrier of a rehearsal: its quirks, its world's seed, and what `wrap` puts before the webhooks."""

    quirks: CarrierQuirks | None = None
    seed: int | None = None
    wrap: Wrap | None = None


USUAL_CARRIER = RehearsalCarrier()


@dataclass
class Shelf:
    """Implements `hotline.ports.Directory`: the hotlines of some texts, until they are edited."""

    hotlines: Mapping[str, Hotline] = field(default_factory=dict)

    def by_number(self, number: str) -> Hotline | None:
        """The hotline that people dial with this number."""
        return next((hotline for hotline in self.hotlines.values() if number in hotline.flow.numbers), None)

    def by_rota(self, rota: str) -> Hotline | None:
        """A hotline with the rota of this name."""
        return by_rota(self.hotlines.values()).get(rota)

    def any(self) -> Hotline | None:
        """The only hotline there is."""
        return next(iter(self.hotlines.values())) if len(self.hotlines) == 1 else None

    def stranded(self, number: str) -> Sequence[str]:
        """Return nobody: files that cannot be used are not rehearsed."""
        return ()

    def sound(self, file: str) -> Sound | None:
        """The sound with this `Sound.file`."""
        return sound_in(self.hotlines.values(), file)


@dataclass
class Remembered:
    """Implements `hotline.ports.CallFacts`: keeps entries for as long as the rehearsal lasts."""

    entries: list[LogEntry] = field(default_factory=list)

    def append(self, entry: LogEntry) -> None:
        """Keep the entry."""
        self.entries.append(entry)


@dataclass
class Undone:
    """Implements `hotline.ports.Jobs`: keeps jobs for as long as the rehearsal lasts, and does none of them."""

    jobs: list[Job] = field(default_factory=list)

    def put(self, job: Job) -> None:
        """Keep the job."""
        self.jobs.append(job)


@dataclass
class Stopped:
    """Implements `hotline.ports.Optouts`: the phones that STOP came from, for as long as the rehearsal lasts."""

    phones: set[str] = field(default_factory=set)

    def is_out(self, phone: str) -> bool:
        """Return whether a phone must get no texts."""
        return phone in self.phones

    def opt_out(self, phone: str, now: int) -> None:
        """Send no more texts to a phone."""
        self.phones.add(phone)

    def opt_in(self, phone: str) -> None:
        """Allow texts to a phone again."""
        self.phones.discard(phone)

    def name(self, phone: str) -> str:
        """Return a phone's name in a job."""
        return str(hash(phone))


class Rehearsal:
    """A rehearsal of calls. `world` is where calls are placed: every volunteer's phone is in it under their id.

    `start` is the instant at which it begins. `live` replaces a Redis at `redis_url`; `absences` replace ones that are
    forgotten.
    """

    def __init__(
        self,
        hotlines: Mapping[str, Hotline],
        redis_url: str,
        start: datetime | None = None,
        *,
        live: Live | None = None,
        absences: AbsenceKeeper | None = None,
        carrier: RehearsalCarrier = USUAL_CARRIER,
    ) -> None:
        token = secrets.token_hex(16)
        key = self.key = secrets.token_bytes(32)
        self.shelf = Shelf()
        self.log = Remembered()
        prefix = f"hotline-rehearsal:{secrets.token_hex(8)}:"
        self.live = live or RedisLive(redis_url, key, prefix, PATIENCE)
        redis = RedisConnection(redis_url, PATIENCE)
        shared = SharedAbsences(redis, prefix)
        self.absences = absences or AbsenceBook(
            shared, clock=lambda: self.now().timestamp(), phones=phones_of(key, self.shelf.by_rota)
        )
        self.notices: list[tuple[str, dict[str, str | int | float]]] = []
        self.jobs, self.stopped = Undone(), Stopped()
        answers = IncomingTexts(
            by_number=self.shelf.by_number,
            lines=lambda: self.shelf.hotlines.values(),
            absences=self.absences,
            memory=RedisTextMemory(redis, key, prefix),
            optouts=self.stopped,
            jobs=self.jobs,
            clock=self.now,
            notice=self._notice,
            may_answer=lambda sender, own: may_answer(sender, own, ()),
        )
        self.calls = PlayedCalls(lambda: self.world)
        self.soon: Callable[[Callable[[], None]], None] = lambda work: work()
        rings = RingParts(
            calls=self.calls,
            hunts=RedisHunts(redis, key, prefix),
            soon=lambda work: self.soon(work),
            later=lambda seconds, work: self.world.after(seconds, work),
        )
        parts = AnswerParts(
            public_url=PUBLIC_URL,
            token=token,
            key=key,
            directory=self.shelf,
            live=self.live,
            log=self.log,
            absences=self.absences,
            jobs=self.jobs,
            follow_up_jobs=FollowUpJobs(carrier=True),
            clock=self.now,
            notice=self._notice,
            texts=answers,
            rings=rings,
        )
        self.app: Flask = answering_app(parts)
        self.legs = Legs(parts, rings, CallNotes(parts))
        transport: Transport = WsgiTransport(self.app, PUBLIC_URL)
        self.world = World(
            carrier.wrap(transport) if carrier.wrap else transport,
            token=token,
            account_sid=PRACTICE_ACCOUNT,
            start=start or datetime.now(UTC),
            quirks=carrier.quirks,
            seed=carrier.seed,
        )
        self.use(hotlines)

    def now(self) -> datetime:
        """The present instant of the rehearsal."""
        return self.world.now()

    def edit(self, texts: Mapping[str, bytes]) -> None:
        """Use these files from now on, even during a call."""
        self.use(load_texts(texts).hotlines)

    def use(self, hotlines: Mapping[str, Hotline]) -> None:
        """Use these hotlines from now on, even during a call."""
        self.shelf.hotlines = hotlines
        furnish(self.world, hotlines)

    def _notice(self, event: str, /, **facts: str | int | float) -> None:
        self.notices.append((event, facts))


def furnish(world: World, hotlines: Mapping[str, Hotline]) -> None:
    """Put the hotlines' numbers, all volunteers' phones, fixed numbers and recorded words into a simulated world."""
    for hotline in hotlines.values():
        for number in hotline.flow.numbers:
            world.number(number, voice_url="/voice", status_callback="/voice/ended", sms_url="/sms")
        for name, one in rung_phones(hotline).items():
            if one.volunteer.phone not in world.carrier.phones:
                world.phone(one.volunteer.phone, name=name)
        fixed = (step.action for step in hotline.flow.steps.values())
        world.allow_numbers(*(action.number for action in fixed if isinstance(action, FixedDial)))
        for words in recorded_words(hotline):
            sound = sound_in([hotline], words.sound)
            if sound is not None:
                end = f"?{LANGUAGE}={words.language.code}"
                world.recording(sound.digest, end, words.text, words.language.locale, sound.seconds)
