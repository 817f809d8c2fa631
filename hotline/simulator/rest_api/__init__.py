"""The carrier's REST API: a simulated server, its records and its faults."""
