"""Fields for reminders of a time on call, of a rota and of one volunteer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.reminders import NONE, reminders
from hotline.files.yaml.document import Plain
from hotline.pages.setup.fields import Field, Fields, Mistyped, Values, listed, numbered, texts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.reminders import MOST_REMINDERS, OFFERED

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
    known += [(one, one) for one in chosen if one not in dict(known)]
    most = max(MOST_REMINDERS, len(chosen))
    menus = [
        Field(f"reminder_{at}", _("Reminder %(number)s", number=at), "menu", choices=known) for at in range(1, most + 1)
    ]
    without = Field("without_reminders", _("No reminders"), "check")
    return Fields(legend, [*menus, without], hint, beside=True, folded=folded, wide=most)


def reminders_read(values: Values, key: str) -> dict[str, Plain]:
    """Return the reminders as typed, by the name that the file has for them. Raises Mistyped."""
    chosen: list[Plain] = [*dict.fromkeys(one for _name, one in listed(values, "reminder_"))]
    if not values.get("without_reminders"):
        return {key: chosen} if chosen else {}
    if chosen:
        raise Mistyped("without_reminders", _("Choose reminders, or none."))
    return {key: NONE}
