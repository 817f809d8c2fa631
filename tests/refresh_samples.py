"""Write the samples of output anew: `python -m tests.refresh_samples`."""

from __future__ import annotations

from tests.samples import JOBS, README, jobs_refreshed, refreshed

if __name__ == "__main__":
    README.write_text(refreshed(README.read_text("utf-8")), "utf-8")
    JOBS.write_text(jobs_refreshed(JOBS.read_text("utf-8")), "utf-8")
