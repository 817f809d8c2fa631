"""Cutting off a PostgreSQL that keeps a person waiting. One that hangs, or waits for a lock, may do so for hours.

Neither its own limits help (a stopped server applies none) nor TCP's (its machine still answers).
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Timer
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

_TIMER = "hotline.patience"


def let_go_after(engine: Engine, seconds: float) -> None:
    """Cut a connection that was in use for so long, as if the server had ended.

    The pool must not test connections by itself: that would be before there is a limit.
    """

    def taken(connection: Any, record: Any, _: Any) -> None:
        record.info[_TIMER] = timer = Timer(seconds, _cut, (connection,))
        timer.daemon = True
        timer.start()
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except Exception as error:  # noqa: BLE001 - whatever the driver says, the pool opens another
            timer.cancel()
            raise DisconnectionError(type(error).__name__) from None

    def given_back(_: Any, record: Any) -> None:
        timer = record.info.pop(_TIMER, None)
        if timer is not None:
            timer.cancel()

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)


def _cut(connection: Any) -> None:
    """Wake the thread that waits for this connection. Later users notice the cut before they use it."""
    with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)
