"""Output: what commands and pages show, for people and for programs. Nothing here computes."""
