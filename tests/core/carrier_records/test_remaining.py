"""What the carrier still has, as counts and ages."""

from __future__ import annotations

from hotline.core.carrier_records.records import CarrierCall, CarrierText
from hotline.core.carrier_records.remaining import Pile, remaining

NOW = 1_772_625_600
HOUR, DAY = 3600, 24 * 3600


def call(age: int, parent: str = "", status: str = "completed", placed: bool = False, sid: str = "") -> CarrierCall:
    return CarrierCall(sid or f"CA{age}{parent}{status}{placed}", parent, status, NOW - age, placed)


def test_records_are_counted_by_age_each_once() -> None:
    found = remaining(
        [call(60), call(60), call(3 * HOUR), call(2 * DAY - 1), call(2 * DAY), call(15 * DAY), call(90 * DAY)],
        [],
        0,
        NOW,
    )
    assert found.calls == Pile(1, 2, 1, 2, 90 * DAY)
    assert (found.calls.count, found.late, found.given_up) == (6, 3, 2)


def test_what_has_a_callers_number_is_told_apart_from_what_rang_a_volunteers_phone() -> None:
    found = remaining([call(60), call(60, "CA1"), call(60, placed=True)], [], 0, NOW)
    assert (found.calls.count, found.legs.count) == (1, 2)


def test_calls_that_go_on_are_not_kept_they_are_going_on() -> None:
    found = remaining(
        [call(60, status="in-progress"), call(60, "CA1", "in-progress"), call(5, status="queued")], [], 0, NOW
    )
    assert (found.going_on, found.calls.count, found.legs.count) == (2, 0, 0)


def test_texts_received_and_sent_are_told_apart() -> None:
    texts = [CarrierText(f"SM{n}", "received", NOW - n * DAY, n > 2, "", "") for n in range(4)]
    found = remaining([], texts, 0, NOW)
    assert (found.texts_received, found.texts_sent) == (Pile(1, 1, 1, 0, 2 * DAY), Pile(0, 0, 1, 0, 3 * DAY))
    assert found.late == 2
    assert found.given_up == 0, "which counts records of calls"


def test_a_record_without_a_date_is_as_late_as_can_be() -> None:
    undated = CarrierCall("CA1", "", "completed", 0)
    assert remaining([undated], [], 0, NOW).calls == Pile(older=1, oldest=None)
    assert remaining([undated, call(60)], [], 0, NOW).calls == Pile(hour=1, older=1, oldest=60)
