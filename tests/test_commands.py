"""The commands, as someone types them: each in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hotline.cli import COMMANDS, GROUPS
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.files import CODES
from hotline.store.database.call_log import CallLog
from tests.faults.processes import wait_until
from tests.files.good import FLOW, ROTA
from tests.warm import hotline

ROOT = Path(__file__).parents[1]
LINE = Path(__file__).parent / "calls" / "line"
COLOUR = "\x1b["
SETTINGS = ("HOTLINE_", "TWILIO_", "REDIS_URL", "DATABASE_URL", "PORT", "WEB_CONCURRENCY")
PERIOD = ("--from", "2026-03-01", "--to", "2026-03-03")


@dataclass
class Place:
    """A configuration and a data directory, and commands run with them."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def write(self, flow: str = FLOW, rota: str = ROTA) -> Place:
        for name, text in (("call_flows", flow), ("rota", rota)):
            (self.folder / name).mkdir(exist_ok=True)
            (self.folder / name / "rise.yaml").write_text(text)
        return self

    def environment(self, **more: str) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
        given = {"HOTLINE_CONFIG_DIR": str(self.folder), "HOTLINE_DATA_DIR": str(self.data)}
        return {**ours, **given, **self.settings, "COLUMNS": "120", **more}

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What `hotline …` printed, and its exit code."""
        return hotline(*arguments, env=self.environment(**more))

    def on_a_terminal(self, *arguments: str) -> str:
        """What it shows on a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "hotline", *arguments],
            stdout=theirs,
            stderr=theirs,
            stdin=subprocess.DEVNULL,
            env=self.environment(TERM="xterm-256color"),
            cwd=ROOT,
        )
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65_536):
                shown += piece
        except OSError:  # the terminal is gone with whoever wrote to it
            pass
        process.wait(60)
        os.close(ours)
        return shown.decode()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path).write()


# ------------------------------------------------------------------------------------------------------- the whole


def test_help_lists_every_command_with_what_it_does(place: Place) -> None:
    done = place.run("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(place: Place, name: str) -> None:
    done = place.run(name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: hotline {name}")


def test_its_version_is_printed(place: Place) -> None:
    assert place.run("--version").stdout.startswith("hotline, version ")


@pytest.mark.parametrize(("typed", "meant"), [("chek", "check"), ("reprot", "report"), ("wo", "who")])
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(place: Place, typed: str, meant: str) -> None:
    done = place.run(typed)
    assert done.returncode == 2
    assert f"Did you mean `{meant}`?" in done.stderr


def test_a_command_like_no_other_is_answered_with_where_they_are_listed(place: Place) -> None:
    done = place.run("xyzzy")
    assert (done.returncode, "hotline --help" in done.stderr) == (2, True)


NO_SETTINGS = {"completion", "explain", "schema", "init", "man"}
WORDS = {
    "away": ["amy", "2026-12-24"],
    "cover": ["amy", "2026-12-24", "2026-12-25"],
    "swap": ["amy", "ben", "2026-12-24"],
    "on": ["amy"],
    "page": ["amy"],
    "people": ["list"],
    "restore": ["backup.tar.gz"],
}


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in NO_SETTINGS])
def test_bad_settings_are_all_told_of_before_anything_else_happens(place: Place, command: str) -> None:
    done = place.run(command, *WORDS.get(command, []), PORT="http", WEB_CONCURRENCY="many")
    assert done.returncode == 2
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["PORT", "WEB_CONCURRENCY"]
    assert "Traceback" not in done.stderr
    assert not place.data.exists()


# ----------------------------------------------------------------------------------------------------------- check


def test_check_exits_0_when_nothing_is_wrong(place: Place) -> None:
    done = place.run("check")
    assert done.returncode == 0
    assert "Call flows that can answer calls: RISE." in done.stdout


def test_check_exits_1_and_shows_each_mistake_with_its_line_and_its_remedy(place: Place) -> None:
    place.write(rota=ROTA.replace("[amy, ben]", "[amy, bne]"))
    done = place.run("check")
    assert done.returncode == 1
    assert "rota/rise.yaml:6:64: error[unknown-volunteer]" in done.stdout
    assert "Did you mean `ben`?" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_note_alone_does_not_change_the_exit_code(place: Place) -> None:
    place.write(rota=ROTA.replace("+1 410 555 0112", "+1 410 055 0112"))
    done = place.run("check", "--json")
    assert [one["severity"] for one in json.loads(done.stdout)] == ["note", "note"]
    assert done.returncode == 0


def test_a_gap_is_told_of_for_the_weeks_asked_for(place: Place) -> None:
    place.write(rota=ROTA.replace("hours: 24h", "hours: 08:00-20:00") + "backup: [ben]\n")
    done = place.run("check", "--json", "--at", "2026-03-02 12:00")
    assert done.returncode == 1
    assert [(one["code"], one["severity"]) for one in json.loads(done.stdout)] == [
        ("gap", "warning"),
        ("longest-wait", "note"),
    ]
    assert "in the next 3 weeks" in place.run("check", "--at", "2026-03-02T12:00Z", "--weeks", "3").stdout


def test_check_prints_json_of_exactly_these_fields(place: Place) -> None:
    place.write(rota=ROTA.replace("[amy, ben]", "[amy, bne]"), flow=FLOW.replace("menu", "menue"))
    done = place.run("check", "--json")
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    assert len(findings) >= 2
    for finding in findings:
        assert list(finding) == ["code", "severity", "file", "line", "column", "message", "help"]
        assert finding["severity"] in {"error", "warning", "note"}
        assert isinstance(finding["line"], int)
    (note,) = json.loads(Place(place.folder).write().run("check", "--json").stdout)
    assert (note["code"], note["severity"]) == ("longest-wait", "note")


def test_check_says_how_long_a_silent_caller_can_wait_for_a_last_resort_and_warns_if_that_is_too_long(
    place: Place,
) -> None:
    done = place.write().run("check")
    assert done.returncode == 0
    assert "note[longest-wait]: A caller who presses nothing and gets no answer" in done.stdout
    done = place.write(flow=FLOW.replace('    menu: {"1": reach}\n', '    menu: {"1": reach}\n    wait: 60s\n')).run(
        "check"
    )
    assert done.returncode == 1
    assert "warning[longest-wait]" in done.stdout


@pytest.mark.parametrize("how", ["argument", "setting", "a file"])
def test_check_exits_2_when_it_could_not_look(place: Place, how: str) -> None:
    missing = str(place.folder / "missing")
    if how == "a file":
        (place.folder / "missing").write_text("")
    done = (
        place.run("check", missing, "--json") if how == "argument" else place.run("check", HOTLINE_CONFIG_DIR=missing)
    )
    assert done.returncode == 2
    assert missing in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_check_looks_at_the_folder_that_is_named(place: Place, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Place(tmp_path / "other").write(flow=FLOW.replace("name: RISE", "name: Other"))
    assert "Other" in place.run("check", str(other.folder)).stdout


def test_there_is_colour_on_a_terminal_and_nowhere_else(place: Place) -> None:
    place.write(rota=ROTA.replace("[amy, ben]", "[amy, bne]"))
    assert COLOUR in place.on_a_terminal("check")
    assert COLOUR not in place.run("check").stdout
    assert COLOUR not in place.on_a_terminal("check", "--json")
    assert COLOUR not in place.run("who").stdout


# --------------------------------------------------------------------------------------------------------- explain


def test_explain_lists_every_code(place: Place) -> None:
    done = place.run("explain")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(CODES)


def test_explain_says_what_a_code_means_and_how_to_mend_it(place: Place) -> None:
    done = place.run("explain", "unknown-volunteer")
    assert done.returncode == 0
    assert done.stdout.startswith("unknown-volunteer: ")
    assert "How to fix it" in done.stdout


def test_explain_knows_what_was_meant(place: Place) -> None:
    done = place.run("explain", "unknwon-volunter")
    assert done.returncode == 2
    assert "Did you mean `unknown-volunteer`?" in done.stderr
    assert "lists them all" in place.run("explain", "xyzzy").stderr
    assert place.run("explain", "GAP").stdout.startswith("gap: ")


# ------------------------------------------------------------------------------------------------------------- who


@pytest.fixture
def line(tmp_path: Path) -> Place:
    """A place with the line whose days and nights have different people."""
    return Place(tmp_path).write((LINE / "flow.yaml").read_text(), (LINE / "rota.yaml").read_text())


def test_who_takes_an_instant_as_wall_clock_time_in_the_rotas_zone_unless_it_has_one(line: Place) -> None:
    instants = ["2026-03-04 12:00", "2026-03-04T12:00", "2026-03-04T17:00Z", "2026-03-04 18:00+01:00"]
    done = line.run("who", "--json", *(word for instant in instants for word in ("--at", instant)))
    assert [json.loads(text)["at"] for text in done.stdout.splitlines()] == ["2026-03-04T12:00:00-05:00"] * 4


def test_who_answers_in_the_order_asked_one_object_a_line(line: Place) -> None:
    done = line.run("who", "rise", "--json", "--at", "2026-03-04 23:30", "--at", "2026-03-04 12:00")
    assert done.returncode == 0
    night, day = (json.loads(text) for text in done.stdout.splitlines())
    assert night == {
        "at": "2026-03-04T23:30:00-05:00",
        "hotline": "rise",
        "on_call": ["dee", "eli"],
        "backup": ["chaplain"],
        "until": "2026-03-05T08:00:00-05:00",
        "next": ["amy", "ben", "cho"],
    }
    assert day["on_call"] == ["amy", "ben", "cho"]


def test_a_start_is_on_call_and_an_end_is_not(line: Place) -> None:
    done = line.run("who", "--json", "--at", "2026-03-04 17:59:59", "--at", "2026-03-04 18:00")
    assert [json.loads(text)["on_call"][0] for text in done.stdout.splitlines()] == ["amy", "dee"]


def test_nobody_on_call_prints_empty_lists_and_exits_0(place: Place) -> None:
    place.write(rota=ROTA.replace("hours: 24h", "hours: 08:00-20:00"))
    done = place.run("who", "--json", "--at", "2026-03-04 03:00")
    assert done.returncode == 0
    assert (json.loads(done.stdout)["on_call"], json.loads(done.stdout)["backup"]) == ([], [])
    assert "on call  nobody" in place.run("who", "--at", "2026-03-04 03:00").stdout


def test_who_reads_names_and_until_when(line: Place) -> None:
    shown = line.run("who", "--at", "2026-03-04 12:00").stdout
    assert "Wed 04 Mar 2026 12:00 (America/New_York)" in shown
    assert "Amy, Ben, Cho  until Wed 18:00" in shown
    assert "backup   Chaplain" in shown


def test_a_hotline_that_is_not_there_is_named_with_those_that_are(line: Place) -> None:
    done = line.run("who", "rice")
    assert done.returncode == 2
    assert "'rice'" in done.stderr
    assert "known: rise" in done.stderr


@pytest.mark.parametrize("instant", ["yesterday", "2026-02-30", "25:00", ""])
def test_what_is_no_instant_is_told_how_to_write_one(line: Place, instant: str) -> None:
    done = line.run("who", "--at", instant)
    assert done.returncode == 2
    assert "Write it like 2026-12-24 18:00" in done.stderr


# ---------------------------------------------------------------------------------------------------------- report


@pytest.fixture
def calls(place: Place) -> Place:
    """A place whose log has two calls on 1 March 2026 and one on the 3rd, of which two were answered."""
    assert place.run("migrate").returncode == 0
    log = CallLog(f"sqlite:///{place.data}/hotline.db")
    first, second, third = (
        int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp()) for day, hour in ((1, 15), (1, 16), (3, 17))
    )
    times = [("one", first, 20, 620), ("two", second, None, 90), ("three", third, 40, 100)]
    for call, at, answer, end in times:
        log.write([LogEntry(call, "rise", CallMoment.STARTED, at), LogEntry(call, "rise", CallMoment.ENDED, at + end)])
        if answer is not None:
            log.write([LogEntry(call, "rise", CallMoment.ANSWERED, at + answer)])
    log.close()
    return place


def test_migrate_says_what_it_did_however_often(place: Place) -> None:
    for _ in range(2):
        done = place.run("migrate")
        assert (done.returncode, done.stdout) == (0, "The database has the current schema.\n")


def test_migrating_a_database_that_cannot_be_reached_says_so(place: Place) -> None:
    done = place.run("migrate", DATABASE_URL="postgresql://nobody:s3cretpassword@127.0.0.1:1/none")
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert "s3cretpassword" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_as_a_table(calls: Place) -> None:
    done = calls.run("report", *PERIOD)
    assert done.returncode == 0
    assert "2026-03-01 to 2026-03-03 (days in America/New_York)" in done.stdout
    assert "2 (67%)" in done.stdout


def test_a_report_as_csv_has_a_row_for_each_day_and_one_for_all(calls: Place) -> None:
    rows = list(csv.DictReader(io.StringIO(calls.run("report", "--csv", *PERIOD).stdout)))
    assert [row["day"] for row in rows] == ["2026-03-01", "2026-03-02", "2026-03-03", "total"]
    assert [row["calls"] for row in rows] == ["2", "0", "1", "3"]
    assert rows[-1]["wait_median"] == "20"


def test_a_report_as_json(calls: Place) -> None:
    report = json.loads(calls.run("report", "rise", "--json", *PERIOD).stdout)
    assert (report["calls"], report["answered"], report["time_zone"]) == (3, 2, "America/New_York")
    assert report["waits"]["median"] == 20
    assert report["talks"]["total"] == 660
    assert report["hotlines"] == ["rise"]


def test_a_report_of_nothing_is_kind_and_complete(place: Place) -> None:
    assert "No calls in this period." in place.run("report", *PERIOD).stdout
    report = json.loads(place.run("report", "--json", *PERIOD).stdout)
    assert (report["calls"], report["share_answered"], report["waits"]) == (0, None, None)
    assert len(report["days"]) == 3


def test_without_a_period_it_is_the_last_thirty_days(place: Place) -> None:
    report = json.loads(place.run("report", "--json").stdout)
    first, last = date.fromisoformat(report["from"]), date.fromisoformat(report["to"])
    assert (last - first).days == 29


@pytest.mark.parametrize(
    ("period", "told"),
    [
        (("--from", "2026-03-02", "--to", "2026-03-01"), "2026-03-02 is after 2026-03-01"),
        (("--from", "March"), "'March'"),
        (("--to", "2026-02-30"), "'2026-02-30'"),
    ],
)
def test_a_period_that_is_none_is_told_of(place: Place, period: tuple[str, ...], told: str) -> None:
    done = place.run("report", *period)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_report_needs_no_usable_files(calls: Place) -> None:
    calls.write(rota="timezone: [\n")
    assert json.loads(calls.run("report", "--json", *PERIOD).stdout)["calls"] == 3
    assert calls.run("report", "rise").returncode == 2


# ------------------------------------------------------------------------------------------------------------ call


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A live server: `gunicorn wsgi:app` with nothing but settings, as an operator runs it."""
    place = Place(tmp_path_factory.mktemp("live"))
    place.write((LINE / "flow.yaml").read_text(), (LINE / "rota.yaml").read_text().replace("08:00-18:00", "24h"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place.settings = {"PORT": str(port), "WEB_CONCURRENCY": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        env=place.environment(),
        cwd=ROOT,
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield place
    process.terminate()
    process.wait(30)


FAST = ("--speed", "500")


def test_a_scripted_call_reaches_the_volunteer_who_accepts(server: Place) -> None:
    done = server.run(
        "call", "--keys", "1", "--others", "no-answer", "--phone", "ben=accept", "--talk", "60", "--json", *FAST
    )
    assert done.returncode == 0, done.stderr
    call = json.loads(done.stdout)
    assert call["connected_to"] == ["ben"]
    assert call["violations"] == []
    assert call["to"] == "+14105550100"
    assert {ring["phone"] for ring in call["rings"]} <= {"amy", "ben", "cho", "dee", "eli", "chaplain"}


def test_a_scripted_call_is_drawn_for_people(server: Place) -> None:
    done = server.run("call", "rise", "--keys", "-", "--others", "accept", *FAST)
    assert done.returncode == 0, done.stderr
    assert "connected with" in done.stdout
    assert COLOUR not in done.stdout


def reported(server: Place) -> dict[str, Any]:
    """The report, once it says that no entry waits on disk any more."""

    def whole() -> dict[str, Any]:
        done = server.run("report", "--json")
        return {} if "still wait on disk" in done.stderr else dict(json.loads(done.stdout))

    return wait_until(whole)


def test_a_call_is_in_the_report_afterwards(server: Place) -> None:
    before = reported(server)
    server.run("call", "--keys", "1", "--others", "accept", *FAST)
    after = reported(server)
    assert (after["calls"], after["answered"]) == (before["calls"] + 1, before["answered"] + 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--phone", "bne=accept"), "'bne' is not a volunteer of Line (amy, ben, cho, dee, eli, chaplain)"),
        (("--phone", "ben=sing"), "There is no behaviour 'sing'"),
        (("--others", "sing"), "There is no behaviour 'sing'"),
        (("rice",), "'rice'"),
    ],
)
def test_a_call_with_a_name_nobody_has_is_told_of_and_not_placed(
    server: Place, arguments: tuple[str, ...], told: str
) -> None:
    done = server.run("call", "--keys", "1", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--url", "http://127.0.0.1:1")])
def test_a_call_with_no_server_running_says_how_to_start_one(place: Place, arguments: tuple[str, ...]) -> None:
    done = place.run("call", "--keys", "1", *arguments, PORT="1")
    assert done.returncode == 2
    assert "No hotline answers at http://127.0.0.1:1." in done.stderr
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_call_to_a_server_with_another_token_is_refused_and_says_so(server: Place, tmp_path: Path) -> None:
    other = tmp_path / "token"
    other.write_text("another-token")
    done = server.run("call", "--keys", "1", "--token-file", str(other), *FAST)
    assert done.returncode == 1
    assert "403" in done.stderr


def test_a_report_can_stand_beside_the_period_before(calls: Place) -> None:
    shown = calls.run("report", "--compare", *PERIOD).stdout
    assert "within 30 s" in shown
    report = json.loads(calls.run("report", "--compare", "--json", *PERIOD).stdout)
    first, last = date.fromisoformat(report["from"]), date.fromisoformat(report["before"]["to"])
    assert (first - last).days == 1
    assert report["before"]["calls"] == 0


def test_a_report_is_written_as_a_page_that_needs_nothing_else(calls: Place) -> None:
    file = calls.folder / "report.html"
    assert f"{file} has the report" in calls.run("report", "--html", str(file), *PERIOD).stdout
    page = file.read_text()
    assert "A call that ends before that is abandoned" in page
    assert not re.findall(r'(?:src|href)="', page)
    assert "heat-title" not in page


def test_full_figures_come_with_a_warning(calls: Place) -> None:
    done = calls.run("report", "--full", "--json", *PERIOD)
    assert "Do not share them" in done.stderr
    assert sum(one["calls"] for one in json.loads(done.stdout)["breakdown"]["by_hour"]) == 3
    assert "Calls by weekday and hour" in calls.run("report", "--full", *PERIOD).stdout


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (("preview", "--weeks", "1"), "latin-1"),
        (("fairness",), "ascii"),
        (("test",), "latin-1"),
        (("schema",), "ascii"),
        (("doctor",), "cp1252"),
    ],
)
def test_a_terminal_without_letters_for_a_name_shows_what_it_can(
    tmp_path: Path, words: tuple[str, ...], encoding: str
) -> None:
    texts = {path: (ROOT / path).read_text() for path in ("call_flows/rise.yaml", "rota/rise.yaml")}
    texts["rota/rise.yaml"] = texts["rota/rise.yaml"].replace("Amy Brandt", "Amy Łukasz 🌙").replace("Ben M", "李 M")
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    environment = {
        "PATH": os.environ["PATH"], "PYTHONIOENCODING": encoding,
        "HOTLINE_CONFIG_DIR": str(tmp_path), "HOTLINE_DATA_DIR": str(tmp_path / "var"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "hotline", *words], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    assert b"UnicodeEncodeError" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout


def test_help_has_the_commands_in_groups_and_tab_completes_them(place: Place) -> None:
    told = place.run("--help").stdout
    for title, commands in GROUPS.items():
        held = told[told.index(f"\n{title}:\n") :]
        assert all(f"\n  {name} " in held for name in commands), title
    assert "_HOTLINE_COMPLETE=bash_complete" in place.run("completion", "bash").stdout
