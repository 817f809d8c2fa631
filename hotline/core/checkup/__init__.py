"""Results of `hotline doctor`: the checks, and their remedies."""
