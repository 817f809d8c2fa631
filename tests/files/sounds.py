"""Sound files made for tests."""

from __future__ import annotations

import math
import struct
import wave
from functools import cache
from io import BytesIO

_CYCLE = 20


@cache
def tone(
    seconds: float = 1.0,
    loud: float = 0.2,
    *,
    silence: float = 0.0,
    rate: int = 8000,
    bits: int = 16,
    channels: int = 1,
) -> bytes:
    """A WAV file with a tone after some seconds of silence. `loud` is a share of full scale."""

    def sample(height: float) -> bytes:
        one = bytes([128 + round(127 * height)]) if bits == 8 else struct.pack("<h", round(32767 * height))
        return one.ljust(bits // 8, b"\0") * channels

    length, before = round(seconds * rate), min(round(silence * rate), round(seconds * rate))
    cycle = b"".join(sample(loud * math.sin(math.tau * place / _CYCLE)) for place in range(_CYCLE))
    sounding = length - before
    samples = sample(0.0) * before + cycle * (sounding // _CYCLE) + cycle[: sounding % _CYCLE * len(sample(0.0))]
    whole = BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(samples)
    return whole.getvalue()


def ulaw(seconds: float = 1.0) -> bytes:
    """A WAV file in mu-law, which Python's own module cannot write: its loudest tone."""
    data = bytes([0x80, 0x00]) * round(seconds * 4000)
    form = struct.pack("<HHIIHHH", 7, 1, 8000, 8000, 1, 8, 0)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3(seconds: float = 1.0) -> bytes:
    """The frames of an MP3 file of 24 kHz and 32 kbit/s, after a note of its title."""
    frame = bytes([0xFF, 0xF3, 0x44, 0xC4]) + bytes(92)
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + frame * round(seconds / 0.024)
