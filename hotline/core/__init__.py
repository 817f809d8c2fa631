"""The part that decides. Pure: no clock, no input or output, nothing but the standard library."""
