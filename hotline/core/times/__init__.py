"""Times and dates: spans, periods, the clock on the wall, and how people read them."""
