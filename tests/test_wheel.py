"""What is installed from a wheel: all that a deployment needs beside its own files."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hotline"
NOT_NEEDED = {"__pycache__", "scripts", "README.md"}
"""What Python makes by itself, what pages' scripts are built from, and what is for readers of the code."""


def test_a_wheel_has_every_file_of_the_package_the_built_scripts_among_them(tmp_path: Path) -> None:
    source = tmp_path / "source"  # where building may leave what it likes
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "hotline"):
        (source / name).symlink_to(ROOT / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, source],
        check=True,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    [wheel] = tmp_path.glob("hotline-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if name.startswith("hotline/")}
    files = {path.relative_to(ROOT) for path in PACKAGE.rglob("*") if path.is_file()}
    wanted = {str(path) for path in files if not NOT_NEEDED & set(path.parts) and not path.name.startswith(".")}
    assert wanted - there == set()
    assert "hotline/pages/static/built/tonight.js" in there, "`make assets` builds it"
