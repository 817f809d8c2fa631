"""Results of test rings, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from hotline.clock import now
from hotline.core.calls.flow import Hotline
from hotline.core.calls.ring_test import RingTestResult, next_monthly
from hotline.core.rota.rota import HowOften
from hotline.core.times.wall_clock import utc

_OUTCOMES = {True: "reached", False: "not reached", None: "no word yet"}
_PICKED_UP = "picked up, no key: voicemail or call screening? save the number as a contact"


def outcome_of(result: RingTestResult | None) -> str:
    """Return the outcome of a test in words."""
    if result is not None and result.picked_up:
        return _PICKED_UP
    return _OUTCOMES[None if result is None else result.reached]


def results_table(found: Sequence[RingTestResult], lines: Sequence[Hotline], console: Console) -> None:
    """The last month's tests, in each rota's local time, the volunteers not rung, and the time of the next tests."""
    by_rota = {hotline.rota.id: hotline for hotline in lines}
    shown = [one for one in found if one.rota in by_rota]
    if not shown:
        console.print("No test rings in the last month.")
    else:
        table = Table("When", "Volunteer", "Outcome", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for one in shown:
            rota = by_rota[one.rota].rota
            person = rota.volunteers.get(one.volunteer)
            style = {True: "green", False: "bold red", None: "yellow"}[one.reached]
            when = f"{utc(one.at).astimezone(rota.zone):%a %d %b %H:%M}"
            table.add_row(when, person.name if person else one.volunteer, f"[{style}]{outcome_of(one)}[/]")
        console.print(table)
        for hotline in by_rota.values():
            if missing := _never_rung(hotline, shown):
                console.print(f"{hotline.title}: not rung in the last month: {', '.join(missing)}.")
    for hotline in by_rota.values():
        if hotline.rota.ringing.test is HowOften.MONTHLY:
            due = next_monthly(now(), hotline.rota.zone)
            console.print(f"{hotline.title}: every phone is rung on {due:%a %d %b %Y} from {due:%H:%M} on.")


def _never_rung(hotline: Hotline, shown: Sequence[RingTestResult]) -> list[str]:
    """The names of a rota's volunteers whose phone no test rang: they were off, or in a call, or are new."""
    phones = {volunteer.phone: volunteer for volunteer in hotline.rota.volunteers.values()}
    for result in shown:
        if result.rota == hotline.rota.id and (person := hotline.rota.volunteers.get(result.volunteer)):
            phones.pop(person.phone, None)
    return [phone.name for phone in phones.values()]
