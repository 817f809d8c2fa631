"""An edit of a rota by form: the part of the file that it changes, its effects, and saving it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from hotline.errors import FilesError
from hotline.files.edits.rewrite import content_of, path_at, rewritten
from hotline.files.edits.versions import digest
from hotline.files.findings.finding import Finding
from hotline.files.yaml.document import Path, Plain, mapping
from hotline.pages.files.page import Review, review_bytes
from hotline.pages.frame.files_saved import FoundFile
from hotline.pages.frame.parts import PageParts
from hotline.pages.setup.absence_form import AbsenceForm, CoveringForm
from hotline.pages.setup.fields import About, EntryForm, Values, entry_from, field_at
from hotline.pages.setup.hours_form import HoursForm
from hotline.pages.setup.keys_form import KeysForm, leading_to
from hotline.pages.setup.languages_form import LanguagesForm
from hotline.pages.setup.new_step_form import NewStepForm
from hotline.pages.setup.rules_form import BackupForm, HolidaysForm, LimitsForm, RingingForm
from hotline.pages.setup.text_words_form import TextWordsForm
from hotline.pages.setup.texts_form import CoordinatorForm, CoverRequestsForm, TextsForm
from hotline.pages.setup.times_form import BackupRotationForm, BackupShiftForm, RotationForm, ShiftForm
from hotline.pages.setup.volunteer_form import VolunteerForm, entries_of, named_in, new_short_name, remove_volunteer
from hotline.pages.setup.words_form import ApologyForm, LineForm, ScreeningForm, StepForm
from hotline.pages.setup.zone_form import HandsetsForm, ZoneForm
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import worded


@dataclass(frozen=True, slots=True)
class FormKind:
    """A kind of form. `section` is the part of the file that it changes, "" for the file itself.

    `listed`: it changes one entry of the section. `more`: what can be asked for more of. `adds`: it makes new entries.
    `removes`: it removes them. `waits`: it changes when, or whether, phones ring for a caller.
    """

    form: EntryForm
    section: str
    new: str
    change: str
    listed: bool = True
    more: str = ""
    adds: bool = True
    removes: bool = True
    waits: bool = False


def _whole(form: EntryForm, section: str, name: str, more: str = "", waits: bool = False) -> FormKind:
    """A form for a whole section."""
    return FormKind(form, section, name, name, listed=False, more=more, waits=waits)


_ROTA_KINDS: Mapping[str, FormKind] = {
    "volunteer": FormKind(VolunteerForm(), "volunteers", later("New volunteer"), later("Change a volunteer")),
    "coordinator": FormKind(CoordinatorForm(), "coordinators", later("New coordinator"), later("Change a coordinator")),
    "shift": FormKind(ShiftForm(), "shifts", later("New shift"), later("Change a shift"), more=later("More people")),
    "rotation": FormKind(
        RotationForm(), "rotations", later("New rotation"), later("Change a rotation"), more=later("More turns")
    ),
    "backup_shift": FormKind(
        BackupShiftForm(),
        "backup",
        later("New backup shift"),
        later("Change a backup shift"),
        more=later("More people"),
    ),
    "backup_rotation": FormKind(
        BackupRotationForm(),
        "backup",
        later("New backup rotation"),
        later("Change a backup rotation"),
        more=later("More turns"),
    ),
    "backup": _whole(BackupForm(), "backup", later("Backup"), more=later("More people")),
    "holidays": _whole(HolidaysForm(), "holidays", later("Holidays"), more=later("More dates")),
    "ringing": _whole(RingingForm(), "ringing", later("Ringing")),
    "screening": _whole(ScreeningForm(), "ringing", later("What volunteers hear first")),
    "limits": _whole(LimitsForm(), "limits", later("Limits"), more=later("More people")),
    "texts": _whole(TextsForm(), "texts", later("Texts and e-mails")),
    "text_words": _whole(TextWordsForm(), "texts", later("Own words of texts")),
    "cover_requests": _whole(CoverRequestsForm(), "cover_requests", later("Requests for cover")),
    "zone": _whole(ZoneForm(), "", later("Time zone and calendar")),
    "handsets": _whole(HandsetsForm(), "", later("How phones answer"), waits=True),
    "absence": FormKind(AbsenceForm(), "away", later("Time away"), later("Time away"), adds=False),
    "covering": FormKind(CoveringForm(), "cover", later("Cover"), later("Cover"), adds=False),
}
_FLOW_KINDS: Mapping[str, FormKind] = {
    "step": FormKind(
        StepForm(), "steps", later("Words"), later("Words"), more=later("More sentences"), adds=False, removes=False
    ),
    "keys": FormKind(
        KeysForm(),
        "steps",
        later("Keys and next steps"),
        later("Keys and next steps"),
        more=later("More keys"),
        adds=False,
        waits=True,
    ),
    "new_step": _whole(NewStepForm(), "", later("New step")),
    "hours": _whole(HoursForm(), "", later("Opening hours"), more=later("More times"), waits=True),
    "line": _whole(LineForm(), "", later("Name and numbers"), more=later("More numbers")),
    "languages": _whole(LanguagesForm(), "", later("Languages and voices"), more=later("More languages")),
    "apology": _whole(ApologyForm(), "", later("When something fails")),
}
KINDS: Mapping[str, Mapping[str, FormKind]] = {"rota": _ROTA_KINDS, "flow": _FLOW_KINDS}
"""The kinds of forms for each kind of file."""


_NO_RINGING = {"limits", "texts", "cover_requests", "coordinators"}
"""The sections that change nothing about how phones ring."""
_BY_NAME = ("volunteers", "coordinators", "steps")
"""The sections whose entries have names."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A form and the part of a file that it is about. `step` is "" for a new entry; `old` is None then."""

    file: FoundFile
    kind: FormKind
    content: dict[str, Plain]
    languages: Sequence[str]
    step: str = ""
    old: Plain = None
    mail: bool = True
    rotas: Sequence[str] = ()

    @property
    def about(self) -> About:
        return About(self.content, self.languages, self.old, self.mail, self.rotas)

    @property
    def was(self) -> str:
        """A digest of the entry, by which it is found again after another edit."""
        return entry_digest(self.old)

    @property
    def path(self) -> Path:
        """The path of the entry as it will be written."""
        section = self.kind.section
        if not self.kind.listed:
            return (section,) if section else ()
        if section in _BY_NAME:
            return (section, self.step)
        return (section, int(self.step) if self.step else len(entries_of(self.content, section)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outcome of an edit before it is saved: the review, the problems of fields, and sentences on what goes along.

    `problems` are by field, `errors` are all others that refuse it. `base` is the digest of the file it changes.
    `early`: callers hear its words before phones ring. `rings`: its settings say how phones ring. `waits` is what it
    does to waits; None: not forecast yet.
    """

    review: Review
    base: str
    problems: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    also: Sequence[str] = ()
    waits: Sequence[str] | None = ()
    early: bool = False
    rings: bool = True

    @property
    def bears_on_waits(self) -> bool:
        """Return whether it changes who is on call when, how phones ring, or what callers hear first."""
        meaning = self.review.meaning
        return meaning is not None and bool(
            self.early or meaning.shares or meaning.gaps or meaning.closed or (self.rings and meaning.altered)
        )

    @property
    def refused(self) -> bool:
        return bool(self.problems or self.errors)


def entry_digest(entry: Plain) -> str:
    """A short digest of an entry's content."""
    return sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:16]


def text_of(file: FoundFile) -> str:
    """The text of a file. Raises FilesError if it is none."""
    try:
        return file.raw.decode()
    except UnicodeDecodeError:
        raise FilesError(_("The file is not written in UTF-8."), _("Choose “Edit as text” and save it anew.")) from None


def content_in(file: FoundFile) -> dict[str, Plain]:
    """Return the plain content of a file; its parts are shared, and are not to be changed. Raises FilesError."""
    return dict(_content(text_of(file)))


@lru_cache(maxsize=4)
def _content(text: str) -> dict[str, Plain]:
    """Return what is read of a text. A form is opened and sent several times."""
    return content_of(text)


def find_edit(file: FoundFile, kind: FormKind, languages: Sequence[str], step: str, was: str = "") -> Edit | None:
    """Return the form's part of a file; None if the entry is not there. Raises FilesError if the file has errors.

    An entry that moved in its list, by another edit, is found by `was`.
    """
    content = content_in(file)
    if not kind.listed:
        old = content.get(kind.section) if kind.section else content
        return Edit(file, kind, content, languages, kind.section or "file", old)
    if not step:
        return Edit(file, kind, content, languages)
    section = content.get(kind.section)
    if isinstance(section, dict):
        found = section.get(step)
        same = not was or entry_digest(found) == was
        return Edit(file, kind, content, languages, step, found) if isinstance(found, dict) and same else None
    listed = entries_of(content, kind.section)
    places = [at for at, one in enumerate(listed) if str(at) == step and (not was or entry_digest(one) == was)]
    places = places or [at for at, one in enumerate(listed) if was and entry_digest(one) == was]
    if len(places) != 1 or not isinstance(listed[places[0]], dict):
        return None
    return Edit(file, kind, content, languages, str(places[0]), listed[places[0]])


def changed_text(edit: Edit, values: Values) -> tuple[str, Edit]:
    """Return the file's text with what is typed, and the edit with its place. Raises Mistyped and FilesError."""
    wanted = dict(edit.content)
    section, form = edit.kind.section, edit.kind.form
    entry = entry_from(form, values, edit.about, edit.old)
    if edit.kind.form.kind == "backup":
        entry = {}
        by_name = iter(form.read(values, edit.about)["backup"] or [])
        wanted["backup"] = _people_replaced(entries_of(wanted, "backup"), list(by_name))
    elif not edit.kind.listed:
        wanted = {**wanted, section: entry} if section else entry
    elif section in _BY_NAME:
        named = mapping(wanted.get(section))
        step = edit.step or new_short_name(str(entry["name"]), list(named))
        wanted[section] = {**named, step: entry}
        edit = replace(edit, step=step)
    else:
        listed = entries_of(wanted, section)
        place = int(edit.step) if edit.step else len(listed)
        wanted[section] = [*listed[:place], entry, *listed[place + 1 :]]
    return rewritten(text_of(edit.file), wanted), edit


def _people_replaced(old: Sequence[Plain], people: Sequence[Plain]) -> list[Plain]:
    """A list of the backup with other people by name. Shifts and rotations of it keep their places."""
    left, found = list(people), list[Plain]()
    for one in old:
        if not isinstance(one, str):
            found.append(one)
        elif left:
            found.append(left.pop(0))
    last = max((at for at, one in enumerate(found) if isinstance(one, str)), default=-1)
    return [*found[: last + 1], *left, *found[last + 1 :]] if last >= 0 else [*left, *found]


def text_without(edit: Edit) -> str:
    """Return the file's text without an entry, and what names it. Raises FilesError."""
    wanted = dict(edit.content)
    section = edit.kind.section
    if section == "volunteers":
        remove_volunteer(wanted, edit.step)
    elif section in _BY_NAME:
        wanted[section] = {name: one for name, one in mapping(wanted.get(section)).items() if name != edit.step}
    elif edit.kind.listed:
        listed = entries_of(wanted, section)
        wanted[section] = [*listed[: int(edit.step)], *listed[int(edit.step) + 1 :]]
    else:
        wanted.pop(section, None)
    return rewritten(text_of(edit.file), wanted)


def outlook(parts: PageParts, texts: Mapping[str, bytes], edit: Edit, after: str, values: Values | None) -> Outlook:
    """Return what a changed text means. `values` are those typed; None where an entry is removed."""
    review = review_bytes(parts, texts, edit.file, after.encode())
    problems: dict[str, str] = {}
    errors: list[str] = []
    for one in review.refusing:
        words = f"{worded(one.message)} {worded(one.help)}".strip()
        name = _field_of(edit, after, one, values) if values is not None else ""
        if name:
            problems.setdefault(name, words)
        else:
            errors.append(words)
    also: list[str] = []
    if values is None and edit.kind.section == "volunteers":
        also = list(named_in(edit.content, edit.step))
    elif values is None and edit.kind.section == "steps":
        errors = list(leading_to(edit.content, edit.step)) or errors
    return Outlook(
        review,
        digest(edit.file.raw),
        problems,
        list(dict.fromkeys(errors)),
        _new_warnings(edit, review),
        also,
        early=edit.kind.waits or (edit.kind.section == "steps" and _heard_before_ringing(edit)),
        rings=edit.kind.section not in _NO_RINGING,
    )


def _heard_before_ringing(edit: Edit) -> bool:
    """Return whether callers hear the words of a step at the beginning, or just before phones ring."""
    steps = mapping(edit.content.get("steps"))
    return edit.step == (edit.content.get("start") or next(iter(steps), "")) or "ring" in mapping(edit.old)


def _field_of(edit: Edit, after: str, finding: Finding, values: Values) -> str:
    if finding.file != edit.file.path:
        return ""
    path, mine = path_at(after, finding.line, finding.column), edit.path
    return field_at(edit.kind.form, path[len(mine) :], values) if path[: len(mine)] == mine else ""


def _new_warnings(edit: Edit, review: Review) -> list[str]:
    told = ("warning", "note") if edit.file.area == "flow" else ("warning",)
    known = {(one.code, one.message) for one in review.known if one.file == edit.file.path}
    new = [one for one in review.findings if one.severity in told and (one.code, one.message) not in known]
    return list(dict.fromkeys(f"{worded(one.message)} {worded(one.help)}".strip() for one in new))
