"""`make bench`."""

from __future__ import annotations

from rich.console import Console

from benchmarks import voice, whole

console = Console(width=110)
voice.run(console)
whole.run(console)
