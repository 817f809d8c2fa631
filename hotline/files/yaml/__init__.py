"""YAML: reading it with the position of every value, and writing entries without changing the rest."""
