"""What ships for repositories with rotas: the hooks, run by pre-commit itself, and the workflow in the docs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, write
from tests.rota_tools.shell import TOP, environment, installed
from tests.rota_tools.test_diff import edit, git

DOCS = (TOP / "docs" / "ci-for-rotas.md").read_text()
HOOKS = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())


def blocks() -> list[Any]:
    """The YAML in the docs."""
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    path = f"{installed(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}"
    return environment(PATH=path, PRE_COMMIT_HOME=str(tmp_path / "pre-commit"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository whose commits go through the hooks as they ship, but with the `hotline` of this code."""
    folder = write(tmp_path / "repository", "shifts:", DAYS, NIGHTS, BACKUP)
    local = [{**hook, "language": "system"} for hook in HOOKS]
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]}))
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    return folder


def hooked(folder: Path, surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    git(folder, "add", ".")
    words = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
    return subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


def test_the_docs_name_the_hooks_that_ship() -> None:
    [repository] = blocks()[0]["repos"]
    assert [one["id"] for one in repository["hooks"]] == [hook["id"] for hook in HOOKS]


def test_a_good_commit_passes_and_says_what_changes(folder: Path, surroundings: dict[str, str]) -> None:
    edit(folder, ("[cho]", "[dee]"))
    done = hooked(folder, surroundings)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2
    assert re.search(r"Dee +\+\d+ h\n", done.stdout)


def test_a_broken_commit_is_stopped(folder: Path, surroundings: dict[str, str]) -> None:
    edit(folder, ("[cho]", "[chi]"))
    done = hooked(folder, surroundings)
    assert done.returncode == 1
    assert "error[unknown-volunteer]" in done.stdout


def test_a_commit_that_leaves_a_caller_with_nobody_is_stopped(folder: Path, surroundings: dict[str, str]) -> None:
    edit(folder, ("20:00-08:00", "21:00-08:00"), ("backup: [dee]", "backup: []"))
    done = hooked(folder, surroundings)
    assert done.returncode == 1
    assert "callers would reach nobody" in done.stdout


def test_other_commits_are_left_alone(folder: Path, surroundings: dict[str, str]) -> None:
    (folder / "notes.txt").write_text("Nothing to do with rotas.")
    assert hooked(folder, surroundings).stdout.count("Skipped") == 2


def test_the_workflow_in_the_docs_does_what_it_says(folder: Path, surroundings: dict[str, str]) -> None:
    workflow = blocks()[1]
    steps = {one.get("name"): one.get("run", "") for one in workflow["jobs"]["rota"]["steps"]}
    git(folder, "branch", "base")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    edit(folder, ("[cho]", "[dee]"))
    git(folder, "commit", "--quiet", "--all", "--message", "A pull request")
    for name in ("Check", "Compare"):
        shell = ["bash", "-e", "-c", steps[name]]
        env = {**surroundings, "GITHUB_BASE_REF": "main"}
        subprocess.run(shell, cwd=folder, env=env, check=True, capture_output=True, text=True)
    comment = (folder / "rota-diff.md").read_text()
    assert comment.startswith("## Who is on call: origin/main → the working files")
    assert re.search(r"\| Dee \| \+\d+ h \|", comment)
    assert "rota-diff.md" in steps["Comment"]


def test_nothing_that_ships_names_a_host() -> None:
    for text in (DOCS, (TOP / ".pre-commit-hooks.yaml").read_text()):
        assert "://" not in text
        assert not re.search(r"\b[\w-]+\.(com|org|net|io)\b", text)
