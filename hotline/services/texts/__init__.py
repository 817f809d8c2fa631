"""Texts as they are sent and answered."""
