"""`hotline diff`: what an edit changes, between files, folders and revisions."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hotline.errors import FilesError
from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, run, write
from tests.rota_tools.shell import PYTHON, environment

AT = ("--at", "2026-01-05 12:00")
ENTRIES = ("shifts:", DAYS, NIGHTS, BACKUP)


def git(folder: Path, *words: str) -> None:
    by = ("-c", "user.name=Nobody", "-c", "user.email=nobody@invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *by, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one commit."""
    write(tmp_path, *ENTRIES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return tmp_path


def edit(folder: Path, *replaced: tuple[str, str]) -> None:
    path = folder / "rota" / "rise.yaml"
    text = path.read_text()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def changes(folder: Path, *words: str) -> dict[str, Any]:
    [rota] = json.loads(run(folder, "diff", *words, *AT, "--json").stdout)["rotas"]
    return dict(rota)


def hours(rota: dict[str, Any]) -> dict[str, float]:
    return {one["id"]: one["seconds"] / 3600 for one in rota["volunteers"]}


def test_without_an_edit_nothing_changes(folder: Path) -> None:
    result = run(folder, "diff", "--exit-code", *AT)
    assert result.exit_code == 0
    assert result.stdout == "HEAD → the working files: nothing changes for anyone.\n"


def test_comments_and_layout_change_nothing_for_anyone(folder: Path) -> None:
    edit(
        folder,
        ("shifts:", "# every week\nshifts:   "),
        ("name: Days, hours", "hours"),
        ("on_call: [amy", "name: Day,  on_call: [amy"),
    )
    assert changes(folder)["change"] == "none"


def test_who_gains_and_who_loses(folder: Path) -> None:
    edit(folder, ("on_call: [cho]", "on_call: [dee]"))
    rota = changes(folder)
    assert hours(rota) == {"dee": 672, "cho": -672}
    assert (len(rota["volunteers"][0]["gained"]), len(rota["volunteers"][1]["lost"])) == (56, 56)
    text = run(folder, "diff", *AT).stdout
    assert re.search(r"Dee +\+672 h\n", text)
    assert "+ daily 20:00–08:00, 56 times from Mon 5 Jan" in text


def test_times_are_told_in_few_words(folder: Path) -> None:
    cover = "cover: [{who: dee, for: cho, from: 2026-01-09 20:00, to: 2026-01-10 06:00}]\nbackup"
    edit(folder, ("backup", cover))
    text = run(folder, "diff", *AT).stdout
    assert "+ Fri 9 Jan 20:00 – Sat 10 Jan 06:00\n" in text
    assert "times in the next" not in text
    assert "first on" not in text


def test_a_swap_of_hours_is_told_though_it_evens_out(folder: Path) -> None:
    covers = (
        "cover: [{who: cho, for: amy, from: 2026-01-06 08:00, to: 2026-01-06 20:00},"
        " {who: amy, for: cho, from: 2026-01-07 20:00, to: 2026-01-08 08:00}]\nbackup"
    )
    edit(folder, ("backup", covers))
    assert hours(changes(folder)) == {"amy": 0, "cho": 0}
    assert "±0 h" in run(folder, "diff", *AT).stdout


def test_gaps_that_open_and_close(folder: Path) -> None:
    edit(folder, ("20:00-08:00", "21:00-08:00"))
    assert len(changes(folder)["new_gaps"]) == 56
    result = run(folder, "diff", *AT)
    assert result.exit_code == 0
    assert "new gap daily 20:00–21:00" in result.stdout
    git(folder, "commit", "--quiet", "--all", "--message", "Second")
    edit(folder, ("21:00-08:00", "20:00-08:00"))
    assert len(changes(folder)["closed_gaps"]) == 56
    assert changes(folder, "HEAD~1")["change"] == "none"


def test_an_edit_that_leaves_a_caller_with_nobody_is_an_error(folder: Path) -> None:
    edit(folder, ("20:00-08:00", "21:00-08:00"), ("backup: [dee]", "backup: []"))
    result = run(folder, "diff", *AT)
    assert result.exit_code == 1
    assert "error: callers would reach nobody daily 20:00–21:00" in result.stdout
    git(folder, "commit", "--quiet", "--all", "--message", "It was so before this one")
    assert run(folder, "diff", *AT).exit_code == 0


def test_ringing_and_people(folder: Path) -> None:
    several = "at_once: 2, stagger: 4s"
    ringing = f'ringing: {{ring_for: 25s, rounds: 3, {several}, accept_key: "2", order: listed, say: {{en: Press 2.}}}}'
    edit(
        folder,
        ("backup: [dee]", f"backup: [dee, ben]\nlimits: {{rest_between: 10h}}\n{ringing}"),
        ("0114", "0115"),
        ("  dee:", '  eli: {name: Eli Haddad, phone: "+1 410 555 0120"}\n  dee:'),
        ("[amy, ben]", "[ben, amy]"),
    )
    rota = changes(folder)
    assert {(one["what"], one["old"], one["new"]) for one in rota["settings"]} == {
        ("backup", "[dee]", "[dee, ben]"),
        ("ring_for", "20s", "25s"),
        ("rounds", "2", "3"),
        ("at_once", "1", "2"),
        ("stagger", "none", "4s"),
        ("accept_key", "1", "2"),
        ("order", "round_robin", "listed"),
        ("say: en", "(the usual words)", "Press 2."),
        ("limits: rest_between", "11h", "10h"),
        ("dee: phone", "a number", "another number"),
    }
    assert rota["added"] == {"eli": "Eli Haddad"}
    assert len(rota["another_order"]) == 57


def test_texts_and_coordinators(folder: Path) -> None:
    nora = 'coordinators: {nora: {name: Nora Diaz, phone: "+1 410 555 0130", alerts: [gap]}}'
    words = 'words: {gap: {en: "{hotline}: nobody."}}'
    rules = f"texts: {{reminders: [2h before], quiet: none, missed_ring: no, changes: no, {words}}}"
    edit(folder, ("backup: [dee]", f"backup: [dee]\n{nora}\n{rules}"), ('0114"', '0114", texts: yes, remind: none'))
    rota = changes(folder)
    assert {(one["what"], one["old"], one["new"]) for one in rota["settings"]} == {
        ("dee: texts", "no", "yes"),
        ("dee: remind", "(as the rota's)", "none"),
        ("coordinators: nora", "(none)", "Nora Diaz"),
        ("texts: reminders", "[18:00 the day before, 1h before]", "[2h before]"),
        ("texts: quiet", "21:00-08:00", "none"),
        ("texts: missed_ring", "yes", "no"),
        ("texts: changes", "yes", "no"),
        ("texts: words: gap: en", "(the usual words)", "{hotline}: nobody."),
    }
    git(folder, "commit", "--quiet", "--all", "--message", "Texts")
    edit(folder, ("0130", "0131"), ("[gap]", "[gap, ring_test]"))
    assert {(one["what"], one["old"], one["new"]) for one in changes(folder)["settings"]} == {
        ("coordinators: nora: phone", "a number", "another number"),
        ("coordinators: nora: alerts", "[gap]", "[gap, ring_test]"),
    }


def test_no_phone_number_is_shown_anywhere(folder: Path) -> None:
    edit(folder, ("0114", "0115"), ("[cho]", "[dee]"))
    for form in ((), ("--json",), ("--markdown",)):
        shown = run(folder, "diff", *AT, *form).stdout
        assert "another number" in shown
        assert "555" not in shown.replace(" ", "")


def test_files_and_folders_can_be_compared_too(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write(other, "shifts:", DAYS, NIGHTS.replace("[cho]", "[dee]"), BACKUP)
    old, new = folder / "rota" / "rise.yaml", other / "rota" / "rise.yaml"
    expected = {"dee": 672.0, "cho": -672.0}
    assert hours(changes(folder, str(old), str(new))) == expected
    assert hours(changes(folder, str(folder), str(other))) == expected
    assert hours(changes(folder, str(folder / "rota"), str(other / "rota"))) == expected
    assert hours(changes(folder, "HEAD", str(other))) == expected
    assert hours(changes(other, str(old))) == expected  # the file of the same name in use
    renamed = new.rename(new.with_name("draft.yaml"))
    assert hours(changes(folder, str(old), str(renamed))) == expected


def test_below_the_top_of_a_repository(tmp_path: Path) -> None:
    folder = write(tmp_path / "hotlines" / "east", *ENTRIES)
    write(tmp_path, "shifts: []")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    edit(folder, ("[cho]", "[dee]"))
    assert hours(changes(folder)) == {"dee": 672, "cho": -672}


def test_before_the_first_commit_all_of_it_is_new(tmp_path: Path) -> None:
    write(tmp_path, *ENTRIES)
    git(tmp_path, "init", "--quiet")
    rota = changes(tmp_path)
    assert (rota["change"], rota["new_gaps"]) == ("added", [])
    assert run(tmp_path, "diff", *AT).exit_code == 0


def test_rotas_come_and_go(folder: Path) -> None:
    (folder / "rota" / "rise.yaml").rename(folder / "rota" / "east.yaml")
    result = run(folder, "diff", *AT)
    assert "rota/rise: this rota is removed" in result.stdout
    assert "rota/east: a new rota" in result.stdout


def test_a_broken_edit_is_told_like_a_check_tells_it(folder: Path) -> None:
    edit(folder, ("[cho]", "[chi]"))
    result = run(folder, "diff", *AT)
    assert result.exit_code == 1
    assert "error[unknown-volunteer]: There is no volunteer `chi`." in result.stdout
    assert "gone" not in result.stdout
    assert "There is no volunteer" in run(folder, "diff", "--markdown", *AT).stdout
    git(folder, "commit", "--quiet", "--all", "--message", "Broken")
    edit(folder, ("[chi]", "[cho]"))
    mended = run(folder, "diff", *AT)
    assert mended.exit_code == 0
    assert "It is left out." in mended.stderr


@pytest.mark.parametrize("words", [("no-such-revision",), ("--", "--output=x"), ("HEAD", "nowhere.yaml"), ("rota",)])
def test_what_cannot_be_compared_is_said(folder: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [*PYTHON, "diff", *words],
        cwd=folder.parent,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("hotline: ")
    assert "Traceback" not in done.stderr


def test_markdown_shows_names_as_they_are(folder: Path) -> None:
    edit(folder, ("  dee: {", "  dee: {name: '*@dee* | <b>#1', "), ("[cho]", "[dee]"))
    text = run(folder, "diff", "--markdown", *AT).stdout
    assert text.startswith("## Who is on call: HEAD → the working files\n\n### rise: ")
    assert "| \\*@\N{WORD JOINER}dee\\* \\| \\<b\\>#\N{WORD JOINER}1 | +672 h | daily 20:00–08:00, 56 times" in text


def test_a_gap_stands_first_in_a_comment(folder: Path) -> None:
    edit(folder, ("20:00-08:00", "21:00-08:00"))
    lines = run(folder, "diff", "--markdown", *AT).stdout.splitlines()
    assert next(line for line in lines if line.startswith("- ")).startswith("- ⚠️ **New gap** daily 20:00–21:00")


def test_the_exit_code_tells_of_any_change_if_asked_to(folder: Path) -> None:
    edit(folder, ("[cho]", "[dee]"))
    assert run(folder, "diff", *AT).exit_code == 0
    assert run(folder, "diff", "--exit-code", *AT).exit_code == 1


def test_a_call_flow_is_not_compared_as_if_it_were_a_rota(folder: Path) -> None:
    with pytest.raises(FilesError, match="is a call flow"):
        run(folder, "diff", str(folder / "call_flows" / "rise.yaml"))
