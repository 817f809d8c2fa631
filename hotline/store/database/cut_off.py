"""Letting go of a PostgreSQL that keeps a person waiting: one that hangs, or waits for a lock, may do so for hours.

Neither its own limits (a server that is stopped keeps none) nor TCP's (its machine still answers) end that.
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
    """Have whoever has had a connection for so long find it cut, as when the server had ended.

    The pool must not ask connections by itself whether they still work: that would be before there is a limit.
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
    """Wake whoever waits for this connection. Those who got it since find out before they use it."""
    with suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)
