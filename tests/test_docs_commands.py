"""Every command on every page exists, with the options it is given; what no test runs is listed here, and why."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hotline.cli import COMMANDS, group

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix != ".json")
_BLOCK = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_OURS = re.compile(r"(?:^ *|&& |\| |\$ |\$\(|=-?)(?:[\w./]*/)?hotline ([a-z][a-z-]+)\b([^|>&#\"`)]*)")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
NOT_RUN = {
    "age": "not a program of ours; tests/commands/test_backup.py opens a backup with its library",
    "caddy": "run on our file by tests/deploy",
    "cd": "moves only",
    "chmod": "the mode that tests/store/test_private.py checks",
    "chown": "needs root",
    "cp": "copies an example; tests/deploy reads it",
    "df": "looks only",
    "docker": "no Docker daemon where the tests run; tests/deploy reads its files",
    "echo": "writes a setting",
    "eval": "for an interactive shell; tests/commands/test_man.py runs what it evaluates",
    "git": "docs/ci-for-rotas.md is run by tests/rota_tools/test_hooks.py",
    "gunicorn": "run by tests/pages/test_under_gunicorn.py",
    "honcho": "run by tests/faults/test_start_and_stop.py",
    "install": "needs root",
    "journalctl": "needs a machine that runs systemd",
    "kubectl": "needs a cluster; tests/deploy reads the file",
    "nginx": "run on our file by tests/deploy",
    "openssl": "not ours",
    "pip": "tests/test_wheel.py installs the wheel, without fetching what it needs",
    "promtool": "run by tests/deploy",
    "python": "modules of the tests, each run by its own test",
    "python3": "makes an environment, as tests/test_wheel.py does",
    "systemctl": "needs a machine that runs systemd",
    "systemd-analyze": "run on our units by tests/deploy",
    "useradd": "needs root",
}
"""Programs that pages tell people to use, and why no test runs them as they stand."""


def texts(page: Path) -> Iterator[str]:
    """The commands of a page: lines of its blocks without a language, or of shells, and what is in backticks."""
    text = page.read_text("utf-8")
    if page.suffix != ".md":
        yield from text.splitlines()
        return
    for _, language, body in _BLOCK.findall(text):
        if language in {"", "sh", "console", "bash"}:
            yield from body.splitlines()
    yield from _INLINE.findall(_BLOCK.sub("", text))


def ours(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Each `hotline` command of a page, with its words."""
    for line in texts(page):
        for name, rest in _OURS.findall(line):
            try:
                yield name, shlex.split(rest.strip().rstrip(".,;:'"))
            except ValueError:
                yield name, rest.split()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_ours_exist_with_their_options(page: Path) -> None:
    for name, words in ours(page):
        assert name in COMMANDS, f"hotline {name}"
        command = group.get_command(click.Context(group), name)
        assert command is not None
        known = {option for parameter in _parameters(command, words) for option in parameter.opts}
        for word in words:
            if re.match(r"--?[a-z]", word):
                assert word.partition("=")[0] in known | {"--help"}, f"hotline {name} {word}"


def _parameters(command: click.Command, words: list[str]) -> list[click.Parameter]:
    """The parameters of a command, and of the subcommand that the words name."""
    found = list(command.params)
    if isinstance(command, click.Group):
        for word in words:
            if (inner := command.commands.get(word)) is not None:
                found += inner.params
    return found


@pytest.mark.parametrize("page", PAGES[: len([p for p in PAGES if p.suffix == ".md"])], ids=lambda page: page.name)
def test_other_commands_are_targets_of_make_or_say_why_no_test_runs_them(page: Path) -> None:
    for _, language, body in _BLOCK.findall(page.read_text("utf-8")):
        if language not in {"", "sh", "console", "bash"}:
            continue
        lines = [line.removeprefix("$ ") for line in body.splitlines()]
        # Other blocks are samples of what is printed.
        all_commands = language != "console" and _is_command((lines[0].split() or [""])[0])
        for line in lines:
            for part in re.split(r"&&|\|", line.partition(" #")[0]):
                words = part.split()
                if not words or not _is_command(words[0]):
                    assert not all_commands or not words, f"{line}: run it in a test, or add it to NOT_RUN"
                    continue
                program = words[0].rpartition("/")[2]
                if program == "make":
                    assert words[1] in TARGETS, line
                else:
                    assert program == "hotline" or program in NOT_RUN, line


def _is_command(word: str) -> bool:
    """Whether a line's first word is a program: other blocks without a language are samples of output."""
    return word.rpartition("/")[2] in {"make", "hotline", *NOT_RUN}


def test_every_reason_is_needed() -> None:
    everything = "\n".join(page.read_text("utf-8") for page in PAGES)
    for program in NOT_RUN:
        assert re.search(rf"(?<![\w-]){re.escape(program)}(?![\w-])", everything), program
