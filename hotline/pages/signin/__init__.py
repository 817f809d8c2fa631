"""Signing in, the people who may, and the list of what they did."""
