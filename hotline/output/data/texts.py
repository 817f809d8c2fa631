"""Texts sent and planned, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.core.calls.flow import Hotline
from hotline.core.texts.overview import SeenReminder
from hotline.core.times.wall_clock import utc


@dataclass(frozen=True, slots=True)
class RotaTexts:
    """The reminders of one rota. `wanting`: how many volunteers get texts; `by_mail`: how many get e-mails."""

    line: Hotline
    wanting: int
    reminders: Sequence[SeenReminder]
    by_mail: int = 0


@dataclass(frozen=True, slots=True)
class PracticeText:
    """A text of practice mode. `to`: the recipient's name."""

    at: int
    to: str
    body: str


def texts_json(
    rotas: Sequence[RotaTexts],
    counts: Mapping[str, Mapping[str, int]],
    practice: Sequence[PracticeText] | None,
    mail_server: str = "",
) -> dict[str, Any]:
    """Texts as data for `json.dumps`: instants in UTC; never a phone number."""
    return {
        "rotas": [
            {
                "rota": rota.line.rota.id,
                "timezone": rota.line.rota.zone_name,
                "volunteers_with_texts": rota.wanting,
                "volunteers_with_emails": rota.by_mail,
                "coordinators": len(rota.line.rota.coordinators),
                "reminders": [_reminder_json(seen) for seen in rota.reminders],
            }
            for rota in rotas
        ],
        "mail_server": mail_server or None,
        "last_7_days": counts,
        "practice": None if practice is None else [_practice_json(one) for one in practice],
    }


def _reminder_json(seen: SeenReminder) -> dict[str, Any]:
    one = seen.planned
    return {
        "who": one.who,
        "reminder": one.reminder.written,
        **({"backup": True} if one.backup else {}),
        "at": _instant(one.at),
        "from": _instant(one.start),
        "until": one.time.end.isoformat().replace("+00:00", "Z"),
        "state": seen.state,
        "sent_at": None if seen.sent_at is None else _instant(seen.sent_at),
    }


def _practice_json(one: PracticeText) -> dict[str, Any]:
    return {"at": _instant(one.at), "to": one.to, "body": one.body}


def _instant(seconds: int) -> str:
    return f"{utc(seconds):%Y-%m-%dT%H:%M:%SZ}"
