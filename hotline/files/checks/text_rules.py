"""The `texts:` and `coordinators:` of a rota file: their checks, and the resulting rules."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from hotline.core.rota.text_rules import Alert, Coordinator, TextRules
from hotline.core.texts.words import FILLED_IN, as_sent, texts_needed
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.shapes.texts import CoordinatorEntry, TextsEntry
from hotline.files.values.meant import understood
from hotline.files.values.names import check_names
from hotline.files.values.phones import PhoneNumber, phone
from hotline.files.yaml.document import Document, Path, mapping

_MOST_TEXTS = 1
_USUALLY = {
    "hotline": "RISE", "from": "Thu 24 Dec 18:00", "until": "Fri 08:00",
    "time": "03:12", "times": "", "count": "12", "names": "", "name": "Amy", "taker": "Ben", "back": "",
}  # fmt: skip
"""The usual length of a filled-in value."""


def check_words(document: Document, entry: TextsEntry) -> None:
    """Report words that are missing, that have unknown placeholders, or that are too long for one text."""
    for name, by_language in words(entry).items():
        for language, written in by_language.items():
            path = ("texts", "words", name, language)
            if not written:
                document.report(
                    "missing-words",
                    path,
                    Wording("There are no words for the language `%(language)s`.", language=clip(language)),
                    Wording("Add the words of the text, or delete the line to use the usual words."),
                )
            elif _fills_in_what_there_is(document, path, name, written):
                _check_length(document, path, written)


def check_coordinators(document: Document, phones: Mapping[str, PhoneNumber]) -> None:
    """Report names of coordinators that cannot be used, and a phone under two names."""
    check_names(document, ("coordinators",), "coordinator")
    for who, entry in mapping(document.get("coordinators")).items():
        if not isinstance(entry, dict):
            continue
        if not (entry.get("phone") or entry.get("email")):
            document.report(
                "missing-field",
                ("coordinators", who),
                Wording("`phone` is missing from `%(place)s`.", place=clip(who)),
                Wording('Add phone: "+1 410 555 0130", or email: nora@example.org for alerts by e-mail alone.'),
                part="key",
            )
        if "digest" in entry and "email" not in entry:
            document.report(
                "missing-field",
                ("coordinators", who, "digest"),
                Wording("`digest` is sent by e-mail, but there is no address."),
                Wording("Add email: nora@example.org, or delete `digest`."),
            )
    owners: dict[str, str] = {}
    for who, found in phones.items():
        owner = owners.setdefault(found.number, who)
        if owner != who:
            document.report(
                "phone-shared",
                ("coordinators", who, "phone"),
                Wording("`%(owner)s` also has this phone.", owner=clip(owner)),
                Wording("It would get each alert twice. Correct or delete one of them."),
            )


def coordinators_phones(
    document: Document, entries: Mapping[str, CoordinatorEntry], like: str
) -> dict[str, PhoneNumber]:
    """Coordinators' phones, by coordinator. Reports unusable phones."""
    found: dict[str, PhoneNumber] = {}
    for who, entry in entries.items():
        if not entry.phone:
            continue  # only by e-mail
        try:
            found[who] = phone(entry.phone, like)
        except Unreadable as problem:
            document.report(problem.code, ("coordinators", who, "phone"), problem.message, problem.help)
    return found


def text_rules(entry: TextsEntry) -> TextRules:
    """The rules of a checked entry."""
    return TextRules(entry.reminders, entry.quiet, entry.changes, entry.missed_ring, words(entry))


def coordinators(entries: Mapping[str, CoordinatorEntry], phones: Mapping[str, PhoneNumber]) -> dict[str, Coordinator]:
    """The coordinators of checked entries."""
    return {
        who: Coordinator(
            who,
            entry.name or who.replace("_", " ").title(),
            phones[who].number if who in phones else "",
            understood(entry.languages),
            frozenset(Alert) if entry.alerts is None else frozenset(entry.alerts),
            entry.email,
            entry.digest,
        )
        for who, entry in entries.items()
    }


def words(entry: TextsEntry) -> dict[str, dict[str, str]]:
    """The rota's own words, by text and language."""
    own = entry.words.model_dump(exclude_unset=True)
    return {name: {code: written.strip() for code, written in said.items()} for name, said in own.items() if said}


def _fills_in_what_there_is(document: Document, path: Path, name: str, written: str) -> bool:
    known = FILLED_IN[name]
    try:
        parts = list(Formatter().parse(written))
    except ValueError:
        parts = [("", "{", "", None)]
    for _, field, format, conversion in parts:
        if field is not None and (field not in known or format or conversion):
            listed = ", ".join(f"{{{one}}}" for one in sorted(known))
            document.report(
                "bad-placeholder",
                path,
                Wording("`{%(field)s}` has no meaning here.", field=clip(field))
                if field != "{"
                else Wording("A `{` or a `}` has no partner here."),
                Wording("This text can fill in %(names)s.", names=listed),
            )
            return False
    return True


def _check_length(document: Document, path: Path, written: str) -> None:
    filled = as_sent(written.format_map(_USUALLY))
    needed = texts_needed(filled)
    if needed > _MOST_TEXTS:
        document.report(
            "long-text",
            path,
            Wording("This is sent and charged as %(count)s texts.", count=needed),
            Wording("A text has 160 letters, or 70 if one is outside the alphabet of texts. Use fewer words."),
            "warning",
        )
