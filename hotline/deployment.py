"""Keys, addresses and folders of this machine, by its settings. Light, for processes that need only these."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path

from hotline.carrier.practice_texts import PracticeTexts
from hotline.carrier.rest import RestCarrier
from hotline.core.calls.follow_up_jobs import Aftermath
from hotline.settings import Settings
from hotline.store.disk.kept_secrets import kept_secret
from hotline.store.redis.embedded import socket_url

PRACTICE_ACCOUNT = "AC" + "0" * 32
"""The account that practice calls come from."""


def now() -> datetime:
    """The instant it is, by this machine's clock."""
    return datetime.now(UTC)


def secret_key(settings: Settings) -> bytes:
    """The key of all digests and seals."""
    return hashlib.sha256((settings.secret_key or kept_secret(settings.data_dir, "secret-key")).encode()).digest()


def webhook_token(settings: Settings) -> str:
    """Return what webhooks are signed with: the carrier account's token, or in practice mode one made here."""
    return settings.auth_token or kept_secret(settings.data_dir, "practice-token")


def redis_url(settings: Settings) -> str:
    """The Redis to use: the one that is set, or the embedded one of the data directory."""
    return settings.redis_url or socket_url(settings.data_dir)


def absences_file(settings: Settings) -> Path:
    """Return where this machine keeps what volunteers said of being off."""
    return settings.data_dir / "absences" / "said.json"


def spool_dir(settings: Settings) -> Path:
    """Return where facts wait for the database."""
    return settings.data_dir / "spool"


def carrier(settings: Settings) -> RestCarrier | None:
    """The carrier's REST API; None in practice mode. Neither reached nor imported in full before its first use."""
    if settings.account_sid is None or settings.auth_token is None:
        return None
    return RestCarrier(settings.account_sid, settings.auth_token, settings.api_base_url)


def text_carrier(settings: Settings) -> RestCarrier | PracticeTexts:
    """Return what sends texts: the carrier, or in practice mode a file in which they can be looked at."""
    return carrier(settings) or PracticeTexts(settings.data_dir / "texts.jsonl", time.time)


def outbox_dir(settings: Settings) -> Path:
    """Return where jobs wait for the queue."""
    return settings.data_dir / "outbox"


def aftermath(settings: Settings) -> Aftermath:
    """Return which jobs follow from calls here: in practice mode nothing is kept that would have to be deleted."""
    return Aftermath(carrier=not settings.practice, records=settings.delete_records)
