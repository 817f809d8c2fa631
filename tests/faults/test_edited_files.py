"""Edits of the files while the line runs: a good one is heard within ten seconds, a broken one never."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator

import pytest

from hotline.files.loading.watch import LOOK_EVERY
from hotline.simulator import World
from tests.faults import line
from tests.faults.processes import children, command_of, kill, wait_until
from tests.faults.stalled import Stalled
from tests.faults.system import ROOT, Place, Process, reaches_a_person, running, serving

OPERATORS = (ROOT / "docs" / "operators.md").read_text("utf-8")
BROKEN = {
    "no YAML": {"flow": line.FLOW + "\n  - [\n"},
    "a step that does not exist": {"flow": line.FLOW.replace("then: welcome", "then: welcom")},
    "nobody on call and no backup": {
        "rota": line.ROTA.replace("hours: 24h", "hours: 24h, until: 2020-01-01").replace("[chaplain]", "[]")
    },
    "a volunteer who is not there": {"rota": line.ROTA.replace("[amy, ben, cho]", "[amy, bem, cho]")},
    "an empty rota": {"rota": ""},
}


@pytest.fixture(scope="module")
def web(shared_place: Place) -> Iterator[Process]:
    with serving(shared_place) as process:
        yield process


def refused(place: Place) -> bool:
    """Whether every web process says that an edit was refused, and is green all the same."""
    return all(place.part("files") == "degraded" for _ in range(6))


def accepted(place: Place) -> bool:
    return all(place.part("files") == "ok" for _ in range(6))


def answering(web: Process) -> list[int]:
    """The processes that answer."""
    return [pid for pid in children(web.pid) if "gunicorn" in command_of(pid)]


def kill_workers(web: Process) -> None:
    """Kill all processes that answer; their server starts others."""
    for pid in answering(web):
        kill(pid)
    wait_until(lambda: len(answering(web)) == 2, what="others are there")


def hears(world: World, text: str) -> bool:
    """Whether a caller is welcomed with these words, whichever process answers."""
    heard = []
    for _ in range(4):
        call = world.call(line.NUMBER)
        call.hears("")
        heard.append(text in call.leg.heard[0].text)
        call.hangs_up().has_ended()
    return all(heard)


def become_live(world: World, text: str) -> None:
    """Wait until an edit is heard; whichever process has not looked at the files by then does so meanwhile."""
    wait_until(lambda: hears(world, text), within=10)
    time.sleep(2 * LOOK_EVERY + 0.5)
    assert hears(world, text)


def test_changed_words_are_heard_within_ten_seconds(web: Process) -> None:
    place = web.place
    with place.world() as world:
        assert hears(world, "Welcome.")
        line.write(place.config_dir, flow=line.FLOW.replace("Welcome.", "Good to hear you."))
        become_live(world, "Good to hear you.")
        line.write(place.config_dir)
        become_live(world, "Welcome.")


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_edit_is_refused_and_the_last_good_line_goes_on(web: Process, how: str) -> None:
    """A broken edit never replaces a working rota, and health says so (design)."""
    place = web.place
    with place.world() as world:
        reaches_a_person(world)
        line.write(place.config_dir, **BROKEN[how])
        wait_until(lambda: refused(place), within=10, what="health says that the edit is refused")
        reaches_a_person(world, ignoring=1)
        line.write(place.config_dir)
        wait_until(lambda: accepted(place), within=10, what="the mended files are live")


def test_health_says_what_the_operators_page_shows_of_it(place: Place) -> None:
    shown = (json.loads(text) for text in OPERATORS.splitlines() if text.startswith('{"parts":'))
    good, bad = shown
    with running(place) as up:
        wait_until(lambda: place.health()[1] == good, what=f"{place.health()[1]} is {good}")
        line.write(place.config_dir, **BROKEN["no YAML"])
        wait_until(lambda: place.health()[1] == bad, what=f"{place.health()[1]} is {bad}")
        assert up.stop() == 0


def test_a_web_process_begins_with_the_files_as_they_are_or_were_last_good_however_old_its_server_is(
    web: Process,
) -> None:
    place, first = web.place, answering(web)
    with place.world() as world:
        assert hears(world, "Welcome.")
        line.write(place.config_dir, flow=line.FLOW.replace("Welcome.", "Good to hear you."))
        become_live(world, "Good to hear you.")
        kill_workers(web)
        assert hears(world, "Good to hear you."), "not as they were when the server started"
        line.write(place.config_dir, flow="")
        wait_until(lambda: refused(place), within=10, what="health says that the edit is refused")
        kill_workers(web)
        assert hears(world, "Good to hear you."), "what was last good"
        shutil.rmtree(place.config_dir / "call_flows")
        kill_workers(web)
        assert hears(world, "Good to hear you."), "what was last good, with no folder to read"
        line.write(place.config_dir)
        become_live(world, "Welcome.")
    assert not set(first) & set(answering(web))


def test_a_flow_that_vanishes_with_its_folder_goes_on_serving(web: Process) -> None:
    """A mount that is lost, or a deployment that clears the folder first, is no wish to close the line."""
    place = web.place
    with place.world() as world:
        reaches_a_person(world)
        shutil.rmtree(place.config_dir / "call_flows")
        wait_until(lambda: refused(place), within=10, what="health says that the files are gone")
        reaches_a_person(world)
        line.write(place.config_dir)
        wait_until(lambda: accepted(place), within=10, what="the files are live again")


def test_a_restart_with_broken_files_serves_the_last_good_ones_until_they_are_mended(place: Place) -> None:
    with serving(place, WEB_CONCURRENCY="1"):
        pass  # it has seen the good files, and kept them
    line.write(place.config_dir, **BROKEN["a step that does not exist"])
    with serving(place, WEB_CONCURRENCY="1"), place.world_of(line.NUMBER) as world:
        assert place.part("files") == "degraded"
        assert hears(world, "Welcome.")
        line.write(place.config_dir, flow=line.FLOW.replace("Welcome.", "Hello again."))
        wait_until(lambda: hears(world, "Hello again."), within=10)
        assert place.part("files") == "ok"


def test_a_volunteer_taken_out_of_the_rota_in_mid_hunt_is_rung_no_more(web: Process) -> None:
    place = web.place
    with place.redis() as redis:
        redis.flushall()  # nobody was rung yet
    with place.world() as world, place.world() as elsewhere:
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings("amy")
        rota = line.ROTA.replace('  ben: {name: Ben, phone: "+1 410 555 0112"}\n', "").replace("amy, ben,", "amy,")
        line.write(place.config_dir, rota=rota.replace("Press 1 to take it", "To take it, press 1"))

        def live() -> bool:
            probe = elsewhere.call(line.NUMBER)
            probe.presses("1")
            other = probe.rings().picks_up()
            other.leg.hang_up()
            probe.hangs_up().has_ended()
            return "To take it, press 1" in other.leg.heard[0].text

        wait_until(lambda: all(live() for _ in range(4)), within=10, what="the edit is live")
        time.sleep(2 * LOOK_EVERY + 0.5)  # in both web processes
        ring.ignored()
        second = call.rings("cho")
        second.picks_up().hears("press 1").presses("1")
        call.talks_with("cho").hangs_up().has_ended()
        line.write(place.config_dir)


def test_with_redis_database_and_files_all_broken_every_signed_webhook_is_answered_and_no_other(place: Place) -> None:
    """Each web process must answer any signed webhook, in any state, with valid TwiML (design)."""
    shutil.rmtree(place.config_dir)
    line.write(place.config_dir, **BROKEN["no YAML"])
    with Stalled() as stalled:
        place.environment |= {"REDIS_URL": stalled.url, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        with serving(place), place.world_of(line.NUMBER) as world:
            call = world.call(line.NUMBER)
            call.hears("something went wrong").rings("+14105550190").ignored()  # its own backup, and no other line's
            call.hangs_up().has_ended()
            status, said = place.health()
            assert (status, said["status"]) == (503, "down"), json.dumps(said)
            for path in PATHS:
                for signed in (True, False):
                    assert place.post(path, signed=signed) == (200 if signed else 403), path
            line.write(place.config_dir)
            wait_until(lambda: hears(world, "Welcome."), within=10, what="the mended files are live")
            other = world.call(line.NUMBER)
            other.presses("1")
            other.hears("finding someone")
            other.hangs_up().has_ended()


PATHS = (
    *("/voice", "/voice/key", "/voice/next", "/voice/rung", "/voice/dialled", "/voice/ended", "/voice/screening"),
    *("/voice/screened", "/voice/leg", "/voice/rescue", "/voice/rescue/screening", "/voice/rescue/screened"),
    *("/voice/key?at=nonsense", "/voice/rescue?n=99999999999999999999", "/voice/rung?at=", "/voice/screened?at=%00"),
)
