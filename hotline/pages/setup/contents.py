"""The parts of a rota, as its set-up page lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.files.values.meant import WEEKDAYS
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.frame.paging import Paged, asked_search, paged
from hotline.pages.setup.editing import KINDS
from hotline.pages.setup.fields import About, said, texts
from hotline.pages.setup.hours_form import row_shown
from hotline.pages.setup.text_words_form import texts_with_own_words
from hotline.pages.setup.texts_form import alerts_in_words, reached_at
from hotline.pages.setup.volunteer_form import entries_of
from hotline.pages.words.days import days_in_words
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, ngettext, weekday_of
from hotline.pages.words.settings import city_of, weekdays_in_words

_RULES = ("zone", "holidays", "ringing", "screening", "limits", "texts", "text_words", "cover_requests", "handsets")
_MOST = 40
"""Entries of a list on one page."""
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A line of the page: what it is called, when it is, and who. `kind` and `step` open its form."""

    kind: str
    step: str
    name: str
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A rota's parts. `rules` are by their forms, each with short facts."""

    volunteers: Paged[ListedEntry]
    coordinators: Paged[ListedEntry]
    shifts: Paged[ListedEntry]
    rotations: Paged[ListedEntry]
    backup: Sequence[str]
    backup_times: Paged[ListedEntry]
    absences: Paged[ListedEntry]
    rules: Mapping[str, Sequence[str]]
    searchable: bool


def contents_of(content: dict[str, Plain]) -> Contents:
    """Return what a rota's file has: of long lists, a page of what the address searches for."""
    people = mapping(content.get("volunteers"))
    names = {who: said(mapping(entry).get("name")) or who for who, entry in people.items()}
    backup = entries_of(content, "backup")
    lists = {
        "volunteers": [
            ListedEntry(
                "volunteer",
                who,
                names[who],
                said(mapping(entry).get("phone")),
                ", ".join(map(language_name, texts(mapping(entry).get("languages")))),
            )
            for who, entry in people.items()
        ],
        "coordinators": [
            ListedEntry(
                "coordinator", who, said(mapping(entry).get("name")) or who, reached_at(entry), alerts_in_words(entry)
            )
            for who, entry in mapping(content.get("coordinators")).items()
        ],
        "shifts": [_row("shift", at, one, names) for at, one in enumerate(entries_of(content, "shifts"))],
        "rotations": [_row("rotation", at, one, names) for at, one in enumerate(entries_of(content, "rotations"))],
        "absences": [
            ListedEntry(
                kind,
                str(at),
                names.get(said(one.get("who")), said(one.get("who"))),
                f"{said(one.get('from'))} – {said(one.get('to'))}",
                _("away") if kind == "absence" else _for_whom(one, names),
            )
            for kind, section in (("absence", "away"), ("covering", "cover"))
            for at, one in enumerate(map(mapping, entries_of(content, section)))
        ],
        "backup_times": [
            _row("backup_rotation" if "turns" in one else "backup_shift", at, one, names)
            for at, one in enumerate(backup)
            if isinstance(one, dict)
        ],
    }
    return Contents(
        **{name: paged(_wanted(rows), _MOST, name) for name, rows in lists.items()},
        backup=[names.get(one, one) for one in backup if isinstance(one, str)],
        rules={kind: _facts(kind, content) for kind in _RULES},
        searchable=any(len(rows) > _MOST for rows in lists.values()),
    )


def _for_whom(cover: Mapping[str, Plain], names: Mapping[str, str]) -> str:
    given = said(cover.get("for"))
    return _("covers for %(name)s", name=names.get(given, given)) if given else _("on call, too")


def _wanted(rows: Sequence[ListedEntry]) -> list[ListedEntry]:
    """Return the rows that have the text of the search in their name, or in those of their volunteers."""
    wanted = asked_search().casefold()
    return [row for row in rows if wanted in row.name.casefold() or wanted in row.who.casefold()]


def _row(kind: str, place: int, entry: Plain, names: Mapping[str, str]) -> ListedEntry:
    at = mapping(entry)
    values = KINDS["rota"][kind].form.shown(entry)
    turns = at.get("turns")
    teams = [texts(one) for one in turns] if isinstance(turns, list) else [[one] for one in texts(at.get("on_call"))]
    who = [" + ".join(names.get(one, one) for one in team) for team in teams]
    return ListedEntry(
        kind,
        str(place),
        said(at.get("name")) or _("without a name"),
        _when(values),
        (" → " if isinstance(turns, list) else ", ").join(who),
    )


def _when(values: Mapping[str, str]) -> str:
    """`Mon, Tue · 08:00–19:00`."""

    def day(name: str) -> str:
        return weekday_of(_MONDAY + timedelta(WEEKDAYS.index(name))) if name in WEEKDAYS else "?"

    start, end = values.get("start", "?"), values.get("end", "?")
    if values.get("pattern") == "long":
        return f"{day(values.get('from_day', ''))} {start} – {day(values.get('to_day', ''))} {end}"
    chosen = [one for one in WEEKDAYS if values.get(f"day_{one}")]
    holidays = [_("public holidays")] if values.get("holidays") or values.get("pattern") == "holidays" else []
    days = (
        ", ".join([*map(day, chosen), *holidays])
        if holidays
        else days_in_words(values.get("days_text", ""))
        if values.get("pattern") == "other"
        else _("every day")
        if len(chosen) == len(WEEKDAYS)
        else weekdays_in_words([WEEKDAYS.index(one) for one in chosen])
    )
    hours = _("all day") if (start, end) == ("00:00", "00:00") else f"{start}–{end}"
    weeks = values.get("every", "")
    often = (
        ngettext("every %(num)d week", "every %(num)d weeks", int(weeks)) if weeks.isdecimal() and weeks != "1" else ""
    )
    tier = _("tier %(number)s", number=values["tier"]) if values.get("tier", "1") != "1" else ""
    until = _("until %(when)s", when=values["until"]) if values.get("until") else ""
    return " · ".join(one for one in (days, hours, often, until, tier) if one)


def opening_in_words(content: Mapping[str, Plain]) -> list[str]:
    """The opening hours of a line in words, a text for each; none if it is always open."""
    times = KINDS["rota"]["shift"].form
    return [_when({**times.shown(one), **row_shown(one)}) for one in entries_of(content, "open")]


def _facts(kind: str, content: dict[str, Plain]) -> list[str]:
    """A section's facts, in the words of its form."""
    form, section = KINDS["rota"][kind].form, KINDS["rota"][kind].section
    old = content.get(section) if section else content
    if old is None:
        return []
    if kind == "text_words":
        return texts_with_own_words(old)
    values = form.shown(old)
    if kind == "zone":
        return [city_of(one) for one in values.values()]
    fields = (one for group in form.fields(values, About(content, old=old)) for one in group.fields if one.value)
    return [
        one.label if one.kind == "check" else f"{one.label}: {dict(one.choices).get(one.value, one.value)}"
        for one in fields
    ]
