"""Write the samples of output anew: `python -m tests.refresh_samples`."""

from __future__ import annotations

from tests.samples import PAGES

if __name__ == "__main__":
    for page, refreshed in PAGES.items():
        page.write_text(refreshed(page.read_text("utf-8")), "utf-8")
