"""The form for a volunteer, and what it means to remove one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hotline.files.edits.starter import FirstPerson, short_names
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.phones import phone
from hotline.files.yaml.document import Plain, entries, mapping
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    in_short,
    listed,
    name_typed,
    needed,
    next_calendar,
    numbered,
    said,
    texts,
    typed,
)
from hotline.pages.setup.reminder_fields import REMINDER_FIELDS, reminder_fields, reminders_read, reminders_shown
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name
from hotline.pages.words.settings import handsets

_NO, _YES = ("", "no", "false"), "yes"


class VolunteerForm(EntryForm):
    """A volunteer: the name, the phone, the languages, and whether they want texts."""

    kind = "volunteer"
    plain = ("name", "phone", "email")
    own = (
        (("languages",), ("language_",)),
        (("texts",), ("texts",)),
        (("remind",), REMINDER_FIELDS),
        (("calendar",), ("new_address",)),
        (("handset",), ("handset",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        wants = said(at.get("texts")).casefold() not in _NO
        return {
            "texts": _YES if wants else "",
            "handset": said(at.get("handset")),
            **reminders_shown(at, "remind"),
            **numbered("language_", texts(at.get("languages"))),
        }

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        fresh = [Field("new_address", _("Give their page and calendar new addresses: the old ones end"), "check")]
        return [
            Fields(
                "",
                [
                    Field("name", _("Name"), required=not about.nameless, more={"autocomplete": "off"}),
                    Field(
                        "phone",
                        _("Phone"),
                        "tel",
                        _("With + and the country code, such as +1 410 555 0111. Callers never see it."),
                        required=True,
                        more={"autocomplete": "off"},
                    ),
                ],
            ),
            *language_fields(values, about),
            Fields(
                _("Messages"),
                [
                    Field("texts", _("They want texts: reminders, and changes of their shifts"), "check"),
                    Field(
                        "email",
                        _("E-mail"),
                        hint=_("Without texts, they get their messages there."),
                        more={"autocomplete": "off"},
                    ),
                ],
            ),
            reminder_fields(values, _("Their own reminders"), _("None chosen: as for everybody."), folded=True),
            Fields(
                _("Their phone in the forecast"),
                [Field("handset", _("Picks up"), "menu", choices=[("", _("As for everybody")), *handsets()])],
                folded=True,
            ),
            *([Fields("", fresh)] if about.old is not None else []),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The volunteer as typed. Raises Mistyped."""
        found = name_typed(values, about, _("Enter the name."))
        number = needed(values, "phone", _("Enter the phone number."))
        try:
            phone(number)
        except Unreadable as problem:
            raise Mistyped("phone", in_short(problem)) from None
        found["phone"] = number
        found |= typed_languages(values)
        if values.get("texts"):
            found["texts"] = _YES
        found |= typed(values, ("email", "handset")) | reminders_read(values, "remind")
        return found | (next_calendar(about) if values.get("new_address") else {})


def language_fields(values: Values, about: About) -> list[Fields]:
    """Fields for somebody's languages, if there is more than one to choose from. They are those of the call flow."""
    chosen = [one for name, one in values.items() if name.startswith("language_") and one]
    codes = list(dict.fromkeys((*about.languages, *chosen)))
    known = [("", "–"), *((code, language_name(code)) for code in codes)]
    languages = [
        Field(f"language_{at}", label, "menu", choices=known) for at, label in enumerate(_labels(len(chosen)), 1)
    ]
    return [Fields(_("Languages"), languages, beside=True)] if len(codes) > 1 or chosen else []


def typed_languages(values: Values) -> dict[str, Plain]:
    """The languages as typed, if there are any."""
    chosen = dict.fromkeys(code for _name, code in listed(values, "language_"))
    return {"languages": list(chosen)} if chosen else {}


def _labels(count: int) -> list[str]:
    """The labels of the fields for so many languages, at least three."""
    first = [_("Best language"), _("Second language"), _("Third language")]
    return [*first, *(_("Language %(number)s", number=at) for at in range(len(first) + 1, count + 1))]


def new_short_name(name: str, known: Sequence[str]) -> str:
    """Return a short name for a new volunteer, beside these."""
    return next(iter(short_names([FirstPerson(name, "")], known)))


# ---------------------------------------------------------------------------------------------------------- removing


def remove_volunteer(content: dict[str, Plain], who: str) -> None:
    """Take a volunteer out of a rota, with everything that names them. An entry that then rings nobody goes too."""
    people = mapping(content.get("volunteers"))
    content["volunteers"] = {name: entry for name, entry in people.items() if name != who}
    for section, field in (("shifts", "on_call"), ("rotations", "turns"), ("backup", "")):
        listed = content.get(section)
        if isinstance(listed, list):
            content[section] = [one for entry in listed if (one := _without(entry, who, field)) is not None]
    for section in ("away", "cover"):
        listed = content.get(section)
        if isinstance(listed, list):
            content[section] = [
                one for one in listed if not (isinstance(one, dict) and who in (one.get("who"), one.get("for")))
            ]
    limits = content.get("limits")
    if isinstance(limits, dict) and isinstance(limits.get("except"), dict):
        left = {name: why for name, why in mapping(limits["except"]).items() if name != who}
        content["limits"] = {
            **{name: one for name, one in limits.items() if name != "except"},
            **({"except": left} if left else {}),
        }


def _without(entry: Plain, who: str, field: str) -> Plain:
    """An entry without a volunteer; None if it then names nobody."""
    if isinstance(entry, str):
        return None if entry == who else entry
    if not isinstance(entry, dict):
        return entry
    field = field or ("turns" if "turns" in entry else "on_call")
    people = entry.get(field)
    if not isinstance(people, list):
        return entry
    teams = ([name for name in one if name != who] if isinstance(one, list) else one for one in people)
    left: list[Plain] = [one for one in teams if one not in (who, [])]
    return {**entry, field: left} if left else None


def named_in(content: dict[str, Plain], who: str) -> Iterator[str]:
    """Say where a rota names a volunteer, and what happens there if they are removed. A sentence for each place."""
    for section, field in (("shifts", "on_call"), ("rotations", "turns"), ("backup", "")):
        for place, entry in enumerate(entries_of(content, section)):
            left = _without(entry, who, field)
            if left == entry:
                continue
            name = _called(section, place, entry)
            if isinstance(entry, str):
                yield _("They are no longer backup.")
            elif left is None:
                yield _("%(what)s names only them, and is removed.", what=name)
            elif section == "rotations" or (isinstance(entry, dict) and "turns" in entry):
                yield _("%(what)s: their turn is taken out, so turns of the others move.", what=name)
            else:
                yield _("%(what)s: they are taken out.", what=name)
    for section in ("away", "cover"):
        for _place, absence in entries(content.get(section)):
            if who in (absence.get("who"), absence.get("for")):
                times = f"{said(absence.get('from'))} – {said(absence.get('to'))}"
                yield (
                    _("Their time away %(times)s is removed.", times=times)
                    if section == "away"
                    else _("The cover %(times)s is removed.", times=times)
                )


def entries_of(content: Mapping[str, Plain], section: str) -> list[Plain]:
    """The entries of a section, in order."""
    found = content.get(section)
    return list(found) if isinstance(found, list) else []


def _called(section: str, place: int, entry: Plain) -> str:
    kinds = {"shifts": _("Shift"), "rotations": _("Rotation"), "backup": _("Backup")}
    name = said(mapping(entry).get("name")) if isinstance(entry, dict) else ""
    return f"{kinds[section]} “{name}”" if name else f"{kinds[section]} {place + 1}"
