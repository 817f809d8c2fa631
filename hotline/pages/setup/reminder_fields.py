"""Fields for reminders of a time on call, of a rota and of one volunteer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.reminders import NONE, reminders
from hotline.files.yaml.document import Plain
from hotline.pages.setup.fields import Field, Fields, Mistyped, Values, in_short, listed, numbered, texts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.reminders import MOST_REMINDERS, OFFERED, reminder_in_words

REMINDER_FIELDS = ("reminder_", "without_reminders")


def reminders_shown(at: Mapping[str, Plain], key: str) -> dict[str, str]:
    """Return the fields for the reminders of an entry. What cannot be read is shown as it is."""
    if key not in at:
        return {}
    with suppress(Unreadable):
        wanted = reminders(at[key])
        return {**numbered("reminder_", (one.written for one in wanted)), "without_reminders": "" if wanted else "yes"}
    return numbered("reminder_", texts(at[key]))


def reminder_fields(values: Values, legend: str, hint: str, *, folded: bool = False) -> Fields:
    """Return the fields for the reminders of a rota, or of one volunteer."""
    known = [("", "–"), *((one.written, _(words)) for one, words in OFFERED)]
    chosen = [one for _name, one in listed(values, "reminder_")]
    known += [(one, reminder_in_words(one)) for one in chosen if one not in dict(known)]
    most = max(MOST_REMINDERS, len(chosen))
    menus = [
        Field(f"reminder_{at}", _("Reminder %(number)s", number=at), "menu", choices=known) for at in range(1, most + 1)
    ]
    others = [
        Field("reminder_time", _("At another time"), "time"),
        Field("reminder_days", _("So many days before"), "number", more={"min": "0", "max": "7", "placeholder": "1"}),
        Field("without_reminders", _("No reminders"), "check"),
    ]
    return Fields(legend, [*menus, *others], hint, beside=True, folded=folded, wide=most)


def reminders_read(values: Values, key: str) -> dict[str, Plain]:
    """Return the reminders as typed, by the name that the file has for them. Raises Mistyped."""
    chosen: list[Plain] = [*dict.fromkeys([*(one for _name, one in listed(values, "reminder_")), *_another(values)])]
    if not values.get("without_reminders"):
        return {key: chosen} if chosen else {}
    if chosen:
        raise Mistyped("without_reminders", _("Choose reminders, or none."))
    return {key: NONE}


def _another(values: Values) -> Iterator[str]:
    """The reminder at a time of day that no menu has. Raises Mistyped."""
    time, days = values.get("reminder_time", "").strip(), values.get("reminder_days", "").strip() or "1"
    if not time:
        return
    try:
        if not days.isdecimal():
            raise Mistyped("reminder_days", _("Enter a whole number."))
        yield reminders([f"{time} {days} days before"])[0].written
    except Unreadable as problem:
        raise Mistyped("reminder_time", in_short(problem)) from None
