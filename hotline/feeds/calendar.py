"""Calendar feeds, which phones and calendar programs come back for: a volunteer's, or a whole rota's.

This module answers requests. What an event says is in `hotline.output.data.calendar_ics`, and which events there are in
`hotline.core.rota.calendar`.

Whoever has the address may read it: names, and when they are on call, and nothing else. So the address is as good as a
password. Its key stands in the query, which no log of ours holds; what it does not open looks like nothing is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, request

from hotline.core.calls.flow import Hotline
from hotline.core.rota.calendar import (
    ADDRESS_PATH,
    LONGEST_ALARM,
    CalendarEvent,
    Times,
    calendar_times,
    events,
    feed_window,
    opened,
)
from hotline.core.rota.on_call import Schedule
from hotline.core.times.spans import Span
from hotline.ports import Clock

Write = Callable[[Hotline, Sequence[CalendarEvent], str | None, timedelta | None, datetime], bytes]
"""A calendar as a file: of these events, for a volunteer or the rota, with an alarm so long before, made now."""
_PATIENCE = 0.2
_HEADERS = {
    "Cache-Control": "private, no-cache",  # kept by nobody between, and asked for again each time
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def make_calendar(by_rota: Callable[[str], Hotline | None], secret: bytes, clock: Clock, write: Write) -> Blueprint:
    """The blueprint of `/calendar.ics?rota=…&who=…&key=…`; `&alarm=60`: an alarm so many minutes before each event."""
    calendar = Blueprint("calendar", __name__)
    kept = _KeptTimes()

    def feed() -> Response:
        rota, who = request.args.get("rota", ""), request.args.get("who")
        hotline = by_rota(rota)
        known, who = opened(secret, hotline.rota if hotline else None, rota, who, request.args.get("key", ""))
        if hotline is None or not known:
            return Response("404 Not Found\n", 404, _HEADERS, mimetype="text/plain")
        try:
            alarm = _alarm(request.args.get("alarm"))
        except ValueError:
            words = f"400 Bad Request: alarm is a number of minutes, 1 to {LONGEST_ALARM}.\n"
            return Response(words, 400, _HEADERS, mimetype="text/plain")
        now = clock()
        on_call = kept.of(hotline.schedule, now)
        if on_call is None:
            return Response("503 Service Unavailable\n", 503, {**_HEADERS, "Retry-After": "60"}, mimetype="text/plain")
        found = events(hotline.schedule, on_call, who)
        tag = _tag(hotline, found, alarm)
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304, headers=_HEADERS)
        else:
            response = Response(write(hotline, found, who, alarm, now), headers=_HEADERS, mimetype="text/calendar")
            response.headers["Content-Disposition"] = 'inline; filename="on-call.ics"'
        response.set_etag(tag, weak=True)
        return response

    calendar.add_url_rule(ADDRESS_PATH, "feed", feed, methods=["GET"], provide_automatic_options=False)
    return calendar


class _KeptTimes:
    """The times on call of the rotas as they are now: worked out once after each edit, and once a month.

    For a rota of a thousand volunteers that takes seconds, so one thread at a time does it: the others are there for
    callers.
    """

    def __init__(self) -> None:
        self._times: WeakKeyDictionary[Schedule, tuple[Span, Times]] = WeakKeyDictionary()
        self._working = Lock()

    def of(self, schedule: Schedule, now: datetime) -> Times | None:
        """Everyone's times on call in a feed's months, or None while another thread works some out."""
        when = feed_window(schedule, now)
        if not self._working.acquire(timeout=_PATIENCE):
            return None
        try:
            kept = self._times.get(schedule)
            if kept is None or kept[0] != when:
                kept = self._times[schedule] = (when, calendar_times(schedule, when))
            return kept[1]
        finally:
            self._working.release()


def _alarm(sent: str | None) -> timedelta | None:
    """Return how long before each event there is an alarm. Raises ValueError."""
    if sent is None:
        return None
    if not (sent.isascii() and sent.isdigit() and 1 <= int(sent[:6]) <= LONGEST_ALARM and len(sent) < 6):
        raise ValueError
    return timedelta(minutes=int(sent))


def _tag(hotline: Hotline, found: Sequence[CalendarEvent], alarm: timedelta | None) -> str:
    """Changes with anything that a calendar shows, and not with the moment it was made."""
    names = [hotline.rota.volunteers[fromkey].name for fromkey in dict.fromkeys(event.who for event in found)]
    parts = [hotline.flow.name, str(alarm), *names, *(f"{one.uid} {one.end.timestamp():.0f}" for one in found)]
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
