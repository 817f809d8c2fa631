"""The document for when everything of ours is down, tried out: the main server is dead, and the backup rings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from hotline.cli import group
from hotline.errors import FilesError
from hotline.files import load_texts
from hotline.practice.rehearsal import furnish
from hotline.simulator import World
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.transport import Answer, NotDelivered, Request
from tests.calls.conftest import texts

LINE = "+14105550100"
FILES = "https://files.example.net/hotline"
TWO = ("backup: [chaplain]", "backup: [chaplain, cho]")


@dataclass
class FileHost:
    """Serves the files of a folder, as plain hosts do: to a GET, by their ending. Nobody else answers."""

    folder: Path
    public_url: str = "https://hotline.example"
    kind: str = "application/xml"
    asked: list[str] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        if not request.url.startswith(f"{FILES}/"):
            raise NotDelivered("ct", "the server is dead")
        name = urlsplit(request.url).path.rpartition("/")[2]
        self.asked.append(f"{request.method} {name}")
        if request.method != "GET":
            return Answer(405, (), b"Method Not Allowed")
        if not (self.folder / name).is_file():
            return Answer(404, (), b"Not Found")
        return Answer(200, (("content-type", self.kind),), (self.folder / name).read_bytes())


@contextmanager
def dead(folder: Path, *options: str, rota: tuple[str, str] = TWO, kind: str = "application/xml") -> Iterator[World]:
    """A world in which the line's server is dead, and its fallback is where `hotline fallback` was told to put it."""
    files = texts(rota=texts()["rota/rise.yaml"].decode().replace(*rota))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    output = folder / "files" if options else folder / "files/fallback.xml"
    done = CliRunner(env={"HOTLINE_CONFIG_DIR": str(folder)}).invoke(
        group, ["fallback", *options, "--output", str(output)]
    )
    assert done.exit_code == 0, done.output
    with World(FileHost(folder / "files", kind=kind), token="any") as world:
        furnish(world, load_texts(files).hotlines)
        world.line(Line(LINE, "/voice", fallback_url=f"{FILES}/fallback.xml", fallback_method="GET"))
        world.tolerate("11205")  # that the server is dead
        yield world


def test_the_backup_rings_while_the_main_server_is_dead(tmp_path: Path) -> None:
    with dead(tmp_path) as world:
        call = world.call(LINE)
        call.hears("something went wrong on our side", language="en-US")
        call.hears("algo falló de nuestro lado", language="es-US")
        call.rings("chaplain").picks_up()
        call.talks_with("chaplain").talks_for(60).hangs_up().has_ended("caller")


def test_one_after_another_then_a_farewell_in_every_language(tmp_path: Path) -> None:
    with dead(tmp_path) as world:
        call = world.call(LINE)
        call.rings("chaplain").ignored()
        call.rings("cho").declines()
        call.hears("please call again in a few minutes", language="en-US").hears("Gracias por llamar", language="es-US")
        call.has_ended("hung up")


def test_a_voicemail_holds_the_caller_only_until_it_hangs_up(tmp_path: Path) -> None:
    with dead(tmp_path) as world:
        call = world.call(LINE)
        call.rings("chaplain").voicemail_answers()
        call.rings("cho").picks_up()
        call.talks_with("cho").hangs_up().has_ended("caller")


def test_whatever_kind_of_file_the_host_takes_it_for(tmp_path: Path) -> None:
    for kind in ("text/xml", "application/xml", "text/xml; charset=utf-8"):
        with dead(tmp_path, kind=kind) as world:
            call = world.call(LINE)
            call.rings("chaplain").picks_up()
            call.talks_with("chaplain").hangs_up().has_ended("caller")


def test_with_screening_no_voicemail_takes_the_call(tmp_path: Path) -> None:
    with dead(tmp_path, "--screened") as world:
        call = world.call(LINE)
        call.rings("chaplain").voicemail_answers()
        ring = call.rings("cho").picks_up()
        ring.hears("Someone is waiting", language="en-US").hears("Alguien espera", language="es-US").presses("1")
        call.talks_with("cho").hangs_up().has_ended("caller")


def test_with_screening_who_hangs_up_or_says_nothing_passes_it_on(tmp_path: Path) -> None:
    with dead(tmp_path, "--screened") as world:
        call = world.call(LINE)
        call.rings("chaplain").picks_up().hears("Someone is waiting").hangs_up()
        call.rings("cho").picks_up().hears("Someone is waiting").was("declined")
        call.hears("please call again in a few minutes").has_ended("hung up")


def test_only_plain_files_are_asked_for(tmp_path: Path) -> None:
    with dead(tmp_path, "--screened") as world:
        call = world.call(LINE)
        call.rings("chaplain").picks_up().hears("Someone is waiting").presses("1")
        call.talks_with("chaplain").hangs_up().has_ended("caller")
        host = world.carrier.transport
        assert isinstance(host, FileHost)
        assert host.asked == ["GET fallback.xml", "GET screening.xml", "GET accepted.xml"]


def test_every_phone_that_rings_shows_the_hotlines_number(tmp_path: Path) -> None:
    with dead(tmp_path) as world:
        call = world.call(LINE, "+14105550999")
        ring = call.rings("chaplain")
        assert ring.leg.caller == LINE
        ring.picks_up()
        call.talks_with("chaplain").hangs_up().has_ended("caller")


def test_a_rota_without_backup_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="has no backup"), dead(tmp_path, rota=("backup: [chaplain]\n", "")):
        pass


def test_of_several_hotlines_one_is_to_be_named(tmp_path: Path) -> None:
    for path, text in {**texts(), "call_flows/night.yaml": _night()}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text)
    runner = CliRunner(env={"HOTLINE_CONFIG_DIR": str(tmp_path)})
    refused = runner.invoke(group, ["fallback"])
    assert isinstance(refused.exception, FilesError)
    assert "hotline fallback NAME" in refused.exception.remedy
    assert 'callerId="+14105550200"' in runner.invoke(group, ["fallback", "night"]).stdout


def _night() -> bytes:
    flow = texts()["call_flows/rise.yaml"].decode()
    return flow.replace("555 0100", "555 0200").encode()
