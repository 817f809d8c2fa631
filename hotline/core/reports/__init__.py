"""Reports and metrics: counts, times and what may be shown of them."""
