"""The sample of output in README, computed: what the shipped hotline prints at a fixed time.

`python -m tests.samples` writes it into the page.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hotline.commands.who import as_text
from hotline.files import load

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
NOW = datetime(2026, 11, 23, 21, 28, tzinfo=UTC)


def refreshed(text: str) -> str:
    """README with who is on call in the box that `make run` prints."""
    [line] = load(TOP).hotlines.values()
    shown = as_text(line, NOW).plain.splitlines()
    begins = next(place for place, one in enumerate(text.splitlines()) if one.startswith(f"│ {shown[0]}"))
    lines = text.splitlines(keepends=True)
    width = len(lines[begins].rstrip("\n")) - 3
    lines[begins : begins + len(shown)] = [f"│ {one:<{width}}│\n" for one in shown]
    return "".join(lines)


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text("utf-8")), "utf-8")
