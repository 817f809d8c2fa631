"""Families: call flows and rotas that only make sense together. After an edit, only families that it touches are read.

A call flow belongs with the rotas it rings, and with any file that claims one of its numbers. What was made of a family
is good while its own files are the same, and no file that was read anew belongs to it too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.planning.gaps import has_backup_always
from hotline.files.checks.sounds import sound_names
from hotline.files.findings.finding import Finding, in_order
from hotline.files.loading.folder import Folder
from hotline.files.loading.frozen import freeze, thawed_hotlines
from hotline.files.loading.gaps import check_coverage, is_covered
from hotline.files.loading.load import NO_CALL_FLOWS, Loaded, Reads, folder_and_id, put_together, read_each
from hotline.files.values.recordings import is_sound

_FOREVER = 1 << 40
Thaw = Callable[[bytes], tuple[Hotline, ...]]
_WEEK, _DAY = timedelta(weeks=1), timedelta(days=1)
_WEEKS = 8
"""How far ahead hours without anybody are looked for."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The facts by which a hotline is found. `others` are the other rotas that its steps ring and can be used.

    `lacking` are those that cannot; `sounds` the names of the sounds that it has.
    """

    id: str
    numbers: tuple[str, ...]
    rota: str
    others: tuple[str, ...] = ()
    lacking: frozenset[str] = frozenset()
    sounds: tuple[str, ...] = ()

    @property
    def rotas(self) -> tuple[str, ...]:
        """All rotas that it rings, its own first."""
        return tuple(dict.fromkeys((self.rota, *self.others, *sorted(self.lacking))))


def outline_of(hotline: Hotline) -> Outline:
    """Return the outline of a hotline."""
    lacking = frozenset(hotline.flow.people()) - hotline.others.keys()
    sounds = tuple(sorted({name for name, _ in hotline.sounds}))
    return Outline(hotline.id, tuple(hotline.flow.numbers), hotline.rota.id, tuple(hotline.others), lacking, sounds)


@dataclass(frozen=True, slots=True)
class Family:
    """The result of reading some files together. `digests` has each file's, sounds included.

    `nodes` are the ids and numbers of its files, those of rotas that are not there included; `phones` those of its
    volunteers and coordinators. `sounds` are the names of the sounds it plays. `errors` are those of its files, and of
    hours in which nobody can be rung. Such hours are in the rotas of `without_anybody`. That was last looked at at
    `since`, and is not known after `until` (epoch seconds).

    Its hotlines are `frozen`, each with one of `outlines`. Those with sounds are `held` as they are: sounds are
    megabytes, which many hotlines may share.
    """

    digests: Mapping[str, str]
    nodes: frozenset[str]
    phones: frozenset[str] = frozenset()
    sounds: frozenset[str] = frozenset()
    outlines: tuple[Outline, ...] = ()
    frozen: bytes | None = field(default=None, repr=False)
    held: tuple[Hotline, ...] = field(default=(), repr=False)
    errors: tuple[Finding, ...] = field(default=(), repr=False)
    without_anybody: frozenset[str] = frozenset()
    since: int = 0
    until: int = _FOREVER

    @property
    def ends(self) -> bool:
        """Return whether the family is known for some time only."""
        return self.until != _FOREVER

    @property
    def hotlines(self) -> tuple[Hotline, ...]:
        """Return the family's hotlines, made if they are not there."""
        return self.held if self.frozen is None else thawed_hotlines(self.frozen)

    def hotline(self, id: str, thaw: Thaw = thawed_hotlines) -> Hotline:
        """Return one of its hotlines. `thaw` makes them of bytes. Raises KeyError."""
        for hotline in self.held if self.frozen is None else thaw(self.frozen):
            if hotline.id == id:
                return hotline
        raise KeyError(id)

    def holds(self, folder: Folder, now: int) -> bool:
        """Return whether the family's files are still the same."""
        return (
            (self.since <= now < self.until)
            and all(folder.digests.get(path) == digest for path, digest in self.digests.items())
            and all(path in self.digests for name in self.sounds for path in folder.named("", name))
        )


def still_good(folder: Folder, known: Iterable[Family], now: datetime) -> tuple[list[Family], list[str]]:
    """Return the families that hold, and the files that are in none of them. Of two with the same file: the first."""
    at, good, covered = int(now.timestamp()), [], set[str]()
    for family in known:
        if family.holds(folder, at) and covered.isdisjoint(path for path in family.digests if not is_sound(path)):
            good.append(family)
            covered.update(family.digests)
    return good, [path for path in folder if path not in covered and not is_sound(path)]


def read_families(
    folder: Folder,
    known: Iterable[Family],
    countries: Collection[str],
    now: datetime,
    only: Collection[str] | None = None,
) -> tuple[list[Family], list[Family]]:
    """Return the families of a folder: those of `known` that still hold, and those that were read anew.

    `only`: none is read but those of these files.
    """
    good, reads = read_loose(folder, known, now, only)
    return good, [] if reads is None else _made(folder, reads, countries, now)


def read_loose(
    folder: Folder, known: Iterable[Family], now: datetime, only: Collection[str] | None = None
) -> tuple[list[Family], Reads | None]:
    """Return the families of `known` that still hold, and the reads of the files that are in none of them, if any."""
    good, loose = still_good(folder, known, now)
    loose = [path for path in loose if only is None or path in only]
    while loose:
        reads = read_each({path: folder[path] for path in loose})
        joined = _joined(good, _facts(reads))
        if not joined:
            return good, reads
        good = [family for family in good if id(family) not in joined]
        loose += [path for family in joined.values() for path in family.digests if not is_sound(path)]
    return good, None


def beside_all_rotas(reads: Reads, folder: Folder) -> Reads:
    """Return reads as they are when all rotas are there to be compared with."""
    rotas: dict[str, str] = {}
    for path in sorted(folder):
        where, id = folder_and_id(path)
        if where == "rota":
            rotas.setdefault(id, path)
    return replace(reads, found={**reads.found, "rota": rotas})


@dataclass(slots=True)
class _Facts:
    """The links of files that were read to others: see `Family`. `sounds` by the file's path."""

    nodes: dict[str, set[str]]
    phones: dict[str, set[str]]
    sounds: dict[str, set[str]]


def _facts(reads: Reads) -> _Facts:
    facts = _Facts({}, {}, {})
    for folder, files in reads.found.items():
        for id, path in files.items():
            facts.nodes[path] = {_node(folder, id)}
    for flow in reads.flows:
        path = flow.document.file
        facts.nodes[path] |= {_node("rota", rota) for rota in flow.rotas} | {_node("", one) for one in flow.numbers}
        rotas = [reads.rotas[rota] for rota in sorted(flow.rotas) if rota in reads.rotas]
        facts.sounds[path] = sound_names(flow, rotas)
    for rota in reads.rotas.values():
        both = (*(rota.phones or {}).values(), *(rota.coordinators or {}).values())
        facts.phones[rota.document.file] = {phone.number for phone in both}
    return facts


def _node(folder: str, id: str) -> str:
    return f"{folder} {id}"


def node_of_number(number: str) -> str:
    """Return what is in `nodes` of a family with a hotline of this number."""
    return _node("", number)


def _joined(families: Iterable[Family], facts: _Facts) -> dict[int, Family]:
    """Return the families that files belong to too, by their `id`."""
    nodes, phones = set().union(*facts.nodes.values()), set().union(*facts.phones.values())
    claimed = nodes | {_node("", phone) for phone in phones}
    numbers = {node.removeprefix(_node("", "")) for node in nodes}
    return {
        id(family): family
        for family in families
        if not (family.nodes.isdisjoint(claimed) and family.phones.isdisjoint(numbers))
    }


def _made(folder: Folder, reads: Reads, countries: Collection[str], now: datetime) -> list[Family]:
    names = set().union(*_facts(reads).sounds.values())
    played = {path: folder[path] for name in sorted(names) for path in folder.named("", name)}
    loaded = put_together(reads, played, countries)
    return [frozen_family(_covered(family, loaded, now)) for family in families_of(folder, reads, loaded)]


def families_of(folder: Folder, reads: Reads, loaded: Loaded) -> list[Family]:
    """Return the families of some reads, whose hotlines are in `loaded`."""
    facts = _facts(reads)
    errors: dict[str, list[Finding]] = {}
    for finding in loaded.findings:
        if finding.severity == "error":
            errors.setdefault(finding.file, []).append(finding)
    return [_family(folder, files, facts, loaded, errors) for files in _together(folder, reads, facts)]


def _together(folder: Folder, reads: Reads, facts: _Facts) -> Iterator[list[str]]:
    """Group the files of some reads by what they have to do with each other."""
    claimed = set().union(*facts.nodes.values())
    groups: dict[str, set[str]] = {}
    for path in facts.nodes:
        own = facts.nodes[path] | {node for one in facts.phones.get(path, ()) if (node := _node("", one)) in claimed}
        whole = set(own)
        for node in own:
            whole |= groups.get(node, set())
        for node in whole:
            groups[node] = whole
    seen: set[int] = set()
    for nodes in groups.values():
        if id(nodes) not in seen:
            seen.add(id(nodes))
            ids = (tuple(node.split(" ", 1)) for node in sorted(nodes) if node[:1] != " ")
            if paths := [path for where, name in ids for path in folder.named(where, name)]:
                yield paths


def _family(
    folder: Folder, files: list[str], facts: _Facts, loaded: Loaded, errors: Mapping[str, list[Finding]]
) -> Family:
    sounds = frozenset(name for path in files for name in facts.sounds.get(path, ()))
    played = [path for name in sorted(sounds) for path in folder.named("", name)]
    flows = (id for where, id in map(folder_and_id, files) if where == "call_flows")
    hotlines = tuple(loaded.hotlines[id] for id in dict.fromkeys(flows) if id in loaded.hotlines)
    return Family(
        digests={path: folder.digests[path] for path in (*files, *played)},
        nodes=frozenset(node for path in files for node in facts.nodes.get(path, ())),
        phones=frozenset(phone for path in files for phone in facts.phones.get(path, ())),
        sounds=sounds,
        outlines=tuple(map(outline_of, hotlines)),
        held=hotlines,
        errors=tuple(finding for path in files for finding in errors.get(path, ())),
    )


def frozen_family(family: Family) -> Family:
    """Return a family with its hotlines as bytes, which take little memory."""
    frozen = None if family.sounds else freeze(family.held)
    return family if frozen is None else replace(family, held=(), frozen=frozen)


def _covered(family: Family, loaded: Loaded, now: datetime) -> Family:
    """Return a family after a look for hours in which nobody can be rung."""
    rotas = by_rota(family.held)
    if all(has_backup_always(hotline.rota) for hotline in rotas.values()):
        return family
    own = Loaded({one.id: one for one in family.held}, (), frozenset(), loaded.rota_places)
    found, later = list[Finding](), False
    if not is_covered(own, now, _WEEKS + 1):
        found = [one for one in check_coverage(own, now, _WEEKS) if one.severity == "error"]
        # Nothing new comes into sight for a week, if nobody is lacking in the week after those that were looked at.
        later = bool(found) or any(one.severity == "error" for one in check_coverage(own, now + _WEEK, _WEEKS))
    for hotline in rotas.values():
        hotline.schedule.forget_days()
    return replace(
        family,
        errors=(*family.errors, *found),
        without_anybody=frozenset(one.file for one in found),
        since=int(now.timestamp()),
        until=int((now + (_DAY if later else _WEEK)).timestamp()),
    )


def errors_of(folder: Folder, families: Iterable[Family]) -> tuple[Finding, ...]:
    """Return the errors of a whole folder."""
    found = [error for family in families for error in family.errors]
    return in_order(found if folder.flow_ids() else (NO_CALL_FLOWS, *found))
