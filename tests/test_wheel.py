"""What is installed from a wheel: all that is needed, from a first call to the next machine."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.processes import free_port, wait_until

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hotline"
NOT_NEEDED = {"__pycache__", "scripts", "README.md"}
"""What Python makes by itself, what pages' scripts are built from, and what is for readers of the code."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built of what is here."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # where building may leave what it likes
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENCES.md", "hotline"):
        (source / name).symlink_to(ROOT / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, source],
        check=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    [built] = folder.glob("hotline-*.whl")
    return built


def test_a_wheel_has_every_file_of_the_package_the_built_scripts_among_them(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    there = {name for name in names if name.startswith("hotline/")}
    assert any(name.endswith("licenses/LICENCES.md") for name in names), "what is bundled asks for it"
    files = {path.relative_to(ROOT) for path in PACKAGE.rglob("*") if path.is_file()}
    wanted = {str(path) for path in files if not NOT_NEEDED & set(path.parts) and not path.name.startswith(".")}
    assert wanted - there == set()
    assert "hotline/pages/static/built/tonight.js" in there, "`make assets` builds it"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `hotline` of a virtual environment into which the wheel was installed.

    What it depends on comes from the environment of the tests, so that nothing is fetched. Our own code does not.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True, env={"PATH": "/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (site / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = [folder / "bin/python", "-c", "import hotline; print(hotline.__file__)"]
    assert str(folder) in subprocess.run(where, check=True, capture_output=True, text=True, cwd=folder).stdout
    return folder / "bin/hotline"


@contextmanager
def running(hotline: Path, folder: Path) -> Iterator[dict[str, str]]:
    """`hotline up` in a folder, and the environment of its user."""
    port = free_port()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PORT": str(port), "COLUMNS": "100"}
    with (folder / "up.txt").open("wb") as output:
        up = subprocess.Popen([hotline, "up"], cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            wait_until(lambda: up.poll() is None and "hotline call" in (folder / "up.txt").read_text(), 60, "it is up")
            yield environment
        finally:
            up.send_signal(signal.SIGINT)
            assert up.wait(60) == 0


def asked(hotline: Path, folder: Path, environment: dict[str, str], *words: str | Path) -> str:
    done = subprocess.run(
        [hotline, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_from_an_empty_folder_to_a_call_and_by_a_backup_to_the_next_machine(installed: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(here)}
    line = ("--name", "RISE", "--number", "+1 410 555 0100", "--volunteer", "Amy=+1 410 555 0111")
    asked(installed, here, plain, "init", "--yes", *line)
    call = ("call", "--keys", "-", "--others", "accept", "--talk", "5")
    with running(installed, here) as environment:
        asked(installed, here, environment, *call)
        asked(installed, here, environment, "backup", tmp_path / "all.tar.gz")
    asked(installed, there, plain, "restore", tmp_path / "all.tar.gz")
    with running(installed, there) as environment:
        asked(installed, there, environment, *call)

        def both() -> bool:
            report = json.loads(asked(installed, there, environment, "report", "--json"))
            return bool(report["calls"] == 2 and report["answered"] == 2)

        wait_until(both, 30, "both calls are in the log")
