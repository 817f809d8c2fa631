"""Checks of one file, and of files against each other."""
