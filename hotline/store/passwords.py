"""Passwords, as argon2 hashes."""

from __future__ import annotations

from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
"""Letters. The longest only keeps anyone from having us hash a book."""

# OWASP, Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. More memory would be somebody's call.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_ONE_AT_A_TIME = Lock()
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$3yPRCG2XohEB+Xv5a3Kj3Q$ZirirQiT3Ds9z2mVcmn4NTIf5FOFKUkHkoP8+1HfWQM"


def hashed(password: str) -> str:
    """What to keep of a password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password that was kept. Takes as long where there is none."""
    with _ONE_AT_A_TIME:
        try:
            _HASHER.verify(kept or _NOBODYS, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None
