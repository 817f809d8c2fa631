"""Requests for cover from the question to the rota: who is asked when, the first yes, and everybody who is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hotline.carrier.mail import SmtpMail
from hotline.core.planning.cover import CoverReply, CoverState
from hotline.core.rota.absence import Absence
from hotline.core.texts.readers import OwnChoices
from hotline.files.edits.versions import Versions
from hotline.store.database.own_choices import OwnChoicesTable
from tests.mailbox import Post, served
from tests.services.covers.asking import FRIDAY, ROTA, Asking, epoch
from tests.services.texts.texting import PHONES

TOGETHER = ROTA + "cover_requests: {ask: together}\n"
APPROVED = ROTA + "cover_requests: {ask: together, approve: yes}\n"
ASK = "RISE: Amy Okafor cannot be on call from Fri 9 Jan 18:00 to 22:00. Can you? Please text YES or NO."


def test_the_least_loaded_is_asked_first_and_the_next_after_half_an_hour(asking: Asking) -> None:
    asking.ask()
    assert [asking.got("ben"), asking.got("cho"), asking.got("dee")] == [[ASK], [], []]
    asking.run("2026-01-06 12:25", "cover_requests", step=25)
    assert asking.got("cho") == []
    asking.set("2026-01-06 12:30")
    asking.run("2026-01-06 13:30", "cover_requests", step=30)
    assert asking.got("cho") == [ASK]
    assert asking.got_at("cho") == ["Tue 06 12:30"]


def test_a_no_asks_the_next_at_once(asking: Asking) -> None:
    request = asking.ask()
    assert asking.desk.no(request.id, "ben").reply is CoverReply.NO_SAID
    asking.works()
    assert asking.got("cho") == [ASK]


def test_together_asks_everybody_who_is_free_and_nobody_who_is_not(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER + "away:\n  - {who: cho, from: 2026-01-09, to: 2026-01-09}\n")
    request = asking.ask()
    known = asking.desk.book.get(request.id)
    assert known is not None
    assert known.people.keys() == {"dee", "ben"}  # dee wants no texts, and finds it on her page
    assert (asking.got("ben"), asking.got("cho"), asking.got("dee")) == ([ASK], [], [])
    assert asking.desk.yes(request.id, "cho").reply is CoverReply.GONE


def test_the_first_yes_is_written_into_the_rota_and_everybody_is_told(asking: Asking) -> None:
    before = asking.file
    request = asking.ask()
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.YOURS
    asking.works()
    asking.works()
    entry = "cover:\n  - {who: ben, for: amy, from: 2026-01-09 18:00, to: 2026-01-09 22:00}\n"
    assert entry in asking.file
    assert asking.file.replace(entry, "") == before, "every other byte is as it was"
    (version, *_) = Versions(asking.folder / "versions").of("rota/rise.yaml")
    assert (version.who, version.how) == ("Ben Ruiz", "own-cover")
    assert asking.got("amy") == [
        "RISE: Ben Ruiz covers for you from Fri 9 Jan 18:00 to 22:00. You are not on call then."
    ]
    assert asking.got("ben")[1:] == [
        "RISE: you are on call from Fri 9 Jan 18:00 to 22:00, in place of Amy Okafor. Thank you!"
    ]
    assert asking.got("nora") == [
        "RISE: Ben Ruiz covers for Amy Okafor from Fri 9 Jan 18:00 to 22:00. It is in the rota."
    ]
    assert asking.got("cho") == []


def test_nobody_hears_of_it_a_second_time_from_the_notice_of_the_edit(asking: Asking) -> None:
    asking.does.send_notices()
    request = asking.ask()
    asking.desk.yes(request.id, "ben")
    asking.run("2026-01-06 13:00", "cover_requests", "send_notices", step=12)
    assert len(asking.got("amy")) == 1
    assert len(asking.got("ben")) == 2


def test_two_yeses_at_once_give_one_cover(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER)
    request = asking.ask()
    replies: dict[str, CoverReply] = {}
    start = threading.Barrier(3)

    def say(who: str) -> None:
        desk = asking.another_desk()
        start.wait()
        replies[who] = desk.yes(request.id, who).reply

    threads = [threading.Thread(target=say, args=(who,)) for who in ("ben", "cho", "dee")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.value for one in replies.values()) == ["taken", "taken", "yours"]
    assert asking.file.count("for: amy") == 1
    first = next(who for who, reply in replies.items() if reply is CoverReply.YOURS)
    assert asking.desk.yes(request.id, first).reply is CoverReply.YOURS, "said twice, it is still theirs"
    assert asking.file.count("for: amy") == 1


def test_one_shift_is_asked_about_once_however_often_the_button_is_pressed(asking: Asking) -> None:
    asking.ask()
    assert asking.desk.ask("rise", "amy", epoch(FRIDAY)).reply is CoverReply.ALREADY
    asking.works()
    assert len(asking.got("ben")) == 1


def test_a_yes_that_breaks_a_limit_is_not_written(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER)
    request = asking.ask()
    asking.replace("days: mon, hours: 18:00-22:00, on_call: [ben]", "days: sat, hours: 04:00-12:00, on_call: [ben]")
    before = asking.file
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.CANNOT
    assert (asking.file, asking.state(request)) == (before, CoverState.OPEN)
    assert asking.desk.yes(request.id, "cho").reply is CoverReply.YOURS


def test_whoever_is_over_a_limit_is_not_even_asked(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER.replace("days: mon, hours: 18:00-22:00", "days: sat, hours: 04:00-12:00"))
    asking.ask()
    assert (asking.got("ben"), asking.got("cho")) == ([], [ASK])


def test_if_nobody_says_yes_in_time_the_asker_and_the_coordinator_are_told(asking: Asking) -> None:
    asking.ask()
    asking.run("2026-01-06 14:00", "cover_requests", step=30)
    assert asking.got("amy") == [
        "RISE: nobody has said yes for Fri 9 Jan 18:00 to 22:00 yet. You are still on call then. Please talk to your"
        " coordinator."
    ]
    assert asking.got("nora") == [
        "RISE: Amy Okafor cannot be on call from Fri 9 Jan 18:00 to 22:00. Nobody has said yes. Without them only the"
        " backup is there."
    ]
    assert asking.got_at("nora") == ["Tue 06 13:00"]


def test_a_late_yes_is_still_a_yes(asking: Asking) -> None:
    request = asking.ask()
    asking.run("2026-01-06 16:00", "cover_requests", step=60)
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.YOURS


def test_nobody_is_asked_in_quiet_hours_unless_it_is_about_tonight(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(start="2026-01-06 23:00")
    asking.ask()
    assert asking.got("ben") == []
    asking.run("2026-01-07 09:00", "cover_requests", step=180)
    assert asking.got_at("ben") == ["Wed 07 08:00"]


def test_with_little_time_left_the_waits_are_shorter(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(start="2026-01-09 17:00")
    asking.ask()
    asking.run("2026-01-09 17:59", "cover_requests", step=10)
    assert asking.got_at("ben") == ["Fri 09 17:00"]
    assert asking.got_at("cho") == ["Fri 09 17:20"]
    assert asking.got_at("nora") == ["Fri 09 17:40"]


def test_a_request_ends_when_its_shift_begins(asking: Asking) -> None:
    request = asking.ask()
    asking.set("2026-01-09 18:00")
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.GONE
    asking.works()
    assert asking.state(request) is CoverState.OVER


def test_a_request_ends_when_the_asker_takes_it_back_or_the_rota_no_longer_has_them(asking: Asking) -> None:
    request = asking.ask()
    assert asking.desk.withdraw(request.id, "ben").reply is CoverReply.GONE, "only the asker may"
    assert asking.desk.withdraw(request.id, "amy").reply is CoverReply.KEPT
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.GONE
    again = asking.ask()
    asking.replace("on_call: [amy]", "on_call: [cho]")
    assert asking.desk.yes(again.id, "ben").reply is CoverReply.GONE
    asking.works()
    assert asking.state(again) is CoverState.OVER
    assert "cover:" not in asking.file


def test_a_worker_killed_after_the_file_was_written_leaves_one_cover(asking: Asking) -> None:
    request = asking.ask()
    assert asking.desk.book.move(request.id, CoverState.OPEN, CoverState.TAKING, int(asking.now.timestamp()), "ben")
    asking.works()
    assert asking.state(request) is CoverState.TAKING
    asking.edit(asking.file + "cover:\n  - {who: ben, for: amy, from: 2026-01-09 18:00, to: 2026-01-09 22:00}\n")
    asking.later(minutes=3)
    asking.works()
    assert asking.state(request) is CoverState.WRITTEN
    assert len(asking.got("amy")) == 1


def test_a_worker_killed_before_the_file_was_written_leaves_the_request_open(asking: Asking) -> None:
    request = asking.ask()
    asking.desk.book.move(request.id, CoverState.OPEN, CoverState.TAKING, int(asking.now.timestamp()), "ben")
    asking.later(minutes=3)
    asking.works()
    assert asking.state(request) is CoverState.OPEN
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.YOURS


def test_somebody_who_is_off_then_is_not_asked(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(TOGETHER)
    asking.absences = [Absence("ben", epoch("2026-01-09 12:00"), epoch("2026-01-10 12:00"))]
    asking.ask()
    assert (asking.got("ben"), asking.got("cho")) == ([], [ASK])


def test_a_rota_that_asks_nobody_says_so(asking_of: Callable[..., Asking]) -> None:
    asking = asking_of(ROTA + "cover_requests: {ask: none}\n")
    assert asking.desk.ask("rise", "amy", epoch(FRIDAY)).reply is CoverReply.NOT_HERE


def test_requests_are_deleted_a_week_after_their_shifts(asking: Asking) -> None:
    request = asking.ask()
    asking.set("2026-01-16 20:00")
    asking.does.forget_texts()
    assert asking.desk.book.get(request.id) is not None
    asking.set("2026-01-16 23:00")
    asking.does.forget_texts()
    assert asking.desk.book.get(request.id) is None


def test_whoever_sent_stop_is_asked_on_their_page_and_not_waited_for(asking: Asking) -> None:
    asking.optouts.opt_out(PHONES["ben"], 0)
    request = asking.ask()
    assert (asking.got("ben"), asking.got("cho")) == ([], [ASK])
    assert asking.desk.yes(request.id, "ben").reply is CoverReply.YOURS


def test_a_cover_that_a_coordinator_wrote_by_hand_is_told_like_any_other(asking: Asking) -> None:
    request = asking.ask()
    asking.desk.book.move(request.id, CoverState.OPEN, CoverState.BY_HAND, int(asking.now.timestamp()), "ben")
    asking.works()
    assert asking.got("amy")[0].startswith("RISE: Ben Ruiz said yes for Fri 9 Jan 18:00 to 22:00. Your coordinator")
    asking.edit(asking.file + "cover:\n  - {who: ben, for: amy, from: 2026-01-09 18:00, to: 2026-01-09 22:00}\n")
    asking.works()
    assert asking.state(request) is CoverState.WRITTEN
    assert asking.got("amy")[1:] == [
        "RISE: Ben Ruiz covers for you from Fri 9 Jan 18:00 to 22:00. You are not on call then."
    ]


def test_choices_are_forgotten_when_somebody_leaves_the_rota(asking: Asking) -> None:
    book = OwnChoicesTable(asking.database)
    for who in ("amy", "zoe"):
        book.keep("rise", who, OwnChoices(language="es"))
    asking.does.forget_texts()
    assert book.of("rise").keys() == {"amy"}


def test_if_nobody_can_be_asked_it_is_told_at_once(asking_of: Callable[..., Asking]) -> None:
    away = "".join(f"  - {{who: {who}, from: 2026-01-09, to: 2026-01-09}}\n" for who in ("ben", "cho", "dee"))
    asking = asking_of(ROTA + "away:\n" + away)
    request = asking.ask()
    assert asking.got("amy")[0].startswith("RISE: nobody has said yes for Fri 9 Jan 18:00 to 22:00 yet.")
    assert asking.got("nora")[0].endswith("Without them NOBODY answers then.")
    assert asking.state(request) is CoverState.OPEN, "somebody may come back before"


def test_by_e_mail_the_question_leads_to_the_page_and_says_nothing_of_texts(asking_of: Callable[..., Asking]) -> None:
    post = Post()
    with served(post) as address:
        asking = asking_of(ROTA.replace('0112", texts: yes', '0112", email: ben@example.org'))
        asking.mail = SmtpMail(address, "line@hotline.example")
        asking.does = asking.worker()
        request = asking.ask()
        asking.desk.yes(request.id, "ben")
        asking.works()
        asking.works()
    mails = [str(one.get_content()).replace("\r", "").split("\n\n") for one in post.got]
    assert [one[0] for one in mails] == [
        "RISE: Amy Okafor cannot be on call from Fri 9 Jan 18:00 to 22:00. Can you? Please answer on your page.",
        "RISE: you are on call from Fri 9 Jan 18:00 to 22:00, in place of Amy Okafor. Thank you!",
    ]
    assert all(one[1].startswith("https://x.example/mine?ben\n") for one in mails)
    assert asking.got("ben") == []


class TestApproval:
    def test_nothing_is_written_before_a_coordinator_says_yes(self, asking_of: Callable[..., Asking]) -> None:
        asking = asking_of(APPROVED)
        before = asking.file
        request = asking.ask()
        assert asking.desk.yes(request.id, "ben").reply is CoverReply.AGREED
        assert asking.desk.yes(request.id, "cho").reply is CoverReply.TAKEN
        asking.works()
        assert asking.file == before
        assert asking.got("nora") == [
            "RISE: Ben Ruiz would cover for Amy Okafor from Fri 9 Jan 18:00 to 22:00. Yes or no? See the rota's page."
        ]
        assert asking.desk.approve(request.id, "Nora Diaz").reply is CoverReply.YOURS
        assert asking.desk.approve(request.id, "Nora Diaz").reply is CoverReply.YOURS
        asking.works()
        assert asking.file.count("for: amy") == 1
        assert len(asking.got("amy")) == 1
        (version, *_) = Versions(asking.folder / "versions").of("rota/rise.yaml")
        assert version.who == "Nora Diaz"

    def test_one_that_is_declined_goes_on_to_the_others(self, asking_of: Callable[..., Asking]) -> None:
        asking = asking_of(APPROVED)
        request = asking.ask()
        asking.desk.yes(request.id, "ben")
        assert asking.desk.decline(request.id).reply is CoverReply.DECLINED
        asking.works()
        assert asking.got("ben")[1:] == [
            "RISE: your coordinator did not approve the cover for Fri 9 Jan 18:00-22:00. Nothing has changed. Thank you"
            " all the same."
        ]
        assert asking.desk.yes(request.id, "cho").reply is CoverReply.AGREED

    def test_one_that_nobody_approves_in_time_leaves_the_asker_on_call(self, asking_of: Callable[..., Asking]) -> None:
        asking = asking_of(APPROVED)
        request = asking.ask()
        asking.desk.yes(request.id, "ben")
        asking.set("2026-01-09 18:00")
        asking.works()
        assert asking.got("amy") == [
            "RISE: your cover for Fri 9 Jan 18:00-22:00 was not approved in time. You are on call then."
        ]


class TestSwap:
    def offer(self, asking: Asking) -> str:
        said = asking.desk.offer("rise", "amy", epoch(FRIDAY), "ben", epoch("2026-01-12 18:00"))
        assert said.reply is CoverReply.ASKED
        assert said.request is not None
        asking.works()
        return said.request.id

    def test_is_offered_to_one_accepted_and_written_as_two_covers(self, asking: Asking) -> None:
        id = self.offer(asking)
        assert asking.got("ben") == [
            "RISE: Amy Okafor offers a swap: you take Fri 9 Jan 18:00-22:00, they take Mon 12 Jan 18:00-22:00. Please"
            " text YES or NO."
        ]
        assert asking.got("cho") == []
        assert asking.desk.yes(id, "cho").reply is CoverReply.GONE
        assert asking.desk.yes(id, "ben").reply is CoverReply.YOURS
        asking.works()
        assert "{who: ben, for: amy, from: 2026-01-09 18:00, to: 2026-01-09 22:00}" in asking.file
        assert "{who: amy, for: ben, from: 2026-01-12 18:00, to: 2026-01-12 22:00}" in asking.file
        assert asking.got("amy") == [
            "RISE: the swap with Ben Ruiz is in the rota. Yours: Mon 12 Jan 18:00-22:00. Theirs: Fri 9 Jan 18:00-22:00."
        ]
        assert asking.got("ben")[1:] == [
            "RISE: the swap with Amy Okafor is in the rota. Yours: Fri 9 Jan 18:00-22:00. Theirs: Mon 12 Jan"
            " 18:00-22:00."
        ]
        assert asking.got("nora") == [
            "RISE: Amy Okafor and Ben Ruiz have swapped Fri 9 Jan 18:00-22:00 and Mon 12 Jan 18:00-22:00."
        ]

    def test_that_is_refused_is_told_to_its_asker_only(self, asking: Asking) -> None:
        id = self.offer(asking)
        asking.desk.no(id, "ben")
        asking.works()
        assert asking.got("amy") == ["RISE: Ben Ruiz cannot swap. You are still on call Fri 9 Jan 18:00-22:00."]
        assert asking.got("nora") == []

    def test_ends_when_either_shift_is_no_longer_theirs(self, asking: Asking) -> None:
        id = self.offer(asking)
        asking.replace("on_call: [ben]", "on_call: [cho]")
        assert asking.desk.yes(id, "ben").reply is CoverReply.GONE
        asking.works()
        found = asking.desk.book.get(id)
        assert found is not None
        assert found.state is CoverState.OVER
