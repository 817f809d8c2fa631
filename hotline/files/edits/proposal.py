"""An edit of a rota file before it is written: the new file, and its effect."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.planning.effects import Effects, could_step_in, effects, reach
from hotline.core.rota.rota import Away, Cover
from hotline.core.wording import NOTHING, Wording, together
from hotline.errors import FilesError
from hotline.files.edits.insert_entries import add_entries
from hotline.files.findings.finding import Finding
from hotline.files.findings.wording import During, Listed
from hotline.files.loading.around import load_around, load_edit
from hotline.files.loading.load import FOLDERS, Loaded

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit that the loader accepts. `file` is a path below the configuration directory.

    `old` and `new` are the hotline before and after it. `warnings` are its new findings.
    """

    file: str
    before: bytes
    after: bytes
    old: Hotline
    new: Hotline
    warnings: tuple[Finding, ...]

    @property
    def diff(self) -> list[str]:
        """The lines that change, each with `+` or `-` before it, and with ` ` two on either side."""
        old, new = (raw.decode().splitlines() for raw in (self.before, self.after))
        return list(difflib.unified_diff(old, new, self.file, self.file, n=2, lineterm=""))


def propose(
    texts: Mapping[str, bytes], rota: str, edit: Callable[[str], str], countries: Collection[str] = ()
) -> Proposal:
    """Return the edit of a rota in use, given the bytes of all files by their paths. `countries` as for `load`.

    Raises FilesError if the rota is broken or the edit would break it, and any error that `edit` raises.
    """
    file = next((path for path in texts if _is(path, rota)), "")
    old = _using(load_around(texts, [file], countries), rota)
    if not file or old is None:
        raise FilesError(
            Wording("The rota %(rota)s has errors and cannot be used.", rota=rota),
            Wording("Run `hotline check` and fix the errors first."),
        )
    before = texts[file]
    after = edit(before.decode()).encode()
    loaded, changed = load_edit(texts, {file: after}, countries)
    new = _using(changed, rota)
    added = _added(loaded.findings, changed.findings)
    if new is None:
        error = next((one for one in added if one.severity == "error"), None)
        why = together(error.message, error.help) if error else NOTHING
        raise FilesError(Wording("With this change, %(file)s could no longer be used.", file=file), why)
    return Proposal(file, before, after, old, new, added)


def with_entries(
    texts: Mapping[str, bytes], rota: str, entries: Sequence[Away | Cover], countries: Collection[str] = ()
) -> tuple[Proposal, Effects]:
    """Return the rota with entries of `away` and `cover`, and their effects."""
    proposal = propose(texts, rota, lambda text: add_entries(text, entries), countries)
    old, new = proposal.old.schedule, proposal.new.schedule
    return proposal, effects(old, new, reach(old, entries))


def propose_entries(
    texts: Mapping[str, bytes], rota: str, entries: Sequence[Away | Cover], countries: Collection[str] = ()
) -> tuple[Proposal, Effects]:
    """Propose entries of `away` and `cover` for a file, if it may be written.

    Raises FilesError also if a caller would find nobody at all at a time that has somebody now: the line would not load
    such a rota.
    """
    proposal, changes = with_entries(texts, rota, entries, countries)
    new = proposal.new.schedule
    for hole in changes.left_alone:
        names = [new.rota.volunteers[who].name for who, _ in could_step_in(new, hole.time)[:_MOST_NAMED]]
        raise FilesError(
            Wording(
                "A caller would reach nobody %(time)s, because there is no backup then either.",
                time=During(hole.time, new.rota.zone),
            ),
            Wording("Find a cover first (free then: %(names)s).", names=Listed(tuple(names)))
            if names
            else Wording("Find a cover first."),
        )
    return proposal, changes


def _added(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[Finding, ...]:
    """The new findings, even if lines have moved."""
    known = [(one.code, one.file, one.message) for one in before]
    found = []
    for one in after:
        told = (one.code, one.file, one.message)
        if told in known:
            known.remove(told)
        else:
            found.append(one)
    return tuple(found)


def _using(loaded: Loaded, rota: str) -> Hotline | None:
    return by_rota(loaded.hotlines.values()).get(rota)


def _is(path: str, rota: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder == FOLDERS[1] and name.rpartition(".")[0] == rota
