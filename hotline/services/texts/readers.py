"""Finds out how volunteers and coordinators are to be reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from hotline.core.calls.flow import Hotline
from hotline.core.rota.text_rules import Alert, Coordinator
from hotline.core.texts.readers import OwnChoices, Reader, Wishes, readers_of
from hotline.ports import OwnChoicesBook


class NoChoices:
    """A book of volunteers' choices that is always empty. Implements `hotline.ports.OwnChoicesBook`."""

    def of(self, rota: str) -> Mapping[str, OwnChoices]:
        """Return nothing."""
        return {}

    def keep(self, rota: str, who: str, choices: OwnChoices) -> None:
        """Keep nothing."""

    def keep_only(self, rota: str, people: Collection[str]) -> None:
        """Forget nothing."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of a rota's messages. Each method may raise DatabaseUnavailable.

    `mail`: whether e-mails can be sent. `own_page` is the address of a volunteer's own page, `rota_page` that of the
    coordinators' page of a rota.
    """

    choices: OwnChoicesBook = field(default_factory=NoChoices)
    mail: bool = False
    own_page: Callable[[Hotline, str], str] = lambda _, __: ""
    rota_page: Callable[[Hotline], str] = lambda _: ""

    def wishes(self, hotline: Hotline) -> Wishes:
        """Return what the volunteers of a rota want."""
        return Wishes(hotline.rota, self.choices.of(hotline.rota.id), self.mail)

    def volunteer(self, hotline: Hotline, wishes: Wishes, who: str) -> Reader | None:
        """Return how to reach a volunteer, or None."""
        return wishes.reader(who, self.own_page(hotline, who)) if who in hotline.rota.volunteers else None

    def coordinator(self, hotline: Hotline, coordinator: Coordinator) -> list[Reader]:
        """Return how to reach a coordinator: on every way there is."""
        return readers_of(coordinator, self.mail, self.rota_page(hotline))

    def coordinators(self, hotline: Hotline, alert: Alert) -> list[tuple[Coordinator, Reader]]:
        """Return the coordinators who want an alert, once for each way to reach them."""
        return [
            (one, reader)
            for one in hotline.rota.coordinators.values()
            if alert in one.alerts
            for reader in self.coordinator(hotline, one)
        ]
