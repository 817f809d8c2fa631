"""Puts the parts together. Nothing here connects to anything before it is first used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from hotline.carrier.signature import SignatureCheck
from hotline.errors import LiveStateUnavailable
from hotline.files.watch import WatchedDirectory
from hotline.logs import notices
from hotline.ports import CallLog, Clock, Directory, Live, Notices
from hotline.service import Answering
from hotline.settings import Settings, read_settings
from hotline.store.embedded import socket_url
from hotline.store.keys import kept_secret
from hotline.store.live import RedisLive
from hotline.store.calllog import CallLog as Database
from hotline.store.drainer import Drainer
from hotline.store.spool import Spool
from hotline.web.app import make_app
from hotline.web.health import Part, make_health
from hotline.web.rescue import Rescue
from hotline.web.voice import make_voice

PRACTICE_ACCOUNT = "AC" + "0" * 32
BACKLOG_TOO_OLD = 30
PATIENCE = 2.0
"""Seconds for which a web process leaves the spool to a worker on the same machine."""


def now() -> datetime:
    """The instant it is, by this machine's clock."""
    return datetime.now(UTC)


def secret_key(settings: Settings) -> bytes:
    """The key of all digests and seals."""
    return hashlib.sha256((settings.secret_key or kept_secret(settings.data_dir, "secret-key")).encode()).digest()


def webhook_token(settings: Settings) -> str:
    """What webhooks are signed with: the carrier account's token, or in practice mode one made here."""
    return settings.auth_token or kept_secret(settings.data_dir, "practice-token")


def redis_url(settings: Settings) -> str:
    """The Redis to use: the one that is set, or the embedded one of the data directory."""
    return settings.redis_url or socket_url(settings.data_dir)


def spool_dir(settings: Settings) -> Path:
    """Where facts wait for the database."""
    return settings.data_dir / "spool"


@dataclass(frozen=True, slots=True)
class Web:
    """A web process's parts; `app` is what a server runs."""

    app: Flask
    directory: WatchedDirectory


def build_web(settings: Settings) -> Web:
    """The web process for these settings."""
    notice = notices()
    key = secret_key(settings)
    directory = WatchedDirectory(settings.config_dir, settings.data_dir / "last-good", now, notice)
    live = RedisLive(redis_url(settings), key)
    spool = Spool(spool_dir(settings))
    app = answering_app(settings.public_url, webhook_token(settings), key, directory, live, spool, now, notice)

    def files() -> Part:
        state = directory.state
        if not state.hotlines:
            return Part("No call flow can be used.", "Run `hotline check`.", needed=True)
        waiting = sorted(state.kept | state.missing)
        return Part(f"Edits refused: {', '.join(waiting)}.", "Run `hotline check`.") if waiting else Part()

    def redis() -> Part:
        try:
            live.ping()
        except LiveStateUnavailable as error:
            return Part(error.message, error.remedy)
        return Part()

    def call_log() -> Part:
        waiting, age = spool.backlog()
        progress = spool.progress()
        if progress.failing_since is not None:
            return Part(progress.failure, f"{waiting} entries wait on disk. See DATABASE_URL.")
        if age > BACKLOG_TOO_OLD:
            return Part(f"{waiting} entries wait to be written for {age:.0f} s.", "Is a worker running?")
        return Part()

    app.register_blueprint(make_health({"files": files, "redis": redis, "call_log": call_log}))

    drainer = Drainer(spool, Database(settings.database_url))

    @app.before_request
    def keep_up() -> None:
        """Threads belong to one process, and a server may fork: they start with its first request."""
        directory.watch()
        drainer.start(PATIENCE)

    return Web(app, directory)


def answering_app(
    public_url: str,
    token: str,
    key: bytes,
    directory: Directory,
    live: Live,
    log: CallLog,
    clock: Clock,
    notice: Notices,
) -> Flask:
    """The voice webhooks over whatever state and clock are given: the line itself, or a rehearsal."""
    prefix = urlsplit(public_url).path.rstrip("/")
    service = Answering(live, log, clock, key, notice)
    rescue = Rescue(directory, clock, prefix, notice)
    signature = SignatureCheck(public_url, token)
    return make_app(make_voice(service, directory, rescue, signature, key, prefix, notice))


def wsgi_app() -> Flask:
    """The web process for the settings in the environment, as servers are given it."""
    return build_web(read_settings()).app
