"""Answering heartbeats: the words of the line, and nothing done."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.core.calls import heartbeat
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import is_marked
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Reply
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import Clock
from hotline.webhooks.webhook import Webhook

_SILENT = ("/voice/next", "/voice/key")


class HeartbeatReplies:
    """Tells heartbeats from calls, and answers them. `tokens` may have signed webhooks."""

    def __init__(self, tokens: Sequence[str], clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock

    def are_for(self, hook: Webhook) -> bool:
        """Return whether a webhook is of a heartbeat."""
        return any(is_marked(hook.mark, hook.call, token) for token in self._tokens)

    def reply(self, path: str, hotline: Hotline, position: Position | None) -> Reply:
        """Return a heartbeat's reply at an address.

        Empty for addresses that a call reaches only by ringing somebody.
        """
        now = epoch_seconds(self._clock())
        if path == "/voice":
            return heartbeat.incoming(hotline, now)
        return heartbeat.silent(hotline, position, now) if path in _SILENT else ()
