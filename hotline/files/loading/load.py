"""Call flow and rota files to hotlines. One broken file costs no other hotline."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from hotline.collector import paused_collector
from hotline.core.calls.flow import Flow, Hotline, Hunt, OtherRota, by_rota
from hotline.core.calls.sound import Sounds
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.wording import NOTHING, Wording
from hotline.files.checks.sounds import SoundChecks
from hotline.files.findings.finding import Finding, Severity, in_order
from hotline.files.loading.left_out import flow_without, rota_without
from hotline.files.values.recordings import FOLDER, is_sound
from hotline.files.values.recordings import MOST_BYTES as MOST_SOUND_BYTES
from hotline.files.yaml.document import Document
from hotline.files.yaml.guard import MOST_BYTES
from hotline.files.yaml.reading import read

if TYPE_CHECKING:  # imported with the first file that is read: they take 17 MB, and most processes read none
    from hotline.files.checks.across import Barred
    from hotline.files.checks.flow import FlowRead
    from hotline.files.checks.rota import RotaRead

FOLDERS = ("call_flows", "rota")
ENDINGS = (".yaml", ".yml")

NO_CALL_FLOWS = Finding(
    "no-call-flows",
    "error",
    "call_flows",
    1,
    1,
    Wording("There is no call flow here."),
    Wording("Put at least one call flow into the folder call_flows, and its rota into the folder rota."),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The hotlines of a set of files, and all findings.

    `hotlines` has each flow whose own file and rota are free of errors, by id; `broken` the ids of the others. Another
    rota that a step rings, and that cannot be used, is not in its `others`: that step rings nobody.

    - `rota_places` has, for each rota in use, a finding-like mark of the spot where its gaps are reported.
    - `limit_places` has one of its `limits:`, for each rota in use that has some.
    - `holiday_places` has one of its `holidays:`.
    - `ring_places` has some of `ring` steps, by step, for each hotline that has one: the first, and then the first
      that rings each other rota.
    - `documents` has the file of each rota in use.
    """

    hotlines: dict[str, Hotline]
    findings: tuple[Finding, ...]
    broken: frozenset[str]
    rota_places: Mapping[str, Finding] = field(default_factory=dict, repr=False)
    limit_places: Mapping[str, Finding] = field(default_factory=dict, repr=False)
    holiday_places: Mapping[str, Finding] = field(default_factory=dict, repr=False)
    ring_places: Mapping[str, Mapping[str, Finding]] = field(default_factory=dict, repr=False)
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False)


def read_files(config_dir: Path, *, strict: bool = True) -> dict[str, bytes]:
    """The bytes of every call flow and rota file by its path below `config_dir`. Raises OSError.

    The sounds beside them are among them (`is_sound`). A file that is too big is read only as far as needed to show
    that it is. Unless `strict`, a file that cannot be read counts as empty, so the others still load.
    """
    texts = {}
    for path in _paths(config_dir):
        name = path.relative_to(config_dir).as_posix()
        try:
            with path.open("rb") as file:
                texts[name] = file.read(MOST_BYTES + 1)
        except OSError:
            if strict:
                raise
            texts[name] = b""
    return texts | read_sounds(config_dir)


def file_names(config_dir: Path) -> list[str]:
    """The paths below `config_dir` of every call flow and rota file, without reading them. Raises OSError."""
    return [path.relative_to(config_dir).as_posix() for path in _paths(config_dir)]


def read_one(config_dir: Path, file: str) -> bytes | None:
    """The bytes of one call flow or rota file, as `read_files` has them. None if there is none. Raises OSError."""
    path = config_dir / file
    # Listed, as names in an address may be such that the system refuses to look them up.
    if folder_and_id(file)[0] not in FOLDERS or not path.parent.is_dir() or path.name not in os.listdir(path.parent):
        return None
    if not _is_ours(path):
        return None
    with path.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def read_sounds(config_dir: Path) -> dict[str, bytes]:
    """The bytes of every sound file by its path below `config_dir`. Raises nothing: words are spoken without them."""
    sounds = {}
    for path in _sound_paths(config_dir / FOLDER):
        try:
            with path.open("rb") as file:
                sounds[path.relative_to(config_dir).as_posix()] = file.read(MOST_SOUND_BYTES + 1)
        except OSError:
            sounds[path.relative_to(config_dir).as_posix()] = b""
    return sounds


def _sound_paths(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if is_sound(f"{FOLDER}/{path.name}") and path.is_file())
    except OSError:
        return []


def load(config_dir: Path, countries: Collection[str] = ()) -> Loaded:
    """The hotlines of a configuration directory, and all problems of its files. File problems raise nothing.

    `countries` are those whose numbers they may dial, by ISO 3166 code. Without any: those of a hotline's own numbers.
    """
    texts: dict[str, bytes] = {}
    unreadable: dict[str, Finding] = {}
    for path in _paths(config_dir):
        name = path.relative_to(config_dir).as_posix()
        try:
            with path.open("rb") as file:
                texts[name] = file.read(MOST_BYTES + 1)
        except OSError as error:
            unreadable[name] = Finding(
                "file-unreadable",
                "error",
                name,
                1,
                1,
                Wording("This file cannot be read: %(why)s.", why=error.strerror),
                Wording("Check that it is a file and that the server's user may read it."),
            )
    return _load(texts | read_sounds(config_dir), unreadable, countries)


def load_texts(texts: Mapping[str, bytes], countries: Collection[str] = (), *, without_barred: bool = False) -> Loaded:
    """The hotlines of files given by their paths, such as `rota/rise.yaml`, and all problems of those files.

    The sounds that they name are among the files, as in `read_files`.

    `countries` as for `load`. `without_barred`: a number that may not be dialled is no error, and is left out with its
    owner.
    """
    return _load(texts, {}, countries, without_barred=without_barred)


@dataclass(frozen=True, slots=True)
class Reads:
    """Files that were read one by one, and not yet compared.

    `found` has the file of each id by folder; `documents` those that are YAML; `findings` are those of the others.
    """

    found: Mapping[str, Mapping[str, str]]
    documents: Mapping[str, Document]
    findings: list[Finding]
    flows: list[FlowRead]
    rotas: dict[str, RotaRead]


@paused_collector()
def read_each(texts: Mapping[str, bytes], unreadable: Mapping[str, Finding] = MappingProxyType({})) -> Reads:
    """Read files one by one. `unreadable` has the finding of each that is there and cannot be read."""
    from hotline.files.checks.flow import read_flow
    from hotline.files.checks.rota import read_rota

    found, documents, findings = _sorted_out(texts, unreadable)
    flows = [read_flow(id, documents[file]) for id, file in found["call_flows"].items() if file in documents]
    rotas = {id: read_rota(id, documents[file]) for id, file in found["rota"].items() if file in documents}
    return Reads(found, documents, findings, flows, rotas)


def _load(
    texts: Mapping[str, bytes],
    unreadable: Mapping[str, Finding],
    countries: Collection[str],
    *,
    without_barred: bool = False,
) -> Loaded:
    reads = read_each(texts, unreadable)
    if not reads.found["call_flows"]:
        reads.findings.append(NO_CALL_FLOWS)
    return put_together(reads, texts, countries, without_barred=without_barred)


@paused_collector()
def put_together(
    reads: Reads, texts: Mapping[str, bytes], countries: Collection[str], *, without_barred: bool = False
) -> Loaded:
    """Compare files that were read, and make the hotlines. The sounds that they name are in `texts`.

    Adds findings to the documents: do this once.
    """
    from hotline.files.checks.across import check_across, find_barred

    found, documents, findings, flows, rotas = reads.found, reads.documents, reads.findings, reads.flows, reads.rotas
    check_across(flows, rotas, tuple(found["rota"]), len(flows) == len(found["call_flows"]))
    barred = find_barred(flows, rotas, countries, report=not without_barred)
    sounds = SoundChecks(texts)
    played = {flow.id: sounds.of_hotline(flow, _rung(flow, rotas)) for flow in flows}
    if len(flows) == len(found["call_flows"]):
        findings.extend(sounds.unused())
    for document in documents.values():
        findings.extend(document.findings)
    hotlines = _hotlines(flows, rotas, barred, played)
    used = {id: rotas[id] for id in by_rota(hotlines.values())}
    return Loaded(
        hotlines,
        in_order(findings),
        frozenset(found["call_flows"].keys() - hotlines.keys()),
        {id: _gap_place(rota) for id, rota in used.items()},
        {id: _limits_place(rota) for id, rota in used.items() if rota.document.get("limits")},
        {id: _holidays_place(rota) for id, rota in used.items() if rota.document.get("holidays")},
        dict(_ring_places(flow for flow in flows if flow.id in hotlines)),
        {id: rota.document for id, rota in used.items()},
    )


def _sorted_out(
    texts: Mapping[str, bytes], unreadable: Mapping[str, Finding]
) -> tuple[dict[str, dict[str, str]], dict[str, Document], list[Finding]]:
    """Return the file of each id by folder, the documents of the files that are YAML, and the other files' findings."""
    findings = list(unreadable.values())
    documents: dict[str, Document] = {}
    found: dict[str, dict[str, str]] = {folder: {} for folder in FOLDERS}
    for file in sorted((*texts, *unreadable)):
        folder, id = folder_and_id(file)
        if folder not in found:
            continue
        if id in found[folder]:
            findings.append(_twice(file, found[folder][id]))
            documents.pop(found[folder][id], None)
            continue
        found[folder][id] = file
        outcome = read(file, texts[file]) if file in texts else unreadable[file]
        if isinstance(outcome, Finding):
            findings.append(outcome)
        else:
            documents[file] = outcome
    return found, documents, findings


def _hotlines(
    flows: list[FlowRead], rotas: Mapping[str, RotaRead], barred: Barred, sounds: Mapping[str, Sounds]
) -> dict[str, Hotline]:
    schedules = {id: _schedule(rota, barred) for id, rota in rotas.items() if rota.rota and not rota.document.errors}
    hotlines = {}
    for flow in flows:
        schedule = schedules.get(flow.rota)
        if flow.flow and schedule and not _is_broken(flow.document):
            steps = barred.steps.get(flow.id, ())
            opening = _opening(flow.flow, schedule.rota) if flow.flow.open else None
            hotline = flow_without(flow.flow, steps) if steps else flow.flow
            others = {id: OtherRota(schedules[id].rota, schedules[id]) for id in hotline.people() if id in schedules}
            hotlines[flow.id] = Hotline(hotline, schedule.rota, schedule, opening, others, sounds=sounds[flow.id])
    hours: dict[str, list[Schedule | None]] = {}
    for one in hotlines.values():
        for id in {one.rota.id, *one.others}:
            hours.setdefault(id, []).append(one.opening)
    for id, schedule in schedules.items():
        theirs = hours.get(id, [])
        schedule.opening = tuple(hour for hour in theirs if hour is not None) if None not in theirs else ()
    return hotlines


def _rung(flow: FlowRead, rotas: Mapping[str, RotaRead]) -> list[RotaRead]:
    """Return the rotas that a call flow rings and that can be read: its own, then the others."""
    return [rotas[id] for id in dict.fromkeys((flow.rota, *flow.others.values())) if id in rotas]


def _is_broken(document: Document) -> bool:
    """Return whether a call flow has errors besides rotas that are not there: another rota's step then rings nobody."""
    from hotline.files.checks.across import UNKNOWN_ROTA

    return any(one.severity == "error" and one.code != UNKNOWN_ROTA for one in document.findings)


def _schedule(read: RotaRead, barred: Barred) -> Schedule:
    """The schedule of a usable rota, without those whose numbers may not be dialled."""
    assert read.rota is not None
    people, coordinators = barred.volunteers.get(read.id, ()), barred.coordinators.get(read.id, ())
    return Schedule(rota_without(read.rota, people, coordinators) if people or coordinators else read.rota)


def _opening(flow: Flow, rota: Rota) -> Schedule:
    """A line's opening hours, as a schedule in the rota's zone and with its holidays."""
    return Schedule(Rota(rota.id, rota.zone, rota.zone_name, {}, flow.open, holidays=rota.holidays), whole_days=True)


def _gap_place(rota: RotaRead) -> Finding:
    """The spot for findings about gaps: the list of shifts, or else of rotations, or else the top."""
    wanted = next((name for name in ("shifts", "rotations", "volunteers") if rota.document.get(name)), "volunteers")
    return _place(rota.document, "gap", "warning", wanted)


def _limits_place(rota: RotaRead) -> Finding:
    return _place(rota.document, "limits-exceeded", "note", "limits")


def _holidays_place(rota: RotaRead) -> Finding:
    return _place(rota.document, "holidays-ahead", "note", "holidays")


def _ring_places(flows: Iterable[FlowRead]) -> Iterator[tuple[str, dict[str, Finding]]]:
    for flow in flows:
        rings = [step for step in (flow.flow.steps.values() if flow.flow else ()) if isinstance(step.action, Hunt)]
        first = {flow.others.get(step.name): step.name for step in reversed(rings)}
        wanted = dict.fromkeys((*(step.name for step in rings[:1]), *first.values()))
        if wanted:
            yield (
                flow.id,
                {name: _place(flow.document, "longest-wait", "note", "steps", name, "ring") for name in wanted},
            )


def _place(document: Document, code: str, severity: Severity, *path: str) -> Finding:
    """A finding at a section of a file, without words yet."""
    scratch = Document(document.file, document.lines, document.root)
    scratch.report(code, path, NOTHING, NOTHING, severity, "key")
    return scratch.findings[0]


def _paths(config_dir: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from yaml_files(config_dir, folder)


def yaml_files(config_dir: Path, folder: str) -> list[Path]:
    """Return the paths of the files of a folder, `call_flows` or `rota`; none if it is not there."""
    below = config_dir / folder
    if not below.is_dir():
        return []
    return sorted(path for path in below.iterdir() if _is_ours(path))


def _is_ours(path: Path) -> bool:
    return path.suffix in ENDINGS and not path.name.startswith(".") and not path.is_dir()


def folder_and_id(file: str) -> tuple[str, str]:
    """Return the folder of a call flow or rota file, and its id; both "" for any other file."""
    folder, _, name = file.partition("/")
    for ending in ENDINGS:
        id = name.removesuffix(ending)
        if id != name and id and "/" not in id:
            return folder, id
    return "", ""


def _twice(file: str, first: str) -> Finding:
    return Finding(
        "file-twice",
        "error",
        file,
        1,
        1,
        Wording("%(first)s has the same name with another ending.", first=first),
        Wording("Keep one of the two files and delete the other."),
    )
