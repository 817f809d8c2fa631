"""Hotline: the software that answers when a hospital worker calls for help."""

__version__ = "1.0.0rc1"
