"""The files while a hotline runs: an edit is live soon, and no edit, mishap or restart takes a working line away."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.files.loading.watch import LOOK_EVERY, WatchedDirectory
from tests.files.good import FLOW, ROTA, texts
from tests.files.other_rotas import OTHERS_FLOW, with_leaders
from tests.files.sounds import tone
from tests.store.actors import wait_until

NUMBER, NIGHT_NUMBER = "+14105550100", "+14105550177"
NIGHT_FLOW = FLOW.replace("name: RISE", "name: Night").replace("555 0100", "555 0177")
NIGHT_ROTA = ROTA.replace("Amy Okafor", "Ana").replace("0111", "0121").replace("0112", "0122")
MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Site:
    """A configuration directory and what watches it. `clock` moves only when told; `notices` are what was told."""

    def __init__(self, folder: Path) -> None:
        self.config, self.kept_in, self.now = folder / "config", folder / "last-good", MONDAY
        self.notices: list[str] = []
        self.write(texts())

    def write(self, files: dict[str, bytes] | None = None, **more: str) -> None:
        """Save files, by path, or by what they are: flow, rota, night_flow, night_rota."""
        short = {
            "flow": "call_flows/rise.yaml",
            "rota": "rota/rise.yaml",
            "night_flow": "call_flows/night.yaml",
            "night_rota": "rota/night.yaml",
        }
        for path, raw in {**(files or {}), **{short[name]: text.encode() for name, text in more.items()}}.items():
            target = self.config / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)

    def watch(self, keep_in: Path | None = None) -> WatchedDirectory:
        """What a process that starts now serves. It leaves what it made of the files to those that start later."""
        directory = WatchedDirectory(self.config, keep_in or self.kept_in, lambda: self.now, self._notice)
        directory.lines()
        return directory

    def _notice(self, event: str, /, **_: object) -> None:
        self.notices.append(event)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def name_at(directory: WatchedDirectory, number: str = NUMBER) -> str | None:
    hotline = directory.by_number(number)
    return hotline.flow.name if hotline else None


def test_an_edit_is_seen_within_ten_seconds_without_a_restart(site: Site) -> None:
    directory = site.watch()
    directory.watch()
    site.write(flow=FLOW.replace("name: RISE", "name: Anew"))
    wait_until(lambda: name_at(directory) == "Anew", 10)
    assert LOOK_EVERY <= 5
    assert directory.state.findings == ()


def test_nothing_is_read_while_nothing_changes(site: Site) -> None:
    directory = site.watch()
    before = directory.state
    directory.refresh()
    assert directory.state is before


def test_an_edit_of_the_same_size_whose_times_were_set_back_is_seen(site: Site) -> None:
    """Restored from a backup, or copied with its times: newer is not what counts."""
    directory = site.watch()
    path = site.config / "call_flows/rise.yaml"
    about = path.stat()
    site.write(flow=FLOW.replace("name: RISE", "name: BACK"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    directory.refresh()
    assert name_at(directory) == "BACK"


def test_files_swapped_as_a_whole_behind_a_link_are_seen(site: Site) -> None:
    """As platforms do that mount configuration."""
    target = site.config / "call_flows/rise.yaml"
    for version in ("one", "two"):
        (site.config / version).write_text(FLOW.replace("name: RISE", f"name: {version}"))
    target.unlink()
    target.symlink_to(site.config / "one")
    directory = site.watch()
    assert name_at(directory) == "one"
    swapped = target.with_suffix(".new")
    swapped.symlink_to(site.config / "two")
    swapped.replace(target)
    directory.refresh()
    assert name_at(directory) == "two"


BROKEN = {
    "not YAML": {"rota": "timezone: [\n"},
    "empty": {"rota": ""},
    "a name nobody has": {"rota": ROTA.replace("[amy, ben]", "[amy, bne]")},
    "a step that is not there": {"flow": FLOW.replace("reach}", "raech}")},
    "half saved": {"flow": FLOW[:120]},
}


@pytest.mark.parametrize("edit", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_edit_keeps_the_last_good_one_for_that_hotline_alone(site: Site, edit: dict[str, str]) -> None:
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory = site.watch()
    good = directory.by_number(NUMBER)
    site.write(**edit, night_flow=NIGHT_FLOW.replace("name: Night", "name: Later"))
    directory.refresh()
    assert directory.by_number(NUMBER) is good
    assert name_at(directory, NIGHT_NUMBER) == "Later", "the other hotline's edit is live"
    assert directory.state.kept == {"rise"}
    assert directory.state.findings
    assert "edit_refused" in site.notices
    site.write(texts())
    directory.refresh()
    assert (directory.state.kept, directory.state.findings) == (frozenset(), ())


@pytest.mark.parametrize("edit", BROKEN.values(), ids=BROKEN.keys())
def test_a_restart_with_a_broken_file_serves_the_copy_kept_of_the_last_good_one(
    site: Site, edit: dict[str, str]
) -> None:
    site.watch()
    site.write(**edit)
    restarted = site.watch()
    assert name_at(restarted) == "RISE"
    assert restarted.state.kept == {"rise"}
    site.write(flow=FLOW.replace("name: RISE", "name: Mended"), rota=ROTA)
    restarted.refresh()
    assert name_at(restarted) == "Mended"


@pytest.mark.parametrize(
    "copy", ["", "{", "[]", '{"call_flows/rise.yaml": 1}', '{"call_flows/rise.yaml": "x"}', "null"]
)
def test_a_kept_copy_that_cannot_be_used_is_as_good_as_none(site: Site, copy: str) -> None:
    site.watch()
    (site.kept_in / "rise.json").write_text(copy)
    site.write(rota="timezone: [\n")
    restarted = site.watch()
    assert name_at(restarted) is None
    assert restarted.state.missing == {"rise"}


def test_where_no_copy_can_be_kept_the_line_is_served_all_the_same(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    directory = site.watch(keep_in=tmp_path / "a-file" / "below")
    assert name_at(directory) == "RISE"
    assert site.notices == ["last_good_not_kept"]


def test_the_kept_copy_holds_the_files_as_they_were_written(site: Site) -> None:
    site.watch()
    assert json.loads((site.kept_in / "rise.json").read_text()) == {path: raw.decode() for path, raw in texts().items()}


def test_a_deleted_call_flow_goes_once_it_is_gone_for_two_looks(site: Site) -> None:
    """Some editors take a file away for a moment while they save it."""
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory = site.watch()
    (site.config / "call_flows/night.yaml").unlink()
    directory.refresh()
    assert name_at(directory, NIGHT_NUMBER) == "Night"
    directory.refresh()
    assert name_at(directory, NIGHT_NUMBER) is None
    assert directory.state.hotlines.keys() == {"rise"}
    assert directory.state.kept == frozenset(), "it was meant"


def test_a_call_flow_taken_away_while_it_is_saved_is_served_throughout(site: Site) -> None:
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory = site.watch()
    (site.config / "call_flows/night.yaml").unlink()
    directory.refresh()
    site.write(night_flow=NIGHT_FLOW.replace("name: Night", "name: Saved"))
    directory.refresh()
    assert name_at(directory, NIGHT_NUMBER) == "Saved"


def test_a_call_flow_added_later_is_served(site: Site) -> None:
    directory = site.watch()
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory.refresh()
    assert name_at(directory, NIGHT_NUMBER) == "Night"


def remove_everything(site: Site) -> None:
    for path in [*site.config.rglob("*.yaml")]:
        path.unlink()
    for folder in ("call_flows", "rota"):
        (site.config / folder).rmdir()


def put_a_file_in_the_folders_place(site: Site) -> None:
    remove_everything(site)
    (site.config / "call_flows").write_text("")


def take_the_directory_away(site: Site) -> None:
    site.config.rename(site.config.with_name("elsewhere"))


@pytest.mark.parametrize(
    "mishap",
    [remove_everything, put_a_file_in_the_folders_place, take_the_directory_away],
    ids=lambda one: one.__name__,
)
def test_files_that_are_all_gone_or_cannot_be_read_leave_the_line_as_it_was(
    site: Site, mishap: Callable[[Site], None]
) -> None:
    directory = site.watch()
    mishap(site)
    for _ in range(3):
        directory.refresh()
    assert name_at(directory) == "RISE"
    assert directory.state.kept == {"rise"}, "and health says so"


def test_one_file_that_cannot_be_read_costs_no_other_hotline(site: Site) -> None:
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    flow = site.config / "call_flows/rise.yaml"
    site.watch()
    flow.unlink()
    flow.symlink_to(site.config / "nowhere")
    for directory in (site.watch(), site.watch(keep_in=site.config / "none")):
        assert name_at(directory, NIGHT_NUMBER) == "Night"
    assert name_at(site.watch()) == "RISE", "from the copy that was kept"
    flow.unlink()
    site.write(flow=FLOW.replace("name: RISE", "name: Mended"))
    directory.refresh()
    assert name_at(directory) == "Mended"


def test_an_editors_own_files_are_nothing_to_us(site: Site) -> None:
    directory = site.watch()
    before = directory.state
    (site.config / "call_flows/.#rise.yaml").symlink_to("someone@somewhere.1")
    (site.config / "call_flows/rise.yaml~").write_text("x")
    directory.refresh()
    assert directory.state is before
    site.write(flow=FLOW.replace("name: RISE", "name: Saved"))
    directory.refresh()
    assert name_at(directory) == "Saved"


def test_a_number_that_a_second_flow_claims_stays_with_the_first(site: Site) -> None:
    directory = site.watch()
    site.write(night_flow=FLOW.replace("name: RISE", "name: Thief"), night_rota=NIGHT_ROTA)
    directory.refresh()
    assert name_at(directory) == "RISE"
    assert directory.state.missing == {"night"}
    assert {one.code for one in directory.state.findings} == {"number-claimed-twice"}


def test_a_number_handed_from_one_flow_to_another_in_two_edits_goes_over(site: Site) -> None:
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory = site.watch()
    site.write(night_flow=NIGHT_FLOW.replace("555 0177", "555 0100"))
    directory.refresh()
    assert (name_at(directory), name_at(directory, NIGHT_NUMBER)) == ("RISE", "Night"), "both claim it: as before"
    site.write(flow=FLOW.replace("555 0100", "555 0177"))
    directory.refresh()
    assert (name_at(directory), name_at(directory, NIGHT_NUMBER)) == ("Night", "RISE")


def test_an_edit_that_leaves_nobody_to_ring_is_refused(site: Site) -> None:
    """Everybody is away, and there is no backup: read without a mistake, and of no use to a caller."""
    directory = site.watch()
    away = "away:\n" + "".join(f"  - {{who: {who}, from: 2026-01-01, to: 2026-12-31}}\n" for who in ("amy", "ben"))
    site.write(rota=ROTA + away)
    directory.refresh()
    hotline = directory.by_number(NUMBER)
    assert hotline is not None
    assert hotline.schedule.at(MONDAY).on_call == ("amy", "ben")
    assert directory.state.kept == {"rise"}
    site.write(rota=ROTA + away + "backup: [amy]\n")
    directory.refresh()
    assert directory.state.kept == {"rise"}, "a backup who is away is none"


def folder_moved_away(config: Path) -> None:
    shutil.rmtree(config / "call_flows")


def folder_emptied(config: Path) -> None:
    (config / "call_flows/rise.yaml").unlink()


def everything_moved_away(config: Path) -> None:
    shutil.rmtree(config)


def file_is_unreadable(config: Path) -> None:
    (config / "call_flows/rise.yaml").unlink()
    (config / "call_flows/rise.yaml").mkdir()


@pytest.mark.parametrize("mishap", [folder_moved_away, folder_emptied, everything_moved_away, file_is_unreadable])
def test_a_process_that_starts_while_all_files_are_gone_answers_with_the_last_good_ones(
    site: Site, mishap: Callable[[Path], None]
) -> None:
    site.watch()
    mishap(site.config)
    started = site.watch()
    for _ in range(3):
        assert name_at(started) == "RISE"
        started.refresh()
    shutil.rmtree(site.config, ignore_errors=True)
    site.write({**texts(), "call_flows/rise.yaml": FLOW.replace("name: RISE", "name: Back").encode()})
    started.refresh()
    assert name_at(started) == "Back"


def test_a_rota_that_has_run_out_goes_on_rather_than_vanish(site: Site) -> None:
    """With time alone, and with an edit of another hotline, whose reading finds that nobody is left in this one."""
    site.write(rota=ROTA.replace("on_call: [amy, ben]}", "on_call: [amy, ben], until: 2026-12-31}"))
    site.write(night_flow=NIGHT_FLOW, night_rota=NIGHT_ROTA)
    directory = site.watch()
    site.now += timedelta(days=700)
    directory.refresh()
    assert name_at(directory) == "RISE"
    site.write(night_flow=NIGHT_FLOW.replace("name: Night", "name: Later"))
    directory.refresh()
    assert (name_at(directory), name_at(directory, NIGHT_NUMBER)) == ("RISE", "Later")
    assert name_at(site.watch(keep_in=site.config / "none")) == "RISE", "after a restart too, with nothing kept"


def test_the_clock_may_be_moved(site: Site) -> None:
    directory = site.watch()
    for years in (20, -40):
        site.now += timedelta(days=365 * years)
        site.write(flow=FLOW.replace("name: RISE", f"name: {years}"))
        directory.refresh()
        assert name_at(directory) == str(years)


def test_looking_is_one_thread_of_each_process_however_often_it_is_asked_for(site: Site) -> None:
    def looking() -> int:
        return sum(thread.name == "files" for thread in threading.enumerate())

    before, directory = looking(), site.watch()
    assert looking() == before, "none before the first request"
    for _ in range(5):
        directory.watch()
    assert looking() == before + 1


def test_a_forked_child_looks_by_itself_and_leaves_its_parent_alone(site: Site) -> None:
    directory = site.watch()

    def child() -> None:
        assert threading.active_count() == 1
        for _ in range(3):
            directory.watch()
        assert threading.active_count() == 2
        site.write(flow=FLOW.replace("name: RISE", "name: Forked"))
        wait_until(lambda: name_at(directory) == "Forked", 10)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(20)
    assert process.exitcode == 0
    assert name_at(directory) == "RISE", "the parent's own was not started"


PREMIUM = ROTA.replace("+1 410 555 0112", "+1 900 555 0112")


def phones(directory: WatchedDirectory) -> list[str]:
    hotline = directory.by_number(NUMBER)
    return [one.phone for one in hotline.rota.volunteers.values()] if hotline else []


def test_files_kept_from_before_have_no_number_dialled_that_may_not_be(site: Site) -> None:
    """Kept by a release that knew no such rule, or before the countries were set."""
    site.watch()
    kept = site.kept_in / "rise.json"
    document = json.loads(kept.read_text())
    document["rota/rise.yaml"] = PREMIUM
    kept.write_text(json.dumps(document))
    site.write(rota=PREMIUM)
    directory = site.watch()
    assert phones(directory) == ["+14105550111"]
    assert directory.state.kept == {"rise"}
    assert [one.code for one in directory.state.findings] == ["phone-never-dialled"]


def test_a_line_whose_files_were_never_good_is_answered_without_the_number(site: Site) -> None:
    site.write(rota=PREMIUM)
    directory = site.watch()
    assert phones(directory) == ["+14105550111"]
    assert directory.state.kept == {"rise"}
    assert not site.kept_in.exists(), "what is not good is not kept as good"


def test_an_edit_with_such_a_number_replaces_nothing(site: Site) -> None:
    directory = site.watch()
    site.write(rota=PREMIUM)
    directory.refresh()
    assert phones(directory) == ["+14105550111", "+14105550112"]


def test_the_phones_of_a_line_that_cannot_be_used_hold_no_such_number(site: Site) -> None:
    site.write(flow=FLOW.replace("reach}", "raech}"), rota=PREMIUM)
    assert site.watch().stranded(NUMBER) == ("+14105550111",)


def test_countries_of_the_environment_are_those_that_are_rung(site: Site) -> None:
    site.write(rota=ROTA.replace("+1 410 555 0112", "+1 416 555 0112"))
    for countries, rung in (((), ["+14105550111"]), (("CA", "US"), ["+14105550111", "+14165550112"])):
        directory = WatchedDirectory(site.config, None, lambda: MONDAY, lambda *_, **__: None, countries)
        assert phones(directory) == rung


class TestOtherRotas:
    """A step that rings another rota, and that rota broken."""

    BROKEN = b"timezone: [\n"

    def test_the_last_good_version_rings_on(self, site: Site) -> None:
        site.write(with_leaders())
        directory = site.watch()
        site.write({"rota/leaders.yaml": self.BROKEN})
        directory.refresh()
        assert directory.state.kept == {"rise"}
        assert directory.state.hotlines["rise"].can_ring("group")
        assert site.watch().state.hotlines["rise"].can_ring("group"), "after a restart too"

    def test_without_one_the_line_answers_all_the_same(self, site: Site) -> None:
        site.write({**with_leaders(), "rota/leaders.yaml": self.BROKEN})
        directory = site.watch()
        assert (directory.state.uncovered, directory.state.kept) == ({"rise"}, set())
        assert not directory.state.hotlines["rise"].can_ring("group")
        site.write(flow=OTHERS_FLOW.replace("name: RISE", "name: Anew"))
        directory.refresh()
        assert name_at(directory) == "Anew"
        site.write(with_leaders())
        directory.refresh()
        assert (directory.state.uncovered, directory.state.rotas.keys()) == (set(), {"rise", "leaders"})

    def test_a_step_with_a_slip_is_not_taken_up(self, site: Site) -> None:
        site.write(with_leaders())
        directory = site.watch()
        site.write(flow=OTHERS_FLOW.replace("ring: leaders", "ring: leadres"))
        directory.refresh()
        assert directory.state.kept == {"rise"}
        assert directory.state.hotlines["rise"].flow.people() == ("leaders",)


RECORDED = FLOW.replace("  welcome:\n", "  welcome:\n    play: welcome\n", 1)
SOUND = "call_flows/sounds/welcome.wav"


def sounds_at(directory: WatchedDirectory) -> list[float]:
    """The lengths of the sounds of the line."""
    hotline = directory.by_number(NUMBER)
    assert hotline is not None
    return [round(sound.seconds, 1) for sound in hotline.sounds.values()]


def test_a_sound_that_is_added_changed_or_taken_away_is_live_within_ten_seconds(site: Site) -> None:
    site.write(flow=RECORDED)
    directory = site.watch()
    directory.watch()
    assert sounds_at(directory) == []
    site.write({SOUND: tone(1)})
    wait_until(lambda: sounds_at(directory) == [1.0], 10)
    site.write({SOUND: tone(2)})
    wait_until(lambda: sounds_at(directory) == [2.0], 10)
    (site.config / SOUND).unlink()
    wait_until(lambda: sounds_at(directory) == [], 10)
    directory.stop()


def test_a_sound_can_be_fetched_for_a_while_after_an_edit(site: Site) -> None:
    """A call may have been told to play it a moment ago."""
    site.write({SOUND: tone(1)}, flow=RECORDED)
    directory = site.watch()
    before = next(iter(directory.state.hotlines["rise"].sounds.values()))
    site.write({SOUND: tone(2)})
    directory.refresh()
    assert directory.sound(before.file) == before
    assert directory.sound("0" * 32 + ".wav") is None


def test_a_process_that_has_not_seen_an_edit_looks_when_it_is_asked_for_a_new_sound(site: Site) -> None:
    site.write({SOUND: tone(1)}, flow=RECORDED)
    directory = site.watch()
    site.write({SOUND: tone(2)})
    other = site.watch()
    new = next(iter(other.state.hotlines["rise"].sounds.values()))
    assert directory.sound(new.file) == new


def test_the_last_good_version_has_its_sounds_and_survives_a_restart(site: Site) -> None:
    site.write({SOUND: tone(1)}, flow=RECORDED)
    site.watch()
    site.write(flow="name: [\n")
    (site.config / SOUND).unlink()
    assert sounds_at(site.watch()) == [1.0]


def test_a_sound_with_the_name_of_a_call_flow_is_no_call_flow(site: Site) -> None:
    site.write({"call_flows/sounds/rise.wav": tone(1), "call_flows/sounds/night.wav": b"+1 410 555 0177"})
    directory = site.watch()
    assert directory.state.missing == frozenset()
    assert list(directory.state.hotlines) == ["rise"]
