"""Many new files at once: what is dialled is read first, and a helper reads the rest. The outcome is the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.clock import now
from hotline.core.calls.flow import by_rota
from hotline.files import load
from hotline.files.loading.compiled import CompiledFamilies, take_lock
from hotline.files.loading.folder import Folder, stamp_of
from hotline.files.loading.frozen import thaw
from hotline.files.loading.helper import Helper
from hotline.files.loading.near import Near
from hotline.files.loading.watch import MOST_AT_ONCE, WatchedDirectory
from hotline.services.texts.reminders import each_rota
from tests.files.good import FLOW, ROTA
from tests.files.loading.many_lines import write
from tests.files.other_rotas import OTHERS_FLOW, with_leaders
from tests.files.sounds import tone
from tests.store.actors import wait_until

LINES = MOST_AT_ONCE // 2 + 10
LIFELINE = "+1 410 555 0999"


def number(line: int) -> str:
    return f"+1410556{line:04}"


def flow(line: int, *more: str) -> str:
    text = FLOW.replace("name: RISE", f"name: Line {line}").replace("+1 410 555 0100", number(line))
    return "\n".join((text, *more))


def rota(line: int) -> str:
    return ROTA.replace("+1 410 555 0111", f"+1410557{line:04}").replace("+1 410 555 0112", f"+1410558{line:04}")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for line in range(LINES):
        write(tmp_path / "config", f"call_flows/line{line}.yaml", flow(line))
        write(tmp_path / "config", f"rota/line{line}.yaml", rota(line))
    return tmp_path / "config"


def start(config: Path) -> WatchedDirectory:
    """What a process that starts now serves, with a helper."""
    return WatchedDirectory(config, config.with_name("last-good"), now, lambda *_, **__: None)


def read_whole(config: Path) -> WatchedDirectory:
    """The same by reading everything at once."""
    return WatchedDirectory(config, None, now, lambda *_, **__: None)


@contextmanager
def slow_helper(config: Path) -> Iterator[None]:
    """A helper that is not done within the block: it has the lock, and reads nothing."""
    lock = take_lock(config.with_name("compiled"))
    assert lock is not None
    yield
    os.close(lock)


def answer(directory: WatchedDirectory, called: str) -> object:
    """All that a call finds by the number it came to."""
    hotline = directory.by_number(called) or directory.any()
    found = hotline and (hotline.flow, hotline.rota, hotline.others.keys(), hotline.sounds.keys())
    return found, directory.stranded(called)


def outcome(directory: WatchedDirectory) -> object:
    """All that is known once everything is read."""
    state = directory.state
    return (
        {id: (hotline.flow, hotline.rota) for id, hotline in state.hotlines.items()},
        {called: hotline.id for called, hotline in state.numbers.items()},
        {id: (hotline.id, hotline.rota) for id, hotline in state.rotas.items()},
        [(one.code, one.file, one.line, str(one.message)) for one in state.findings],
        (state.kept, state.missing, state.uncovered, state.stranded, state.sounds.keys()),
    )


def disagree(config: Path) -> None:
    """Make files that break each other, or cannot be used."""
    write(config, "call_flows/line1.yaml", flow(0))
    write(config, "rota/line3.yaml", rota(3).replace("+14105570003", number(2)))
    write(config, "call_flows/line4.yaml", flow(4).replace("reach}", "raech}"))
    write(config, "rota/line5.yaml", "timezone: [")
    write(config, "call_flows/line6.yaml", "rota: line7\n" + flow(6))
    write(config, "call_flows/line8.yaml", flow(8).replace(number(8), r"\x2b1410556\u0030009"))
    write(config, "call_flows/line10.yml", flow(10))
    write(config, "call_flows/line11.yaml", flow(11).replace("  welcome:\n", "  welcome:\n    play: hello\n", 1))
    write(config, "call_flows/sounds/hello.wav", tone(1))
    write(config, "call_flows/line12.yaml", "name: [\nnumbers: " + number(12))
    write(
        config, "call_flows/line13.yaml", flow(13).replace(f'["{number(13)}"]', "*it").replace("name: ", "name: &it ")
    )
    for path, text in with_leaders(OTHERS_FLOW).items():
        write(config, path, text)


CALLED = [number(line) for line in range(16)] + ["+14105550100", "+14105559999", " 14105560015"]


def test_only_what_is_dialled_is_read(config: Path) -> None:
    with slow_helper(config):
        directory = start(config)
        assert directory.reading
        assert directory.state.hotlines.keys() == set()
        hotline = directory.by_number(number(7))
        assert hotline is not None
        assert hotline.schedule.at(now()).on_call
        assert directory.state.hotlines.keys() == {"line7"}
        assert directory.by_rota("line9") is not None
        assert directory.state.hotlines.keys() == {"line7", "line9"}
        assert directory.by_number(number(7)) is hotline
        assert not list(config.with_name("compiled").glob("*.family")), "and written by nobody but the helper"


@pytest.mark.parametrize("called", CALLED)
def test_whatever_is_dialled_first_is_answered_as_if_everything_were_read(config: Path, called: str) -> None:
    disagree(config)
    whole = read_whole(config)
    with slow_helper(config):
        directory = start(config)
        assert directory.reading
        assert answer(directory, called) == answer(whole, called)


def test_what_is_dialled_changes_nothing_of_the_outcome(config: Path) -> None:
    disagree(config)
    with slow_helper(config):
        directory = start(config)
        for called in reversed(CALLED):
            directory.by_number(called)
        assert directory.reading
    directory.lines()
    assert outcome(directory) == outcome(read_whole(config))
    assert outcome(start(config)) == outcome(directory)


def test_last_good_versions_are_found_by_their_own_numbers(config: Path) -> None:
    """After an upgrade nothing compiled can be used, and a file may be broken just then."""
    start(config).complete()
    write(config, "call_flows/line2.yaml", flow(2).replace(number(2), "+14105551234").replace("reach}", "raech}"))
    shutil.rmtree(config.with_name("compiled"))
    with slow_helper(config):
        directory = start(config)
        assert directory.reading
        hotline = directory.by_number(number(2))
        assert hotline is not None
        assert hotline.id == "line2"
        assert directory.state.kept == {"line2"}


def test_edits_meanwhile_count_at_the_next_look(config: Path) -> None:
    with slow_helper(config):
        directory = start(config)
        first = directory.by_number(number(2))
        assert first is not None
        assert first.id == "line2"
        write(config, "call_flows/line2.yaml", flow(90))
        write(config, "call_flows/line3.yaml", flow(2))
        directory.refresh()
        assert directory.reading
        for called, id in ((number(2), "line3"), (number(90), "line2")):
            hotline = directory.by_number(called)
            assert hotline is not None
            assert hotline.id == id
        assert directory.by_number(number(3)) is None


def test_many_files_that_change_at_once_are_read_as_at_a_start(config: Path) -> None:
    directory = start(config)
    directory.complete()
    for line in range(LINES):
        write(config, f"call_flows/line{line}.yaml", flow(line).replace("Line", "New"))
        write(config, f"rota/line{line}.yaml", rota(line) + "# edited\n")
    write(config, "call_flows/line4.yaml", flow(4).replace("reach}", "raech}"))
    with slow_helper(config):
        directory.refresh()
        assert directory.reading
        for line, name in ((3, "New 3"), (4, "Line 4")):
            hotline = directory.by_number(number(line))
            assert hotline is not None
            assert hotline.flow.name == name
    directory.complete()
    assert {one.flow.name for one in directory.lines()} == {
        "Line 4" if line == 4 else f"New {line}" for line in range(LINES)
    }
    assert directory.state.kept == {"line4"}


def test_one_helper_reads_for_all_and_leaves_entries_and_last_good_files(config: Path) -> None:
    first, second = start(config), start(config)
    assert first.reading
    for directory in (first, second):
        directory.complete()
        assert len(directory.lines()) == LINES
    assert len(list(config.with_name("compiled").glob("*.family"))) == LINES
    assert len(list(config.with_name("last-good").glob("*.json"))) == LINES
    assert not start(config).reading, "everything is there"


CHECKS = "{'pydantic', 'phonenumbers', 'hotline.files.shapes'} & sys.modules.keys()"


@contextmanager
def other_process(config: Path, *does: str) -> Iterator[subprocess.Popen[str]]:
    """Another process with a `directory` of these files, which does some lines of Python."""
    source = (
        "import sys",
        "from datetime import UTC",
        "from hotline.files.loading.watch import *",
        "config = Path(sys.argv[1])",
        "quiet = lambda *_, **__: None",
        "directory = WatchedDirectory(config, config.with_name('last-good'), lambda: datetime.now(UTC), quiet)",
        *does,
    )
    with subprocess.Popen(
        [sys.executable, "-c", "\n".join(source), str(config)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def test_a_process_that_reads_no_file_does_without_what_checks_them(config: Path) -> None:
    """It takes 17 MB in each process that is not forked from another."""
    start(config).complete()
    with other_process(config, f"print(len(directory.lines()), {CHECKS})") as process:
        assert process.communicate()[0] == f"{LINES} set()\n"


EDITED = (
    "print('there', flush=True)",
    "input()",
    "directory.refresh()",
    "directory.complete()",
    "print(directory.state.hotlines['line3'].flow.name, len(directory.lines()))",
    f"print({CHECKS})",
)


def test_a_worker_takes_what_another_process_made_of_an_edit(config: Path) -> None:
    """It does without what checks files, and without its memory."""
    web = start(config)
    web.complete()
    with other_process(config, *EDITED) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "there\n"
        write(config, "call_flows/line3.yaml", flow(3).replace("Line", "New"))
        web.lines()
        assert worker.communicate("\n")[0] == f"New 3 {LINES}\nset()\n"


@pytest.mark.parametrize(("broken", "name"), [("", "New"), ("reach}", "Line")])
def test_an_edit_that_nobody_else_reads_is_read_by_the_worker(config: Path, broken: str, name: str) -> None:
    start(config).complete()
    with other_process(config, *EDITED) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "there\n"
        edited = flow(3).replace("Line", "New")
        write(config, "call_flows/line3.yaml", edited.replace(broken, "raech}") if broken else edited)
        assert worker.communicate("\n")[0].startswith(f"{name} 3 {LINES}\n")


def test_processes_that_answer_calls_share_what_checks_many_files(config: Path) -> None:
    """The first edit would have each of them import it."""
    start(config).complete()
    does = (f"before = {CHECKS}", "directory.expect_calls()", f"print(len(before), len({CHECKS}))")
    with other_process(config, *does) as many:
        assert many.communicate()[0] == "0 3\n"
    for line in range(2, LINES):
        write(config, f"call_flows/line{line}.yaml", None)
        write(config, f"rota/line{line}.yaml", None)
    with other_process(config, *does) as few:
        assert few.communicate()[0] == "0 0\n", "one line starts as fast as before"


def test_a_helper_ends_with_the_process_that_started_it(config: Path) -> None:
    """Nothing is written to the data directory once a line has stopped."""
    for line in range(LINES, 2 * LINES):
        write(config, f"call_flows/line{line}.yaml", flow(line))
        write(config, f"rota/line{line}.yaml", rota(line))
    source = "from tests.files.loading.test_many_files import *; print(start(Path(sys.argv[1])).reading)"
    began = subprocess.run(
        [sys.executable, "-c", source, str(config)], cwd=Path(__file__).parents[3], capture_output=True, check=True
    )
    assert began.stdout == b"True\n"
    wait_until(lambda: not Helper(config, config.with_name("last-good"), ()).reads(), 30)
    assert len(list(config.with_name("compiled").glob("*.family"))) < 2 * LINES


def test_without_a_helper_a_process_reads_by_itself(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(config / "no-such-program"))
    directory = start(config)
    assert directory.by_number(number(5)) is not None
    directory.complete()
    assert outcome(directory) == outcome(read_whole(config))


def test_a_helper_that_dies_is_not_waited_for(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    directory = start(config)
    directory.complete()
    assert outcome(directory) == outcome(read_whole(config))


def test_a_sound_is_served_by_a_process_that_has_not_read_its_hotline(config: Path) -> None:
    disagree(config)
    with slow_helper(config):
        hotline = start(config).by_number(number(11))
        assert hotline is not None
        (sound,) = hotline.sounds.values()
        other = start(config).sound(sound.file)
        assert other is not None
        assert other.data == sound.data
        assert start(config).sound("0" * 32 + ".wav") is None


def test_phones_that_every_flow_dials_link_nothing(config: Path) -> None:
    for line in range(LINES):
        step = f'  lifeline:\n    say: {{en: One moment.}}\n    dial: "{LIFELINE}"\n'
        write(config, f"call_flows/line{line}.yaml", flow(line).rstrip("\n") + "\n" + step)
    near = Near(Folder(config, stamp_of(config)))
    assert near.of(near.flows(number(3))) == {"call_flows/line3.yaml", "rota/line3.yaml"}


def test_work_that_goes_through_all_keeps_none_of_them(config: Path) -> None:
    directory = start(config)
    every = directory.lines()
    assert every[3] is not every[3]
    assert every[3].rota == every[3].rota
    assert directory.by_number(number(3)) is directory.by_number(number(3))


def test_each_rota_is_gone_through_once_in_the_same_order(config: Path) -> None:
    write(config, "call_flows/line6.yaml", "rota: line7\n" + flow(6))
    for path, text in with_leaders(OTHERS_FLOW).items():
        write(config, path, text)
    every = by_rota(load(config).hotlines.values())
    directory = read_whole(config)
    assert [one.ring_id for one in each_rota(directory)] == [one.ring_id for one in every.values()]
    assert [one.ring_id for one in directory.state.rotas.values()] == [one.ring_id for one in every.values()]


class TestOnDisk:
    def test_entries_wait_while_another_process_has_the_lock(self, config: Path) -> None:
        directory = start(config)
        directory.complete()
        write(config, "rota/line3.yaml", rota(3).replace("Amy Okafor", "Ana"))
        entries = config.with_name("compiled")
        with slow_helper(config):
            assert [one for one in directory.lines() if "Ana" in str(one.rota.volunteers)]
            assert not [path for path in entries.glob("*.family") if b"Ana" in path.read_bytes()]
        directory.lines()
        assert [path for path in entries.glob("*.family") if b"Ana" in path.read_bytes()]

    def test_an_entry_that_is_known_for_a_time_only_is_written_again(self, config: Path) -> None:
        began = now()
        until = (began + timedelta(days=300)).date()
        text = rota(3).replace("on_call: [amy, ben]}", f"on_call: [amy, ben], until: {until}}}", 1)
        write(config, "rota/line3.yaml", text)
        start(config).lines()
        later = began + timedelta(days=31)
        WatchedDirectory(config, config.with_name("last-good"), lambda: later, lambda *_, **__: None).lines()
        (family,) = (
            one for one in CompiledFamilies(config.with_name("compiled"), ()).load() if "rota/line3.yaml" in one.digests
        )
        assert family.ends
        assert family.since == int(later.timestamp())

    def test_what_is_frozen_makes_nothing_but_our_data(self, tmp_path: Path) -> None:
        ran = tmp_path / "ran"
        evil = b"cos\nmkdir\n(S'" + str(ran).encode() + b"'\ntR."
        with pytest.raises(Exception, match="not our data"):
            thaw(evil)
        assert not ran.exists()
