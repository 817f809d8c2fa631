"""The files of each hotline as they were last good, on disk: what a restart serves if its files are broken by then."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from pathlib import Path

from hotline.core.calls.flow import Hotline
from hotline.files.loading.families import Outline
from hotline.files.loading.folder import Folder
from hotline.files.loading.load import load_texts
from hotline.files.values.recordings import is_sound


class LastGood:
    """The last good files of hotlines, one file on disk for each; none without a directory."""

    def __init__(self, directory: Path | None, notice: Callable[..., None], countries: Collection[str]) -> None:
        self._directory = directory
        self._notice = notice
        self._countries = countries

    def ids(self) -> Set[str] | None:
        """Return the hotlines whose files are on disk. None: nothing is ever written."""
        if self._directory is None:
            return None
        try:
            return {name.removesuffix(".json") for name in os.listdir(self._directory)}
        except OSError:
            return frozenset()

    def write(self, outline: Outline, folder: Folder) -> None:
        """Write the files of a hotline, unless another process was first."""
        if self._directory is None:
            return
        kept = {path: folder[path] for path in sorted(paths_of(folder, outline))}
        document = json.dumps(
            {path: b64encode(data).decode() if is_sound(path) else data.decode() for path, data in kept.items()}
        )
        target = self._directory / f"{outline.id}.json"
        try:
            if _says(target, document):
                return
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)  # volunteers' names and numbers are in it
            scratch = target.with_suffix(f".{os.getpid()}.tmp")
            with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(document)
            scratch.replace(target)
        except OSError as error:
            self._notice("last_good_not_kept", error=type(error).__name__)

    def texts(self, flow_id: str) -> dict[str, bytes]:
        """Return the files of a hotline by path; none if there are none that can be read."""
        if self._directory is None:
            return {}
        try:
            kept = json.loads((self._directory / f"{flow_id}.json").read_text())
            return {path: b64decode(text) if is_sound(path) else text.encode() for path, text in kept.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def hotline(self, flow_id: str) -> Hotline | None:
        """Return a hotline as it was last good."""
        texts = self.texts(flow_id)
        return self.without_barred(texts, flow_id) if texts else None

    def without_barred(self, texts: Mapping[str, bytes], flow_id: str) -> Hotline | None:
        """Return a hotline from some files, without the numbers that may not be dialled."""
        return load_texts(texts, self._countries, without_barred=True).hotlines.get(flow_id)


def paths_of(folder: Folder, outline: Outline) -> Iterator[str]:
    """Return the paths of a hotline's files, sounds included."""
    yield from folder.named("call_flows", outline.id)
    for rota in outline.rotas:
        yield from folder.named("rota", rota)
    for name in outline.sounds:
        yield from folder.named("", name)


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text() == text
    except (OSError, ValueError):
        return False
