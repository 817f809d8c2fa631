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
    """Where any of the secrets is written, in any spelling."""
    lowered = {name: text.lower() for name, text in places.items()}
    return [
        f"{secret} as {spelling!r} in {name}: …{text[max(0, at - 60) : at + 60]!r}…"
        for secret in secrets
        for spelling in spellings(secret)
        for name, text in places.items()
        if (at := lowered[name].find(spelling.lower()) if spelling.isascii() else text.find(spelling)) >= 0
    ]


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
