"""The table of checks, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hotline.core.checkup.result import CheckResult
from hotline.doctor import backends, carrier, machine, public, rota
from hotline.doctor.site import Site


@dataclass(frozen=True, slots=True)
class Check:
    """A check: `ask` looks, and returns one result or several.

    `at_carrier`: it needs a carrier account. `told_by` names the check that reports the failure if the subject of this
    check is down.
    """

    area: str
    name: str
    ask: Callable[[Site], Iterable[CheckResult]]
    at_carrier: bool = False
    told_by: str = ""


CHECKS = (
    Check("Calls", "public address", public.address),
    Check("Calls", "test call", public.test_calls),
    Check("Calls", "unsigned call", public.unsigned_call),
    Check("Calls", "signatures", public.signatures, at_carrier=True, told_by="redis"),
    Check("Calls", "heartbeat", public.heartbeat, told_by="redis"),
    Check("Carrier", "account", carrier.account, at_carrier=True),
    Check("Carrier", "numbers", carrier.numbers, at_carrier=True, told_by="account"),
    Check("Carrier", "fallback", carrier.fallbacks, at_carrier=True, told_by="account"),
    Check("Carrier", "countries", carrier.countries, at_carrier=True, told_by="account"),
    Check("Carrier", "texts", carrier.texting, at_carrier=True, told_by="account"),
    Check("Carrier", "registration", carrier.registration, at_carrier=True, told_by="account"),
    Check("Carrier", "call rate", carrier.call_rate, at_carrier=True, told_by="account"),
    Check("Carrier", "shaken", carrier.shaken, at_carrier=True, told_by="account"),
    Check("Carrier", "recordings", carrier.recordings, at_carrier=True, told_by="account"),
    Check("Carrier", "caller names", carrier.names, at_carrier=True, told_by="account"),
    Check("Carrier", "call records", carrier.records, at_carrier=True, told_by="account"),
    Check("Carrier", "queues", carrier.queues, at_carrier=True, told_by="account"),
    Check("Rotas", "files", rota.files),
    Check("Rotas", "coverage", rota.coverage),
    Check("Behind", "redis", backends.redis),
    Check("Behind", "database", backends.database),
    Check("Behind", "mail", backends.mail),
    Check("Behind", "ends of calls", backends.ends, at_carrier=True, told_by="database"),
    Check("Behind", "processes", backends.processes, told_by="redis"),
    Check("Behind", "jobs", backends.jobs, told_by="redis"),
    Check("Behind", "backlog", backends.backlog),
    Check("Machine", "folder", machine.folder),
    Check("Machine", "disk", machine.room),
    Check("Machine", "file system", machine.file_system),
    Check("Machine", "secret key", machine.keys),
    Check("Machine", "zone rules", machine.zones),
    Check("Clocks", "carrier's clock", carrier.clock, at_carrier=True, told_by="account"),
    Check("Clocks", "public clock", public.clock),
)
