"""Files that may have to do with each other, found without understanding them: too many rather than too few."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, MappingStartEvent, NodeEvent, ScalarEvent

from hotline.files.findings.unreadable import Unreadable
from hotline.files.loading.load import ENDINGS, Loaded, folder_and_id, load_texts, read_files
from hotline.files.loading.stranded import numbers_in
from hotline.files.values.phones import phone
from hotline.files.values.recordings import is_sound
from hotline.files.yaml.guard import Refused, text_of
from hotline.files.yaml.reading import TextLoader

_FEWEST_DIGITS = 3


class Near:
    """The call flows and rotas of `texts` by what links them: numbers, and names of rotas and of others in `words`.

    A link is a number in E.164 or a word. `also` has more texts of some files, such as their last good ones.
    """

    def __init__(
        self, texts: Mapping[str, bytes], words: Collection[str] = (), also: Mapping[str, Iterable[bytes]] | None = None
    ) -> None:
        self._texts = texts
        self._named: dict[tuple[str, str], list[str]] = {}
        for path in texts:
            if not is_sound(path):
                self._named.setdefault(folder_and_id(path), []).append(path)
        self._words = {id for folder, id in self._named if folder == "rota"}.union(words)
        self._links: dict[str, frozenset[str]] = {}
        self._flows: dict[str, list[str]] = {}
        for (folder, id), paths in self._named.items():
            for path in paths if folder == "call_flows" else ():
                every = (texts[path], *(also or {}).get(path, ()))
                self._links[path] = frozenset({id}.union(*(self._links_in(text) for text in every)))
                for link in self._links[path]:
                    self._flows.setdefault(link, []).append(path)

    def flows(self, link: str) -> list[str]:
        """Return the call flows with a link: a number that they may claim, a rota that they may ring, or a name."""
        return self._flows.get(link, [])

    def of(self, paths: Iterable[str]) -> set[str]:
        """Return files, and all files that have to do with them or with any of those."""
        found, waiting = set[str](), list(paths)
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            folder, id = folder_and_id(path)
            waiting += self._named.get((folder, id), [])
            links = self._links[path] if path in self._links else {id, *self._links_in(self._texts[path])}
            for link in links:
                waiting += self._flows.get(link, [])
                waiting += self._named.get(("rota", link), []) if folder == "call_flows" else []
        return found

    def _links_in(self, raw: bytes) -> set[str]:
        try:
            text = text_of(raw)
            values = list(_values(yaml.parse(text, Loader=TextLoader)))
        except (Refused, yaml.YAMLError):
            return set(numbers_in(raw))
        found = set[str]()
        for value in values:
            word = value.strip()
            if word in self._words:
                found.add(word)
            if sum(map(str.isnumeric, word)) >= _FEWEST_DIGITS:
                found.update(numbers_in(word.encode()))
                with suppress(Unreadable):
                    found.add(phone(value).number)
        return found


@dataclass(slots=True)
class _OpenPart:
    """A collection that is being read. `key` is that of a mapping whose value comes next."""

    is_mapping: bool
    key: str | None = None


def _values(events: Iterable[yaml.Event]) -> Iterator[str]:
    """Return the texts of a file, but for the phones that steps dial: many call flows may share those."""
    open_ones: list[_OpenPart] = []
    for event in events:
        if isinstance(event, CollectionStartEvent):
            open_ones.append(_OpenPart(isinstance(event, MappingStartEvent)))
            continue
        if isinstance(event, CollectionEndEvent):
            open_ones.pop()
        elif not isinstance(event, NodeEvent):
            continue
        inner = open_ones[-1] if open_ones else _OpenPart(False)
        value = event.value if isinstance(event, ScalarEvent) else ""
        if isinstance(event, ScalarEvent) and (inner.key != "dial" or event.anchor is not None):
            yield value
        if inner.is_mapping:
            inner.key = value if inner.key is None else None


def load_near(config_dir: Path, name: str, countries: Collection[str] = ()) -> Loaded:
    """The hotlines that have to do with a call flow, a rota or a name, and perhaps some others. Raises OSError."""
    texts = read_files(config_dir, strict=False)
    near = Near(texts, (name,))
    paths = near.of(
        [*near.flows(name), *(f"rota/{name}{ending}" for ending in ENDINGS if f"rota/{name}{ending}" in texts)]
    )
    return load_texts({path: raw for path, raw in texts.items() if path in paths or is_sound(path)}, countries)
