"""A whole deployment to look at: web behind real HTTP, Valkey, SQLite, files, and a stand-in for the carrier."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

from redis import Redis
from rich.console import Console

from hotline.carrier.synthetic import PublicLine
from hotline.clock import now
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.checkup.result import CheckResult, Verdict
from hotline.doctor.checks import CHECKS
from hotline.doctor.output import print_answers
from hotline.doctor.running import Answered, run
from hotline.doctor.site import Site
from hotline.jobs.alive import say_alive
from hotline.settings import Settings, read_settings
from hotline.simulator.rest_api.records import NumberRecord
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.migrate import migrate
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.wiring.parts import Parts
from tests.faults.processes import free_port
from tests.made import EFFORT, build_web
from tests.webhooks.serving import App, serving

PUBLIC = "https://hotline.example.org"
NUMBER = "+14105550100"
FALLBACK = "https://files.example.net/fallback.xml"
HERE = {
    "VoiceUrl": f"{PUBLIC}/voice",
    "VoiceFallbackUrl": FALLBACK,
    "VoiceFallbackMethod": "GET",
    "StatusCallback": f"{PUBLIC}/voice/ended",
    "SmsUrl": f"{PUBLIC}/sms",
}
FLOW = f"""
name: RISE
numbers: ["{NUMBER}"]
rota: rise
languages: {{en: {{locale: en-US}}}}
steps:
  welcome: {{say: {{en: "Welcome. To reach a peer, press 1."}}, menu: {{"1": reach}}, no_key: reach, wrong_key: reach}}
  reach: {{say: {{en: One moment.}}, ring: on_call, not_answered: bye}}
  bye: {{say: {{en: Goodbye.}}, hang_up: true}}
"""
ROTA = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+44 20 7946 0112"}
shifts:
  - {name: Always, hours: 24h, on_call: [amy, ben]}
backup: [amy]
"""


class Tunnel(PublicLine):
    """Signs for the public address, and connects to a port of this machine."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(PUBLIC, token, patience=3)
        self.port = port

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)


@dataclass
class Deployment:
    """One in good health, until a test spoils something."""

    directory: Path
    redis_url: str
    api: RestApi
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    tunnel_token: str = ""
    number: NumberRecord = field(init=False)

    def __post_init__(self) -> None:
        self.number = self.api.add_number(NUMBER, **HERE)
        self.api.trust_hub.signed.append(self.number.sid)
        self.write(FLOW, ROTA)

    def write(self, flow: str = FLOW, rota: str = ROTA) -> None:
        for folder, text in (("call_flows", flow), ("rota", rota)):
            (self.directory / folder).mkdir(exist_ok=True)
            (self.directory / folder / "rise.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        given = {
            "HOTLINE_PUBLIC_URL": PUBLIC,
            "HOTLINE_CONFIG_DIR": str(self.directory),
            "HOTLINE_COUNTRIES": "US,GB",
            "HOTLINE_DATA_DIR": str(self.directory / "data"),
            "HOTLINE_SECRET_KEY": "a key that all machines know",
            "HOTLINE_FALLBACK_URL": FALLBACK,
            "HOTLINE_HEARTBEAT_PING_URL": "https://watch.example.net/1",
            "REDIS_URL": self.redis_url,
            "TWILIO_ACCOUNT_SID": self.api.account,
            "TWILIO_AUTH_TOKEN": self.api.token,
            "TWILIO_API_BASE_URL": self.api.url,
        }
        return read_settings(given | self.environment)

    @contextmanager
    def running(self, app: App | None = None) -> Iterator[None]:
        """Web, or something in its place, and the signs that worker, clock and heartbeat leave."""
        settings = self.settings
        migrate(settings.database_url)
        web = app or build_web(settings, replace(EFFORT, count_every=0.05)).app
        with serving(web, self.port), Redis.from_url(self.redis_url) as redis:
            redis.flushdb()
            for kind in ("worker", "clock"):
                say_alive(redis, kind, "one")
                redis.expire(f"hotline:alive:{kind}:one", 600)  # nobody says so again while a test lasts
            RedisHeartbeats(self.redis_url).keep(Heartbeat(int(now().timestamp()) - 40, (Beat("rise", 0.02),)))
            yield
            redis.flushdb()

    def look(self, *names: str, within: float = 20.0) -> list[Answered]:
        """What the checks of these names come to, or all of them."""
        settings = self.settings
        token = self.tunnel_token or settings.auth_token or (settings.data_dir / "practice-token").read_text().strip()
        checks = [check for check in CHECKS if not names or check.name in names]
        assert len(checks) == len(names) or not names
        site = Site(Parts(settings), public_line=Tunnel(self.port, token), zone_rules=lambda: f"{now().year}.6")
        return run(checks, site, within)

    def results(self, *names: str) -> list[CheckResult]:
        return [result for one in self.look(*names) for result in one.results]

    def verdicts(self, *names: str) -> list[Verdict]:
        return [result.verdict for result in self.results(*names)]


def as_printed(answers: Sequence[Answered], width: int = 110) -> str:
    """What a person reads."""
    text = StringIO()
    print_answers(answers, Console(file=text, width=width, highlight=False))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()).strip("\n") + "\n"


def plain(answers: Sequence[Answered], deployment: Deployment) -> list[Answered]:
    """The answers without what differs from one run to the next."""

    def told(text: str) -> str:
        text = text.replace(str(deployment.directory), "/srv/hotline")
        for differing, instead in _DIFFERS.items():
            text = re.sub(differing, instead, text)
        return text

    def result(one: CheckResult) -> CheckResult:
        return replace(one, told=told(one.told), remedy=told(one.remedy))

    return [replace(one, results=tuple(map(result, one.results)), took=0.0) for one in answers]


_DIFFERS = {
    r"\d+\.\d\d s\b": "0.02 s",
    r"went well, \d+ s ago": "went well, 40 s ago",
    r"\d+\.\d GB are free": "20.0 GB are free",
    r"It uses \d+ MB": "It uses 2 MB",
    r"(Valkey|Redis) \d+(\.\d+)+ answers": "Valkey 9.1.2 answers",
    r"release needs \(\d+\)": "release needs (0004)",
    r"tzdata \d+\.\d+": "tzdata 2026.6",
    r"now, until \w+ \d\d:\d\d, and ": "",
    r"\(\d+ times in the next 8 weeks, first on [\d-]+\)": "(56 times in the next 8 weeks, first on 2026-11-26)",
}
