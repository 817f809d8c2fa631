"""Texts in practice mode: they are not sent, but written to a file."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hotline.core.carrier_records.records import CarrierCall, CarrierText
from hotline.core.wording import Wording
from hotline.errors import CarrierRefused, CarrierUnavailable

_KEPT = 200


class PracticeTexts:
    """The texts of practice mode, and its e-mails. Implements the texts of `hotline.ports.Carrier`, and `Mail`.

    Stores the last 200 in a file, one JSON object a line.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock

    def send_text(self, to: str, sender: str, body: str) -> str:
        line = {"at": int(self._clock()), "sid": f"SM{secrets.token_hex(16)}", "to": to, "from": sender, "body": body}
        kept = [*self.lines(), line][-_KEPT:]
        scratch = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
                file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in kept)
            scratch.replace(self._path)
        except OSError as error:
            raise CarrierUnavailable(
                Wording("The file for practice texts cannot be written: %(why)s.", why=error.strerror),
                Wording("Make HOTLINE_DATA_DIR writable."),
            ) from None
        return str(line["sid"])

    def send(self, to: str, subject: str, body: str, name: str) -> None:
        """Write an e-mail down as a text with its subject."""
        self.send_text(to, "", f"{subject}\n\n{body}")

    def texts_sent(self, to: str, sender: str, since: int) -> Sequence[CarrierText]:
        return [
            CarrierText(line["sid"], "sent", line["at"], True, line["to"], line["body"])
            for line in self.lines()
            if (line["to"], line["from"]) == (to, sender) and line["at"] >= since
        ]

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        raise CarrierRefused(
            Wording("Practice mode rings no real phones."), Wording("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        )

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        return []

    def lines(self) -> list[dict[str, Any]]:
        """The stored texts, the earliest first."""
        try:
            return [json.loads(line) for line in self._path.read_text().splitlines()]
        except (OSError, ValueError):
            return []
