"""Output of commands and pages, for people and for programs. Nothing here computes."""
