"""All findings of a folder, for `hotline check`: hotlines that were found without any are read from disk.

Such a hotline has no finding but how long a caller can wait, and will have none within a week: its rota has no times
away, cover, limits or holidays, and no gap comes into sight. With any other, all is looked at each time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from hotline.core.calls.flow import by_rota
from hotline.core.wording import NOTHING
from hotline.files.findings.finding import Finding
from hotline.files.loading.compiled import CHECKED, entries, entry_name, read_entry, write_entry
from hotline.files.loading.families import (
    Family,
    Outline,
    beside_all_rotas,
    families_of,
    frozen_family,
    node_of_number,
    read_loose,
    still_good,
)
from hotline.files.loading.folder import Folder, stamp_of
from hotline.files.loading.frozen import freeze, thaw
from hotline.files.loading.gaps import check_coverage, is_covered
from hotline.files.loading.holiday_notes import check_holidays
from hotline.files.loading.limits_exceeded import check_limits
from hotline.files.loading.load import Loaded, folder_and_id, load, put_together
from hotline.files.loading.longest_waits import check_waits
from hotline.files.loading.without_effect import check_effects
from hotline.files.values.recordings import is_sound

MANY = 200
"""How many files two processes look at rather than one."""
_AT_ONCE = 50
"""How many files a process looks at before it tells what it found."""
WEEKS = 8
"""How far ahead gaps are looked for, unless somebody asks for another time."""
_QUIET = timedelta(days=7) - timedelta(hours=2)
_RINGS = re.compile(rb"""\b(?:rota|ring)["']?\s*:\s*["']?([\w.-]+)""")
_Spot = tuple[str, int, int, str, int]
Follow = Callable[[Iterator[list[bytes]], int], Iterable[list[bytes]]]


@dataclass(frozen=True, slots=True)
class Clean:
    """A family without findings until it ends, and the spots of its `ring` steps by call flow and step."""

    family: Family
    spots: Mapping[str, Mapping[str, _Spot]]


def findings_of(loaded: Loaded, start: datetime, weeks: int = WEEKS) -> list[Finding]:
    """Return all findings of what was loaded, from an instant on."""
    found = [*loaded.findings, *check_coverage(loaded, start, weeks), *check_limits(loaded, start, weeks)]
    return [*found, *check_holidays(loaded, start, weeks), *check_effects(loaded, start), *check_waits(loaded)]


def check_folder(
    config_dir: Path, countries: Collection[str], keep_in: Path, now: datetime, follow: Follow = lambda steps, _: steps
) -> tuple[Loaded, list[Finding]]:
    """Return the hotlines of a folder and all findings, as `load` and `findings_of` have them.

    `keep_in` is the folder of entries. It is written only if the folder around it is there. `follow` is given the steps
    of a long check and their number, and shows how far it is.
    """
    kept = _Kept(keep_in, countries)
    try:
        folder: Folder | None = Folder(config_dir, stamp_of(config_dir))
    except OSError:
        folder = None
    if folder is None or folder.unreadable or not folder.flow_ids():
        loaded = load(config_dir, countries)
        return loaded, findings_of(loaded, now)
    known = {id(clean.family): clean for clean in kept.load()}
    good, loose = still_good(folder, [clean.family for clean in known.values()], now)
    made = _clean_in_processes(folder, loose, countries, now, follow) if len(loose) > MANY else []
    known |= {id(clean.family): clean for clean in _apart(made, good)}
    good, reads = read_loose(folder, [clean.family for clean in known.values()], now)
    loaded, new = Loaded({}, (), frozenset()), list[Clean]()
    if reads is not None:
        sounds = {path: folder[path] for path in folder if is_sound(path)}
        loaded = put_together(beside_all_rotas(reads, folder), sounds, countries)
        new = list(_clean(families_of(folder, reads, loaded), loaded, now))
    clean = [known[id(family)] for family in good]
    kept.write([*new, *clean], {id(one) for one in (*new, *made)})
    everything = _with_clean(loaded, clean, folder)
    found = findings_of(_without(loaded, new), now)
    return everything, [*found, *check_waits(everything)]


def _clean_in_processes(
    folder: Folder, loose: Collection[str], countries: Collection[str], now: datetime, follow: Follow
) -> list[Clean]:
    """Return clean families of some files, found by two processes. The caller looks at all others."""
    import phonenumbers  # noqa: F401 - here once, and not in both of them

    import hotline.files.checks.across  # noqa: F401

    found = list[Clean]()
    with (
        suppress(OSError, BrokenProcessPool),
        ProcessPoolExecutor(2, get_context("fork"), _be_given, (folder,)) as pool,
    ):
        pieces = _pieces(folder, loose)
        steps = pool.map(_clean_of_piece, pieces, repeat(countries), repeat(now))
        for frozen in follow(steps, len(pieces)):
            made = (thaw(data, Clean, Family, Outline) for data in frozen)
            found += [one for one in made if isinstance(one, Clean)]
    return found


def _pieces(folder: Folder, loose: Iterable[str]) -> list[list[str]]:
    """Divide call flows with the rotas that they seem to ring: by a look at the text, which need not be right."""
    groups: dict[str, list[str]] = {}
    for path in loose:
        where, flow = folder_and_id(path)
        if where == "call_flows":
            rung = {flow, *(name.decode("ascii", "replace") for name in _RINGS.findall(folder[path]))}
            beside = [one for rota in sorted(rung) for one in folder.named("rota", rota)]
            paths = (*folder.named(where, flow), *beside)
            whole = list(dict.fromkeys(one for near in paths for one in groups.get(near, [near])))
            groups.update(dict.fromkeys(whole, whole))
    pieces: list[list[str]] = [[]]
    for group in {id(group): group for group in groups.values()}.values():
        if len(pieces[-1]) >= _AT_ONCE:
            pieces.append([])
        pieces[-1] += group
    return pieces


def _apart(made: Iterable[Clean], known: Iterable[Family]) -> list[Clean]:
    """Return those of the families found in pieces that have nothing to do with another one, in whatever piece."""
    all_made = list(made)
    claims = Counter(node for family in (*known, *(one.family for one in all_made)) for node in family.nodes)
    return [
        one
        for one in all_made
        if all(claims[node] == 1 for node in one.family.nodes)
        and not any(node_of_number(phone) in claims for phone in one.family.phones)
    ]


_given: list[Folder] = []
"""The folder of a process that looks at pieces."""


def _be_given(folder: Folder) -> None:
    _given[:] = [folder]


def _clean_of_piece(paths: Collection[str], countries: Collection[str], now: datetime) -> list[bytes]:
    (folder,) = _given
    _, reads = read_loose(folder, (), now, paths)
    if reads is None:
        return []
    loaded = put_together(reads, {}, countries)
    made = [freeze(one) for one in _clean(families_of(folder, reads, loaded), loaded, now)]
    folder.forget()
    return [one for one in made if one is not None]


def _clean(families: Iterable[Family], loaded: Loaded, now: datetime) -> Iterator[Clean]:
    """Return those families about which there is nothing to say, now and for a week."""
    told_of = {finding.file for finding in loaded.findings}
    for family in families:
        hotlines = {hotline.id: hotline for hotline in family.held}
        flows = {id for where, id in map(folder_and_id, family.digests) if where == "call_flows"}
        if not hotlines or flows != hotlines.keys() or family.sounds or not told_of.isdisjoint(family.digests):
            continue
        rotas = by_rota(hotlines.values())
        changing = loaded.limit_places.keys() | loaded.holiday_places.keys()
        if any(one.rota.away or one.rota.cover or rota in changing for rota, one in rotas.items()):
            continue
        own = replace(loaded, hotlines=hotlines, documents={rota: loaded.documents[rota] for rota in rotas})
        covered = is_covered(own, now, WEEKS + 1)
        if not covered or check_effects(own, now) or check_effects(own, now + _QUIET):
            continue
        for one in rotas.values():
            one.schedule.forget_days()
        until = int((now + _QUIET).timestamp())
        frozen = frozen_family(replace(family, since=int(now.timestamp()), until=until))
        spots = {id: _spots(loaded.ring_places.get(id, {})) for id in hotlines}
        if frozen.frozen is not None:
            yield Clean(frozen, spots)


def _without(loaded: Loaded, clean: Iterable[Clean]) -> Loaded:
    """Return what was loaded but for clean families, and for the waits of all."""
    ids = {outline.id for one in clean for outline in one.family.outlines}
    hotlines = {id: hotline for id, hotline in loaded.hotlines.items() if id not in ids}
    documents = {rota: loaded.documents[rota] for rota in by_rota(hotlines.values())}
    return replace(loaded, hotlines=hotlines, documents=documents, ring_places={})


def _with_clean(loaded: Loaded, clean: Iterable[Clean], folder: Folder) -> Loaded:
    """Return what was loaded with clean families, in the order of their files."""
    hotlines, places = dict(loaded.hotlines), dict(loaded.ring_places)
    for one in clean:
        hotlines |= {hotline.id: hotline for hotline in one.family.hotlines}
        places |= {id: _places(spots) for id, spots in one.spots.items() if spots}
    order = sorted(hotlines, key=lambda id: folder.named("call_flows", id))
    return replace(
        loaded,
        hotlines={id: hotlines[id] for id in order},
        ring_places={id: places[id] for id in order if id in places},
    )


def _spots(places: Mapping[str, Finding]) -> dict[str, _Spot]:
    return {step: (one.file, one.line, one.column, one.source, one.length) for step, one in places.items()}


def _places(spots: Mapping[str, _Spot]) -> dict[str, Finding]:
    return {
        step: Finding("longest-wait", "note", file, line, column, NOTHING, NOTHING, source, length)
        for step, (file, line, column, source, length) in spots.items()
    }


class _Kept:
    """The clean families on disk."""

    def __init__(self, directory: Path, countries: Collection[str]) -> None:
        self._directory = directory
        self._countries = countries

    def load(self) -> list[Clean]:
        """Return all that this code has written. Their files may have changed since."""
        found = ((path, read_entry(path, Clean, Family, Outline)) for path in entries(self._directory, CHECKED))
        return [one for path, one in found if isinstance(one, Clean) and self._path(one) == path]

    def write(self, clean: Iterable[Clean], new: Collection[int]) -> None:
        """Write those of the clean families whose `id` is in `new`, and remove what is no longer among them."""
        if not self._directory.parent.is_dir():
            return
        with suppress(OSError):  # the next check takes longer
            self._directory.mkdir(exist_ok=True, mode=0o700)  # volunteers' names and numbers are in it
            wanted = set()
            for one in clean:
                wanted.add(self._path(one))
                if id(one) in new:
                    write_entry(self._path(one), one)
            for path in entries(self._directory, CHECKED):
                if path not in wanted:
                    path.unlink(missing_ok=True)

    def _path(self, one: Clean) -> Path:
        return self._directory / f"{entry_name(one.family, self._countries)}{CHECKED}"
