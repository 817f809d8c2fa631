"""Covers are of a volunteer and a time, not of a shift: editing one loses none of the other."""

from __future__ import annotations

from datetime import datetime

from hotline.files import load_texts
from tests.files.good import rota_with, texts

COVER = "cover: [{who: cho, for: amy, from: 2026-12-24 18:00, to: 2026-12-25 08:00}]"


def on_call(at: str, *entries: str) -> tuple[str, ...]:
    """Who is on call at a wall-clock time by a rota of these entries."""
    hotline = load_texts(texts(rota=rota_with(*entries))).hotlines["rise"]
    return hotline.schedule.at(datetime.fromisoformat(at).replace(tzinfo=hotline.rota.zone)).on_call


def test_a_cover_stays_when_the_shift_it_covers_is_moved() -> None:
    """A cover is lost when the shift it covers is moved (lessons)."""
    for hours in ("18:00-08:00", "20:00-06:00", "16:00-09:00", "24h"):
        shift = f"shifts: [{{name: Nights, hours: {hours}, on_call: [amy, ben]}}]"
        assert on_call("2026-12-24 23:00", shift, COVER) == ("cho", "ben"), hours
    renamed = "shifts: [{name: Late, hours: 20:00-06:00, on_call: [ben, amy]}]"
    assert on_call("2026-12-24 23:00", renamed, COVER) == ("ben", "cho")


def test_two_covers_may_overlap() -> None:
    """Two covers overlap (lessons): each takes effect, in file order."""
    shift = "shifts: [{hours: 24h, on_call: [amy, ben]}]"
    both = (
        "cover: [{who: cho, for: amy, from: 2026-12-24 18:00, to: 2026-12-25 08:00},"
        " {who: dee, for: amy, from: 2026-12-24 22:00, to: 2026-12-25 12:00}]"
    )
    assert on_call("2026-12-24 20:00", shift, both) == ("cho", "ben")
    assert on_call("2026-12-24 23:00", shift, both) == ("cho", "ben"), "amy is covered already"
    assert on_call("2026-12-25 09:00", shift, both) == ("dee", "ben")
    assert on_call("2026-12-25 12:00", shift, both) == ("amy", "ben")
