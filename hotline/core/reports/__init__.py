"""Reports and metrics: counts, times, and which of them may be shown."""
