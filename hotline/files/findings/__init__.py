"""Findings: errors and notes about files, their codes, their wording and how they are printed."""
