"""Deleting what the carrier keeps, against its REST API's stand-in, by a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hotline.carrier import sdk
from hotline.carrier.rest import RestCarrier
from hotline.core.jobs import Job
from hotline.errors import TryAgain
from hotline.services.deleting_records import Deletion
from hotline.simulator.rest_api.server import RestApi

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LINE, OTHER_LINE, SHOP = "+14105550100", "+14105550200", "+14105550700"
CALLER, AMY, BEN = "+14105550999", "+14105550111", "+14105550112"
DAY = 24 * 3600


@dataclass
class Office:
    """A carrier, and the deletion of what it keeps, at an hour that a test sets."""

    api: RestApi
    now: datetime = NOON
    notices: list[str] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api.now = lambda: self.now
        carrier = RestCarrier(self.api.account, self.api.token, self.api.url)
        self.deletion = Deletion(
            *(carrier, lambda: (LINE, OTHER_LINE), self),
            *(lambda: self.now, lambda event, /, **_: self.notices.append(event)),
        )

    def put(self, job: Job) -> None:
        self.jobs.append(job)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def works(self, duty: Callable[[], None], most: int = 200) -> None:
        """Do a duty as a worker does: again, as often as it asks to, when it asks to."""
        for _ in range(most):
            try:
                return duty()
            except TryAgain as again:
                self.waits.append(again.after or 0)
                self.pass_time(self.waits[-1])
        return pytest.fail(f"still not done after {most} tries: {self.waits}")

    def deletes(self, call: str) -> None:
        """The call ends now, and its records are deleted."""
        ended = self.seconds
        self.works(lambda: self.deletion.delete_call(call, ended))
        while self.jobs:
            self.works_off(self.jobs.pop(0))

    def works_off(self, job: Job) -> None:
        """Do a job that was put, when it is due."""
        assert job.task == "delete_records"
        self.now = max(self.now, datetime.fromtimestamp(job.at or 0, UTC))
        self.works(lambda: self.deletion.delete_call(job.ids[0], int(job.ids[1])))


@pytest.fixture
def office() -> Iterator[Office]:
    with RestApi() as api:
        yield Office(api)


@pytest.fixture
def hurried() -> Iterator[None]:
    """Little patience, so that a stall takes no ten seconds."""
    usual, sdk.ANSWER_WITHIN = sdk.ANSWER_WITHIN, 0.3
    yield
    sdk.ANSWER_WITHIN = usual


# ------------------------------------------------------------------------------------------------------ after a call


def test_the_record_of_a_call_and_of_each_leg_is_deleted_at_once(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY, BEN])
    other = office.api.add_call(LINE, CALLER, legs=[AMY])
    legs = [sid for sid, one in office.api.calls.items() if one.parent == call]
    office.deletes(call)
    assert {one.parent or sid for sid, one in office.api.calls.items()} == {other}, "another call is left alone"
    assert office.waits == []
    base = f"/2010-04-01/Accounts/{office.api.account}/Calls"
    assert [(one.method, one.path) for one in office.api.requests] == [
        ("GET", f"{base}.json"),
        *(("DELETE", f"{base}/{leg}.json") for leg in legs),
        ("DELETE", f"{base}/{call}.json"),
    ]


def test_a_leg_that_the_carrier_fails_over_does_not_keep_the_callers_record(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY, BEN])
    amys, bens = (sid for sid, one in office.api.calls.items() if one.parent == call)
    office.api.fault("fails", 3, "DELETE", amys)
    ended = office.seconds
    office.deletion.delete_call(call, ended)
    assert set(office.api.calls) == {amys, bens}
    assert {job.ids[0] for job in office.jobs} == {amys, bens}
    while office.jobs:
        office.works_off(office.jobs.pop(0))
    assert office.api.calls == {}


def test_a_record_that_the_carrier_fails_over_keeps_no_other_from_the_sweep(office: Office) -> None:
    calls = [office.api.add_call(LINE, CALLER) for _ in range(6)]
    office.api.add_call(OTHER_LINE, CALLER)
    came = office.api.add_text(LINE, AMY, "WHO")
    office.api.fault("fails", None, "DELETE", calls[2])
    with pytest.raises(TryAgain):
        office.deletion.sweep()
    assert set(office.api.calls) == {calls[2]}
    assert came not in office.api.texts


def test_a_sweep_stops_where_the_carrier_is_away(office: Office) -> None:
    for _ in range(6):
        office.api.add_call(LINE, CALLER)
    office.api.fault("fails", None, "DELETE")
    with pytest.raises(TryAgain):
        office.deletion.sweep()
    assert len(office.api.asked("DELETE")) == 3


def test_not_yet_is_asked_again_after_a_minute_and_then_ever_less_often(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY])
    office.api.fault("not yet", 6, "DELETE", each=True)
    office.deletes(call)
    assert office.api.calls == {}
    assert office.waits[:6] == [60, 60, 60, 90, 135, 202]
    assert office.notices == []


def test_a_record_that_takes_the_carrier_two_weeks_is_still_deleted(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY])
    slow = office.api.fault("not yet", None, "DELETE")
    over = office.now + timedelta(days=14)
    ended = office.seconds
    while office.now < over:
        with pytest.raises(TryAgain) as again:
            office.deletion.delete_call(call, ended)
        assert again.value.after is not None
        assert again.value.after <= 6 * 3600
        office.pass_time(again.value.after)
    office.api.faults.remove(slow)
    office.works(lambda: office.deletion.delete_call(call, ended))
    assert office.api.calls == {}


def test_after_fifteen_days_it_is_given_up_and_said(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER)
    office.api.fault("not yet", None, "DELETE")
    started = office.now
    office.deletes(call)
    assert office.notices == ["record_left_at_carrier"]
    assert timedelta(days=15) <= office.now - started < timedelta(days=15, hours=7)
    assert len(office.waits) < 90


@pytest.mark.parametrize("trouble", ["slow down", "fails", "drops", "drops after", "stalls", "garbles"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.usefixtures("hurried")
def test_whatever_goes_wrong_on_the_way_every_record_is_deleted(office: Office, method: str, trouble: str) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY, BEN])
    office.api.fault(trouble, 2, method, seconds=1.0)  # type: ignore[arg-type]
    office.deletes(call)
    assert office.api.calls == {}
    assert office.waits
    assert office.notices == []


def test_the_carriers_own_word_on_when_to_come_back_counts(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY])
    office.api.fault("slow down", retry_after=77)
    office.deletes(call)
    assert office.waits[0] == 77


def test_a_token_that_was_changed_is_told_of_and_tried_again_until_it_is_put_right(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY])
    office.api.fault("unknown account", 3)
    office.deletes(call)
    assert office.api.calls == {}
    assert office.waits == [300, 300, 300]
    assert office.notices == ["record_deletion_refused"] * 3


def test_a_record_that_is_refused_keeps_none_of_the_others(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY, BEN])
    first = next(sid for sid, one in office.api.calls.items() if one.parent == call)
    office.api.fault("unknown account", 1, "DELETE", first)
    office.deletion.delete_call(call, office.seconds)
    assert set(office.api.calls) == {first}
    assert office.notices == ["record_deletion_refused"]
    office.works_off(office.jobs.pop())
    assert office.api.calls == {}


def test_a_call_that_goes_on_waits_and_so_does_a_leg(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, status="in-progress", legs=[AMY])
    ended = office.seconds
    with pytest.raises(TryAgain) as again:
        office.deletion.delete_call(call, ended)
    assert again.value.after == 60
    assert len(office.api.calls) == 2
    for record in office.api.calls.values():
        record.status = "completed"
    office.works(lambda: office.deletion.delete_call(call, ended))
    assert office.api.calls == {}


def test_legs_that_the_carrier_lists_late_are_found(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER)
    ended = office.seconds
    with pytest.raises(TryAgain) as again:
        office.deletion.delete_call(call, ended)
    assert office.api.calls == {}
    office.api.calls[call] = office.api.calls.pop(office.api.add_call(LINE, CALLER))
    office.api.add_leg(call, AMY)
    del office.api.calls[call]
    office.pass_time(again.value.after or 0)
    office.works(lambda: office.deletion.delete_call(call, ended))
    assert office.api.calls == {}


def test_a_leg_that_takes_long_keeps_nobodys_number_waiting_and_is_a_job_of_its_own(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER, legs=[AMY, BEN])
    leg = next(sid for sid, one in office.api.calls.items() if one.parent)
    office.api.fault("not yet", 3, "DELETE", leg)
    ended = office.seconds
    office.deletion.delete_call(call, ended)
    assert set(office.api.calls) == {leg}
    assert office.jobs == [
        Job("delete_records", (leg, str(ended)), name=f"delete_records/{leg}", at=ended + 60),
    ]
    office.works_off(office.jobs.pop())
    assert (office.api.calls, office.jobs) == ({}, [])


def test_a_leg_that_goes_on_after_its_call_is_deleted_when_it_is_over(office: Office) -> None:
    call = office.api.add_call(LINE, CALLER)
    leg = office.api.add_leg(call, AMY, "in-progress")
    office.deletion.delete_call(call, office.seconds)
    (job,) = office.jobs
    with pytest.raises(TryAgain):
        office.deletion.delete_call(leg, office.seconds)
    office.api.calls[leg].status = "completed"
    office.works_off(job)
    assert office.api.calls == {}


def test_doing_it_twice_comes_to_the_same_and_is_done_at_once(office: Office) -> None:
    """The end of some calls is reported twice: when a ring is cut short, and when the call is over."""
    call = office.api.add_call(LINE, CALLER, legs=[AMY])
    office.deletes(call)
    office.deletes(call)
    assert office.api.calls == {}
    assert (office.waits, office.notices) == ([], [])


# --------------------------------------------------------------------------------------------------------- the sweep


def test_the_sweep_deletes_what_was_missed_of_all_hotlines_and_nothing_else(office: Office) -> None:
    missed = {
        office.api.add_call(LINE, CALLER, legs=[AMY]),
        office.api.add_call(OTHER_LINE, CALLER, legs=[BEN]),
        office.api.add_call(AMY, LINE),  # a ring test, say
    }
    going_on = office.api.add_call(LINE, CALLER, status="in-progress")
    shop = office.api.add_call(SHOP, CALLER, legs=["+14105550701"])
    office.works(office.deletion.sweep)
    assert not missed & set(office.api.calls)
    assert {one.parent or sid for sid, one in office.api.calls.items()} == {going_on, shop}


def test_the_sweep_looks_two_days_back(office: Office) -> None:
    old = office.api.add_call(LINE, CALLER)
    office.pass_time(3600)
    office.api.add_call(LINE, CALLER)
    office.pass_time(2 * DAY - 1800)
    office.works(office.deletion.sweep)
    assert set(office.api.calls) == {old}


def test_what_the_carrier_still_works_on_is_the_next_sweeps(office: Office) -> None:
    for _ in range(3):
        office.api.add_call(LINE, CALLER)
    office.api.fault("not yet", 1, "DELETE", each=True)
    office.works(office.deletion.sweep)
    assert len(office.api.calls) == 3
    office.pass_time(DAY)
    office.works(office.deletion.sweep)
    assert office.api.calls == {}


def test_a_sweep_reads_all_pages_before_it_deletes(office: Office) -> None:
    office.api.most_a_page = 4
    for _ in range(10):
        office.api.add_call(LINE, CALLER, legs=[AMY])
    office.works(office.deletion.sweep)
    assert office.api.calls == {}
    assert office.waits == []


@pytest.mark.parametrize("trouble", ["slow down", "fails", "drops", "drops after", "unknown account"])
def test_a_sweep_that_is_interrupted_goes_on_later(office: Office, trouble: str) -> None:
    for _ in range(4):
        office.api.add_call(LINE, CALLER, legs=[AMY])
    office.api.fault("slow down", 1, "DELETE")
    office.api.fault(trouble, 1, "GET")  # type: ignore[arg-type]
    office.works(office.deletion.sweep)
    assert office.api.calls == {}
    assert len(office.waits) == 2


def test_texts_we_got_and_answers_to_them_are_deleted_and_other_texts_after_a_day(office: Office) -> None:
    """An unknown number that texts the line may be somebody who meant to call it."""
    office.api.add_text(LINE, CALLER, "are you there?")
    office.api.add_text(CALLER, LINE, "This number takes calls only.", "outbound-reply", "delivered")
    sent = office.api.add_text(AMY, LINE, "Your shift begins at 18:00.", "outbound-api", "delivered")
    shop = office.api.add_text(SHOP, CALLER, "two pizzas")
    office.works(office.deletion.sweep)
    assert set(office.api.texts) == {sent, shop}
    office.pass_time(DAY)
    office.works(office.deletion.sweep)
    assert set(office.api.texts) == {shop}


def test_a_text_of_somebody_unknown_is_deleted_as_soon_as_the_carrier_lets_go_of_it(office: Office) -> None:
    text = office.api.add_text(LINE, CALLER, "are you there?")
    office.api.fault("not yet", 2, "DELETE")
    office.api.fault("fails", 1, "DELETE")
    since = office.seconds
    office.works(lambda: office.deletion.delete_text(text, since))
    assert office.api.texts == {}
    assert office.waits == [60, 60, 60]


def test_a_text_that_cannot_be_deleted_for_a_day_is_left_to_the_sweep(office: Office) -> None:
    text = office.api.add_text(LINE, CALLER, "are you there?")
    office.api.fault("not yet", None, "DELETE")
    since = office.seconds
    office.works(lambda: office.deletion.delete_text(text, since))
    assert office.seconds - since < 2 * DAY
    office.api.faults.clear()
    office.works(office.deletion.sweep)
    assert office.api.texts == {}


# ------------------------------------------------------------------------------------------------------------ queues

OURS = "Xk3-_9aBcDeF.0"


def test_the_queue_of_a_call_is_deleted(office: Office) -> None:
    queue, other = office.api.add_queue(OURS), office.api.add_queue(OURS)
    office.works(lambda: office.deletion.delete_queue(queue, office.seconds))
    office.works(lambda: office.deletion.delete_queue(queue, office.seconds))  # which is fine, as it is gone
    assert list(office.api.queues) == [other]
    assert (office.waits, office.notices) == ([], [])


def test_a_queue_is_asked_for_again_while_the_carrier_is_down_and_not_where_it_refuses(office: Office) -> None:
    queue, full = office.api.add_queue(OURS), office.api.add_queue(OURS, size=1)
    office.api.fault("fails", 2, "DELETE")
    since = office.seconds
    office.works(lambda: office.deletion.delete_queue(queue, since))
    assert (list(office.api.queues), len(office.waits)) == ([full], 2)
    office.works(lambda: office.deletion.delete_queue(full, since))
    assert office.notices == ["record_deletion_refused"]


def test_the_sweep_deletes_queues_of_calls_long_over_and_no_others(office: Office) -> None:
    old = {name: office.api.add_queue(name) for name in (OURS, "support", "support-desk.1", "abcdefghijkl.0")}
    full = office.api.add_queue(OURS, size=1)
    office.pass_time(3600)
    fresh = office.api.add_queue(OURS)
    office.works(office.deletion.sweep)
    assert set(office.api.queues) == (set(old.values()) | {full, fresh}) - {old[OURS]}


def test_a_carrier_without_a_list_of_queues_is_swept_all_the_same(office: Office) -> None:
    office.api.fault("not found", None, "GET", "Queues")
    office.works(office.deletion.sweep)
    assert office.waits == []
