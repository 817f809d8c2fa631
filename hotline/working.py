"""Puts together what a worker's tasks work with. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from hotline.deployment import now
from hotline.jobs.tasks import Tools
from hotline.settings import Settings
from hotline.store.calllog import CallLog


def build_tools(settings: Settings) -> Tools:
    """The tools for these settings."""
    return Tools(call_log=CallLog(settings.database_url), clock=now)
