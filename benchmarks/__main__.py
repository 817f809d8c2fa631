"""`make bench`."""

from __future__ import annotations

from rich.console import Console

from benchmarks import hotlines, jobs, pages, reports, rota, voice, whole

console = Console(width=110)
rota.run(console)
voice.run(console)
jobs.run(console)
pages.run(console)
reports.run(console)
whole.run(console)
hotlines.run(console)
