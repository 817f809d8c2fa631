"""Promises that no single part can keep: looked for in the whole of the code, in files, in running processes."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.files import CODES
from hotline.processes import gunicorn_conf

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hotline"
NOT_OURS = {"var", "build", "dist", "node_modules", "__pycache__", "hotline.egg-info"}


def elsewhere(code: str, tmp_path: Path, **environment: str) -> str:
    """What a fresh process, with a directory of its own and no settings but these, prints."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**plain, "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules() -> list[str]:
    """Every module of ours, by name."""
    paths = (path.relative_to(ROOT).with_suffix("") for path in sorted(PACKAGE.rglob("*.py")))
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def committed_texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project, by its path: what a fresh clone has."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [one for one in folders if one not in NOT_OURS and (not one.startswith(".") or one == ".ci")]
        for name in files:
            path = Path(folder, name)
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_text()
            except (UnicodeDecodeError, FileNotFoundError):
                continue


# ----------------------------------------------------------------------------------------------------------- routes


def test_every_route_is_signed_or_asks_for_a_secret_or_tells_of_health(tmp_path: Path) -> None:
    """There is no mode in which an unsigned webhook is served, practice mode included."""
    code = """
import json
from hotline.wiring.web import wsgi_app
app = wsgi_app()
client = app.test_client()
print(json.dumps([
    [rule.rule, method, client.open(rule.rule, method=method).status_code]
    for rule in app.url_map.iter_rules() for method in ("GET", "POST", "HEAD") if method in rule.methods
]))
"""
    token = "a-token-that-nobody-sends"
    answers = json.loads(elsewhere(code, tmp_path, HOTLINE_CONFIG_DIR=str(ROOT), HOTLINE_METRICS_TOKEN=token))
    routes = {route for route, _, _ in answers}
    assert {"/voice", "/voice/ended", "/health/live", "/health/ready"} <= routes
    for route, method, status in answers:
        secrets = {"/calendar.ics": 404, "/sounds/<name>": 404, "/metrics": 401}
        wanted = secrets.get(route, 200 if route.startswith("/health/") else 403)
        assert status == wanted, f"{method} {route}"


def test_wsgi_gives_an_application_to_any_server(tmp_path: Path) -> None:
    code = "from wsgi import app; from flask import Flask; print(isinstance(app, Flask))"
    assert elsewhere(code, tmp_path, HOTLINE_CONFIG_DIR=str(ROOT)) == "True\n"


def test_access_logs_hold_no_query_and_no_address_of_anybody() -> None:
    """A call's position is in the query (https://docs.gunicorn.org/en/stable/settings.html, access_log_format)."""
    known = set(re.findall(r"%\((.+?)\)s", gunicorn_conf.access_log_format))
    assert known <= {"t", "m", "U", "s", "L"}, "time, method, path, status, seconds"


def test_answering_a_call_needs_nothing_of_the_carriers_rest_api(tmp_path: Path) -> None:
    """Two calls to the carrier's REST API before the first greeting: slow, and a 500 when it is down (lessons)."""
    code = "import sys, hotline.wiring.web; print([name for name in sys.modules if name.startswith('twilio.rest')])"
    assert elsewhere(code, tmp_path) == "[]\n"


def test_a_worker_answers_no_webhooks_and_loads_nothing_that_does(tmp_path: Path) -> None:
    heavy = {"flask", "werkzeug", "jinja2", "gunicorn"}
    code = f"import sys, hotline.processes.worker, hotline.wiring.parts; print(sorted({heavy} & set(sys.modules)))"
    assert elsewhere(code, tmp_path) == "[]\n"


def test_a_clock_loads_nothing_of_rotas_calls_and_tasks(tmp_path: Path) -> None:
    """Half of what it would take of memory and of its start."""
    heavy = {"sqlalchemy", "hotline.core.rota.rota", "hotline.core.calls.flow", "hotline.jobs.tasks"}
    code = f"import sys, hotline.commands.clock; print(sorted({heavy} & set(sys.modules)))"
    assert elsewhere(code, tmp_path) == "[]\n"


def test_what_keeps_the_processes_running_loads_no_client_of_redis_or_a_database(tmp_path: Path) -> None:
    """It stays as long as they do."""
    code = "import sys, hotline.commands.up; print(sorted({'redis', 'sqlalchemy'} & set(sys.modules)))"
    assert elsewhere(code, tmp_path) == "[]\n"


# ---------------------------------------------------------------------------------------------------------- imports


def test_the_core_imports_the_standard_library_alone() -> None:
    for path in (PACKAGE / "core").rglob("*.py"):
        for name in imports(path):
            ours = name.startswith("hotline.core") or name == "hotline.errors"
            assert ours or name.partition(".")[0] in sys.stdlib_module_names, f"{path.name} imports {name}"


def test_the_simulator_imports_nothing_of_ours() -> None:
    for path in (PACKAGE / "simulator").rglob("*.py"):
        for name in imports(path):
            assert name.startswith("hotline.simulator") or name.partition(".")[0] != "hotline", path.name


def test_the_contracts_on_imports_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


def test_importing_a_module_connects_to_nothing_starts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    code = f"""
import sys
from importlib import import_module

forbidden = {{
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn",
    "_thread.start_new_thread", "os.mkdir", "os.remove", "os.rename",
}}
now = ""

def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event in forbidden or writes:
        raise AssertionError(f"importing {{now}}: {{event}} {{arguments}}")

sys.addaudithook(watch)
for now in {[name for name in modules() if name not in ONLY_RUN]!r}:
    import_module(now)
print("done")
"""
    assert elsewhere(code, tmp_path) == "done\n"
    assert list(tmp_path.iterdir()) == []


ONLY_RUN = {"hotline.__main__", "hotline.store.migrations.env"}
"""What is run rather than imported: by `python -m hotline`, and by Alembic."""


# ------------------------------------------------------------------------------------------------------------ files


def test_no_file_names_the_host_of_a_registry() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "index" + "-url", "trusted" + "-host", "find" + "-links"]
    allowed = {("Makefile", host) for host in hosts[2:]}  # the options that keep such addresses out
    found = {(name, host) for name, text in committed_texts() for host in hosts if host in text}
    assert found <= allowed


def test_requirements_have_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "http" + "://" not in text
        assert "https" + "://" not in text
        assert not re.search(r"^-", text, re.MULTILINE), "no option either"
        pinned = re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.MULTILINE | re.IGNORECASE)
        assert len(pinned) > 30
        assert text.count("--hash=sha256:") >= len(pinned)


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    places = {str(ROOT), str(ROOT.parent), str(Path.home())} - {"/"}
    found = [(name, place) for name, text in committed_texts() for place in places if f"{place}/" in text]
    assert found == []


def test_the_two_commands_are_at_the_top_of_the_readme() -> None:
    top = "\n".join((ROOT / "README.md").read_text().splitlines()[:12])
    assert "make run" in top
    assert "make test" in top


def test_every_link_between_documents_leads_somewhere() -> None:
    for name, text in committed_texts():
        if name.endswith(".md") and not name.endswith("template.md"):
            for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
                assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links to {target}"


def test_every_code_that_a_finding_may_have_is_explained() -> None:
    reported: set[str] = set()
    for path in (PACKAGE / "files").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in {"report", "Finding"} and isinstance(node.args[0].value, str):
                    reported.add(node.args[0].value)
    assert len(reported) > 20
    assert reported <= CODES.keys()


def test_tests_of_time_do_not_depend_on_today() -> None:
    """Tests of clock changes that depend on today's date (lessons): use fixed dates."""
    for folder in ("core", "files", "calls", "web", "carrier", "jobs"):
        for path in (ROOT / "tests" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in {"today", "utcnow"}:
                    pytest.fail(f"{path}:{node.lineno} depends on today")
                if isinstance(node, ast.Attribute) and node.attr == "now":
                    of = node.value.id if isinstance(node.value, ast.Name) else ""
                    assert of not in {"datetime", "date"}, f"{path}:{node.lineno} depends on today"


def test_nothing_needs_a_later_patch_of_the_oldest_python() -> None:
    """Debian 12 has Python 3.11.2, whose tarfile knows no filters. Backups are unpacked without any."""
    for path in (ROOT / "hotline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"extractall", "unpack_archive"}, path
                assert not (node.func.attr == "extract" and any(word.arg == "filter" for word in node.keywords)), path


def test_the_benchmarks_that_are_named_are_there(tmp_path: Path) -> None:
    """Load tests that call a missing script (lessons)."""
    assert "python -m benchmarks" in (ROOT / "Makefile").read_text()
    code = "from benchmarks import voice, whole, load; print(callable(voice.run), callable(whole.run))"
    assert elsewhere(code, tmp_path) == "True True\n"


# ---------------------------------------------------------------------------------------------------------- lessons

LESSONS: dict[str, tuple[str, ...]] = {
    "a voicemail answers the call": (
        "calls/test_a_call.py::test_a_voicemail_never_wins_the_call",
        "webhooks/test_webhooks.py::test_only_dial_bridged_means_answered",
        "core/calls/test_transitions.py::test_only_the_accept_key_connects",
        "simulator/twiml/test_dial.py",
    ),
    "the first pick-up cancels phones that ring in parallel": (
        "webhooks/test_numbers.py::test_one_phone_is_rung_at_a_time",
    ),
    "the same people are always rung first": (
        "calls/test_a_call.py::test_the_round_robin_goes_on_from_call_to_call",
        "store/redis/test_live.py::test_the_round_robin_is_remembered_by_volunteer_across_changes_of_the_list",
        "store/disk/test_restart.py::test_the_round_robin_survives_a_restart_of_redis_and_of_every_process",
        "core/calls/test_hunt.py::test_after_someone_not_on_call_now_it_goes_on_after_their_place_among_the_volunteers",
    ),
    "two callers ring one volunteer": (
        "calls/test_a_call.py::test_two_callers_at_once_never_ring_the_same_volunteer",
        "store/redis/test_live.py::test_many_callers_at_once_get_different_volunteers",
    ),
    "a volunteer who talks is rung again": ("calls/test_a_call.py::test_a_volunteer_who_talks_is_not_rung_again",),
    "a handover or a shorter list in mid-hunt": (
        "calls/test_a_call.py::test_a_handover_in_mid_hunt_goes_on_with_those_now_on_call",
        "calls/test_a_call.py::test_a_volunteer_removed_from_the_rota_in_mid_hunt_is_skipped_and_nobody_else_is",
    ),
    "one malformed number spoils the whole dial": (
        "files/loading/test_broken.py::test_a_broken_file_is_told_of_at_the_right_spot",
        "files/values/test_phones.py::test_what_is_refused_for_a_volunteer",
    ),
    "nobody on shift, and music for ever": (
        "calls/test_a_call.py::test_nobody_on_shift_and_no_backup_goes_on_at_once",
        "calls/test_a_call.py::test_nobody_waits_longer_than_max_wait",
        "test_watch.py::test_an_edit_that_leaves_nobody_to_ring_is_refused",
    ),
    "phones ring on after the caller hung up, and a late pick-up fails": (
        "calls/test_a_call.py::test_a_caller_who_hangs_up_stops_the_ringing_and_frees_the_volunteer",
        "webhooks/test_webhooks.py::test_a_late_pick_up_is_told_so_kindly",
    ),
    "a pause between tries that came to nothing": (
        "processes/test_supervisor.py::test_one_that_keeps_dying_is_given_ever_longer_pauses",
        "store/disk/test_drainer.py::test_a_drainer_is_less_eager_while_the_database_is_away",
        "core/calls/test_transitions.py::test_a_flow_that_leads_straight_back_to_ringing_pauses_and_does_not_spin",
    ),
    "the last one on a shift is paused": (
        "calls/test_a_call.py::test_resting_never_takes_the_last_one_away",
        "core/calls/test_hunt.py::test_the_resting_come_last_but_never_not_at_all",
    ),
    "a volunteer sees the caller's number": (
        "webhooks/test_webhooks.py::test_the_caller_id_shown_to_a_volunteer_is_the_hotlines_never_the_callers",
        "carrier/test_twiml.py::test_every_dial_shows_the_hotlines_number_and_keeps_the_caller_ringing_until_the_bridge",
    ),
    "a ring from a number that is not the saved contact": (
        "webhooks/test_numbers.py::test_whichever_number_is_dialled_volunteers_see_the_first",
    ),
    "signatures behind a proxy": (
        "webhooks/test_webhooks.py::test_the_signature_is_checked_against_the_public_address_not_the_host_header",
        "carrier/test_signature.py::test_the_public_address_is_understood_as_carriers_write_it",
    ),
    "a query sorted or written anew before the check": (
        "webhooks/test_webhooks.py::test_the_query_is_checked_as_it_was_sent",
        "carrier/test_signature.py::test_the_query_is_checked_as_it_was_sent",
    ),
    "a request's parameter overrides a setting": (
        "webhooks/test_webhooks.py::test_no_request_parameter_overrides_a_setting",
        "test_settings.py::test_nothing_else_reads_the_environment",
    ),
    "a write before the signature is checked": (
        "webhooks/test_webhooks.py::test_an_unsigned_webhook_is_refused_and_touches_nothing",
    ),
    "REST before the first greeting": (
        "test_promises.py::test_answering_a_call_needs_nothing_of_the_carriers_rest_api",
        "webhooks/test_webhooks.py::test_from_the_entry_to_a_ringing_volunteer_takes_two_webhooks",
    ),
    "a status callback twice, or never": (
        "store/database/test_call_log.py::test_a_duplicate_status_callback_does_not_make_two_log_rows",
        "jobs/test_tasks.py::test_the_sweep_closes_calls_whose_end_was_never_reported",
    ),
    "an empty answer": (
        "webhooks/test_webhooks.py::test_a_status_callback_is_answered_with_an_empty_document",
        "carrier/test_twiml.py::test_a_document_that_says_nothing_connects_and_is_not_empty",
    ),
    "nothing after a Gather": (
        "carrier/test_twiml.py::test_something_always_follows_a_gather",
        "webhooks/test_webhooks.py::test_a_silent_caller_is_led_on_after_every_gather",
    ),
    "everything fails with the database": (
        "webhooks/test_webhooks.py::test_whatever_fails_the_caller_gets_a_working_call",
        "feeds/test_health.py::test_a_database_that_cannot_be_used_is_degraded_with_the_reason",
        "feeds/test_health.py::test_without_redis_it_is_degraded_and_stays_green",
    ),
    "overnight shifts, and a minute open each day": (
        "files/loading/test_rota_rules.py::test_a_stretch_for_each_named_day_which_is_the_date_it_starts_on",
        "files/loading/test_rota_rules.py::test_contiguous_stretches_leave_no_minute_open",
        "files/loading/test_rota_rules.py::test_a_whole_day_runs_to_the_next_midnight",
    ),
    "everything in UTC": ("files/loading/test_rota_rules.py::test_wall_clock_times_stay_summer_and_winter",),
    "clock changes of every kind": (
        "files/loading/test_rota_rules.py::test_a_start_that_does_not_occur_is_the_jump",
        "files/loading/test_rota_rules.py::test_a_start_that_occurs_twice_is_the_first_and_an_end_the_last",
        "files/loading/test_rota_rules.py::test_a_handover_in_a_repeated_hour_has_both_on_call_for_it",
        "files/loading/test_rota_rules.py::test_lord_howe_shifts_by_half_an_hour",
        "files/loading/test_rota_rules.py::test_a_midnight_that_does_not_occur",
        "files/loading/test_rota_rules.py::test_apia_skipped_a_day",
        "files/loading/test_rota_rules.py::test_days_of_23_and_25_hours",
        "core/rota/test_on_call.py::test_every_minute_of_the_clock_changes",
    ),
    "where a stretch begins and ends": (
        "test_commands.py::test_a_start_is_on_call_and_an_end_is_not",
        "files/loading/test_rota_rules.py::test_an_end_at_the_start_is_a_day_later",
        "files/loading/test_rota_rules.py::test_before_starting_nobody_of_it_is_on_call",
        "core/rota/test_on_call.py::test_far_away_instants_can_be_asked_about",
    ),
    "covers that are lost, overlap, or are by someone away": (
        "files/loading/test_moved_shifts.py::test_a_cover_stays_when_the_shift_it_covers_is_moved",
        "files/loading/test_moved_shifts.py::test_two_covers_may_overlap",
        "files/loading/test_rota_rules.py::test_covers_apply_in_file_order",
        "files/loading/test_rota_rules.py::test_someone_away_who_covers_stays_if_the_cover_took_effect",
    ),
    "a mistyped name makes an empty shift": (
        "files/loading/test_broken.py::test_a_broken_file_is_told_of_at_the_right_spot",
        "files/loading/test_broken.py::test_the_help_has_the_corrected_words",
    ),
    "gaps known too late": (
        "files/loading/test_gaps.py::test_a_recurring_gap_is_told_once_with_how_often",
        "files/loading/test_gaps.py::test_gaps_past_the_weeks_asked_for_are_not_told",
    ),
    "tests that depend on today": ("test_promises.py::test_tests_of_time_do_not_depend_on_today",),
    "more kept than is told": (
        "faults/test_canaries.py",
        "store/database/test_migrate.py::test_nothing_but_the_three_times_can_be_kept",
        "jobs/test_queue.py::test_a_job_is_plain_json_and_says_nothing_but_its_task",
        "store/redis/test_live.py::test_every_key_expires",
        "test_promises.py::test_access_logs_hold_no_query_and_no_address_of_anybody",
        "store/database/test_call_log.py::test_an_error_does_not_quote_the_row",
    ),
    "an average of nothing": (
        "core/reports/test_report.py::test_the_average_duration_is_not_the_constant_0_when_ends_are_missing",
    ),
    "a report by volunteer": ("store/database/test_migrate.py::test_nothing_but_the_three_times_can_be_kept",),
    "a simulator that reads nothing, and signatures switched off": (
        "simulator/test_alone.py::test_it_imports_nothing_else_of_ours_and_no_library_but_to_draw",
        "simulator/line/test_failures.py",
        "simulator/line/test_signature.py::test_the_example_in_twilios_documentation_comes_out_right",
        "test_promises.py::test_every_route_is_signed_or_asks_for_a_secret_or_tells_of_health",
    ),
    "a load test that is not there": ("test_promises.py::test_the_benchmarks_that_are_named_are_there",),
}
"""What went wrong in systems like this one, in a few words, and the tests that would notice it here."""


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_has_its_tests(lesson: str) -> None:
    assert LESSONS[lesson]
    for wanted in LESSONS[lesson]:
        file, _, name = wanted.partition("::")
        path = ROOT / "tests" / file
        assert path.exists(), wanted
        tests = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
        assert not name or name in tests, wanted
        assert any(test.startswith("test_") for test in tests)
