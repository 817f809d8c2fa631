"""Recorded words: which files are played, and what is said of the others. Nothing here ever stops a call flow."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import pytest

from hotline.core.calls import spoken
from hotline.core.calls.flow import Hunt
from hotline.core.calls.longest_wait import CHARACTERS_A_SECOND, longest_wait
from hotline.core.calls.recorded import recorded_words
from hotline.files import Finding, Loaded, load, load_texts
from hotline.files.values.recordings import MOST_BYTES, read_recording
from tests.files.good import ROTA, texts
from tests.files.other_rotas import LEADERS, with_leaders
from tests.files.sounds import mp3, tone, ulaw

FLOW = """\
name: RISE
numbers: ["+1 410 555 0100"]
languages: {en: {locale: en-US}, es: {locale: es-US}}
steps:
  welcome:
    play: welcome
    say: {en: To be connected press 1., es: Oprima 1.}
    menu: {"1": reach}
    no_key: reach
  reach:
    ring: on_call
    not_answered: goodbye
  goodbye:
    say: {en: Thank you for calling., es: Gracias por llamar.}
    hang_up: true
"""


def loaded(flow: str = FLOW, rota: str = ROTA, **files: bytes) -> Loaded:
    """The line with sound files: `welcome_es_wav` is `welcome.es.wav`."""
    sounds = {f"call_flows/sounds/{name.replace('_', '.')}": data for name, data in files.items()}
    found = load_texts({**texts(flow, rota), **sounds})
    assert found.hotlines.keys() == {"rise"}, "a sound never costs a hotline"
    return found


def codes(found: Loaded) -> list[str]:
    return [f"{one.severity} {one.code} {one.line}:{one.column}" for one in found.findings]


def only(found: Loaded) -> Finding:
    (finding,) = found.findings
    return finding


def test_a_file_for_each_language_is_played() -> None:
    found = loaded(welcome_en_wav=tone(), welcome_es_mp3=mp3(2))
    assert codes(found) == []
    sounds = found.hotlines["rise"].sounds
    assert {key: (sound.suffix, round(sound.seconds, 1)) for key, sound in sounds.items()} == {
        ("welcome", "en"): ("wav", 1.0),
        ("welcome", "es"): ("mp3", 2.0),
    }


def test_a_file_without_a_language_is_for_all_that_have_none_of_their_own() -> None:
    own, shared = tone(1), tone(2)
    sounds = loaded(welcome_es_wav=own, welcome_wav=shared).hotlines["rise"].sounds
    assert (sounds["welcome", "en"].data, sounds["welcome", "es"].data) == (shared, own)


def test_a_missing_sound_is_a_warning_that_lists_what_there_is() -> None:
    found = loaded(closing_wav=tone())
    assert codes(found) == ["warning no-such-sound 6:11", "note sound-without-step 1:1"]
    missing = found.findings[0]
    assert missing.help == "Put welcome.en.wav into call_flows/sounds. There are: closing."
    assert found.hotlines["rise"].sounds == {}


@pytest.mark.parametrize("name", ["welcom", "welcome.wav"])
def test_a_name_that_is_nearly_right_is_corrected(name: str) -> None:
    found = loaded(FLOW.replace("play: welcome", f"play: {name}"), welcome_wav=tone())
    missing = next(one for one in found.findings if one.code == "no-such-sound")
    assert missing.help == "Did you mean `welcome`?"
    assert missing.fix is not None
    assert missing.fix.text == "welcome"


def test_a_language_without_a_file_is_a_note() -> None:
    finding = only(loaded(welcome_en_wav=tone()))
    assert (finding.severity, finding.code) == ("note", "sound-not-in-language")
    assert finding.message == "There is no sound `welcome` for es: the words are spoken there."
    assert finding.help == "Put it into call_flows/sounds as welcome.es.wav, if you like."


@pytest.mark.parametrize(
    ("file", "data", "words"),
    [
        ("welcome_wav", b"", "It is not a WAV file."),
        ("welcome_wav", mp3(), "It is not a WAV file."),
        ("welcome_wav", tone()[:30], "This WAV file is cut off or damaged."),
        ("welcome_wav", tone(bits=24), "Carriers cannot play this kind of WAV file (24 bit, 8000 Hz)."),
        ("welcome_wav", tone(0.0), "There is nothing in it."),
        ("welcome_wav", tone(61.0, rate=4000), "It lasts 61 seconds; the longest is 60."),
        ("welcome_wav", tone() + bytes(MOST_BYTES), "It is larger than 5 MB."),
        ("welcome_mp3", tone(), "It is not an MP3 file."),
        ("welcome_mp3", mp3(75), "It lasts 75 seconds; the longest is 60."),
        ("welcome_m4a", b"....ftypM4A", "Only WAV and MP3 files are played."),
    ],
)
def test_a_file_that_cannot_be_played_is_spoken(file: str, data: bytes, words: str) -> None:
    found = loaded(**{file: data})
    finding = only(found)
    assert (finding.severity, finding.code, finding.line) == ("warning", "sound-not-usable", 6)
    assert finding.message == f"`{file.replace('_', '.')}` cannot be played, so the words are spoken. {words}"
    assert finding.help
    assert found.hotlines["rise"].sounds == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (tone(loud=0.01), "`welcome.wav` is too quiet for a phone (-43 dB)."),
        (tone(loud=0.0), "`welcome.wav` is too quiet for a phone (-100 dB)."),
        (tone(loud=1.0), "`welcome.wav` is too loud: it crackles."),
        (tone(4, silence=2), "`welcome.wav` begins with silence: callers hear nothing for 2.0 s."),
    ],
)
def test_a_file_that_is_hard_to_hear_is_played_with_a_warning(data: bytes, words: str) -> None:
    found = loaded(welcome_wav=data)
    finding = only(found)
    assert (finding.severity, finding.code, finding.message) == ("warning", "sound-hard-to-hear", words)
    assert len(found.hotlines["rise"].sounds) == 2


@pytest.mark.parametrize(
    ("data", "seconds", "level"),
    [
        (tone(2, 0.2), 2.0, 20 * math.log10(0.2) - 3),
        (tone(2, 0.2, bits=8), 2.0, 20 * math.log10(0.2) - 3),
        (tone(1, 0.2, rate=44100, channels=2), 1.0, 20 * math.log10(0.2) - 3),
        (tone(3, 0.2, silence=0.5), 3.0, 20 * math.log10(0.2) - 3),
        (ulaw(1), 1.0, 0.0),
    ],
)
def test_length_and_loudness_are_measured(data: bytes, seconds: float, level: float) -> None:
    found = read_recording(str(hash(data)), "wav", data)
    assert found.seconds == pytest.approx(seconds, abs=0.01)
    assert found.level == pytest.approx(level, abs=0.5)


def test_a_recording_without_its_words_is_an_error() -> None:
    flow = FLOW.replace("    say: {en: To be connected press 1., es: Oprima 1.}\n", "")
    found = load_texts({**texts(flow), "call_flows/sounds/welcome.wav": tone()})
    assert codes(found)[0] == "error missing-words 6:5"
    assert found.hotlines == {}


def test_screening_may_be_recorded() -> None:
    flow = FLOW.replace("    play: welcome\n", "")
    found = loaded(flow, ROTA + "ringing: {play: screening}\n", screening_wav=tone())
    assert codes(found) == []
    assert {(said.language.code, said.text) for said in recorded_words(found.hotlines["rise"])} == {
        ("en", "RISE call. Press 1 to take it."),
        ("es", "Llamada RISE. Oprima 1."),
    }


def test_a_directory_is_read_with_its_sounds(tmp_path: Path) -> None:
    for path, raw in {**texts(FLOW), "call_flows/sounds/welcome.wav": tone()}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    (tmp_path / "call_flows/sounds/.welcome.en.wav").write_bytes(b"hidden")
    (tmp_path / "call_flows/sounds/README.txt").write_text("not a sound")
    found = load(tmp_path)
    assert codes(found) == []
    assert len(found.hotlines["rise"].sounds) == 2
    (tmp_path / "call_flows/sounds/welcome.wav").unlink()
    (tmp_path / "call_flows/sounds/welcome.wav").symlink_to(tmp_path / "gone.wav")
    os.mkfifo(tmp_path / "call_flows/sounds/welcome.es.wav")
    assert [one.code for one in load(tmp_path).findings] == ["no-such-sound"]
    shutil.rmtree(tmp_path / "call_flows/sounds")
    (tmp_path / "call_flows/sounds").write_text("no folder")
    assert [one.code for one in load(tmp_path).findings] == ["no-such-sound"]


HOLD = FLOW.replace("    play: welcome\n", "").replace(
    "    ring: on_call\n",
    "    ring: on_call\n"
    "    hold:\n"
    "      en: [{play: looking, say: Still looking.}, Thank you.]\n"
    "      es: [Sigo buscando., Gracias.]\n",
)


def test_words_of_those_who_wait_may_be_recorded_one_by_one() -> None:
    line = loaded(HOLD, looking_wav=tone()).hotlines["rise"]
    hunt = line.flow.steps["reach"].action
    assert isinstance(hunt, Hunt)
    assert hunt.hold["en"] == ("Still looking.", "Thank you.")
    said = [spoken.hold(line, "en", hunt, place) for place in range(3)]
    assert [(one.text, bool(one.sound)) for one in said if one] == [
        ("Still looking.", True),
        ("Thank you.", False),
        ("Still looking.", True),
    ]
    assert [one.text for one in recorded_words(line)] == ["Still looking."]


def test_what_is_wrong_with_them_is_said_where_they_are() -> None:
    assert codes(loaded(HOLD)) == ["warning no-such-sound 12:19"]
    found = load_texts(texts(HOLD.replace(", say: Still looking.", "")))
    assert codes(found) == ["error missing-field 12:12", "warning no-such-sound 12:19"]
    found = load_texts(texts(HOLD.replace("say: Still looking.", "say: ''")))
    assert codes(found) == ["warning no-such-sound 12:19", "error missing-words 12:33"]


def test_the_longest_wait_counts_the_seconds_of_a_recording() -> None:
    by_voice, recorded = (
        longest_wait(loaded(**files).hotlines["rise"])[0] for files in ({}, {"welcome_wav": tone(40)})
    )
    assert by_voice is not None
    assert recorded == pytest.approx(by_voice + 40 - len("To be connected press 1.") / CHARACTERS_A_SECOND, abs=1)


def test_a_long_recording_for_those_who_wait_makes_the_wait_longer() -> None:
    rota = ROTA + "ringing: {at_once: 2}\n"
    by_voice, recorded = (
        longest_wait(loaded(HOLD, rota, **files).hotlines["rise"])[0] or 0 for files in ({}, {"looking_wav": tone(30)})
    )
    assert recorded > by_voice + 20


def test_another_rota_that_is_rung_has_a_recording_of_its_own() -> None:
    files = with_leaders(leaders=LEADERS + "ringing: {play: leaders}\n")
    found = load_texts({**files, "call_flows/sounds/leaders.wav": tone()})
    line = found.hotlines["rise"]
    assert codes(found) == []
    assert [one.text for one in recorded_words(line)] == ["RISE call. Press 1 to take it."]
    assert line.at("group").sound("leaders", "en")
    assert [one.code for one in load_texts(files).findings] == ["no-such-sound"]
