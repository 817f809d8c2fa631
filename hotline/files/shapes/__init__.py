"""Shapes of the files: their keys and values; schema and completion."""
