"""Digests of volunteers' phones: remembered for each state of a rota, and for so many rotas."""

from __future__ import annotations

from dataclasses import replace

from hotline.core.calls.absent_phones import MOST_REMEMBERED, phone_digest, phones_of
from tests.lines import hotline

KEY = b"k" * 32


def test_they_follow_the_rota_and_few_rotas_are_held() -> None:
    """With a thousand hotlines, each remembered rota would stay in each process's memory."""
    rotas = {f"rota {number}": hotline() for number in range(3 * MOST_REMEMBERED)}
    phones = phones_of(KEY, rotas.get)
    first = phones("rota 0")
    assert first == {one.id: phone_digest(KEY, one.phone) for one in rotas["rota 0"].rota.volunteers.values()}
    assert phones("rota 0") is first
    assert phones("no such rota") == {}
    for rota in rotas:
        assert phones(rota) == first
    assert phones("rota 0") is not first, "forgotten for others"
    assert phones(f"rota {3 * MOST_REMEMBERED - 1}") is phones(f"rota {3 * MOST_REMEMBERED - 1}")

    changed = rotas["rota 0"].rota
    without = dict(list(changed.volunteers.items())[1:])
    rotas["rota 0"] = replace(rotas["rota 0"], rota=replace(changed, volunteers=without))
    assert phones("rota 0").keys() == without.keys()
