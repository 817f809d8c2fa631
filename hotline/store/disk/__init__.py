"""The disk: what waits there to be moved, and secrets."""
