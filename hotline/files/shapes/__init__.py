"""Shapes of the files: which keys there are and what each takes; schema and completion."""
