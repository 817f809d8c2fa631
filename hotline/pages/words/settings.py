"""Changed settings of a rota in the words of its forms, where `core.planning.settings_diff` has those of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.core.planning.settings_diff import Altered
from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.rota import Order, Pattern, Rota, Rotation, Shift
from hotline.core.rota.text_rules import Alert
from hotline.core.times.wall_clock import DAY
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, later, weekday_of
from hotline.pages.words.reminders import reminder_in_words
from hotline.pages.words.texts import TEXTS
from hotline.pages.words.wording import worded

ALERTS: Mapping[Alert, str] = {
    Alert.NOT_REACHED: later("A caller reached nobody"),
    Alert.NOBODY_LEFT: later("A volunteer is off, and nobody is left"),
    Alert.GAP: later("Nobody is on call within 48 hours"),
    Alert.EDIT_REFUSED: later("A file has a mistake, and is not used"),
    Alert.RING_TEST: later("A test ring did not reach somebody"),
    Alert.COVER: later("Somebody asks for cover"),
}
ASKING: Mapping[Asking, str] = {
    Asking.ONE_BY_ONE: later("One by one, the least loaded first"),
    Asking.TOGETHER: later("Everybody at once"),
    Asking.NONE: later("Nobody: volunteers cannot ask"),
}
ORDERS: Mapping[Order, str] = {
    Order.ROUND_ROBIN: later("In turn"),
    Order.LISTED: later("Always from the top"),
}
_HANDSETS = {
    "A": later("every ring, after 4 to 12 seconds"),
    "B": later("7 of 10 rings"),
    "C": later("4 of 10 rings"),
}
_SETTINGS = {
    "timezone": later("Time zone"),
    "backup": later("Backup"),
    "ring_for": later("One phone rings for"),
    "max_wait": later("Longest wait"),
    "backup_after": later("The backup is rung after"),
    "rest_after_call": later("Rest after a call"),
    "rounds": later("Rounds"),
    "at_once": later("Phones at once"),
    "stagger": later("One more phone every"),
    "accept_key": later("Key that takes a call"),
    "order": later("Order"),
    "test": later("Test rings"),
    "play": later("Recording of what volunteers hear first"),
    "say": later("What volunteers hear first"),
    "calendar": later("Number of the calendar"),
    "handsets": later("How phones answer in a forecast"),
    "volunteers": later("Volunteers"),
    "limits: nights_running": later("Warn above this many nights in a row"),
    "limits: most_nights_running": later("Never more nights in a row than"),
    "limits: rest_between": later("Least time off between two times on call"),
    "limits: except": later("Without limits"),
    "cover_requests: ask": later("Who is asked"),
    "cover_requests: wait": later("How long each has to answer"),
    "cover_requests: approve": later("A coordinator must approve"),
    "texts: reminders": later("Reminders"),
    "texts: quiet": later("Quiet hours"),
    "texts: changes": later("When an edit changes a volunteer's times"),
    "texts: missed_ring": later("A kind note when a volunteer did not pick up, once a shift at most"),
    "texts: words": later("Words of messages"),
    "coordinators": later("Coordinator"),
}
"""The settings by their names in the file, without what follows a name."""
_OF_PEOPLE = {
    "name": later("Name"),
    "languages": later("Languages"),
    "phone": later("Phone"),
    "email": later("E-mail"),
    "calendar": later("Number of the calendar"),
    "texts": later("Gets texts"),
    "remind": later("Reminders"),
    "handset": later("How the phone answers in a forecast"),
    "alerts": later("Alerts"),
    "digest": later("A summary by e-mail every Monday"),
}
_ANSWERS = {"yes": later("yes"), "no": later("no")}
_OFTEN = {"never": later("Never"), "monthly": later("Every month")}
_MONDAY = date(2024, 1, 1)


def handsets() -> list[tuple[str, str]]:
    """The ways in which phones answer in a forecast, as menus show them."""
    return [(kind, _(words)) for kind, words in _HANDSETS.items()]


@dataclass(frozen=True, slots=True)
class SettingInWords:
    """A changed setting: its name, and its value before and after, as its form has them."""

    what: str
    old: str
    new: str


def city_of(zone: str) -> str:
    """The city of a time zone by its name: `New York` of `America/New_York`."""
    return zone.rpartition("/")[2].replace("_", " ")


def weekdays_in_words(days: Sequence[int]) -> str:
    """Some days of the week in words: `Mon–Fri`, `Tue, Sat`. `days` are in order, 0 for Monday."""
    whole = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{_day(days[0])}–{_day(days[-1])}" if whole else ", ".join(map(_day, days))


def setting_in_words(altered: Altered, old: Rota, new: Rota) -> SettingInWords:
    """Return a changed setting in the words of its form."""
    names = {**_names(old), **_names(new)}
    what, kind = _named(altered.what, names)
    if kind == "backup":
        was, becomes = _backup(old, names), _backup(new, names)
    else:
        was, becomes = _value(kind, altered.old), _value(kind, altered.new)
    if was == becomes:  # they differ in what words leave out
        was, becomes = worded(altered.old), worded(altered.new)
    return SettingInWords(what, was, becomes)


def _names(rota: Rota) -> dict[str, str]:
    people = {id: one.name for id, one in rota.coordinators.items()}
    return people | {id: one.name for id, one in rota.volunteers.items()}


def _named(what: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of a setting in words, and its kind: the last of its names in the file."""
    if what in _SETTINGS:
        return _(_SETTINGS[what]), what.rpartition(": ")[2]
    section, *parts = what.split(": ")
    if section != "coordinators":
        parts.insert(0, section)
    elif len(parts) == 1:
        return _(_SETTINGS[section]), ""
    if len(parts) == 2 and parts[1] in _OF_PEOPLE:
        return f"{names.get(parts[0], parts[0])}: {_(_OF_PEOPLE[parts[1]])}", parts[1]
    start = next((": ".join(parts[:end]) for end in (2, 1) if ": ".join(parts[:end]) in _SETTINGS), "")
    if not start:
        return what, ""
    rest = [names.get(one, one) if start == "limits: except" else one for one in what[len(start) + 2 :].split(": ")]
    if start in ("say", "texts: words"):
        rest = [*(_(TEXTS[one]) if one in TEXTS else one for one in rest[:-1]), language_name(rest[-1])]
    return f"{_(_SETTINGS[start])}: {', '.join(rest)}", ""


def _value(kind: str, value: str) -> str:
    """Return a value of the file in words."""
    if value.startswith("[") and value.endswith("]"):
        several = [one for one in value[1:-1].split(", ") if one]
        return ", ".join(_one(kind, one) for one in several) or _("none")
    return _one(kind, worded(value)) if kind else worded(value)


def _one(kind: str, value: str) -> str:
    known: Mapping[str, str] = {
        "ask": {one.value: words for one, words in ASKING.items()},
        "order": {one.value: words for one, words in ORDERS.items()},
        "alerts": {one.value: words for one, words in ALERTS.items()},
        "test": _OFTEN,
    }.get(kind, _ANSWERS)
    if kind == "timezone":
        return city_of(value)
    if kind == "languages":
        return language_name(value)
    if kind in ("reminders", "remind") and value not in _ANSWERS:
        return reminder_in_words(value)
    return _(known[value]) if value in known else value


def _backup(rota: Rota, names: Mapping[str, str]) -> str:
    """The backup by name, in the order of the file, with the times of those who are backup at times."""
    entries: Sequence[str | Shift | Rotation] = rota.backup_entries or rota.backup
    said = [names.get(one, one) if isinstance(one, str) else _at_times(one, names) for one in entries]
    return "; ".join(said) or _("Nobody")


def _at_times(entry: Shift | Rotation, names: Mapping[str, str]) -> str:
    """`Ben Ruiz (Mon, Tue 08:00–12:00)`; of a rotation `Amy Okafor → Cho Min-ji (every day 20:00–22:00)`."""
    if isinstance(entry, Shift):
        who = ", ".join(names.get(one, one) for one in entry.on_call)
    else:
        teams = ([turn] if isinstance(turn, str) else turn for turn in entry.turns)
        who = " → ".join(" + ".join(names.get(one, one) for one in team) for team in teams)
    return f"{who} ({_when(entry.pattern)})"


def _when(pattern: Pattern) -> str:
    end = pattern.start + pattern.length
    if pattern.length > DAY:
        day = min(pattern.days)
        return f"{_day(day)} {_clock(pattern.start)} – {_day(day + end // DAY)} {_clock(end)}"
    days = _("every day") if len(pattern.days) == 7 else weekdays_in_words(sorted(pattern.days))
    if pattern.holidays and not days:
        days = _("public holidays")
    hours = _("all day") if (pattern.start, end) == (0, DAY) else f"{_clock(pattern.start)}–{_clock(end)}"
    return f"{days or _('On other days')} {hours}"


def _day(day: int) -> str:
    return weekday_of(_MONDAY + timedelta(day % 7))


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
