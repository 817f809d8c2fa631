"""The caller's side: speaking, listening, going on, ending."""

import struct

import pytest

from hotline.simulator import CallFailed, CarrierQuirks
from tests.simulator.site import LINE, Hit, Page, Site, world_of

MENU = '<Gather action="/key" numDigits="1" timeout="4"><Say language="en-US">For help, press 1.</Say></Gather>'


def test_a_key_stops_the_prompt_and_is_told_to_the_action() -> None:
    site = Site(voice=MENU, key="<Say>Thank you</Say>")
    with world_of(site) as world:
        world.call(LINE).hears("for help").presses("1").hears("Thank you").has_ended("finished")
        assert world.clock.elapsed < 2
    assert site.form("/key")["Digits"] == "1"
    assert site.form("/key")["CallStatus"] == "in-progress"


def test_silence_goes_on_with_the_next_verb_and_asks_no_action() -> None:
    site = Site(voice=MENU + "<Say>Are you there?</Say>")
    with world_of(site) as world:
        world.call(LINE).stays_silent().hears("Are you there?").has_ended()
    assert not site.forms("/key")


def test_silence_with_nothing_after_it_drops_the_caller() -> None:
    with world_of(Site(voice=MENU)) as world:
        call = world.call(LINE).stays_silent().has_ended("dropped")
        assert call.ended_by == "dropped"


def test_silence_is_told_to_the_action_when_empty_results_count() -> None:
    site = Site(voice=MENU.replace("<Gather", '<Gather actionOnEmptyResult="true"'), key="<Say>Hello?</Say>")
    with world_of(site) as world:
        world.call(LINE).hears("Hello?").has_ended()
    assert site.form("/key")["Digits"] == ""


def test_the_wait_for_a_key_starts_when_the_prompt_ends_and_again_with_each_key() -> None:
    voice = '<Gather action="/key" timeout="4"><Say>' + "a" * 30 + "</Say></Gather>"
    site = Site(voice=voice, key="<Say>Done</Say>")
    with world_of(site) as world:
        call = world.call(LINE).waits(5).presses("1").waits(3).presses("2").waits(3.9)
        assert not site.forms("/key")
        call.hears("Done").has_ended()
        assert world.clock.elapsed == pytest.approx(12, abs=0.5)
    assert site.form("/key")["Digits"] == "12"


def test_the_finishing_key_ends_the_digits_and_is_none_of_them() -> None:
    site = Site(voice='<Gather action="/key"><Say>Your code, then hash.</Say></Gather>', key="<Hangup/>")
    with world_of(site) as world:
        world.call(LINE).presses("42#").has_ended("hung up")
    assert site.form("/key")["Digits"] == "42"


def test_the_finishing_key_alone_is_silence() -> None:
    site = Site(voice=MENU.replace('numDigits="1" ', "") + "<Say>Nothing pressed</Say>")
    with world_of(site) as world:
        world.call(LINE).presses("#").hears("Nothing pressed").has_ended()
    assert not site.forms("/key")


def test_hash_is_a_key_like_others_where_no_key_finishes() -> None:
    site = Site(voice='<Gather action="/key" finishOnKey="" numDigits="2"/>', key="<Hangup/>")
    with world_of(site) as world:
        world.call(LINE).presses("1#").has_ended()
    assert site.form("/key")["Digits"] == "1#"


def test_without_an_action_the_document_itself_is_asked_again() -> None:
    site = Site(voice=lambda hit: "<Say>Twice</Say>" if "Digits" in hit.form else '<Gather numDigits="1"/>')
    with world_of(site) as world:
        world.call(LINE).presses("5").hears("Twice").has_ended()


def test_keys_pressed_while_nothing_listens_are_lost() -> None:
    site = Site(voice="<Say>A long welcome to everyone who calls</Say>" + MENU + "<Hangup/>")
    with world_of(site) as world:
        world.call(LINE).presses("1", at_once=True).hears("for help").stays_silent().has_ended()
    assert not site.forms("/key")


def test_a_redirect_is_relative_to_its_document_and_nothing_after_it_is_reached() -> None:
    site = Site(
        voice="<Redirect>a/b?step=2</Redirect><Say>Never</Say>", a__b="<Redirect>c</Redirect>", a__c="<Hangup/>"
    )
    with world_of(site) as world:
        world.call(LINE).has_ended("hung up").does_not_hear("Never")
    assert [hit.path for hit in site.hits] == ["/voice", "/a/b", "/a/c", "/ended"]


def test_documents_that_send_each_other_round_in_circles_are_stopped() -> None:
    world = world_of(Site(voice="<Redirect>/voice</Redirect>"))
    world.tolerate("loop")
    world.call(LINE).has_ended("error")
    assert [violation.code for violation in world.violations] == ["loop"]


def test_a_loop_that_speaks_may_go_on_until_the_caller_hangs_up() -> None:
    with world_of(Site(voice="<Say>Please hold.</Say><Pause length='5'/><Redirect>/voice</Redirect>")) as world:
        call = world.call(LINE).waits(1200).hears("please hold").hangs_up().has_ended("caller")
        assert len(call.leg.heard) > 100


def test_a_say_that_loops_for_ever_ends_with_the_call() -> None:
    with world_of(Site(voice='<Say loop="0">Hold on</Say>')) as world:
        world.call(LINE).waits(60).hangs_up().has_ended("caller")


def test_speech_keeps_its_language_and_voice() -> None:
    with world_of(Site(voice='<Say language="es-US" voice="Polly.Lupe-Neural">Hola</Say>')) as world:
        call = world.call(LINE).hears("hola", language="es-US").has_ended()
        assert call.leg.heard[0].voice == "Polly.Lupe-Neural"


def test_hanging_up_at_once_still_answers_the_call() -> None:
    site = Site(voice="<Hangup/>")
    with world_of(site) as world:
        world.call(LINE).has_ended("hung up")
    assert site.form("/ended")["CallStatus"] == "completed"


@pytest.mark.parametrize(("verb", "status"), [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy")])
def test_a_rejected_call_is_never_answered(verb: str, status: str) -> None:
    site = Site(voice=verb)
    with world_of(site) as world:
        world.call(LINE).has_ended("rejected")
    assert site.form("/ended")["CallStatus"] == status
    assert site.form("/ended")["CallDuration"] == "0"


def test_a_reject_after_speech_is_a_mistake() -> None:
    world = world_of(Site(voice="<Say>Hi</Say><Reject/>"))
    world.tolerate("12200")
    world.call(LINE).has_ended("finished")
    assert "first verb" in world.violations[0].what


def test_a_first_pause_delays_the_answer() -> None:
    site = Site(voice='<Pause length="3"/><Redirect>/next</Redirect>', next="<Hangup/>")
    with world_of(site) as world:
        world.call(LINE).has_ended()
    assert site.form("/ended")["CallDuration"] == "0"


def test_sound_files_are_fetched_without_the_standard_parameters() -> None:
    sound = Page(b"RIFF", headers=(("Content-Type", "audio/wav"),))
    site = Site(voice="<Play>/hello.wav</Play>", **{"hello.wav": sound})
    with world_of(site) as world:
        world.call(LINE).hears("hello.wav").has_ended()
    (hit,) = [hit for hit in site.hits if hit.path == "/hello.wav"]
    assert (hit.method, hit.query) == ("GET", {})


def test_a_sound_file_that_is_not_there_is_a_violation() -> None:
    world = world_of(Site(voice="<Play>/hello.wav</Play>", **{"hello.wav": Page(status="404 Not Found")}))
    world.tolerate("11217")
    world.call(LINE).has_ended()
    assert world.violations[0].code == "11217"


def wav(seconds: float, encoding: int = 1, width: int = 2, rate: int = 8000) -> bytes:
    """A sound file; `encoding` 1 is plain, 7 is the telephone's."""
    form = struct.pack("<HHIIHH", encoding, 1, rate, rate * width, width, 8 * width)
    data = bytes(int(seconds * rate) * width)
    chunks = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in ((b"fmt ", form), (b"LIST", b"odd"), (b"data", data))
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(
    ("body", "kind", "seconds"),
    [
        (wav(12.5), "audio/wav", 12.5),
        (wav(3, encoding=7, width=1), "audio/x-wav", 3),
        (wav(0), "audio/wav", 0),
        (wav(3)[:40], "audio/wav", 5),
        (b"RIFF", "audio/wav", 5),
        (b"ID3 whatever an mp3 holds", "audio/mpeg", 5),
    ],
)
def test_a_sound_file_takes_its_time(body: bytes, kind: str, seconds: float) -> None:
    sound = Page(body, headers=(("Content-Type", kind),))
    site = Site(voice="<Play loop='2'>/hello</Play><Say>After it.</Say>", hello=sound)
    with world_of(site) as world:
        call = world.call(LINE).hears("After it.").has_ended()
    assert call.leg.heard[-1].at == pytest.approx(2 * seconds)


def test_a_key_breaks_into_a_sound_file() -> None:
    site = Site(
        voice="<Gather action='/key' numDigits='1'><Play>/hello</Play></Gather>",
        hello=Page(wav(30), headers=(("Content-Type", "audio/wav"),)),
        key="<Say>Thank you.</Say>",
    )
    with world_of(site) as world:
        call = world.call(LINE).hears("/hello").waits(4).presses("1").hears("Thank you.").has_ended()
    assert call.leg.heard[-1].at == 4


def test_the_longest_call_ends_by_itself() -> None:
    quirks = CarrierQuirks(max_call_seconds=600)
    with world_of(Site(voice='<Pause length="60"/><Redirect>/voice</Redirect>'), quirks) as world:
        world.call(LINE).has_ended("too long", within=601)


def test_speaking_takes_time() -> None:
    with world_of(Site(voice="<Say>" + "a" * 150 + "</Say>")) as world:
        world.call(LINE).has_ended()
        assert world.clock.elapsed == pytest.approx(10)


def test_an_expectation_that_is_not_met_shows_the_call() -> None:
    world = world_of(Site(voice=MENU))
    with pytest.raises(CallFailed, match="did not hear “goodbye”") as failed:
        world.call(LINE).hears("for help").hears("goodbye")
    assert "0:00  caller   hears “For help, press 1.” (en-US)" in str(failed.value)


def test_words_are_found_whatever_their_case_spacing_and_apostrophes() -> None:
    with world_of(Site(voice="<Say>You’ve\n  reached   RISE</Say>")) as world:
        world.call(LINE).hears("you've reached rise").has_ended()


def test_a_step_hears_only_what_comes_after_the_step_before() -> None:
    world = world_of(Site(voice="<Say>One</Say><Say>Two</Say>"))
    call = world.call(LINE).hears("two")
    with pytest.raises(CallFailed):
        call.hears("one")


def test_a_document_that_differs_by_call_sees_who_calls() -> None:
    def voice(hit: Hit) -> str:
        return f"<Say>{hit.form['From']}</Say>"

    with world_of(Site(voice=voice)) as world:
        world.call(LINE, "anonymous").hears("anonymous").has_ended()
        world.call(LINE, "266696687").hears("266696687").has_ended()
