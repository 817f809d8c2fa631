"""`hotline call`: a phone in the terminal."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import click
from rich.console import Console

from hotline.commands.support.hotlines import hotlines
from hotline.core.calls.flow import Hotline
from hotline.core.calls.rehearsed import API_HEADER, CLOCK_HEADER, SPEED_HEADER
from hotline.core.calls.rung_phones import rung_phones
from hotline.errors import ServerError
from hotline.practice.rehearsal import furnish
from hotline.running import read_address
from hotline.settings import Settings, read_settings
from hotline.simulator import HttpTransport, RealTime, World, named
from hotline.simulator.line.clock import Clock as SimulatedClock
from hotline.simulator.line.transport import Answer, Request
from hotline.simulator.script import CALLER, run_call
from hotline.simulator.terminal.drawing import print_record
from hotline.simulator.terminal.terminal import Terminal, interactive_call
from hotline.wiring.parts import Parts


def _which(found: list[Hotline], ask: bool) -> Hotline:
    """Return the hotline to call. Asks at a terminal if there are several."""
    if len(found) == 1 or not ask:
        return found[0]
    for number, one in enumerate(found, 1):
        click.echo(f"  {number}  {one.title}  {one.flow.number}")
    chosen: int = click.prompt("Which hotline?", type=click.IntRange(1, len(found)), default=1)
    return found[chosen - 1]


BEHAVIOURS = "accept, pass, no-answer, busy, failed, voicemail, silent, wrong-key, hang-up"


@click.command()
@click.argument("name", required=False)
@click.option("--keys", help="Press these keys, one at each prompt; `-` presses none. The call plays by itself.")
@click.option(
    "--phone", "phones", multiple=True, metavar="ID=WHAT", help=f"What a volunteer's phone does: {BEHAVIOURS}."
)
@click.option("--others", default="no-answer", show_default=True, help="What all other phones do.")
@click.option("--talk", default=30.0, show_default=True, help="Hang up after talking for this many seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print the result of the call as JSON. The call plays by itself.")
@click.option(
    "--speed", type=float, help="Playing speed; 2 is twice as fast. [default: 1, or 20 when the call plays by itself]"
)
@click.option(
    "--caller", default="+14105550999", show_default=True, help="The caller's number; `anonymous` withholds it."
)
@click.option("--url", help="Call the server at this address. [default: the one `hotline up` runs here]")
@click.option("--token-file", type=click.Path(exists=True, path_type=Path), help="File with the token of that server.")
def command(
    name: str | None,
    keys: str | None,
    phones: tuple[str, ...],
    others: str,
    talk: float,
    as_json: bool,
    speed: float | None,
    caller: str,
    url: str | None,
    token_file: Path | None,
) -> None:
    """Place a call from the terminal, to the hotline NAME or the first one.

    You are the caller and every volunteer. Read what is said, press keys, and choose what each ringing phone does:
    answer, pass, ignore or voicemail. With --keys, --phone or --json the call plays by itself.
    No real phone rings.
    """
    settings = read_settings()
    hotline = _which(hotlines(settings, name), ask=not (as_json or keys is not None or phones) and sys.stdin.isatty())
    token = token_file.read_text().strip() if token_file else Parts(settings).token
    base, public = _addresses(settings, url)
    scripted = as_json or keys is not None or bool(phones)
    transport = _InItsOwnTime(HttpTransport(base, public))
    world = World(transport, token=token, account_sid=settings.account)
    world.strict = False
    if scripted:
        world.clock.pace = RealTime(1 / (speed or 20.0))
    transport.clock = world.clock
    furnish(world, {hotline.id: hotline})
    console = Console(highlight=False)
    if scripted:
        set_behaviours(world, hotline, phones, others)
    with world.rest_api() as api:  # the server rings phones by it, where several ring at once
        transport.api, transport.speed = api.url, speed or (20.0 if scripted else 1.0)
        if scripted:
            record = run_call(
                world,
                hotline.flow.number,
                keys=list(keys or ""),
                caller=caller,
                behaviour=replace(CALLER, talks_for=talk),
            )
        else:
            for id, rung in rung_phones(hotline).items():
                world.phone(rung.volunteer.phone, name=id)
            record = interactive_call(
                world,
                hotline.flow.number,
                Terminal(console),
                caller=caller,
                declining=hotline.rota.ringing.pass_key,
                speed=transport.speed,
            )
    if as_json:
        click.echo(json.dumps(record.to_dict(), ensure_ascii=False, indent=2))
    elif scripted:
        print_record(console, record)
    if record.violations:
        for violation in record.violations:
            click.echo(f"hotline: {violation}", err=True)
        sys.exit(1)


class _InItsOwnTime:
    """Sends the server the call's own time, so that a call at any speed waits as long as a real one, and where the
    simulated carrier takes requests.
    """

    clock: SimulatedClock | None = None
    api = ""
    speed = 1.0

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport
        self.public_url = transport.public_url

    def send(self, request: Request) -> Answer:
        if self.clock is not None:
            headers = {
                **request.headers,
                CLOCK_HEADER: f"{self.clock.now().timestamp():.3f}",
                API_HEADER: self.api,
                SPEED_HEADER: f"{self.speed:g}",
            }
            request = replace(request, headers=headers)
        return self._transport.send(request)


def _addresses(settings: Settings, url: str | None) -> tuple[str, str]:
    """Return the address of webhooks, and the address they are signed for."""
    if url is not None:
        _make_sure_it_answers(url, any_answer=True)
        return url, url
    local = read_address(settings.data_dir)
    if local is None:
        local = f"http://127.0.0.1:{settings.port}"
    public = settings.public_url
    if public == f"http://127.0.0.1:{settings.port}":  # not set: the server's own address
        public = local
    _make_sure_it_answers(local)
    return local, public


def _make_sure_it_answers(address: str, *, any_answer: bool = False) -> None:
    try:
        urllib.request.urlopen(f"{address}/health/live", timeout=3).close()  # noqa: S310 - an address of ours
    except (OSError, ValueError, HTTPException) as error:
        if any_answer and isinstance(
            error, urllib.error.HTTPError
        ):  # another server, whose health may be at another address
            return
        raise ServerError(
            f"No hotline answers at {address}.",
            "Start one in another terminal with `make run`, or give an address with --url.",
        ) from None


def set_behaviours(world: World, hotline: Hotline, phones: tuple[str, ...], others: str) -> None:
    """Set the behaviour of every volunteer's phone."""
    rung = rung_phones(hotline)
    wanted = dict.fromkeys(rung, others)
    for text in phones:
        volunteer, _, behaviour = text.partition("=")
        if volunteer not in wanted:
            known = ", ".join(wanted)
            raise click.BadParameter(
                f"{volunteer!r} is not a volunteer of {hotline.flow.name} ({known}).", param_hint="--phone"
            )
        wanted[volunteer] = behaviour or "accept"
    for volunteer, behaviour in wanted.items():
        try:
            world.named(volunteer).behaviour = named(behaviour, rung[volunteer].keys)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--phone") from None
