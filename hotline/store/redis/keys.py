"""Names of Redis keys that several modules use."""

from __future__ import annotations


def absences_key(prefix: str, rota: str) -> str:
    """Return the key of the hash of a rota's absences."""
    return f"{prefix}absent:{rota}"
