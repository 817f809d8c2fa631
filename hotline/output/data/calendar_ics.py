"""Calendars in the iCalendar format (RFC 5545), for phones and calendar programs. No phone number is in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hotline.core.calls.flow import Hotline
from hotline.core.rota.calendar import ADDRESS_PATH, CalendarEvent, whole_key
from hotline.core.rota.rota import Rota

_REFRESH = timedelta(hours=1)


def calendar_ics(
    hotline: Hotline, events: Iterable[CalendarEvent], who: str | None, alarm: timedelta | None, stamp: datetime
) -> bytes:
    """A calendar of one volunteer, or with `who` None of the whole rota. `alarm` is the time before each event.

    Times are in UTC, so no program needs the rules of a time zone. An event leaves its people free for others
    (TRANSPARENT): being on call is no meeting. `stamp` is the time of creation.
    """
    from icalendar import Alarm, Calendar, Event, vText  # only callers that make one pay for loading it

    rota = hotline.rota
    title = f"{hotline.title} on call" if who is None else f"{hotline.title} on call: {rota.volunteers[who].name}"
    calendar = Calendar()
    calendar.add("prodid", "-//Hotline//Rota//EN")
    calendar.add("version", "2.0")
    calendar.add("name", vText(title))
    calendar.add("x-wr-calname", vText(title))
    calendar.add("refresh-interval", _REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    for event in events:
        shown = Event()
        shown.add("uid", event.uid)
        shown.add("dtstamp", stamp)
        shown.add("dtstart", event.start)
        shown.add("dtend", event.end)
        own, name = "Backup" if event.backup else "On call", rota.volunteers[event.who].name
        shown.add("summary", f"{own}: {hotline.title}" if who else f"{name} (backup)" if event.backup else name)
        shown.add("transp", "TRANSPARENT")
        shown.add("class", "PRIVATE")
        if alarm is not None:
            reminder = Alarm()
            reminder.add("action", "DISPLAY")
            reminder.add("description", f"{own} soon: {hotline.title}")
            reminder.add("trigger", -alarm)
            shown.add_component(reminder)
        calendar.add_component(shown)
    text: bytes = calendar.to_ical()
    return text


def calendar_json(hotline: Hotline, events: Iterable[CalendarEvent], who: str | None) -> dict[str, Any]:
    """A calendar as data for `json.dumps`: instants in the rota's zone. No phone number is in it."""
    rota = hotline.rota
    return {
        "rota": rota.id,
        "who": who,
        "timezone": rota.zone_name,
        "times": [
            {
                "id": event.who,
                "name": rota.volunteers[event.who].name,
                "start": event.start.astimezone(rota.zone).isoformat(),
                "end": event.end.astimezone(rota.zone).isoformat(),
                "backup": event.backup,
            }
            for event in events
        ],
    }


def address(public_url: str, secret: bytes, rota: Rota, who: str | None, alarm: timedelta | None = None) -> str:
    """The address of a volunteer's calendar, or with `who` None of the rota's."""
    query = {"rota": rota.id, **({} if who is None else {"who": who})}
    query["key"] = whole_key(secret, rota, who)
    if alarm is not None:
        query["alarm"] = str(round(alarm.total_seconds() / 60))
    return f"{public_url.rstrip('/')}{ADDRESS_PATH}?{urlencode(query)}"
