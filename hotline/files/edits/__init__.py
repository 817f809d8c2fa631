"""Edits: entries added by commands and pages, checked before they are saved."""
