"""Texts for `hotline texts`: planned reminders, and the outcomes of earlier ones; nothing about calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.rota.on_call import Schedule
from hotline.core.texts.readers import Channel, Wishes
from hotline.core.texts.reminders import Planned, planned
from hotline.core.texts.sending import SentText
from hotline.core.times.wall_clock import epoch_seconds

BACK = timedelta(days=2)
"""The time for which sent reminders are listed singly. The names of older ones cannot be recovered from their rows."""


@dataclass(frozen=True, slots=True)
class SeenReminder:
    """A reminder, and its outcome: planned, due, sent, not sent, unwanted, in doubt, refused (code)."""

    planned: Planned
    state: str
    sent_at: int | None = None


def seen_reminders(
    schedule: Schedule,
    now: datetime,
    ahead: timedelta,
    known: Callable[[str], SentText | None],
    unwanted: Callable[[str], bool],
    wishes: Wishes | None = None,
) -> list[SeenReminder]:
    """The reminders of a rota from two days ago on. `known` by a text's name, `unwanted` by a phone.

    `wishes` as for `planned`.
    """
    found = []
    wanted, people = wishes or Wishes(schedule.rota), schedule.rota.volunteers
    texted = [who for who in people if wanted.channel(who) is Channel.TEXT]
    stopped = {who for who in texted if unwanted(people[who].phone)}
    for one in planned(schedule, now - BACK, now + ahead, wanted):
        row = known(one.name(schedule.rota.id)) or known(one.former_name(schedule.rota.id))
        if row is not None:
            found.append(SeenReminder(one, row.outcome, row.sent_at))
        else:
            found.append(SeenReminder(one, "unwanted" if one.who in stopped else _without_row(one, epoch_seconds(now))))
    return found


def counted(texts: Iterable[SentText]) -> dict[str, dict[str, int]]:
    """Count the texts of each kind by outcome."""
    count: dict[str, Counter[str]] = {}
    for text in texts:
        count.setdefault(text.kind, Counter())[text.outcome] += 1
    return {kind: dict(sorted(outcomes.items())) for kind, outcomes in sorted(count.items())}


def _without_row(one: Planned, now: int) -> str:
    if now < one.at:
        return "planned"
    return "due" if now < one.until else "not sent"
