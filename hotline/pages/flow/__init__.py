"""The page of the call flow, and its practice phone."""
