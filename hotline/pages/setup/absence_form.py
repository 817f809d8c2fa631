"""Forms for what is in a rota already: a time away, and a cover. New ones are added from the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from hotline.core.times.wall_clock import DAY
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.times import moment
from hotline.files.yaml.document import Path, Plain
from hotline.pages.setup.fields import About, EntryForm, Field, Fields, Values, needed, person, said
from hotline.pages.setup.times_form import clock_of, tier_field
from hotline.pages.words.language import gettext as _

_ENDS = ("from", "to")


class AbsenceForm(EntryForm):
    """A volunteer's time away."""

    kind = "absence"
    own = ((("who",), ("who",)), *(((end,), (f"{end}_date", f"{end}_time")) for end in _ENDS))

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        found = {"who": said(at.get("who"))}
        for end in _ENDS:
            with suppress(Unreadable):
                read = moment(at.get(end))
                clock = "" if read.minute in (None, DAY) else clock_of(read.minute or 0)
                found |= {f"{end}_date": read.day.isoformat(), f"{end}_time": clock}
        return found

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        return [Fields("", [person(values, "who", _("Who is away"), about, 1)]), _when()]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The time away as typed. Raises Mistyped."""
        who = about.who("who", needed(values, "who", _("Choose a person.")))
        return {"who": who, **{end: _moment_read(values, end) for end in _ENDS}}


class CoveringForm(AbsenceForm):
    """A cover: one volunteer for another, or beside the others."""

    kind = "covering"
    own = (*AbsenceForm.own, (("for",), ("for",)), (("tier",), ("tier",)))

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {**super()._shown(at), "for": said(at.get("for")), "tier": said(at.get("tier")) or "1"}

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        people = [
            person(values, "who", _("Who covers"), about, 2),
            person(values, "for", _("For whom"), about, 2),
        ]
        hint = _("Without “For whom”, they are on call beside the others, in this tier.")
        return [
            Fields("", people, beside=True),
            _when(),
            Fields("", [tier_field(values, hint)]),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The cover as typed. Raises Mistyped."""
        found = super().read(values, about)
        if given := values.get("for", "").strip():
            found["for"] = about.who("for", given)
        tier = values.get("tier", "").strip()
        return found | ({"tier": tier} if tier not in ("", "1") else {})

    def field_of(self, path: Path, values: Values) -> str:
        """The field of a part; that of the person for the whole entry."""
        return "who" if not path else ""


def _when() -> Fields:
    return Fields(
        _("When"),
        [
            Field("from_date", _("First day"), "date"),
            Field("from_time", _("Start time (optional)"), "time"),
            Field("to_date", _("Last day"), "date"),
            Field("to_time", _("End time (optional)"), "time"),
        ],
        beside=True,
    )


def _moment_read(values: Values, end: str) -> str:
    words = _("Enter the first day.") if end == "from" else _("Enter the last day.")
    day = needed(values, f"{end}_date", words)
    return f"{day} {values.get(f'{end}_time', '').strip()}".strip()
