"""Whole calls with recorded words: played where there is a file, spoken everywhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hotline.files import load_texts
from hotline.files.loading.call_tests import read_call_tests
from hotline.practice.call_tests import borrowed_live_states, run_tests
from hotline.simulator.line.transport import Answer, Request, Transport
from tests.calls.conftest import LINE as FILES
from tests.calls.conftest import Rehearse, texts
from tests.files.sounds import mp3, tone

LINE = "+14105550100"
STEPS = re.compile(r"^(  (welcome|reach|goodbye|about):\n)", re.MULTILINE)
FLOW = STEPS.sub(r"\1    play: \2\n", (FILES / "flow.yaml").read_text())
ROTA = (FILES / "rota.yaml").read_text() + "\n"


def recorded(**sounds: bytes) -> dict[str, bytes]:
    """The line's files with sounds: `welcome_en_wav` is `welcome.en.wav`."""
    files = {f"call_flows/sounds/{name.replace('_', '.')}": data for name, data in sounds.items()}
    return {**texts(flow=FLOW), **files}


@dataclass
class Fetched:
    """Remembers which sounds the carrier fetches, by the ends of their names. Wraps a transport."""

    sounds: list[str] = field(default_factory=list)

    def __call__(self, transport: Transport) -> Transport:
        self._transport, self.public_url = transport, transport.public_url
        return self

    def send(self, request: Request) -> Answer:
        if "/sounds/" in request.url:
            self.sounds.append(request.url.rpartition(".")[2])
        return self._transport.send(request)


def test_a_call_is_played_from_the_first_word_to_the_last(rehearse: Rehearse) -> None:
    files = recorded(welcome_en_wav=tone(7), reach_wav=tone(2), goodbye_mp3=mp3(3))
    call = rehearse(files=files).world.call(LINE)
    call.hears("Welcome. To be connected, press 1", language="en-US").presses("1").hears("finding someone")
    ring = call.rings("amy").picks_up().hears("Press 1").presses("1")
    call.talks_with("amy").talks_for(60)
    ring.hangs_up()
    call.hears("Thank you for calling").has_ended()


def test_a_language_without_a_file_is_spoken_in_the_same_call(rehearse: Rehearse) -> None:
    fetched = Fetched()
    call = rehearse(files=recorded(welcome_en_wav=tone(7)), wrap=fetched).world.call(LINE)
    call.hears("Welcome", language="en-US").presses("9")
    call.hears("Bienvenido", language="es-US").presses("1").hears("Buscamos a alguien", language="es-US")
    call.rings("ben")
    call.hangs_up().has_ended()
    assert fetched.sounds == ["wav?in=en"]


def test_missing_and_broken_files_are_spoken(rehearse: Rehearse) -> None:
    fetched = Fetched()
    files = recorded(welcome_wav=b"RIFF and nothing else", reach_en_wav=tone(75, rate=4000))
    call = rehearse(files=files, wrap=fetched).world.call(LINE)
    call.hears("Welcome. To be connected, press 1").presses("1").hears("finding someone")
    call.rings("amy").picks_up().hears("Press 1").presses("1")
    call.talks_with("amy").hangs_up().has_ended()
    assert fetched.sounds == []


def test_the_next_words_follow_when_the_recording_is_over(rehearse: Rehearse) -> None:
    call = rehearse(files=recorded(about_wav=tone(20))).world.call(LINE)
    call.hears("Welcome").presses("2").hears("We are colleagues")
    began = next(one.at for one in call.leg.heard if "colleagues" in one.text)
    call.hears("Welcome")
    assert call.leg.heard[-1].at - began == 20
    call.hangs_up().has_ended()


def test_a_file_that_is_gone_in_mid_call_leaves_the_caller_with_the_words(rehearse: Rehearse) -> None:
    fetched = Fetched()
    rehearsal = rehearse(files=recorded(reach_wav=tone(2)), wrap=fetched)
    call = rehearsal.world.call(LINE)
    call.hears("Welcome")
    rehearsal.edit(recorded())
    call.presses("1").hears("finding someone")
    call.rings("amy")
    call.hangs_up().has_ended()
    assert fetched.sounds == []


def test_volunteers_hear_recorded_screening_and_the_language_before_it(rehearse: Rehearse) -> None:
    rota = ROTA.replace("ringing:\n", "ringing:\n  play: screening\n", 1)
    assert "play: screening" in rota
    files = {**recorded(screening_wav=tone(3)), "rota/rise.yaml": rota.encode()}
    fetched = Fetched()
    call = rehearse("2026-03-04 23:00", files=files, wrap=fetched).world.call(LINE)
    call.hears("Welcome").presses("9").hears("Bienvenido").presses("1")
    ring = call.rings("eli").picks_up()
    ring.hears("Llamada en español", language="es-US").hears("Oprima 1", language="es-US").presses("1")
    call.talks_with("eli").hangs_up().has_ended()
    assert fetched.sounds == ["wav?in=es"]


def test_call_tests_hear_the_words_of_a_recording(redis_url: str) -> None:
    written = """\
tests:
  - name: A recorded call
    at: 2026-03-04 12:00
    keys: "1"
    phones: {amy: accept}
    hears: ["To be connected, press 1", {en: We are finding someone for you.}, Thank you for calling.]
    talks_with: amy
"""
    files = recorded(welcome_wav=tone(4), reach_en_wav=tone(2), goodbye_mp3=mp3(2))
    read = read_call_tests({"call_flows/tests/rise.yaml": written.encode()}, load_texts(files))
    assert read.findings == ()
    with borrowed_live_states(redis_url) as fresh:
        (result,) = run_tests(read.tests, fresh)
    assert [str(one.message) for one in result.failures] == []
