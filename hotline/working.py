"""Puts together what a worker's tasks work with. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from collections.abc import Callable, Collection

from hotline.deployment import carrier, now
from hotline.duties.records import Deletion
from hotline.files.watch import WatchedDirectory
from hotline.jobs.tasks import Tools
from hotline.logs import Notices
from hotline.settings import Settings
from hotline.store.calllog import CallLog


def build_tools(settings: Settings) -> Tools:
    """The tools for these settings."""
    notice, account = Notices(), carrier(settings)
    deletes = account is not None and settings.delete_records
    return Tools(
        call_log=CallLog(settings.database_url),
        clock=now,
        deletion=Deletion(account, _numbers(settings, notice), now, notice) if account and deletes else None,
    )


def _numbers(settings: Settings, notice: Notices) -> Callable[[], Collection[str]]:
    """The numbers of all hotlines, from their files as they are when it is asked, or as they were last good."""
    kept: list[WatchedDirectory] = []

    def numbers() -> Collection[str]:
        if not kept:
            kept.append(WatchedDirectory(settings.config_dir, settings.data_dir / "last-good", now, notice))
        kept[0].refresh()
        return kept[0].state.numbers

    return numbers
