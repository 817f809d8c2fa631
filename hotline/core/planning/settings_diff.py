"""The difference between two versions of a rota, apart from times on call: how phones are rung, and who is who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotline.core.rota.cover_rules import CoverRules
from hotline.core.rota.rota import LAST, Limits, Pattern, Ringing, Rota, Rotation, Shift, TurnChange, Volunteer
from hotline.core.rota.text_rules import Alert, Coordinator, Reminder, TextRules
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording

_A_NUMBER, _ANOTHER_NUMBER = Wording("a number"), Wording("another number")
_USUAL = Wording("(the usual words)")
_AS_THE_ROTA = Wording("(as the rota's)")
_NONE, _NOBODY = Wording("none"), Wording("(none)")


@dataclass(frozen=True, slots=True)
class Altered:
    """A changed setting, under its name in the file, before and after, as written there. Never a phone number."""

    what: str
    old: str
    new: str


def altered_settings(old: Rota, new: Rota) -> Iterator[Altered]:
    """Time zone, backup, ringing, limits, texts and coordinators."""
    pairs = [
        ("timezone", old.zone_name, new.zone_name),
        ("backup", _backup(old), _backup(new)),
        *_ringing(old.ringing, new.ringing),
        *_limits(old.limits, new.limits),
        ("calendar", str(old.calendar), str(new.calendar)),
        ("handsets", old.handsets, new.handsets),
        *_cover_rules(old.cover_rules, new.cover_rules),
        *_texts(old.texts, new.texts),
        *_coordinators(old.coordinators, new.coordinators),
    ]
    return (Altered(*pair) for pair in pairs if pair[1] != pair[2])


def altered_volunteers(old: Rota, new: Rota) -> Iterator[Altered]:
    """Names, languages and phones of those who are in both versions."""
    for id, now in new.volunteers.items():
        was = old.volunteers.get(id)
        if was is None:
            continue
        if was.name != now.name:
            yield Altered(f"{id}: name", was.name, now.name)
        if was.languages != now.languages:
            yield Altered(f"{id}: languages", listed(was.languages), listed(now.languages))
        if was.phone != now.phone:
            yield Altered(f"{id}: phone", _A_NUMBER, _ANOTHER_NUMBER)
        if was.calendar != now.calendar:
            yield Altered(f"{id}: calendar", Wording("an address"), Wording("another address"))
        if was.texts != now.texts:
            yield Altered(f"{id}: texts", _answer(was.texts), _answer(now.texts))
        if was.email != now.email:
            yield Altered(f"{id}: email", *_addresses(was.email, now.email))
        if was.remind != now.remind:
            yield Altered(f"{id}: remind", _own_reminders(was), _own_reminders(now))
        if was.handset != now.handset:
            yield Altered(f"{id}: handset", was.handset or _AS_THE_ROTA, now.handset or _AS_THE_ROTA)
    common = [id for id in old.volunteers if id in new.volunteers]
    if common != [id for id in new.volunteers if id in old.volunteers]:
        yield Altered("volunteers", Wording("in one order"), Wording("in another order, which the round robin uses"))


def listed(ids: Sequence[str]) -> str:
    """Names as a list in a file: `[amy, ben]`."""
    return f"[{', '.join(ids)}]"


def duration(seconds: int) -> str:
    """Format a duration as in the files: `1h30m`."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    written = "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if number)
    return written or "0s"


def _ringing(old: Ringing, new: Ringing) -> Iterator[tuple[str, str, str]]:
    for name in ("ring_for", "max_wait", "backup_after", "rest_after_call"):
        yield name, duration(getattr(old, name)), duration(getattr(new, name))
    for name in ("rounds", "at_once"):
        yield name, str(getattr(old, name)), str(getattr(new, name))
    yield "stagger", _stagger(old), _stagger(new)
    yield "accept_key", old.accept_key, new.accept_key
    yield "order", old.order.value, new.order.value
    yield "test", old.test.value, new.test.value
    yield "play", old.play or _NONE, new.play or _NONE
    for language in dict.fromkeys((*old.say, *new.say)):
        yield f"say: {language}", old.say.get(language, _USUAL), new.say.get(language, _USUAL)


def _stagger(ringing: Ringing) -> str:
    return duration(ringing.stagger) if ringing.stagger else _NONE


def _limits(old: Limits, new: Limits) -> Iterator[tuple[str, str, str]]:
    for name in ("nights_running", "most_nights_running"):
        yield f"limits: {name}", str(getattr(old, name)), str(getattr(new, name))
    yield "limits: rest_between", duration(old.rest_between), duration(new.rest_between)
    for who in dict.fromkeys((*old.silenced, *new.silenced)):
        yield f"limits: except: {who}", old.silenced.get(who, _NOBODY), new.silenced.get(who, _NOBODY)


def _cover_rules(old: CoverRules, new: CoverRules) -> Iterator[tuple[str, str, str]]:
    yield "cover_requests: ask", old.ask.value, new.ask.value
    yield "cover_requests: wait", duration(old.wait), duration(new.wait)
    yield "cover_requests: approve", _answer(old.approve), _answer(new.approve)


def _texts(old: TextRules, new: TextRules) -> Iterator[tuple[str, str, str]]:
    yield "texts: reminders", _reminders(old.reminders), _reminders(new.reminders)
    yield "texts: quiet", old.quiet.written if old.quiet else _NONE, new.quiet.written if new.quiet else _NONE
    yield "texts: changes", _answer(old.changes), _answer(new.changes)
    yield "texts: missed_ring", _answer(old.missed_ring), _answer(new.missed_ring)
    for text in dict.fromkeys((*old.words, *new.words)):
        before, now = old.words.get(text, {}), new.words.get(text, {})
        for language in dict.fromkeys((*before, *now)):
            name = f"texts: words: {text}: {language}"
            yield name, before.get(language, _USUAL), now.get(language, _USUAL)


def _coordinators(old: Mapping[str, Coordinator], new: Mapping[str, Coordinator]) -> Iterator[tuple[str, str, str]]:
    for id in dict.fromkeys((*old, *new)):
        was, now = old.get(id), new.get(id)
        if was is None or now is None:
            yield f"coordinators: {id}", was.name if was else _NOBODY, now.name if now else _NOBODY
            continue
        yield f"coordinators: {id}: name", was.name, now.name
        yield f"coordinators: {id}: languages", listed(was.languages), listed(now.languages)
        yield f"coordinators: {id}: alerts", _alerts(was), _alerts(now)
        if was.phone != now.phone:
            yield f"coordinators: {id}: phone", *_numbers(was.phone, now.phone)
        if was.email != now.email:
            yield f"coordinators: {id}: email", *_addresses(was.email, now.email)
        yield f"coordinators: {id}: digest", _answer(was.digest), _answer(now.digest)


def _addresses(was: str, now: str) -> tuple[str, str]:
    """Name two e-mail addresses without writing them out."""
    another = Wording("another address") if was else Wording("an address")
    return Wording("an address") if was else _NONE, another if now else _NONE


def _numbers(was: str, now: str) -> tuple[str, str]:
    """Name two phone numbers without writing them out."""
    another = _ANOTHER_NUMBER if was else _A_NUMBER
    return _A_NUMBER if was else _NONE, another if now else _NONE


def _backup(rota: Rota) -> str:
    """The backup in file order, with the entry's name if it is only at times."""
    if not rota.backup_entries:
        return listed(rota.backup)
    return listed(
        [
            backup_entry if isinstance(backup_entry, str) else _backup_entry(backup_entry)
            for backup_entry in rota.backup_entries
        ]
    )


def _backup_entry(entry: Shift | Rotation) -> str:
    """Format a backup entry as in the file: who, and when."""
    if isinstance(entry, Shift):
        return f"{{{_when(entry.pattern)}, on_call: {listed(entry.on_call)}{', also: true' if entry.also else ''}}}"
    turns = [turn if isinstance(turn, str) else listed(turn) for turn in entry.turns]
    return f"{{{_when(entry.pattern)}, turns: {listed(turns)}, change: {_change(entry.change)}}}"


def _change(change: TurnChange) -> str:
    if change.unit == "month":
        return "monthly" if change.count == 1 else f"{change.count} months"
    weeks, days = divmod(change.count, 7)
    named = {1: "daily", 7: "weekly"}.get(change.count)
    return named or (f"{change.count} days" if days else f"{weeks} weeks")


def _when(pattern: Pattern) -> str:
    """Format `days`, `hours` and the dates of a pattern as in the file."""
    end = pattern.start + pattern.length
    if pattern.length > DAY:
        days = sorted(pattern.days)
        parts = [f"from: {_moment(day * DAY + pattern.start)}, to: {_moment(day * DAY + end)}" for day in days]
    else:
        hours = "24h" if (pattern.start, end) == (0, DAY) else f"{_clock(pattern.start)}-{_clock(end)}"
        parts = [f"days: {_days(pattern)}", f"hours: {hours}"]
    parts += [f"every: {pattern.every} weeks"] if pattern.every > 1 else []
    parts += [f"{name}: {day}" for name in ("starting", "until") if (day := getattr(pattern, name))]
    return ", ".join(parts)


def _days(pattern: Pattern) -> str:
    if len(pattern.days) == 7:  # and any other settings
        return "every day"
    weekly = [_WEEKDAYS[day] for day in sorted(pattern.days)]
    places = [f"{_PLACES[place]} {_WEEKDAYS[day]}" for place, day in sorted(pattern.monthly)]
    return " + ".join((*weekly, *places, *(["holidays"] if pattern.holidays else [])))


def _moment(minute: int) -> str:
    return f"{_WEEKDAYS[minute // DAY % 7]} {_clock(minute)}"


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute // 60 % 24:02}:{minute % 60:02}"


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLACES = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LAST: "last"}


def _own_reminders(volunteer: Volunteer) -> str:
    return _AS_THE_ROTA if volunteer.remind is None else _reminders(volunteer.remind)


def _reminders(reminders: Sequence[Reminder]) -> str:
    return listed([reminder.written for reminder in reminders]) if reminders else _NONE


def _alerts(coordinator: Coordinator) -> str:
    return listed([one.value for one in Alert if one in coordinator.alerts])


def _answer(yes: bool) -> str:
    return "yes" if yes else "no"
