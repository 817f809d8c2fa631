"""Planning ahead: gaps, fairness, swaps, stand-ins, and the effects of an edit."""
