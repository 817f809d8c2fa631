"""Redis: turns, rings, tallies, and the embedded server."""
