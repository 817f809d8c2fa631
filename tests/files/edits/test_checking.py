"""An edit checked before it is saved: what refuses it, and what was there before and does not."""

from __future__ import annotations

from datetime import UTC, datetime

from hotline.files.edits.checking import check_edit
from tests.files.good import FLOW, ROTA, texts

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROTA_FILE, FLOW_FILE = "rota/rise.yaml", "call_flows/rise.yaml"
NIGHTS_ONLY = ROTA.replace("hours: 24h", "hours: 20:00-08:00")


def codes(found: object) -> list[str]:
    return [one.code for one in found]  # type: ignore[attr-defined]


def test_a_good_edit_is_refused_by_nothing() -> None:
    checked = check_edit(texts(), ROTA_FILE, ROTA.replace("Always", "Ever").encode(), NOW)
    assert not checked.refusing
    assert checked.loaded.hotlines["rise"].rota.shifts[0].name == "Ever"


def test_a_mistyped_name_refuses_it_and_says_where() -> None:
    checked = check_edit(texts(), ROTA_FILE, ROTA.replace("[amy, ben]", "[amy, bem]").encode(), NOW)
    assert codes(checked.refusing) == ["unknown-volunteer"]
    assert (checked.refusing[0].line, checked.refusing[0].file) == (6, ROTA_FILE)


def test_an_hour_with_nobody_at_all_refuses_it() -> None:
    checked = check_edit(texts(), ROTA_FILE, NIGHTS_ONLY.encode(), NOW)
    assert codes(checked.refusing) == ["nobody-at-all"]


def test_an_hour_that_had_nobody_before_does_not_keep_other_things_from_being_mended() -> None:
    edited = NIGHTS_ONLY.replace("Ben Ruiz", "Ben R").encode()
    checked = check_edit(texts(rota=NIGHTS_ONLY), ROTA_FILE, edited, NOW)
    assert codes(checked.findings) == ["nobody-at-all"]
    assert not checked.refusing


def test_what_is_wrong_in_another_file_already_does_not_refuse_it() -> None:
    broken = texts(flow=FLOW.replace("not_answered: goodbye", "not_answered: nowhere"))
    checked = check_edit(broken, ROTA_FILE, ROTA.replace("Always", "Ever").encode(), NOW)
    assert not checked.findings
    assert not checked.refusing


def test_what_it_breaks_in_another_file_refuses_it() -> None:
    two = {**texts(), "rota/other.yaml": ROTA.replace("0111", "0121").replace("0112", "0122").encode()}
    checked = check_edit(two, FLOW_FILE, FLOW.replace("name: RISE", "rota: gone").encode(), NOW)
    assert checked.refusing
    assert {one.file for one in checked.refusing} == {FLOW_FILE}


def test_any_bytes_can_be_checked() -> None:
    for raw in (b"", b"\xff\xfe", b"a: [", b"\0" * 100, b"- 1", "é".encode("latin-1")):
        assert check_edit(texts(), ROTA_FILE, raw, NOW).refusing, raw


def test_a_rota_may_name_the_last_day_there_is() -> None:
    for zone in ("America/New_York", "Pacific/Auckland", "Pacific/Pago_Pago"):
        away = "away: [{who: ben, from: 2026-12-24, to: 9999-12-31}]\n"
        cover = "cover: [{who: ben, from: 9999-12-31, to: 9999-12-31}]\n"
        after = (ROTA + away + cover).replace("America/New_York", zone).encode()
        assert check_edit(texts(), ROTA_FILE, after, NOW).refusing == ()
