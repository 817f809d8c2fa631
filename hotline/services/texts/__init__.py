"""Sending and answering texts."""
