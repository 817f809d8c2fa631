"""YAML: reading it with the place of every value, and writing entries without touching the rest."""
