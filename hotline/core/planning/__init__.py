"""Planning ahead: gaps, fairness, swaps, stand-ins, and what an edit changes."""
