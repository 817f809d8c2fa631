"""`hotline test` tests a change's effects on callers and volunteers before it goes live."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from hotline.errors import FilesError
from hotline.files import Finding, load, render
from hotline.files.loading.call_tests import FOLDER, CallTest, read_call_tests
from hotline.files.loading.load import ENDINGS
from hotline.files.yaml.guard import MOST_BYTES
from hotline.output.data.call_tests import results_as_json
from hotline.output.terminal.call_tests import no_tests, print_result, print_summary
from hotline.practice.call_tests import CallTestResult, live_states, run_tests
from hotline.settings import Settings, read_settings


@click.command()
@click.argument("which", nargs=-1, metavar="[PATH|NAME]...")
@click.option("-k", "words", metavar="WORDS", help="Run only tests whose names have these words in them.")
@click.option("-v", "--verbose", is_flag=True, help="Show every call, not only those of failed tests.")
@click.option("--json", "as_text", is_flag=True, help="Print findings, results and calls for other programs.")
@click.option("--wordings", is_flag=True, hidden=True, help="With --json: what sentences are put together from.")
def command(which: tuple[str, ...], words: str | None, verbose: bool, as_text: bool, wordings: bool) -> None:
    """Run the call tests in call_flows/tests; PATH is a file or folder of them, NAME a file without its ending.

    Each test simulates a call with your call flow and rota, at a moment you choose. No phone rings, nothing is logged,
    and a running hotline is not affected. docs/call-tests.md explains how to write tests.

    Exits 0 when all passed, 1 when some failed, 2 when they could not be run.
    """
    settings = read_settings()
    console = Console(highlight=False)
    tests, findings = _read(settings, which)
    if findings:
        if as_text:
            click.echo(json.dumps(results_as_json(findings, (), wordings), ensure_ascii=False, indent=2))
        else:
            render(findings, console)
            console.print("Nothing was tested. Fix this first.")
        sys.exit(2)
    chosen = [test for test in tests if words is None or words.casefold() in test.name.casefold()]
    if tests and not chosen:
        raise FilesError(f"None of the {len(tests)} tests has “{words}” in its name.")
    if not chosen and not as_text:
        click.echo(no_tests(FOLDER, next(iter(load(settings.config_dir, settings.countries).hotlines.values()), None)))
        return
    with live_states(settings.redis_url) as fresh:
        results = run_tests(chosen, fresh)
        if as_text:
            finished = list(results)
            click.echo(json.dumps(results_as_json((), finished, wordings), ensure_ascii=False, indent=2))
        else:
            finished = _show(console, results, len(chosen), verbose)
    sys.exit(0 if all(one.passed for one in finished) else 1)


def _show(console: Console, results: Iterable[CallTestResult], count: int, verbose: bool) -> list[CallTestResult]:
    finished: list[CallTestResult] = []
    started, file = time.monotonic(), ""
    with console.status(f"0 of {count}") as status:
        for result in results:
            if result.test.document.file != file:
                file = result.test.document.file
                console.print(Text(f"\n{file}" if finished else file, "bold"), soft_wrap=True)
            print_result(console, result, verbose)
            finished.append(result)
            status.update(f"{len(finished)} of {count}")
    print_summary(console, finished, time.monotonic() - started)
    return finished


def _read(settings: Settings, which: Sequence[str]) -> tuple[Sequence[CallTest], Sequence[Finding]]:
    """The chosen tests, and the errors that prevent them from running. Raises FilesError."""
    if not settings.config_dir.is_dir():
        raise FilesError(f"There is no folder {settings.config_dir}.", "Set HOTLINE_CONFIG_DIR to the right folder.")
    loaded = load(settings.config_dir, settings.countries)
    read = read_call_tests(_texts(settings.config_dir, which), loaded)
    findings = [finding for finding in read.findings if finding.severity == "error"]
    if read.broken_flows:
        findings += [finding for finding in loaded.findings if finding.severity == "error"]
    return read.tests, findings


def _texts(config_dir: Path, which: Sequence[str]) -> dict[str, bytes]:
    """The files of the chosen tests, by the name to show: below `config_dir` if they are in it."""
    paths = [path for one in which for path in _named(config_dir, one)] if which else _in_folder(config_dir / FOLDER)
    texts = {}
    for path in dict.fromkeys(paths):
        shown = path.absolute()
        name = shown.relative_to(config_dir) if shown.is_relative_to(config_dir) else path
        try:
            with path.open("rb") as file:
                texts[name.as_posix()] = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise FilesError(
                f"{name} cannot be read: {error.strerror}.", "Check that it is a file that you can read."
            ) from None
    return texts


def _named(config_dir: Path, one: str) -> list[Path]:
    """The files for a path, or for the name of a file of tests."""
    path = Path(one)
    if path.is_dir():
        return _in_folder(path)
    if path.is_file():
        return [path]
    known = _in_folder(config_dir / FOLDER)
    found = [path for path in known if one in (path.stem, path.name)]
    if not found:
        names = ", ".join(path.stem for path in known) or "none"
        raise FilesError(
            f"There is no file of call tests {one!r} (known: {names}).", f"They are in {config_dir / FOLDER}."
        )
    return found


def _in_folder(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and not path.name.startswith("."))
