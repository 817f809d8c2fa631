"""The world behind the REST API: nothing, or a running world with phones that ring."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from hotline.simulator.rest_api.records import ApiCall, ApiQueue


class RunningWorld(Protocol):
    """A running world as its REST API needs it. Its methods raise ApiError where the carrier refuses."""

    account: str
    token: str
    calls: MutableMapping[str, ApiCall]
    queues: MutableMapping[str, ApiQueue]

    @property
    def numbers(self) -> Mapping[str, Mapping[str, str]]:
        """The account's numbers, with what is set for each by the API's own names."""

    def now(self) -> datetime:
        """Return the simulated instant, in UTC."""

    def present(self) -> AbstractContextManager[None]:
        """Have the turn in the world, at its present moment."""

    def may_be_shown(self, number: str) -> bool:
        """Return whether calls may come from this number: one of the account, or a verified one."""

    def ring(self, params: Mapping[str, str]) -> ApiCall:
        """Have a phone rung, as a POST of Calls asks."""

    def update(self, sid: str, params: Mapping[str, str]) -> bool:
        """End or redirect a call, as a POST of it asks; False: it is only a record."""

    def dequeue(self, queue: str, member: str, params: Mapping[str, str]) -> str:
        """Redirect a caller in a queue, as a POST of the member asks; return the CallSid."""


class ApiError(Exception):
    """An answer that is an error: HTTP status, and the carrier's code and words."""

    def __init__(self, status: int, code: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
