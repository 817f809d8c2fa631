"""Checks across files: missing rotas, numbers claimed twice, unneeded languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.core.calls import spoken
from hotline.core.calls.flow import Language
from hotline.core.wording import Wording
from hotline.files.checks.dialling import refusal
from hotline.files.checks.flow import FlowRead
from hotline.files.checks.rota import RotaRead
from hotline.files.checks.speech import check_length, check_sayable
from hotline.files.checks.steps import ON_CALL
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.values.meant import is_language, languages_meant
from hotline.files.values.names import Reference
from hotline.files.values.phones import PhoneNumber, dialled
from hotline.files.yaml.document import Document, Path, Plain, mapping, names

UNKNOWN_ROTA = "unknown-rota"


def check_across(
    flows: Sequence[FlowRead], rotas: Mapping[str, RotaRead], rota_files: Sequence[str], all_flows: bool
) -> None:
    """Report disagreements between two files.

    `rota_files`: the ids of all rotas, readable or not. `all_flows`: whether `flows` are all call flows.
    """
    _check_rotas_exist(flows, rota_files)
    _check_others_exist(flows, rota_files)
    _check_holidays(flows, rotas)
    owners, users = _check_numbers(flows), _by_rota(flows)
    for rota in rotas.values():
        using = users.get(rota.id, [])
        _check_phones(rota, owners)
        _check_languages(rota, using)
        if not using and all_flows:
            rota.document.report(
                "unused-rota",
                (),
                Wording("No call flow uses the rota `%(rota)s`.", rota=clip(rota.id)),
                Wording("Name it in a call flow (rota: %(rota)s), or delete the file.", rota=rota.id),
                "note",
            )


@dataclass(slots=True)
class Barred:
    """Numbers that must not be dialled, by a file's id.

    `steps` of call flows, `volunteers` and `coordinators` of rotas.
    """

    steps: dict[str, set[str]] = field(default_factory=dict)
    volunteers: dict[str, set[str]] = field(default_factory=dict)
    coordinators: dict[str, set[str]] = field(default_factory=dict)


def find_barred(
    flows: Sequence[FlowRead], rotas: Mapping[str, RotaRead], countries: Collection[str], *, report: bool
) -> Barred:
    """Find the numbers that these files may not dial (`hotline.files.checks.dialling`).

    With `report`, add errors to them.
    """
    barred = Barred()

    def look(document: Document, path: Path, number: str, own: Collection[str]) -> bool:
        problem = refusal(number, own, countries, str(document.get(*path)))
        if problem is not None and report:
            document.report(problem.code, path, problem.message, problem.help)
        return problem is not None

    for flow in flows:
        for name, step in mapping(flow.document.get("steps")).items():
            number = _dialled(mapping(step).get("dial"))
            if number and look(flow.document, ("steps", name, "dial"), number, flow.numbers):
                barred.steps.setdefault(flow.id, set()).add(name)
    users = _by_rota(flows)
    for rota in rotas.values():
        own = [number for flow in users.get(rota.id, ()) for number in flow.numbers]
        volunteers = ("volunteers", rota.phones, barred.volunteers)
        for section, phones, found in (volunteers, ("coordinators", rota.coordinators, barred.coordinators)):
            for who, phone in (phones or {}).items():
                if look(rota.document, (section, who, "phone"), phone.number, own):
                    found.setdefault(rota.id, set()).add(who)
    return barred


def _by_rota(flows: Sequence[FlowRead]) -> dict[str, list[FlowRead]]:
    """Return the call flows that ring each rota."""
    found: dict[str, list[FlowRead]] = {}
    for flow in flows:
        for rota in flow.rotas:
            found.setdefault(rota, []).append(flow)
    return found


def _dialled(written: object) -> str | None:
    try:
        return dialled(written).number if isinstance(written, str) else None
    except Unreadable:
        return None


def _check_rotas_exist(flows: Sequence[FlowRead], rota_files: Sequence[str]) -> None:
    for flow in flows:
        if flow.rota not in rota_files:
            help = did_you_mean(flow.rota, rota_files) or (
                Wording("Rotas here: %(names)s.", names=", ".join(sorted(rota_files)[:12]))
                if rota_files
                else Wording("Write the rota first.")
            )
            flow.document.report(
                UNKNOWN_ROTA,
                ("rota",),
                Wording("There is no rota file rota/%(rota)s.yaml.", rota=clip(flow.rota)),
                help,
            )


def _check_others_exist(flows: Sequence[FlowRead], rota_files: Sequence[str]) -> None:
    """Report steps that ring a rota without a file."""
    for flow in flows:
        for step, rota in flow.others.items():
            if rota not in rota_files:
                known = (ON_CALL, *sorted(rota_files))
                flow.document.report(
                    UNKNOWN_ROTA,
                    ("steps", step, "ring"),
                    Wording("There is no rota file rota/%(rota)s.yaml.", rota=clip(rota)),
                    did_you_mean(rota, known)
                    or Wording(
                        "Write that file, or ring one of these instead: %(names)s.", names=", ".join(known[:12])
                    ),
                )


def _check_holidays(flows: Sequence[FlowRead], rotas: Mapping[str, RotaRead]) -> None:
    """Report opening hours for holidays if the rota names no country for them."""
    for flow in flows:
        rota = rotas.get(flow.rota)
        if flow.flow and rota and rota.rota and rota.holidays is None:
            for place, entry in enumerate(flow.flow.open):
                if entry.pattern.holidays:
                    flow.document.report(
                        "missing-field",
                        ("open", place),
                        Wording("These hours are for holidays, but the rota has no holidays."),
                        Wording(
                            "Add your country or your own dates to the rota, for example"
                            " holidays: {country: US, region: MD} or holidays: {also: [2026-12-24]}"
                        ),
                    )


def _check_numbers(flows: Sequence[FlowRead]) -> dict[str, FlowRead]:
    owners: dict[str, FlowRead] = {}
    for flow in flows:
        for number in flow.numbers:
            owner = owners.setdefault(number, flow)
            if owner is not flow:
                for one, other in ((flow, owner), (owner, flow)):
                    one.document.report(
                        "number-claimed-twice",
                        ("numbers", one.numbers[number]),
                        Wording("%(file)s also lists this number.", file=other.document.file),
                        Wording("A number can belong to only one hotline. Delete it from one of the two files."),
                    )
    return owners


def _check_phones(rota: RotaRead, owners: Mapping[str, FlowRead]) -> None:
    trouble = Wording("a call would ring the hotline itself")
    _check_phones_of("volunteers", rota, rota.phones, owners, trouble, Wording("Write the volunteer's own number."))
    trouble = Wording("it would send the texts to itself")
    _check_phones_of(
        "coordinators", rota, rota.coordinators, owners, trouble, Wording("Write the coordinator's own number.")
    )


def _check_phones_of(
    section: str,
    rota: RotaRead,
    phones: Mapping[str, PhoneNumber] | None,
    owners: Mapping[str, FlowRead],
    trouble: Wording,
    help: Wording,
) -> None:
    for id, phone in (phones or {}).items():
        owner = owners.get(phone.number)
        if owner is not None:
            message = Wording(
                "This is a number of the hotline in %(file)s: %(trouble)s.", file=owner.document.file, trouble=trouble
            )
            rota.document.report("phone-is-hotline", (section, id, "phone"), message, help)


def _check_languages(rota: RotaRead, using: Sequence[FlowRead]) -> None:
    if not using:
        return
    of_flows = {code: language for flow in using for code, language in flow.languages.items()}
    _check_languages_named(rota.document, of_flows)
    _check_screening_words(rota.document, of_flows)
    _check_screening_is_there(rota.document, using)


def _language_references(document: Document) -> list[Reference]:
    """Every place in a rota that names a language."""
    listed = [
        Reference((section, person, "languages", place), code)
        for section in ("volunteers", "coordinators")
        for person, entry in mapping(document.get(section)).items()
        for place, code in names(mapping(entry).get("languages"))
    ]
    listed.extend(Reference(("ringing", "say", code), code, "key") for code in _screening(document))
    listed.extend(
        Reference(("texts", "words", text, code), code, "key")
        for text, by_language in mapping(mapping(document.get("texts")).get("words")).items()
        for code in mapping(by_language)
    )
    return listed


def _screening(document: Document) -> Mapping[str, Plain]:
    """The rota's own words before a call is taken, by language."""
    return mapping(mapping(document.get("ringing")).get("say"))


def _check_languages_named(document: Document, of_flows: Mapping[str, Language]) -> None:
    """Report languages that no call flow with this rota speaks."""
    for one in _language_references(document):
        understood = [code for code in languages_meant(one.name) if code in of_flows]
        if one.name in of_flows or (understood and one.part == "value"):
            continue
        known = understood or is_language(languages_meant(one.name)[0])
        message = (
            Wording("No call flow with this rota has the language `%(language)s`.", language=clip(one.name))
            if known
            else Wording("`%(language)s` is not the code of a language.", language=clip(one.name))
        )
        help = (
            Wording("Did you mean `%(right)s`?", right=understood[0])
            if understood
            else did_you_mean(one.name, of_flows)
        ) or Wording("They have: %(names)s.", names=", ".join(of_flows))
        code = "language-not-needed" if known else "bad-language"
        document.report(code, one.path, message, help, "note" if known else "warning", one.part)


def _check_screening_words(document: Document, of_flows: Mapping[str, Language]) -> None:
    for code, text in _screening(document).items():
        if isinstance(text, str) and code in of_flows:
            check_length(document, ("ringing", "say", code), text, of_flows[code].voice)
            check_sayable(document, ("ringing", "say", code), text)
            if not any(map(str.isalnum, text)):
                document.report(
                    "missing-words",
                    ("ringing", "say", code),
                    Wording("There are no words for the language `%(language)s`.", language=clip(code)),
                    Wording("Add the words a volunteer hears before taking a call, or delete the line."),
                )


def _check_screening_is_there(document: Document, using: Sequence[FlowRead]) -> None:
    """Report a call flow whose first language has no words before a call is taken, neither the rota's nor ours."""
    said = _screening(document)
    for flow in using:
        first = next(iter(flow.languages))
        if first not in said and first not in spoken.SCREENING:
            document.report(
                "missing-words",
                ("ringing", "say"),
                Wording(
                    "The words volunteers hear before taking a call are missing for the language `%(language)s`.",
                    language=clip(first),
                ),
                Wording(
                    "Add it under `ringing:`, with the keys that take a call and pass it on: say: {%(language)s: …}",
                    language=clip(first),
                ),
                "warning",
                "key",
            )
