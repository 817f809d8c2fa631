"""A real mail server in the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hotline.addresses import SmtpAddress
from tests.faults.processes import free_port


@dataclass
class Post:
    """A mail server's people and rules: `answers` by the command they answer."""

    got: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        raw = envelope.content
        assert isinstance(raw, bytes)
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 Taken"


class MailServer(Controller):
    """A controller that closes its connections before it stops: its loop ends without doing so."""

    def __init__(self, *of: Any, **named: Any) -> None:
        self._sessions: list[SMTP] = []
        super().__init__(*of, **named)

    def factory(self) -> SMTP:
        self._sessions.append(super().factory())
        return self._sessions[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(20)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for session in self._sessions:
            if session.transport is not None:
                session.transport.abort()
        await asyncio.sleep(0.01)  # the loop's next rounds close the sockets


@contextmanager
def served(post: Post, **more: object) -> Iterator[SmtpAddress]:
    """Run a mail server on this machine until the end of the block."""
    port = free_port()
    controller = MailServer(post, hostname="127.0.0.1", port=port, **more)  # type: ignore[arg-type]
    controller.start()
    try:
        yield SmtpAddress("127.0.0.1", port, "none")
    finally:
        controller.stop()
