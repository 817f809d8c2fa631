"""`hotline ring-test`: do volunteers' phones ring?"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.absences import absences_known
from hotline.commands.support.hotlines import with_rotas
from hotline.core.calls.absent_phones import phone_digest
from hotline.core.calls.flow import Hotline
from hotline.core.calls.ring_test import KEPT, OTHERS_APART, RingTest, as_named_now
from hotline.core.rota.absence import Absence
from hotline.core.rota.rota import Volunteer
from hotline.core.times.wall_clock import epoch_seconds, utc
from hotline.errors import FilesError, HotlineError, TryAgain
from hotline.files import load_texts, read_files
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.which_volunteer import find_volunteer
from hotline.output.data.ring_tests import results_json
from hotline.output.terminal.ring_tests import outcome_of, results_table
from hotline.practice.rehearsal import PUBLIC_URL, Rehearsal
from hotline.services.ring_tests import RingTesting
from hotline.settings import Settings, read_settings
from hotline.simulator import named
from hotline.store.database.ring_tests import RingTestTable
from hotline.webhooks.ring_test_paths import addresses
from hotline.wiring.parts import Parts

_BY_DAY = range(9, 21)
"""Hours of a rota's day in which phones are rung without a warning."""
_WORD_WITHIN = 90
"""Seconds after the ringing, for the words, a key, and a worker to record the result."""
_LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class _Test:
    """A test to do, by its id."""

    line: Hotline
    who: Volunteer
    id: str


@click.command()
@click.argument("who", nargs=-1)
@click.option("--rota", help="Ring only volunteers of this rota. [default: all]")
@click.option("--results", is_flag=True, help="Ring nobody. Show the results of the last month.")
@click.option("--yes", "-y", is_flag=True, help="Ring everyone without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print an array of results.")
def command(who: tuple[str, ...], rota: str | None, results: bool, yes: bool, as_json: bool) -> None:
    """Ring the phones of the volunteers WHO, or of all, to see whether they ring through do-not-disturb.

    People who pick up hear, in their language, that this is a test, that nobody is waiting, and which key to press.
    People on call are rung one at a time, so that the others stay free for callers. Volunteers in a call are not rung.
    Volunteers who have paused their calls are rung only if named. Exits 0 when everyone rung was reached, 1 when
    somebody was not.
    """
    settings = read_settings()
    parts, lines = Parts(settings), with_rotas(settings, rota)
    kept = RingTestTable(parts.database)
    if results:
        rotas = (hotline.rota for hotline in lines)
        found = as_named_now(
            kept.since(epoch_seconds(now()) - KEPT), rotas, lambda phone: phone_digest(parts.key, phone)
        )
        if as_json:
            click.echo(json.dumps(results_json(found), indent=2))
        else:
            results_table(found, lines, Console(highlight=False))
        return
    tests = _tests(lines, who)
    ringing = parts.ring_tests_of(lambda: lines, _Known(settings))
    if ringing is None:
        _rehearse(settings, tests)
        return
    if not who:
        tests = _without_those_off(tests, ringing, as_json)
    if not who and not yes and not click.confirm(_question(tests), err=as_json):
        click.echo("Nobody was rung.", err=as_json)
        sys.exit(1)
    reached = _Round(ringing, kept, as_json).ring(tests)
    if as_json:
        found = [one for test in tests if (one := kept.test(test.id)) is not None]
        click.echo(json.dumps(results_json(found), indent=2))
    sys.exit(0 if reached else 1)


def _tests(lines: Iterable[Hotline], said: Sequence[str]) -> list[_Test]:
    """A test of each chosen volunteer, only one for a phone in several rotas. Raises FilesError for an unknown one."""
    mark, found = secrets.token_hex(4), dict[str, _Test]()
    problems: dict[str, Unreadable] = {}
    known: set[str] = set()
    for hotline in lines:
        people = list(hotline.rota.volunteers) if not said else []
        for one in said:
            try:
                people.append(find_volunteer(hotline.rota, one))
                known.add(one)
            except Unreadable as problem:
                problems[one] = problem
        for id in people:
            who = hotline.rota.volunteers[id]
            found.setdefault(who.phone, _Test(hotline, who, f"{hotline.rota.id}/{mark}/{id}"))
    for one, unknown in problems.items():
        if one not in known:
            raise FilesError(unknown.message, unknown.help)
    return list(found.values())


class _Known:
    """Implements `hotline.ports.Absences`."""

    def __init__(self, settings: Settings) -> None:
        self._known = absences_known(settings)

    def of(self, rota: str) -> Sequence[Absence]:
        return self._known(rota)


def _without_those_off(tests: Sequence[_Test], ringing: RingTesting, aside: bool) -> list[_Test]:
    """Return the tests without volunteers who are off, and name those."""
    left = []
    for test in tests:
        until = ringing.off(test.line).get(test.who.id)
        if until is None:
            left.append(test)
        else:
            when = f"{utc(until).astimezone(test.line.rota.zone):%a %d %b %H:%M}"
            click.echo(f"{test.who.name}: not rung, off until {when} ({test.line.rota.zone_name}).", err=aside)
    return left


def _question(tests: Sequence[_Test]) -> str:
    many = "the phone of 1 volunteer" if len(tests) == 1 else f"the phones of {len(tests)} volunteers"
    late = {
        f"{local:%H:%M} in {test.line.rota.zone_name}"
        for test in tests
        if (local := now().astimezone(test.line.rota.zone)).hour not in _BY_DAY
    }
    return f"{'It is ' + ' and '.join(sorted(late)) + '. ' if late else ''}Ring {many} now?"


class _Round:
    """Rings phones and waits for the results, with progress messages; to the error output if `aside`."""

    def __init__(self, ringing: RingTesting, kept: RingTestTable, aside: bool) -> None:
        self._ringing = ringing
        self._kept = kept
        self._aside = aside

    def ring(self, tests: Sequence[_Test]) -> bool:
        """Ring those not on call, a second apart, then those on call, one at a time.

        Returns whether all were reached.
        """
        on_call = [test for test in tests if self._is_on_call(test)]
        others = [test for test in tests if test not in on_call]
        placed = []
        for place, test in enumerate(others):
            if place:
                time.sleep(OTHERS_APART)
            placed.append((test, self._place(test)))
        reached = [self._outcome(test) for test, rings in placed if rings]
        reached += [self._place(test) and self._outcome(test) for test in on_call]
        return len(reached) == len(tests) and all(reached)

    def _is_on_call(self, test: _Test) -> bool:
        who = test.line.schedule.at(now())
        return test.who.id in (*who.on_call, *who.backup)

    def _place(self, test: _Test) -> bool:
        try:
            self._ringing.place(test.line.ring_id, test.who.id, test.id)
        except HotlineError as error:
            if isinstance(error, TryAgain) and self._kept.test(test.id) is not None:
                self._say(f"{test.who.name}: possibly rung. {error} See `hotline ring-test --results` later.")
            else:
                self._say(f"{test.who.name}: not rung. {error}")
            return False
        self._say(f"{test.who.name}: ringing …")
        return True

    def _outcome(self, test: _Test) -> bool:
        """Wait for the result of a test. Returns whether the volunteer was reached."""
        deadline = time.monotonic() + test.line.rota.ringing.ring_for + _WORD_WITHIN
        found = self._kept.test(test.id)
        while (found is None or found.reached is None) and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
            found = self._kept.test(test.id)
        reached = found.reached if found else None
        hint = " Check that a worker runs and that the carrier reaches HOTLINE_PUBLIC_URL." if reached is None else ""
        self._say(f"{test.who.name}: {outcome_of(found)}.{hint}")
        return bool(reached)

    def _say(self, words: str) -> None:
        click.echo(words, err=self._aside)


def _rehearse(settings: Settings, tests: Sequence[_Test]) -> None:
    """Let a simulated carrier in this process print the words for each volunteer, in practice mode."""
    click.echo("This is practice mode: no real phone rings. A test goes like this.")
    found = load_texts(read_files(settings.config_dir), settings.countries).hotlines
    rehearsal = Rehearsal(found, "redis://127.0.0.1:1")  # unused by test rings
    where = addresses(PUBLIC_URL, rehearsal.key)
    for test in tests:
        accept = test.line.rota.ringing.accept_key
        rehearsal.world.carrier.phones[test.who.phone].behaviour = named("accept", (accept, "2"))
        heard, ended = where(RingTest(test.id, test.line.ring_id, test.who.id, epoch_seconds(rehearsal.now())))
        call = rehearsal.world.place(
            test.who.phone,
            test.line.flow.number,
            url=heard,
            status_callback=ended,
            timeout=test.line.rota.ringing.ring_for,
        )
        click.echo(call.has_ended().transcript(requests=False))
