"""E-mails beside texts, with a real mail server: to whom they go, what volunteers choose, and that none comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hotline.carrier.mail import SmtpMail
from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.texts.readers import Channel, OwnChoices
from hotline.ports import Mail
from hotline.store.database.own_choices import OwnChoicesTable
from tests.mailbox import Post, served
from tests.services.texts.texting import ROTA, Killed, World

MAILS = ROTA.replace('0111", texts: yes', '0111", email: amy@example.org').replace(
    '0112", texts: yes', '0112", texts: yes, email: ben@example.org'
)
NORA = 'coordinators:\n  nora: {name: Nora Diaz, phone: "+1 410 555 0130", email: nora@example.org}\n'


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mailing(world_of: Callable[..., World], post: Post) -> Iterator[World]:
    with served(post) as address:
        world = world_of(MAILS + NORA)
        world.mail = SmtpMail(address, "line@hotline.example")
        world.does = world.worker()
        yield world


def got(post: Post, who: str) -> list[str]:
    """The e-mails that somebody got."""
    mails = [one for one in post.got if one["To"] == f"{who}@example.org"]
    return [str(one.get_content()).replace("\r", "") for one in mails]


def choose(world: World, who: str, choices: OwnChoices) -> None:
    OwnChoicesTable(world.database).keep("rise", who, choices)


def test_a_reminder_goes_by_e_mail_to_whoever_has_an_address_and_no_texts(mailing: World, post: Post) -> None:
    mailing.run("2026-01-06 18:00", "send_texts")
    assert got(post, "amy") == [
        "RISE: you are on call from Wed 7 Jan 09:00 to 17:00. Thank you for being there.\n\n"
        "https://x.example/mine?amy\nThere you can answer, and choose how we reach you. Please keep this address to"
        " yourself.\n"
    ]
    assert post.got[0]["Subject"] == "RISE: a message for you"
    assert mailing.got("amy") == []
    assert got(post, "ben") == []


def test_accents_stay_in_e_mails(mailing: World, post: Post) -> None:
    choose(mailing, "ben", OwnChoices(Channel.EMAIL))
    mailing.set("2026-01-06 17:30")
    mailing.does.missed_ring("rise", "ben")
    assert "Si no lo oyó, por favor revise" in got(post, "ben")[0]
    assert mailing.got("ben") == []


def test_volunteers_choose_channel_times_quiet_hours_and_language(mailing: World, post: Post) -> None:
    choose(mailing, "amy", OwnChoices(Channel.TEXT, reminders=(Reminder(before=7200),), language="es"))
    choose(mailing, "ben", OwnChoices(Channel.NONE))
    mailing.run("2026-01-07 08:30", "send_texts")
    assert mailing.got_at("amy") == ["Wed 07 07:00"], "two hours before is urgent, in quiet hours too"
    assert mailing.got("amy")[0].startswith("RISE: su guardia es de mié 7 ene")
    assert (post.got, mailing.got("ben")) == ([], [])


def test_own_quiet_hours_hold_a_reminder_back(mailing: World, post: Post) -> None:
    choose(mailing, "amy", OwnChoices(quiet=Quiet(16 * 60, 4 * 60)))
    mailing.run("2026-01-06 22:00", "send_texts")
    assert len(got(post, "amy")) == 1
    choose(mailing, "amy", OwnChoices(no_quiet=True, reminders=(Reminder(days=1, minute=23 * 60),)))
    mailing.set("2026-01-07 22:30")
    mailing.run("2026-01-07 23:30", "send_texts")
    assert len(got(post, "amy")) == 2


def test_coordinators_are_told_both_ways(mailing: World, post: Post) -> None:
    mailing.set("2026-01-06 03:12")
    mailing.does.caller_not_reached("rise", int(mailing.now.timestamp()) // 60)
    words = "RISE: a call at 03:12 reached nobody. Please see to it that somebody can pick up now."
    assert mailing.got("nora") == [words]
    assert got(post, "nora") == [f"{words}\n"]


def test_a_coordinator_without_a_phone_is_told_by_e_mail_alone(world_of: Callable[..., World], post: Post) -> None:
    with served(post) as address:
        world = world_of(MAILS + "coordinators:\n  nora: {name: Nora Diaz, email: nora@example.org}\n")
        world.mail = SmtpMail(address, "line@hotline.example")
        world.does = world.worker()
        world.set("2026-01-06 03:12")
        world.does.caller_not_reached("rise", int(world.now.timestamp()) // 60)
        assert [mail["To"] for mail in post.got] == ["nora@example.org"]
        assert "a call at 03:12 reached nobody" in got(post, "nora")[0]


def test_a_mail_server_that_is_down_holds_up_no_text_and_loses_no_e_mail(mailing: World, post: Post) -> None:
    post.answers["RCPT"] = "451 later"
    mailing.run("2026-01-06 17:30", "send_texts")
    mailing.does.caller_not_reached("rise", int(mailing.now.timestamp()) // 60)
    assert len(mailing.got("nora")) == 1
    assert post.got == []
    post.answers.clear()
    mailing.run("2026-01-06 18:30", "send_texts")
    assert (len(got(post, "nora")), len(got(post, "amy"))) == (1, 1)
    assert len(mailing.got("nora")) == 1


class Dies(Mail):
    """A worker is killed beside the mail server: before it has the e-mail, or after."""

    def __init__(self, mail: Mail, after: bool) -> None:
        self._mail = mail
        self._after = after

    def send(self, to: str, subject: str, body: str, name: str) -> None:
        if self._after:
            self._mail.send(to, subject, body, name)
        raise Killed


@pytest.mark.parametrize("after", [True, False])
def test_a_worker_killed_meanwhile_sends_no_e_mail_twice(mailing: World, post: Post, after: bool) -> None:
    mailing.set("2026-01-06 18:00")
    working, mailing.mail = mailing.mail, Dies(mailing.mail, after) if mailing.mail else None
    with pytest.raises(Killed):
        mailing.worker().send_texts()
    mailing.mail = working
    mailing.does = mailing.worker()
    mailing.run("2026-01-06 19:00", "send_texts", step=2)
    assert len(got(post, "amy")) == int(after), "better never than twice"


def test_an_e_mail_in_doubt_is_not_sent_again(mailing: World, post: Post) -> None:
    post.hangs_up = True
    mailing.set("2026-01-06 18:00")
    mailing.does.send_texts()
    post.hangs_up = False
    mailing.run("2026-01-06 19:00", "send_texts", step=5)
    assert len(got(post, "amy")) == 1


def test_an_address_that_is_refused_is_not_asked_again(mailing: World, post: Post) -> None:
    post.answers["RCPT"] = "550 nobody here"
    mailing.set("2026-01-06 18:00")
    mailing.does.send_texts()
    post.answers.clear()
    mailing.run("2026-01-06 19:00", "send_texts")
    assert got(post, "amy") == []
    assert [event for event, _ in mailing.told_of] == ["text_refused"]
    assert "amy" not in repr(mailing.told_of)


def test_without_a_mail_server_an_address_alone_gets_nothing(world_of: Callable[..., World]) -> None:
    world = world_of(MAILS)
    world.run("2026-01-06 18:00", "send_texts")
    assert world.got("amy") == []
    assert world.got("ben") != []
