"""The webhooks with a given state and clock: the real line, or a rehearsal of it."""

from __future__ import annotations

from flask import Flask

from hotline.carrier.signature import SignatureCheck
from hotline.services.answering import Answering
from hotline.services.parts import AnswerParts
from hotline.webhooks.app import make_app
from hotline.webhooks.rescue import Rescue
from hotline.webhooks.ring_test import RingTestRoutes
from hotline.webhooks.sms import make_sms
from hotline.webhooks.sounds import make_sounds
from hotline.webhooks.voice import Voice


def answering_app(parts: AnswerParts) -> Flask:
    """Return the application that answers the carrier."""
    service, signature = Answering(parts), SignatureCheck(parts.public_url, parts.tokens, parts.shared_keys)
    rescue = Rescue(parts.directory, parts.absences, parts.clock, parts.prefix, parts.notice)
    ring_tests = RingTestRoutes(parts, lambda hotline: service.placed(hotline, False))
    voice = Voice(service, parts, rescue).blueprint(signature, ring_tests)
    sms = [make_sms(parts, parts.texts, signature)] if parts.texts else []
    return make_app(voice, *sms, make_sounds(parts.directory, parts.key), prefix=parts.prefix)
