"""A page of documentation that is run: its YAML is put into a rota, its commands are executed, its output compared.

Fenced blocks, by the words after the three backticks:

| block | what happens |
|---|---|
| `yaml` | its sections take the places of those in the rota; nothing but notes may be wrong with it |
| `yaml aside` | the same, and then the rota is put back |
| `yaml wrong` | the same without looking for errors: it is put back after the next commands |
| `sh` | commands, each of which has to succeed |
| `console` | commands after `$`, with all they print; `console fails`: the last one exits with something else than 0 |
| `text` | nothing |

`python -m tests.page` writes into the page what its commands print now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import time_machine
from click.testing import CliRunner

from hotline.cli import COMMANDS, group
from hotline.files import load

PAGE = Path(__file__).parents[1] / "docs" / "coordinators.md"
TODAY = datetime(2026, 11, 2, 14, tzinfo=UTC)
"""Monday 2026-11-02, 09:00 in New York: the day on which the page is read."""

_ROTA = Path("rota/rise.yaml")
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"(?m)^(?=\w+:)")
_ENVIRONMENT = {
    "COLUMNS": "100", "NO_COLOR": "1", "TZ": "America/New_York", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@localhost", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@localhost", "HOTLINE_SECRET_KEY": "for-the-page-and-nothing-else-0123456789",
}  # fmt: skip


class PageError(AssertionError):
    """A block does not do what the page says."""


@dataclass(slots=True)
class Reader:
    """Goes through a page, in the working directory, as a coordinator would."""

    commands: set[str] = field(default_factory=set)
    put_back: str | None = None

    def block(self, kind: str, body: str) -> str:
        """Do what a block says. Returns it as it should read."""
        if kind.startswith("yaml"):
            self._yaml(kind, body)
        elif kind == "sh":
            for line in body.splitlines():
                self._run(line, 0)
        elif kind.startswith("console"):
            return self._console(body, fails=kind == "console fails")
        elif kind != "text":
            raise PageError(f"what is a block of `{kind}`?")
        return body

    def _yaml(self, kind: str, body: str) -> None:
        before = _ROTA.read_text("utf-8")
        _ROTA.write_text(with_sections(before, body), "utf-8")
        if kind == "yaml wrong":
            self.put_back = before
            return
        wrong = [one for one in load(Path()).findings if one.severity != "note"]
        if wrong:
            raise PageError(f"{body}\nis wrong: {wrong}")
        if kind == "yaml aside":
            _ROTA.write_text(before, "utf-8")

    def _console(self, body: str, fails: bool) -> str:
        lines = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
        printed = []
        for place, line in enumerate(lines):
            output = self._run(line, None if fails and place == len(lines) - 1 else 0)
            printed.append(f"$ {line}\n{output}")
        if self.put_back is not None:
            _ROTA.write_text(self.put_back, "utf-8")
            self.put_back = None
        return "".join(printed)

    def _run(self, line: str, exit_code: int | None) -> str:
        line, _, target = line.partition(" > ")
        words = shlex.split(line, comments=True)
        if words[0] == "hotline":
            self.commands.add(words[1])
            if words[1] not in COMMANDS:
                raise PageError(f"there is no command `{line}`")
            result = CliRunner().invoke(group, words[1:], prog_name="hotline")
            if result.exception and not isinstance(result.exception, SystemExit):
                raise result.exception
            code, output = result.exit_code, result.output
        else:
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            code, output = done.returncode, done.stdout + done.stderr
        if (code != 0) if exit_code == 0 else (code == 0):
            raise PageError(f"`{line}` exited {code} and printed:\n{output}")
        if target:
            Path(target.strip()).write_text(output, "utf-8")
            return ""
        return "".join(f"{one.rstrip()}\n" for one in output.strip("\n").splitlines())


def with_sections(rota: str, sections: str) -> str:
    """A rota with some of its top-level sections replaced, or with those added that it does not have."""
    if sections.startswith("timezone:"):
        return sections
    parts = _SECTION.split(rota)
    for section in _SECTION.split(sections)[1:]:
        name = section.partition(":")[0] + ":"
        places = [place for place, part in enumerate(parts) if part.startswith(name)]
        if places:
            parts[places[0]] = section
        else:
            parts.append(section)
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts if part)


def run_page(text: str, folder: Path) -> tuple[str, set[str]]:
    """The page as it should read, having done all it says in an empty folder, and the commands it uses."""
    reader = Reader()

    def done(found: re.Match[str]) -> str:
        return f"```{found[1]}\n{reader.block(found[1].strip(), found[2])}```"

    with chdir(folder), _environment(), time_machine.travel(TODAY, tick=False):
        return _FENCE.sub(done, text), reader.commands


@contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    for name in before:
        if name.startswith(("HOTLINE_", "GIT_")):
            del os.environ[name]
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        page, used = run_page(PAGE.read_text("utf-8"), Path(empty))
    PAGE.write_text(page, "utf-8")
    sys.stdout.write(f"{PAGE} runs {', '.join(sorted(used))}\n")
