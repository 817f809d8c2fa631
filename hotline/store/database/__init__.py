"""The database: the call log and all other tables."""
