"""Short names (of volunteers, steps, languages): whether they are valid, and whether they exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hotline.core.wording import Wording
from hotline.files.findings.finding import Severity
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import clip
from hotline.files.values.meant import languages_meant, names_meant
from hotline.files.values.times import only_one
from hotline.files.yaml.document import Document, Part, Path, mapping

What = Literal["volunteer", "step", "language"]

_NAME = re.compile(r"\w[\w.-]{0,59}")
_NO_NAME_OF: Mapping[str, Callable[[str], Wording]] = {
    "volunteer": lambda name: Wording("`%(name)s` cannot be the short name of a volunteer.", name=name),
    "coordinator": lambda name: Wording("`%(name)s` cannot be the short name of a coordinator.", name=name),
    "step": lambda name: Wording("`%(name)s` cannot be the short name of a step.", name=name),
}
_NOBODYS_NAMES = (
    *("nobody", "none", "noone", "no_one", "anyone", "anybody", "everyone", "everybody", "all", "backup", "on_call"),
    *("oncall", "hotline", "caller", "volunteer"),
)
"""Short names that have another meaning in previews, on pages and in commands."""
_IS_NO: Mapping[What, Callable[[str], Wording]] = {
    "volunteer": lambda name: Wording("There is no volunteer `%(name)s`.", name=name),
    "step": lambda name: Wording("There is no step `%(name)s`.", name=name),
    "language": lambda name: Wording("There is no language `%(name)s`.", name=name),
}
_HAS_NO: Mapping[What, Wording] = {
    "volunteer": Wording("This file has no volunteers."),
    "step": Wording("This file has no steps."),
    "language": Wording("This file has no languages."),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A spot that names something: a volunteer, a step, a language."""

    path: Path
    name: str
    part: Part = "value"


def hidden(name: str) -> int | None:
    """The index, from 0, of the first invisible character, or one that looks like a hyphen or space; or None."""
    for place, one in enumerate(name):
        kind = unicodedata.category(one)
        if kind in ("Cf", "Zl", "Zp") or (kind in ("Zs", "Pd") and one not in " -"):
            return place
    return None


def unspeakable(name: str) -> Wording | None:
    """Say which character of a full name is no letter that can be seen or spoken; None if all can."""
    place = next((place for place, one in enumerate(name) if not one.isprintable()), None)
    if place is None:
        return None
    code, what = f"{ord(name[place]):04X}", unicodedata.name(name[place], "").lower()
    before = clip(name[:place].strip())
    shown = f"U+{code}, {what}" if what else f"U+{code}"
    if before:
        return Wording(
            "After “%(before)s”, this name has an invisible character (%(character)s). Delete it, or type the name"
            " again.",
            before=before,
            character=shown,
        )
    return Wording(
        "This name begins with an invisible character (%(character)s). Delete it, or type the name again.",
        character=shown,
    )


def _hidden_message(name: str, place: int) -> Wording:
    return Wording(
        "This name has the character U+%(code)s (%(character)s), which looks like another letter.",
        code=f"{ord(name[place]):04X}",
        character=unicodedata.name(name[place], "unnamed").lower(),
    )


_HIDDEN_HELP = Wording("Delete it and type the name again.")


def check_names(document: Document, path: Path, what: Literal["volunteer", "coordinator", "step"]) -> None:
    """Report each key of the mapping at `path` that cannot be a name. Names are used in commands and addresses."""
    for name in mapping(document.get(*path)):
        place = hidden(name)
        if place is not None:
            message = _hidden_message(name, place)
            document.report("bad-name", (*path, name), message, _HIDDEN_HELP, part="key", character=place)
        elif not _NAME.fullmatch(name):
            document.report(
                "bad-name",
                (*path, name),
                _NO_NAME_OF[what](clip(name)),
                Wording("Use letters, digits, - and _ only, no spaces, and at most 60 of them."),
                part="key",
            )
        elif what == "volunteer" and name.casefold() in _NOBODYS_NAMES:
            document.report(
                "misleading-name",
                (*path, name),
                Wording("`%(name)s` does not look like a name where it is shown.", name=name),
                Wording("Give them their own short name, such as amy."),
                "warning",
                part="key",
            )


def is_name(text: str) -> bool:
    """Return whether a text can be a short name, or the name of a file."""
    return _NAME.fullmatch(text) is not None


def check_file_name(document: Document, id: str) -> None:
    """Report a file whose name without its ending cannot be the short name of a hotline or a rota."""
    if not _NAME.fullmatch(id):
        document.report(
            "bad-name",
            (),
            Wording("The file's name `%(name)s` cannot be the short name of a hotline.", name=clip(id)),
            Wording(
                "Rename the file: letters, digits, - and _ only, no spaces, and at most 60 of them before the ending."
            ),
        )


def check_references(
    document: Document,
    references: Iterable[Reference],
    known: Collection[str],
    what: What,
    severity: Severity = "error",
) -> None:
    """Report each reference to a name that is not `known`, as `unknown-<what>`."""
    in_order = tuple(sorted(known))
    listed = Wording("Known here: %(names)s.", names=", ".join(in_order[:12])) if known else _HAS_NO[what]
    for reference in references:
        place = hidden(reference.name) if reference.name not in known else None
        if place is not None:
            message = _hidden_message(reference.name, place)
            document.report(
                f"unknown-{what}", reference.path, message, _HIDDEN_HELP, severity, reference.part, character=place
            )
        elif reference.name not in known:
            run_on = " ".join(names_meant(reference.name)).split() if reference.part == "value" else []
            if len(run_on) > 1 and all(one in known for one in run_on):
                right = ", ".join(run_on)
                if isinstance(reference.path[-1], str):
                    help = only_one(reference.path[-1], run_on[0])
                else:
                    help = Wording("Write them apart, with a comma: %(names)s", names=right)
                document.report(
                    f"unknown-{what}",
                    reference.path,
                    _IS_NO[what](clip(reference.name)),
                    help,
                    severity,
                    fix=document.value_as(reference.path, right) if isinstance(reference.path[-1], int) else None,
                )
                continue
            there = mapping(document.get(*reference.path[:-1])) if reference.part == "key" else ()
            free = tuple(one for one in in_order if one not in there)
            meant = volunteer_named(document, reference.name) if what == "volunteer" else None
            if what == "language":
                meant = next((one for one in languages_meant(reference.name) if one in free), None)
            near = (
                Wording("Did you mean `%(right)s`?", right=meant)
                if meant in free
                else did_you_mean(reference.name, free)
            )
            help = listed if document.full else near or listed
            document.report(
                f"unknown-{what}",
                reference.path,
                _IS_NO[what](clip(reference.name)),
                help,
                severity,
                reference.part,
            )


def volunteer_named(document: Document, written: str) -> str | None:
    """The short name of the volunteer of a rota who has it, or that full name, in any case. None if not one has."""
    wanted = written.strip().casefold()
    found = {
        name
        for name, person in mapping(document.get("volunteers")).items()
        if wanted in (name.casefold(), str(mapping(person).get("name", "")).strip().casefold())
    }
    return found.pop() if len(found) == 1 else None
