"""Times and dates: spans, periods, the wall clock, and times in words."""
