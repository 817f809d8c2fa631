"""Hotline: the software that answers when a hospital worker calls for help."""

__version__ = "0.1.0"
