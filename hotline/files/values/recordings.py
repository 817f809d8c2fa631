"""Sound files: their format, length and loudness. WAV and MP3 are understood."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10
from operator import mul

from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable

MOST_BYTES = 5 * 1024 * 1024
LONGEST = 60.0
"""Seconds."""
SUFFIXES = ("wav", "mp3")
OTHERS = ("aac", "aif", "aiff", "au", "flac", "gsm", "m4a", "mp4", "oga", "ogg", "opus", "ul", "ulaw", "webm", "wma")
"""Kinds of sound files that are not played, and are only reported."""
FOLDER = "call_flows/sounds"

_PCM, _ULAW, _EXTENSIBLE = 1, 7, 0xFFFE
_FULL = 32768.0
_RATE = 8000
"""Samples a second that are looked at: a phone carries no more."""
_FRAMES = 50
"""Parts of a second of which each has its own loudness."""
_AUDIBLE = (10 ** (-45 / 20)) ** 2
"""The mean square from which a part is no silence: -45 dBFS."""
_PAUSE = 10**-2.5
"""The share of the loudest part's mean square below which a part is a pause between words."""
_CLIPPED = 32700
_HOW = Wording("Save it as a mono WAV file with 8 kHz and 16 bit, or as MP3.")


@dataclass(frozen=True, slots=True)
class SoundContents:
    """The contents of a sound file. Loudness is unknown (None) for MP3.

    `level`: of the words, without the pauses between them, in dBFS. `clipped`: the share of samples at full scale.
    `silent_for`: seconds of silence at the start.
    """

    seconds: float
    level: float | None = None
    clipped: float = 0.0
    silent_for: float = 0.0


@dataclass(frozen=True, slots=True)
class _Format:
    kind: int
    channels: int
    rate: int
    bits: int


_known: dict[tuple[str, str], SoundContents | Unreadable] = {}
_MOST_KNOWN = 500


def read_recording(digest: str, suffix: str, data: bytes) -> SoundContents:
    """Return what a file holds. Raises `Unreadable` if it cannot be played.

    `digest` is that of its content: each content is looked at once, since files are checked often.
    """
    found = _known.get((digest, suffix))
    if found is None:
        try:
            found = _read(suffix, data)
        except Unreadable as problem:
            found = problem
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[digest, suffix] = found
    if isinstance(found, Unreadable):
        raise found
    return found


def is_sound(path: str) -> bool:
    """Return whether a path below the configuration directory is that of a sound file."""
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and name[:1] != "." and name.rpartition(".")[2].lower() in (*SUFFIXES, *OTHERS)


def _read(suffix: str, data: bytes) -> SoundContents:
    if suffix not in SUFFIXES:
        raise _unusable(Wording("Only WAV and MP3 files are played."), _HOW)
    if len(data) > MOST_BYTES:
        raise _unusable(Wording("It is larger than 5 MB."), _HOW)
    found = _wav(data) if suffix == "wav" else _mp3(data)
    if found.seconds > LONGEST:
        raise _unusable(
            Wording("It lasts %(seconds)s seconds; the longest is 60.", seconds=round(found.seconds)),
            Wording("Shorten it, or split it into two steps joined by `then`."),
        )
    if found.seconds < _SHORTEST:
        raise _unusable(Wording("There is nothing in it."), _HOW)
    return found


def _unusable(message: Wording, help: Wording) -> Unreadable:
    return Unreadable("sound-not-usable", message, help)


# WAV


def _wav(data: bytes) -> SoundContents:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise _unusable(Wording("It is not a WAV file."), _HOW)
    form: _Format | None = None
    for name, chunk in _chunks(data):
        if name == b"fmt " and len(chunk) >= 16:
            form = _format(chunk)
        elif name == b"data" and form is not None:
            return _measured(form, chunk)
    raise _unusable(Wording("This WAV file is cut off or damaged."), _HOW)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Return each part of a RIFF file. The last may be shorter than it says: some programs never correct it."""
    at, whole = 12, memoryview(data)
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], whole[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _format(chunk: memoryview) -> _Format:
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        (kind,) = struct.unpack("<H", chunk[24:26])
    if (kind, bits) not in ((_PCM, 8), (_PCM, 16), (_ULAW, 8)) or channels not in (1, 2) or not 4000 <= rate <= 96000:
        raise _unusable(
            Wording("Carriers cannot play this kind of WAV file (%(bits)s bit, %(rate)s Hz).", bits=bits, rate=rate),
            _HOW,
        )
    return _Format(kind, channels, rate, bits)


def _measured(form: _Format, chunk: memoryview) -> SoundContents:
    whole = form.channels * form.bits // 8
    seconds = len(chunk) // whole / form.rate
    if seconds > LONGEST:
        return SoundContents(seconds)
    every = max(1, form.rate // _RATE)
    samples = _samples(form, bytes(chunk[: len(chunk) // whole * whole]))[:: every * form.channels]
    length = max(1, form.rate // every // _FRAMES)
    parts = [samples[at : at + length] for at in range(0, len(samples), length)]
    powers = [sum(map(mul, part, part)) / len(part) / _FULL**2 for part in parts]
    loudest = max(powers, default=0.0)
    words = [power for power in powers if power >= loudest * _PAUSE]
    level = 10 * log10(max(sum(words) / max(1, len(words)), 1e-10))
    clipped = sum(abs(sample) >= _CLIPPED for sample in samples) / max(1, len(samples))
    first = next((place for place, power in enumerate(powers) if power >= _AUDIBLE), len(powers))
    return SoundContents(seconds, level, clipped, first / _FRAMES)


def _samples(form: _Format, raw: bytes) -> Sequence[int]:
    """Return the samples of all channels, as for 16 bit."""
    if form.kind == _ULAW:
        return array("h", map(_LINEAR.__getitem__, raw))
    if form.bits == 8:
        return array("h", ((byte - 128) * 256 for byte in raw))
    samples = array("h", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _linear(byte: int) -> int:
    """Return the sample that a byte of mu-law stands for."""
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 0x84 << ((byte & 0x70) >> 4)) - 0x84
    return -size if byte & 0x80 else size


_LINEAR = [_linear(byte) for byte in range(256)]

# MP3

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second, by version of MPEG: 1, 2 and 2.5."""
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LEAST_FRAMES = 3
_SHORTEST = 0.05
"""Seconds."""


def _mp3(data: bytes) -> SoundContents:
    """Count the frames. Programs write notes before and after them."""
    at = _after_notes(data)
    for start in range(at, min(len(data), at + 65536)):
        if data[start] == 0xFF:
            seconds, frames = _frames(data, start)
            if frames >= _LEAST_FRAMES:
                return SoundContents(seconds)
    raise _unusable(Wording("It is not an MP3 file."), _HOW)


def _after_notes(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frames(data: bytes, at: int) -> tuple[float, int]:
    """Return the seconds and the number of the frames that follow one another from a place on."""
    seconds, frames = 0.0, 0
    while (frame := _frame(data[at : at + 4])) is not None:
        length, lasts = frame
        at, seconds, frames = at + length, seconds + lasts, frames + 1
    return seconds, frames


def _frame(head: bytes) -> tuple[int, float] | None:
    """Return the bytes and seconds of a frame of layer 3 by its header, or None for no such header."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 1 & 3 != 1:
        return None
    version, kbits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or kbits in (0, 15) or rate == 3:
        return None
    hertz = _RATES[version][rate]
    samples = 1152 if version == 3 else 576
    bits = (_KBITS_1 if version == 3 else _KBITS_2)[kbits] * 1000
    return samples // 8 * bits // hertz + (head[2] >> 1 & 1), samples / hertz
