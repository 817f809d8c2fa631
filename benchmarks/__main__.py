"""`make bench`."""

from __future__ import annotations

from rich.console import Console

from benchmarks import voice

voice.run(Console())
