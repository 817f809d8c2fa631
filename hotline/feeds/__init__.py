"""Pages for machines: health, metrics and calendar feeds."""
