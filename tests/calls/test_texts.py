"""Conversations: volunteers text the line, and calls ring whom they should."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.core.jobs import Job, Urgency
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator import Call, World
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.redis.connection import RedisConnection
from tests.calls.conftest import LINE as FILES
from tests.calls.conftest import Rehearse, local, texts
from tests.webhooks.line import NoLive

LINE = "+14105550100"
NOON = "2026-03-04 12:00"  # a Wednesday: amy, ben and cho until 18:00, then dee and eli
ALONE = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
  chaplain: {name: Chaplain, phone: "+1 410 555 0190"}
shifts:
  - {name: Days, hours: 08:00-18:00, on_call: [amy]}
  - {name: Nights, hours: 18:00-08:00, on_call: [ben]}
backup: [chaplain]
"""
NOBODY_ELSE = ALONE.replace("backup: [chaplain]\n", "")
TOLD = [Job("off_leaves_nobody", ("rise",), Urgency.TONIGHT, name="off_leaves_nobody/rise")]


def told(rehearsal: Rehearsal) -> list[Job]:
    """The jobs put, but for those that have the carrier forget a text."""
    return [job for job in rehearsal.jobs.jobs if job.task != "delete_text"]


def takes(world: World, who: str) -> None:
    """A call that rings nobody before `who`, who takes it."""
    call = world.call(LINE)
    answered(call.presses("1"), who)


def alerts(rehearsal: Rehearsal) -> list[Job]:
    return [job for job in rehearsal.jobs.jobs if job.task == "off_leaves_nobody"]


def confirms(world: World, who: str, body: str) -> str:
    """What a volunteer is told who texts back the word they are asked for."""
    return world.text(who, LINE, world.text(who, LINE, body).reply.split()[-1]).reply


def answered(call: Call, who: str) -> None:
    call.rings(who).picks_up().presses("1")
    call.talks_with(who).hangs_up().has_ended()


def test_amy_is_off_for_two_hours_and_ben_is_rung(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    world.text("amy", LINE, "OFF 2h").hears("You are off until 14:00 (New York time)", "text ON")
    takes(world, "ben")
    takes(world, "cho")
    world.advance((local("2026-03-04 14:00") - world.now()).total_seconds())
    takes(world, "amy")


def test_on_brings_her_back_at_once(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    world.text("amy", LINE, "off until 17:00").hears("until 17:00")
    world.text("amy", LINE, "On").hears("Welcome back")
    takes(world, "amy")
    world.text("amy", LINE, "ON").hears("You are not off")


def test_off_in_the_middle_of_a_hunt_is_heeded_at_its_next_ring(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    call = world.call(LINE)
    ring = call.presses("1").rings("amy")
    world.text("ben", LINE, "OFF 30m").hears("until 12:31")
    ring.ignored()
    answered(call, "cho")


def test_another_machine_that_was_told_is_heeded_at_the_next_ring(rehearse: Rehearse, redis_url: str) -> None:
    """The two share Redis and nothing else."""
    rehearsal = rehearse(NOON)
    world, live = rehearsal.world, rehearsal.live
    takes(world, "amy")
    shared = SharedAbsences(RedisConnection(redis_url, 10), live.prefix)  # type: ignore[attr-defined]
    other = AbsenceBook(shared, clock=lambda: world.now().timestamp())
    now = int(world.now().timestamp())
    other.keep("rise", "ben", now, now + 3600)
    takes(world, "cho")
    other.keep("rise", "ben", now, now)
    takes(world, "ben")


def test_whoever_covers_is_not_rung_when_off(rehearse: Rehearse) -> None:
    covered = (FILES / "rota.yaml").read_text() + (
        "cover:\n  - {who: dee, for: amy, from: 2026-03-04 08:00, to: 2026-03-04 18:00}\n"
    )
    world = rehearse(NOON, texts(rota=covered)).world
    world.text("dee", LINE, "OFF 1h").hears("off until")
    takes(world, "ben")


def test_the_backup_can_be_off_too(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    world.text("chaplain", LINE, "off 1h").hears("off until 13:00")
    call = world.call(LINE).presses("1")
    for who in ("amy", "ben", "cho", "amy", "ben", "cho"):
        call.rings(who).ignored()
    call.hears("Nobody could pick up").hangs_up().has_ended()


def test_without_live_state_an_absence_counts_all_the_same(rehearse: Rehearse, redis_url: str) -> None:
    book = AbsenceBook(SharedAbsences(RedisConnection("unix:///nowhere", 1)), clock=lambda: local(NOON).timestamp())
    book._shared = None  # kept in memory only
    world = rehearse(NOON, live=NoLive(), absences=book).world
    world.text("amy", LINE, "OFF 2h").hears("off until")
    world.text("ben", LINE, "OFF 2h").hears("off until")
    for _ in range(3):
        takes(world, "cho")


def test_who_and_next_tell_names_and_times_and_no_numbers(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    assert world.text("amy", LINE, "who?").reply == "On call now: Amy, Ben, Cho. Backup: Chaplain."
    world.text("cho", LINE, "OFF 1h").hears("off until")
    assert world.text("amy", LINE, "WHO").reply == "On call now: Amy, Ben. Backup: Chaplain."
    world.text("amy", LINE, "NEXT").hears("Wed 4 Mar 12:00-18:00, Thu 5 Mar 08:00-18:00, Fri 6 Mar 08:00-18:00")
    world.text("dee", LINE, "next").hears("Wed 4 Mar 18:00 - Thu 08:00", "(New York time)")
    world.text("chaplain", LINE, "NEXT").hears("not on call in the next 8 weeks")


def test_whoever_is_always_on_call_is_told_no_end_that_there_is_not(rehearse: Rehearse) -> None:
    world = rehearse(NOON, texts(rota=ALONE.replace("08:00-18:00", "24h"))).world
    world.text("amy", LINE, "NEXT").hears("You are on call now, and all the time in the next 8 weeks.")


def test_spanish_for_whoever_speaks_it_first(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    world.text("eli", LINE, "¿Quién?").hears("De guardia ahora: Amy, Ben, Cho")
    world.text("eli", LINE, "Fuera hasta mañana a las 8").hears("Fuera hasta cuándo".replace("á", "a"))
    world.text("eli", LINE, "Fuera hasta las 20:00").hears("Queda fuera hasta 20:00 (hora de New York)")
    world.text("eli", LINE, "DENTRO").hears("De vuelta")
    world.text("ben", LINE, "ayuda").hears("Text WHO")


def test_off_alone_is_the_rest_of_the_shift(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    world.text("amy", LINE, "OFF").hears("off until 18:00")
    world.text("dee", LINE, "OFF").hears("Off until when?", "still be rung")


def test_what_cannot_be_is_said_and_changes_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    world.text("amy", LINE, "OFF until 7").hears("Off until when?")
    world.text("amy", LINE, "OFF until today 11:00").hears("past")
    world.text("amy", LINE, "OFF 15 days").hears("14 days at most", "coordinator")
    assert "off until Wed 18 Mar 13:00" in confirms(world, "amy", "OFF 14 days YES")
    world.text("amy", LINE, "OFF until 7").hears("You are still off until Wed 18 Mar 13:00")
    world.text("amy", LINE, "hello?").hears("OFF 2h")


def test_an_off_that_leaves_the_backup_alone_asks_first(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON, texts(rota=ALONE))
    world = rehearsal.world
    asked = world.text("amy", LINE, "off until 16:00")
    asked.hears("only the backup is there Wed 4 Mar 12:00-16:00", "still be rung", "10 minutes: ")
    assert told(rehearsal) == TOLD
    takes(world, "amy")
    world.text("amy", LINE, "yes").hears("text the word")
    takes(world, "amy")
    world.text("amy", LINE, asked.reply.split()[-1].upper()).hears("You are off until 16:00")
    takes(world, "chaplain")
    world.text("amy", LINE, "ON").hears("Welcome back")
    world.text("amy", LINE, "YES").hears("nothing to say yes to")
    takes(world, "amy")


def test_an_off_that_leaves_nobody_at_all_says_so_in_capitals(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON, texts(rota=NOBODY_ELSE))
    world = rehearsal.world
    world.text("amy", LINE, "OFF 8h").hears("NOBODY is there for callers Wed 4 Mar 12:00-18:00", "this word")
    said = confirms(world, "amy", "OFF 8h YES")
    assert said.startswith("You are off until 20:00")
    assert "rung all the same" in said
    assert told(rehearsal) == TOLD * 3
    takes(world, "amy")


def test_texts_in_the_names_of_all_volunteers_switch_off_nobody_who_leaves_too_few(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    for who in ("amy", "ben", "cho", "chaplain"):
        world.text(who, LINE, "OFF 14 days YES").hears("still be rung", "this word")
        world.text(who, LINE, "YES").hears("text the word")
    takes(world, "amy")
    takes(world, "ben")


def test_a_caller_reaches_those_who_are_off_before_nobody(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    for who in ("amy", "ben", "cho", "chaplain"):
        assert "You are off until" in confirms(world, who, "OFF 14 days")
    takes(world, "amy")
    takes(world, "ben")


def test_somebody_can_ask_to_be_off_a_few_times_a_day(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    for _ in range(6):
        world.text("amy", LINE, "OFF 1h").hears("You are off until 13:00")
    world.text("amy", LINE, "OFF 2h").hears("still off until 13:00", "many times today")
    world.text("amy", LINE, "ON").hears("Welcome back")
    world.text("amy", LINE, "OFF 2h").hears("still be rung", "many times today")


def test_automatic_replies_are_helped_three_times_and_commands_always(rehearse: Rehearse) -> None:
    world = rehearse(NOON).world
    for _ in range(3):
        world.text("amy", LINE, "I am driving right now").hears("Text WHO")
    for _ in range(9):
        world.text("amy", LINE, "I am driving right now").hears_nothing()
    for _ in range(5):
        world.text("amy", LINE, "WHO").hears("On call now")
    world.text("ben", LINE, "I am driving").hears("Text WHO")


@pytest.mark.parametrize(
    ("alerts", "told"), [("", True), (", alerts: [nobody_left, gap]", True), (", alerts: [not_reached, gap]", False)]
)
def test_a_volunteer_hears_that_the_coordinator_is_told_only_where_one_asked_to_be(
    rehearse: Rehearse, alerts: str, told: bool
) -> None:
    nora = f'coordinators:\n  nora: {{name: Nora, phone: "+1 410 555 0130"{alerts}}}\n'
    world = rehearse(NOON, texts(rota=NOBODY_ELSE + nora)).world
    reply = confirms(world, "amy", "OFF 2h YES")
    assert reply.startswith("You are off until 14:00")
    assert ("Your coordinator is told." in reply) == told


def test_a_word_comes_too_late_once_the_time_asked_for_is_over(rehearse: Rehearse) -> None:
    world = rehearse(NOON, texts(rota=ALONE)).world
    word = world.text("amy", LINE, "off until 12:05").hears("still be rung").reply.split()[-1]
    world.text("amy", LINE, "off until 7").hears("Off until when?")
    world.advance(360)
    world.text("amy", LINE, word).hears("Text WHO")
    world.text("amy", LINE, "yes").hears("nothing to say yes to")


def test_the_same_text_delivered_twice_does_the_same_once(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON, texts(rota=ALONE))
    world = rehearsal.world
    asked = world.text("amy", LINE, "OFF 2h")
    world.advance(50)
    assert world.text_again(asked).replies == asked.replies
    sure = world.text("amy", LINE, asked.reply.split()[-1])
    world.advance(70)
    assert world.text_again(sure).replies == sure.replies
    [absence] = rehearsal.absences.of("rise")
    assert absence.end == local("2026-03-04 14:00").timestamp()
    assert world.text("amy", LINE, "who").reply == "On call now: nobody. Backup: Chaplain."


def test_somebody_unknown_is_told_once_that_this_is_for_calls_and_nothing_of_the_line(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    told = world.text("+14105550199", LINE, "WHO")
    assert told.reply.startswith("This number is for calls; texts are not read.")
    assert "Este número es para llamadas".replace("ú", "u") in told.reply
    world.text("+14105550199", LINE, "OFF 2h").hears_nothing()
    world.text("+14105550198", LINE, "please help").hears("please call it")
    for machine in ("22000", "BANK", LINE, ""):
        world.text(machine, LINE, "Your code is 1234").hears_nothing()
    for costly in ("+19005550112", "+18765550112", "+881612345678", "+442079460112", "+999999999999"):
        world.text(costly, LINE, "hello").hears_nothing()
    world.text("+14105550197", LINE, "STOP").hears_nothing()
    assert rehearsal.stopped.phones == set(), "nothing is kept of whoever is no volunteer"


def test_a_number_that_volunteers_no_longer_have_is_unknown(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    rehearsal.world.text("amy", LINE, "OFF 5h").hears("off until")
    rehearsal.edit(texts(rota=(FILES / "rota.yaml").read_text().replace("0111", "0121")))
    rehearsal.world.text("+14105550111", LINE, "ON").hears("for calls")
    rehearsal.world.text("+14105550121", LINE, "ON").hears("Welcome back")


@pytest.mark.parametrize("word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "END", "QUIT", "revoke", "OPTOUT"])
def test_what_the_carrier_takes_for_stop_is_recorded_and_left_to_the_carrier(rehearse: Rehearse, word: str) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    stop = world.text("amy", LINE, word)
    assert stop.hears_nothing().carrier, "the carrier answers, and would deliver nothing of ours"
    assert rehearsal.stopped.phones == {"+14105550111"}
    assert list(rehearsal.absences.of("rise")) == []
    takes(world, "amy")
    start = world.text("amy", LINE, "START")
    assert start.hears_nothing().carrier
    assert rehearsal.stopped.phones == set()
    world.text("amy", LINE, "help").hears("WHO")


def test_the_carriers_own_opt_out_words_are_honoured(rehearse: Rehearse) -> None:
    """Advanced Opt-Out knows other words and answers them (Twilio docs: messaging/tutorials/advanced-opt-out)."""
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    world.text("eli", LINE, "Basta", OptOutType="STOP").hears_nothing()
    assert rehearsal.stopped.phones == {"+14105550115"}
    world.text("eli", LINE, "Volver", OptOutType="START").hears_nothing()
    assert rehearsal.stopped.phones == set()
    world.text("eli", LINE, "help", OptOutType="HELP").hears_nothing()


def test_words_for_stop_that_the_carrier_does_not_know_are_answered_by_us(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    rehearsal.world.text("eli", LINE, "Parar").hears("No recibira", "EMPEZAR", "FUERA")
    assert rehearsal.stopped.phones == {"+14105550115"}
    rehearsal.world.text("eli", LINE, "empezar").hears("de nuevo")
    assert rehearsal.stopped.phones == set()


def test_two_rotas_of_one_volunteer_are_both_answered_for(rehearse: Rehearse) -> None:
    second = (FILES / "flow.yaml").read_text().replace("RISE", "Night").replace("+14105550100", "+14105550101")
    second = second.replace("+1 410 555 0100", "+1 410 555 0101").replace("rota: rise", "rota: night")
    rota = ALONE.replace("America/New_York", "America/Chicago").replace("amy: {name: Amy", "amelia: {name: Amelia")
    files = texts() | {
        "call_flows/night.yaml": second.encode(),
        "rota/night.yaml": rota.replace("amy", "amelia").encode(),
    }
    rehearsal = rehearse(NOON, files)
    world = rehearsal.world
    who = world.text("+14105550111", LINE, "WHO").reply.splitlines()
    assert [line.partition(":")[2].strip() for line in who] == [
        "On call now: Amy, Ben, Cho. Backup: Chaplain.",
        "On call now: Amelia. Backup: Chaplain.",
    ]
    said = confirms(world, "+14105550111", "OFF until 16:00 yes")
    assert "until 16:00 (New York" in said
    assert "until 16:00 (Chicago" in said
    ends = [absence.end for rota in ("rise", "night") for absence in rehearsal.absences.of(rota)]
    assert ends[1] - ends[0] == 3600
    world.text("+14105550111", LINE, "ON").hears("Welcome back")
    assert [list(rehearsal.absences.of(rota)) for rota in ("rise", "night")] == [[], []]


def test_a_text_that_cannot_be_kept_anywhere_says_so_and_changes_nothing(rehearse: Rehearse, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    nowhere = SharedAbsences(RedisConnection("unix:///nowhere/valkey.sock"))
    book = AbsenceBook(nowhere, blocked / "said.json", lambda: local(NOON).timestamp())
    rehearsal = rehearse(NOON, absences=book)
    rehearsal.world.text("amy", LINE, "OFF 2h").hears("could not be kept", "nothing has changed")
    assert "absence_not_kept" in [event for event, _ in rehearsal.notices]
    takes(rehearsal.world, "amy")


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-08 01:00", "2026-03-08 03:00"),  # 02:30 does not occur in that night
        ("2026-11-01 00:50", "2026-11-01 02:30"),
    ],
)
def test_off_until_half_past_two_in_the_nights_of_the_clock_changes(rehearse: Rehearse, now: str, end: str) -> None:
    rehearsal = rehearse(now)
    world = rehearsal.world
    world.text("dee", LINE, "OFF until 02:30").hears(f"off until {end[-5:]}")
    [absence] = rehearsal.absences.of("rise")
    assert absence.end == local(end).timestamp()
    takes(world, "eli")
    world.advance((local(end) - world.now()) / timedelta(seconds=1))
    takes(world, "dee")


def test_the_last_handler_leaves_out_whoever_is_off(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    world.text("chaplain", LINE, "OFF 1h").hears("off until")
    known = rehearsal.absences.of("rise")

    class HalfBroken:
        def of(self, _: str) -> object:
            return known

        def known(self, _: str) -> object:
            raise RuntimeError

    broken = HalfBroken()
    rehearsal.absences.of, rehearsal.absences.known = broken.of, broken.known  # type: ignore[method-assign]
    world.call(LINE).presses("1").rings("amy").ignored()
    world.calls[-1].hangs_up().has_ended()
    assert "webhook_failed" in {event for event, _ in rehearsal.notices}
    rehearsal.notices.clear()


def test_the_carrier_is_to_forget_every_text_whoever_sent_it(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    sent = [rehearsal.world.text(who, LINE, "WHO").sid for who in ("amy", "+14105550199", "BANK")]
    at = str(int(local(NOON).timestamp()))
    assert rehearsal.jobs.jobs == [Job("delete_text", (sid, at), name=f"delete_text/{sid}") for sid in sent]


def test_no_word_of_a_text_is_in_a_notice_or_a_job(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON, texts(rota=ALONE))
    for body in ("canary-1", "OFF canary-2", "OFF 2h canary-3", "STOP"):
        rehearsal.world.text("amy", LINE, body)
    rehearsal.world.text("+14105550199", LINE, "canary-4")
    assert "canary" not in repr((rehearsal.notices, rehearsal.jobs.jobs))


def test_every_text_is_to_be_forgotten_by_the_carrier(rehearse: Rehearse) -> None:
    """Whoever is unknown may have meant to call."""
    rehearsal = rehearse()
    for sender in ("+14105550999", "amy"):
        rehearsal.world.text(sender, LINE, "who")
    forgotten = [job for job in rehearsal.jobs.jobs if job.task == "delete_text"]
    assert len({job.ids[0] for job in forgotten}) == 2
    assert all(job.name for job in forgotten)


def renamed(rota: str = (FILES / "rota.yaml").read_text()) -> dict[str, bytes]:
    """The files with another id for Amy, and the same phone."""
    return texts(rota=re.sub(r"\bamy\b", "amy_b", rota))


def test_whoever_is_off_stays_off_under_another_id_with_the_same_phone(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    world.text("amy", LINE, "OFF 2h").hears("off until 14:00")
    rehearsal.edit(renamed())
    takes(world, "ben")
    takes(world, "cho")
    takes(world, "ben")
    world.text("amy", LINE, "who").hears("On call now: Ben, Cho.")
    world.text("amy", LINE, "ON").hears("Welcome back")
    rehearsal.edit(texts())
    assert list(rehearsal.absences.of("rise")) == []
    world.text("amy", LINE, "ON").hears("You are not off")


def test_an_absence_is_the_phones_and_not_of_whoever_has_the_old_id(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world, rota = rehearsal.world, (FILES / "rota.yaml").read_text()
    world.text("amy", LINE, "OFF 2h").hears("off until 14:00")
    swapped = rota.replace("555 0111", "555 0000").replace("555 0112", "555 0111").replace("555 0000", "555 0112")
    rehearsal.edit(texts(rota=swapped))
    assert [one.who for one in rehearsal.absences.of("rise")] == ["ben"]
    world.text("ben", LINE, "OFF 3h").hears("off until 15:00")
    assert [one.who for one in rehearsal.absences.of("rise")] == ["ben", "amy"], "neither took the other's place"


def test_the_round_robin_goes_on_after_the_phone_last_rung(rehearse: Rehearse) -> None:
    rehearsal = rehearse(NOON)
    world = rehearsal.world
    takes(world, "amy")
    takes(world, "ben")
    rota = (FILES / "rota.yaml").read_text()
    rehearsal.edit(texts(rota=re.sub(r"\bben\b", "ben_b", rota)))
    takes(world, "cho")


@pytest.mark.parametrize(
    "automatic",
    [
        *("Off today, back on Monday.", "Off until further notice", "When I am driving I cannot read texts", "Yes"),
        *("Who is this? I do not read texts.", "OFF until today 11:00", "Next reply on Monday", "Fuera de la oficina"),
    ],
)
def test_a_machine_that_answers_in_words_like_ours_is_answered_three_times(rehearse: Rehearse, automatic: str) -> None:
    world = rehearse(NOON).world
    answered = [bool(world.text("amy", LINE, automatic).replies) for _ in range(12)]
    assert answered == [True] * 3 + [False] * 9
    for _ in range(5):
        world.text("amy", LINE, "who is on call tonight?").hears("On call now")
        world.text("amy", LINE, "when am I on?").hears("You are on call")


def test_answers_know_that_the_rota_has_somebody_away(rehearse: Rehearse) -> None:
    away = (FILES / "rota.yaml").read_text() + "away:\n  - {who: amy, from: 2026-03-03, to: 2026-03-05}\n"
    world = rehearse(NOON, texts(rota=away)).world
    world.text("amy", LINE, "ON").hears("The rota has you away until Thu 24:00", "coordinator")
    said = world.text("amy", LINE, "off till ten").hears("Off until when?", "rota has you away until Thu 24:00")
    assert "still be rung" not in said.reply
    world.text("amy", LINE, "OFF 1h").hears("off until 13:00")
    world.text("amy", LINE, "off till ten").hears("rota has you away until Thu 24:00")
    back = world.text("amy", LINE, "ON").hears("Welcome back. But the rota has you away until Thu 24:00").reply
    assert "will be rung" not in back


def test_an_off_that_leaves_nobody_does_not_say_that_they_will_not_be_rung(rehearse: Rehearse) -> None:
    world = rehearse(NOON, texts(rota=NOBODY_ELSE)).world
    said = confirms(world, "amy", "OFF 8h")
    assert "rung all the same" in said
    assert "will not be rung" not in said
