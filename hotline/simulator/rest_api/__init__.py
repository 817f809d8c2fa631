"""The carrier's REST API: a server that stands for it, its records and its faults."""
