"""Puts the pages together. Imported when someone first asks for a page: what it brings along calls do not need."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from flask import Flask

from hotline.deployment import now, redis_url, secret_key
from hotline.files.watch import WatchedDirectory
from hotline.logs import Notices
from hotline.pages.app import make_pages
from hotline.pages.tools import Part, Tools
from hotline.settings import Settings
from hotline.store.calllog import CallLog
from hotline.store.opened import Database
from hotline.store.people import AuditList, People


def pages_app(
    settings: Settings, directory: WatchedDirectory, notice: Notices, parts: Mapping[str, Callable[[], Part]]
) -> Flask:
    """The coordinators' application for these settings."""
    database = Database(settings.database_url)
    tools = Tools(
        public_url=settings.public_url,
        practice=settings.practice,
        key=hmac.digest(secret_key(settings), b"pages", "sha256"),
        config_dir=settings.config_dir,
        clock=now,
        notice=notice,
        directory=directory,
        people=People(database),
        audit=AuditList(database),
        calls=CallLog(settings.database_url),
        parts=parts,
        limits_url=redis_url(settings),
    )
    return make_pages(tools)
