"""Numbers planted in calls, every way they might be written down, and a search of all the bytes a system wrote."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from redis import Redis


def spellings(secret: str) -> Iterator[bytes]:
    """A number or an identifier as it may be written, and the unkeyed digests that give it away all the same."""
    bare = secret.lstrip("+")
    plain = {secret, bare, quote(secret, safe="")}
    if secret.startswith("+"):
        plain |= {bare[-7:], bare[-10:], f"{bare[-7:-4]}-{bare[-4:]}"}
    if secret.startswith("CA"):
        plain |= {secret[2:]}
    for text in sorted(plain):
        yield text.encode()
    for text in (secret, bare):
        yield base64.b64encode(text.encode()).rstrip(b"=")
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, text.encode())
            yield digest.hexdigest().encode()
            yield digest.digest()
            yield base64.b64encode(digest.digest()).rstrip(b"=")


def written(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, by its path."""
    return {
        str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()
    }


def found(secrets: Iterable[str], places: Mapping[str, bytes]) -> list[str]:
    """Where any of the secrets is written, in any spelling.

    One pass over each place, however many secrets there are: what stands there is looked up by its first bytes.
    """
    words, digests = _Starts(), _Starts()
    for secret in secrets:
        for spelling in spellings(secret):
            (words if spelling.isascii() else digests).add(secret, spelling)
    told: dict[str, None] = {}
    for name, text in places.items():
        for starts, searched in ((words, text.lower()), (digests, text)):
            for secret, spelling, at in starts.hits(searched):
                told[f"{secret} as {spelling!r} in {name}: …{text[max(0, at - 60) : at + 60]!r}…"] = None
    return list(told)


class _Starts:
    """Spellings by their first bytes."""

    LENGTH = 7
    """No spelling is shorter: that of a phone number without its area."""

    def __init__(self) -> None:
        self._by_start: dict[bytes, list[tuple[str, bytes, bytes]]] = {}

    def add(self, secret: str, spelling: bytes) -> None:
        """Look for one more. Letters are looked for in small ones."""
        sought = spelling.lower() if spelling.isascii() else spelling
        assert len(sought) >= self.LENGTH, f"{secret} is too short to be looked for"
        self._by_start.setdefault(sought[: self.LENGTH], []).append((secret, spelling, sought))

    def _by_chance(self, sought: bytes, text: bytes, at: int) -> bool:
        """Whether seven digits are part of a longer row of digits or of a digest. Among many, some always are."""
        around = text[max(0, at - 1) : at] + text[at + self.LENGTH : at + self.LENGTH + 1]
        return len(sought) == self.LENGTH and any(one in b"0123456789abcdef" for one in around)

    def hits(self, text: bytes) -> Iterator[tuple[str, bytes, int]]:
        """Each spelling where it first stands in a text."""
        by_start, length = self._by_start, self.LENGTH
        seen: set[bytes] = set()
        for at in range(len(text) - length + 1):
            if text[at : at + length] in by_start:
                for secret, spelling, sought in by_start[text[at : at + length]]:
                    if sought not in seen and text.startswith(sought, at) and not self._by_chance(sought, text, at):
                        seen.add(sought)
                        yield secret, spelling, at


def in_redis(redis: Redis) -> dict[str, tuple[int, str]]:
    """Every key of Redis, in how many seconds it expires, and its value; what RQ packs is unpacked.

    `redis` gives bytes.
    """
    readers = {
        b"string": lambda key: [redis.get(key)],
        b"hash": lambda key: [part for pair in redis.hgetall(key).items() for part in pair],
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"stream": lambda key: [repr(redis.xrange(key)).encode()],
        b"none": lambda _: [],
    }
    return {
        key.decode(): (redis.ttl(key), " ".join(_unpacked(part or b"") for part in readers[redis.type(key)](key)))
        for key in redis.keys("*")
    }


def _unpacked(value: bytes) -> str:
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return value.decode("utf-8", "backslashreplace")
