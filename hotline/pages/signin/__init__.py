"""Signing in, the people who may, and the audit list."""
