"""Short names (of volunteers, steps, languages): whether they can be used, and whether what they point to exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hotline.files.document import Document, Part, Path, mapping
from hotline.files.finding import Severity
from hotline.files.suggest import did_you_mean
from hotline.files.unreadable import clip
from hotline.files.wording import Wording

What = Literal["volunteer", "step", "language"]

_NAME = re.compile(r"\w[\w.-]{0,59}")
_NO_NAME_OF: Mapping[str, Callable[[str], Wording]] = {
    "volunteer": lambda name: Wording("`%(name)s` cannot be the short name of a volunteer.", name=name),
    "coordinator": lambda name: Wording("`%(name)s` cannot be the short name of a coordinator.", name=name),
    "step": lambda name: Wording("`%(name)s` cannot be the short name of a step.", name=name),
}
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


def check_names(document: Document, path: Path, what: Literal["volunteer", "coordinator", "step"]) -> None:
    """Report each key of the mapping at `path` that cannot be a name; they stand in commands and addresses."""
    for name in mapping(document.get(*path)):
        if not _NAME.fullmatch(name):
            document.report(
                "bad-name",
                (*path, name),
                _NO_NAME_OF[what](clip(name)),
                Wording("Use letters, digits, - and _ only, no spaces, and at most 60 of them."),
                part="key",
            )


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
    """Report each reference to what is not `known`, as `unknown-<what>`."""
    in_order = tuple(sorted(known))
    listed = Wording("Known here: %(names)s.", names=", ".join(in_order[:12])) if known else _HAS_NO[what]
    for reference in references:
        if reference.name not in known:
            help = listed if document.full else did_you_mean(reference.name, in_order) or listed
            document.report(
                f"unknown-{what}",
                reference.path,
                _IS_NO[what](clip(reference.name)),
                help,
                severity,
                reference.part,
            )
