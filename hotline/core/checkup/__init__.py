"""Results of `hotline doctor`: what was checked, and what to do about it."""
