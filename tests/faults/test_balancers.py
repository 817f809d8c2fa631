"""Two machines behind the balancers of deploy/, with TLS: calls go on while machines come and go and clients dawdle."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from hotline.simulator import Call, HttpTransport, World
from tests.certificates import make_certificate
from tests.deploy.test_deploy import DEPLOY
from tests.faults import line
from tests.faults.processes import free_port, listens, wait_until
from tests.faults.system import GUNICORN, Place, Process, connects, ended, reaches_a_person, run
from tests.faults.test_many_machines import machines
from tests.faults.test_unfinished_requests import KINDS
from tests.servers import PostgreSQL

SLOW = ("half a head", "half a body")
MANY = 30
"""Of each kind."""


@dataclass
class Site:
    """Two machines at one public address. `webs` are their processes."""

    places: list[Place]
    port: int
    certificate: Path
    webs: list[Process] = field(default_factory=list)

    def start(self, number: int) -> Process:
        """Start a machine's web process, and wait until it answers."""
        place = self.places[number]
        web = run(place, *GUNICORN, GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{place.port}")
        web.answers()
        return web

    def world(self) -> AbstractContextManager[World]:
        """A carrier that calls through the balancer."""
        return self.places[0].world(transport=lambda _, public: HttpTransport(public or ""))


@pytest.fixture(scope="module")
def site(postgresql: PostgreSQL) -> Iterator[Site]:
    port = free_port()
    environment = {
        "TWILIO_ACCOUNT_SID": "AC" + "2" * 32,
        "TWILIO_AUTH_TOKEN": "a token that both know",
        "HOTLINE_SECRET_KEY": "a secret that both know",
        "HOTLINE_PUBLIC_URL": f"https://127.0.0.1:{port}",
        "DATABASE_URL": postgresql.new_database("balanced"),
        "WEB_CONCURRENCY": "1",
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-tls-")))
        certificate = make_certificate(folder)
        (folder / "line.pem").write_bytes(certificate.made.read_bytes() + certificate.key.read_bytes())
        made = Site(stack.enter_context(machines(2, **environment)), port, certificate.made)
        made.webs = [made.start(0), made.start(1)]
        yield made
        with ended(*made.webs):
            pass


@pytest.fixture(autouse=True)
def trusted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The carrier trusts the balancer's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(site.certificate))


@contextmanager
def haproxy(site: Site, folder: Path) -> Iterator[None]:
    """HAProxy with the file of deploy/: other addresses, and nothing else."""
    text = (DEPLOY / "haproxy.cfg").read_text()
    text = text.replace("bind :443 ", f"bind 127.0.0.1:{site.port} ")
    text = text.replace("/etc/haproxy", str(site.certificate.parent))
    for number, place in enumerate(site.places, 1):
        text = text.replace(f"10.0.0.{number}:8000", f"127.0.0.1:{place.port}")
    text = text.replace("global\n", f"global\n    stats socket {folder}/stats level admin\n")
    (folder / "haproxy.cfg").write_text(text)
    with _running(site, program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")):
        yield


@contextmanager
def nginx(site: Site, folder: Path) -> Iterator[None]:
    """nginx with the file of deploy/, for two machines as it says there."""
    text = (DEPLOY / "nginx.conf").read_text()
    servers = "\n".join(f"server 127.0.0.1:{place.port} max_fails=1 fail_timeout=2s;" for place in site.places)
    text = text.replace("server 127.0.0.1:8000 max_fails=0;", servers)
    text = re.sub(r"listen (\[::\]:)?80;\n", f"listen 127.0.0.1:{free_port()};\n", text, count=1)
    text = re.sub(r"    listen \[::\]:.*\n", "", text)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{site.port} ssl")
    (folder / "fullchain.pem").write_bytes(site.certificate.read_bytes())
    (folder / "privkey.pem").write_bytes((site.certificate.parent / "key.pem").read_bytes())
    text = text.replace("/etc/ssl/hotline", str(folder)).replace("/var/log/nginx", str(folder))
    (folder / "site.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    inside = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds) + f"include {folder}/site.conf;"
    whole = f"pid {folder}/pid; error_log stderr; daemon off; events {{}} http {{ {inside} }}"
    (folder / "nginx.conf").write_text(whole)
    with _running(site, program("nginx"), "-c", str(folder / "nginx.conf")):
        yield


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, f"the tests need {name}: make test-setup"
    return found


@contextmanager
def _running(site: Site, *command: str) -> Iterator[None]:
    process = run(site.places[0], *command)
    with ended(process):
        wait_until(lambda: process.popen.poll() is not None or listens(site.port), what="the balancer listens")
        assert process.popen.poll() is None, process.said()
        yield


def is_in(folder: Path, machine: str, state: str) -> bool:
    """Whether HAProxy takes a machine for UP, or for DOWN."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(str(folder / "stats"))
        asked.sendall(b"show stat\n")
        told = b"".join(iter(lambda: asked.recv(65_536), b"")).decode()
    rows = [row.split(",") for row in told.splitlines() if row]
    return next(row[17] for row in rows if row[:2] == ["webhooks", machine]) == state


@contextmanager
def dawdling(site: Site) -> Iterator[None]:
    """Clients that send half a request, and a byte now and then; those that are sent away come again."""
    over = threading.Event()
    context = ssl.create_default_context(cafile=site.certificate)

    def dawdle(sent: bytes) -> None:
        while not over.is_set():
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", site.port), 10) as plain,
                context.wrap_socket(plain, server_hostname="127.0.0.1") as client,
            ):
                client.sendall(sent)
                while not over.wait(0.5):
                    client.sendall(b"a")

    clients = [threading.Thread(target=dawdle, args=(KINDS[kind],)) for kind in SLOW for _ in range(MANY)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        over.set()
        for client in clients:
            client.join()


def status(site: Site, path: str) -> int:
    """What the balancer answers anybody."""
    try:
        with urllib.request.urlopen(f"https://127.0.0.1:{site.port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


class Traffic:
    """One call after another, in a thread, until the end of the block."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._over = threading.Event()
        self.calls: list[Call] = []
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._place)

    def _place(self) -> None:
        try:
            with self._site.world() as world:
                while not self._over.is_set():
                    self.calls.append(reaches_a_person(world, "+14105550998"))
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            self.error = error

    def more(self, than: int) -> bool:
        """Whether so many more calls have reached a person."""
        assert self.error is None, self.error
        return len(self.calls) >= than

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.error is not None:
            raise self.error


def release(site: Site, number: int, away: Callable[[], object], back: Callable[[], object]) -> None:
    """Stop a machine with a call under way and others coming in, and start it again."""
    with site.world() as world, Traffic(site) as traffic:
        call = world.call(line.NUMBER)
        ring = call.presses("1").rings()
        assert site.webs[number].stop() == 0
        wait_until(away, what="the balancer has noticed")
        done = len(traffic.calls)
        wait_until(lambda: traffic.more(done + 2), what="calls go on without it")
        ring.ignored()
        connects(call, call.rings())
        call.hangs_up().has_ended()
        site.webs[number] = site.start(number)
        wait_until(back, what="the balancer has it back")
        done = len(traffic.calls)
        wait_until(lambda: traffic.more(done + 2), what="calls go on with it")


def test_haproxy_takes_a_machine_out_and_back_in_and_no_call_is_dropped(site: Site, tmp_path: Path) -> None:
    with haproxy(site, tmp_path), dawdling(site):
        for number, name in enumerate(("one", "two")):
            release(site, number, partial(is_in, tmp_path, name, "DOWN"), partial(is_in, tmp_path, name, "UP"))
        assert status(site, "/health/ready") == 200
        assert status(site, "/metrics") == 404


def test_nginx_asks_the_other_machine_and_no_call_is_dropped(site: Site, tmp_path: Path) -> None:
    with nginx(site, tmp_path), dawdling(site):
        release(site, 0, lambda: True, lambda: True)
        assert status(site, "/health/ready") == 200
        assert status(site, "/metrics") == 404
        logged = (tmp_path / "hotline.log").read_text()
    assert "POST /voice" in logged
    assert "?" not in logged, "an address's query is a call's position"
