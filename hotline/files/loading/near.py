"""One hotline of many: its own files, and those that may have to do with them, read without the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from hotline.files.loading.load import FOLDERS, Loaded, folder_and_id, load_texts, read_files
from hotline.files.values.recordings import is_sound

_DIALLED = re.compile(rb"^\s*dial:.*$", re.MULTILINE)
_NUMBER = re.compile(rb"\+\d[\d ().-]{5,20}\d")
_NO_DIGITS = bytes(code for code in range(256) if not 48 <= code <= 57)


def load_near(config_dir: Path, name: str, countries: Collection[str] = ()) -> Loaded:
    """The hotlines that have to do with a call flow, a rota or a name, and perhaps some others. Raises OSError.

    Files are chosen by their text, without being understood: too many rather than too few.
    """
    texts = read_files(config_dir, strict=False)
    yaml = {path: text for path, text in texts.items() if folder_and_id(path)[0] in FOLDERS}
    near = _naming(yaml, {name})
    while more := _beside(yaml, near) - near:
        near |= more
    sounds = {path: text for path, text in texts.items() if is_sound(path)}
    return load_texts({path: yaml[path] for path in near} | sounds, countries)


def _beside(texts: Mapping[str, bytes], near: set[str]) -> set[str]:
    """Return the rotas that these call flows may ring, the flows that ring these rotas, and who has their numbers."""
    flows = {path for path in near if path.startswith("call_flows/")}
    rotas = {PurePosixPath(path).stem for path in near - flows}
    words = {word.decode() for path in flows for word in re.findall(rb"[\w.-]+", texts[path], re.ASCII)}
    words |= {PurePosixPath(path).stem for path in flows}
    claimed = [number for path in flows for number in _numbers(texts[path])]
    phones = [number for path in near - flows for number in _numbers(texts[path])]
    return (
        {path for path in texts if path.startswith("rota/") and PurePosixPath(path).stem in words}
        | {path for path in _naming(texts, rotas) if path.startswith("call_flows/")}
        | {path for path, text in texts.items() if _has_any(text, claimed)}
        | {path for path, text in texts.items() if path.startswith("call_flows/") and _has_any(text, phones)}
    )


def _numbers(text: bytes) -> list[bytes]:
    """Return the digits of the numbers in a file, but for those of other lines that a call flow dials."""
    return [found.translate(None, _NO_DIGITS) for found in _NUMBER.findall(_DIALLED.sub(b"", text))]


def _has_any(text: bytes, numbers: list[bytes]) -> bool:
    digits = text.translate(None, _NO_DIGITS)
    return any(number in digits for number in numbers)


def _naming(texts: Mapping[str, bytes], names: set[str]) -> set[str]:
    """Return the files of these names, and those in whose text one of them is a word."""
    if not names:
        return set()
    wanted = "|".join(re.escape(name) for name in sorted(names))
    word = re.compile(rf"(?<![\w.-])(?:{wanted})(?![\w.-])".encode())
    return {path for path, text in texts.items() if PurePosixPath(path).stem in names or word.search(text)}
