"""The manual page and the shell's completion say what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from hotline import __version__
from hotline.cli import COMMANDS, group
from hotline.commands.man import manual
from tests.faults.system import BIN


def test_the_manual_page_has_every_command_and_option_and_man_reads_it(tmp_path: Path) -> None:
    page = manual(group)
    plain = page.replace("\\-", "-")
    for name in COMMANDS:
        assert f"\n.SS hotline {name} " in plain, name
    assert f'"Hotline {__version__}"' in page
    assert "--password-file" in plain
    assert ".SS hotline people add " in plain
    assert not re.search(r"^'", page, re.MULTILINE)
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        assert "hotline backup" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)


def test_the_shell_completes_commands_and_options(tmp_path: Path) -> None:
    def completed(words: str) -> list[str]:
        environment = {"PATH": os.environ["PATH"], "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        environment |= {"_HOTLINE_COMPLETE": "bash_complete", "HOTLINE_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [BIN / "hotline"], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("hotline back") == ["backup"]
    assert "--password-file" in completed("hotline backup --pass")
    script = subprocess.run(
        [BIN / "hotline"],
        env={"_HOTLINE_COMPLETE": "bash_source"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "complete " in script.stdout
