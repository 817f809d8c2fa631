"""Passwords, as argon2 hashes."""

from __future__ import annotations

import unicodedata
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_LOOKED_AT = 1_000
"""Characters of a password, far more than it may have, so that nobody can have us hash a book."""

# OWASP, Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. More memory could cost a call.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_ONE_AT_A_TIME = Lock()
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$3yPRCG2XohEB+Xv5a3Kj3Q$ZirirQiT3Ds9z2mVcmn4NTIf5FOFKUkHkoP8+1HfWQM"


def hashed(password: str) -> str:
    """Return what to keep of a password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(_plain(password))


def fits(kept: str | None, password: str) -> bool:
    """Return whether a password matches the stored hash, however its accents are typed. Takes as long without a hash.

    Passwords stored before accents were normalized are compared as typed, too.
    """
    with _ONE_AT_A_TIME:
        password = password[:_LOOKED_AT]
        typed = dict.fromkeys((_plain(password), password))
        return any(_verified(kept or _NOBODYS, one) for one in typed) and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return bool(_HASHER.verify(kept, password))
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> str:
    """Normalize a password: keyboards type an accent as one character, or as two (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())
