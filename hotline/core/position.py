"""Where a call stands. The call carries it in its own callback URLs, sealed, so that any web process can go on.

A sealed position is readable by whoever holds the URL (the carrier), and cannot be made or altered by them, nor used
for another call: the seal is an HMAC over the position and the CallSid.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace

_SEAL_BYTES = 12


@dataclass(frozen=True, slots=True)
class HuntPosition:
    """How far the hunt has come.

    `since`: when the caller began to wait, epoch seconds. `round`: counted from 1. `tried`: volunteers rung in this
    round; `backup_tried`: rung as the backup. `ringing`: whose phone rings now, since `ringing_since` (epoch seconds).
    """

    since: int
    round: int = 1
    tried: tuple[str, ...] = ()
    backup_tried: tuple[str, ...] = ()
    ringing: str | None = None
    ringing_since: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """Where a call stands.

    `token` is the call's random name in live state, unrelated to the carrier's. `visits` counts the steps that allow
    only so many. `rings` counts the rings of the call so far; each has its number. `prompts` counts how often a
    volunteer has been asked to accept this ring. `waiting_since`: when the caller came to the first `ring` step, epoch
    seconds; None after a key pressed on purpose, and until then.
    """

    token: str
    step: str
    language: str
    visits: tuple[tuple[str, int], ...] = ()
    rings: int = 0
    hunt: HuntPosition | None = None
    prompts: int = 0
    waiting_since: int | None = None

    def visited(self, step: str) -> int:
        """How often a step has been visited."""
        return dict(self.visits).get(step, 0)

    def visiting(self, step: str) -> Position:
        """This position with one more visit counted for a step."""
        visits = dict(self.visits)
        visits[step] = visits.get(step, 0) + 1
        return replace(self, visits=tuple(visits.items()))


def seal(position: Position, call: str, key: bytes) -> str:
    """The position as URL-safe text, bound to a call (its CallSid) by a secret key."""
    hunt = position.hunt
    fields = [
        position.token,
        position.step,
        position.language,
        position.visits,
        position.rings,
        position.prompts,
        hunt and (hunt.since, hunt.round, hunt.tried, hunt.backup_tried, hunt.ringing, hunt.ringing_since),
        position.waiting_since,
    ]
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    return urlsafe_b64encode(_mac(body, call, key) + body).rstrip(b"=").decode()


def unseal(text: str, call: str, key: bytes) -> Position | None:
    """The position that `seal` made for this very call, or None for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return None
    mac, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, call, key)):
        return None
    try:
        token, step, language, visits, rings, prompts, hunt, since = json.loads(body)
        return Position(token, step, language, tuple(map(tuple, visits)), rings, hunt and _hunt(*hunt), prompts, since)
    except (ValueError, TypeError):  # sealed by a release with other fields
        return None


def _hunt(
    since: int, round: int, tried: list[str], backup_tried: list[str], ringing: str | None, ringing_since: int
) -> HuntPosition:
    return HuntPosition(since, round, tuple(tried), tuple(backup_tried), ringing, ringing_since)


def _mac(body: bytes, call: str, key: bytes) -> bytes:
    return hmac.digest(key, b"position\0" + call.encode() + b"\0" + body, "sha256")[:_SEAL_BYTES]
