"""Forms for messages: the coordinators who are told, the rules of texts and e-mails, and requests for cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from hotline.core.rota.cover_rules import Asking
from hotline.core.rota.text_rules import Alert
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.mails import mail
from hotline.files.values.phones import phone
from hotline.files.values.reminders import NONE, quiet
from hotline.files.yaml.document import Plain, mapping
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    in_short,
    name_typed,
    needed,
    numbered,
    said,
    texts,
    typed,
)
from hotline.pages.setup.reminder_fields import REMINDER_FIELDS, reminder_fields, reminders_read, reminders_shown
from hotline.pages.setup.volunteer_form import language_fields, typed_languages
from hotline.pages.words.language import gettext as _
from hotline.pages.words.settings import ALERTS, ASKING

_NO, _YES = "no", "yes"


class CoordinatorForm(EntryForm):
    """A coordinator of a rota: how to reach them, and which alerts they want."""

    kind = "coordinator"
    plain = ("name", "phone", "email")
    own = (
        (("languages",), ("language_",)),
        (("digest",), ("digest",)),
        (("alerts",), ("alert_",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        wanted = texts(at.get("alerts")) if "alerts" in at else [one.value for one in Alert]
        return {
            **numbered("language_", texts(at.get("languages"))),
            "digest": _YES if is_yes(at.get("digest")) else "",
            **{f"alert_{one}": _YES for one in wanted},
        }

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        new = about.old is None and not any(values.values())
        mails = _("For the alerts, beside the texts or alone.")
        if not about.mail:
            mails = _("No mail server is set up yet, so no e-mail is sent. Ask the person who runs the server.")
        return [
            Fields(
                "",
                [
                    Field("name", _("Name"), required=not about.nameless, more={"autocomplete": "off"}),
                    Field(
                        "phone",
                        _("Phone for texts"),
                        "tel",
                        _("With + and the country code. Volunteers can call it from their page."),
                        more={"autocomplete": "off"},
                    ),
                    Field("email", _("E-mail"), hint=mails, more={"autocomplete": "off"}),
                ],
                _("A phone, an e-mail address, or both."),
            ),
            *language_fields(values, about),
            Fields(
                _("Alerts"),
                [
                    Field(name, _(words), "check", value=_YES if new else "")
                    for name, words in ((f"alert_{one.value}", words) for one, words in ALERTS.items())
                ],
            ),
            Fields(_("Summary"), [Field("digest", _("A summary by e-mail every Monday"), "check")]),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The coordinator as typed. Raises Mistyped."""
        found = name_typed(values, about, _("Enter the name."))
        for name, reader in (("phone", phone), ("email", mail)):
            if one := values.get(name, "").strip():
                try:
                    reader(one)
                except Unreadable as problem:
                    raise Mistyped(name, in_short(problem)) from None
                found[name] = one
        if not found.keys() & {"phone", "email"}:
            raise Mistyped("phone", _("Enter a phone number or an e-mail address."))
        if values.get("digest") and "email" not in found:
            raise Mistyped("email", _("Enter the address for the summary."))
        found |= typed_languages(values)
        if values.get("digest"):
            found["digest"] = _YES
        wanted: list[Plain] = [one.value for one in Alert if values.get(f"alert_{one.value}")]
        return found | ({"alerts": wanted} if len(wanted) < len(Alert) else {})


class TextsForm(EntryForm):
    """The rules for messages to volunteers: reminders, quiet hours, changes, and missed rings."""

    kind = "texts"
    own = (
        (("reminders",), REMINDER_FIELDS),
        (("quiet",), ("quiet", "quiet_")),
        (("changes",), ("changes",)),
        (("missed_ring",), ("missed_ring",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        found = {name: "" if is_no(at.get(name)) else _YES for name in ("changes", "missed_ring")}
        found |= reminders_shown(at, "reminders")
        with suppress(Unreadable):
            hours = quiet(at["quiet"]) if "quiet" in at else None
            found["quiet"] = "own" if hours else NONE if "quiet" in at else ""
            if hours:
                found["quiet_from"], found["quiet_to"] = hours.written.split("-")
        return found

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        usual = _("18:00 the evening before, and 1 hour before")
        hint = _("None chosen: %(usual)s. Volunteers can choose others on their own page.", usual=usual)
        return [
            reminder_fields(values, _("Reminders of a time on call"), hint),
            Fields(
                _("Quiet hours"),
                [
                    Field(
                        "quiet",
                        _("No messages at night"),
                        "menu",
                        choices=[("", _("Usual: 21:00–08:00")), ("own", _("From … to …")), (NONE, _("No quiet hours"))],
                    ),
                    Field("quiet_from", _("From"), "time"),
                    Field("quiet_to", _("To"), "time"),
                ],
                _("Except urgent ones about tonight."),
                beside=True,
            ),
            Fields(
                _("Messages"),
                [
                    Field("changes", _("When an edit changes a volunteer's times"), "check"),
                    Field(
                        "missed_ring", _("A kind note when a volunteer did not pick up, once a shift at most"), "check"
                    ),
                ],
            ),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The rules as typed. Raises Mistyped."""
        found = reminders_read(values, "reminders")
        if values.get("quiet") == NONE:
            found["quiet"] = NONE
        elif values.get("quiet") == "own" or values.get("quiet_from") or values.get("quiet_to"):
            first = needed(values, "quiet_from", _("Enter when they begin."))
            last = needed(values, "quiet_to", _("Enter when they end."))
            found["quiet"] = f"{first}-{last}"
        return found | {name: _NO for name in ("changes", "missed_ring") if not values.get(name)}


class CoverRequestsForm(EntryForm):
    """The rules for volunteers who ask others to take a shift."""

    kind = "cover_requests"
    plain = ("ask", "wait")
    own = ((("approve",), ("approve",)),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {"approve": _YES if is_yes(at.get("approve")) else ""}

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        usual = _("%(rule)s (usual)", rule=_(ASKING[Asking.ONE_BY_ONE]))
        return [
            Fields(
                _("When a volunteer cannot take a shift"),
                [
                    Field(
                        "ask",
                        _("Who is asked"),
                        "menu",
                        choices=[("", usual), *((one.value, _(words)) for one, words in ASKING.items())],
                    ),
                    Field(
                        "wait",
                        _("How long each has to answer"),
                        hint=_("Then the next is asked, and coordinators are told. Such as: 30m"),
                        more={"placeholder": "30m"},
                    ),
                    Field("approve", _("A coordinator must approve"), "check"),
                ],
            )
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The rules as typed."""
        return typed(values, self.plain) | ({"approve": _YES} if values.get("approve") else {})


def is_yes(value: Plain) -> bool:
    """Return whether a file's value is a yes."""
    return said(value).casefold() in ("yes", "true")


def is_no(value: Plain) -> bool:
    """Return whether a file's value is a no."""
    return said(value).casefold() in ("no", "false")


def reached_at(entry: Plain) -> str:
    """The ways to reach a coordinator of the file: the phone, the address, or both."""
    at = mapping(entry)
    return ", ".join(one for one in (said(at.get("phone")), said(at.get("email"))) if one)


def alerts_in_words(entry: Plain) -> str:
    """The alerts that a coordinator of the file wants, in words."""
    at = mapping(entry)
    if "alerts" not in at:
        return _("all alerts")
    return "; ".join(_(words) for one, words in ALERTS.items() if one.value in texts(at["alerts"])) or _("no alerts")
