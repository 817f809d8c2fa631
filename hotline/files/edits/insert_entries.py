"""Entries inserted into the text of a rota file, as a careful coordinator would. The rest does not change.

A YAML library that keeps comments (ruamel.yaml) rewrites the whole file, and undoes the columns that people line up. So
we insert the new words. Then we read the file again, to check that it contains the same as before and the new entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from hotline.core.rota.rota import Away, Cover
from hotline.core.times.wall_clock import DAY, WallMinute
from hotline.core.wording import Wording
from hotline.errors import FilesError
from hotline.files.edits.rewrite import changed
from hotline.files.yaml.document import Plain
from hotline.files.yaml.rewriting import Unsafe

_LISTS: Mapping[str, type[Away | Cover]] = {"away": Away, "cover": Cover}


def add_entries(text: str, entries: Sequence[Away | Cover]) -> str:
    """Return a rota file's text with these entries at the end of its `away` and `cover` lists. Makes missing lists.

    Raises FilesError if the format of a list does not allow adding to it.
    """
    for section, kind in _LISTS.items():
        new = [as_fields(entry) for entry in entries if isinstance(entry, kind)]
        if new:
            text = _added(text, section, new)
    return text


def number_calendar(text: str, who: str | None, number: int) -> str:
    """Return a rota file's text with `calendar: number` for a volunteer, or for the rota itself.

    Raises FilesError if the format does not allow the change.
    """

    def numbered(content: dict[str, Plain]) -> None:
        target: Plain = content
        for step in () if who is None else ("volunteers", who):
            target = target.get(step) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            raise Unsafe
        target["calendar"] = str(number)

    return _changed(text, numbered, f"calendar: {number}")


def as_fields(entry: Away | Cover) -> dict[str, str]:
    """Return an entry as written: whole days as bare dates, anything else with its times."""
    whole = entry.start % DAY == 0 and entry.end % DAY == 0
    last = entry.end - DAY if whole else entry.end
    replaced = {"for": entry.instead_of} if isinstance(entry, Cover) and entry.instead_of is not None else {}
    return {"who": entry.who, **replaced, "from": _moment(entry.start, whole), "to": _moment(last, whole)}


def _moment(minute: WallMinute, whole: bool) -> str:
    day, rest = date.fromordinal(minute // DAY), minute % DAY
    return f"{day}" if whole else f"{day} {rest // 60:02}:{rest % 60:02}"


def _added(text: str, section: str, new: Sequence[Mapping[str, str]]) -> str:
    def add(content: dict[str, Plain]) -> None:
        before = content.get(section)
        if not isinstance(before, list | None):
            raise Unsafe
        listed: list[Plain] = list(before or ())
        listed.extend(dict(one) for one in new)
        content[section] = listed

    entries = (", ".join(f"{name}: {value}" for name, value in one.items()) for one in new)
    return _changed(text, add, "\n".join([f"{section}:", *(f"  - {{{entry}}}" for entry in entries)]))


def _changed(text: str, change: Callable[[dict[str, Plain]], None], by_hand: str) -> str:
    try:
        return changed(text, change)
    except (FilesError, Unsafe):
        raise FilesError(
            Wording("Hotline cannot add to this file safely."),
            Wording("Add this by hand:\n%(lines)s", lines=by_hand),
        ) from None
