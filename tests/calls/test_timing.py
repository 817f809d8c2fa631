"""When a caller gets to a human, and when to the last resort: the shipped line, and what `hotline init` writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotline.core.calls.longest_wait import longest_wait
from hotline.files import load_texts, read_files
from hotline.files.edits.starter import Beginning, FirstPerson, starter_files
from hotline.simulator import Behaviour, CarrierQuirks, named, record
from tests.calls.conftest import Rehearse, texts

ROOT = Path(__file__).parents[2]
LINE = "+14105550100"
FOUR_ON_CALL = "2026-03-07 12:00"


def shipped() -> dict[str, bytes]:
    """The shipped line, with four on call on a Saturday."""
    files = read_files(ROOT)
    more = files["rota/rise.yaml"].replace(
        b"hours: 08:00-19:00, on_call: [eli]", b"hours: 08:00-19:00, on_call: [eli, fay, dee]"
    )
    assert more != files["rota/rise.yaml"]
    return {**files, "rota/rise.yaml": more}


def begun() -> dict[str, bytes]:
    people = [
        FirstPerson(name, f"+1 410 555 011{place}") for place, name in enumerate(("Amy", "Ben", "Cho", "Dee", "Eve"))
    ]
    found = starter_files(Beginning("Line", LINE, "America/New_York", people))
    return {
        path: re.sub(r"^# backup: .*", "backup: [eve]", text, flags=re.MULTILINE).replace(", eve]}", "]}").encode()
        for path, text in found.items()
    }


def rung_by_nobody(rehearse: Rehearse, files: dict[str, bytes]) -> dict[str, float]:
    """When each phone rang first for a silent caller whom nobody answers, and when the call ended."""
    world = rehearse(FOUR_ON_CALL, files=files).world
    for phone in world.carrier.phones.values():
        phone.behaviour = named("no-answer")
    call = world.call(LINE, behaviour=Behaviour("caller", keys=("-",)))
    call.has_ended(within=1000)
    first: dict[str, float] = {}
    for ring in record(call).rings:
        first.setdefault(ring.phone, ring.at)
    return {**first, "end": world.clock.elapsed}


def test_the_shipped_line_rings_the_backup_within_a_minute_and_gets_to_the_lifeline(rehearse: Rehearse) -> None:
    rang = rung_by_nobody(rehearse, shipped())
    assert len(rang) == 7, "four on call, the backup, the Lifeline, and the end"
    assert min(rang.values()) <= 12
    assert rang["chaplain"] <= 60
    assert rang["988"] <= 270


def test_what_init_writes_rings_the_backup_within_a_minute_and_ends_in_time(rehearse: Rehearse) -> None:
    rang = rung_by_nobody(rehearse, begun())
    assert len(rang) == 6
    assert rang["eve"] <= 60
    assert rang["end"] <= 270


@pytest.mark.parametrize("files", [shipped(), begun()])
def test_a_call_is_never_longer_than_check_says(rehearse: Rehearse, files: dict[str, bytes]) -> None:
    (hotline,) = load_texts(files).hotlines.values()
    (longest, _), rang = longest_wait(hotline), rung_by_nobody(rehearse, files)
    assert longest is not None
    assert rang.get("988", rang["end"]) <= longest + 1 <= hotline.rota.ringing.max_wait + 61


def test_a_caller_who_wants_spanish_and_then_says_nothing_is_soon_rung_for(rehearse: Rehearse) -> None:
    call = rehearse(FOUR_ON_CALL, files=shipped()).world.call(LINE, behaviour=Behaviour("caller", keys=("9",)))
    ring = next(ring for ring in (call.rings("eli"), call.rings("fay")) if ring.leg.name == "eli")
    assert ring.leg.began <= 12
    call.hangs_up().has_ended()


def test_a_phone_rings_as_long_as_the_rota_says(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.presses("1")
    ring = call.rings("amy").ignored()
    assert ring.leg.ended is not None
    assert ring.leg.rung is not None
    assert ring.leg.ended - ring.leg.rung == 20
    call.hangs_up().has_ended()


@pytest.mark.parametrize("keys", [("-",), ("9",)])
def test_a_voicemail_is_let_go_within_nine_seconds(rehearse: Rehearse, keys: tuple[str, ...]) -> None:
    world = rehearse("2026-03-05 03:00", files=shipped()).world
    for name in ("dee", "eli"):
        world.named(name).behaviour = named("voicemail")
    call = world.call(LINE, behaviour=Behaviour("caller", keys=keys))
    for _ in range(2):
        leg = call.rings().was("declined").leg
        assert leg.ended is not None
        assert leg.answered is not None
        assert leg.ended - leg.answered <= 9
    call.hangs_up().has_ended()


def test_words_that_name_no_key_are_answered_with_the_files(rehearse: Rehearse) -> None:
    rota = re.sub(r"    (en|es): (Call|Llamada).*", r"    \1: Someone is waiting.", texts()["rota/rise.yaml"].decode())
    world = rehearse(files=texts(rota=rota)).world
    world.named("amy").behaviour = named("accept", ("1", "2"))
    call = world.call(LINE)
    call.presses("1")
    call.talks_with("amy").hangs_up().has_ended()


def test_a_flow_without_a_last_resort_rings_again_after_max_wait(rehearse: Rehearse) -> None:
    flow = texts()["call_flows/rise.yaml"].decode().replace("not_answered: nobody_free", "not_answered: reach")
    rota = texts()["rota/rise.yaml"].decode().replace("max_wait: 4m", "max_wait: 10s")
    world = rehearse(files=texts(flow=flow, rota=rota), quirks=CarrierQuirks()).world
    call = world.call(LINE)
    call.presses("1")
    call.rings("amy").ignored()
    call.rings("chaplain").ignored()
    call.rings("ben").ignored()
    call.hangs_up().has_ended()
