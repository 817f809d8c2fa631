"""A rota file: its checks, and the resulting rota."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from hotline.core.planning.settings_diff import duration
from hotline.core.rota.cover_rules import CoverRules
from hotline.core.rota.rota import Away, Cover, Ringing, Rota, Rotation, Shift, Volunteer
from hotline.core.wording import Wording
from hotline.files.checks.keys_said import check_screening
from hotline.files.checks.limits import check_limits_entry, limits
from hotline.files.checks.shift_patterns import check_pattern, pattern
from hotline.files.checks.text_rules import (
    check_coordinators,
    check_words,
    coordinators,
    coordinators_phones,
    text_rules,
)
from hotline.files.findings.unreadable import Unreadable, clip, plain
from hotline.files.shapes.base import GONE
from hotline.files.shapes.fitting import Fitted, fit
from hotline.files.shapes.rota import STAND_INS, AwayEntry, CoverEntry, RingingEntry, RotaFile
from hotline.files.shapes.shifts import RotationEntry, ShiftEntry
from hotline.files.values import zones
from hotline.files.values.meant import understood
from hotline.files.values.names import Reference, check_file_name, check_names, check_references
from hotline.files.values.phones import PhoneNumber, phone
from hotline.files.values.public_holidays import OwnHolidays, public_holidays
from hotline.files.yaml.document import Document, Path, entries, mapping, names

_LISTS = (("shifts", "on_call"), ("rotations", "turns"))
_PEOPLE = (("away", "who"), ("cover", "who"), ("cover", "for"))


@dataclass(slots=True)
class RotaRead:
    """A rota file that could be read.

    `rota` exists if it can be made, and is valid if `document` has no errors. `phones` of volunteers, and of
    `coordinators`, are there as far as they can be used.
    """

    id: str
    document: Document
    rota: Rota | None = None
    phones: dict[str, PhoneNumber] | None = None
    coordinators: dict[str, PhoneNumber] | None = None
    holidays: Mapping[date, str] | None = None


def read_rota(id: str, document: Document) -> RotaRead:
    """Check a rota file, and make the rota of it if nothing is wrong."""
    read = RotaRead(id, document)
    fitted = fit(document, RotaFile, STAND_INS)
    if fitted is None:
        return read
    check_file_name(document, id)
    check_names(document, ("volunteers",), "volunteer")
    known = mapping(document.get("volunteers"))
    if fitted.whole("volunteers") or known:
        check_references(document, _references(document), known, "volunteer")
    _check_volunteers_exist(document, fitted)
    _check_lists(document)
    _check_entries(document, fitted)
    check_limits_entry(document, fitted.value.limits)
    check_words(document, fitted.value.texts)
    accept = fitted.value.ringing.accept_key
    check_screening(document, accept, Ringing(accept_key=accept).pass_key)
    _check_stagger(document, fitted)
    if not document.errors:
        _note_never_called(document)
    read.phones = _phones(document, fitted.value)
    read.coordinators = _coordinators(document, fitted.value)
    read.holidays = _holidays(document, fitted)
    try:
        zone = zones.load_zone(fitted.value.timezone)
    except Unreadable as problem:
        document.report(problem.code, ("timezone",), problem.message, problem.help)
        return read
    if not zones.has_city(fitted.value.timezone):
        document.report(
            "zone-without-city",
            ("timezone",),
            Wording("`%(name)s` is not the time zone of a city.", name=clip(fitted.value.timezone)),
            Wording(
                "Write a city in your time zone, such as America/New_York. Without a city, summer time may be "
                "an hour off."
            ),
            "warning",
        )
    if not document.errors:
        read.rota = _rota(id, fitted.value, zone, read)
    return read


def _references(document: Document) -> Iterator[Reference]:
    for path, listed in _lists_of_names(document):
        for place, name in listed:
            yield Reference((*path, place), name)
    for section, field in _PEOPLE:
        for place, entry in entries(document.get(section)):
            who = entry.get(field)
            if isinstance(who, str):
                yield Reference((section, place, field), who)


def _lists_of_names(document: Document) -> Iterator[tuple[Path, Sequence[tuple[int, str]]]]:
    for section, field in (*_LISTS, ("backup", "on_call"), ("backup", "turns")):
        for place, entry in entries(document.get(section)):
            if field in entry or section != "backup":
                yield (section, place, field), names(entry.get(field))
    for path in _team_paths(document):
        yield path, names(document.get(*path))
    yield ("backup",), names(document.get("backup"))


def _team_paths(document: Document) -> Iterator[Path]:
    """Return the paths of teams that take turns."""
    for section in ("rotations", "backup"):
        for place, entry in entries(document.get(section)):
            turns = entry.get("turns")
            for turn, team in enumerate(turns if isinstance(turns, list) else ()):
                if isinstance(team, list):
                    yield section, place, "turns", turn


def _check_volunteers_exist(document: Document, fitted: Fitted[RotaFile]) -> None:
    if not fitted.value.volunteers and fitted.whole("volunteers"):
        document.report(
            "missing-field",
            ("volunteers",),
            Wording("This rota has no volunteers."),
            Wording('Add at least one, for example: amy: {name: Amy Okafor, phone: "+1 410 555 0111"}'),
        )


def _check_lists(document: Document) -> None:
    for path, listed in _lists_of_names(document):
        if path != ("backup",) and document.get(*path) == []:
            document.report(
                "nobody-named",
                path,
                Wording("`%(field)s` is empty, so this entry rings nobody.", field=_field_of(path)),
                Wording("Name at least one volunteer, or delete the entry."),
            )
        seen: set[str] = set()
        for place, name in listed:
            if name in seen and path[-1] != "turns":
                document.report(
                    "named-twice",
                    (*path, place),
                    Wording("`%(name)s` is in this list twice, but is rung only once.", name=clip(name)),
                    Wording("Delete the second entry."),
                    "warning",
                    fix=document.without((*path, place)),
                )
            seen.add(name)


def _field_of(path: Path) -> str:
    return next(str(step) for step in reversed(path) if isinstance(step, str))


def _check_entries(document: Document, fitted: Fitted[RotaFile]) -> None:
    file = fitted.value
    patterned: dict[str, Sequence[str | ShiftEntry | RotationEntry]] = {
        "shifts": file.shifts, "rotations": file.rotations, "backup": file.backup
    }  # fmt: skip
    for section, listed in patterned.items():
        for place, entry in enumerate(listed):
            if entry is not GONE and not isinstance(entry, str):
                check_pattern(document, (section, place), entry, fitted.left_out)
                if section == "backup" and "tier" in entry.model_fields_set:
                    document.report(
                        "conflicting-fields",
                        (section, place, "tier"),
                        Wording("The backup has no tiers: it is rung in listed order."),
                        Wording("Delete `tier`. List the people to ring first above the others."),
                        part="key",
                        fix=document.without((section, place, "tier")),
                    )
    absences: dict[str, Sequence[AwayEntry]] = {"away": file.away, "cover": file.cover}
    for section, absent in absences.items():
        for place, absence in enumerate(absent):
            if absence is not GONE:
                _check_absence(document, (section, place), absence)
                if isinstance(absence, CoverEntry) and absence.for_ and "tier" in absence.model_fields_set:
                    document.report(
                        "no-effect",
                        (section, place, "tier"),
                        Wording(
                            "`tier` has no effect with `for`: a cover takes the tier of the person they cover for."
                        ),
                        Wording("Delete `tier`."),
                        "note",
                        part="key",
                        fix=document.without((section, place, "tier")),
                    )


def _check_absence(document: Document, path: Path, entry: AwayEntry) -> None:
    if entry.to.end <= entry.from_.start:
        document.report(
            "ends-before-start",
            (*path, "to"),
            Wording("This ends before it starts, or at the same time."),
            Wording("Write the later time in `to`. A date without a time means the whole day."),
        )
    if isinstance(entry, CoverEntry) and entry.for_ == entry.who:
        document.report(
            "covers-themselves",
            (*path, "for"),
            Wording("`%(who)s` cannot cover for themselves.", who=clip(entry.who)),
            Wording("Name the volunteer they cover for, or delete `for` to add an extra person."),
            "warning",
        )


def _check_stagger(document: Document, fitted: Fitted[RotaFile]) -> None:
    ringing = fitted.value.ringing
    if ringing.stagger > ringing.ring_for and fitted.whole("ringing", "ring_for"):
        document.report(
            "out-of-range",
            ("ringing", "stagger"),
            Wording("`stagger` is longer than `ring_for`: the first phone stops before the next one starts."),
            Wording("Write a time from %(lowest)s to %(highest)s.", lowest="1s", highest=duration(ringing.ring_for)),
        )


def _note_never_called(document: Document) -> None:
    called = {name for _, listed in _lists_of_names(document) for _, name in listed}
    called.update(str(entry.get("who")) for _, entry in entries(document.get("cover")))
    for volunteer in mapping(document.get("volunteers")):
        if volunteer not in called:
            document.report(
                "never-called",
                ("volunteers", volunteer),
                Wording("`%(volunteer)s` is never rung.", volunteer=clip(volunteer)),
                Wording("Put them in a shift, a rotation, a cover or the backup, or delete them."),
                "note",
                "key",
            )


def _phones(document: Document, file: RotaFile) -> dict[str, PhoneNumber]:
    """Volunteers' phones, by volunteer. Reports unusable phones, and a phone under two names."""
    phones: dict[str, PhoneNumber] = {}
    owners: dict[str, str] = {}
    like = _like(file)
    for volunteer, entry in file.volunteers.items():
        path = ("volunteers", volunteer, "phone")
        try:
            found = phones[volunteer] = phone(entry.phone, like)
        except Unreadable as problem:
            document.report(problem.code, path, problem.message, problem.help)
            continue
        if not found.valid:
            note_not_valid(document, path, entry.phone)
        owner = owners.setdefault(found.number, volunteer)
        if owner != volunteer:
            document.report(
                "phone-shared",
                path,
                Wording("`%(owner)s` also has this phone.", owner=clip(owner)),
                Wording(
                    "Each volunteer needs their own phone, because two calls cannot ring one phone. Correct or "
                    "delete one of the numbers."
                ),
            )
    return phones


def _coordinators(document: Document, file: RotaFile) -> dict[str, PhoneNumber]:
    like = next(
        (coordinator.phone for coordinator in file.coordinators.values() if coordinator.phone.startswith("+")),
        _like(file),
    )
    phones = coordinators_phones(document, file.coordinators, like)
    for who, found in phones.items():
        if not found.valid:
            note_not_valid(document, ("coordinators", who, "phone"), file.coordinators[who].phone)
    check_coordinators(document, phones)
    return phones


def _like(file: RotaFile) -> str:
    """A number of this file, for its country."""
    return next((volunteer.phone for volunteer in file.volunteers.values() if volunteer.phone.startswith("+")), "+1")


def _holidays(document: Document, fitted: Fitted[RotaFile]) -> Mapping[date, str] | None:
    """The holidays of the country that a rota names. Reports an unknown country, and shifts that need a missing one."""
    named = fitted.value.holidays
    if named is None:
        if fitted.whole("holidays"):
            _report_holidays_of_nowhere(document, fitted.value)
        return None
    if named.country is None and (named.region or named.except_ or not named.also):
        lacking = "region" if named.region else "except" if named.except_ else None
        document.report(
            "missing-field",
            ("holidays", lacking) if lacking else ("holidays",),
            Wording("`holidays:` is empty. It needs a `country`, or dates in `also`."),
            Wording("Write for example holidays: {country: US, region: MD}, or holidays: {also: [2026-12-24]}"),
        )
        return None
    try:
        found: Mapping[date, str] = {} if named.country is None else public_holidays(named.country, named.region)
        also, left_out = (frozenset(one for one in dates if one is not GONE) for dates in (named.also, named.except_))
        for place, day in enumerate(named.except_):
            if day in also:
                document.report(
                    "conflicting-fields",
                    ("holidays", "except", place),
                    Wording("`%(day)s` is in `also` and in `except`.", day=day),
                    Wording("Delete it from one of the two."),
                )
        return OwnHolidays(found, also, left_out) if also or left_out else found
    except Unreadable as problem:
        field = "country" if problem.code == "unknown-country" else "region"
        document.report(problem.code, ("holidays", field), problem.message, problem.help)
        return None


def _report_holidays_of_nowhere(document: Document, file: RotaFile) -> None:
    """Report the shifts for holidays of a rota that does not say whose holidays."""
    listed: list[tuple[Path, ShiftEntry]] = [(("shifts", place), one) for place, one in enumerate(file.shifts)]
    listed += [(("backup", place), one) for place, one in enumerate(file.backup) if isinstance(one, ShiftEntry)]
    for path, entry in listed:
        if entry is not GONE and entry.days is not None and entry.days.holidays:
            document.report(
                "missing-field",
                (*path, "days"),
                Wording("This shift is for holidays, but the rota has no holidays."),
                Wording(
                    "Add your country or your own dates to the rota, for example"
                    " holidays: {country: US, region: MD} or holidays: {also: [2026-12-24]}"
                ),
            )


def note_not_valid(document: Document, path: Path, written: str) -> None:
    """Note a number that could exist, but that the numbering plan does not use."""
    document.report(
        "phone-not-valid",
        path,
        Wording("`%(written)s` does not seem to be in use.", written=clip(written)),
        Wording("Check it digit by digit. Numbers in films and examples look like this."),
        "note",
    )


def _rota(id: str, file: RotaFile, zone: ZoneInfo, read: RotaRead) -> Rota:
    phones = read.phones or {}
    backup = [_backup(entry) for entry in file.backup]
    return Rota(
        id,
        zone,
        file.timezone,
        {
            one: Volunteer(
                one,
                entry.name if entry.name and plain(entry.name) else one.replace("_", " ").title(),
                phones[one].number,
                understood(entry.languages),
                entry.calendar,
                entry.texts,
                entry.remind,
                entry.handset,
                entry.email,
            )
            for one, entry in file.volunteers.items()
        },
        tuple(map(_shift, file.shifts)),
        tuple(map(_rotation, file.rotations)),
        tuple(Away(entry.who, entry.from_.start, entry.to.end) for entry in file.away),
        tuple(
            Cover(entry.who, entry.for_, entry.from_.start, entry.to.end, 1 if entry.for_ else entry.tier)
            for entry in file.cover
        ),
        tuple(dict.fromkeys(who for entry in backup for who in _named(entry))),
        _ringing(file.ringing),
        limits=limits(file.limits),
        calendar=file.calendar,
        handsets=file.handsets,
        cover_rules=CoverRules(file.cover_requests.ask, file.cover_requests.wait, file.cover_requests.approve),
        holidays={} if read.holidays is None else read.holidays,
        texts=text_rules(file.texts),
        coordinators=coordinators(file.coordinators, read.coordinators or {}),
        backup_entries=() if all(isinstance(entry, str) for entry in backup) else tuple(backup),
    )


def _shift(entry: ShiftEntry) -> Shift:
    return Shift(entry.name, pattern(entry), tuple(entry.on_call), entry.also, entry.tier)


def _rotation(entry: RotationEntry) -> Rotation:
    turns = tuple(team[0] if len(team) == 1 else tuple(team) for team in entry.turns)
    return Rotation(entry.name, pattern(entry), turns, entry.change, entry.starting, entry.tier)


def _backup(entry: str | ShiftEntry | RotationEntry) -> str | Shift | Rotation:
    if isinstance(entry, str):
        return entry
    return _shift(entry) if isinstance(entry, ShiftEntry) else _rotation(entry)


def _named(entry: str | Shift | Rotation) -> Sequence[str]:
    if isinstance(entry, str):
        return (entry,)
    return entry.on_call if isinstance(entry, Shift) else entry.everyone


def _ringing(entry: RingingEntry) -> Ringing:
    return Ringing(
        ring_for=entry.ring_for,
        rounds=entry.rounds,
        at_once=entry.at_once,
        stagger=entry.stagger,
        max_wait=entry.max_wait,
        backup_after=entry.backup_after,
        rest_after_call=entry.rest_after_call,
        accept_key=entry.accept_key,
        order=entry.order,
        say={language: words.strip() for language, words in entry.say.items()},
        play=entry.play,
        test=entry.test,
    )
