"""The page of reports, and the report in one file."""
