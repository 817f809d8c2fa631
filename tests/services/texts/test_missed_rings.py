"""The kind note after a ring in vain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.core.rota.absence import Absence
from hotline.errors import CarrierUnavailable, TryAgain
from tests.services.texts.texting import ROTA, World

NOTE = (
    "RISE: we rang you. If you could not take it, that is all right. If you did not hear it, please check that your"
    " phone's sound is on. Thank you."
)


def test_a_volunteer_gets_one_in_a_time_on_call_whatever_the_hour(world: World) -> None:
    world.set("2026-01-06 10:00")
    for _ in range(3):
        world.does.missed_ring("rise", "amy")
        world.later(hours=2)
    assert world.got("amy") == [NOTE]
    world.set("2026-01-07 10:00")
    world.worker().missed_ring("rise", "amy")
    assert world.got("amy") == [NOTE, NOTE]


def test_through_the_night_too(world: World) -> None:
    world.set("2026-01-06 23:50")
    world.does.missed_ring("rise", "ben")
    world.set("2026-01-07 03:00")
    world.does.missed_ring("rise", "ben")
    assert [one[:11] for one in world.got("ben")] == ["RISE: le ll"]


@pytest.mark.parametrize("who", ["cho", "nobody"])
def test_who_asked_for_no_texts_gets_none(world: World, who: str) -> None:
    world.does.missed_ring("rise", who)
    world.does.missed_ring("west", "amy")
    assert world.carrier.sent == []


def test_who_is_not_on_call_any_more_gets_none(world: World) -> None:
    world.set("2026-01-06 17:01")
    world.does.missed_ring("rise", "amy")
    now = int(world.now.timestamp())
    world.absences = [Absence("ben", now - 60, now + 3600)]
    world.does.missed_ring("rise", "ben")
    assert world.carrier.sent == []


def test_a_backup_gets_one_a_day(world_of: Callable[..., World]) -> None:
    world = world_of(ROTA.replace("backup: [cho]", "backup: [ben]").replace("[ben, cho]", "[cho]"))
    for _ in range(3):
        world.does.missed_ring("rise", "ben")
        world.later(hours=1)
    assert len(world.got("ben")) == 1
    world.later(days=1)
    world.does.missed_ring("rise", "ben")
    assert len(world.got("ben")) == 2


def test_a_rota_may_do_without(world_of: Callable[..., World]) -> None:
    world = world_of(ROTA + "texts: {missed_ring: no}\n")
    world.does.missed_ring("rise", "amy")
    assert world.carrier.sent == []


def test_a_carrier_that_is_down_is_tried_again_by_the_job(world: World) -> None:
    def down() -> None:
        raise CarrierUnavailable("down")

    world.carrier.before = down
    with pytest.raises(TryAgain):
        world.does.missed_ring("rise", "amy")
    world.carrier.before = lambda: None
    world.does.missed_ring("rise", "amy")
    assert world.got("amy") == [NOTE]


def test_once_the_time_on_call_is_over_nothing_is_kept_of_it(world: World) -> None:
    world.does.missed_ring("rise", "amy")
    assert [one.kind for one in world.ledger.since(0)] == ["missed_ring"]
    world.set("2026-01-06 17:01")
    world.does.forget_texts()
    assert world.ledger.since(0) == []
