"""The webhooks of test rings: signed and sealed like a call's, and separate from calls: no log, no live state.

The result of a test is queued as a job, so that nobody waits for a database.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from hotline.carrier import twiml
from hotline.core import jobs
from hotline.core.calls.flow import Hotline
from hotline.core.calls.reply import Reply
from hotline.core.calls.ring_test import RingTest, asked, reached, unseal
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import describe
from hotline.services.parts import AnswerParts
from hotline.webhooks.ring_test_paths import ENDED, HEARD, PRESSED
from hotline.webhooks.webhook import Webhook, as_twiml, number_of

_HANG_UP = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>'
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Answer = Callable[[Hotline, Webhook, RingTest | None], Reply]


class RingTestRoutes:
    """The webhooks of test rings.

    `not_placed` is called for a ring that the carrier could not place, as for the rings of calls.
    """

    def __init__(self, parts: AnswerParts, not_placed: Callable[[Hotline], None]) -> None:
        self._parts = parts
        self._not_placed = not_placed

    def add_routes(self, voice: Blueprint) -> None:
        """Add the addresses of a test to those whose signature is checked."""
        self._route(voice, HEARD, self._heard)
        self._route(voice, PRESSED, self._pressed)
        voice.add_url_rule(ENDED, "ring_test_ended", self._ended, methods=["GET", "POST"])

    def _heard(self, hotline: Hotline, _: Webhook, test: RingTest | None) -> Reply:
        return asked(hotline, test.volunteer if test else None)

    def _pressed(self, hotline: Hotline, hook: Webhook, test: RingTest | None) -> Reply:
        volunteer = test.volunteer if test else None
        if hook.key != hotline.rota.ringing.accept_key:
            return asked(hotline, volunteer)
        if test is not None:
            self._over(test, True)
        return reached(hotline, volunteer)

    def _ended(self) -> Response:
        try:
            hook, now = Webhook.of(request), epoch_seconds(self._parts.clock())
            if hook.going:
                return as_twiml(_EMPTY)
            test = unseal(hook.at, self._parts.key, now)
            if test is not None:
                self._over(test, False, picked_up=hook.status == "completed")
                if hook.failed and (hotline := self._hotline()) is not None:
                    self._not_placed(hotline)
            for job in self._parts.follow_up_jobs.call_ended(hook.call, now):
                self._parts.jobs.put(job)
        except Exception as error:  # noqa: BLE001 - nobody is on the line, and the carrier does not ask twice
            self._parts.notice("webhook_failed", route=ENDED, error=describe(error))
        return as_twiml(_EMPTY)

    def _hotline(self) -> Hotline | None:
        """The hotline whose number the phone was rung from."""
        sent = request.form if request.method == "POST" else request.args
        return self._parts.directory.by_number(number_of(sent.get("From", ""))) or self._parts.directory.any()

    def _over(self, test: RingTest, reached: bool, picked_up: bool = False) -> None:
        self._parts.jobs.put(jobs.ring_test_over(test.id, reached, picked_up))

    def _route(self, voice: Blueprint, path: str, answer: Answer) -> None:
        def view() -> Response:
            try:
                hook = Webhook.of(request)
                test = unseal(hook.at, self._parts.key, epoch_seconds(self._parts.clock()))
                hotline = self._hotline()
                if hotline is None:
                    return as_twiml(_HANG_UP)
                if test is not None:
                    hotline = hotline.with_people(test.people)
                where = f"{self._parts.prefix}{PRESSED}?at={hook.at}" if test else f"{self._parts.prefix}{PRESSED}"
                reply = answer(hotline, hook, test)
                return as_twiml(twiml.render(reply, lambda _, __: where, self._parts.sound_address))
            except Exception as error:  # noqa: BLE001 - a volunteer is on the line, and hears no error message
                self._parts.notice("webhook_failed", route=path, error=describe(error))
                return as_twiml(_HANG_UP)

        voice.add_url_rule(path, path.replace("/", "_"), view, methods=["GET", "POST"])
