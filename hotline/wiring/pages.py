"""Puts the pages together. Imported when someone first asks for a page: what it brings along calls do not need."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from flask import Flask

from hotline.core.jobs import Urgency, ring_test
from hotline.core.rota.on_call import Schedule
from hotline.core.texts.overview import SeenReminder, seen_reminders
from hotline.core.texts.readers import Wishes
from hotline.files.edits.milestones import Milestones
from hotline.links import address_of_link, own_page, pages_address
from hotline.output.data.calendar_ics import address
from hotline.pages.app import make_pages
from hotline.pages.frame.parts import HealthState, PageParts
from hotline.practice.call_test_process import CallTestProcess
from hotline.practice.edit_waits import EditWaitsProcess
from hotline.practice.softphone import Softphone
from hotline.services.setting_off import OffDesk
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.own_choices import OwnChoicesTable
from hotline.store.database.people import AuditList, PeopleTables
from hotline.store.redis.client import redis_client
from hotline.store.redis.connection import TIMEOUT
from hotline.wiring.parts import Parts

_AHEAD = timedelta(days=3)
_APART = 300
_PAUSE = 3.0
"""Seconds for which a database that failed is not asked again: a page may ask it several times, and so may the next."""
_PATIENCE = 10.0
"""Seconds after which a database that does not answer has failed: there are few threads, and a person waits."""


def pages_app(parts: Parts, checks: Mapping[str, Callable[[], HealthState]]) -> Flask:
    """Return the coordinators' application of these parts. `checks` are those of health."""
    settings, database = parts.settings, Database(parts.settings.database_url, _PAUSE, _PATIENCE)
    page_parts = PageParts(
        public_url=settings.public_url,
        practice=settings.practice,
        key=hmac.digest(parts.key, b"pages", "sha256"),
        config_dir=settings.config_dir,
        clock=parts.clock,
        notice=parts.notice,
        directory=parts.directory,
        people=PeopleTables(database),
        audit=AuditList(database),
        calls=CallLog(settings.database_url, _PAUSE, _PATIENCE),
        absences=parts.absences,
        setting_off=OffDesk(parts.absences, parts.outbox, parts.notice),
        covers=parts.cover_desk_of(database),
        own_choices=OwnChoicesTable(database),
        mail=parts.mail is not None,
        forecasts=parts.asked_forecasts,
        edit_waits=EditWaitsProcess(
            settings.countries, parts.notice, parts.effort.edit_waits_within, parts.effort.edit_calls
        ),
        phone=Softphone(parts.redis_url),
        checks=checks,
        limits_pool=redis_client(parts.redis_url, TIMEOUT).connection_pool,
        secret=parts.key,
        link_address=lambda key: address_of_link(settings, key),
        calendar_address=lambda rota, who: address(pages_address(settings), parts.key, rota, who),
        page_address=lambda rota, who: own_page(settings, parts.key, rota, who),
        reminders=_reminders(parts),
        oidc=settings.oidc,
        ring_test=None if settings.practice else _ring_test(parts),
        saved=parts.saved_files,
        milestones=Milestones(settings.data_dir / "milestones"),
        call_tests=CallTestProcess(settings.config_dir, parts.effort.call_tests_within),
    )
    return make_pages(page_parts)


def _reminders(parts: Parts) -> Callable[[Schedule, str, datetime], Sequence[SeenReminder]]:
    """Find a volunteer's reminders. Texts that came of a call are stored without their receivers, so none is found."""

    def reminders(schedule: Schedule, who: str, now: datetime) -> Sequence[SeenReminder]:
        wishes = Wishes(schedule.rota, parts.own_choices.of(schedule.rota.id), parts.mail is not None)
        return seen_reminders(schedule, now, _AHEAD, parts.text_ledger.known, parts.optouts.is_out, wishes.only(who))

    return reminders


def _ring_test(parts: Parts) -> Callable[[str, str], None]:
    """Have a volunteer's phone rung soon, as `hotline ring-test` does: at most once in `_APART`."""

    def ring(hotline: str, who: str) -> None:
        id = f"{hotline}/page-{int(parts.clock().timestamp()) // _APART}/{who}"
        parts.outbox.put(ring_test(hotline, who, id, Urgency.TONIGHT))

    return ring
