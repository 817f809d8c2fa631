"""What live state remembers beyond the processes that hold it."""

from __future__ import annotations

from pathlib import Path

import redis

from hotline.core.calls.hunt import Candidate, Candidates, Choice, EndedRing, RingName
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from hotline.store.redis.live import RedisLive

PHONES = {"amy": "+14105550111", "ben": "+14105550112", "cho": "+14105550113"}
PLACES = {name: place for place, name in enumerate(PHONES)}
EVERYONE = Candidates(tuple(map(Candidate, PHONES)), 1, False, True)
KEY, NOW = b"k" * 32, 1_000_000


def rung_by_a_new_process(data_dir: Path, call: str) -> str:
    """Who is rung first in a call that a process without any memory of its own answers, and nobody takes."""
    live, ring = RedisLive(socket_url(data_dir), KEY), RingName(call, 1)
    turn = live.choose(Choice("line", call, ring, EVERYONE, PHONES, PLACES, 80), NOW).turn
    assert turn is not None
    live.release(EndedRing(ring, PHONES[turn.volunteer], 0), NOW)
    return turn.volunteer


def test_the_round_robin_survives_a_restart_of_redis_and_of_every_process(tmp_path: Path) -> None:
    """The same people are always rung first, because the rotation restarts with each process (lessons)."""
    rung = []
    for call in ("one", "two", "three", "four"):
        server = EmbeddedServer(tmp_path)
        assert server.start()
        rung.append(rung_by_a_new_process(tmp_path, call))
        server.stop()
    assert rung == ["amy", "ben", "cho", "amy"]


def test_the_embedded_redis_keeps_no_journal_of_who_talked_when(tmp_path: Path) -> None:
    """It keeps its state now and then, and when it stops; never a file that every change is added to."""
    server = EmbeddedServer(tmp_path)
    assert server.start()
    with redis.Redis.from_url(socket_url(tmp_path), decode_responses=True) as client:
        assert client.config_get("appendonly")["appendonly"] == "no"
        assert client.config_get("save")["save"] == "60 1"
        assert client.config_get("stop-writes*")["stop-writes-on-bgsave-error"] == "no", "a full disk stops no hunt"
    rung_by_a_new_process(tmp_path, "one")
    server.stop()
    kept = (tmp_path / "valkey.rdb").read_bytes()
    assert b"amy" in kept, "whom it rang last"
    assert not any(phone.encode() in kept for phone in PHONES.values())
    assert list(tmp_path.glob("*aof*")) == []


def test_a_redis_that_starts_anew_holds_nobody_for_a_call_that_may_be_over_since(tmp_path: Path) -> None:
    """A person on the last remaining shift is paused for hours, and then nobody is left (lessons)."""
    server = EmbeddedServer(tmp_path)
    assert server.start()
    live, ring = RedisLive(socket_url(tmp_path), KEY), RingName("one", 1)
    live.choose(Choice("line", "one", ring, EVERYONE, PHONES, PLACES, 80), NOW)
    assert live.accept(ring, PHONES["amy"], NOW, 14_400)
    server.stop()
    assert server.start()
    with redis.Redis.from_url(socket_url(tmp_path)) as client:
        assert client.keys("hotline:line:*") == []
        assert client.get("hotline:last:line") == b"amy"
    server.stop()
