"""Entries inserted into the text of a rota file, as a careful coordinator would. The rest does not change.

A YAML library that keeps comments (ruamel.yaml) rewrites the whole file, and undoes the columns that people line up. So
we insert the new words. Then we read the file again, to check that it contains the same as before and the new entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hotline.core.rota.rota import Away, Cover
from hotline.core.times.wall_clock import DAY, WallMinute
from hotline.core.wording import Wording
from hotline.errors import FilesError
from hotline.files.yaml.document import Document, Plain
from hotline.files.yaml.insertion import Insertion, Style, added_to_list, inserted, new_section, with_field
from hotline.files.yaml.layout import layout
from hotline.files.yaml.reading import read

Change = Mapping[str, str]
"""The fields of one entry, in the order they are written."""

_BOM = "\ufeff"


def add_entries(text: str, entries: Sequence[Away | Cover]) -> str:
    """Return a rota file's text with these entries at the end of its `away` and `cover` lists. Makes missing lists.

    Raises FilesError if the format of a list does not allow adding to it.
    """
    for section, kind in (("away", Away), ("cover", Cover)):
        new = [as_fields(entry) for entry in entries if isinstance(entry, kind)]
        if new:
            text = _added(text, section, new)
    return text


def number_calendar(text: str, who: str | None, number: int) -> str:
    """Return a rota file's text with `calendar: number` for a volunteer, or for the rota itself.

    Raises FilesError if the format does not allow the change.
    """
    bom, body = _split(text)
    path = ("calendar",) if who is None else ("volunteers", who, "calendar")
    edits = with_field(body, layout(body), path, str(number))
    wanted = _plain(body)
    target: Plain = wanted
    for step in path[:-1]:
        target = target.get(step) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target["calendar"] = str(number)
    return bom + _checked(body, edits, wanted, f"calendar: {number}")


def as_fields(entry: Away | Cover) -> dict[str, str]:
    """Return an entry as written: whole days as bare dates, anything else with its times."""
    whole = entry.start % DAY == 0 and entry.end % DAY == 0
    last = entry.end - DAY if whole else entry.end
    replaced = {"for": entry.instead_of} if isinstance(entry, Cover) and entry.instead_of is not None else {}
    return {"who": entry.who, **replaced, "from": _moment(entry.start, whole), "to": _moment(last, whole)}


def _moment(minute: WallMinute, whole: bool) -> str:
    day, rest = date.fromordinal(minute // DAY), minute % DAY
    return f"{day}" if whole else f"{day} {rest // 60:02}:{rest % 60:02}"


def _added(text: str, section: str, new: Sequence[Change]) -> str:
    bom, body = _split(text)
    root = layout(body)
    style = Style.of(body, root)
    found = root.get(section)
    edits = new_section(body, root, section, new, style) if found is None else None
    if found is not None:
        edits = added_to_list(body, root, found, new, style)
    wanted = _plain(body)
    assert isinstance(wanted, dict)
    before = wanted.get(section)
    listed: list[Plain] = list(before) if isinstance(before, list) else []
    listed.extend(dict(one) for one in new)
    wanted[section] = listed
    lines = "\n".join(f"  - {style.in_braces(one)}" for one in new)
    return bom + _checked(body, edits, wanted, f"{section}:\n{lines}")


def _checked(body: str, edits: Sequence[Insertion] | None, wanted: Plain, by_hand: str) -> str:
    if edits is not None:
        changed = inserted(body, edits)
        if _plain(changed) == wanted:
            return changed
    raise FilesError(
        Wording("Hotline cannot add to this file safely."),
        Wording("Add this by hand:\n%(lines)s", lines=by_hand),
    )


def _plain(body: str) -> Plain:
    outcome = read("", body.encode())
    return outcome.plain if isinstance(outcome, Document) and not outcome.findings else None


def _split(text: str) -> tuple[str, str]:
    return (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
