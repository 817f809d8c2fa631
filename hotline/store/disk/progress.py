"""The progress of draining a directory: one small file that only the drainer writes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.core.wording import data_of, words_of
from hotline.store.private import opener

_NAME = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """The drainer's progress, for the other processes of this machine. It contains nothing about calls.

    `drained`: for each file, how many of its bytes have been moved. `succeeded_at`, `failing_since`: when the target
    last took entries or answered, and since when it has not; epoch seconds. `failure`: why, in a sentence.
    """

    drained: Mapping[str, int] = field(default_factory=dict)
    succeeded_at: float | None = None
    failing_since: float | None = None
    failure: str = ""

    @classmethod
    def load(cls, directory: Path) -> Progress:
        """Read the progress of a directory. Without a file, or with a broken one, everything is moved once more."""
        try:
            fields = json.loads((directory / _NAME).read_bytes())
            drained = {str(name): int(offset) for name, offset in fields["drained"].items()}
            failure = words_of(fields.get("wording", fields["failure"]))
            return cls(drained, fields["succeeded_at"], fields["failing_since"], failure)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def save(self, directory: Path) -> None:
        """Put this in place of the old progress, whole or not at all. Raises OSError."""
        fields = {
            "drained": dict(self.drained),
            "succeeded_at": self.succeeded_at,
            "failing_since": self.failing_since,
            "failure": self.failure,
            "wording": data_of(self.failure),
        }
        new = directory / f"{_NAME}.new"
        with open(new, "w", opener=opener) as file:
            json.dump(fields, file)
        os.replace(new, directory / _NAME)
