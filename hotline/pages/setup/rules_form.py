"""Forms for a rota's rules: the people who are always backup, holidays, ringing, and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.files.shapes.rota import LimitsEntry, RingingEntry
from hotline.files.values.public_holidays import countries, regions
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    listed,
    needed,
    numbered,
    person,
    places,
    said,
    texts,
    typed,
)
from hotline.pages.words.language import gettext as _


class BackupForm(EntryForm):
    """The people who are always backup. Shifts and rotations of the backup have forms of their own."""

    kind = "backup"
    own = (((), ("backup_",)),)

    def shown(self, entry: Plain) -> dict[str, str]:
        """Return the text of each field: the section is a list."""
        return numbered("backup_", texts(entry))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        count = places(values, "backup_")
        return [
            Fields(
                _("Always backup, in the order they are rung"),
                [
                    person(values, f"backup_{at}", _("Person %(number)s", number=at), about, count)
                    for at in range(1, count + 1)
                ],
                _(
                    "Rung when a caller has waited too long, or nobody on call answered."
                    " Choose phones that someone always answers."
                ),
                beside=True,
            )
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """Return the people, under the name of the section. Raises Mistyped."""
        people = dict.fromkeys(about.who(name, one) for name, one in listed(values, "backup_"))
        return {"backup": list(people)}


class HolidaysForm(EntryForm):
    """The form for the country whose public holidays count, and for further dates."""

    kind = "holidays"
    plain = ("country", "region")
    own = ((("also",), ("also_",)), (("except",), ("except_",)))

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return numbered("also_", texts(at.get("also"))) | numbered("except_", texts(at.get("except")))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        country, region = values.get("country", ""), values.get("region", "")
        known = sorted(((code, name) for code, name in countries().items()), key=lambda one: one[1])
        parts = regions(country) if country in countries() else ()
        region_field = (
            Field(
                "region",
                _("Region"),
                "menu",
                choices=[("", _("The whole country")), *((one, one) for one in parts)],
            )
            if parts and (not region or region in parts)
            else Field(
                "region",
                _("Region"),
                hint=_("Its letters, such as MD. You can choose it here after the next step."),
            )
        )
        return [
            Fields(
                _("Public holidays"),
                [Field("country", _("Country"), "menu", choices=[("", _("None")), *known]), region_field],
                beside=True,
            ),
            Fields(_("More holidays"), _dates(values, "also_", _("Date")), beside=True),
            Fields(_("Public holidays that do not count"), _dates(values, "except_", _("Date")), beside=True),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The holidays as typed."""
        found = typed(values, self.plain)
        for key, start in (("also", "also_"), ("except", "except_")):
            if days := list(dict.fromkeys(one for _name, one in listed(values, start))):
                found[key] = list(days)
        if not found.get("country") and (found.get("region") or found.get("except")):
            raise Mistyped("country", _("Choose the country."))
        return found


class RingingForm(EntryForm):
    """The form for how volunteers' phones are rung."""

    kind = "ringing"
    plain = (
        "at_once",
        "stagger",
        "ring_for",
        "rounds",
        "backup_after",
        "max_wait",
        "rest_after_call",
        "order",
        "accept_key",
        "test",
    )

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:

        def typed(name: str, label: str, hint: str) -> Field:
            usual = RingingEntry.model_fields[name].default
            number = name in ("at_once", "rounds")
            shown = _("none") if name == "stagger" else str(usual) if number else _length(usual)
            return Field(name, label, hint=hint, more={"placeholder": shown, "inputmode": "text"})

        def menu(name: str, label: str, choices: Sequence[tuple[str, str]], hint: str) -> Field:
            return Field(name, label, "menu", hint, choices)

        return [
            Fields(
                _("Which phones ring together"),
                [
                    typed("at_once", _("Phones at once"), _("The first to take the call has it; the others stop.")),
                    typed("stagger", _("One more phone every"), _("Beside the others, again and again. Such as: 4s")),
                    typed("ring_for", _("One phone rings for"), _("Such as: 20s")),
                    typed("rounds", _("Rounds"), _("How often everyone on call is tried before the backup.")),
                ],
                _("Left empty, the grey value counts."),
                beside=True,
            ),
            Fields(
                _("How long a caller waits"),
                [
                    typed("backup_after", _("The backup is rung after"), _("Such as: 40s")),
                    typed(
                        "max_wait", _("Longest wait"), _("Nobody waits longer than this for a voice. Such as: 3m30s")
                    ),
                ],
                beside=True,
            ),
            Fields(
                _("For volunteers"),
                [
                    typed(
                        "rest_after_call", _("Rest after a call"), _("They are rung last for this long. Such as: 5m")
                    ),
                    menu(
                        "order",
                        _("Order"),
                        [
                            ("", _("In turn (usual)")),
                            ("round_robin", _("In turn")),
                            ("listed", _("Always from the top")),
                        ],
                        "",
                    ),
                    menu(
                        "accept_key",
                        _("Key that takes a call"),
                        [("", _("1 (usual)")), *((str(key), str(key)) for key in range(10))],
                        "",
                    ),
                    menu(
                        "test",
                        _("Test rings"),
                        [("", _("Never (usual)")), ("never", _("Never")), ("monthly", _("Every month"))],
                        _("Rings every phone on the first Wednesday of the month, to see whether it rings."),
                    ),
                ],
                beside=True,
            ),
        ]


class LimitsForm(EntryForm):
    """The form for how much time on call is too much for one volunteer."""

    kind = "limits"
    plain = ("nights_running", "most_nights_running", "rest_between")
    own = ((("except",), ("except_", "why_")),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        left_out = mapping(at.get("except"))
        return numbered("except_", left_out) | numbered("why_", [said(one) for one in left_out.values()])

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        count = places(values, "except_", 2)

        def typed(name: str, label: str) -> Field:
            usual = LimitsEntry.model_fields[name].default
            shown = _length(usual) if name == "rest_between" else str(usual)
            return Field(name, label, more={"placeholder": shown})

        return [
            Fields(
                _("Limits for each volunteer"),
                [
                    typed("nights_running", _("Warn above this many nights in a row")),
                    typed("most_nights_running", _("Never more nights in a row than")),
                    typed("rest_between", _("Least time off between two times on call")),
                ],
                _("Left empty, the grey value counts. Times such as: 11h"),
                beside=True,
            ),
            Fields(
                _("Without limits"),
                [
                    one
                    for at in range(1, count + 1)
                    for one in (
                        person(values, f"except_{at}", _("Person"), about, count),
                        Field(f"why_{at}", _("Why")),
                    )
                ],
                beside=True,
                wide=2,
            ),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The limits as typed. Raises Mistyped."""
        found = typed(values, self.plain)
        left_out: dict[str, Plain] = {}
        for name, who in listed(values, "except_"):
            why = f"why_{name.removeprefix('except_')}"
            left_out[about.who(name, who)] = needed(values, why, _("Say why they have no limits."))
        return found | ({"except": left_out} if left_out else {})


def _dates(values: Values, start: str, label: str) -> list[Field]:
    return [Field(f"{start}{at}", f"{label} {at}", "date") for at in range(1, places(values, start, 2) + 1)]


def _length(seconds: int) -> str:
    """Seconds as the file writes them: `40s`, `5m`, `3m30s`, `11h`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if number) or "0s"
