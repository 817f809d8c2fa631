"""Ways for the same webhook to travel: to several servers in turn, or twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hotline.simulator.line.transport import Answer, NotDelivered, Request, Transport


class RoundRobinTransport:
    """Gives each request to the next of several servers, as a load balancer does."""

    def __init__(self, transports: Sequence[Transport]) -> None:
        if not transports:
            raise ValueError("RoundRobinTransport needs at least one transport.")
        self._transports = tuple(transports)
        self._next = 0
        self.public_url = transports[0].public_url

    def send(self, request: Request) -> Answer:
        """Deliver to the server whose turn it is."""
        transport = self._transports[self._next]
        self._next = (self._next + 1) % len(self._transports)
        return transport.send(request)


class DuplicatingTransport:
    """Posts everything twice; the call goes by the first answer or the second."""

    def __init__(self, transport: Transport, use: Literal["first", "second"] = "first") -> None:
        self._transport = transport
        self._use = use
        self.public_url = transport.public_url

    def send(self, request: Request) -> Answer:
        """Deliver a request twice, one right after the other."""
        answers = (self._transport.send(request), self._transport.send(request))
        failed = next((answer for answer in answers if answer.status >= 400), None)
        return failed or answers[self._use == "second"]


class UnreliableTransport:
    """Loses requests on the way. `outages` says for each request in turn whether it is lost; later ones are not."""

    def __init__(self, transport: Transport, outages: Sequence[bool], kind: Literal["ct", "rt"] = "ct") -> None:
        self._transport = transport
        self._outages = list(outages)
        self._kind: Literal["ct", "rt"] = kind
        self.public_url = transport.public_url

    def send(self, request: Request) -> Answer:
        """Deliver, or raise NotDelivered."""
        if self._outages and self._outages.pop(0):
            raise NotDelivered(self._kind, "lost on the way, as told")
        return self._transport.send(request)
