"""The webhooks over whatever state and clock are given: the line itself, or a rehearsal of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from hotline.carrier.signature import SignatureCheck
from hotline.core.calls.follow_up_jobs import Aftermath
from hotline.core.times.wall_clock import epoch_seconds
from hotline.ports import CallLog, Clock, Directory, Jobs, Live, LiveAbsences, Meter, Notices
from hotline.services.answering import Answering
from hotline.services.texts.incoming import IncomingTexts
from hotline.webhooks.app import make_app
from hotline.webhooks.heartbeat import HeartbeatReplies
from hotline.webhooks.rescue import Rescue
from hotline.webhooks.ring_test import RingTestRoutes
from hotline.webhooks.sms import make_sms
from hotline.webhooks.unmetered import UNMETERED
from hotline.webhooks.voice import make_voice


def answering_app(
    public_url: str,
    token: str,
    key: bytes,
    directory: Directory,
    live: Live,
    log: CallLog,
    absences: LiveAbsences,
    jobs: Jobs,
    aftermath: Aftermath,
    clock: Clock,
    notice: Notices,
    meter: Meter = UNMETERED,
    texts: IncomingTexts | None = None,
) -> Flask:
    """The application. `token` signs webhooks, `key` seals positions; `texts` answers texts, if any are to be."""
    prefix = urlsplit(public_url).path.rstrip("/")
    service = Answering(live, log, absences, jobs, aftermath, clock, key, notice)
    rescue = Rescue(directory, absences, clock, prefix, notice)
    signature = SignatureCheck(public_url, token)
    ring_tests = RingTestRoutes(
        directory, jobs, aftermath, lambda hotline: service.placed(hotline, False), clock, key, prefix, notice
    )
    heartbeats = HeartbeatReplies(token, clock)
    voice = make_voice(service, directory, rescue, ring_tests, signature, key, prefix, notice, meter, heartbeats)

    def forget(text: str) -> None:
        for job in aftermath.text_came(text, epoch_seconds(clock())):
            jobs.put(job)

    sms = [make_sms(texts, signature, meter.refused, forget, notice)] if texts else []
    return make_app(voice, *sms, prefix=prefix)
