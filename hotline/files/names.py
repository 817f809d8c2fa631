"""Short names (of volunteers, steps, languages): whether they can be used, and whether what they point to exists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hotline.files.document import Document, Part, Path, mapping
from hotline.files.finding import Severity
from hotline.files.suggest import did_you_mean
from hotline.files.unreadable import clip

_NAME = re.compile(r"\w[\w.-]{0,59}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A spot that names something: a volunteer, a step, a language."""

    path: Path
    name: str
    part: Part = "value"


def check_names(document: Document, path: Path, what: str) -> None:
    """Report each key of the mapping at `path` that cannot be a name; they stand in commands and addresses."""
    for name in mapping(document.get(*path)):
        if not _NAME.fullmatch(name):
            document.report(
                "bad-name",
                (*path, name),
                f"`{clip(name)}` cannot be the short name of a {what}.",
                "Use letters, digits, - and _ only, no spaces, and at most 60 of them.",
                part="key",
            )


def check_file_name(document: Document, id: str) -> None:
    """Report a file whose name without its ending cannot be the short name of a hotline or a rota."""
    if not _NAME.fullmatch(id):
        document.report(
            "bad-name",
            (),
            f"The file's name `{clip(id)}` cannot be the short name of a hotline.",
            "Rename the file: letters, digits, - and _ only, no spaces, and at most 60 of them before the ending.",
        )


def check_references(
    document: Document,
    references: Iterable[Reference],
    known: Collection[str],
    what: str,
    severity: Severity = "error",
) -> None:
    """Report each reference to what is not `known`, as `unknown-<what>`."""
    in_order = tuple(sorted(known))
    listed = f"Known here: {', '.join(in_order[:12])}." if known else f"This file has no {what}s."
    for reference in references:
        if reference.name not in known:
            help = (not document.full and did_you_mean(reference.name, in_order)) or listed
            document.report(
                f"unknown-{what}",
                reference.path,
                f"There is no {what} `{clip(reference.name)}`.",
                help,
                severity,
                reference.part,
            )
