"""`hotline privacy`: the calls of ours that the carrier still has."""

from __future__ import annotations

import json
import sys
import time

import click
from rich.console import Console

from hotline.carrier.rest import RestCarrier
from hotline.clock import now
from hotline.commands.support.hotlines import hotlines
from hotline.core.carrier_records.remaining import Remaining, remaining
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import CarrierUnavailable, QueueUnavailable, TryAgain
from hotline.jobs.queue import connection
from hotline.jobs.state import read_state
from hotline.output.data.privacy import is_well, privacy_json
from hotline.output.terminal.privacy import privacy_text
from hotline.services.deleting_records import Deletion
from hotline.settings import read_settings
from hotline.wiring.parts import Parts

_MOST_PATIENCE = 30
_TASK = "delete_records"


@click.command()
@click.option("--sweep", is_flag=True, help="First delete all records, of any age, that the carrier allows.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(sweep: bool, as_json: bool) -> None:
    """Show what the carrier still has of the hotlines' calls and texts, how old it is, and what happens to it.

    Shows only counts and ages, no numbers and no call names. Exits 0 when all is OK, 1 when something remains that
    should be deleted, 2 when the carrier could not be asked.
    """
    settings = read_settings()
    parts = Parts(settings)
    account = parts.carrier
    if account is None:
        _practice(as_json)
        return
    numbers = list(dict.fromkeys(number for hotline in hotlines(settings) for number in hotline.flow.numbers))
    if sweep:
        _swept(Deletion(account, lambda: numbers, parts.outbox, parts.clock, parts.notice))
    found = _look(account, numbers)
    waiting = _waiting(parts)
    if as_json:
        click.echo(json.dumps(privacy_json(found, waiting, settings.delete_records), indent=2))
    else:
        privacy_text(found, waiting, settings.delete_records, Console(highlight=False))
    sys.exit(0 if is_well(found, settings.delete_records) else 1)


def _practice(as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"well": True, "practice": True}))
    else:
        click.echo("This is practice mode. There is no carrier account, so no carrier has any records.")


def _look(account: RestCarrier, numbers: list[str]) -> Remaining:
    calls = [call for number in numbers for call in account.calls(number)]
    texts = [text for number in numbers for text in account.texts(number)]
    return remaining(calls, texts, account.recordings(), epoch_seconds(now()), account.queues())


def _waiting(parts: Parts) -> int | None:
    """Return how many calls wait to be deleted. None if unknown."""
    try:
        with connection(parts.redis_url) as redis:
            state = read_state(redis)
    except QueueUnavailable:
        return None
    return sum(job.task == _TASK for job in (*state.running, *state.waiting, *state.scheduled))


def _swept(deletion: Deletion) -> None:
    """Sweep, and wait if the carrier asks for seconds. Raises CarrierUnavailable if it asks for more."""
    deadline = time.monotonic() + 600
    while True:
        try:
            deletion.sweep(everything=True)
        except TryAgain as again:
            if (again.after or 0) > _MOST_PATIENCE or time.monotonic() > deadline:
                raise CarrierUnavailable(again.message, again.remedy or "Try again in a few minutes.") from None
            time.sleep(again.after or 1)
        else:
            return
