"""Recorded words: which files the steps play, and whether callers will hear them.

None of it is an error: whatever a file holds, the words of the step are spoken instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hotline.core.calls.sound import Sound, digest_of
from hotline.core.wording import Wording, in_a_row, together
from hotline.files.findings.finding import Finding
from hotline.files.findings.suggest import nearest
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.values.recordings import FOLDER, SUFFIXES, SoundContents, is_sound, read_recording
from hotline.files.yaml.document import Document, Path, entries, mapping

if TYPE_CHECKING:
    from hotline.files.checks.flow import FlowRead
    from hotline.files.checks.rota import RotaRead

QUIET = -30.0
"""The loudness of words in dBFS below which they are hard to hear."""
CLIPPED = 0.005
"""The share of samples at full scale from which words sound harsh."""
SILENT_FOR = 1.0
"""Seconds of silence at the start after which callers believe that the line is dead."""
UNUSED = "sound-without-step"
"""The code of a note on a file that nothing plays."""
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file in the folder of sounds: `welcome.es.wav` is `welcome` in `es`. `language` is "" for all languages."""

    path: str
    name: str
    language: str
    suffix: str
    data: bytes = field(repr=False)

    @property
    def file(self) -> str:
        return PurePosixPath(self.path).name


Found = dict[tuple[str, str], Sound]
"""The sounds of a hotline, by name and language."""


class SoundChecks:
    """Checks the sounds that files name, of the files at these paths, and remembers which are in use."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._files: dict[tuple[str, str], SoundFile] = {}
        self._all = [sound_file(path, raw) for path, raw in sorted(texts.items()) if is_sound(path)]
        for file in sorted(self._all, key=_rank):
            self._files.setdefault((file.name, file.language), file)
        self._names = sorted({name for name, _ in self._files})
        self._used: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def of_hotline(self, flow: FlowRead, rotas: Iterable[RotaRead]) -> Found:
        """Return the usable sounds that a call flow and its rotas name. Report what is wrong with them."""
        sounds: Found = {}
        for document, path, languages in _named(flow, rotas):
            name = str(document.get(*path))
            for language in languages:
                sound = self._usable(document, path, name, language)
                if sound is not None:
                    sounds[name, language] = sound
            self._note_missing(document, path, name, languages)
        return sounds

    def unused(self) -> Iterator[Finding]:
        """Return a note for each file that nothing plays."""
        for file in self._all:
            if file.path not in self._used:
                yield Finding(
                    UNUSED,
                    "note",
                    file.path,
                    1,
                    1,
                    Wording("Nothing plays this file, in any language of a call flow."),
                    Wording("Name it in a step, for example play: %(name)s; or delete it.", name=clip(file.name)),
                )

    def _file(self, name: str, language: str) -> SoundFile | None:
        return self._files.get((name, language)) or self._files.get((name, ""))

    def _usable(self, document: Document, path: Path, name: str, language: str) -> Sound | None:
        file = self._file(name, language)
        if file is None:
            return None
        self._used.add(file.path)
        digest = digest_of(file.data)
        told = (document.file, file.path) in self._told
        self._told.add((document.file, file.path))
        try:
            found = read_recording(digest, file.suffix, file.data)
        except Unreadable as problem:
            if not told:
                message = Wording("`%(file)s` cannot be played, so the words are spoken.", file=clip(file.file))
                document.report(problem.code, path, together(message, problem.message), problem.help, "warning")
            return None
        if not told:
            for message, help in _hard_to_hear(clip(file.file), found):
                document.report("sound-hard-to-hear", path, message, help, "warning")
        return Sound(digest, file.suffix, found.seconds, file.data)

    def _note_missing(self, document: Document, path: Path, name: str, languages: list[str]) -> None:
        missing = [language for language in languages if self._file(name, language) is None]
        if len(missing) == len(languages):
            document.report(
                "no-such-sound",
                path,
                Wording("There is no sound `%(name)s`, so the words are spoken.", name=clip(name)),
                self._remedy(name, languages[0]),
                "warning",
            )
        elif missing:
            document.report(
                "sound-not-in-language",
                path,
                Wording(
                    "There is no sound `%(name)s` for %(languages)s: the words are spoken there.",
                    name=clip(name),
                    languages=in_a_row(missing),
                ),
                Wording(
                    "Put it into %(folder)s as %(file)s, if you like.",
                    folder=FOLDER,
                    file=clip(f"{name}.{missing[0]}.wav"),
                ),
                "note",
            )

    def _remedy(self, name: str, language: str) -> Wording:
        put = Wording("Put %(file)s into %(folder)s.", file=clip(f"{name}.{language}.wav"), folder=FOLDER)
        near = nearest(name.partition(".")[0], tuple(self._names))
        if near:
            return Wording("Did you mean `%(right)s`?", right=near)
        if not self._names:
            return put
        return together(put, Wording("There are: %(names)s.", names=in_a_row(self._names[:_MOST_NAMED])))


def sound_names(flow: FlowRead, rotas: Iterable[RotaRead]) -> set[str]:
    """Return the names of all sounds that a call flow and its rotas name."""
    return {str(document.get(*path)) for document, path, _ in _named(flow, rotas)}


def sound_file(path: str, data: bytes) -> SoundFile:
    """Return the file at a path, by its name."""
    stem, _, suffix = PurePosixPath(path).name.rpartition(".")
    name, _, language = stem.partition(".")
    return SoundFile(path, name, language, suffix.lower(), data)


def _rank(file: SoundFile) -> int:
    return SUFFIXES.index(file.suffix) if file.suffix in SUFFIXES else len(SUFFIXES)


def _named(flow: FlowRead, rotas: Iterable[RotaRead]) -> Iterator[tuple[Document, Path, list[str]]]:
    """Return every place that names a sound, and the languages in which it is played."""
    known, document = list(flow.languages), flow.document
    for name in mapping(document.get("steps")):
        path: Path = ("steps", name, "play")
        if isinstance(document.get(*path), str):
            yield document, path, known
        for language, written in mapping(document.get("steps", name, "hold")).items():
            for place, entry in entries(written):
                if isinstance(entry.get("play"), str) and language in known:
                    yield document, ("steps", name, "hold", language, place, "play"), [language]
    for rota in rotas:
        if isinstance(rota.document.get("ringing", "play"), str):
            yield rota.document, ("ringing", "play"), known


def _hard_to_hear(file: str, found: SoundContents) -> Iterator[tuple[Wording, Wording]]:
    if found.level is not None and found.level < QUIET:
        yield (
            Wording("`%(file)s` is too quiet for a phone (%(level)s dB).", file=file, level=round(found.level)),
            Wording("Make it louder: the words should be at about -20 dB."),
        )
    elif found.silent_for >= SILENT_FOR:
        yield (
            Wording(
                "`%(file)s` begins with silence: callers hear nothing for %(seconds)s s.",
                file=file,
                seconds=f"{found.silent_for:.1f}",
            ),
            Wording("Cut the silence off."),
        )
    if found.clipped > CLIPPED:
        yield (
            Wording("`%(file)s` is too loud: it crackles.", file=file),
            Wording("Record it again a little quieter; making it quieter afterwards does not help."),
        )
