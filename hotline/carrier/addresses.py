"""Reasons not to give the carrier an address of ours."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def objections(public_url: str) -> list[str]:
    """Return the reasons why the carrier should not get this address."""
    parts, found = urlsplit(public_url), []
    if parts.scheme != "https":
        found.append("it is not https, so others on the network could read callers' numbers and alter calls")
    if not _reachable(parts.hostname or ""):
        found.append("the carrier cannot reach it, because it is an address of this machine or of a private network")
    return found


def same_host(public_url: str, fallback_url: str) -> bool:
    """Return whether the fallback would be down together with us."""
    return urlsplit(public_url).hostname == urlsplit(fallback_url).hostname


def _reachable(host: str) -> bool:
    """Return whether a host can be reached from elsewhere, judging by its name."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".invalid", ".test"))
