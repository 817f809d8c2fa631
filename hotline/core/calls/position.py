"""The position of a call. The call carries it, sealed, in its own callback URLs, so any web process can continue it.

The carrier, which has the URL, can read a sealed position. It can neither make nor alter one, nor use it for another
call: the seal is an HMAC over the position and the CallSid.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

_SEAL_BYTES = 12
_MARK_BYTES = 3
_MARK = "#"
"""The start of a mark. No volunteer, step or language has it in its name."""
_MOST_BYTES = 1_100
"""The limit for a position before encoding, which makes it 1,470 characters. Volunteers beyond it may be tried
again."""
_MOST_VISITS = 16
_LONGEST_NAME = 16
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class HuntPosition:
    """The progress of the hunt.

    `since`: when the caller began to wait, in epoch seconds. `round`: counted from 1. `tried`: volunteers rung in this
    round, by name or mark. `backup_tried`: backups rung in this hunt. `ringing`: the volunteer whose phone rings now,
    since `ringing_since` (epoch seconds).
    """

    since: int
    round: int = 1
    tried: tuple[str, ...] = ()
    backup_tried: tuple[str, ...] = ()
    ringing: str | None = None
    ringing_since: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a call.

    `token` is the call's random name in live state, unrelated to the carrier's. `visits` counts visits, by mark, for
    steps that limit them. `rings` counts the rings of the call so far; each has its number. `prompts` counts how often
    a volunteer has been asked to accept this ring. `begun`: when the call began. `waits_since`: when the caller reached
    their first `ring` step, or later pressed a key on purpose; 0 before. Both are in epoch seconds. `doubtful`: 0 for a
    call to be trusted, or whose caller pressed a key; else how often they were asked for a key, plus 1. `one_by_one`:
    this hunt rings one phone after another, since several at once failed.
    """

    token: str
    step: str
    language: str
    visits: tuple[tuple[str, int], ...] = ()
    rings: int = 0
    hunt: HuntPosition | None = None
    prompts: int = 0
    begun: int = 0
    waits_since: int = 0
    doubtful: int = 0
    one_by_one: bool = False

    def visited(self, step: str) -> int:
        """Return how often a step has been visited."""
        visits = dict(self.visits)
        return visits.get(mark(step), visits.get(step, 0))

    def visiting(self, step: str) -> Position:
        """Return this position with one more visit counted for a step."""
        visits = {name: count for name, count in self.visits if name != step}
        visits[mark(step)] = self.visited(step) + 1
        return replace(self, visits=tuple(visits.items()))


@lru_cache(maxsize=20_000)
def mark(name: str) -> str:
    """A short mark for the name of a volunteer or a step. It does not depend on the file, so edits do not change it."""
    return name if name.startswith(_MARK) else _MARK + _text(sha256(name.encode()).digest()[:_MARK_BYTES])


def is_among(name: str, names: Iterable[str]) -> bool:
    """Return whether a name is among others, some of which may be marks."""
    found = names if isinstance(names, frozenset) else set(names)
    return name in found or mark(name) in found


def seal(position: Position, call: str, key: bytes) -> str:
    """The position as URL-safe text of less than 1,500 bytes, bound to a call (its CallSid) by a secret key.

    JSON. If it grows too long because many were tried, their marks follow it in bytes.
    """
    hunt = position.hunt
    tried, backup = ([*map(mark, names)] for names in ((hunt.tried, hunt.backup_tried) if hunt else ((), ())))
    body = _json(position, tried, backup)
    if len(body) > _MOST_BYTES - _SEAL_BYTES:
        room = (_MOST_BYTES - _SEAL_BYTES - len(_json(position, _MOST_BYTES, _MOST_BYTES)) - 1) // _MARK_BYTES
        tried = tried[-room:]
        backup = backup[max(0, len(backup) - (room - len(tried))) :]
        body = _json(position, len(tried), len(backup)) + b"\n" + b"".join(map(_bytes, (*tried, *backup)))
    return _text(_mac(body, call, key) + body)


def unseal(text: str, call: str, key: bytes, names: Iterable[str] = ()) -> Position | None:
    """The position that `seal` made for this call, or None for anything else.

    `names` are the known steps and volunteers. A long name travels as a mark, and is looked up among them.
    """
    try:
        raw = _raw(text)
    except (Base64Error, ValueError):
        return None
    mac, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, call, key)):
        return None
    head, _, marks = body.partition(b"\n")
    try:
        token, step, language, visits, rings, prompts, hunt, *times = json.loads(head.decode())
        begun, waits_since, doubtful, alone = (*times, 0, 0)[:4] if times else (0, 0, 0, 0)
        found = hunt and (_hunt(hunt, marks, names) if times else _hunt_of_before(*hunt))
        return Position(
            *(token, _long(step, names), language, tuple(map(tuple, visits)), rings, found, prompts),
            *(begun, waits_since, doubtful, bool(alone)),
        )
    except (ValueError, TypeError):  # sealed by a release with other fields
        return None


def _hunt(hunt: list[Any], marks: bytes, names: Iterable[str]) -> HuntPosition:
    """Read a hunt whose marks are in it, or follow it if it has only their counts. Raises ValueError."""
    since, round, tried, backup, ringing, ringing_since = hunt
    if isinstance(tried, int) or isinstance(backup, int):
        packed = [_MARK + _text(marks[at : at + _MARK_BYTES]) for at in range(0, len(marks), _MARK_BYTES)]
        split = tried if isinstance(tried, int) else 0
        tried, backup = packed[:split], packed[split:]
    return HuntPosition(since, round, tuple(tried), tuple(backup), ringing and _long(ringing, names), ringing_since)


def _hunt_of_before(
    since: int, round: int, tried: list[str], backup: bool, ringing: str | None, ringing_since: int
) -> HuntPosition:
    """Read a hunt sealed by the previous release: `tried` held the backups while the backup was being rung."""
    own, others = ((), tuple(tried)) if backup else (tuple(tried), ())
    return HuntPosition(since, round, own, others, ringing, ringing_since)


def _json(position: Position, tried: list[str] | int, backup: list[str] | int) -> bytes:
    hunt = position.hunt
    fields = [
        position.token,
        _short(position.step),
        position.language,
        [(mark(name), count) for name, count in position.visits][-_MOST_VISITS:],
        position.rings,
        position.prompts,
        hunt and (hunt.since, hunt.round, tried, backup, _short(hunt.ringing), hunt.ringing_since),
        position.begun,
        position.waits_since,
        *((position.doubtful,) if position.doubtful or position.one_by_one else ()),
        *((1,) if position.one_by_one else ()),
    ]
    return _encode(fields).encode()


def _short(name: str | None) -> str | None:
    return mark(name) if name is not None and len(name) > _LONGEST_NAME else name


def _long(name: str, names: Iterable[str]) -> str:
    if not name.startswith(_MARK):
        return name
    return next((one for one in names if len(one) > _LONGEST_NAME and mark(one) == name), name)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bytes(marked: str) -> bytes:
    return _raw(marked.removeprefix(_MARK))


def _mac(body: bytes, call: str, key: bytes) -> bytes:
    return hmac.digest(key, b"position\0" + call.encode() + b"\0" + body, "sha256")[:_SEAL_BYTES]
