"""Recorded words: sound files that are played in place of a voice, and the addresses at which carriers fetch them.

Carriers fetch sounds unsigned, and cache them. So the address has a signature of ours, and changes with the content.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}
"""The content type of each kind of file, by the end of its name."""
PATH = "/sounds"
LANGUAGE = "in"
"""The parameter of an address that names the language of the words."""

_DIGITS = 32
_ADDRESS = re.compile(r"(?P<digest>[0-9a-f]{32})-(?P<signature>[0-9a-f]{32})\.(?P<suffix>wav|mp3)")


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file by its content: the same file has the same digest wherever it is."""

    digest: str
    suffix: str
    seconds: float
    data: bytes = field(repr=False, compare=False)

    @property
    def file(self) -> str:
        """The name that identifies it in replies: `<digest>.wav`."""
        return f"{self.digest}.{self.suffix}"


Sounds = Mapping[tuple[str, str], Sound]
"""Sounds by their name in the files, and by the language they are for."""


def digest_of(data: bytes) -> str:
    """Return the digest that identifies a file's content."""
    return sha256(data).hexdigest()[:_DIGITS]


def address(file: str, key: bytes) -> str:
    """Return the path at which a sound is served, below the public address."""
    digest, _, suffix = file.partition(".")
    return f"{PATH}/{digest}-{_signature(file, key)}.{suffix}"


def asked_for(name: str, key: bytes) -> str | None:
    """Return the sound's `file` for the last part of an address, or None if we did not sign it."""
    found = _ADDRESS.fullmatch(name)
    if found is None:
        return None
    file = f"{found['digest']}.{found['suffix']}"
    return file if hmac.compare_digest(found["signature"], _signature(file, key)) else None


def file_at(address: str) -> str | None:
    """Return the sound's `file` for an address of ours, whoever signed it. None for any other address."""
    found = _ADDRESS.fullmatch(address.partition("?")[0].rpartition("/")[2])
    return f"{found['digest']}.{found['suffix']}" if found else None


def _signature(file: str, key: bytes) -> str:
    return hmac.digest(key, b"sound\0" + file.encode(), "sha256").hex()[:_DIGITS]
