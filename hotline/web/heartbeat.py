"""Answering heartbeats: the words of the line, and nothing done."""

from __future__ import annotations

from hotline.core import heartbeat
from hotline.core.flow import Hotline
from hotline.core.position import Position
from hotline.core.reply import Reply

_SILENT = ("/voice/next", "/voice/key")


def reply_to_heartbeat(path: str, hotline: Hotline, position: Position | None) -> Reply:
    """What a heartbeat hears at an address. Nothing at those that a call reaches only by ringing somebody."""
    if path == "/voice":
        return heartbeat.incoming(hotline)
    return heartbeat.silent(hotline, position) if path in _SILENT else ()
