"""Two web machines and two worker machines that share Redis, PostgreSQL and nothing else, at a carrier."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.rota.absence import Absence
from hotline.files import load_texts
from hotline.jobs.queue import connection
from hotline.practice.rehearsal import Remembered, Wrap, furnish
from hotline.simulator import CarrierQuirks, RoundRobinTransport, World
from hotline.simulator.line.transport import Answer, Request, Transport
from hotline.simulator.rest_api.server import RestApi
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.faults import line
from tests.faults.carrier_side import Recorder
from tests.faults.processes import wait_until
from tests.faults.system import BIN, Place, Process, ended, run

PUBLIC_URL = "https://hotline.example"
MOVED = "tests.faults.moved_clock"
OF_CALLS = ("last", "line", "rest", "ring", "rung", "over", "call", "absent", "text", "today")
"""What Redis has of calls and texts, and nothing of jobs."""


class Machines:
    """Four machines, from the beginning of a block to its end. `webs` and `workers` are their processes."""

    def __init__(self, database_url: str) -> None:
        self._stack = ExitStack()
        clock, redis, *directories = (self._directory() for _ in range(6))
        self.clock = clock / "now"
        self.clock.write_text("0")
        self.redis = EmbeddedServer(redis)
        self.redis.start()
        self._stack.callback(lambda: self.redis.stop())
        self.api = self._stack.enter_context(RestApi("AC" + "2" * 32, "a token that all know"))
        self.api.add_number(line.NUMBER)
        self.recorder = Recorder(self.api)
        self.redis_url = socket_url(redis)
        shared = {
            "TWILIO_ACCOUNT_SID": self.api.account,
            "TWILIO_AUTH_TOKEN": self.api.token,
            "TWILIO_API_BASE_URL": self.api.url,
            "HOTLINE_SECRET_KEY": "a secret that all know",
            "HOTLINE_PUBLIC_URL": PUBLIC_URL,
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "WEB_CONCURRENCY": "1",
            "WORLD_CLOCK": str(self.clock),
        }
        database = Database(database_url)
        self._stack.callback(database.close)
        self.places = [Place(directory, environment=dict(shared)) for directory in directories]
        self.call_log = CallLog(database_url)
        self._stack.callback(self.call_log.close)
        self.optouts = TextOptouts(database, self.places[0].secret_key)
        self.absences = RedisConnection(self.redis_url, 10)
        self._stack.callback(self.absences.client.close)
        self._jobs = connection(self.redis_url)
        self._stack.callback(self._jobs.close)
        self.webs = [self.web(place) for place in self.places[:2]]
        self.workers = [self.worker(place) for place in self.places[2:]]
        self.worlds = 0
        for web in self.webs:
            web.answers()

    def _directory(self) -> Path:
        made = tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True)
        return Path(self._stack.enter_context(made))

    def _start(self, process: Process) -> Process:
        self._stack.enter_context(ended(process))
        return process

    def web(self, place: Place) -> Process:
        """Start the web process of a machine."""
        bind = f"--bind 127.0.0.1:{place.port}"
        return self._start(run(place, str(BIN / "gunicorn"), f"{MOVED}:app()", GUNICORN_CMD_ARGS=bind))

    def worker(self, place: Place) -> Process:
        """Start the worker of a machine."""
        return self._start(run(place, sys.executable, "-m", MOVED, "worker"))

    def rehearse(
        self,
        start: datetime,
        files: Mapping[str, bytes],
        *,
        live: object = None,
        quirks: CarrierQuirks | None = None,
        wrap: Wrap | None = None,
        seed: int | None = None,
    ) -> OnMachines:
        """A world that calls both web machines in turn. With `live`, which stands for one that fails, without Redis."""
        self.worlds += 1
        self.clock.write_text(str(start.timestamp()))
        self.forget_calls()
        made = OnMachines(self, self.worlds, files, {"start": start, "quirks": quirks, "seed": seed}, wrap)
        if live is not None:
            self.redis.stop()
        return made

    def forget_calls(self) -> None:
        """Nobody was ever rung, nobody is off, and nobody said STOP."""
        with Redis.from_url(self.redis_url) as redis:
            for kind in OF_CALLS:
                for key in redis.scan_iter(f"hotline:{kind}*"):
                    redis.delete(key)
        for phone in line.PHONES:
            self.optouts.opt_in(phone)

    def redis_is_back(self) -> None:
        """Start Redis if it is gone, and wait until every web process asks it again."""
        if not self.redis.alive():
            self.redis.start()
        for place in self.places[:2]:
            wait_until(lambda place=place: place.part("redis") == "ok", what="Redis is asked again")  # type: ignore[misc]

    def jobs_done(self, worker: Process) -> int:
        """How many jobs a worker has done."""
        return sum(one.successful_job_count for one in self._of_worker(worker))

    def in_hand(self, worker: Process) -> bool:
        """Whether a worker is at a job."""
        return any(one.get_current_executions() for one in self._of_worker(worker))

    def _of_worker(self, worker: Process) -> list[SimpleWorker]:
        """RQ's own view of a worker process."""
        every = SimpleWorker.all(connection=self._jobs, serializer=JSONSerializer)
        return [one for one in every if one.pid == worker.pid]

    def all_is_done(self, within: float = 60.0) -> None:
        """Wait until each call so far is in the log once, over, and the carrier has no record of any."""
        sids = set(self.recorder.records)

        def logged() -> bool:
            # When a call was answered may wait on one machine while its end, from the other, is in the log already.
            if not all(place.drained() for place in self.places):
                return False
            rows = [self.call_log.call(self.places[0].log_id(sid)) for sid in sids]
            return all(row is not None and row.ended_at is not None for row in rows)

        wait_until(logged, within, "every call is in the log")
        wait_until(lambda: not self.api.calls, within, "every record at the carrier is deleted")

    def __enter__(self) -> Machines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


class OnMachines:
    """One world at the machines, with what tests know of a `hotline.practice.rehearsal.Rehearsal`.

    Its files have a name that no other world's have, so that machines that remember have nothing to remember.
    """

    def __init__(
        self, machines: Machines, number: int, files: Mapping[str, bytes], options: dict[str, Any], wrap: Wrap | None
    ) -> None:
        self._machines = machines
        self._number = number
        self._said = [len(web.said()) for web in machines.webs]
        self._webs = [
            machines.recorder.transport(place.url, "https://hotline.example") for place in machines.places[:2]
        ]
        transport: Transport = RoundRobinTransport(self._webs)
        clocked = _Clocked(wrap(transport) if wrap else transport, machines.clock)
        self.world = World(clocked, token=machines.api.token, account_sid=machines.api.account, **options)
        clocked.world = self.world
        self.edit(files)
        book = AbsenceBook(SharedAbsences(machines.absences), clock=lambda: self.world.now().timestamp())
        self.absences = _Named(book, number)

    def edit(self, files: Mapping[str, bytes]) -> None:
        """Put these files on every machine, and no others."""
        ours = {
            re.sub(r"\.yaml$", f"{self._number}.yaml", path): re.sub(
                rb"(?m)^rota: (\w+)", rb"rota: \g<1>%d" % self._number, text
            )
            for path, text in files.items()
        }
        for place in self._machines.places:
            for folder in ("call_flows", "rota"):
                (place.config_dir / folder).mkdir(exist_ok=True)
            for path, text in ours.items():
                scratch = (place.config_dir / path).with_suffix(".new")
                scratch.write_bytes(text)
                scratch.replace(place.config_dir / path)
            for path in place.config_dir.rglob("*.yaml"):
                if str(path.relative_to(place.config_dir)) not in ours:
                    path.unlink()
        furnish(self.world, load_texts(ours).hotlines)

    @property
    def log(self) -> Remembered:
        """What the log has of this world's calls, once they are all in it."""
        entries = []
        self._machines.all_is_done()
        for call in self.world.calls:
            name = self._machines.places[0].log_id(call.sid)
            row = self._machines.call_log.call(name)
            assert row is not None
            times = {
                CallMoment.STARTED: row.started_at,
                CallMoment.ANSWERED: row.answered_at,
                CallMoment.ENDED: row.ended_at,
            }
            entries += [LogEntry(name, row.hotline, moment, at) for moment, at in times.items() if at is not None]
        return Remembered(entries)

    @property
    def stopped(self) -> _Stopped:
        """The phones that STOP came from."""
        return _Stopped({phone for phone in line.PHONES if self._machines.optouts.is_out(phone)})

    def close(self) -> None:
        """Check all promises of every call."""
        self._machines.redis_is_back()
        self.world.close()
        for web in self._webs:
            web.close()
        for web, before in zip(self._machines.webs, self._said, strict=True):
            assert "webhook_failed" not in web.said()[before:]


class _Clocked:
    """Has the machines' clock show what it is in the world, for each request."""

    world: World

    def __init__(self, transport: Transport, clock: Path) -> None:
        self._transport = transport
        self._clock = clock
        self.public_url = transport.public_url

    def send(self, request: Request) -> Answer:
        scratch = self._clock.with_suffix(".new")
        scratch.write_text(str(self.world.now().timestamp()))
        scratch.replace(self._clock)
        return self._transport.send(request)


class _Named:
    """Absences by the names that rotas have in the test."""

    def __init__(self, book: AbsenceBook, number: int) -> None:
        self._book = book
        self._number = number

    def of(self, rota: str) -> Sequence[Absence]:
        """Look again for a moment: to whom Redis was slow, its disk knows first, and Redis a little later."""
        until = time.monotonic() + 3
        while not (found := self._book.look_again(f"{rota}{self._number}").absences) and time.monotonic() < until:
            time.sleep(0.1)
        return found


class _Stopped:
    def __init__(self, phones: set[str]) -> None:
        self.phones = phones
