"""Recorded words in documents, and at the addresses where carriers fetch them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.core.calls import sound
from hotline.core.calls.flow import Hotline
from hotline.core.calls.sound import Sound, digest_of
from tests.files.sounds import mp3, tone
from tests.lines import STEPS, hotline
from tests.webhooks.line import KEY, PUBLIC, Line, leads, verbs, words

WAV, MP3 = tone(), mp3()
WELCOME = Sound(digest_of(WAV), "wav", 1.0, WAV)
FINDING = Sound(digest_of(MP3), "mp3", 1.0, MP3)


def recorded() -> Hotline:
    """The line whose welcome, and whose words before a ring, are recorded in English."""
    line = hotline()
    welcome, reach = (replace(STEPS[name], play=name) for name in ("welcome", "reach"))
    return replace(
        line,
        flow=replace(line.flow, steps={**STEPS, "welcome": welcome, "reach": reach}),
        sounds={("welcome", "en"): WELCOME, ("reach", "en"): FINDING},
    )


@pytest.fixture
def line() -> Line:
    return Line(recorded())


def address(line: Line) -> str:
    """The address of the welcome, as the carrier is given it."""
    play = line.caller("/voice").find(".//Play")
    assert play is not None
    assert play.text is not None
    return play.text


def test_a_recorded_step_is_played_inside_its_menu(line: Line) -> None:
    first = line.caller("/voice")
    assert verbs(first) == ["Gather", "Redirect"]
    assert words(first) == ""
    assert [verb.tag for verb in first.iter("Gather") for verb in verb] == ["Play"]


def test_a_language_without_a_recording_is_spoken(line: Line) -> None:
    first = line.caller("/voice")
    spanish = line.caller(leads(first, "Gather"), Digits="9")
    assert spanish.find(".//Play") is None
    assert words(spanish) != ""


def test_the_address_gives_the_file_to_everybody_and_for_good(line: Line) -> None:
    answer = line.client.get(address(line))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, WAV, "audio/wav")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["ETag"] == f'"{WELCOME.digest}"'
    assert "Set-Cookie" not in answer.headers
    assert line.notices == []


def test_head_range_and_a_known_copy(line: Line) -> None:
    where = address(line)
    head = line.client.head(where)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(WAV)))
    part = line.client.get(where, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    assert line.client.get(where, headers={"If-None-Match": f'"{WELCOME.digest}"'}).status_code == 304


def test_mp3_has_its_own_type(line: Line) -> None:
    answer = line.client.get(sound.address(FINDING.file, KEY))
    assert (answer.status_code, answer.mimetype) == (200, "audio/mpeg")


@pytest.mark.parametrize(
    "where",
    [
        sound.address(WELCOME.file, b"another key"),
        sound.address(WELCOME.file.replace(".wav", ".mp3"), KEY),
        sound.address("0" * 32 + ".wav", KEY),
        f"/sounds/{WELCOME.file}",
        "/sounds/welcome.en.wav",
        "/sounds/../call_flows/rise.yaml",
        "/sounds/",
    ],
)
def test_anything_else_is_not_there_and_all_answers_are_alike(line: Line, where: str) -> None:
    answer = line.client.get(where)
    assert (answer.status_code, answer.data) == (404, b"404 Not Found\n")


def test_a_signature_is_of_one_file_only(line: Line) -> None:
    signature = sound.address(FINDING.file, KEY).rpartition("-")[2].removesuffix(".mp3")
    assert line.client.get(f"/sounds/{WELCOME.digest}-{signature}.wav").status_code == 404


def test_addresses_have_the_path_of_the_public_address() -> None:
    line = Line(recorded(), public_url=f"{PUBLIC}/hotline")
    where = address(line)
    assert where.startswith("/hotline/sounds/")
    for sent in (where.removeprefix("/hotline"), where):  # a proxy takes the path off, or does not
        assert line.client.get(sent).status_code == 200


def test_the_same_call_has_the_same_address_each_time(line: Line) -> None:
    assert address(line) == address(line)
    assert sound.file_at(f"https://hotline.example.org{address(line)}") == WELCOME.file
