"""The deployment under examination. Facts for several checks are read once, by the first that needs them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Generic, TypeVar

from hotline.carrier.rest import RestCarrier
from hotline.carrier.synthetic import PublicLine, SyntheticCalls
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.carrier_records.records import Account, OwnNumber
from hotline.core.checkup.numbers import NumbersPlan, plan
from hotline.files import Loaded, load
from hotline.services.heartbeat import Beating
from hotline.wiring.parts import Parts

Found = TypeVar("Found")


class Once(Generic[Found]):
    """A question asked once. Later callers get the same answer, or the same error."""

    def __init__(self, ask: Callable[[], Found]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answers: list[Found] = []
        self._error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Return whether the question failed."""
        return self._error is not None

    def __call__(self) -> Found:
        with self._lock:
            if self._error is not None:
                raise self._error
            if not self._answers:
                try:
                    self._answers.append(self._ask())
                except Exception as error:
                    self._error = error
                    raise
            return self._answers[0]


class Site:
    """A deployment, by its settings. Reads nothing by itself. `public_line`: another way to its public address.

    `zone_rules` returns the release of tzdata, such as 2026.6, or raises PackageNotFoundError.
    """

    def __init__(
        self,
        parts: Parts,
        public_line: PublicLine | None = None,
        zone_rules: Callable[[], str] = lambda: version("tzdata"),
    ) -> None:
        self.parts = parts
        self.settings = parts.settings
        self.clock = parts.clock
        self.zone_rules = zone_rules
        self._public_line = public_line
        self.loaded: Once[Loaded] = Once(lambda: load(self.settings.config_dir, self.settings.countries))
        self.account: Once[tuple[Account, float]] = Once(self._account)
        self.numbers: Once[Sequence[OwnNumber]] = Once(lambda: self._carrier.numbers())
        self.beats: Once[Sequence[Beat]] = Once(self._beats)

    @property
    def hotlines(self) -> list[Hotline]:
        """The hotlines whose files can be used."""
        return list(self.loaded().hotlines.values())

    @property
    def carrier(self) -> RestCarrier:
        """The account's REST API, after a successful request. Raises CarrierError, and never repeats a failed one."""
        self.account()
        return self._carrier

    def signs(self) -> Mapping[Sign, Sequence[str]]:
        """The hotlines whose rings lately showed each sign. Raises LiveStateUnavailable."""
        return self.parts.live.signs([line.id for line in self.hotlines])

    def plan(self) -> NumbersPlan:
        """Return the present and the right settings of the hotlines' numbers at the carrier."""
        self.account()
        wanted = [number for hotline in self.hotlines for number in hotline.flow.numbers]
        return plan(wanted, self.numbers(), self.settings.public_url, self.settings.fallback_url)

    def own_numbers(self) -> list[OwnNumber]:
        """The account's numbers that are in a call flow."""
        return [number.number for number in self.plan().numbers]

    @cached_property
    def public_line(self) -> PublicLine:
        """The hotline at its public address, requested as the carrier would."""
        return self._public_line or PublicLine(self.settings.public_url, self.parts.token)

    @cached_property
    def synthetic_calls(self) -> SyntheticCalls:
        """Test calls through the public address."""
        return SyntheticCalls(self.public_line, self.settings.account, self.parts.token)

    @property
    def _carrier(self) -> RestCarrier:
        assert self.parts.carrier is not None, "checks of the carrier are skipped in practice mode"
        return self.parts.carrier

    def _account(self) -> tuple[Account, float]:
        """The account, and the instant (epoch seconds) of the request."""
        account = self._carrier.account()
        return account, self.clock().timestamp()

    def _beats(self) -> Sequence[Beat]:
        beating = Beating(
            hotlines=lambda: self.hotlines,
            line=self.synthetic_calls,
            kept=_Nowhere(),
            clock=self.clock,
            key=self.parts.key,
            notice=lambda event, /, **facts: None,
            look_again=lambda: None,
        )
        return beating.beats()


class _Nowhere:
    """Stores no heartbeat: a person's test call is not the clock's."""

    def keep(self, heartbeat: Heartbeat) -> None: ...

    def last(self) -> Heartbeat | None:
        return None
